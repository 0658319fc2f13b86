"""There is one clock, it knows its zone, and tests can turn it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pcnppg.kernel import clock

NOON = datetime(2027, 7, 1, 12, tzinfo=UTC)


def test_the_clock_tells_the_time_in_utc() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.now().tzinfo is UTC


def test_the_clock_can_be_turned_and_turns_back() -> None:
    with clock.at(NOON):
        with clock.at(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_the_clock_turns_back_after_an_accident() -> None:
    with pytest.raises(ZeroDivisionError), clock.at(NOON):
        raise ZeroDivisionError
    assert clock.now() != NOON


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(NOON.replace(tzinfo=None)):
        pass


def test_another_zone_is_turned_into_utc() -> None:
    with clock.at(datetime(2027, 7, 1, 14, tzinfo=timezone(timedelta(hours=2)))):
        assert (clock.now(), clock.now().tzinfo) == (NOON, UTC)


def test_a_wall_clock_in_england_is_an_hour_ahead_in_summer() -> None:
    assert clock.local(NOON).hour == 13
    assert clock.local(datetime(2027, 1, 1, 12, tzinfo=UTC)).hour == 12


def test_the_year_of_the_promise_is_365_times_24_hours() -> None:
    assert timedelta(hours=365 * 24) == clock.YEAR
