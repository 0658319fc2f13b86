"""What an outcome makes of a row, when it is tried again, and how much a worker takes in hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pcnppg.post.rules import (
    BATCH,
    DOUBT_PAUSE,
    NOT_ATTEMPTED,
    UNCERTAIN,
    Next,
    State,
    after,
    batch_size,
    handed_over,
    pause_before,
    refused,
    repeated_once,
    seconds_between,
    slot_of,
    temporary,
    worker_pause,
)

AT = datetime(2027, 3, 4, 10, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_pauses_grow_and_stay_at_the_longest() -> None:
    pauses = [pause_before(n) for n in range(1, 12)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (MINUTE, timedelta(hours=6))


def test_a_server_in_trouble_is_left_alone_for_longer_each_time() -> None:
    pauses = [worker_pause(n) for n in range(1, 10)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=5), timedelta(minutes=5))


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (handed_over("250 2.0.0"), State.HANDED_OVER),
        (refused("550 5.1.1"), State.REFUSED),
        (UNCERTAIN, State.UNCERTAIN),
        (NOT_ATTEMPTED, State.QUEUED),
    ],
)
def test_all_but_a_temporary_refusal_leaves_tries_and_time_alone(outcome: object, state: State) -> None:
    found = after(outcome, tries=3, due_at=AT, at=AT + MINUTE)  # type: ignore[arg-type]
    assert (found.state, found.tries, found.due_at) == (state, 3, AT)


def test_a_temporary_refusal_puts_the_row_off() -> None:
    assert after(temporary("451 4.7.1"), tries=0, due_at=AT, at=AT) == Next(State.QUEUED, 1, AT + MINUTE, "451 4.7.1")


def test_a_message_is_given_up_after_two_days_of_temporary_refusals_with_the_last_answer() -> None:
    tries, due_at, at = 0, AT, AT
    while True:
        found = after(temporary("452 4.2.2"), tries=tries, due_at=due_at, at=at)
        if found.state is State.GIVEN_UP:
            break
        tries, due_at, at = found.tries, found.due_at, found.due_at
    assert timedelta(days=2) <= at - AT < timedelta(days=2, hours=6)
    assert found.answer == "452 4.2.2"


def test_a_first_refusal_is_never_the_last_however_long_the_row_has_waited() -> None:
    found = after(temporary("451 4.7.1"), tries=0, due_at=AT, at=AT + timedelta(days=9))
    assert found.state is State.QUEUED


def test_a_second_refusal_two_days_after_the_first_gives_up() -> None:
    first = after(temporary("451"), tries=0, due_at=AT, at=AT)
    second = after(temporary("451"), tries=first.tries, due_at=first.due_at, at=AT + timedelta(days=2))
    assert second.state is State.GIVEN_UP


def test_a_service_message_in_doubt_goes_back_once() -> None:
    in_doubt = after(UNCERTAIN, tries=0, due_at=AT, at=AT)
    assert repeated_once(in_doubt, in_doubt=False, at=AT) == Next(State.QUEUED, 0, AT + DOUBT_PAUSE, None)
    assert repeated_once(in_doubt, in_doubt=True, at=AT).state is State.UNCERTAIN


def test_a_message_that_arrived_is_not_repeated() -> None:
    arrived = after(handed_over("250"), tries=0, due_at=AT, at=AT)
    assert repeated_once(arrived, in_doubt=False, at=AT) is arrived


@pytest.mark.parametrize(("pace", "rows"), [(0.0, BATCH), (0.05, BATCH), (0.1, 10), (0.4, 2), (1.0, 1), (30.0, 1)])
def test_a_slow_server_has_fewer_rows_in_hand(pace: float, rows: int) -> None:
    assert batch_size(pace) == rows


@pytest.mark.parametrize(("rate", "workers", "seconds"), [(None, 3, 0.0), (60, 1, 1.0), (60, 2, 2.0), (600, 0, 0.1)])
def test_all_workers_together_keep_to_the_rate(rate: int | None, workers: int, seconds: float) -> None:
    assert seconds_between(rate, workers) == seconds


def test_a_slot_begins_at_the_same_moment_for_every_worker() -> None:
    day = timedelta(days=1)
    assert slot_of(AT, day) == slot_of(AT + timedelta(hours=13), day) == datetime(2027, 3, 4, tzinfo=UTC)
    assert slot_of(AT, timedelta(minutes=5)) == AT
