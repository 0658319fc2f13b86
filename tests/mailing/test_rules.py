"""The allowance as arithmetic, what may be done when, and what a text makes us wonder about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.kernel.clock import YEAR
from pcnppg.mailing.rules import (
    BODY_LENGTH,
    Forecast,
    LeftOut,
    Outcomes,
    Slot,
    State,
    allowance_left,
    expected,
    forecast,
    gate,
    is_counted,
    is_somebody_else_writing,
    is_text_short_enough,
    may_send,
    may_take_back,
    may_write,
    numbers_in_a_year,
)
from pcnppg.mailing.rules.wondering import MANY_WORDS, Wonder, readable, shouts, warnings

AT = datetime(2027, 3, 4, 10, 30, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
moments = st.integers(-3000, 3000).map(lambda days: AT + timedelta(days=days))


def test_a_handover_counts_for_365_times_24_hours_and_not_an_instant_longer() -> None:
    assert not is_counted(AT - YEAR, AT)
    assert is_counted(AT - YEAR + INSTANT, AT)
    assert is_counted(AT + timedelta(days=4000), AT)  # a clock set back opens nothing


@given(st.integers(1, 12), st.lists(moments), st.integers(0, 5), moments)
def test_allowance_is_the_promise_less_what_was_used_and_never_below_none(
    promise: int, handed_over: list[datetime], waiting: int, at: datetime
) -> None:
    left = allowance_left(promise, handed_over=handed_over, waiting=waiting, at=at)
    used = len([moment for moment in handed_over if moment > at - timedelta(hours=365 * 24)]) + waiting
    assert left == max(0, promise - used)
    assert left >= allowance_left(promise, handed_over=[*handed_over, at], waiting=waiting, at=at)


def test_what_waits_is_foreseen_by_the_gate_at_the_handover() -> None:
    rows = [(2, 4, 4, False, 15), (3, 2, 4, False, 34), (5, 4, 4, False, 2), (1, 4, 4, True, 3)]
    assert expected(rows, []) == Outcomes(waiting=15, promise_lowered=34, none_left=2, paused=3)


def test_one_without_allowance_stops_all_who_share_the_message() -> None:
    rows = [(1, 4, 4, False, 3), (3, 2, 4, False, 1)]
    sharing = [(7, 1, 4, 4, False), (7, 3, 2, 4, False), (9, 1, 4, 4, False)]
    assert expected(rows, sharing) == Outcomes(waiting=2, shared=1, promise_lowered=1)


def test_a_forecast_sorts_people_by_what_it_would_be_for_them() -> None:
    found = forecast([(2, 4, False, 212), (3, 4, False, 31), (4, 4, False, 6), (0, 4, True, 4), (5, 4, False, 1)])
    assert found == Forecast((Slot(3, 4, 212), Slot(4, 4, 31)), none_left=7, paused=4)
    assert (found.reached, found.last, found.not_last) == (243, 31, (Slot(3, 4, 212),))


def test_outcomes_add_up() -> None:
    found = Outcomes(refused=1, given_up=2, none_left=3, paused=4, promise_lowered=5)
    assert (found.failed, found.left_out) == (3, 12)


@pytest.mark.parametrize(
    ("used", "promise", "of", "paused", "because"),
    [
        (4, 4, 4, False, None),
        (5, 4, 4, False, LeftOut.NONE_LEFT),
        (3, 2, 4, False, LeftOut.PROMISE_LOWERED),
        (3, 2, None, False, LeftOut.NONE_LEFT),
        (1, 4, 4, True, LeftOut.PAUSED),
    ],
)
def test_the_gate_at_the_mark(used: int, promise: int, of: int | None, paused: bool, because: LeftOut | None) -> None:
    assert gate(used=used, promise=promise, of_at_most=of, is_paused=paused) is because


def test_only_a_draft_can_be_written_on() -> None:
    assert may_write(State.DRAFT)
    assert "already sent" in may_write(State.GOING).because
    assert "put away" in may_write(State.TAKEN_BACK).because


def test_a_mailing_needs_a_subject_and_a_text_that_is_short_enough() -> None:
    assert may_send("Hello", "Come along")
    assert "subject" in may_send(" ", "Come along").because
    assert "nothing to send" in may_send("Hello", "\n ").because
    assert not may_send("Hello", "x" * (BODY_LENGTH + 1))
    assert is_text_short_enough("x" * BODY_LENGTH)
    assert "20,001" in is_text_short_enough("x" * 20_001).because


def test_taking_back_ends_with_the_hold() -> None:
    assert may_take_back(State.HELD, AT, AT - INSTANT)
    assert not may_take_back(State.HELD, AT, AT)
    assert not may_take_back(State.HELD, None, AT)
    assert "no longer held" in may_take_back(State.GOING, AT, AT - INSTANT).because


def test_writing_is_remembered_for_half_an_hour() -> None:
    assert is_somebody_else_writing(1, AT, reader=2, at=AT + timedelta(minutes=29))
    assert not is_somebody_else_writing(1, AT, reader=2, at=AT + timedelta(minutes=30))
    assert not is_somebody_else_writing(1, AT, reader=1, at=AT)


def test_what_no_keyboard_types_is_taken_out() -> None:
    assert readable("a\r\nb\rc\x00\ue000leave\ue001\u2028\td") == "a\nb\ncleave\td"


def wonders(subject: str, body: str) -> list[Wonder]:
    return [warning.what for warning in warnings(subject, body)]


@pytest.mark.parametrize(
    "body",
    [
        "Please stop taking your tablets.",
        "Take two paracetamol tablets?",
        "Please take 400 mg of it daily",
        "Reply if it could be an infection: it may be cancer",
        "There is no need to see a doctor. Come along.",
        "Join us. Ginger cures colds.",
    ],
)
def test_what_may_read_as_medical_advice_is_noticed(body: str) -> None:
    assert Wonder.MEDICAL in wonders("Hello", body)


@pytest.mark.parametrize(
    "body",
    [
        "Flu clinics begin on 2 October. Please book at the desk.",
        "Dr Shah will talk about diabetes. Come along.",
        "Ask your practice about your medicines.",
        "The pharmacist can see you without a GP appointment. Tell us how it went.",
    ],
)
def test_news_of_a_practice_is_no_medical_advice(body: str) -> None:
    assert wonders("Hello", body) == []


@pytest.mark.parametrize(
    ("subject", "body", "wonder"),
    [
        ("", "Please come.", Wonder.NO_SUBJECT),
        ("s" * 71, "Please come.", Wonder.LONG_SUBJECT),
        ("IMPORTANT NEWS FOR YOU", "Please come.", Wonder.CAPITALS),
        ("Hello", "Please come.\nREAD ALL OF THIS NOW", Wonder.CAPITALS),
        ("Hello", "Please <b>come</b>.", Wonder.RAW_HTML),
        ("Hello", "Please come. ![us](https://x.example/us.png)", Wonder.PICTURE),
        ("Hello", "We met on Tuesday.", Wonder.NO_ASK),
        ("Hello", "Please read [here](https://x.example).", Wonder.VAGUE_LINK),
        ("Hello", "Please come. " + "word " * MANY_WORDS, Wonder.LONG),
    ],
)
def test_each_thing_to_wonder_about(subject: str, body: str, wonder: Wonder) -> None:
    assert wonders(subject, body) == [wonder]


def test_a_good_text_makes_nobody_wonder() -> None:
    assert wonders("Our summer meeting", "Come to the NHS hall in ELM ROAD. Write to us: <https://x.example>") == []
    assert wonders("A draft", "") == []


def test_only_a_whole_line_of_capitals_is_a_shout() -> None:
    assert shouts("The PPG and the PCN met the ICB", "HTTPS://EXAMPLE.ORG/ABCDEFGHIJK") == []
    assert shouts("quiet", "  EVERYBODY MUST COME  ") == ["EVERYBODY MUST COME"]


def test_each_place_to_look_at_is_named_once_and_the_rest_are_counted() -> None:
    body = "Please come. <b>one</b> <b>two</b> <i>three</i> <u>four</u>"
    [warning] = warnings("Hello", body)
    assert (warning.what, warning.found, warning.more) == (Wonder.RAW_HTML, ("<b>", "</b>", "<i>"), 3)
    [warning] = warnings("Hello", "Stop taking your tablets. Skip your dose! Shall we?")
    assert warning.found == ("Stop taking", "Skip your dose")


def test_a_mailings_number_looks_back_365_days() -> None:
    days = [0, 100, 364, 365, 366]
    assert numbers_in_a_year(AT + timedelta(days=d) for d in days) == [1, 2, 3, 3, 4]
