"""When a mailing may be planned, stopped, said again; when it is night; what waits too long. Without a database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from pcnppg.kernel.clock import LONDON
from pcnppg.kernel.settings import QuietHours
from pcnppg.mailing.rules import LeftOut, State, life

NIGHT = QuietHours(21, 8)
NOON = QuietHours(12, 14)


def at(hour: int, minute: int = 0, *, day: int = 4, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [(at(20, 59), False), (at(21), True), (at(23, 59), True), (at(0), True), (at(7, 59), True), (at(8), False)],
)
def test_the_night_is_the_groups_night(moment: datetime, quiet: bool) -> None:
    assert life.is_quiet(moment, NIGHT) is quiet
    assert life.is_quiet(moment.astimezone(UTC), NIGHT) is quiet
    assert not life.is_quiet(moment, None)


def test_in_summer_the_night_begins_an_hour_earlier_by_the_worlds_clock() -> None:
    assert life.is_quiet(datetime(2027, 7, 1, 20, 30, tzinfo=UTC), NIGHT)
    assert not life.is_quiet(datetime(2027, 3, 1, 20, 30, tzinfo=UTC), NIGHT)


def test_quiet_hours_in_the_day_end_on_the_same_day() -> None:
    assert life.is_quiet(at(13), NOON)
    assert not life.is_quiet(at(14), NOON)
    assert life.quiet_ends(at(13), NOON) == at(14)


def test_it_says_when_the_night_ends() -> None:
    assert life.quiet_ends(at(22), NIGHT) == at(8, day=5)
    assert life.quiet_ends(at(3), NIGHT) == at(8)
    assert life.quiet_ends(at(22, day=27), NIGHT) == at(8, day=28)  # the night in which the clocks go forward
    assert life.quiet_ends(at(12), NIGHT) is None
    assert life.quiet_ends(at(12), None) is None
    assert life.quiet_words(NIGHT) == "No mailing goes out between 9pm and 8am."
    assert life.quiet_words(QuietHours(0, 12)) == "No mailing goes out between midnight and midday."
    assert life.quiet_words(None) == ""


def test_nothing_waits_too_long_at_night() -> None:
    hour = timedelta(hours=1)
    assert life.overdue(None, at(12), NIGHT) == timedelta()
    assert life.overdue(at(20), at(23), NIGHT) == timedelta()
    assert life.overdue(at(22, day=3), at(9), NIGHT) == hour
    assert life.overdue(at(10), at(12), NIGHT) == 2 * hour
    assert life.overdue(at(13), at(12), NIGHT) == timedelta()
    assert life.overdue(at(2), at(4), None) == 2 * hour
    assert life.last_quiet_end(at(7), NIGHT) == at(8, day=3)
    assert life.last_quiet_end(at(7), None) is None


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("9am", time(9)), ("9 AM", time(9)), ("12am", time(0)), ("12pm", time(12)), ("2:30pm", time(14, 30)),
        ("14.30", time(14, 30)), ("0:05", time(0, 5)), ("midday", time(12)), ("noon", time(12)),
        ("9", None), ("25:00", None), ("9:75", None), ("13pm", None), ("0am", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_times_are_understood_as_people_write_them(typed: str, means: time | None) -> None:
    assert life.time_typed(typed) == means


def test_a_mailing_is_planned_for_the_day_to_come_within_a_year() -> None:
    now = at(10)
    assert life.may_schedule(at(11), now, NIGHT)
    assert "still to come" in life.may_schedule(now, now, NIGHT).because
    assert "within a year" in life.may_schedule(now + timedelta(days=400), now, NIGHT).because
    assert "between 9pm and 8am" in life.may_schedule(at(22), now, NIGHT).because
    assert life.may_schedule(at(22), now, None)


def test_two_hours_late_it_asks_first() -> None:
    planned = at(9)
    assert not life.is_late(planned, at(11))
    assert life.is_late(planned, at(11, 1))
    assert life.may_send_late(State.SCHEDULED, planned, at(12))
    for state, moment in [(State.SCHEDULED, at(11)), (State.SCHEDULED, None), (State.HELD, planned)]:
        assert "does not wait for your word" in life.may_send_late(state, moment, at(12)).because
    assert life.may_unschedule(State.SCHEDULED)
    assert "not planned any more" in life.may_unschedule(State.GOING).because


def test_only_what_goes_out_can_be_stopped() -> None:
    assert life.may_stop(State.GOING, at(9), at(10))
    assert life.may_stop(State.HELD, at(10), at(10))
    assert "Take it back instead" in life.may_stop(State.HELD, at(11), at(10)).because
    assert "Take it back instead" in life.may_stop(State.HELD, None, at(10)).because
    assert "nothing to stop" in life.may_stop(State.SENT, at(9), at(10)).because


def test_a_text_is_known_again_however_it_is_spaced() -> None:
    same = life.fingerprint("Our  Meeting", "Come along.\r\n\r\nPlease.")
    assert same == life.fingerprint("our meeting ", "come along.\n\n\nPlease. ")
    assert same != life.fingerprint("Our meeting", "Come along. Please!")
    assert life.fingerprint("a b", "c") != life.fingerprint("a", "b c")
    assert life.may_say_again(None)
    assert "on Thursday 4 March 2027" in life.may_say_again(at(10)).because


def test_a_second_copy_needs_a_second_slot_for_everybody_there() -> None:
    assert life.may_send_again([None, None], are_on_list=True)
    for reasons, on_list, words in [
        ([], False, "not on your list any more"),
        ([None, LeftOut.PAUSED], True, "asked for a break"),
        ([None, LeftOut.NONE_LEFT], True, "all the emails that you promised"),
    ]:
        assert words in life.may_send_again(reasons, are_on_list=on_list).because
