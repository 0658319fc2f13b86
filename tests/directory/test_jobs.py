"""`pcnppg directory import`: what it prints, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from pcnppg.directory import queries
from pcnppg.directory.jobs import DEMO_FILES, directory
from tests.directory.publishing import AGATHA, AUGUST, FERNWAY, FOUR, MOOR, TANNERY, WITHY, Month, hundred, put


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(directory, ["import", *map(str, arguments)])


def test_a_first_import_says_what_is_new(app: Flask) -> None:
    ended = run(app, *DEMO_FILES)
    assert ended.exit_code == 0
    assert ended.output.splitlines() == [
        "Extract of 1 July 2025: 6 practices, 1 network, 1 integrated care board.",
        "List sizes: 43,981 patients.",
        "New practices: 6",
        "  Z99001 Withy Bank Surgery",
        "  Z99002 St Agatha's Medical Centre",
        "  Z99003 Dr A B Fernway & Partners",
        "  Z99004 The Old Tannery Practice",
        "  Z99005 Heather-on-the-Hill Health Centre",
        "  Z99006 Lantern Yard Surgery",
        "New networks: 1",
        "  U99990 River Valley PCN",
    ]


def test_an_import_run_again_says_that_nothing_changed(app: Flask) -> None:
    run(app, *DEMO_FILES)
    ended = run(app, *DEMO_FILES)
    assert ended.exit_code == 0
    assert ended.output.splitlines()[-1] == "Nothing new, nothing changed, nothing closed."


def test_a_later_month_says_what_changed_and_what_closed(app: Flask, tmp_path: Path) -> None:
    run(app, *Month([*FOUR, WITHY.but(code="Z99005", network=("U99992", "TANNERS PCN"))]).written(tmp_path))
    later = [WITHY.but(size=8001), AGATHA.but(network=MOOR), FERNWAY.but(name="FERNWAY SURGERY"), TANNERY]
    ended = run(app, *Month(later, on=AUGUST).written(tmp_path), "--allow")
    assert ended.output.splitlines()[2:] == [
        "Practices whose name, postcode or board changed: 1",
        "  Z99003 Fernway Surgery",
        "Practices in another network: 1",
        "  Z99002 St Agatha's Medical Centre",
        "List sizes that changed: 1",
        "Closed practices: 1",
        "  Z99005 Withy Bank Surgery",
        "Closed networks: 1",
        "  U99992 Tanners PCN",
    ]


def test_long_lists_are_cut_after_twenty(app: Flask, tmp_path: Path) -> None:
    ended = run(app, Month(hundred()).written(tmp_path)[0])
    lines = ended.output.splitlines()
    assert lines[1] == "New practices: 100"
    assert lines[22:24] == ["  and 80 more", "New networks: 1"]


def test_a_refused_import_ends_with_one_line_and_leaves_the_directory_alone(app: Flask, tmp_path: Path) -> None:
    map_file, ages_file = Month().written(tmp_path)
    ended = run(app, map_file, put(tmp_path / "short.csv", ages_file.read_bytes()[:-100]))
    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert ended.stderr == "Error: short.csv, line 215: the last line has no end. The file was cut short.\n"
    with app.app_context():
        assert queries.count_practices() == 0


def test_what_looks_wrong_is_refused_until_somebody_says_that_it_is_right(app: Flask, tmp_path: Path) -> None:
    run(app, *Month(on=AUGUST).written(tmp_path))
    files = Month().written(tmp_path)
    ended = run(app, *files)
    assert ended.exit_code == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "older than the last import" in ended.stderr
    assert run(app, *files, "--allow").exit_code == 0


@pytest.mark.parametrize("arguments", [(), ("a", "b", "c"), ("--sideways", "a")])
def test_wrong_use_ends_with_two(app: Flask, arguments: tuple[str, ...]) -> None:
    assert run(app, *arguments).exit_code == 2


def test_a_missing_file_is_named(app: Flask, tmp_path: Path) -> None:
    ended = run(app, tmp_path / "none.zip")
    assert (ended.exit_code, ended.stderr) == (1, "Error: none.zip: there is no such file.\n")
