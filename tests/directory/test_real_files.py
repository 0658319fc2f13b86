"""The files of July 2026 as NHS England published them. A machine without them says so aloud."""

from __future__ import annotations

import time
from pathlib import Path

from flask import Flask

from pcnppg.directory import queries
from pcnppg.directory.jobs import DEMO_FILES, import_files
from pcnppg.directory.rules import shown_name
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import OPERATOR
from pcnppg.pages.queries import find_groups


def test_all_practices_of_england_are_imported_in_good_time(
    inside: Flask, real_files: tuple[Path, Path] | None
) -> None:
    if real_files is None:
        return
    import_files(*DEMO_FILES, by=OPERATOR, at=now())
    began = time.perf_counter()
    published, changes = import_files(*real_files, by=OPERATOR, at=now())
    assert time.perf_counter() - began < 15

    assert (len(published.practices), len(published.networks)) == (6139, 1298)
    assert len({practice.icb_code for practice in published.practices.values()}) == 36
    assert sum((published.list_sizes or {}).values()) == 63_436_508
    assert (len(changes.new), len(changes.networks_new), changes.closed) == (6139, 1298, ())
    assert queries.count_practices() == 6139 + 6

    mission = queries.get_practice("F84016")
    assert (shown_name(mission.name), mission.network_code) == ("The Mission Practice", "U50771")
    assert shown_name(queries.get_network("U50771").name) == "Tower Hamlets Network 1 PCN"
    assert {p.code for p in queries.list_practices_of_network("U50771")} == {"F84016", "F84051", "F84083", "F84123"}
    assert queries.list_size("K82618") == 3484
    assert queries.find_network("U") is None

    assert import_files(*real_files, by=OPERATOR, at=now())[1].is_nothing


def test_a_practice_among_all_of_england_is_found_at_once(inside: Flask, real_files: tuple[Path, Path] | None) -> None:
    if real_files is None:
        return
    import_files(real_files[0], by=OPERATOR, at=now())
    for text, code in (
        ("practice mission", "F84016"),
        ("e29ls", "F84016"),
        ("farnham medical centre", "A88002"),
        ("st1 harley street", "M83076"),
    ):
        began = time.perf_counter()
        assert code in [practice.code for practice in queries.search_practices(text, limit=20)]
        assert time.perf_counter() - began < 0.25


def test_a_near_miss_among_all_of_england_is_guessed_at_once(
    inside: Flask, real_files: tuple[Path, Path] | None
) -> None:
    if real_files is None:
        return
    import_files(real_files[0], by=OPERATOR, at=now())
    for text, meant in (
        ("misson practise", "mission practice"),
        ("farnam medcal", "farnham medical"),
        ("harly", "harley"),
        ("mmmm nnnn pppp qqqq rrrr ssss tttt uuuu", ""),
    ):
        began = time.perf_counter()
        assert find_groups(text).instead == meant
        assert time.perf_counter() - began < 0.5


def test_no_shown_name_shouts_or_is_spoilt(inside: Flask, real_files: tuple[Path, Path] | None) -> None:
    if real_files is None:
        return
    published, _ = import_files(real_files[0], by=OPERATOR, at=now())
    names = [practice.name for practice in published.practices.values()] + list(published.networks.values())
    for name in names:
        shown = shown_name(name)
        assert shown_name(shown) == shown
        letters = "".join(filter(str.isalnum, name)).casefold()
        assert "".join(filter(str.isalnum, shown)).casefold() == letters
        assert not shown.endswith((",", " "))
    shouting = [name for name in names if len(name) > 8 and shown_name(name) == name.upper() != name.lower()]
    assert len(shouting) < 5
