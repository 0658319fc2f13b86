"""Whoever goes to another mailbox takes their own mailings along, and leaves everybody else's behind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from pcnppg.mailing.models import Delivery
from pcnppg.mailing.queries import IS_QUEUED
from pcnppg.store.session import session


def part_from_mailbox(contact_id: int, at: datetime) -> None:
    """Give what waits for this contact a message of its own, and what it carried for others another carrier.

    Call it with their group locked, before the contact is touched.
    """
    waiting = select(Delivery).where(Delivery.contact_id == contact_id, IS_QUEUED).order_by(Delivery.id)
    for mine in session().scalars(waiting.with_for_update().execution_options(populate_existing=True)):
        mine.carried_by = None
        carried = select(Delivery.id).where(Delivery.carried_by == mine.id, IS_QUEUED).order_by(Delivery.id)
        theirs = list(session().scalars(carried.with_for_update()))
        if theirs:
            _carry(theirs[:1], None)
            _carry(theirs[1:], theirs[0])


def _carry(ids: list[int], by: int | None) -> None:
    session().execute(
        update(Delivery).where(Delivery.id.in_(ids)).values(carried_by=by),
        execution_options={"synchronize_session": False},
    )
