"""What meetings ask of a practice's staff, and what in them is worth thanks: lent to their home page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import local
from pcnppg.meetings.queries import counting, items, meetings
from pcnppg.meetings.rules.items import PassedTo
from pcnppg.pages.rules import Asked
from pcnppg.updates.rules import Occasion


def asked_of_practice(group_id: int, at: datetime) -> Iterator[Asked]:
    """Questions that officers passed on, to be answered before the group meets next."""
    coming, slug = meetings.find_next(group_id, at), groups.get_group(group_id).slug
    for item in items.list_passed(group_id, PassedTo.PRACTICE):
        where = {"slug": slug, "item_id": item.id}
        yield Asked(item.title, "group.meetings.question", where, coming.starts_at if coming else None)


def after_agm(group_id: int, at: datetime) -> Iterator[Occasion]:
    """The annual general meeting, once it is over."""
    held = counting.last_agm(group_id, at)
    if held is not None:
        yield Occasion("the annual general meeting", local(held.starts_at).date())
