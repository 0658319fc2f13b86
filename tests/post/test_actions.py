"""The outbox: what is put in, taken back, claimed, settled, and what a crash makes of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from pcnppg.kernel import clock, keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.post import actions, formats, queries
from pcnppg.post.models import JobRun, OutboxMessage, Worker
from pcnppg.post.rules import (
    NOT_ATTEMPTED,
    UNCERTAIN,
    UNREADABLE,
    Fate,
    Item,
    MailClass,
    Outcome,
    State,
    handed_over,
    refused,
    temporary,
)
from pcnppg.store.session import session, transaction

Write = Callable[..., int]
Look = Callable[[int], OutboxMessage]
LEASE = timedelta(seconds=60)
OUTBOX = actions.Outbox()


def claim(worker: str = "w1", *, limit: int = 20) -> Sequence[Item]:
    with transaction():
        return OUTBOX.claim(worker, at=now(), limit=limit)


def settle(message_id: int, outcome: Outcome, worker: str = "w1") -> None:
    with transaction():
        OUTBOX.settle(worker, [(message_id, outcome)], at=now())


def abandon(worker: str = "w1") -> int:
    with transaction():
        return OUTBOX.abandon(worker, at=now())


def test_a_message_waits_sealed(write: Write, look: Look) -> None:
    row = look(write("Ann.Lee@Example.com"))
    assert row.state == State.QUEUED
    assert row.sealed is not None
    assert b"example" not in row.sealed.lower()
    assert (row.tries, row.in_doubt, row.mail_class) == (0, False, MailClass.SERVICE)


def test_a_parsed_address_is_taken_as_it_is(write: Write) -> None:
    write(EmailAddress.parse("Ann@Example.com"))  # type: ignore[arg-type]
    assert claim()[0].to == "ann@example.com"


def test_what_is_no_address_is_refused(write: Write) -> None:
    with pytest.raises(RuleBroken):
        write("nobody")


def test_a_message_goes_with_its_fact_or_not_at_all(inside: Flask) -> None:
    def fail() -> None:
        with transaction():
            actions.enqueue(kind="tests/hello", mail_class=MailClass.SERVICE, to="a@example.com", values={}, at=now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert session().scalar(select(func.count()).select_from(OutboxMessage)) == 0


def test_claiming_marks_in_order_and_gives_the_finished_message(write: Write, look: Look) -> None:
    ids = [write(f"p{n}@example.com") for n in range(3)]
    items = claim(limit=2)
    assert [item.key for item in items] == ids[:2]
    assert (items[0].to, items[0].envelope_from) == (
        "p0@example.com",
        f"m+{keys.current().sign('returned', ids[0])}@pcnppg.test",
    )
    assert b"Dear Ann," in items[0].make()
    assert [look(n).state for n in ids] == [State.ATTEMPTING, State.ATTEMPTING, State.QUEUED]
    assert look(ids[0]).attempting_by == "w1"
    assert [item.key for item in claim("w2")] == ids[2:]
    assert claim("w3") == []


def test_what_is_not_due_yet_stays(write: Write) -> None:
    write(at=now() + timedelta(minutes=1))
    assert claim() == []


def test_an_expired_message_is_not_sent_and_its_receiver_is_forgotten(write: Write, look: Look) -> None:
    code = write(expires_at=now() + timedelta(minutes=10))
    with clock.at(now() + timedelta(minutes=10)):
        assert claim() == []
        row = look(code)
    assert (row.state, row.sealed) == (State.EXPIRED, None)
    assert row.settled_at == now() + timedelta(minutes=10)


def test_behind_expired_ones_the_next_is_found(write: Write) -> None:
    for _ in range(3):
        write(expires_at=now())
    good = write()
    assert [item.key for item in claim(limit=2)] == [good]


def test_a_row_that_cannot_be_read_any_more_blocks_nobody(write: Write, look: Look) -> None:
    bad, good = write(), write()
    with transaction():
        session().execute(update(OutboxMessage).where(OutboxMessage.id == bad).values(sealed=os.urandom(80)))
    assert [item.key for item in claim()] == [good]
    row = look(bad)
    assert (row.state, row.answer, row.sealed) == (State.GIVEN_UP, UNREADABLE, None)


@pytest.mark.parametrize(
    ("outcome", "state"), [(handed_over("250 2.0.0"), State.HANDED_OVER), (refused("550 5.1.1"), State.REFUSED)]
)
def test_a_settled_message_keeps_the_answer_and_forgets_the_receiver(
    write: Write, look: Look, outcome: Outcome, state: State
) -> None:
    message_id = write()
    claim()
    settle(message_id, outcome)
    row = look(message_id)
    assert (row.state, row.answer, row.sealed) == (state, outcome.answer, None)
    assert (row.settled_at, row.attempting_by) == (now(), None)


def test_a_temporary_refusal_puts_it_off(write: Write, look: Look) -> None:
    message_id = write()
    claim()
    settle(message_id, temporary("452 4.2.2"))
    row = look(message_id)
    assert (row.state, row.tries, row.answer) == (State.QUEUED, 1, "452 4.2.2")
    assert row.due_at == now() + timedelta(minutes=1)
    assert row.sealed is not None


def test_two_days_of_temporary_refusals_give_up_with_the_last_answer(write: Write, look: Look) -> None:
    message_id, began = write(), now()
    while (row := look(message_id)).state == State.QUEUED:
        with clock.at(row.due_at):
            claim()
            settle(message_id, temporary("451 4.7.1"))
    assert (row.state, row.answer, row.sealed) == (State.GIVEN_UP, "451 4.7.1", None)
    assert row.settled_at is not None
    assert timedelta(days=2) <= row.settled_at - began < timedelta(days=2, hours=6)


def test_a_row_whose_turn_never_came_is_due_at_once(write: Write, look: Look) -> None:
    message_id = write()
    claim()
    settle(message_id, NOT_ATTEMPTED)
    assert (look(message_id).state, look(message_id).tries) == (State.QUEUED, 0)
    assert [item.key for item in claim()] == [message_id]


def test_a_message_in_doubt_is_tried_once_more_and_then_stays_uncertain(write: Write, look: Look) -> None:
    message_id = write()
    claim()
    settle(message_id, UNCERTAIN)
    row = look(message_id)
    assert (row.state, row.in_doubt, row.tries) == (State.QUEUED, True, 0)
    assert claim() == [], "not at once"
    with clock.at(now() + timedelta(minutes=2)):
        assert len(claim()) == 1
        settle(message_id, UNCERTAIN)
        row = look(message_id)
    assert (row.state, row.sealed) == (State.UNCERTAIN, None)


def test_what_a_dead_worker_had_in_hand_is_in_doubt(write: Write, look: Look) -> None:
    held, other = write(), write()
    claim("w1", limit=1)
    claim("w2")
    assert abandon("w1") == 1
    assert (look(held).state, look(held).in_doubt) == (State.QUEUED, True)
    assert (look(other).state, look(other).attempting_by) == (State.ATTEMPTING, "w2")
    assert abandon("w1") == 0


def test_an_expired_message_in_doubt_is_not_tried_again(write: Write, look: Look) -> None:
    code = write(expires_at=now() + timedelta(minutes=10))
    claim()
    with clock.at(now() + timedelta(minutes=11)):
        abandon()
    assert look(code).state == State.EXPIRED


def test_a_slow_workers_truth_beats_the_doubt(write: Write, look: Look) -> None:
    once = write()
    claim()
    abandon()
    settle(once, handed_over("250 2.0.0"))
    assert look(once).state == State.HANDED_OVER
    twice = write()
    claim()
    abandon()
    with clock.at(now() + timedelta(minutes=2)):
        claim()
        abandon()
    settle(twice, handed_over("250 2.0.0"))
    assert look(twice).state == State.HANDED_OVER


@pytest.mark.parametrize("outcome", [refused("550"), temporary("450"), NOT_ATTEMPTED])
def test_a_slow_workers_no_changes_nothing(write: Write, look: Look, outcome: Outcome) -> None:
    message_id = write()
    claim()
    abandon()
    settle(message_id, outcome)
    assert (look(message_id).state, look(message_id).in_doubt) == (State.QUEUED, True)


def test_a_worker_settles_nothing_that_another_has_in_hand(write: Write, look: Look) -> None:
    message_id = write()
    claim("w2")
    settle(message_id, handed_over("250"), worker="w1")
    assert look(message_id).attempting_by == "w2"


def test_a_settled_message_is_not_settled_again(write: Write, look: Look) -> None:
    message_id = write()
    claim()
    settle(message_id, refused("550 5.1.1"))
    settle(message_id, handed_over("250"))
    assert look(message_id).state == State.REFUSED


def test_what_waits_about_a_row_can_be_withdrawn_and_is_forgotten(write: Write, look: Look) -> None:
    ours, theirs = write(about=("contact", 1)), write(about=("contact", 2))
    with transaction():
        assert actions.withdraw_about("contact", 1, at=now()) == 1
    assert (look(ours).state, look(ours).sealed, look(ours).settled_at) == (State.WITHDRAWN, None, now())
    assert look(theirs).state == State.QUEUED


@pytest.mark.parametrize("outcome", [temporary("450"), NOT_ATTEMPTED, UNCERTAIN])
def test_what_was_in_hand_when_withdrawn_is_not_tried_again(write: Write, look: Look, outcome: Outcome) -> None:
    message_id = write(about=("contact", 1))
    claim()
    with transaction():
        assert actions.withdraw_about("contact", 1, at=now()) == 0
    settle(message_id, outcome)
    assert (look(message_id).state, look(message_id).sealed) == (State.EXPIRED, None)


def test_what_waits_for_a_mailbox_or_names_its_owner_can_be_withdrawn(write: Write, look: Look) -> None:
    office = {"mail_class": MailClass.OFFICE, "to": "bob@example.com"}
    theirs = [write("ann@example.com"), write(**office, values={"asker": "Ann Archer"})]
    others = [
        write("bob@example.com", values={"name": "Ann Archer"}),  # a namesake's own
        write(**office, values={"asker": "Ann Archer-Bond", "when": now()}),
        write("ann@example.org"),
    ]
    unreadable = write("ann@example.com")
    with transaction():
        session().execute(
            update(OutboxMessage).where(OutboxMessage.id == unreadable).values(sealed=b"under a key that is gone")
        )
        assert actions.withdraw_naming("ann@example.com", "Ann Archer", at=now()) == 2
    assert [(look(one).state, look(one).sealed) for one in theirs] == [(State.WITHDRAWN, None)] * 2
    assert {look(one).state for one in (*others, unreadable)} == {State.QUEUED}


def test_what_waits_is_written_anew_where_somebody_else_is_named(write: Write, look: Look) -> None:
    named, other, settled, unreadable = (write(values={"words": words}) for words in ("Ann rang", "Rain", "Ann", "Ann"))
    kind = look(named).kind

    def opened(message_id: int) -> Any:
        return formats.unseal(keys.current().seal, look(message_id).sealed or b"")

    before = opened(other)
    with transaction():
        gone = {"state": State.WITHDRAWN, "settled_at": now(), "sealed": None}
        session().execute(update(OutboxMessage).where(OutboxMessage.id == settled).values(**gone))
        session().execute(update(OutboxMessage).where(OutboxMessage.id == unreadable).values(sealed=b"another key"))
        reword = lambda values: {**values, "words": values["words"].replace("Ann", "Somebody")}  # noqa: E731
        assert actions.reword_waiting("no-such-kind/", reword) == 0
        assert actions.reword_waiting(kind, reword) == 1
    assert opened(named)["values"]["words"] == "Somebody rang"
    assert opened(other) == before
    assert (look(settled).sealed, look(unreadable).sealed) == (None, b"another key")


def test_a_slot_is_claimed_once(inside: Flask) -> None:
    with transaction():
        assert actions.claim_slot("tests.daily", now(), at=now())
    with transaction():
        assert not actions.claim_slot("tests.daily", now(), at=now())
        assert actions.claim_slot("tests.daily", now() + timedelta(days=1), at=now())
        assert actions.claim_slot("tests.other", now(), at=now())
        actions.finish_slot("tests.daily", now(), at=now())
    found = select(JobRun.finished_at).where(JobRun.job == "tests.daily").order_by(JobRun.slot)
    assert session().scalars(found).all() == [now(), None]


def test_workers_are_alive_while_they_are_seen(inside: Flask) -> None:
    with transaction():
        actions.start_worker("w1", at=now())
        actions.start_worker("w2", at=now())
    with clock.at(now() + LEASE):
        with transaction():
            actions.see_worker("w2", at=now())
        assert queries.count_workers(now(), lease=LEASE) == 1
        assert queries.list_silent_workers(now(), lease=LEASE) == ["w1"]
        with transaction():
            assert actions.bury_worker("w1", at=now(), lease=LEASE)
            assert not actions.bury_worker("w1", at=now(), lease=LEASE), "once"
            assert not actions.bury_worker("w2", at=now(), lease=LEASE), "it was seen"
        assert queries.list_silent_workers(now(), lease=LEASE) == []
        with transaction():
            actions.see_worker("w1", at=now())
        assert queries.count_workers(now(), lease=LEASE) == 2


def test_workers_say_what_became_of_their_messages(inside: Flask) -> None:
    assert queries.carried() == queries.Carried(0, 0, 0, 0, None, 0)
    later = now() + timedelta(minutes=1)
    counts = {Fate.HANDED_OVER: 7, Fate.REFUSED: 1, Fate.TEMPORARY: 2, Fate.UNCERTAIN: 3, Fate.NOT_ATTEMPTED: 9}
    with transaction():
        for name in ("w1", "w2"):
            actions.start_worker(name, at=now())
            actions.see_worker(name, at=now(), counts=counts, a_minute=5)
        actions.end_worker("w2", at=later, counts=counts)
    assert queries.carried() == queries.Carried(14, 2, 4, 6, now(), 5), "nothing new went out since"


def test_what_is_settled_for_long_is_removed(write: Write, look: Look) -> None:
    old, waiting = write(), write()
    claim(limit=1)
    settle(old, handed_over("250"))
    with transaction():
        actions.start_worker("w1", at=now())
        actions.end_worker("w1", at=now())
        actions.claim_slot("tests.daily", now(), at=now())
    with clock.at(now() + timedelta(days=91)), transaction():
        assert actions.tidy(at=now()) == {"marks of mail that went out": 1}
    assert look(waiting).state == State.QUEUED
    for model in (Worker, JobRun):
        assert session().scalar(select(func.count()).select_from(model)) == 0


def test_how_the_queue_stands_in_numbers(write: Write) -> None:
    facts = queries.queue_facts(now(), lease=LEASE)
    assert (facts.waiting, facts.oldest, facts.workers) == (0, timedelta(), 0)
    for _ in range(3):
        write()
    claim(limit=1)
    with clock.at(now() + timedelta(minutes=5)):
        write()
        facts = queries.queue_facts(now(), lease=LEASE)
    assert (facts.waiting, facts.oldest, facts.uncertain, facts.given_up) == (4, timedelta(minutes=5), 0, 0)


def test_what_is_due_is_found_by_its_index(inside: Flask) -> None:
    bind = session().get_bind()
    asked = actions._DUE.params(at=now(), limit=20).compile(bind, compile_kwargs={"literal_binds": True})  # type: ignore[arg-type]
    explain = "EXPLAIN"
    if bind.dialect.name == "sqlite":
        explain = "EXPLAIN QUERY PLAN"
    else:
        session().execute(text("SET LOCAL enable_seqscan = off"))  # a small table is else read whole
    plan = session().execute(text(f"{explain} {asked}")).all()
    assert "ix_outbox_message_due" in str(plan)
