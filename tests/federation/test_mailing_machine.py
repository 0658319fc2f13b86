"""Rules 2 and 6 under a network's mailings: groups' own mailings and the network's mixed at random, people on several lists who
come, go, pause, or whose address stops working in one of the lists. No promise is broken in any group, no mailbox gets a network's
mailing twice, and each gets it once if any of the groups that send it can write there.
"""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import count

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from pcnppg.kernel import clock
from pcnppg.kernel.clock import YEAR
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing import queries as mailings
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How, Stopped
from pcnppg.post.jobs.command import worker_of
from pcnppg.post.rules import Outcome, handed_over
from pcnppg.post.transports.transport import OneByOne
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.federation.lists import contact, offer, receivers, send_now, take
from tests.federation.stories import Story, a_story
from tests.mailing.lists import send

EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "8"))
PEOPLE = 3
numbers = count(1)
homes = st.integers(0, 2)
people = st.integers(0, PEOPLE - 1)


class Takes:
    """A mail server that takes everything."""

    def hand_over(self, envelope_from: str, to: str, data: bytes) -> Outcome:
        return handed_over("250 2.0.0")

    def check(self) -> None: ...

    def rest(self) -> None: ...

    def close(self) -> None: ...


class Year(RuleBasedStateMachine):
    """Three groups, three people, each on some of the lists."""

    story: Story
    app: Flask

    @initialize(lists=st.lists(st.tuples(homes, people, st.integers(1, 3), st.booleans()), min_size=3, max_size=7))
    def begin(self, lists: list[tuple[int, int, int, bool]]) -> None:
        self.now = THE_DAY
        self.name = f"walk{next(numbers)}"
        self.here: dict[tuple[int, int], int] = {}
        self.sent: list[int] = []
        for one in session().scalars(select(Contact.id).where(Contact.left_at.is_(None))).all():
            self.leave(one)
        for home, who, promise, network in lists:
            self.come(home, who, promise, network)

    def do(self, deed):
        with clock.at(self.now):
            return deed()

    def leave(self, number: int) -> None:
        by = Who.contact(number)
        with clock.at(self.now), transaction():
            membership.leave(number, how=How.ONE_CLICK, by=by, at=self.now)

    @rule(home=homes, who=people, promise=st.integers(1, 3), network=st.booleans())
    def come(self, home: int, who: int, promise: int, network: bool) -> None:
        if (home, who) not in self.here:
            mailbox = f"{self.name}-{who}@example.org"
            group = self.story.groups[home]
            self.here[home, who] = self.do(lambda: contact(group, mailbox, promise=promise, network=network))

    @rule(home=homes, who=people)
    def go(self, home: int, who: int) -> None:
        if (home, who) in self.here:
            self.leave(self.here.pop((home, who)))

    @rule(home=homes, who=people)
    def pause(self, home: int, who: int) -> None:
        if number := self.here.get((home, who)):
            with clock.at(self.now), transaction():
                membership.pause(number, months=3, how=How.MY_PAGE, by=Who.contact(number), at=self.now)

    @rule(home=homes, who=people)
    def an_address_stops_working(self, home: int, who: int) -> None:
        if number := self.here.get((home, who)):
            with transaction() as open_:
                one = open_.get_one(Contact, number)
                one.stopped_at, one.stopped_because = self.now, Stopped.HARD

    @rule(home=homes)
    def a_group_writes(self, home: int) -> None:
        try:
            self.do(lambda: send(self.story.groups[home], self.story.chairs[home]))
        except RuleBroken:
            session().rollback()

    @rule(takers=st.sets(homes, min_size=1), deliver=st.booleans())
    def the_network_writes(self, takers: set[int], deliver: bool) -> None:
        number = self.do(lambda: offer(self.story))
        for home in sorted(takers):
            self.do(lambda home=home: take(self.story, number, home))
        can_be_reached = self.reached_by(takers)
        self.do(lambda: send_now(self.story, number))
        self.sent.append(number)
        assert set(receivers(self.story, number)) == can_be_reached
        if deliver:
            self.deliver()

    def reached_by(self, takers: set[int]) -> set[str]:
        """The mailboxes to which one of these groups at least can send news of the network now."""
        session().rollback()
        people = [session().get_one(Contact, number) for (home, _), number in self.here.items() if home in takers]
        used = mailings.count_used([one.id for one in people], self.now)
        return {
            one.mailbox or ""
            for one in people
            if one.network_news_at is not None
            and one.stopped_at is None
            and (one.paused_until is None or one.paused_until <= self.now)
            and used[one.id] < one.promise
        }

    @rule(home=homes)
    def somebody_takes_it_back(self, home: int) -> None:
        found = select(Mailing.id).where(Mailing.group_id == self.story.groups[home], Mailing.state == "held")
        by = Who.person(self.story.chairs[home])
        for mailing_id in session().scalars(found).all()[:1]:
            try:
                with transaction():
                    mailing.take_back(self.story.groups[home], mailing_id=mailing_id, by=by, at=self.now)
            except RuleBroken:
                return

    @rule(days=st.sampled_from([1, 91, 182, 364, 365]))
    def time_goes_by(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def deliver(self) -> None:
        self.now += timedelta(minutes=16)
        self.do(lambda: worker_of(self.app, transport=OneByOne(Takes())).run(once=True))

    @invariant()
    def no_promise_is_broken(self) -> None:
        if not hasattr(self, "here"):
            return
        session().rollback()
        for number in self.here.values():
            promise = session().get_one(Contact, number).promise
            found = select(Delivery.at).where(Delivery.contact_id == number, Delivery.state == "handed_over")
            moments = [at for at in session().scalars(found) if at is not None]
            for moment in moments:
                assert sum(moment - YEAR < other <= moment for other in moments) <= promise

    @invariant()
    def nobody_gets_a_mailing_of_the_network_twice(self) -> None:
        for number in getattr(self, "sent", []):
            assert all(len(homes) == 1 for homes in receivers(self.story, number).values())

    @invariant()
    def only_who_agreed_to_such_news_gets_it(self) -> None:
        session().rollback()
        found = (
            select(Contact.network_news_at)
            .join(Delivery, Delivery.contact_id == Contact.id)
            .join(Mailing, Mailing.id == Delivery.mailing_id)
            .where(Mailing.kind == "network", Contact.left_at.is_(None))
        )
        assert None not in session().scalars(found).all()


def test_the_promise_holds_in_every_group_and_nobody_gets_news_of_the_network_twice(inside: Flask) -> None:
    Year.story, Year.app = a_story(3), inside
    run_state_machine_as_test(
        Year,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=12,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
