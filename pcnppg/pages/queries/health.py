"""How a group is doing, in words for those who run it: counts and dates, and no person but who holds a role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.federation.queries import items_answered, last_meetings
from pcnppg.federation.rules.offers import Said, Tone, reach_said, silence_said
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import is_term_near
from pcnppg.kernel.clock import local
from pcnppg.mailing import queries as mailing
from pcnppg.meetings.queries import meetings
from pcnppg.membership import queries as membership
from pcnppg.pages.rules import Health, next_helpful

if TYPE_CHECKING:
    from pcnppg.groups.models import Group


@dataclass(frozen=True, slots=True)
class Doing:
    """Each side of a group's life in words, and which of them the next helpful step is about: None where all is well."""

    said: dict[Health, Said]
    step: Health | None


def doing_of(group: Group, at: datetime) -> Doing:
    said = dict(_sides(group, at))
    return Doing(said, next_helpful({side: one.tone in {Tone.WAITING, Tone.BAD} for side, one in said.items()}))


def _sides(group: Group, at: datetime) -> Iterator[tuple[Health, Said]]:
    reach = membership.reach(group.id)
    yield Health.REACH, reach_said(reach.on_list, reach.list_size)
    yield Health.MAILINGS, silence_said(mailing.last_sent_at(group.id), group.created_at, at)
    yield Health.AHEAD, _ahead(group.id, at)
    yield Health.MEETINGS, last_meetings([group.id], at)[group.id]
    yield Health.ITEMS, items_answered([group.id], at)[group.id]
    yield Health.TERMS, _terms(group.id, at)


def _ahead(group_id: int, at: datetime) -> Said:
    coming = meetings.find_next(group_id, at)
    if coming is None:
        return Said("none is planned", Tone.WAITING)
    return Said(f"in {max(1, (local(coming.starts_at).date() - local(at).date()).days)} days", Tone.GOOD)


def _terms(group_id: int, at: datetime) -> Said:
    today = local(at).date()
    ends = [one.term_ends_on for one in groups.list_members(group_id) if one.term_ends_on is not None]
    near = sum(is_term_near(end, today) for end in ends)
    return Said(f"{near} to renew or hand over", Tone.WAITING) if near else Said("none ends soon", Tone.GOOD)
