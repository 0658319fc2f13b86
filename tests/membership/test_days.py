"""Days in England: which day it is, months, bank holidays, working days. No database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.membership.rules import (
    bank_holidays,
    day_in_england,
    easter,
    is_working_day,
    months_on,
    working_day_from,
)

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2200, 1, 1))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 3, 27)),
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 22, 59, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 23, 1, tzinfo=UTC), date(2027, 3, 29)),  # summer time has begun that morning
        (datetime(2027, 10, 30, 23, 30, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 10, 31, 23, 30, tzinfo=UTC), date(2027, 10, 31)),  # and has ended
    ],
)
def test_a_day_is_what_a_calendar_in_england_shows(at: datetime, day: date) -> None:
    assert day_in_england(at) == day


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 3, 4), 1, date(2027, 4, 4)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 1, 29), 1, date(2028, 2, 29)),
        (date(2027, 1, 29), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 8, 31), 1, date(2027, 9, 30)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2028, 1, 15), -12, date(2027, 1, 15)),
        (date(2028, 2, 29), -12, date(2027, 2, 28)),
    ],
)
def test_a_month_on_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, then: date) -> None:
    assert months_on(day, months) == then


@given(DAYS, st.integers(min_value=0, max_value=60))
def test_months_never_run_into_the_next_one(day: date, months: int) -> None:
    then = months_on(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == day.day or (then + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (1961, date(1961, 4, 2)),
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),
        (2011, date(2011, 4, 24)),
        (2024, date(2024, 3, 31)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
        (2076, date(2076, 4, 19)),
    ],
)
def test_easter_falls_where_the_almanac_has_it(year: int, day: date) -> None:
    assert easter(year) == day


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2021, ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"]),  # Christmas on a Saturday
        (2024, ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"]),
        (2025, ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"]),
        (2026, ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),  # Boxing Day on a Saturday
        (2027, ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2028, ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"]),  # New Year on a Saturday
        (2033, ["01-03", "04-15", "04-18", "05-02", "05-30", "08-29", "12-26", "12-27"]),  # Christmas on a Sunday
    ],
)
def test_bank_holidays_are_those_that_are_published(year: int, days: list[str]) -> None:
    assert sorted(bank_holidays(year)) == [date.fromisoformat(f"{year}-{day}") for day in days]


@given(st.integers(min_value=1990, max_value=2200))
def test_a_year_has_eight_bank_holidays_and_none_is_lost_on_a_weekend(year: int) -> None:
    found = bank_holidays(year)
    assert len(found) == 8
    assert all(day.weekday() < 5 and day.year == year for day in found)


@given(DAYS)
def test_the_next_working_day_is_the_first_there_is(day: date) -> None:
    then = working_day_from(day)
    assert is_working_day(then)
    assert day <= then <= day + timedelta(days=5)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((then - day).days))
