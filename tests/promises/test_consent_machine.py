"""Whatever people do in whatever order: only who agreed is on the list, and the number that binds is the one they were told.

Hypothesis plays joining, confirming, lists brought in with and without an attestation, leaving, pausing, addresses that stop,
news of the network, coming back, being erased, lowering the promise and waiting, against a model that is as simple as the
rules. After every step the whole list is compared with it (rules 1, 3 and 4).
"""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

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
from sqlalchemy import delete, select

from pcnppg.groups.models import Group
from pcnppg.groups.queries import get_group
from pcnppg.kernel import clock, keys
from pcnppg.kernel.clock import YEAR
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import ConsentRecord, Contact, Suppression
from pcnppg.membership.rules import How, Stopped, binding_now, months_later
from pcnppg.membership.rules.importing import Attestation
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.forms import by_email, written_down
from tests.membership.lists import a_list, brought
from tests.membership.stories import ask, confirm, erase_by, letters_to, my_token, the_group
from tests.membership.test_network_news import in_network

EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "30"))
PEOPLE = ("ann", "bob", "cat")
names = st.sampled_from(PEOPLE)
DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
LAST = {
    "agreed": "active",
    "brought_in": "unverified",
    "withdrawn": "left",
    "erased": "erased",
    "forgotten": "erased",
}
"""What somebody is, by the last word of their evidence."""
fresh = itertools.count()


@dataclass
class Person:
    """The model: what the rules say about one mailbox in one group. `forgotten`: their number waits for them for a year."""

    state: str = "nobody"
    number: int | None = None
    promise: int = 0
    paused_until: datetime | None = None
    network: bool = False
    stopped: bool = False
    suppressed: bool = False
    since: datetime = THE_DAY

    def becomes(self, state: str, number: int | None = None, **more: Any) -> None:
        """Nothing of what they were stays, but for the suppression."""
        self.__init__(state, number, **{"suppressed": self.suppressed} | more)  # type: ignore[misc]

    def agrees(self, number: int, promise: int, *, by_own_act: bool) -> None:
        if self.state != "active":
            self.becomes("active", number, promise=promise)
        self.suppressed &= not by_own_act

    def leaves(self, at: datetime) -> None:
        if self.state in {"active", "unverified"}:
            self.becomes("left", self.number, since=at, suppressed=True)

    def grows_old(self, at: datetime) -> None:
        for state, then, brought_in_or_left_by in (
            ("unverified", "nobody", months_later(at, -12)),
            ("left", "forgotten", at - MONTH),
            ("forgotten", "nobody", at - YEAR),
        ):
            if self.state == state and self.since <= brought_in_or_left_by:
                self.becomes(then, self.number if then == "forgotten" else None, since=self.since)


@dataclass
class Link:
    token: str
    asked_at: datetime
    open: bool = True
    """Neither used, nor closed by leaving or erasing."""
    made: int | None = None
    """The contact that it was used for."""


@dataclass
class Mail:
    """What lies in somebody's mailbox that they can press."""

    links: list[Link] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    """When a mail went because of the join form; what erasing forgets is gone from here too."""
    not_me: str | None = None
    """The link in the mail that told them they were written down; None once they joined by their own act."""

    def close(self) -> None:
        for link in self.links:
            link.open = False


class Snapshot:
    """The group's whole list as the database has it now."""

    def __init__(self, group_id: int) -> None:
        session().rollback()
        kept = select(Suppression.mailbox_hash).where(Suppression.group_id == group_id)
        contacts = select(
            Contact.id, Contact.state, Contact.promise, Contact.network_news_at.is_not(None).label("news")
        )
        lines = select(ConsentRecord.contact_id, ConsentRecord.what, ConsentRecord.promise)
        self.contacts: list[Any] = list(session().execute(contacts.where(Contact.group_id == group_id)))
        reached = queries.select_active(group_id).with_only_columns(
            Contact.id, Contact.paused_until, Contact.stopped_at, Contact.network_news_at.is_not(None).label("news")
        )
        self.written_to = list(session().execute(reached))
        self.suppressed = set(session().scalars(kept))
        self.evidence: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
        for line in session().execute(lines.where(ConsentRecord.group_id == group_id).order_by(ConsentRecord.id)):
            self.evidence[line.contact_id].append((line.what, line.promise))

    def numbers(self, state: str) -> set[int]:
        return {row.id for row in self.contacts if row.state == state}


class Consent(RuleBasedStateMachine):
    """One group of a network with three people, over months."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = next(fresh)
        self.now = THE_DAY
        group = the_group(f"group-{self.turn}")
        in_network(group)
        self.group = group.id
        self.promise = 4
        self.people = {name: Person() for name in PEOPLE}
        self.mail = {name: Mail() for name in PEOPLE}
        self.lists: dict[int, list[str]] = {}
        """Lists brought in for which nobody vouched, and who of them was new."""
        self.gone: set[int] = set()

    def address(self, name: str) -> str:
        return f"{name}.{self.turn}@example.com"

    # What people do

    @initialize(already=st.sets(names, min_size=1))
    def some_are_on_the_list_already(self, already: set[str]) -> None:
        for name in sorted(already):
            self.opt_in(name, forms=1)

    @rule(name=names, forms=st.integers(1, 2))
    def opt_in(self, name: str, forms: int) -> None:
        """Join, perhaps twice, and press the button of the newest link."""
        for _ in range(forms):
            self.join(name)
        self.confirm(name, 0)

    @rule(name=names)
    def join(self, name: str) -> None:
        mail, before = self.mail[name], len(letters_to(self.address(name)))
        with clock.at(self.now):
            ask(self.group, self.address(name))
        new = letters_to(self.address(name))[before:]
        if len([at for at in mail.asked if at > self.now - DAY]) >= 3:
            assert not new
            return
        mail.asked.append(self.now)
        (letter,) = new
        on_list = self.people[name].state == "active"
        assert letter["kind"] == ("membership/already" if on_list else "membership/confirm")
        if not on_list:
            mail.links.append(Link(letter["values"]["token"], self.now))

    @rule(name=names, which=st.integers(0, 3))
    def confirm(self, name: str, which: int) -> None:
        person, mail = self.people[name], self.mail[name]
        if not mail.links:
            return
        link = mail.links[-1 - which % len(mail.links)]
        on_list, receipts = person.state == "active", self.receipts(name)
        in_time = self.now < link.asked_at + WEEK
        works = in_time and (link.open or (link.made is not None and on_list and link.made == person.number))
        try:
            with clock.at(self.now):
                number = confirm(self.group, link.token).id
        except NotFound:
            assert not works, "a link that should work was refused"
            return
        assert works, "a link that should not work was taken"
        assert person.number in {None, number}, "who comes back keeps their number"
        assert number not in self.gone
        assert self.receipts(name) == receipts + (0 if on_list else 1)
        person.agrees(number, self.promise, by_own_act=not on_list)
        if not on_list:
            mail.not_me = None
        if link.open:
            link.open, link.made, person.stopped = False, number, False

    @rule(who=st.lists(names, min_size=1, unique=True), number=st.sampled_from([None, 2, 6]))
    def a_list_is_brought_in(self, who: list[str], number: int | None) -> None:
        """Who is nobody here and never left comes in; without the attestation, unverified. Nobody else does (rules 1 and 4)."""
        new = [name for name in who if self.people[name].state == "nobody" and not self.people[name].suppressed]
        content = a_list(*(("", self.address(name)) for name in who))
        attested = number and Attestation("Email me the news.", THE_DAY.date(), "at the desk", number)
        with clock.at(self.now):
            if not new:
                with pytest.raises(RuleBroken):
                    brought(self.group, content, attested=attested or None)
                for waiting in queries.list_open_imports(self.group):
                    self.do(lambda found=waiting.id: self.discard(found))
                return
            number_of_list = brought(self.group, content, attested=attested or None)
        came = {one.mailbox: one.id for one in session().scalars(select(Contact).where(Contact.group_id == self.group))}
        session().rollback()
        for name in new:
            contact_id = came[self.address(name)]
            if number:
                self.people[name].agrees(contact_id, min(number, self.promise), by_own_act=False)
            else:
                self.people[name].becomes("unverified", contact_id, since=self.now)
        if not number:
            self.lists[number_of_list] = new

    def discard(self, import_id: int) -> None:
        actions.discard(self.group, import_id, by=OPERATOR, at=self.now)

    @precondition(lambda self: self.lists)
    @rule(which=st.integers(0, 3), number=st.sampled_from([2, 6]))
    def a_list_is_vouched_for(self, which: int, number: int) -> None:
        """Later: who of it still waits can be written to; who joined, left or went meanwhile is not touched."""
        import_id = sorted(self.lists)[which % len(self.lists)]
        waiting = [self.people[name] for name in self.lists.pop(import_id) if self.people[name].state == "unverified"]
        attested = Attestation("Email me the news.", THE_DAY.date(), "at the desk", number)
        try:
            self.do(lambda: actions.vouch(self.group, import_id, attested=attested, by=OPERATOR, at=self.now))
        except RuleBroken:
            assert not waiting
            return
        for person in waiting:
            assert person.number is not None
            person.agrees(person.number, min(number, self.promise), by_own_act=False)

    @rule(name=names)
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
            assert person.state == "active" or person.suppressed
            return
        assert person.state in {"nobody", "unverified"}
        assert not person.suppressed, "somebody was brought back by hand"
        person.agrees(written.id, self.promise, by_own_act=False)
        letter = [x for x in letters_to(self.address(name)) if x["kind"] == "membership/written_down"][-1]
        self.mail[name].not_me = letter["values"]["not_me"]

    @rule(name=names)
    def say_not_me(self, name: str) -> None:
        token = self.mail[name].not_me
        if token is None or self.people[name].state not in {"active", "left"}:
            return
        self.do(lambda: actions.not_me(token, at=self.now))
        self.erased(name)

    @rule(name=names, how=st.sampled_from([How.LEAVE_PAGE, How.ONE_CLICK, How.MAILTO, How.MY_PAGE]))
    def leave(self, name: str, how: How) -> None:
        number = self.people[name].number
        if number is None:
            return
        self.do(lambda: actions.leave(number, how=how, by=Who.contact(number), at=self.now))
        self.left(name)

    @rule(name=names, how=st.sampled_from([How.REPLY, How.PHONE, How.DESK]))
    def told_an_officer(self, name: str, how: How) -> None:
        person = self.people[name]
        if person.number is None or person.state == "forgotten":
            return
        whom = {"contact_id": person.number, "how": how, "by": Who.person(7)}
        self.do(lambda: actions.record_leaving(self.group, **whom, at=self.now))
        self.left(name)

    @rule(name=names)
    def come_back(self, name: str) -> None:
        """By the link that was mailed to whoever left: only while their details are kept, and by nobody else."""
        person, receipts = self.people[name], self.receipts(name)
        if person.number is None:
            return
        digest = queries.words_of(get_group(self.group)).digest
        number = person.number
        try:
            back = self.do(lambda: actions.come_back(number, digest=digest, at=self.now).id)
        except NotFound:
            assert person.state in {"unverified", "forgotten"}
            return
        assert back == person.number
        if person.state == "left":
            assert self.receipts(name) == receipts + 1
            self.mail[name].not_me = None
            person.agrees(number, self.promise, by_own_act=True)

    @rule(number=st.integers(0, 3))
    def old_mail_of_the_erased_leaves_again(self, number: int) -> None:
        for gone in sorted(self.gone)[:number]:
            self.do(lambda contact_id=gone: actions.leave(contact_id, how=How.ONE_CLICK, by=OPERATOR, at=self.now))

    @rule(name=names, months=st.sampled_from([3, 6, 12]))
    def pause(self, name: str, months: int) -> None:
        person = self.people[name]
        how = {"how": How.LEAVE_PAGE, "by": Who.contact(person.number or 0), "at": self.now}
        with suppress(NotFound, RuleBroken):
            person.paused_until = self.do(lambda: actions.pause(person.number or 0, months=months, **how).paused_until)
            assert person.state == "active"
            return
        assert person.state != "active"

    @rule(name=names)
    def resume(self, name: str) -> None:
        person = self.people[name]
        if person.state == "active" and person.number is not None:
            me = Who.contact(person.number)
            self.do(lambda: actions.resume(person.number, how=How.MY_PAGE, by=me, at=self.now))
            person.paused_until = None

    @rule(name=names, wanted=st.booleans())
    def news_of_the_network(self, name: str, wanted: bool) -> None:
        """Only who is on the list gets it; leaving ends it, and no way back brings it along."""
        person = self.people[name]
        if person.number is None:
            return
        how = {"how": How.MY_PAGE, "by": Who.contact(person.number), "at": self.now}
        shown = queries.network_words_of(get_group(self.group), promise=max(person.promise, 1))
        session().rollback()
        try:
            if wanted:
                self.do(lambda: actions.agree_to_network_news(person.number, digest=shown.digest, **how))
            else:
                self.do(lambda: actions.stop_network_news(person.number, **how))
        except RuleBroken:
            assert person.state != "active"
            return
        person.network = wanted and person.state == "active"

    @rule(name=names)
    def the_address_stops(self, name: str) -> None:
        """It comes back as unknown: nothing is sent there, and consent is as it was."""
        person = self.people[name]
        if person.number is not None:
            number = person.number
            self.do(lambda: actions.mark_stopped([number], because=Stopped.HARD, at=self.now))
            person.stopped |= person.state == "active"

    @rule(name=names)
    def an_officer_tries_the_address_again(self, name: str) -> None:
        person = self.people[name]
        try:
            self.do(lambda: actions.try_again(self.group, person.number or 0, by=OPERATOR, at=self.now))
        except (NotFound, RuleBroken):
            assert not (person.state == "active" and person.stopped)
            return
        person.stopped = False

    @rule(name=names)
    def erase(self, name: str) -> None:
        if self.people[name].state in {"nobody", "forgotten"}:
            return
        with clock.at(self.now):
            if len([x for x in letters_to(self.address(name)) if x["kind"] == "membership/my"]) >= 3:
                return
            erase_by(my_token(get_group(self.group), self.address(name)))
        self.erased(name)

    @precondition(lambda self: self.promise > 1)
    @rule()
    def lower(self) -> None:
        self.promise -= 1
        self.do(lambda: actions.lower_promise(self.group, self.promise, by=OPERATOR, at=self.now))
        for person in self.people.values():
            if person.state == "active":
                person.promise = min(person.promise, self.promise)

    @rule()
    def raise_is_refused(self) -> None:
        with pytest.raises(RuleBroken):
            self.do(lambda: actions.lower_promise(self.group, self.promise + 1, by=OPERATOR, at=self.now))

    @rule(
        gone=st.sampled_from(
            [timedelta(minutes=1), timedelta(hours=13), DAY, timedelta(days=6), timedelta(days=40), YEAR]
        )
    )
    def wait(self, gone: timedelta) -> None:
        self.now += gone

    @rule()
    def forget_by_itself(self) -> None:
        self.do(lambda: actions.forget_old(at=self.now))
        for person in self.people.values():
            if person.state in {"unverified", "left", "forgotten"}:
                number = person.number
                person.grows_old(self.now)
                if person.state == "nobody" and number is not None:
                    self.gone.add(number)

    # What is always true

    @invariant()
    def the_word_is_kept(self) -> None:
        here = Snapshot(self.group)
        self.the_list_is_who_agreed(here)
        self.the_last_word_of_the_evidence_is_the_state(here)
        self.the_number_that_binds_is_the_one_in_the_evidence(here)
        self.nothing_is_written_but_to_who_wants_it(here)
        self.a_mailbox_is_suppressed_from_leaving_until_its_owner_joins_again(here)

    def the_list_is_who_agreed(self, here: Snapshot) -> None:
        """Rules 1 and 4: on the list is who confirmed, or whose agreement was vouched for, and has not left since."""
        for state in ("active", "unverified", "left"):
            assert here.numbers(state) == {one.number for one in self.people.values() if one.state == state}, state
        waiting = {one.number for one in self.people.values() if one.state == "forgotten"}
        assert here.numbers("erased") == self.gone | waiting

    def the_last_word_of_the_evidence_is_the_state(self, here: Snapshot) -> None:
        for row in here.contacts:
            last = [what for what, _ in here.evidence[row.id] if what in LAST][-1]
            assert row.state == LAST[last]

    def the_number_that_binds_is_the_one_in_the_evidence(self, here: Snapshot) -> None:
        """Rule 3: never above what was told, and never above a lowering since."""
        for person in (person for person in self.people.values() if person.state == "active"):
            (row,) = [row for row in here.contacts if row.id == person.number]
            told = here.evidence[row.id]
            assert row.promise == person.promise == binding_now(told)
            assert row.promise <= [number for what, number in told if what == "agreed" and number][-1]

    def nothing_is_written_but_to_who_wants_it(self, here: Snapshot) -> None:
        """Pauses, addresses that stopped and news of the network are as they were asked for; nobody else is written to."""
        kept = {row.id: (row.paused_until, row.stopped_at is not None, row.news) for row in here.written_to}
        on_list = [one for one in self.people.values() if one.state == "active"]
        assert kept == {one.number: (one.paused_until, one.stopped, one.network) for one in on_list}
        assert not [row.id for row in here.contacts if row.news and row.state != "active"]

    def a_mailbox_is_suppressed_from_leaving_until_its_owner_joins_again(self, here: Snapshot) -> None:
        hashed = keys.current().mailbox_hash
        assert here.suppressed == {hashed(self.address(n)) for n, person in self.people.items() if person.suppressed}

    def teardown(self) -> None:
        with transaction():
            session().execute(delete(OutboxMessage))  # letters are opened at every step: keep them few

    # Helpers

    def do(self, deed: Any) -> Any:
        with transaction():
            return deed()

    def left(self, name: str) -> None:
        if self.people[name].state in {"active", "unverified"}:
            self.mail[name].close()
        self.people[name].leaves(self.now)

    def erased(self, name: str) -> None:
        person, mail = self.people[name], self.mail[name]
        assert person.number is not None
        self.gone.add(person.number)
        person.becomes("nobody", suppressed=True)
        mail.close()
        for link in mail.links:
            link.made = None
        self.mail[name] = Mail(links=mail.links)

    def receipts(self, name: str) -> int:
        return len([x for x in letters_to(self.address(name)) if x["kind"] == "membership/receipt"])


@pytest.mark.proof
def test_whatever_people_do_the_list_keeps_its_word(inside: Flask) -> None:
    run_state_machine_as_test(
        Consent,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )


def test_the_machine_walks_where_it_should(inside: Flask) -> None:
    """One long walk by hand, so that a mistake in the model is not taken for a kept promise."""
    walk = Consent()
    ann, bob, cat = walk.people.values()
    walk.join("ann")
    walk.confirm("ann", 0)
    walk.news_of_the_network("ann", True)
    walk.the_address_stops("ann")
    walk.the_word_is_kept()
    assert (ann.network, ann.stopped) == (True, True)
    walk.an_officer_tries_the_address_again("ann")
    walk.lower()
    walk.leave("ann", How.ONE_CLICK)
    walk.come_back("ann")
    assert (ann.state, ann.promise, ann.network) == ("active", 3, False)
    walk.leave("ann", How.ONE_CLICK)
    walk.a_list_is_brought_in(["ann", "cat"], None)
    assert (ann.state, cat.state) == ("left", "unverified")
    walk.the_word_is_kept()
    walk.a_list_is_vouched_for(0, 2)
    assert (cat.state, cat.promise) == ("active", 2)
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
    walk.a_list_is_brought_in(["bob"], 6)
    assert (ann.state, ann.promise, len(walk.gone)) == ("active", 3, 2)
    assert bob.state == "nobody"
    walk.the_word_is_kept()
    walk.leave("cat", How.MAILTO)
    walk.wait(YEAR)
    walk.forget_by_itself()
    walk.the_word_is_kept()
    assert (cat.state, cat.suppressed) == ("nobody", True)
    assert isinstance(get_group(walk.group), Group)
