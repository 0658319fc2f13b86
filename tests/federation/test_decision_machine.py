"""Votes walked through at random: whatever happens while a vote is open, each vote counts once, and the result stands."""

from __future__ import annotations

import os
from datetime import timedelta

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from pcnppg.federation import queries
from pcnppg.federation.models import BallotPaper, VoteCast
from pcnppg.federation.rules.decisions import Counting, OnTie, Quorum, Rule
from pcnppg.groups import queries as groups
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.store.session import session
from tests.conftest import THE_DAY
from tests.federation.stories import Story, a_story, accept, call_back, close, invite, leave, put, send, vote, whole

EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "12"))
homes = st.integers(0, 2)
answers = st.sampled_from(["Yes", "No", None])


class Ballot(RuleBasedStateMachine):
    """One vote in a network of three groups, each with a delegate and a substitute."""

    story: Story

    @initialize(
        way=st.sampled_from(Rule),
        counting=st.sampled_from(Counting),
        quorum=st.sampled_from(Quorum),
        on_tie=st.sampled_from(OnTie),
        secret=st.booleans(),
    )
    def open(self, way: Rule, counting: Counting, quorum: Quorum, on_tie: OnTie, secret: bool) -> None:
        self.now = THE_DAY
        self.all_there()
        ways = {"rule": way, "counting": counting, "quorum": quorum, "on_tie": on_tie}
        self.decision = self.do(lambda: put(self.story, **ways, is_secret=secret and counting is not Counting.BOTH))
        self.roll = [(line.group_id, line.person_id) for line in whole(self.decision).roll]
        self.replaced: set[int] = set()
        self.gone: set[int] = set()
        self.votes: dict[int, str | None] = {}
        self.closed = None

    def do(self, deed):
        with clock.at(self.now):
            return deed()

    def all_there(self) -> None:
        """As it was before the walk that ended here."""
        story = self.story
        for group, chair, member in zip(story.groups, story.chairs, story.members, strict=True):
            if queries.find_inside(group) is None:
                invite(story.network, group, by=story.chair)
                accept(story.network, group, by=chair)
            speaking = {one.person_id for one in queries.list_delegates(story.network, of_group=group)}
            if member not in speaking:
                send(group, member, by=chair)
            if chair not in speaking:
                send(group, chair, by=chair, substitute=True)

    def words(self, answer: str | None) -> str | None:
        names = whole(self.decision).names
        return None if answer is None else names[0] if answer == "Yes" else names[1]

    @rule(home=homes, by_substitute=st.booleans(), answer=answers)
    def somebody_votes(self, home: int, by_substitute: bool, answer: str | None) -> None:
        group = self.story.groups[home]
        person = (self.story.chairs if by_substitute else self.story.members)[home]
        before = whole(self.decision)
        may = (
            self.closed is None
            and self.now < before.decision.closes_at
            and group not in self.votes
            and group not in self.gone
            and person not in self.replaced
        )
        try:
            self.do(lambda: vote(self.story, self.decision, person, self.words(answer)))
        except RuleBroken:
            assert not may
            return
        assert may
        self.votes[group] = answer

    @rule(home=homes)
    def a_delegate_is_replaced(self, home: int) -> None:
        group, chair, member = self.story.groups[home], self.story.chairs[home], self.story.members[home]
        if group in self.gone:
            return
        one = next(x for x in queries.list_delegates(self.story.network, of_group=group) if x.person_id == member)
        call_back(group, one.delegate_id, by=chair)
        send(group, member, by=chair)
        self.replaced.add(member)

    @rule(home=homes)
    def a_group_leaves(self, home: int) -> None:
        try:
            leave(self.story.groups[home], by=self.story.chairs[home])
        except NotFound:
            assert self.story.groups[home] in self.gone
        self.gone.add(self.story.groups[home])

    @rule(days=st.sampled_from([0, 1, 8]))
    def time_goes_by(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def somebody_closes_it(self) -> None:
        closes_at = whole(self.decision).decision.closes_at
        try:
            found = self.do(lambda: close(self.story, self.decision)).result
        except RuleBroken:
            assert self.now < closes_at
            assert len(self.votes) < 3
            return
        assert self.closed in (None, found)
        self.closed = found

    @invariant()
    def each_vote_is_there_once(self) -> None:
        if not hasattr(self, "decision"):
            return
        session().rollback()
        papers = select(func.count()).where(BallotPaper.decision_id == self.decision)
        given = select(func.count()).where(VoteCast.decision_id == self.decision)
        assert session().scalar(papers) == session().scalar(given) == len(self.votes)
        found = whole(self.decision)
        assert [(line.group_id, line.person_id) for line in found.roll] == self.roll
        tally = queries.recount(found).tallies[0]
        assert tally.votes == tuple(list(self.votes.values()).count(answer) for answer in ("Yes", "No"))
        assert tally.on_roll == 3
        assert found.result == self.closed

    @invariant()
    def the_result_can_be_counted_again(self) -> None:
        if getattr(self, "closed", None) is not None:
            assert queries.recount(whole(self.decision)) == self.closed


def test_whatever_happens_each_vote_counts_once_and_the_result_stands(inside: Flask) -> None:
    Ballot.story = a_story(3)
    assert groups.get_group(Ballot.story.network)
    run_state_machine_as_test(
        Ballot,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=15,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
