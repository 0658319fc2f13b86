"""Finding a practice by what people type; closed ones are kept, but found only where they are asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pcnppg.directory import queries
from pcnppg.directory.actions import import_directory
from pcnppg.directory.models import Practice
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import OPERATOR
from pcnppg.store.session import session, transaction
from tests.directory.publishing import AUGUST, FOUR, Surgery, edition

MORE = (
    Surgery("Z99011", "HIGH STREET SURGERY", "ZZ1 5AA"),
    Surgery("Z99012", "HIGH STREET SURGERY", "ZZ11 5AA"),
    Surgery("Z99013", "THE HIGHFIELD MED. CTR.", "ZZ1A 1ZZ"),
)


@pytest.fixture(autouse=True)
def directory(inside: object) -> None:
    """Seven practices, one of which has closed since."""
    with transaction():
        import_directory(edition([*FOUR, *MORE]), by=OPERATOR, at=now())
    with transaction():
        still = [s for s in (*FOUR, *MORE) if s.code != "Z99004"]
        import_directory(edition(still, on=AUGUST), allow=True, by=OPERATOR, at=now())


def found(text: str, limit: int = 20) -> list[str]:
    return [practice.code for practice in queries.search_practices(text, limit=limit)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("St Agatha's", ["Z99002"]),
        ("st agathas", ["Z99002"]),
        ("saint agatha", ["Z99002"]),
        ("centre medical agatha", ["Z99002"]),
        ("AGA", ["Z99002"]),
        ("gatha", []),
        ("highfield medical centre", ["Z99013"]),
        ("fernway and partners", ["Z99003"]),
        ("fernway & partners", ["Z99003"]),
        ("high street surgery", ["Z99011", "Z99012"]),
        ("high surgery zz11", ["Z99012"]),
        ("z99002", ["Z99002"]),
        (" Z99002 ", ["Z99002"]),
        ("Z9900", ["Z99003", "Z99002", "Z99001"]),
        ("zz1 2bd", ["Z99002"]),
        ("ZZ12BD", ["Z99002"]),
        ("zz1 2", ["Z99002"]),
        ("ZZ1", ["Z99011", "Z99002", "Z99001"]),
        ("zz1a", ["Z99013"]),
        ("zz12 4ef", ["Z99003"]),
        ("surgery nowhere", []),
        ("", []),
        ("  ", []),
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
        ("\x00", []),
        ("word " * 5000, []),
    ],
)
def test_a_practice_is_found_by_name_postcode_or_code(text: str, codes: list[str]) -> None:
    assert found(text) == codes


def test_no_more_are_found_than_asked_for_and_always_in_one_order() -> None:
    assert found("z990", limit=2) == found("z990")[:2] == ["Z99003", "Z99011"]


def test_a_closed_practice_is_not_offered_but_known() -> None:
    assert found("tannery") == []
    assert queries.get_practice("Z99004").closed_on == AUGUST
    codes = queries.codes_of_practices("tannery")
    assert list(session().scalars(codes)) == ["Z99004"]


def test_other_queries_can_ask_for_what_a_text_finds() -> None:
    inner = queries.codes_of_practices("high street")
    outer = select(Practice.code).where(Practice.code.in_(inner), Practice.postcode_key.startswith("ZZ11"))
    assert list(session().scalars(outer)) == ["Z99012"]
    assert list(session().scalars(queries.codes_of_practices(" . "))) == []


def test_a_code_is_read_in_any_case() -> None:
    assert queries.get_practice(" z99001 ").code == "Z99001"
    assert queries.get_network("u99990").code == "U99990"


def test_an_unknown_code_is_not_found() -> None:
    assert queries.find_practice("A00000") is None
    assert queries.list_size("A00000") is None
    with pytest.raises(NotFound, match="practice with this code"):
        queries.get_practice("A00000")
    with pytest.raises(NotFound, match="network with this code"):
        queries.get_network("U00000")


def test_the_practices_of_a_network_stand_in_order_of_their_names() -> None:
    names = [practice.name for practice in queries.list_practices_of_network("U99990")]
    assert names == sorted(names)
    assert len(names) == 5
    assert queries.list_practices_of_network("U00000") == []
