"""What was out of step, for officers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from pcnppg.kernel.clock import YEAR
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership.models import ConsentRecord
from pcnppg.membership.models.storms import Storm
from pcnppg.membership.rules import Consent
from pcnppg.membership.rules.storms import STORM_LASTS, Pressed, usual_day
from pcnppg.store.session import session

RECORDED_AS = {Pressed.LEFT: Consent.WITHDRAWN, Pressed.JOINED: Consent.AGREED}


def get_storm(group_id: int, storm_id: int) -> Storm:
    """A storm of this group; another group's is not found."""
    found = session().scalar(select(Storm).where(Storm.group_id == group_id, Storm.id == storm_id))
    if found is None:
        raise NotFound
    return found


def find_storm(group_id: int, what: Pressed, *, at: datetime) -> Storm | None:
    """The storm that still goes on, locked, or None."""
    found = select(Storm).where(Storm.group_id == group_id, Storm.what == what, Storm.last_at > at - STORM_LASTS)
    return session().scalar(found.order_by(Storm.id.desc()).limit(1).with_for_update())


def list_unseen_storms(group_id: int, *, since: datetime) -> list[Storm]:
    """Storms after `since` that no officer has looked at, the newest first."""
    found = select(Storm).where(Storm.group_id == group_id, Storm.last_at > since, Storm.seen_at.is_(None))
    return list(session().scalars(found.order_by(Storm.id.desc())))


def usually(group_id: int, what: Pressed, *, at: datetime) -> int:
    """How many join or leave on a usual day, of the year before yesterday."""
    found = select(ConsentRecord.at).where(
        ConsentRecord.group_id == group_id,
        ConsentRecord.what == RECORDED_AS[what],
        ConsentRecord.at > at - YEAR,
        ConsentRecord.at < at - timedelta(days=1),
    )
    return usual_day(list(Counter(moment.date() for moment in session().scalars(found)).values()))
