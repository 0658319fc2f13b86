"""Forgetting who got which mailing, two years after; the numbers stay."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select, update

from pcnppg.mailing import queries
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import DELIVERIES_KEPT_MONTHS
from pcnppg.membership.rules import months_later
from pcnppg.store.session import session


def forget_old(*, at: datetime) -> dict[str, int]:
    """Forget the deliveries of mailings that ended two years ago: in words, and how many mailings."""
    found = (
        select(Mailing)
        .where(Mailing.finished_at <= months_later(at, -DELIVERIES_KEPT_MONTHS), Mailing.counts.is_(None))
        .order_by(Mailing.id)
    )
    old = list(session().scalars(found))
    for mailing in old:
        mailing.counts = json.dumps(asdict(queries.outcomes_of(mailing.id)))
        theirs = Delivery.mailing_id == mailing.id
        session().execute(update(Delivery).where(theirs, Delivery.carried_by.is_not(None)).values(carried_by=None))
        session().execute(delete(Delivery).where(theirs))
    session().flush()
    return {"mailings of which only the numbers stay": len(old)}
