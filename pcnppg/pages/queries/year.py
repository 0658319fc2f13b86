"""A year of a group, for everybody: when it met, what it wrote, what came of items, who was thanked. Only what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.kernel.clock import LONDON, local
from pcnppg.kernel.refusals import NotFound
from pcnppg.mailing import queries as mailing
from pcnppg.meetings.queries import items, meetings
from pcnppg.updates import queries as updates

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.mailing.queries import Published
    from pcnppg.meetings.models import Item, Meeting
    from pcnppg.updates.queries import Said

LISTED = 200


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    is_first: bool
    is_last: bool
    met: Sequence[Meeting]
    wrote: Sequence[Published]
    settled: Sequence[Item]
    thanks: Sequence[Said]


def year_of(group: Group, number: int, at: datetime) -> Year:
    """By the clock in England; a year before the group began, or still to come, is not found."""
    first, last = local(group.created_at).year, local(at).year
    if not first <= number <= last:
        raise NotFound
    since, until = datetime(number, 1, 1, tzinfo=LONDON), datetime(number + 1, 1, 1, tzinfo=LONDON)
    past = meetings.list_past(group.id, at)
    settled = items.list_settled(group.id, limit=LISTED)
    return Year(
        number=number,
        is_first=number == first,
        is_last=number == last,
        met=[one for one in past if one.cancelled_at is None and since <= one.starts_at < until],
        wrote=[one for one in mailing.list_published(group.id) if since <= one.at < until],
        settled=[one for one in settled if one.settled_at is not None and since <= one.settled_at < until],
        thanks=updates.list_thanks(group.id, since=since, until=until),
    )
