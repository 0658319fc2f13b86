"""Importing an edition: all of it or nothing, the same again changes nothing, nothing is ever removed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from pcnppg.audit.models import AuditEntry
from pcnppg.directory import queries
from pcnppg.directory.actions import import_directory
from pcnppg.directory.models import DirectoryEdition, Network, Practice
from pcnppg.directory.rules import Difference, Publication
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import OPERATOR
from pcnppg.store.session import db, session, transaction
from tests.directory.publishing import (
    AGATHA,
    AUGUST,
    FERNWAY,
    FOUR,
    JULY,
    MOOR,
    NO_NETWORK,
    TANNERY,
    WITHY,
    edition,
    hundred,
)

SEPTEMBER = date(2026, 9, 1)

pytestmark = pytest.mark.usefixtures("inside")


def take(published: Publication, *, allow: bool = False) -> Difference:
    with transaction():
        return import_directory(published, allow=allow, by=OPERATOR, at=now())


def everything() -> list[list[object]]:
    """All rows of the directory, and how much was audited."""
    tables = (Practice.__table__, Network.__table__, DirectoryEdition.__table__)
    kept: list[list[object]] = [
        list(session().execute(select(table).order_by(*table.primary_key.columns))) for table in tables
    ]
    return [*kept, [session().scalar(select(func.count()).select_from(AuditEntry))]]


def test_an_edition_fills_an_empty_directory() -> None:
    changes = take(edition(FOUR))
    assert len(changes.new) == 4
    agatha = queries.get_practice("Z99002")
    assert (agatha.name, agatha.postcode, agatha.postcode_key) == ("ST AGATHA'S MEDICAL CENTRE", "ZZ1 2BD", "ZZ12BD")
    assert (agatha.network_code, agatha.icb_code, agatha.list_size) == ("U99990", "Q99", 12_035)
    assert (agatha.list_size_on, agatha.closed_on) == (JULY, None)
    assert " agathas " in agatha.search
    assert queries.get_network("U99991").name == "MOOR & FELL PCN"
    assert (queries.count_practices(), queries.count_networks()) == (4, 2)


def test_unallocated_is_no_network() -> None:
    take(edition(FOUR))
    assert queries.get_practice("Z99004").network_code is None
    assert queries.find_network("U") is None


def test_what_was_taken_is_written_down() -> None:
    published = edition(FOUR)
    take(published)
    last = queries.last_edition()
    assert last is not None
    assert (last.extract_on, last.imported_at) == (JULY, now())
    assert (last.map_digest, last.ages_digest) == (published.map_digest, published.ages_digest)
    assert (last.practices_new, last.practices_changed, last.practices_closed) == (4, 0, 0)
    line = session().scalars(select(AuditEntry)).one()
    assert (line.what, line.about_kind, line.about_id, line.count) == (
        "directory.imported",
        "directory_edition",
        last.id,
        4,
    )


def test_the_same_edition_again_changes_nothing() -> None:
    take(edition(FOUR))
    before = everything()
    assert take(edition(FOUR)).is_nothing
    assert take(edition(FOUR, ages=False)).is_nothing
    assert everything() == before


def test_the_same_edition_again_writes_nothing() -> None:
    take(edition(FOUR))
    written: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        take(edition(FOUR))
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    assert written == []


def test_a_quiet_month_is_remembered_although_nothing_changed() -> None:
    take(edition(FOUR))
    assert take(edition(FOUR, on=AUGUST)).is_nothing
    last = queries.last_edition()
    assert last is not None
    assert last.extract_on == AUGUST
    assert queries.get_practice("Z99001").list_size_on == AUGUST


def test_the_ages_may_come_later_than_the_map() -> None:
    take(edition(FOUR, ages=False))
    assert queries.list_size("Z99001") is None
    assert len(take(edition(FOUR)).resized) == 4
    assert queries.list_size("Z99001") == 8000


def test_a_month_without_ages_leaves_the_list_sizes_as_they_are() -> None:
    take(edition(FOUR))
    take(edition([WITHY.but(name="WITHY SURGERY"), *FOUR[1:]], on=AUGUST, ages=False))
    withy = queries.get_practice("Z99001")
    assert (withy.name, withy.list_size, withy.list_size_on) == ("WITHY SURGERY", 8000, JULY)


def test_what_changed_is_written() -> None:
    take(edition(FOUR))
    take(
        edition(
            [
                WITHY.but(name="WITHY SURGERY", postcode="ZZ9 9ZZ", size=7999),
                AGATHA.but(network=MOOR),
                FERNWAY.but(network=NO_NETWORK),
                TANNERY.but(network=("U99992", "TANNERS PCN")),
            ],
            on=AUGUST,
        )
    )
    withy = queries.get_practice("Z99001")
    assert (withy.name, withy.postcode_key, withy.list_size, withy.list_size_on) == (
        "WITHY SURGERY",
        "ZZ99ZZ",
        7999,
        AUGUST,
    )
    assert " zz99zz " in withy.search
    assert [p.code for p in queries.list_practices_of_network("U99991")] == ["Z99002"]
    assert queries.get_practice("Z99003").network_code is None
    assert queries.get_practice("Z99004").network_code == "U99992"
    last = queries.last_edition()
    assert last is not None
    assert last.practices_changed == 4


def test_a_corrected_file_of_the_same_month_changes_only_what_it_corrects() -> None:
    take(edition(FOUR))
    changes = take(edition([WITHY.but(size=7999), *FOUR[1:]]))
    assert changes.resized == ("Z99001",)
    assert queries.list_size("Z99001") == 7999


def test_a_corrected_ages_file_is_remembered_even_if_no_list_size_changed() -> None:
    take(edition(FOUR))
    take(replace(edition(FOUR), ages_digest="0" * 64))
    last = queries.last_edition()
    assert last is not None
    assert last.ages_digest == "0" * 64


def test_a_network_that_is_renamed_keeps_its_code() -> None:
    take(edition(FOUR))
    take(edition([*FOUR[:2], FERNWAY.but(network=("U99991", "FELL PCN")), TANNERY], on=AUGUST))
    assert queries.get_network("U99991").name == "FELL PCN"


def test_a_practice_that_is_no_longer_listed_is_closed_not_removed() -> None:
    take(edition([*hundred(), FERNWAY.but(code="Z98000")]))
    changes = take(edition(hundred(), on=AUGUST))
    assert changes.closed == ("Z98000",)
    closed = queries.get_practice("Z98000")
    assert (closed.closed_on, closed.name, closed.list_size) == (AUGUST, "DR A B FERNWAY & PARTNERS", 3484)
    assert closed.network_code == "U99991"
    assert queries.get_network("U99991").closed_on == AUGUST
    assert queries.count_practices() == 100


def test_what_is_closed_stays_closed_on_its_day() -> None:
    take(edition([*hundred(), FERNWAY.but(code="Z98000")]))
    take(edition(hundred(), on=AUGUST))
    take(edition(hundred(), on=SEPTEMBER))
    assert queries.get_practice("Z98000").closed_on == AUGUST


def test_a_practice_that_comes_back_opens_again_as_it_is_now() -> None:
    whole = [*hundred(), FERNWAY.but(code="Z98000")]
    take(edition(whole))
    take(edition(hundred(), on=AUGUST))
    changes = take(edition([*hundred(), FERNWAY.but(code="Z98000", name="FERNWAY SURGERY")], on=SEPTEMBER))
    assert changes.reopened == ("Z98000",)
    again = queries.get_practice("Z98000")
    assert (again.closed_on, again.name) == (None, "FERNWAY SURGERY")
    assert queries.get_network("U99991").closed_on is None


def test_more_than_three_closures_in_a_hundred_need_a_word() -> None:
    take(edition(hundred()))
    before = everything()
    with pytest.raises(RuleBroken, match="more than 3 in 100"):
        take(edition(hundred()[4:], on=AUGUST))
    assert everything() == before
    assert len(take(edition(hundred()[4:], on=AUGUST), allow=True).closed) == 4
    assert queries.count_practices() == 96


def test_an_older_month_needs_a_word() -> None:
    take(edition(FOUR, on=AUGUST))
    before = everything()
    with pytest.raises(RuleBroken, match="older than the last import"):
        take(edition([WITHY.but(name="OLD NAME"), *FOUR[1:]]))
    assert everything() == before
    take(edition([WITHY.but(name="OLD NAME"), *FOUR[1:]]), allow=True)
    assert queries.get_practice("Z99001").name == "OLD NAME"
    take(edition(FOUR, on=AUGUST))
    assert queries.get_practice("Z99001").name == WITHY.name


def test_files_that_disagree_need_a_word_and_give_sizes_to_the_listed_only() -> None:
    odd = replace(edition(FOUR), list_sizes={"Z99001": 1, "Z99009": 2})
    with pytest.raises(RuleBroken, match="does not list"):
        take(odd)
    take(odd, allow=True)
    assert queries.list_size("Z99001") == 1
    assert queries.list_size("Z99002") is None
    assert queries.find_practice("Z99009") is None


def test_the_demonstration_stays_when_the_published_files_come() -> None:
    take(edition(FOUR))
    take(edition([WITHY.but(code="F84016", network=("U50771", "TOWER HAMLETS NETWORK 1 PCN"))], on=AUGUST))
    assert queries.count_practices() == 5
    assert queries.get_network("U99990").closed_on is None


def test_an_import_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    take(edition(FOUR))
    before = everything()

    def fail(*_args: object, **_named: object) -> None:
        raise OSError("the disc is full")

    monkeypatch.setattr("pcnppg.directory.actions.audit.note", fail)
    with pytest.raises(OSError, match="disc"):
        take(edition([WITHY.but(name="HALF WRITTEN"), *FOUR[1:]], on=AUGUST))
    assert everything() == before


def test_two_imports_at_once_happen_one_after_the_other(inside: Flask) -> None:
    both_ready = Barrier(2)

    def import_once(_number: int) -> int:
        with inside.app_context():
            both_ready.wait(timeout=20)
            return len(take(edition(hundred())).new)

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(import_once, range(2))) == [0, 100]
    assert session().scalar(select(func.count()).select_from(DirectoryEdition)) == 1


def test_an_import_writes_in_bulk_whatever_its_size(inside: Flask) -> None:
    sent: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        take(edition(hundred(1000)))
        take(edition([s.but(size=9000) for s in hundred(1000)], on=AUGUST))
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert len(sent) < 40
