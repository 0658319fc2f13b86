"""How each group of a network is doing: counts that groups share, in words and colour. No person, and no ranking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pcnppg.directory import queries as directory
from pcnppg.federation.queries.belonging import list_inside
from pcnppg.federation.rules.counts import answered_said, meeting_said
from pcnppg.federation.rules.offers import Said, reach_said, silence_said
from pcnppg.mailing import queries as mailing
from pcnppg.meetings.queries import counting
from pcnppg.membership import queries as membership

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

A_YEAR = timedelta(days=365)
Counts = Callable[[Collection[int], datetime], Mapping[int, Said]]
_further: dict[str, Counts] = {}


def on_counting(heading: str, counts: Counts) -> None:
    """Add a column: for the numbers of groups and a moment, what to say of each. Higher floors lend it."""
    _further[heading] = counts


@dataclass(frozen=True, slots=True)
class Row:
    """One group. `further` are the columns that others lend, in the order of their headings."""

    group: Group
    is_asleep: bool
    reach: Said
    last_mailing: datetime | None
    silence: Said
    further: Sequence[Said | None]


def list_numbers(network_id: int, at: datetime) -> tuple[list[str], list[Row]]:
    """Further headings, and a row for each group, by name."""
    inside = list_inside(network_id)
    ids = [one.group.id for one in inside]
    practices = directory.list_by_codes([one.group.practice_code or "" for one in inside])
    on_list, last = membership.count_active_in(ids), mailing.last_sent_in(ids)
    lent = [counts(ids, at) for counts in _further.values()]
    rows = [
        Row(
            group=one.group,
            is_asleep=one.is_asleep,
            reach=reach_said(on_list.get(one.group.id, 0), practices[one.group.practice_code or ""].list_size),
            last_mailing=last.get(one.group.id),
            silence=silence_said(last.get(one.group.id), one.group.created_at, at),
            further=[found.get(one.group.id) for found in lent],
        )
        for one in inside
    ]
    return list(_further), rows


def last_meetings(group_ids: Collection[int], at: datetime) -> dict[int, Said]:
    """A column: when each group last met."""
    last = counting.last_held_in(group_ids, at)
    return {group_id: meeting_said(last.get(group_id), at) for group_id in group_ids}


def items_answered(group_ids: Collection[int], at: datetime) -> dict[int, Said]:
    """A column: how many of the items of the last year have their answer."""
    found = counting.answered_in(group_ids, at - A_YEAR)
    return {group_id: answered_said(*found.get(group_id, (0, 0))) for group_id in group_ids}
