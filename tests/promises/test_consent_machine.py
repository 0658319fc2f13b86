"""Whatever people do in whatever order: only who agreed is on the list, and the number that binds is the one they were told.

Hypothesis plays joining, confirming, leaving, pausing, coming back, being erased, lowering the promise and waiting, against
a model that is as simple as the rules. After every step the whole list is compared with it (rules 1, 3 and 4).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from pcnppg.groups.models import Group
from pcnppg.groups.queries import get_group
from pcnppg.kernel import clock, keys
from pcnppg.kernel.clock import YEAR
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.membership import actions
from pcnppg.membership.models import ConsentRecord, Contact, Suppression
from pcnppg.membership.rules import How, binding_now
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.forms import by_email, written_down
from tests.membership.stories import ask, confirm, erase_by, letters_to, my_token, the_group

PEOPLE = ("ann", "bob", "cat")
DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
LAST = {"agreed": "active", "withdrawn": "left", "erased": "erased", "forgotten": "erased"}
"""What somebody is, by the last word of their evidence."""
fresh = itertools.count()


@dataclass
class Link:
    token: str
    asked_at: datetime
    open: bool = True
    """Neither used, nor closed by leaving or erasing."""
    made: int | None = None
    """The contact that it was used for."""


@dataclass
class Somebody:
    """What the rules say about one mailbox in one group."""

    on_list: bool = False
    contact_id: int | None = None
    """None: never confirmed, or erased since."""
    promise: int = 0
    paused_until: datetime | None = None
    suppressed: bool = False
    left_at: datetime | None = None
    forgotten: bool = False
    """Left more than thirty days ago: the details are gone, the number waits for them for a year."""
    links: list[Link] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    """When a mail went because of the join form; what erasing forgets is gone from here too."""
    not_me: str | None = None
    """The link in the mail that told them they were written down; None once they joined by their own act."""


class Snapshot:
    """The group's whole list as the database has it now."""

    def __init__(self, group_id: int) -> None:
        session().rollback()
        kept = select(Suppression.mailbox_hash).where(Suppression.group_id == group_id)
        contacts = select(Contact.id, Contact.state, Contact.promise, Contact.paused_until)
        lines = select(ConsentRecord.contact_id, ConsentRecord.what, ConsentRecord.promise)
        self.contacts: list[Any] = list(session().execute(contacts.where(Contact.group_id == group_id)))
        self.suppressed = set(session().scalars(kept))
        self.evidence: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
        for line in session().execute(lines.where(ConsentRecord.group_id == group_id).order_by(ConsentRecord.id)):
            self.evidence[line.contact_id].append((line.what, line.promise))

    def numbers(self, state: str) -> set[int]:
        return {row.id for row in self.contacts if row.state == state}


class Consent(RuleBasedStateMachine):
    """One group with three people, over months."""

    def __init__(self) -> None:
        super().__init__()
        self.number = next(fresh)
        self.now = THE_DAY
        self.group = the_group(f"group-{self.number}").id
        self.promise = 4
        self.people = {name: Somebody() for name in PEOPLE}
        self.gone: set[int] = set()

    def address(self, name: str) -> str:
        return f"{name}.{self.number}@example.com"

    # What people do

    @initialize(already=st.sets(st.sampled_from(PEOPLE), min_size=1))
    def some_are_on_the_list_already(self, already: set[str]) -> None:
        for name in sorted(already):
            self.opt_in(name, forms=1)

    @rule(name=st.sampled_from(PEOPLE), forms=st.integers(1, 2))
    def opt_in(self, name: str, forms: int) -> None:
        """Join, perhaps twice, and press the button of the newest link."""
        for _ in range(forms):
            self.join(name)
        self.confirm(name, 0)

    @rule(name=st.sampled_from(PEOPLE))
    def join(self, name: str) -> None:
        person = self.people[name]
        before = len(letters_to(self.address(name)))
        with clock.at(self.now):
            ask(self.group, self.address(name))
        new = letters_to(self.address(name))[before:]
        if len([at for at in person.asked if at > self.now - DAY]) >= 3:
            assert not new
            return
        person.asked.append(self.now)
        (letter,) = new
        assert letter["kind"] == ("membership/already" if person.on_list else "membership/confirm")
        if not person.on_list:
            person.links.append(Link(letter["values"]["token"], self.now))

    @rule(name=st.sampled_from(PEOPLE), which=st.integers(0, 3))
    def confirm(self, name: str, which: int) -> None:
        person = self.people[name]
        if not person.links:
            return
        link = person.links[-1 - which % len(person.links)]
        in_time = self.now < link.asked_at + WEEK
        works = in_time and (link.open or (link.made is not None and person.on_list and link.made == person.contact_id))
        receipts = self.receipts(name)
        try:
            with clock.at(self.now):
                contact_id = confirm(self.group, link.token).id
        except NotFound:
            assert not works, "a link that should work was refused"
            return
        assert works, "a link that should not work was taken"
        if person.on_list:
            assert contact_id == person.contact_id
            assert self.receipts(name) == receipts
        else:
            assert person.contact_id in {None, contact_id}, "who comes back keeps their number"
            assert contact_id not in self.gone
            assert self.receipts(name) == receipts + 1
            person.on_list, person.contact_id, person.promise = True, contact_id, self.promise
            person.paused_until, person.suppressed = None, False
            person.forgotten, person.not_me = False, None
        if link.open:
            link.open, link.made = False, contact_id

    @rule(name=st.sampled_from(PEOPLE))
    def an_officer_writes_them_down(self, name: str) -> None:
        """From a form: who is not on the list and never left comes onto it; nobody else does (rule 4)."""
        person = self.people[name]
        today = clock.local(self.now).date()
        try:
            with clock.at(self.now):
                told = "I agree to at most four emails a year, and can stop at any time."
                ways = by_email(self.address(name))
                written = written_down(get_group(self.group), ways, name=None, given_on=today, words=told, promise=4)
        except RuleBroken:
            assert person.on_list or person.suppressed
            return
        assert not person.on_list
        assert not person.suppressed, "somebody was brought back by hand"
        person.on_list, person.contact_id, person.promise = True, written.id, self.promise
        letter = [x for x in letters_to(self.address(name)) if x["kind"] == "membership/written_down"][-1]
        person.not_me = letter["values"]["not_me"]

    @rule(name=st.sampled_from(PEOPLE))
    def say_not_me(self, name: str) -> None:
        person = self.people[name]
        if person.not_me is None or person.contact_id is None:
            return
        with transaction():
            actions.not_me(person.not_me, at=self.now)
        self.forgotten(name)

    @rule(name=st.sampled_from(PEOPLE), how=st.sampled_from([How.LEAVE_PAGE, How.ONE_CLICK, How.MAILTO, How.MY_PAGE]))
    def leave(self, name: str, how: How) -> None:
        person = self.people[name]
        if person.contact_id is None:
            return
        with transaction():
            actions.leave(person.contact_id, how=how, by=Who.contact(person.contact_id), at=self.now)
        self.left(person)

    @rule(name=st.sampled_from(PEOPLE), how=st.sampled_from([How.REPLY, How.PHONE, How.DESK]))
    def told_an_officer(self, name: str, how: How) -> None:
        person = self.people[name]
        if person.contact_id is None or person.forgotten:
            return
        with transaction():
            actions.record_leaving(self.group, contact_id=person.contact_id, how=how, by=Who.person(7), at=self.now)
        self.left(person)

    @rule(number=st.integers(0, 3))
    def old_mail_of_the_erased_leaves_again(self, number: int) -> None:
        for contact_id in sorted(self.gone)[:number]:
            with transaction():
                actions.leave(contact_id, how=How.ONE_CLICK, by=Who.contact(contact_id), at=self.now)

    @rule(name=st.sampled_from(PEOPLE), months=st.sampled_from([3, 6, 12]))
    def pause(self, name: str, months: int) -> None:
        person = self.people[name]
        if person.contact_id is None:
            return
        me = Who.contact(person.contact_id)
        try:
            with transaction():
                found = actions.pause(person.contact_id, months=months, how=How.LEAVE_PAGE, by=me, at=self.now)
                person.paused_until = found.paused_until
        except RuleBroken:
            assert not person.on_list
        else:
            assert person.on_list

    @rule(name=st.sampled_from(PEOPLE))
    def resume(self, name: str) -> None:
        person = self.people[name]
        if not person.on_list or person.contact_id is None:
            return
        with transaction():
            actions.resume(person.contact_id, how=How.MY_PAGE, by=Who.contact(person.contact_id), at=self.now)
        person.paused_until = None

    @precondition(lambda self: any(p.contact_id or p.asked for p in self.people.values()))
    @rule(name=st.sampled_from(PEOPLE))
    def erase(self, name: str) -> None:
        person = self.people[name]
        if person.contact_id is None or person.forgotten:
            return
        with clock.at(self.now):
            if len([x for x in letters_to(self.address(name)) if x["kind"] == "membership/my"]) >= 3:
                return
            erase_by(my_token(get_group(self.group), self.address(name)))
        self.forgotten(name)

    @precondition(lambda self: self.promise > 1)
    @rule()
    def lower(self) -> None:
        self.promise -= 1
        with transaction():
            actions.lower_promise(self.group, self.promise, by=OPERATOR, at=self.now)
        for person in self.people.values():
            if person.on_list:
                person.promise = min(person.promise, self.promise)

    @rule()
    def raise_is_refused(self) -> None:
        try:
            with transaction():
                actions.lower_promise(self.group, self.promise + 1, by=OPERATOR, at=self.now)
        except RuleBroken:
            return
        raise AssertionError("a raised promise was taken")

    @rule(
        gone=st.sampled_from(
            [timedelta(minutes=1), timedelta(hours=13), DAY, timedelta(days=6), timedelta(days=40), YEAR]
        )
    )
    def wait(self, gone: timedelta) -> None:
        self.now += gone

    @rule()
    def forget_by_itself(self) -> None:
        with transaction():
            actions.forget_old(at=self.now)
        for person in self.people.values():
            if person.on_list or person.contact_id is None or person.left_at is None:
                continue
            person.forgotten |= person.left_at <= self.now - MONTH
            if person.left_at <= self.now - YEAR:
                self.gone.add(person.contact_id)
                person.contact_id, person.forgotten = None, False

    # What is always true

    @invariant()
    def the_word_is_kept(self) -> None:
        here = Snapshot(self.group)
        self.the_list_is_who_agreed(here)
        self.the_last_word_of_the_evidence_is_the_state(here)
        self.the_number_that_binds_is_the_one_in_the_evidence(here)
        self.a_pause_is_the_one_asked_for(here)
        self.a_mailbox_is_suppressed_from_leaving_until_its_owner_joins_again(here)

    def the_list_is_who_agreed(self, here: Snapshot) -> None:
        """Rules 1 and 4: on the list is who confirmed and has not left since, and nobody else."""
        people = [person for person in self.people.values() if person.contact_id is not None]
        assert here.numbers("active") == {person.contact_id for person in people if person.on_list}
        gone = [person for person in people if not person.on_list]
        assert here.numbers("left") == {person.contact_id for person in gone if not person.forgotten}
        assert here.numbers("erased") == self.gone | {person.contact_id for person in gone if person.forgotten}

    def the_last_word_of_the_evidence_is_the_state(self, here: Snapshot) -> None:
        for row in here.contacts:
            last = [what for what, _ in here.evidence[row.id] if what in LAST][-1]
            assert row.state == LAST[last]

    def the_number_that_binds_is_the_one_in_the_evidence(self, here: Snapshot) -> None:
        """Rule 3: never above what was told, and never above a lowering since."""
        for person in (person for person in self.people.values() if person.on_list):
            (row,) = [row for row in here.contacts if row.id == person.contact_id]
            told = here.evidence[row.id]
            assert row.promise == person.promise == binding_now(told)
            assert row.promise <= [number for what, number in told if what == "agreed" and number][-1]

    def a_pause_is_the_one_asked_for(self, here: Snapshot) -> None:
        paused = {row.id: row.paused_until for row in here.contacts if row.state == "active"}
        assert paused == {p.contact_id: p.paused_until for p in self.people.values() if p.on_list}

    def a_mailbox_is_suppressed_from_leaving_until_its_owner_joins_again(self, here: Snapshot) -> None:
        hashed = keys.current().mailbox_hash
        assert here.suppressed == {hashed(self.address(n)) for n, person in self.people.items() if person.suppressed}

    def teardown(self) -> None:
        with transaction():
            session().execute(delete(OutboxMessage))  # letters are opened at every step: keep them few

    # Helpers of the model

    def left(self, person: Somebody) -> None:
        if person.on_list:
            person.on_list, person.paused_until, person.suppressed = False, None, True
            person.left_at = self.now
            for link in person.links:
                link.open = False

    def forgotten(self, name: str) -> None:
        person = self.people[name]
        assert person.contact_id is not None
        self.gone.add(person.contact_id)
        closed = [Link(x.token, x.asked_at, open=False) for x in person.links]
        self.people[name] = Somebody(suppressed=True, links=closed)

    def receipts(self, name: str) -> int:
        return len([x for x in letters_to(self.address(name)) if x["kind"] == "membership/receipt"])


def test_whatever_people_do_the_list_keeps_its_word(inside: Flask) -> None:
    run_state_machine_as_test(
        Consent,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


def test_the_machine_walks_where_it_should(inside: Flask) -> None:
    """One long walk by hand, so that a mistake in the model is not taken for a kept promise."""
    walk = Consent()
    walk.join("ann")
    walk.confirm("ann", 0)
    walk.lower()
    walk.leave("ann", How.ONE_CLICK)
    walk.wait(DAY)
    walk.join("ann")
    walk.confirm("ann", 0)
    walk.pause("ann", 3)
    walk.erase("ann")
    walk.old_mail_of_the_erased_leaves_again(3)
    walk.wait(DAY)
    walk.opt_in("ann", forms=2)
    walk.an_officer_writes_them_down("bob")
    walk.an_officer_writes_them_down("bob")
    walk.say_not_me("bob")
    walk.an_officer_writes_them_down("bob")
    person = walk.people["ann"]
    assert (person.on_list, person.promise, len(walk.gone)) == (True, 3, 2)
    assert not walk.people["bob"].on_list
    walk.the_word_is_kept()
    assert isinstance(get_group(walk.group), Group)
