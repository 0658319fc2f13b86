"""Items by a state machine: whoever does whatever in whatever order, nothing disappears, each change is a line of history
with who did it in which role, staff never rule, and an outcome is told once.
"""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from pcnppg.groups.rules import OFFICERS, STAFF, Role
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import Refusal
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import backing, planning, proposing
from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.models import AgendaEntry, Backing, Item, ItemHistory, Meeting
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.items import MOVES, OPEN, Answer, By, ItemAct, ItemState, PassedTo, Wish
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session, transaction
from tests import making
from tests.meetings.stories import a_plan

ROLES = st.sampled_from(list(Role))
NUMBERS = st.integers(0, 3)


class Items(RuleBasedStateMachine):
    """One group with three meetings, somebody in each role, and up to four items."""

    slug = 0

    @initialize()
    def begin(self) -> None:
        Items.slug += 1
        n = Items.slug
        self.group_id = making.a_group(slug=f"g{n}", practice=f"Z{n:05}", chair=f"first{n}@example.com")
        self.people = {
            role: making.an_officer(self.group_id, role=role, address=f"{role.value.replace('_', '-')}{n}@example.com")
            for role in Role
        }
        with transaction():
            chair = Who.person(self.people[Role.CHAIR])
            self.meetings = [
                planning.plan_meeting(self.group_id, a_plan(), by=chair, at=clock.now()).id for _ in range(3)
            ]
        self.items: list[int] = []
        self.backings = 0

    def do(self, act: Any, role: Role, *args: Any, **how: Any) -> bool:
        """One act in its own transaction; a refusal is an answer like another."""
        with contextlib.suppress(Refusal):
            with transaction():
                act(self.group_id, *args, by=Who.person(self.people[role]), at=clock.now(), **how)
            return True
        return False

    def ruled(self, act: Any, role: Role, number: int, **how: Any) -> None:
        """An act that officers alone may do."""
        if number < len(self.items):
            did = self.do(act, role, self.items[number], **how)
            assert not did or role in OFFICERS, f"{role} did {act.__name__}"

    @rule(role=ROLES)
    def propose(self, role: Role) -> None:
        session().rollback()
        planned = [number for number in self.meetings if session().get_one(Meeting, number).cancelled_at is None]
        if len(self.items) < 4 and planned:
            with transaction():
                who = Who.person(self.people[role])
                wish = Wish(f"Item {len(self.items)}")
                made = proposing.propose(self.group_id, planned[0], wish, by=who, at=clock.now())
                self.items.append(made.id)

    @rule(role=ROLES, number=NUMBERS)
    def back(self, role: Role, number: int) -> None:
        if number < len(self.items):
            before = self.count(Backing)
            did = self.do(backing.back, role, self.items[number])
            assert not did or role not in STAFF
            self.backings += self.count(Backing) - before

    @rule(role=ROLES, number=NUMBERS, which=st.integers(0, 2))
    def accept(self, role: Role, number: int, which: int) -> None:
        how = {"meeting_id": self.meetings[which], "minutes": 5, "purpose": Purpose.INFORM}
        self.ruled(actions.accept, role, number, **how)

    @rule(role=ROLES, number=NUMBERS, into=NUMBERS)
    def merge(self, role: Role, number: int, into: int) -> None:
        if into < len(self.items):
            self.ruled(actions.merge, role, number, into_id=self.items[into])

    @rule(
        role=ROLES,
        number=NUMBERS,
        act=st.sampled_from([actions.answer, actions.decline, actions.park, actions.discuss]),
    )
    def say(self, role: Role, number: int, act: Any) -> None:
        self.ruled(act, role, number, words="Because.")

    @rule(role=ROLES, number=NUMBERS, to=st.sampled_from(PassedTo))
    def pass_on(self, role: Role, number: int, to: PassedTo) -> None:
        self.ruled(actions.pass_on, role, number, passed_to=to)

    @rule(role=ROLES, number=NUMBERS, which=st.integers(0, 2))
    def carry_over(self, role: Role, number: int, which: int) -> None:
        self.ruled(actions.carry_over, role, number, meeting_id=self.meetings[which])

    @rule(
        role=ROLES,
        number=NUMBERS,
        act=st.sampled_from([actions.take_item_off, actions.hide_item, actions.show_item]),
    )
    def handle(self, role: Role, number: int, act: Any) -> None:
        self.ruled(act, role, number)

    @rule(role=ROLES, number=NUMBERS)
    def reply(self, role: Role, number: int) -> None:
        if number < len(self.items):
            did = self.do(actions.reply, role, self.items[number], answer=Answer.YES, words="", due_on=None)
            assert not did or role in STAFF

    @rule(role=ROLES, number=NUMBERS)
    def withdraw(self, role: Role, number: int) -> None:
        if number < len(self.items):
            did = self.do(actions.withdraw, role, self.items[number])
            mine = session().get_one(Item, self.items[number]).person_id == self.people[role]
            assert not did or mine

    @rule(which=st.integers(0, 2))
    def cancel(self, which: int) -> None:
        self.do(planning.cancel_meeting, Role.CHAIR, self.meetings[which], why="Snow.")

    @invariant()
    def nothing_disappears(self) -> None:
        session().rollback()
        assert set(session().scalars(select(Item.id).where(Item.group_id == self.group_id))) == set(self.items)
        assert self.count(Backing) == self.backings

    @invariant()
    def history_tells_how_it_came_to_be_as_it_is(self) -> None:
        for item in session().scalars(select(Item).where(Item.group_id == self.group_id)):
            state = ItemState.WAITING
            lines = session().scalars(
                select(ItemHistory).where(ItemHistory.item_id == item.id).order_by(ItemHistory.id)
            )
            for line in lines:
                move = MOVES.get(ItemAct(line.act))
                if move is None:
                    continue
                assert state in move.before
                state = move.to or state
                if move.by is By.OFFICER:
                    assert line.as_role in OFFICERS
                elif move.by is By.STAFF:
                    assert line.as_role in STAFF
                assert line.by_person_id is not None
            assert state == item.state
            assert (item.settled_at is None) == (item.state in OPEN)

    @invariant()
    def what_is_accepted_is_on_one_agenda_and_nothing_else_is(self) -> None:
        found = select(AgendaEntry.item_id, AgendaEntry.meeting_id, Item.state, Item.meeting_id, Meeting.cancelled_at)
        found = found.join(Item, Item.id == AgendaEntry.item_id).join(Meeting, Meeting.id == AgendaEntry.meeting_id)
        found = found.where(AgendaEntry.group_id == self.group_id, AgendaEntry.removed_at.is_(None))
        current = set()
        for item_id, meeting_id, state, its_meeting, cancelled_at in session().execute(found):
            if meeting_id == its_meeting and state == ItemState.ACCEPTED:
                assert cancelled_at is None
                assert item_id not in current
                current.add(item_id)
        accepted = select(Item.id).where(Item.group_id == self.group_id, Item.state == ItemState.ACCEPTED)
        assert current == set(session().scalars(accepted))

    @invariant()
    def an_outcome_is_told_once(self) -> None:
        sent = select(OutboxMessage.about_kind, OutboxMessage.about_id, func.count())
        sent = sent.where(OutboxMessage.kind == "meetings/item_outcome").group_by(
            OutboxMessage.about_kind, OutboxMessage.about_id
        )
        assert all(count == 1 for *_, count in session().execute(sent))

    def count(self, model: Any) -> int:
        found = select(func.count()).select_from(model).where(model.group_id == self.group_id)
        return session().scalar(found) or 0


@pytest.mark.proof
def test_items_keep_their_rules_whoever_does_what(inside: Flask) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # not typed
        Items,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
