"""The arithmetic of promise and pause, and how a search reads, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.membership.rules import (
    SEARCH_LENGTH,
    Consent,
    Reach,
    Shown,
    binding_now,
    binding_promise,
    folded,
    is_paused,
    may_lower,
    months_later,
    searchable,
)

NOON = datetime(2027, 3, 4, 12, tzinfo=UTC)


def test_the_number_last_told_binds_unless_a_lower_one_was_set_since() -> None:
    assert binding_promise(4, []) == 4
    assert binding_promise(4, [3, 2, 3]) == 2
    assert binding_promise(2, [3]) == 2


@pytest.mark.parametrize(
    ("records", "binds"),
    [
        ([], None),
        ([(Consent.PAUSED, None)], None),
        ([(Consent.AGREED, 4)], 4),
        ([(Consent.AGREED, 4), (Consent.LOWERED, 2), (Consent.LOWERED, 3)], 2),
        ([(Consent.AGREED, 4), (Consent.LOWERED, 2), (Consent.TOLD, 6)], 6),
        ([(Consent.AGREED, 4), (Consent.WITHDRAWN, None), (Consent.AGREED, 3)], 3),
        ([(Consent.LOWERED, 2)], None),
    ],
)
def test_consent_records_say_which_number_binds(records: list[tuple[str, int | None]], binds: int | None) -> None:
    assert binding_now(records) == binds


def test_a_pause_ends_at_its_moment() -> None:
    assert is_paused(NOON, NOON - timedelta(seconds=1))
    assert not is_paused(NOON, NOON)
    assert not is_paused(None, NOON)


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        ((2027, 3, 4), 3, (2027, 6, 4)),
        ((2027, 11, 30), 3, (2028, 2, 29)),
        ((2026, 11, 30), 3, (2027, 2, 28)),
        ((2027, 12, 31), 6, (2028, 6, 30)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
        ((2027, 9, 30), 3, (2027, 12, 30)),
    ],
)
def test_a_pause_of_months_ends_on_the_same_day_or_the_last(
    day: tuple[int, int, int], months: int, until: tuple[int, int, int]
) -> None:
    assert months_later(datetime(*day, tzinfo=UTC), months) == datetime(*until, tzinfo=UTC)


def test_the_promise_may_only_go_down() -> None:
    assert may_lower(3, 4, fewest=1)
    assert "already" in may_lower(4, 4, fewest=1).because
    assert "new promise" in may_lower(5, 4, fewest=1).because
    assert "at least 1" in may_lower(0, 4, fewest=1).because


@pytest.mark.parametrize(
    ("text", "found"),
    [("Zoë  O'Neil", "zoe o'neil"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("ﬁne", "fine"), ("", "")],
)
def test_a_search_sees_neither_accents_nor_capitals(text: str, found: str) -> None:
    assert folded(text) == found


@given(st.text(), st.text(min_size=1))
def test_what_is_searched_is_never_too_long(name: str, address: str) -> None:
    text = searchable(name, address)
    assert len(text) <= SEARCH_LENGTH
    assert text == text.strip()


def test_words_are_shown_as_paragraphs() -> None:
    assert Shown("One.\n\nTwo\nlines.\n\n\n", "x", 4).blocks == ["One.", "Two\nlines."]


def test_reach_is_said_only_where_the_size_is_known() -> None:
    assert Reach(412, 3484).in_a_hundred == pytest.approx(11.825, abs=0.001)
    assert Reach(412, None).in_a_hundred is None
    assert Reach(0, 0).in_a_hundred is None
