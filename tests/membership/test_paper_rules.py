"""Days as people type them, old forms, one person or two, and a file that no spreadsheet calculates."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.kernel import spreadsheet
from pcnppg.membership import formats
from pcnppg.membership.rules import (
    Agreement,
    Channel,
    Shown,
    may_be_given_on,
    may_come_back,
    may_write_down,
    phone_key,
    searchable,
)

TODAY = date(2027, 3, 4)


@pytest.mark.parametrize(
    ("day", "sure", "allowed"),
    [
        (date(2027, 3, 4), False, True),
        (date(2027, 3, 5), True, False),
        (date(2026, 9, 4), False, True),
        (date(2026, 9, 3), False, False),
        (date(2026, 9, 3), True, True),
    ],
)
def test_a_form_is_not_of_tomorrow_and_an_old_one_asks_for_a_second_look(day: date, sure: bool, allowed: bool) -> None:
    assert bool(may_be_given_on(day, TODAY, is_sure=sure)) is allowed


@pytest.mark.parametrize(
    ("key", "here", "allowed"),
    [
        ("pat", [], True),
        ("", [], True),
        ("pat", ["kim"], True),
        ("pat", ["kim", "pat"], False),
        ("pat", [""], False),
        ("", ["kim"], False),
        ("", [""], False),
    ],
)
def test_two_people_at_one_mailbox_need_two_names(key: str, here: list[str], allowed: bool) -> None:
    assert bool(may_write_down(key, here)) is allowed


def test_a_form_is_newer_than_leaving_from_the_day_after() -> None:
    left = datetime(2027, 3, 4, 23, 30, tzinfo=UTC)
    assert not may_come_back(left, date(2027, 3, 4))
    assert may_come_back(left, date(2027, 3, 5))


def test_a_day_begins_and_ends_as_clocks_in_england_say() -> None:
    summer = Agreement(channel=Channel.DESK, taken_by="Sam", given_on=date(2027, 3, 28), kept_at=None)
    assert summer.day_begins.astimezone(UTC) == datetime(2027, 3, 28, 0, 0, tzinfo=UTC)
    assert summer.day_ends.astimezone(UTC) == datetime(2027, 3, 28, 23, 0, tzinfo=UTC)
    late = datetime(2027, 4, 1, tzinfo=UTC)
    assert summer.given_at(late).astimezone(UTC) == datetime(2027, 3, 28, 11, 0, tzinfo=UTC)


def test_a_number_is_the_same_with_and_without_the_country() -> None:
    assert phone_key("+44 1632 960777") == phone_key("01632 960 777"[1:]) == "1632960777"
    assert phone_key(None) == ""


def test_a_search_looks_through_all_that_reaches_somebody() -> None:
    assert searchable("Zoë", None, "4 Weir Lane\nWithy", "01632") == "zoe 4 weir lane withy 01632"
    assert searchable(None, "Pat@example.com") == "pat@example.com"


DANGEROUS = ["=1+1", "+44 1632", "-2", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert spreadsheet.safe_cell(text).startswith("'")


@given(st.lists(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_whatever_people_are_called_the_file_stays_a_table_without_formulas(rows: list[list[str]]) -> None:
    file = spreadsheet.as_spreadsheet("Contact list", ["Name", "Phone"], rows)
    assert file.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert read[0] == ["Contact list"]
    assert len(read) == len(rows) + 2
    for row, typed in zip(read[2:], rows, strict=True):
        assert len(row) == 2
        for cell, before in zip(row, typed, strict=True):
            assert cell[:1] not in set("=+-@\t\r\n＝＋－＠")
            assert cell in {before, f"'{before}"} or "\n" in before.strip()


def test_several_lines_become_one() -> None:
    assert spreadsheet.safe_cell("4 Weir Lane\r\n\r\n Withy \n") == "4 Weir Lane, Withy"
    assert spreadsheet.safe_cell("a\n=b") == "a, =b"
    assert spreadsheet.safe_cell("=a\nb") == "'=a, b"


def test_words_without_email_are_words_of_their_own() -> None:
    words = Shown(words="You get emails.", digest=formats.digest("You get emails."), promise=3)
    other = formats.without_email(words)
    assert other.words.startswith("You get emails.\n\n")
    assert other.blocks[-1] == formats.extra_words()
    assert (other.promise, other.digest == words.digest) == (3, False)
