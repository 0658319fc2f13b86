"""Rule 2 and rule 4 where two real processes meet: the promise holds whoever is faster, and fails without the lock."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.kernel import clock
from pcnppg.kernel.settings import Settings
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import State
from pcnppg.membership.models import Contact
from pcnppg.store.session import session
from tests.conftest import DATABASE
from tests.mailing.lists import a_draft, a_list, contacts_of, deliveries, send
from tests.promises.processes import environ, start, talking

ROUNDS = int(os.environ.get("PROOF_RACES", "25"))
Racer = subprocess.Popen[str]

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def started(whole_app: Flask, settings: Settings) -> Iterator[Sequence[Racer]]:
    with two_racers(settings) as both:
        yield both


@pytest.fixture
def racers(started: Sequence[Racer], inside: Flask) -> Iterator[Sequence[Racer]]:
    with clock.at(datetime.now(UTC) - timedelta(hours=1)):
        yield started
    # Before the next test changes the database's file under them.
    assert at_once(started, "let_go", "let_go") == ["let go", "let go"]


@contextmanager
def two_racers(settings: Settings, **over: str) -> Iterator[Sequence[Racer]]:
    env = environ(settings, **over)
    with talking(*(start("tests.promises.racer", env=env, talks=True) for _ in range(2))) as both:
        for racer in both:
            assert racer.stdout
            assert racer.stdout.readline() == "ready\n"
        yield both


def at_once(racers: Sequence[Racer], *deeds: str, may_break: bool = False) -> list[str]:
    """Both at the same instant; what came of each."""
    session().rollback()
    for racer, deed in zip(racers, deeds, strict=True):
        assert racer.stdin
        racer.stdin.write(f"{deed}\n")
    answers = [racer.stdout.readline().strip() for racer in racers if racer.stdout]
    assert may_break or not [answer for answer in answers if answer.startswith("broken")], answers
    return answers


def most_slots(group: int) -> int:
    """The most list mail that any contact of a group was sent, or will be."""
    found = (
        select(func.count())
        .select_from(Delivery)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Mailing.group_id == group, Delivery.state.in_(["queued", "attempting", "handed_over", "uncertain"]))
        .group_by(Delivery.contact_id)
    )
    return max(session().scalars(found), default=0)


def race_two_drafts(racers: Sequence[Racer], slug: str, *, may_break: bool = False) -> tuple[int, list[str]]:
    group, (joan, amir) = a_list(40, slug=slug, promise=1)
    drafts = a_draft(group, joan), a_draft(group, amir)
    return group, at_once(
        racers, f"send {group} {drafts[0]} {joan}", f"send {group} {drafts[1]} {amir}", may_break=may_break
    )


def test_two_officers_sending_two_drafts_at_once_cannot_break_the_promise(racers: Sequence[Racer]) -> None:
    for n in range(ROUNDS):
        group, answers = race_two_drafts(racers, f"group-{n}")
        assert sorted(answer.split()[0] for answer in answers) == ["refused", "sent"], answers
        assert most_slots(group) == 1


def test_send_pressed_twice_at_once_sends_once(racers: Sequence[Racer]) -> None:
    for n in range(ROUNDS):
        group, (joan, amir) = a_list(40, slug=f"group-{n}")
        draft = a_draft(group, joan)
        answers = at_once(racers, f"send {group} {draft} {joan}", f"send {group} {draft} {amir}")
        assert sorted(answers)[1] == "sent"
        assert "already sent" in sorted(answers)[0]
        assert len(deliveries(draft)) == 40


def test_two_workers_on_one_queue_take_each_delivery_once(racers: Sequence[Racer]) -> None:
    shared = 0
    for n in range(5):
        group, (joan, _) = a_list(200, slug=f"group-{n}")
        mailing_id = send(group, joan)
        went = [[int(n) for n in answer.split(",") if n != "none"] for answer in at_once(racers, "work", "work")]
        assert Counter(went[0] + went[1]) == Counter(row.id for row in deliveries(mailing_id))
        assert session().get_one(Mailing, mailing_id).state in {State.GOING, State.SENT}
        shared += bool(went[0] and went[1])
    assert shared, "one worker did it all: nothing was raced"
    at_once(racers, "work", "work")
    assert set(session().scalars(select(Mailing.state))) == {State.SENT}


def test_leaving_while_a_worker_works_either_comes_first_or_crosses(racers: Sequence[Racer]) -> None:
    for n in range(ROUNDS):
        group, (joan, _) = a_list(60, slug=f"group-{n}")
        mailing_id = send(group, joan)
        leaver = contacts_of(group)[n % 60]
        went = at_once(racers, "work", f"leave {leaver}")[0].split(",")
        by_contact = {row.contact_id: row for row in deliveries(mailing_id)}
        assert by_contact[leaver].state == ("handed_over" if str(by_contact[leaver].id) in went else "withdrawn")
        assert {row.state for contact, row in by_contact.items() if contact != leaver} == {"handed_over"}


def test_erasing_while_a_worker_works_either_comes_first_or_crosses_and_leaves_nobody(racers: Sequence[Racer]) -> None:
    for n in range(ROUNDS):
        group, (joan, _) = a_list(60, slug=f"group-{n}")
        mailing_id = send(group, joan)
        gone = contacts_of(group)[n % 60]
        went, erased = at_once(racers, "work", f"erase {gone}")
        by_contact = {row.contact_id: row for row in deliveries(mailing_id)}
        assert erased == "erased"
        assert by_contact[gone].state == ("handed_over" if str(by_contact[gone].id) in went.split(",") else "withdrawn")
        assert {row.state for contact, row in by_contact.items() if contact != gone} == {"handed_over"}
        row = session().get_one(Contact, gone)
        assert (row.state, row.name, row.mailbox, row.search) == ("erased", None, None, None)


def test_who_has_left_gets_nothing_of_what_is_sent_at_that_moment(racers: Sequence[Racer]) -> None:
    for n in range(ROUNDS):
        group, (joan, _) = a_list(40, slug=f"group-{n}")
        draft, leaver = a_draft(group, joan), contacts_of(group)[0]
        answers = at_once(racers, f"send {group} {draft} {joan}", f"leave {leaver}")
        assert answers == ["sent", "left"]
        assert [row.state for row in deliveries(draft) if row.contact_id == leaver] in ([], ["withdrawn"])


def test_taken_back_while_a_worker_looks_nothing_of_it_goes_out(racers: Sequence[Racer]) -> None:
    for n in range(ROUNDS):
        group, (joan, _) = a_list(30, slug=f"group-{n}")
        mailing_id = send(group, joan, at=datetime.now(UTC) - timedelta(minutes=14, seconds=59))
        worked, taken = at_once(racers, "work", f"take_back {group} {mailing_id} {joan}")
        assert (worked, taken) == ("none", "taken_back")
        assert {row.state for row in deliveries(mailing_id)} == {"taken_back"}


def test_lowered_while_a_worker_works_the_promise_leaves_out_or_crosses(racers: Sequence[Racer]) -> None:
    for n in range(ROUNDS):
        group, (joan, _) = a_list(60, slug=f"group-{n}", promise=2)
        first, second = send(group, joan), send(group, joan)
        at_once(racers, "work", f"lower {group} 1 {joan}")
        at_once(racers, "work", "work")
        states = Counter((row.state, row.left_out_because) for row in deliveries(first) + deliveries(second))
        assert set(states) <= {("handed_over", None), ("left_out", "promise_lowered")}, states


def test_without_the_locks_the_proofs_would_fail(inside: Flask, settings: Settings) -> None:
    """On PostgreSQL the promise breaks. On SQLite the one writer still saves it, but somebody's work is thrown away."""
    with two_racers(settings, RACE_WITHOUT_LOCK="yes") as racers, clock.at(datetime.now(UTC) - timedelta(hours=1)):
        for n in range(ROUNDS * 4):
            group, answers = race_two_drafts(racers, f"group-{n}", may_break=DATABASE == "sqlite")
            if most_slots(group) > 1 or "broken OperationalError" in answers:
                return
    raise AssertionError("nothing was raced")
