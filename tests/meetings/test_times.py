"""Hours as people write them, and the two nights in which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.kernel.clock import LONDON
from pcnppg.meetings.rules import times

FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)
"""Sundays on which the clocks go forward at 1am, and back at 2am."""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("6:30pm", time(18, 30)),
        (" 6.30 PM ", time(18, 30)),
        ("18:30", time(18, 30)),
        ("7pm", time(19)),
        ("7 p.m.", time(19)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("midday", time(12)),
        ("Noon", time(12)),
        ("midnight", time(0)),
        ("09:05", time(9, 5)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, meant: time) -> None:
    assert times.time_typed(typed) == meant


@pytest.mark.parametrize("typed", ["", "7", "25:00", "13pm", "0am", "6:75pm", "half six", "6:3pm", "18:30pm"])
def test_what_is_no_time_is_not_guessed_at(typed: str) -> None:
    assert times.time_typed(typed) is None


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_what_we_spell_we_read(at: time) -> None:
    assert times.time_typed(times.spelt(at)) == at


def test_one_hour_of_the_year_does_not_come_and_one_comes_twice() -> None:
    assert not times.may_be_hour(FORWARD, time(1, 30))
    assert times.may_be_hour(FORWARD, time(2))
    assert times.may_be_hour(FORWARD, time(0, 59))
    assert times.comes_twice(BACK, time(1, 30))
    assert not times.comes_twice(BACK, time(2))
    assert not times.comes_twice(FORWARD, time(1, 30))
    assert times.in_england(BACK, time(1, 30)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2037, 1, 1)))  # noqa: DTZ001 - it takes naive ones
def test_an_hour_that_comes_is_shown_as_it_was_typed(typed: datetime) -> None:
    day, at = typed.date(), typed.time().replace(second=0, microsecond=0)
    if times.may_be_hour(day, at):
        shown = times.in_england(day, at).astimezone(LONDON)
        assert (shown.date(), shown.time()) == (day, at)


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2036, 1, 1)), st.integers(0, 120))  # noqa: DTZ001 - it takes naive ones
def test_days_before_are_days_of_the_calendar_whatever_the_clocks_do(start: datetime, days: int) -> None:
    moment = start.replace(tzinfo=UTC)
    found = times.days_before(moment, days, time(12)).astimezone(LONDON)
    assert found.date() == moment.astimezone(LONDON).date() - timedelta(days=days)
    assert found.time() == time(12)
