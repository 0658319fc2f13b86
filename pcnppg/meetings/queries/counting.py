"""How meetings go in several groups at once: numbers that groups share, and no words of theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, func, select

from pcnppg.meetings.models import Item, Meeting
from pcnppg.meetings.rules.items import ItemState
from pcnppg.store.session import session

TOLD = (ItemState.ANSWERED, ItemState.DECLINED, ItemState.DISCUSSED)
"""What became of an item, so that its proposer was told."""
NOT_COUNTED = (ItemState.WITHDRAWN, ItemState.MERGED)


def last_held_in(group_ids: Collection[int], at: datetime) -> dict[int, datetime]:
    """When each group last met."""
    found = select(Meeting.group_id, func.max(Meeting.starts_at)).where(
        Meeting.group_id.in_(group_ids), Meeting.cancelled_at.is_(None), Meeting.ends_at <= at
    )
    return dict(session().execute(found.group_by(Meeting.group_id)).all())


def answered_in(group_ids: Collection[int], since: datetime) -> dict[int, tuple[int, int]]:
    """Of the items proposed since then, how many have their outcome, and how many there are."""
    told = func.sum(case((Item.state.in_(TOLD), 1), else_=0))
    found = select(Item.group_id, told, func.count()).where(
        Item.group_id.in_(group_ids), Item.proposed_at > since, Item.state.not_in(NOT_COUNTED)
    )
    rows = session().execute(found.group_by(Item.group_id)).all()
    return {group_id: (int(done), count) for group_id, done, count in rows}
