"""How much came back, in numbers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select

from pcnppg.returns.models import TakenMail
from pcnppg.returns.rules import What
from pcnppg.store.session import session


def is_taken(digest: str) -> bool:
    """Has this very message been acted on?"""
    return session().scalar(select(TakenMail.id).where(TakenMail.digest == digest)) is not None


def count_taken(*, since: datetime) -> Counter[What]:
    """How many messages of each kind came back in all groups, after `since`."""
    found = select(TakenMail.what, func.count()).where(TakenMail.taken_at > since).group_by(TakenMail.what)
    return Counter({What(what): number for what, number in session().execute(found.order_by(TakenMail.what))})
