"""What meetings forget by themselves: forms that nobody confirmed, and addresses of visitors once all is said."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from pcnppg.meetings.models import Backing, Item, Proposal
from pcnppg.meetings.rules.items import VISITORS_KEPT
from pcnppg.store.session import session

A_DAY = timedelta(days=1)


def forget_old(*, at: datetime) -> dict[str, int]:
    """Forms that nobody confirmed go after a week; addresses of visitors a month after their item's outcome."""
    old = list(session().scalars(select(Proposal.id).where(Proposal.expires_at <= at, Proposal.used_at.is_(None))))
    session().execute(delete(Proposal).where(Proposal.id.in_(old)))
    session().execute(
        update(Proposal)
        .where(Proposal.mailbox.is_(None), Proposal.mailbox_hash.is_not(None), Proposal.asked_at <= at - A_DAY)
        .values(mailbox_hash=None)
    )
    settled = select(Item.id).where(Item.settled_at <= at - VISITORS_KEPT)
    theirs = list(session().scalars(settled.where(Item.mailbox.is_not(None))))
    session().execute(
        update(Item).where(Item.id.in_(theirs)).values(mailbox=None, mailbox_hash=None, proposer_name=None)
    )
    visitors = (Backing.item_id.in_(settled), Backing.mailbox.is_not(None))
    backers = list(session().scalars(select(Backing.id).where(*visitors)))
    session().execute(update(Backing).where(Backing.id.in_(backers)).values(mailbox=None, mailbox_hash=None))
    return {"items that nobody confirmed": len(old), "addresses of visitors about items": len(theirs) + len(backers)}
