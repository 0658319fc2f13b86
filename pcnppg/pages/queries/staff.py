"""What practice staff find when they come: what waits for their answer, whom to thank, what they have on the page. Counts only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.groups.rules import STAFF, Permission
from pcnppg.kernel.clock import local
from pcnppg.meetings.queries import items, meetings
from pcnppg.meetings.rules.items import PassedTo
from pcnppg.meetings.rules.meetings import KIND_WORDS, MeetingKind
from pcnppg.pages.queries.waiting import Life
from pcnppg.updates import queries as updates
from pcnppg.updates.rules import Occasion, is_worth_thanks

if TYPE_CHECKING:
    from pcnppg.meetings.models import Item


@dataclass(frozen=True, slots=True)
class Staff:
    """For one group: what is asked of the practice, what is worth thanks now (or None), and how many updates stand."""

    asked: Sequence[Item]
    occasion: Occasion | None
    standing: int


def staff_of(lives: Iterable[Life], at: datetime) -> dict[int, Staff]:
    """The same for each group in which somebody is of the practice's staff, by the group's number."""
    return {life.group.id: _staff(life, at) for life in lives if life.sight.roles & STAFF}


def _staff(life: Life, at: datetime) -> Staff:
    group_id = life.group.id
    return Staff(
        asked=items.list_passed(group_id, PassedTo.PRACTICE) if life.sight.may(Permission.ANSWER_ITEM) else [],
        occasion=_worth_thanks(group_id, at),
        standing=updates.count_standing(group_id, at=at),
    )


def _worth_thanks(group_id: int, at: datetime) -> Occasion | None:
    """The latest meeting, where nobody has said thanks for it yet."""
    last = next((one for one in meetings.list_past(group_id, at) if one.cancelled_at is None), None)
    if last is None:
        return None
    kind = MeetingKind(last.kind)
    words = "the meeting" if kind is MeetingKind.ORDINARY else f"the {KIND_WORDS[kind].lower()}"
    held = Occasion(words, local(last.starts_at).date())
    worth = is_worth_thanks(held, updates.last_thanked_on(group_id), updates.today_in_england(at))
    return held if worth else None
