"""Putting a question to the vote, voting, closing. What is written here from the opening on is never changed."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time

from pcnppg.audit import actions as audit
from pcnppg.federation import emails, queries
from pcnppg.federation.actions.agreement import person
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
from pcnppg.federation.queries import Line, Whole
from pcnppg.federation.rules.decisions import (
    WE_AGREE,
    WE_OBJECT,
    How,
    Outcome,
    Rule,
    Terms,
    may_close,
    may_open,
    may_vote,
)
from pcnppg.groups import actions as group_actions
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Role, role_words, usual_end
from pcnppg.kernel.clock import LONDON, local
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.store.session import session

OPENED = "This question was opened or thrown away already. Nothing was changed."
NUMBERS = 10**12
"""Papers are numbered by lot below this."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is prepared. `options` are the answers; for an election, the numbers of delegates."""

    question: str
    explanation: str
    options: tuple[str, ...]
    terms: Terms
    closes_on: date
    elects: Role | None = None


def draft_decision(
    network_id: int, asked: Asked, *, draft_id: int | None = None, by: Who, at: datetime
) -> DecisionDraft:
    """Write a question down, or write it anew. Nothing is fixed yet."""
    if draft_id is None:
        draft = DecisionDraft(network_id=network_id)
        session().add(draft)
    else:
        draft = _draft(network_id, draft_id)
    terms = asked.terms
    draft.question, draft.explanation = asked.question, asked.explanation
    draft.options, draft.elects = "\n".join(asked.options), asked.elects
    draft.rule, draft.counting, draft.quorum, draft.on_tie = terms.rule, terms.counting, terms.quorum, terms.on_tie
    draft.is_secret, draft.needs_view, draft.closes_on = terms.is_secret, terms.needs_view, asked.closes_on
    draft.written_at, draft.written_by = at, person(by)
    session().flush()
    return draft


def discard_draft(network_id: int, draft_id: int, *, by: Who, at: datetime) -> None:
    """Throw a question away that nobody has opened."""
    _draft(network_id, draft_id).discarded_at = at
    session().flush()
    audit.note("federation.question_discarded", by=by, at=at, group_id=network_id, about=("decision_draft", draft_id))


def open_decision(network_id: int, draft_id: int, *, by: Who, at: datetime) -> Decision:
    """Fix question, answers, rule and roll, and let the vote begin. Nobody can change any of it from now on."""
    network = groups.lock_group(network_id)
    draft = _draft(network_id, draft_id)
    words, candidates = _answers(draft)
    asleep = {one.group.id for one in queries.list_inside(network_id) if one.is_asleep}
    speaking = [one for one in queries.list_delegates(network_id) if one.is_of_group and one.group_id not in asleep]
    closes_at = datetime.combine(draft.closes_on, time(20), LONDON)
    decision = Decision(
        network_id=network_id,
        question=draft.question,
        explanation=draft.explanation,
        elects=draft.elects,
        rule=draft.rule,
        counting=draft.counting,
        quorum=draft.quorum,
        on_tie=draft.on_tie,
        is_secret=draft.is_secret,
        needs_view=draft.needs_view,
        opened_at=at,
        closes_at=closes_at,
        by_person_id=person(by),
    )
    may_open(
        decision.terms(len(words)),
        question=draft.question,
        options=[f"{text} {candidate or ''}" for text, candidate in zip(words, candidates, strict=True)],
        roll=sum(not one.is_substitute for one in speaking),
        closes_at=closes_at,
        at=at,
    ).enforce()
    session().add(decision)
    session().flush()
    for number, (text, delegate_id) in enumerate(zip(words, candidates, strict=True)):
        session().add(DecisionOption(decision_id=decision.id, number=number, words=text, delegate_id=delegate_id))
    for one in speaking:
        session().add(
            DecisionRoll(
                decision_id=decision.id,
                group_id=one.group_id,
                delegate_id=one.delegate_id,
                is_substitute=one.is_substitute,
            )
        )
    draft.decision_id = decision.id
    session().flush()
    audit.note("federation.vote_opened", by=by, at=at, group_id=network_id, about=("decision", decision.id))
    emails.opened(network, decision, speaking, at=at)
    return decision


def _draft(network_id: int, draft_id: int) -> DecisionDraft:
    draft = queries.get_draft(network_id, draft_id, lock=True)
    if draft.decision_id is not None or draft.discarded_at is not None:
        raise RuleBroken(OPENED)
    return draft


def _answers(draft: DecisionDraft) -> tuple[list[str], list[int | None]]:
    """The words of each answer, and the candidate that it stands for."""
    lines = [line.strip() for line in draft.options.split("\n") if line.strip()]
    if draft.elects:
        speaking = {one.delegate_id for one in queries.list_delegates(draft.network_id) if not one.is_substitute}
        chosen = [int(line) for line in lines]
        if not speaking.issuperset(chosen):
            raise RuleBroken("Somebody whom you put up speaks for no group any more. Choose the candidates again.")
        return [""] * len(chosen), [*chosen]
    if draft.rule == Rule.CONSENT:
        lines = [WE_AGREE, WE_OBJECT]
    return lines, [None] * len(lines)


def vote(
    network_id: int, decision_id: int, *, person_id: int, option_id: int | None, line_id: int = 0, at: datetime
) -> int:
    """Give the vote that is this person's to give; None abstains. The number of the paper, by which they find it again.

    `line_id` is their line of the roll, needed only where they have several.
    """
    whole = _lock(network_id, decision_id)
    mine = queries.list_my_lines(whole, person_id)
    line = next((one for one in mine if line_id in (0, one.id)), None)
    return _cast(whole, line, option_id, how=How.PAGE, by=Who.person(person_id), at=at)


def enter_vote(network_id: int, decision_id: int, *, line_id: int, option_id: int | None, by: Who, at: datetime) -> int:
    """Write down a vote that came by phone and was read back. Whoever gave it is told by mail."""
    whole = _lock(network_id, decision_id)
    if whole.decision.is_secret:
        raise RuleBroken("This vote is secret. By phone it would not be: somebody else would write it down.")
    line = next((one for one in whole.roll if one.id == line_id), None)
    number = _cast(whole, line, option_id, how=How.PHONE, by=by, at=at)
    assert line is not None  # noqa: S101 - nobody votes who is not on the roll
    words = next((name for one, name in zip(whole.options, whole.names, strict=True) if one.id == option_id), "")
    emails.entered(groups.get_group(network_id), whole.decision, line, words=words, at=at)
    return number


def _lock(network_id: int, decision_id: int) -> Whole:
    groups.lock_group(network_id)
    return queries.whole_of(queries.get_decision(network_id, decision_id))


def _cast(whole: Whole, line: Line | None, option_id: int | None, *, how: How, by: Who, at: datetime) -> int:
    decision = whole.decision
    may_vote(
        queries.voter_of(whole, line),
        needs_view=decision.needs_view,
        closes_at=decision.closes_at,
        is_closed=whole.is_closed,
        at=at,
    ).enforce()
    if option_id is not None and option_id not in {one.id for one in whole.options}:
        raise RuleBroken("Choose one of the answers, or abstain.", field="option")
    assert line is not None  # noqa: S101 - the rule has asked
    given = VoteCast(
        decision_id=decision.id,
        seat=queries.open_seat(whole, line),
        group_id=line.group_id,
        cast_by=line.id,
        how=how,
        entered_by=by.person_id if how is How.PHONE else None,
        at=at,
    )
    session().add(given)
    session().flush()
    number = secrets.randbelow(NUMBERS)
    paper_of = None if decision.is_secret else given.id
    session().add(BallotPaper(id=number, decision_id=decision.id, option_id=option_id, vote_id=paper_of))
    session().flush()
    audit.note("federation.voted", by=by, at=at, group_id=decision.network_id, about=("decision", decision.id))
    return number


def write_view(network_id: int, decision_id: int, *, group_id: int, words: str, by: Who, at: datetime) -> HomeView:
    """Write down what a group thinks of an open question; anew, until the vote closes."""
    whole = _lock(network_id, decision_id)
    if not whole.is_open(at):
        raise RuleBroken("The vote is closed, so its views stay as they are.")
    if group_id not in {line.group_id for line in whole.roll}:
        raise NotFound
    view = queries.find_view(decision_id, group_id)
    if view is None:
        view = HomeView(decision_id=decision_id, group_id=group_id)
        session().add(view)
    view.words, view.at, view.by_person_id = words, at, person(by)
    session().flush()
    audit.note("federation.view_written", by=by, at=at, group_id=group_id, about=("decision", decision_id))
    return view


def close(network_id: int, decision_id: int, *, by: Who, at: datetime) -> DecisionResult:
    """Count, and write the result down for good. Safe to repeat."""
    whole = _lock(network_id, decision_id)
    if whole.result_row is not None:
        return whole.result_row
    may_close(closes_at=whole.decision.closes_at, cast=len(whole.cast), on_roll=len(whole.seats), at=at).enforce()
    result = queries.recount(whole)
    row = DecisionResult(
        decision_id=decision_id,
        outcome=result.outcome,
        option_id=whole.options[result.option].id if result.option is not None else None,
        by_tie=result.by_tie,
        counts=json.dumps([[tally.votes, tally.abstained, tally.on_roll] for tally in result.tallies]),
        closed_at=at,
        by_person_id=by.person_id,
    )
    session().add(row)
    session().flush()
    audit.note("federation.vote_closed", by=by, at=at, group_id=network_id, about=("decision", decision_id))
    return row


def close_due(*, at: datetime) -> int:
    """Close every decision whose time is over; how many."""
    due = queries.list_due(at)
    for decision in due:
        close(decision.network_id, decision.id, by=MACHINE, at=at)
    return len(due)


def take_office(network_id: int, decision_id: int, *, by: Who, at: datetime) -> str:
    """Give the role to whom an election chose; their name."""
    whole = _lock(network_id, decision_id)
    result, elects = whole.result, whole.decision.elects
    if elects is None or result is None or result.outcome is not Outcome.CHOSEN or result.option is None:
        raise RuleBroken("Nobody is elected here, so there is no role to give.")
    chosen = whole.options[result.option].delegate_id
    line = next(one for one in whole.roll if one.delegate_id == chosen)
    if not line.speaks_now:
        raise RuleBroken(f"{line.name} speaks for no group any more, so they cannot take up the role. Vote again.")
    role, ends_on = Role(elects), usual_end(elects, local(at).date())
    if groups.holds_role(line.person_id, network_id, role):
        raise RuleBroken(f"{line.name} is {role_words(role)} already.")
    if role is Role.CHAIR:
        group_actions.hand_over(
            network_id, to_person_id=line.person_id, stays=False, term_ends_on=ends_on, by=by, at=at
        )
    else:
        group_actions.appoint(network_id, person_id=line.person_id, role=role, term_ends_on=ends_on, by=by, at=at)
    return line.name
