"""What a network's meeting is for: the words before the groups, what each said to them, and who has yet to speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from pcnppg.federation.models import PurposeAnswer, PurposeDraft
from pcnppg.federation.queries.belonging import find_agreement, find_inside, list_delegates, list_inside
from pcnppg.federation.rules.purposes import groups_needed, is_agreed, standing_words
from pcnppg.groups import queries as groups
from pcnppg.meetings.queries import meetings
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.federation.queries.belonging import Spokes
    from pcnppg.groups.models import Group
    from pcnppg.meetings.models import Meeting


@dataclass(frozen=True, slots=True)
class Voice:
    """What a group of the network last said to the words in force; `answer` is None where nothing."""

    group: Group
    answer: PurposeAnswer | None

    @property
    def agrees(self) -> bool:
        return self.answer is not None and self.answer.agrees


@dataclass(frozen=True, slots=True)
class Talk:
    """A meeting's purpose as the groups talk about it. `voices` are the groups that are in the network and awake, by name."""

    meeting: Meeting
    draft: PurposeDraft | None
    voices: Sequence[Voice]
    needed: int

    @property
    def version(self) -> int:
        return self.draft.version if self.draft else 0

    @property
    def agreed(self) -> int:
        return sum(voice.agrees for voice in self.voices)

    @property
    def is_agreed(self) -> bool:
        return self.draft is not None and is_agreed(self.agreed, needed=self.needed)

    @property
    def standing(self) -> str:
        return standing_words(self.agreed, self.needed, [one.group.name for one in self.voices if not one.agrees])


def talk_of(network_id: int, meeting: Meeting) -> Talk:
    """How the talk about a meeting's purpose stands."""
    draft = next(iter(list_purposes(meeting.id)), None)
    said = {row.group_id: row for row in answers_to([draft.id])} if draft else {}
    voices = [Voice(one.group, said.get(one.group.id)) for one in list_inside(network_id) if not one.is_asleep]
    agreement = find_agreement(network_id)
    return Talk(meeting, draft, voices, groups_needed(agreement.purpose_groups if agreement else 0, len(voices)))


def list_purposes(meeting_id: int) -> list[PurposeDraft]:
    """Every draft of a meeting's purpose, the newest first."""
    found = select(PurposeDraft).where(PurposeDraft.meeting_id == meeting_id).order_by(PurposeDraft.version.desc())
    return list(session().scalars(found))


def answers_to(draft_ids: Sequence[int]) -> list[PurposeAnswer]:
    """What groups said to these drafts, the oldest first."""
    found = select(PurposeAnswer).where(PurposeAnswer.draft_id.in_(draft_ids)).order_by(PurposeAnswer.id)
    return list(session().scalars(found))


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the record: an earlier draft, and what a group said to it."""

    version: int
    group: str
    answer: PurposeAnswer


def record_of(meeting_id: int) -> list[Said]:
    """Who agreed for which group to which words, and who asked for a change: the oldest first."""
    versions = {draft.id: draft.version for draft in list_purposes(meeting_id)}
    said = answers_to(list(versions))
    names = groups.list_by_ids({row.group_id for row in said})
    return [Said(versions[row.draft_id], names[row.group_id].name, row) for row in said]


def spokes_of(network_id: int, person_id: int) -> Spokes | None:
    """Somebody as they speak for a group in the network now, still holding a role at home; or None."""
    speaking = (one for one in list_delegates(network_id) if one.person_id == person_id and one.is_of_group)
    return next(speaking, None)


def network_of(group_id: int) -> int | None:
    """The network in which a group is and awake, or None: there it can raise items."""
    place = find_inside(group_id)
    return place.network_id if place is not None and place.asleep_since is None else None


def home_of(network_id: int, person_id: int) -> int | None:
    """The group for which somebody speaks in a network, or None."""
    spokes = spokes_of(network_id, person_id)
    return spokes.group_id if spokes else None


def purposes_waiting(network_id: int, person_id: int, at: datetime) -> list[Meeting]:
    """Coming meetings to whose purpose the group that sent somebody has said nothing yet."""
    spokes = spokes_of(network_id, person_id)
    if spokes is None:
        return []
    return [
        talk.meeting
        for talk in list_talks(network_id, at)
        if talk.draft and any(one.group.id == spokes.group_id and one.answer is None for one in talk.voices)
    ]


def list_talks(network_id: int, at: datetime) -> list[Talk]:
    """Talks about the purpose of coming meetings that are not agreed yet, the next meeting first."""
    return [
        talk_of(network_id, meeting)
        for meeting in meetings.list_coming(network_id, at)
        if meeting.needs_purpose and meeting.cancelled_at is None and meeting.purpose_agreed_at is None
    ]
