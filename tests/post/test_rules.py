"""What an outcome makes of a row, when it is tried again, and how much a worker takes in hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pcnppg.post import rules
from pcnppg.post.rules import (
    BATCH,
    DOUBT_PAUSE,
    NOT_ATTEMPTED,
    UNCERTAIN,
    Fate,
    Next,
    Outcome,
    State,
    Turns,
    after,
    asks_for_less,
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


def test_each_line_has_something_to_carry_however_slow_the_server() -> None:
    assert batch_size(5.0, least=4) == 4
    assert batch_size(5.0, least=40) == BATCH


@pytest.mark.parametrize(
    ("answer", "less"),
    [
        ("421 4.7.0", True),
        ("451", True),
        ("452 4.3.1", True),
        ("450 4.7.1", True),
        ("452 4.2.2", False),
        ("450 4.1.1", False),
        ("450", False),
    ],
)
def test_a_temporary_no_about_one_mailbox_slows_nobody_else_down(answer: str, less: bool) -> None:
    assert asks_for_less(temporary(answer)) is less
    assert not asks_for_less(refused(answer))


def test_each_domain_takes_its_turns_at_the_rate_and_a_seconds_worth_at_once() -> None:
    turns = Turns(120)
    given = [turns.next_for(f"p{n}@example.com", workers=1, at=AT) for n in range(5)]
    half = timedelta(seconds=0.5)
    assert given == [AT, AT, AT, AT + half, AT + 2 * half]
    assert turns.next_for("ann@Example.org", workers=1, at=AT) == AT
    assert turns.next_for("ann@example.com", workers=2, at=AT + MINUTE) == AT + MINUTE


def test_without_a_rate_every_turn_is_now() -> None:
    assert {Turns(None).next_for("ann@example.com", workers=1, at=AT) for _ in range(50)} == {AT}


def test_domains_that_owe_no_wait_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_DOMAINS", 3)
    turns = Turns(60)
    for n in range(9):
        turns.next_for(f"p@d{n}.example", workers=1, at=AT + n * MINUTE)
    assert len(turns._free_at) <= 3


def test_who_waits_for_a_turn_waits_without_a_try() -> None:
    put_off = Outcome(Fate.NOT_ATTEMPTED, until=AT + MINUTE)
    assert after(put_off, tries=2, due_at=AT, at=AT) == Next(State.QUEUED, 2, AT + MINUTE, None)


@pytest.mark.parametrize(("rate", "workers", "seconds"), [(None, 3, 0.0), (60, 1, 1.0), (60, 2, 2.0), (600, 0, 0.1)])
def test_all_workers_together_keep_to_the_rate(rate: int | None, workers: int, seconds: float) -> None:
    assert seconds_between(rate, workers) == seconds


def test_a_slot_begins_at_the_same_moment_for_every_worker() -> None:
    day = timedelta(days=1)
    assert slot_of(AT, day) == slot_of(AT + timedelta(hours=13), day) == datetime(2027, 3, 4, tzinfo=UTC)
    assert slot_of(AT, timedelta(minutes=5)) == AT
