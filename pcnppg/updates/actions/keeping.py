"""Forgetting updates, with all that they ever said, two years after they ended or were withdrawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select

from pcnppg.membership.rules import months_later
from pcnppg.store.session import session
from pcnppg.updates.models import PostedUpdate, UpdateVersion
from pcnppg.updates.queries import today_in_england
from pcnppg.updates.rules import KEPT_MONTHS


def forget_old(*, at: datetime) -> dict[str, int]:
    """In words, and how many. Thanks stay: they are in the record of the group's years."""
    since = months_later(at, -KEPT_MONTHS)
    over = or_(PostedUpdate.ends_on < today_in_england(since), PostedUpdate.withdrawn_at < since)
    old = select(PostedUpdate.id).where(over)
    session().execute(delete(UpdateVersion).where(UpdateVersion.update_id.in_(old)))
    gone = session().execute(delete(PostedUpdate).where(over).returning(PostedUpdate.id)).all()
    session().flush()
    return {"updates": len(gone)}
