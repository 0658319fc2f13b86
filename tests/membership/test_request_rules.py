"""By when a request must be answered, and which step is open when. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.membership.rules import (
    RequestKind,
    Timing,
    closed_before,
    is_working_day,
    may_acknowledge,
    may_be_received,
    may_close,
    may_erase,
    may_extend,
    may_pause,
    may_resume,
)

ACCESS, COMPLAINT, ERASURE = RequestKind.ACCESS, RequestKind.COMPLAINT, RequestKind.ERASURE
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2100, 1, 1))
THURSDAY = date(2027, 3, 4)


def asked(on: date = THURSDAY, kind: RequestKind = ACCESS, **more: object) -> Timing:
    return replace(Timing(kind=kind, received_on=on), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2027, 3, 4), date(2027, 4, 5)),  # 4 April is a Sunday
        (date(2027, 9, 3), date(2027, 10, 4)),  # 3 October is a Sunday
        (date(2027, 9, 1), date(2027, 10, 1)),
        (date(2027, 1, 31), date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2027, 2, 26), date(2027, 3, 30)),  # Good Friday, the weekend, Easter Monday
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas, the weekend, the Monday kept for Boxing Day
        (date(2026, 12, 1), date(2027, 1, 4)),  # New Year's Day, and the weekend after it
        (date(2026, 12, 31), date(2027, 2, 1)),
    ],
)
def test_an_answer_is_due_in_a_month_on_a_working_day(received: date, due: date) -> None:
    timing = asked(received)
    assert timing.due_on(received) == due
    assert timing.days_left(due) == 0
    assert timing.days_left(due - timedelta(days=6)) == 6
    assert timing.days_left(due + timedelta(days=2)) == -2


def test_taking_more_time_makes_it_three_months_from_the_first_day() -> None:
    assert asked(extended=True).due_on(THURSDAY) == date(2027, 6, 4)
    assert asked(date(2026, 11, 30), extended=True).due_on(THURSDAY) == date(2027, 3, 1)  # 28 February is a Sunday


def test_days_on_which_the_clock_stood_are_added_before_the_weekend_is_looked_at() -> None:
    assert asked(date(2027, 9, 1), paused_days=1).due_on(THURSDAY) == date(2027, 10, 4)  # 2 October is a Saturday
    assert asked(date(2027, 9, 1), paused_days=7).due_on(THURSDAY) == date(2027, 10, 8)


def test_while_the_clock_stands_the_last_day_moves_with_today() -> None:
    timing = asked(date(2027, 9, 1), paused_since=date(2027, 9, 10), paused_days=3)
    assert timing.due_on(date(2027, 9, 10)) == date(2027, 10, 4)
    assert timing.due_on(date(2027, 9, 14)) == date(2027, 10, 8)
    assert timing.days_left(date(2027, 9, 14)) == timing.days_left(date(2027, 9, 10))


@given(DAYS, st.integers(min_value=0, max_value=400), st.booleans())
def test_a_last_day_is_a_working_day_never_before_the_month_is_over(on: date, paused: int, extended: bool) -> None:
    timing = asked(on, paused_days=paused, extended=extended)
    due = timing.due_on(on)
    assert due is not None
    assert is_working_day(due)
    assert due >= on + timedelta(days=28 + paused)
    assert due <= on + timedelta(days=(92 if extended else 31) + paused + 5)


@given(DAYS, st.integers(min_value=0, max_value=60), st.integers(min_value=0, max_value=60))
def test_a_clock_that_stood_and_went_on_ends_where_it_said_it_would(on: date, before: int, stood: int) -> None:
    stopped, today = on + timedelta(days=before), on + timedelta(days=before + stood)
    standing = asked(on, paused_since=stopped)
    gone_on = asked(on, paused_days=stood, resumed_on=today)
    assert standing.due_on(today) == gone_on.due_on(today)


def test_a_complaint_is_acknowledged_within_thirty_days_and_then_answered_without_a_date() -> None:
    timing = asked(kind=COMPLAINT)
    assert timing.due_on(THURSDAY) == date(2027, 4, 5)  # the thirtieth day is Saturday 3 April
    assert asked(date(2027, 9, 1), COMPLAINT).due_on(THURSDAY) == date(2027, 10, 1)
    told = replace(timing, acknowledged_on=THURSDAY)
    assert told.due_on(THURSDAY) is None
    assert told.days_left(THURSDAY) is None


def test_what_is_near_its_end_or_a_complaint_presses() -> None:
    timing = asked(date(2027, 9, 1))
    last = date(2027, 10, 1)
    assert not timing.is_pressing(last - timedelta(days=8))
    assert timing.is_pressing(last - timedelta(days=7))
    assert timing.is_pressing(last + timedelta(days=70))
    assert not replace(timing, closed_on=last).is_pressing(last)
    assert not replace(timing, paused_since=last).is_pressing(last)
    assert asked(kind=COMPLAINT).is_pressing(THURSDAY)
    assert asked(kind=COMPLAINT, acknowledged_on=THURSDAY).is_pressing(THURSDAY)


def test_a_request_came_on_a_day_that_was() -> None:
    assert may_be_received(THURSDAY, THURSDAY)
    assert may_be_received(date(2026, 3, 4), THURSDAY)
    assert "still to come" in may_be_received(date(2027, 3, 5), THURSDAY).because
    assert "check the year" in may_be_received(date(2026, 3, 2), THURSDAY).because


def test_they_are_told_once_that_it_came() -> None:
    assert may_acknowledge(asked())
    assert not may_acknowledge(asked(acknowledged_on=THURSDAY))
    assert not may_acknowledge(asked(closed_on=THURSDAY))


def test_the_clock_stops_from_a_day_that_was_and_never_twice() -> None:
    today = date(2027, 3, 20)
    assert may_pause(asked(), THURSDAY, today)
    assert may_pause(asked(), today, today)
    assert "cannot be before 4 March 2027" in may_pause(asked(), date(2027, 3, 3), today).because
    assert "still to come" in may_pause(asked(), date(2027, 3, 21), today).because
    assert not may_pause(asked(paused_since=THURSDAY), today, today)
    assert not may_pause(asked(closed_on=THURSDAY), today, today)
    assert "complaint" in may_pause(asked(kind=COMPLAINT), today, today).because
    again = asked(resumed_on=date(2027, 3, 10), paused_days=5)
    assert "before 10 March 2027" in may_pause(again, date(2027, 3, 9), today).because
    assert may_pause(again, date(2027, 3, 10), today)


def test_the_clock_goes_on_from_a_day_after_it_stopped() -> None:
    today, standing = date(2027, 3, 20), asked(paused_since=date(2027, 3, 10))
    assert may_resume(standing, date(2027, 3, 10), today)
    assert may_resume(standing, today, today)
    assert "before 10 March" in may_resume(standing, date(2027, 3, 9), today).because
    assert "still to come" in may_resume(standing, date(2027, 3, 21), today).because
    assert "running" in may_resume(asked(), today, today).because


def test_more_time_is_taken_once_and_before_the_first_month_ends() -> None:
    end = date(2027, 4, 5)
    assert asked().first_end(THURSDAY) == end
    assert may_extend(asked(), end)
    assert "first month is over" in may_extend(asked(), end + timedelta(days=1)).because
    assert may_extend(asked(paused_days=10), end + timedelta(days=1))
    assert "already" in may_extend(asked(extended=True), THURSDAY).because
    assert not may_extend(asked(kind=COMPLAINT), THURSDAY)
    assert not may_extend(asked(closed_on=THURSDAY), THURSDAY)


def test_a_closed_request_stays_closed() -> None:
    assert may_close(asked())
    assert not may_close(asked(closed_on=THURSDAY))


def test_only_who_asked_for_it_is_erased() -> None:
    assert may_erase(asked(kind=ERASURE), has_contact=True)
    assert not may_erase(asked(kind=ERASURE), has_contact=False)
    assert not may_erase(asked(kind=ERASURE, closed_on=THURSDAY), has_contact=True)
    assert not may_erase(asked(), has_contact=True)


def test_twelve_months_after_it_was_closed_it_need_not_say_who() -> None:
    assert closed_before(THURSDAY) == date(2026, 3, 4)
    assert closed_before(date(2028, 2, 29)) == date(2027, 2, 28)
