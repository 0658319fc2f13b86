"""Updates and the mailings that tell them. What a mailing tells is what its text links to, so nothing else is written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pcnppg.groups import queries as groups
from pcnppg.mailing import queries as mailing
from pcnppg.mailing.rules import Concern, Enclosed
from pcnppg.store.session import session
from pcnppg.updates import formats
from pcnppg.updates.models import PostedUpdate
from pcnppg.updates.queries.updates import list_standing, posted, today_in_england
from pcnppg.updates.rules import stale


def path_of(group_id: int) -> str:
    """Where a group's updates are, without the site's address."""
    return f"/groups/{groups.get_group(group_id).slug}/updates"


def list_waiting(group_id: int, at: datetime) -> list[Enclosed]:
    """What stands and no mailing tells yet, neither one that went nor a draft; the oldest first."""
    standing = list_standing(group_id, at=at)
    if not standing:
        return []
    since = min(update.posted_at for update in standing)
    path = path_of(group_id)
    told = {number for body in mailing.list_bodies(group_id, since=since) for number in formats.picked(body, path)}
    return [Enclosed(update.id, update.title) for update in reversed(standing) if update.id not in told]


def find_concerns(group_id: int, mailing_id: int, at: datetime) -> list[Concern]:
    """Updates in a draft that ended, end soon, were withdrawn, or changed after the draft was last saved."""
    draft = mailing.get_mailing(group_id, mailing_id)
    numbers = formats.picked(draft.body, path_of(group_id))
    if not numbers:
        return []
    found = select(PostedUpdate).where(PostedUpdate.group_id == group_id, PostedUpdate.id.in_(numbers))
    rows = session().scalars(found.order_by(PostedUpdate.id))
    return [concern for row in rows if (concern := _concern(row, draft.edited_at, at))]


def _concern(row: PostedUpdate, saved_at: datetime, at: datetime) -> Concern | None:
    today = today_in_england(at)
    became = stale(
        posted(row, today).state,
        ends_on=row.ends_on,
        changed_on=today_in_england(row.changed_at),
        withdrawn_on=today_in_england(row.withdrawn_at) if row.withdrawn_at else None,
        today=today,
        is_newer=row.changed_at > saved_at,
    )
    return Concern(became[0], row.title, became[1]) if became else None
