"""Rule 2: walked through at random on a real database, the promise is kept at every single handover.

What each step does to a contact's history is worked out a second time here, naively, from the rows themselves. The walks also
plan and stop mailings, send again what was in doubt, and lose the database: restored from a backup, nobody gets one twice.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import datetime, timedelta
from itertools import chain, count
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from pcnppg.kernel import clock
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.clock import YEAR
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, queries
from pcnppg.mailing.actions import delivering
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How
from pcnppg.post.rules import NOT_ATTEMPTED, UNCERTAIN, Fate, Outcome, handed_over, refused, temporary
from pcnppg.store import copying
from pcnppg.store.journal import Line
from pcnppg.store.session import db, session, transaction
from tests.conftest import THE_DAY
from tests.mailing.lists import a_draft, a_list, contacts_of
from tests.membership.stories import ask, confirm, confirm_token

PEOPLE = 3
FACTS = ("delivered", "waiting", "failed", "uncertain", "withdrawn", "taken_back", "left_out")
WORKERS = ("ann", "bob")
OUTCOMES = (handed_over("250"), handed_over("250"), UNCERTAIN, refused("550"), temporary("451"), NOT_ATTEMPTED)
EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "20"))
"""Few with every change, as each walk is forty steps long; hundreds before a release (`make prove`)."""

slugs = (f"group-{n}" for n in count(1))
people = st.integers(0, PEOPLE - 1)


class Promise(RuleBasedStateMachine):
    """One group with three people. The clock goes forward and backward; two workers come and go."""

    @initialize(promise=st.integers(1, 4))
    def found(self, promise: int) -> None:
        self.now = THE_DAY
        self.slug = next(slugs)
        self.group, (self.officer, _) = self.do(lambda: a_list(PEOPLE, slug=self.slug, promise=promise))
        self.contacts = contacts_of(self.group)
        self.promise = self.highest = promise
        self.earlier: list[list[int]] = [[] for _ in self.contacts]
        self.binding = dict.fromkeys(self.contacts, promise)
        self.drafts = [self.do(lambda: a_draft(self.group, self.officer)) for _ in range(3)]
        self.sent: list[int] = []
        self.planned: dict[int, datetime] = {}
        self.lines: list[Line] = []
        self.gone: set[int] = set()
        self.backup: tuple[Path, int] | None = None
        self.restored = False
        self.in_hand: dict[str, list[int]] = {worker: [] for worker in WORKERS}

    def do(self, deed):
        with clock.at(self.now):
            return deed()

    def change(self, deed):
        """`lines` is what the journal is told on the way."""
        with clock.at(self.now), transaction() as open_:
            found = deed()
            self.lines += open_.info.get("journal", [])
            return found

    # What people do

    def write(self) -> None:
        self.drafts.append(self.do(lambda: a_draft(self.group, self.officer)))

    @rule(
        days=st.sampled_from([0, 1, 91, 182, 365]),
        outcome=st.sampled_from(OUTCOMES),
        worker=st.sampled_from(WORKERS),
        limit=st.integers(1, PEOPLE),
    )
    def send_and_hand_over(self, days: int, outcome: Outcome, worker: str, limit: int) -> None:
        """The usual course of things, so that walks come to where promises break."""
        self.turn_clock(hours=24 * days)
        self.write()
        before = len(self.sent)
        self.send(which=len(self.drafts) - 1)
        if len(self.sent) > before:
            self.turn_clock(hours=1)
            self.mark(which=len(self.sent) - 1, worker=worker, limit=limit)
            self.settle(worker=worker, outcome=outcome)

    @rule(times=st.integers(2, 4))
    def send_several(self, times: int) -> None:
        for _ in range(times):
            self.write()
            self.send(which=len(self.drafts) - 1)

    @precondition(lambda self: self.drafts)
    @rule(which=st.integers(0, 9))
    def send(self, which: int) -> None:
        mailing = self.drafts[which % len(self.drafts)]
        by = Who.person(self.officer)
        try:
            self.change(lambda: actions.send(self.group, mailing_id=mailing, version=1, by=by, at=self.now))
        except RuleBroken:
            return  # it would reach nobody
        self.drafts.remove(mailing)
        self.sent.append(mailing)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 9))
    def send_again(self, which: int) -> None:
        mailing = self.sent[which % len(self.sent)]
        with pytest.raises(Conflict):
            self.change(
                lambda: actions.send(
                    self.group, mailing_id=mailing, version=1, by=Who.person(self.officer), at=self.now
                )
            )

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 9))
    def take_back(self, which: int) -> None:
        mailing = self.sent[which % len(self.sent)]
        by = Who.person(self.officer)
        try:
            draft = self.change(lambda: actions.take_back(self.group, mailing_id=mailing, by=by, at=self.now).id)
        except RuleBroken:
            return
        self.drafts.append(draft)

    @precondition(lambda self: self.drafts)
    @rule(which=st.integers(0, 9), days=st.sampled_from([1, 30, 200]))
    def plan(self, which: int, days: int) -> None:
        mailing = self.drafts[which % len(self.drafts)]
        moment, by = self.now + timedelta(days=days), Who.person(self.officer)
        try:
            self.change(
                lambda: actions.schedule(self.group, mailing_id=mailing, version=1, moment=moment, by=by, at=self.now)
            )
        except RuleBroken:
            return  # the list is frozen
        self.drafts.remove(mailing)
        self.planned[mailing] = moment

    @precondition(lambda self: self.planned)
    @rule(late=st.booleans())
    def moment_comes(self, late: bool) -> None:
        """By itself when it is due; hours late only because an officer says so again."""
        mailing, moment = min(self.planned.items(), key=lambda one: one[1])
        self.now = max(self.now, moment + timedelta(hours=3 if late else 0))
        try:
            went = self.change(lambda: actions.send_due(self.group, mailing_id=mailing, at=self.now))
            assert went is (self.now - moment <= timedelta(hours=2))
            if not went:
                by = Who.person(self.officer)
                self.change(lambda: actions.send_late(self.group, mailing_id=mailing, by=by, at=self.now))
        except RuleBroken:
            return  # it would reach nobody
        del self.planned[mailing]
        self.sent.append(mailing)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 9))
    def stop(self, which: int) -> None:
        mailing = self.sent[which % len(self.sent)]
        by = Who.person(self.officer)
        try:
            self.change(lambda: actions.stop(self.group, mailing_id=mailing, by=by, at=self.now))
        except RuleBroken:
            return
        waiting = select(func.count()).where(Delivery.mailing_id == mailing, Delivery.state == "queued")
        assert session().scalar(waiting) == 0
        session().rollback()

    @rule(which=st.integers(0, 99), act=st.sampled_from([actions.say_arrived, actions.send_again]))
    def see_to_doubt(self, which: int, act) -> None:
        found = select(Delivery.id, Delivery.mailing_id).where(
            Delivery.mailing_id.in_(self.sent), Delivery.state == "uncertain", Delivery.sent_again_at.is_(None)
        )
        rows = session().execute(found.order_by(Delivery.id)).all()
        session().rollback()
        if not rows:
            return
        row, mailing = rows[which % len(rows)]
        by = Who.person(self.officer)
        with contextlib.suppress(RuleBroken):  # no allowance, or gone from the list
            self.change(lambda: act(self.group, mailing_id=mailing, delivery_id=row, by=by, at=self.now))

    @rule(who=people, deed=st.sampled_from(["leave", "rejoin", "rejoin", "pause", "erase"]))
    def somebody(self, who: int, deed: str) -> None:
        getattr(self, deed)(who)

    def leave(self, who: int) -> None:
        contact = self.contacts[who]
        by = Who.contact(contact)
        self.change(lambda: membership.leave(contact, how=How.ONE_CLICK, by=by, at=self.now))

    def rejoin(self, who: int) -> None:
        contact = self.contacts[who]
        if session().get_one(Contact, contact, populate_existing=True).left_at is None:
            return
        address = f"patient{who}-{self.slug}@example.org"
        self.now += timedelta(days=1, seconds=1)  # a mailbox gets three such mails a day
        self.do(lambda: ask(self.group, address))
        joined = self.do(lambda: confirm(self.group, confirm_token(address)).id)
        if self.is_erased(contact):
            self.earlier[who].append(contact)
            self.contacts[who] = joined
        assert self.contacts[who] == joined
        self.binding[joined] = self.promise

    def erase(self, who: int) -> None:
        contact = self.contacts[who]
        by = Who.contact(contact)
        self.change(lambda: membership.erase(contact, by=by, at=self.now))
        assert self.is_erased(contact)

    def is_erased(self, contact: int) -> bool:
        return session().get_one(Contact, contact, populate_existing=True).state == "erased"

    def pause(self, who: int) -> None:
        contact = self.contacts[who]
        by = Who.contact(contact)
        try:
            self.change(lambda: membership.pause(contact, months=3, how=How.MY_PAGE, by=by, at=self.now))
        except RuleBroken:
            return  # not on the list

    @precondition(lambda self: self.promise > 1)
    @rule(sure=st.sampled_from([False, False, True]))
    def lower(self, sure: bool = True) -> None:
        if not sure:
            return
        self.promise -= 1
        by = Who.person(self.officer)
        self.change(lambda: membership.lower_promise(self.group, self.promise, by=by, at=self.now))
        active = select(Contact.id).where(Contact.group_id == self.group, Contact.left_at.is_(None))
        for contact in session().scalars(active):
            self.binding[contact] = min(self.binding[contact], self.promise)

    @rule(hours=st.sampled_from([12, 24 * 100, 24 * 100, 24 * 365 - 1, 24 * 365, 24 * 365, -1, -24, -24 * 200]))
    def turn_clock(self, hours: int) -> None:
        """Mostly forward; an hour short of a year, and a year to the second."""
        self.now += timedelta(hours=hours)

    # What the worker does

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 9), worker=st.sampled_from(WORKERS), limit=st.integers(1, PEOPLE), held=st.booleans())
    def mark(self, which: int, worker: str, limit: int, held: bool = True) -> None:
        """The moment at which the promise must hold (settled 1 and 3)."""
        self.now += timedelta(0) if held else timedelta(minutes=15)
        mailing = self.sent[which % len(self.sent)]
        claimed = self.change(lambda: self.claim(mailing, worker, limit))
        for one in claimed:
            assert one.delivery.id not in self.gone, "handed over twice"
            self.gone.add(one.delivery.id)
            self.must_hold(one.delivery.contact_id)
            self.in_hand[worker].append(one.delivery.id)

    def claim(self, mailing: int, worker: str, limit: int):
        claimed = actions.claim(mailing, self.group, worker=worker, at=self.now, limit=limit)
        if claimed:
            actions.write_marks(self.group, mailing, claimed, at=self.now)
        return claimed

    @rule(worker=st.sampled_from(WORKERS), outcome=st.sampled_from(OUTCOMES))
    def settle(self, worker: str, outcome: Outcome) -> None:
        results = [(row_id, outcome) for row_id in self.in_hand[worker]]
        self.in_hand[worker] = []
        if outcome.fate in {Fate.TEMPORARY, Fate.NOT_ATTEMPTED}:
            self.gone -= {row_id for row_id, _ in results}
        self.change(
            lambda: (actions.write_outcomes(results, at=self.now), actions.settle(worker, results, at=self.now))
        )

    @rule(worker=st.sampled_from(WORKERS), outcome=st.sampled_from(OUTCOMES))
    def die(self, worker: str, outcome: Outcome) -> None:
        """Killed; and perhaps only slow, and back later with its own truth."""
        self.change(lambda: actions.abandon(worker, at=self.now))
        self.in_hand[worker] = self.in_hand[worker][:1]

    # What becomes of the machine

    @precondition(lambda self: self.backup is None)
    @rule()
    def back_up(self) -> None:
        folder = Path(tempfile.mkdtemp(dir=settings_of.current().instance))
        session().rollback()
        copying.copy_out(db.engine, folder)
        self.backup = folder, len(self.lines)

    @precondition(lambda self: self.backup is not None and not self.restored)
    @rule()
    def restore(self) -> None:
        """The database is lost with all workers; the journal is not."""
        assert self.backup is not None
        folder, known = self.backup
        erased = {one for one in [*self.contacts, *chain(*self.earlier)] if self.is_erased(one)}
        self.restored = True
        self.in_hand = {worker: [] for worker in WORKERS}
        db.session.remove()
        copying.copy_in(db.engine, folder, copying.columns(), at=self.now)
        lines = self.lines[known:]
        self.change(lambda: (actions.replay(lines, at=self.now), membership.replay(lines)))
        session().rollback()
        copying.number_on(db.engine)
        self.contacts = [self.newest(who) for who in range(PEOPLE)]
        assert erased.isdisjoint(one for one in self.contacts if not self.is_erased(one)), (
            "somebody erased was brought back"
        )
        ours = session().scalars(select(Mailing).where(Mailing.group_id == self.group).order_by(Mailing.id)).all()
        self.drafts = [one.id for one in ours if one.state == "draft"]
        self.planned = {one.id: one.scheduled_for for one in ours if one.state == "scheduled"}
        self.sent = [one.id for one in ours if one.sent_at is not None]
        session().rollback()

    def newest(self, who: int) -> int:
        """Whoever joined anew after the backup is lost with the machine; their number before is there, and erased."""
        there = set(contacts_of(self.group))
        return next(one for one in (self.contacts[who], *self.earlier[who][::-1]) if one in there)

    # What must be true

    def must_hold(self, contact: int) -> None:
        rows = session().scalars(
            select(Delivery).where(Delivery.contact_id == contact).execution_options(populate_existing=True)
        )
        used = 0
        for row in rows:
            if row.state in {"queued", "attempting"} or (
                row.state in {"handed_over", "uncertain"} and row.at is not None and row.at > self.now - YEAR
            ):
                used += 1
        found = session().get_one(Contact, contact, populate_existing=True)
        assert found.state == "active"
        assert found.paused_until is None or found.paused_until <= self.now
        assert found.promise == self.binding[contact]
        assert used <= self.binding[contact], f"{used} of at most {self.binding[contact]}"
        session().rollback()

    @invariant()
    def no_365_days_hold_more_than_was_ever_told(self) -> None:
        for contact in [*getattr(self, "contacts", []), *chain(*getattr(self, "earlier", []))]:
            found = select(Delivery.at).where(
                Delivery.contact_id == contact, Delivery.state.in_(["handed_over", "uncertain"])
            )
            moments = [at for at in session().scalars(found) if at is not None]
            for moment in moments:
                assert sum(moment - YEAR < other <= moment for other in moments) <= self.highest
        session().rollback()

    @invariant()
    def each_mailing_counts_everybody_once(self) -> None:
        for mailing in getattr(self, "sent", []):
            theirs = Delivery.mailing_id == mailing, Delivery.sent_again_at.is_(None)
            there = session().scalar(select(func.count()).where(*theirs))
            outcomes = queries.outcomes_of(mailing)
            assert sum(getattr(outcomes, fact) for fact in FACTS) == there
        session().rollback()


@pytest.mark.proof
def test_the_promise_is_kept_at_every_handover(inside: Flask) -> None:
    run_state_machine_as_test(Promise, settings=_walks(EXAMPLES))


@pytest.mark.proof
def test_without_asking_again_before_the_mark_the_proof_would_fail(
    inside: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shortest walk that the question at the mark saves: sent twice under two a year, then lowered to one."""
    monkeypatch.setattr(delivering, "_reasons", lambda *_, **__: {})
    with pytest.raises(AssertionError, match="2 of at most 1"):
        _sent_twice_then_lowered()


@pytest.mark.proof
def test_asked_again_before_the_mark_the_same_walk_keeps_the_promise(inside: Flask) -> None:
    _sent_twice_then_lowered()


def _sent_twice_then_lowered() -> None:
    walk = Promise()
    walk.found(promise=2)
    for _ in range(2):
        walk.write()
        walk.send(which=0)
    walk.lower()
    walk.turn_clock(hours=1)
    for which in (0, 1):
        walk.mark(which=which, worker="ann", limit=PEOPLE)
    walk.no_365_days_hold_more_than_was_ever_told()
    walk.each_mailing_counts_everybody_once()


@pytest.mark.proof
def test_restored_with_the_journal_nobody_gets_it_twice(inside: Flask) -> None:
    _handed_over_then_restored()


@pytest.mark.proof
def test_restored_without_the_journal_the_proof_would_fail(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "replay", lambda *_, **__: {})
    with pytest.raises(AssertionError, match="handed over twice"):
        _handed_over_then_restored()


@pytest.mark.proof
def test_restored_with_the_journal_whoever_was_erased_stays_erased(inside: Flask) -> None:
    _erased_then_restored()


@pytest.mark.proof
def test_restored_without_their_lines_the_proof_would_fail(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "replay", lambda *_, **__: {})
    with pytest.raises(AssertionError, match="brought back"):
        _erased_then_restored()


def _erased_then_restored() -> None:
    walk = Promise()
    walk.found(promise=2)
    walk.send(which=0)
    walk.back_up()
    walk.erase(who=0)
    walk.turn_clock(hours=1)
    walk.restore()
    walk.mark(which=0, worker="ann", limit=PEOPLE)
    assert walk.contacts[0] not in {session().get_one(Delivery, row_id).contact_id for row_id in walk.gone}
    walk.each_mailing_counts_everybody_once()


def _handed_over_then_restored() -> None:
    walk = Promise()
    walk.found(promise=2)
    walk.send(which=0)
    walk.turn_clock(hours=1)
    walk.back_up()
    walk.mark(which=0, worker="ann", limit=1)
    walk.settle(worker="ann", outcome=handed_over("250"))
    walk.mark(which=0, worker="bob", limit=1)  # lost with the machine
    walk.restore()
    walk.mark(which=0, worker="ann", limit=PEOPLE)
    walk.each_mailing_counts_everybody_once()


def _walks(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=40,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
