"""Planning: what may be, what is odd, and which dates follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.kernel.clock import local
from pcnppg.meetings.rules.meetings import (
    Habits,
    MeetingKind,
    Plan,
    dates_for,
    may_change,
    may_keep,
    may_plan,
    may_propose_for,
    warnings_of,
)

NOW = datetime(2027, 3, 4, 10, 30, tzinfo=UTC)
START = datetime(2027, 4, 15, 17, 30, tzinfo=UTC)


def plan(**over: Any) -> Plan:
    start = over.pop("starts_at", START)
    return Plan(
        **{
            "kind": MeetingKind.ORDINARY,
            "starts_at": start,
            "ends_at": start + timedelta(hours=2),
            "place": "x",
            **over,
        }
    )


def odd(of: Plan, others: tuple[tuple[datetime, datetime], ...] = ()) -> list[str]:
    return warnings_of(of, others=others, habits=Habits(), at=NOW)


def test_items_close_fourteen_days_before_and_the_agenda_goes_out_seven() -> None:
    dates = dates_for(MeetingKind.ORDINARY, START, Habits())
    assert local(dates.items_close_at) == local(START).replace(month=4, day=1, hour=23, minute=59)
    assert local(dates.agenda_due_at) == local(START).replace(month=4, day=8, hour=12, minute=0)


def test_of_an_annual_meeting_it_is_twenty_eight_and_fourteen_and_over_the_change_of_clocks() -> None:
    dates = dates_for(MeetingKind.AGM, START, Habits())
    assert str(local(dates.items_close_at)) == "2027-03-18 23:59:00+00:00"
    assert str(local(dates.agenda_due_at)) == "2027-04-01 12:00:00+01:00"


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001 - it takes naive ones
    st.integers(0, 120),
    st.integers(0, 120),
    st.sampled_from(MeetingKind),
)
def test_dates_never_come_in_the_wrong_order(start: datetime, one: int, other: int, kind: MeetingKind) -> None:
    habits = replace(
        Habits(),
        items_close_days=max(one, other),
        agenda_days=min(one, other),
        agm_items_close_days=max(one, other),
        agm_agenda_days=min(one, other),
    )
    assert may_keep(habits)
    moment = start.replace(tzinfo=UTC)
    dates = dates_for(kind, moment, habits)
    assert dates.items_close_at <= dates.agenda_due_at <= moment


@pytest.mark.parametrize(
    "over",
    [
        {"ends_at": START},
        {"ends_at": START - timedelta(hours=1)},
        {"ends_at": START + timedelta(hours=13)},
        {"starts_at": NOW + timedelta(days=800)},
        {"place": ""},
    ],
)
def test_what_cannot_be_is_refused(over: dict[str, Any]) -> None:
    assert not may_plan(plan(**over), NOW)


def test_a_link_alone_is_a_place() -> None:
    assert may_plan(plan(place="", link="https://meet.example"), NOW)
    assert may_plan(plan(), NOW)


def test_what_is_odd_is_asked_about() -> None:
    assert odd(plan()) == []
    assert odd(plan(starts_at=NOW - timedelta(days=1))) == ["Wednesday 3 March 2027 at 10:30am is over already."]
    assert "another meeting" in odd(plan(), ((START + timedelta(hours=1), START + timedelta(hours=3)),))[0]
    assert (
        odd(plan(), ((START + timedelta(hours=2), START + timedelta(hours=3)), (START - timedelta(hours=1), START)))
        == []
    )
    assert odd(plan(starts_at=NOW + timedelta(days=2))) == ["It is so soon that nobody has time to propose items."]
    assert "few people" in odd(plan(starts_at=START.replace(hour=2)))[0]
    assert "few people" in odd(plan(starts_at=START.replace(hour=21)))[0]
    assert time(7) <= local(START).time() <= time(21)


def test_what_is_over_or_cancelled_stays_as_it_is() -> None:
    assert may_change(cancelled_at=None, ended_at=None)
    assert not may_change(cancelled_at=NOW, ended_at=None)
    assert not may_change(cancelled_at=None, ended_at=NOW)
    assert may_propose_for(cancelled_at=None, starts_at=START, at=NOW)
    assert not may_propose_for(cancelled_at=NOW, starts_at=START, at=NOW)
    assert not may_propose_for(cancelled_at=None, starts_at=NOW, at=NOW)


@pytest.mark.parametrize(
    "over",
    [
        {"agenda_days": 15},
        {"items_close_days": 121},
        {"agm_agenda_days": -1},
        {"agm_items_close_days": 13},
        {"usual_minutes": 10},
        {"usual_minutes": 500},
    ],
)
def test_habits_hold_together(over: dict[str, int]) -> None:
    assert not may_keep(replace(Habits(), **over))
    assert may_keep(Habits())
