"""Questions: prepared, open and decided; who may vote on them; and the count, made again from the papers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import select

from pcnppg.federation.models import (
    BallotPaper,
    Decision,
    DecisionDraft,
    DecisionOption,
    DecisionResult,
    DecisionRoll,
    HomeView,
    VoteCast,
)
from pcnppg.federation.queries.belonging import find_place, held_by_delegates
from pcnppg.federation.rules.decisions import Ballot, Counting, Outcome, Result, Tally, Terms, Voter, count
from pcnppg.federation.rules.wording import conclusion, sums
from pcnppg.groups import queries as groups
from pcnppg.groups.queries import Holder
from pcnppg.kernel.refusals import NotFound
from pcnppg.store.session import session


def get_draft(network_id: int, draft_id: int, *, lock: bool = False) -> DecisionDraft:
    """A question that is being prepared, or was."""
    found = select(DecisionDraft).where(DecisionDraft.id == draft_id, DecisionDraft.network_id == network_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    draft = session().scalar(found)
    if draft is None:
        raise NotFound
    return draft


def list_drafts(network_id: int) -> list[DecisionDraft]:
    """Questions that are being prepared, the newest first."""
    found = select(DecisionDraft).where(
        DecisionDraft.network_id == network_id,
        DecisionDraft.discarded_at.is_(None),
        DecisionDraft.decision_id.is_(None),
    )
    return list(session().scalars(found.order_by(DecisionDraft.id.desc())))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the roll: who may vote for which group. `person_id` is 0 where nobody is left behind it."""

    id: int
    group_id: int
    group: str
    delegate_id: int
    name: str
    person_id: int
    mailbox: str
    is_substitute: bool
    speaks_now: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """One vote as the list of votes shows it. `voter` is empty for a secret one."""

    number: int
    words: str
    group: str = ""
    voter: str = ""
    by_phone: bool = False


@dataclass(frozen=True)
class Whole:
    """A decision with all that belongs to it."""

    decision: Decision
    options: Sequence[DecisionOption]
    names: Sequence[str]
    roll: Sequence[Line]
    cast: Sequence[VoteCast]
    result_row: DecisionResult | None

    @property
    def terms(self) -> Terms:
        return self.decision.terms(len(self.options))

    @cached_property
    def seats(self) -> list[int]:
        """The votes on the roll, each by its group."""
        voting = [line.group_id for line in self.roll if not line.is_substitute]
        return list(dict.fromkeys(voting)) if self.terms.counting is Counting.GROUPS else voting

    def seats_of(self, line: Line) -> list[int]:
        """The votes that somebody on the roll might give: their own; a substitute, each of their group's."""
        if self.terms.counting is Counting.GROUPS:
            return [line.group_id]
        if not line.is_substitute:
            return [line.id]
        return [one.id for one in self.roll if one.group_id == line.group_id and not one.is_substitute]

    @cached_property
    def given(self) -> set[int]:
        return {vote.seat for vote in self.cast}

    @property
    def is_closed(self) -> bool:
        return self.result_row is not None

    def is_open(self, at: datetime) -> bool:
        return not self.is_closed and at < self.decision.closes_at

    @property
    def result(self) -> Result | None:
        """What was written down when it closed."""
        row = self.result_row
        if row is None:
            return None
        tallies = tuple(Tally(tuple(votes), abstained, on_roll) for votes, abstained, on_roll in json.loads(row.counts))
        numbers = {option.id: option.number for option in self.options}
        option = numbers[row.option_id] if row.option_id is not None else None
        return Result(Outcome(row.outcome), option, tallies, row.by_tie)

    @property
    def conclusion(self) -> str:
        return conclusion(self.result, self.names) if self.result else ""

    @property
    def sums(self) -> list[str]:
        return sums(self.terms, self.result, self.names) if self.result else []


def without_names(whole: Whole) -> Whole:
    """As the public sees it: who stood in an election is the network's own business."""
    if whole.decision.elects is None:
        return whole
    return replace(whole, names=[f"candidate {number + 1}" for number in range(len(whole.options))])


def get_decision(network_id: int, decision_id: int) -> Decision:
    found = session().scalar(select(Decision).where(Decision.id == decision_id, Decision.network_id == network_id))
    if found is None:
        raise NotFound
    return found


def whole_of(decision: Decision) -> Whole:
    """A decision with its answers, roll, votes given and result."""
    options = list(
        session().scalars(
            select(DecisionOption).where(DecisionOption.decision_id == decision.id).order_by(DecisionOption.number)
        )
    )
    rows = list(
        session().scalars(select(DecisionRoll).where(DecisionRoll.decision_id == decision.id).order_by(DecisionRoll.id))
    )
    standing = [row.delegate_id for row in rows] + [one.delegate_id for one in options if one.delegate_id]
    holders = _holders(standing)
    names = groups.list_by_ids({row.group_id for row in rows})
    return Whole(
        decision=decision,
        options=options,
        names=[holders[one.delegate_id].name if one.delegate_id else one.words for one in options],
        roll=[_line(row, holders[row.delegate_id], names[row.group_id].name) for row in rows],
        cast=list(session().scalars(select(VoteCast).where(VoteCast.decision_id == decision.id).order_by(VoteCast.id))),
        result_row=session().scalar(select(DecisionResult).where(DecisionResult.decision_id == decision.id)),
    )


def _holders(delegate_ids: Sequence[int]) -> dict[int, Holder]:
    held = held_by_delegates(delegate_ids)
    holders = groups.holders_of(held.values())
    return {delegate_id: holders[held_id] for delegate_id, held_id in held.items()}


def _line(row: DecisionRoll, holder: Holder, group: str) -> Line:
    return Line(
        id=row.id,
        group_id=row.group_id,
        group=group,
        delegate_id=row.delegate_id,
        name=holder.name,
        person_id=holder.person_id,
        mailbox=holder.mailbox,
        is_substitute=row.is_substitute,
        speaks_now=holder.is_now,
    )


def list_decisions(network_id: int) -> list[Whole]:
    """A network's decisions, the newest first."""
    found = select(Decision).where(Decision.network_id == network_id).order_by(Decision.id.desc())
    return [whole_of(decision) for decision in session().scalars(found)]


def list_due(at: datetime) -> list[Decision]:
    """In every network: decisions whose time is over and that nobody has closed."""
    closed = select(DecisionResult.decision_id)
    found = select(Decision).where(Decision.closes_at <= at, Decision.id.not_in(closed)).order_by(Decision.id)
    return list(session().scalars(found))


def recount(whole: Whole) -> Result:
    """The result, counted now from the papers."""
    groups_of = {vote.id: vote.group_id for vote in whole.cast}
    numbers = {option.id: option.number for option in whole.options}
    found = select(BallotPaper).where(BallotPaper.decision_id == whole.decision.id).order_by(BallotPaper.id)
    papers = [
        Ballot(
            group=groups_of[paper.vote_id] if paper.vote_id is not None else 0,
            option=numbers[paper.option_id] if paper.option_id is not None else None,
        )
        for paper in session().scalars(found)
    ]
    return count(whole.terms, whole.seats, papers)


def list_papers(whole: Whole) -> list[Paper]:
    """Every vote of a decision, in the order of its numbers, which were drawn by lot."""
    words = {option.id: name for option, name in zip(whole.options, whole.names, strict=True)}
    lines = {line.id: line for line in whole.roll}
    votes = {vote.id: vote for vote in whole.cast}
    found = select(BallotPaper).where(BallotPaper.decision_id == whole.decision.id).order_by(BallotPaper.id)
    papers = []
    for paper in session().scalars(found):
        vote = votes[paper.vote_id] if paper.vote_id is not None else None
        papers.append(
            Paper(
                number=paper.id,
                words=words[paper.option_id] if paper.option_id is not None else "abstains",
                group=lines[vote.cast_by].group if vote else "",
                voter=lines[vote.cast_by].name if vote else "",
                by_phone=vote is not None and vote.entered_by is not None,
            )
        )
    return papers


def list_my_lines(whole: Whole, person_id: int) -> list[Line]:
    """Where somebody stands on the roll."""
    return [line for line in whole.roll if line.person_id == person_id]


def open_seat(whole: Whole, line: Line) -> int | None:
    """The next vote that somebody on the roll can give, or None."""
    return next((seat for seat in whole.seats_of(line) if seat not in whole.given), None)


def voter_of(whole: Whole, line: Line | None) -> Voter:
    """How things stand with somebody who would vote, as the rule asks it."""
    if line is None:
        return Voter(group="", is_on_roll=False)
    place = find_place(whole.decision.network_id, line.group_id)
    at_home = bool(groups.roles_of(line.person_id, line.group_id))
    return Voter(
        group=line.group,
        is_on_roll=True,
        speaks_now=line.speaks_now and at_home,
        is_in_network=place is not None and place.accepted_at is not None,
        has_view=find_view(whole.decision.id, line.group_id) is not None,
        is_cast=open_seat(whole, line) is None,
    )


def find_view(decision_id: int, group_id: int) -> HomeView | None:
    """What a group wrote down that it thinks of a question, or None."""
    return session().scalar(select(HomeView).where(HomeView.decision_id == decision_id, HomeView.group_id == group_id))


def list_views(whole: Whole) -> list[tuple[str, HomeView]]:
    """What each group thinks of a question, by its name."""
    found = select(HomeView).where(HomeView.decision_id == whole.decision.id).order_by(HomeView.id)
    rows = list(session().scalars(found))
    names = groups.list_by_ids({row.group_id for row in rows})
    return sorted(((names[row.group_id].name, row) for row in rows), key=lambda pair: (pair[0], pair[1].id))


def list_waiting_for(network_id: int, person_id: int, at: datetime) -> list[Whole]:
    """Open decisions of a network on which somebody has a vote to give."""
    found = select(Decision).where(
        Decision.network_id == network_id,
        Decision.closes_at > at,
        Decision.id.not_in(select(DecisionResult.decision_id)),
    )
    wholes = [whole_of(decision) for decision in session().scalars(found.order_by(Decision.closes_at, Decision.id))]
    return [
        whole
        for whole in wholes
        if any(line.speaks_now and open_seat(whole, line) is not None for line in list_my_lines(whole, person_id))
    ]
