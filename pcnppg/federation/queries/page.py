"""What stands of a network on a group's public page, what waits for somebody there, and what is kept about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from pcnppg.federation.models import (
    Decision,
    DecisionRoll,
    Delegate,
    HelpPost,
    HomeView,
    NoticeAnswer,
    PurposeAnswer,
    PurposeDraft,
    SharedNotice,
    VoteCast,
)
from pcnppg.federation.queries.belonging import (
    Inside,
    count_practices,
    find_agreement,
    find_inside,
    is_network,
    list_elsewhere,
    list_inside,
    list_invitations_to,
)
from pcnppg.federation.queries.decisions import Whole, list_decisions, list_waiting_for, without_names
from pcnppg.federation.queries.offers import list_called_off, list_mailings_for, list_notices, list_notices_for
from pcnppg.federation.rules.belonging import part_words
from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import local
from pcnppg.kernel.kept import Kept
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.federation.models import Agreement
    from pcnppg.groups.models import Group
    from pcnppg.updates.queries import Posted


@dataclass(frozen=True, slots=True)
class NetworkPart:
    """On the page of a network group."""

    groups: Sequence[Inside]
    part: str
    elsewhere: Sequence[str]
    notices: Sequence[SharedNotice]
    decisions: Sequence[Whole]
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class HomePart:
    """On the page of a practice group that is in a network."""

    network: Group
    is_asleep: bool


def on_page(group: Group, at: datetime) -> NetworkPart | HomePart | None:
    """What anybody may see on a group's page; None for a group in no network."""
    today = local(at).date()
    if is_network(group):
        inside = list_inside(group.id)
        return NetworkPart(
            groups=inside,
            part=part_words(len(inside), count_practices(group)),
            elsewhere=list_elsewhere(group),
            notices=list_notices(group.id, today),
            decisions=[without_names(whole) for whole in list_decisions(group.id) if whole.is_closed],
            agreement=find_agreement(group.id),
        )
    place = find_inside(group.id)
    if place is None:
        return None
    return HomePart(
        network=groups.get_group(place.network_id),
        is_asleep=place.asleep_since is not None,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a group's officers from networks."""

    invited_by: Sequence[Group]
    new_agreement: bool
    notices: int
    mailings: int
    called_off: Sequence[Posted] = ()


def waiting_for(group_id: int, at: datetime) -> Waiting:
    """What waits at home: invitations, a newer agreement, offers that nobody has answered, and notices that were withdrawn."""
    invited = groups.list_by_ids([place.network_id for place in list_invitations_to(group_id)])
    place = find_inside(group_id)
    if place is None:
        return Waiting(list(invited.values()), False, 0, 0)
    agreement = find_agreement(place.network_id)
    asleep = place.asleep_since is not None
    return Waiting(
        invited_by=list(invited.values()),
        new_agreement=agreement is not None and agreement.version != place.version,
        notices=0 if asleep else _unanswered(list_notices_for(group_id, place.network_id, local(at).date())),
        mailings=0 if asleep else _unanswered(list_mailings_for(group_id, place.network_id)),
        called_off=list_called_off(group_id, place.network_id, at),
    )


def _unanswered(pairs: Sequence[tuple[object, object]]) -> int:
    return sum(answer is None for _, answer in pairs)


def votes_waiting(network_id: int, person_id: int, at: datetime) -> list[Whole]:
    """Open votes in which somebody's vote is missing."""
    return list_waiting_for(network_id, person_id, at)


def tell_about_person(person_id: int, at: datetime) -> list[Kept]:
    """For whom they spoke, which votes they gave (never which way), and what they wrote for their group."""
    names = {group.id: group.name for group in groups.list_groups()}
    sent = _delegates_of(person_id)
    spoke = [(names[row.network_id], names[row.group_id], "yes" if row.is_substitute else "no") for row in sent]
    votes = (
        select(VoteCast.at, Decision.question, VoteCast.group_id)
        .join(DecisionRoll, DecisionRoll.id == VoteCast.cast_by)
        .join(Decision, Decision.id == VoteCast.decision_id)
        .where(DecisionRoll.delegate_id.in_([row.id for row in sent]))
        .order_by(VoteCast.id)
    )
    given = [(moment, question, names[group_id]) for moment, question, group_id in session().execute(votes)]
    wrote = [
        (row.at, "A group's view of a question", row.words)
        for row in session().scalars(select(HomeView).where(HomeView.by_person_id == person_id).order_by(HomeView.id))
    ]
    wrote += [
        (row.posted_at, "On the board of help", row.title)
        for row in session().scalars(select(HelpPost).where(HelpPost.by_person_id == person_id).order_by(HelpPost.id))
    ]
    wrote += _said_of_notices(person_id)
    wrote += _said_of_purposes(person_id, [row.id for row in sent])
    return [
        Kept("Groups that you spoke for in a network", ("Network", "Group", "Substitute"), spoke),
        Kept("Votes that you gave", ("When", "Question", "For which group"), given),
        Kept("What you wrote in a network", ("When", "What", "Words"), wrote),
    ]


def _said_of_notices(person_id: int) -> list[tuple[datetime, str, str]]:
    """Which notices of the network they took for their group or not. What a taken one says is told with their updates."""
    found = (
        select(NoticeAnswer.at, NoticeAnswer.is_taken, SharedNotice.title)
        .join(SharedNotice, SharedNotice.id == NoticeAnswer.notice_id)
        .where(NoticeAnswer.by_person_id == person_id)
        .order_by(NoticeAnswer.id)
    )
    said = {True: "A notice taken from the network", False: "A notice not taken from the network"}
    return [(moment, said[is_taken], title) for moment, is_taken, title in session().execute(found)]


def _said_of_purposes(person_id: int, delegate_ids: Sequence[int]) -> list[tuple[datetime, str, str]]:
    """What they wrote of what meetings are for, and what they asked to change in it."""
    drafts = select(PurposeDraft).where(PurposeDraft.by_person_id == person_id).order_by(PurposeDraft.id)
    answers = select(PurposeAnswer).where(PurposeAnswer.delegate_id.in_(delegate_ids)).order_by(PurposeAnswer.id)
    said = [(row.at, "What a meeting is for", row.words) for row in session().scalars(drafts)]
    return said + [
        (row.at, "To what a meeting is for", "We agree" if row.agrees else row.words)
        for row in session().scalars(answers)
    ]


def _delegates_of(person_id: int) -> list[Delegate]:
    mine = set(groups.held_numbers(person_id))
    return list(session().scalars(select(Delegate).where(Delegate.held_id.in_(mine)).order_by(Delegate.id)))
