"""Thanks that were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound
from pcnppg.store.session import session
from pcnppg.updates.models import Thanks
from pcnppg.updates.rules import SIDE_WORDS, TO_WORDS, Side, To

LISTED = 200
"""Thanks on one page at most."""


@dataclass(frozen=True, slots=True)
class Said:
    """Thanks for a page: to whom and from whom in words, and never a name."""

    id: int
    to: str
    side: Side
    words: str
    at: datetime

    @property
    def side_words(self) -> str:
        return SIDE_WORDS[self.side]


def get_thanks(group_id: int, thanks_id: int, *, lock: bool = False) -> Thanks:
    """Thanks of this group, taken back or not."""
    found = select(Thanks).where(Thanks.group_id == group_id, Thanks.id == thanks_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    row = session().scalar(found)
    if row is None:
        raise NotFound
    return row


def list_thanks(
    group_id: int, *, since: datetime | None = None, until: datetime | None = None, limit: int = LISTED
) -> Sequence[Said]:
    """Thanks that were not taken back, the newest first: all, or those of a time, for the record of a year."""
    found = select(Thanks).where(Thanks.group_id == group_id, Thanks.withdrawn_at.is_(None))
    if since is not None:
        found = found.where(Thanks.said_at >= since)
    if until is not None:
        found = found.where(Thanks.said_at < until)
    rows = session().scalars(found.order_by(Thanks.said_at.desc(), Thanks.id.desc()).limit(limit))
    return [Said(row.id, TO_WORDS[To(row.to_whom)], Side(row.side), row.words, row.said_at) for row in rows]


def last_thanked_on(group_id: int) -> date | None:
    """The day on which somebody last said thanks, or None."""
    last = session().scalar(
        select(func.max(Thanks.said_at)).where(Thanks.group_id == group_id, Thanks.withdrawn_at.is_(None))
    )
    return clock.local(last).date() if last else None
