"""What follows when a mailing comes back: written beside its delivery, and the address stops (settled 4: nothing is given back).

Locks are taken in the house's order: group, mailing, deliveries, contacts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from pcnppg.groups import queries as groups
from pcnppg.mailing import queries
from pcnppg.mailing.models import Delivery
from pcnppg.mailing.rules import LeftOut
from pcnppg.mailing.rules.returning import Returned, has_failed_in_a_row, is_news, says_nobody_there, undoes_telling
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.rules import Stopped, trusted_since
from pcnppg.post.rules import ARRIVED_OR_MAY_HAVE
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.session import session


def note_return(delivery_id: int, *, returned: Returned, status: str | None, at: datetime) -> int | None:
    """Write down that this delivery came back, and stop the address where that follows. Safe to repeat.

    The number of its group; None where the delivery is unknown, was never handed over, or nothing is new.
    """
    group_id = queries.find_group_of_delivery(delivery_id)
    if group_id is None:
        return None
    groups.share_group(group_id)
    rows = _carried_by(delivery_id)
    if not rows or not is_news(returned, rows[0].returned):
        return None
    _write(rows, returned, status, at=at)
    if returned is Returned.HARD or _fails_in_a_row(rows[0].contact_id):
        stop_address(rows[0].contact_id, because=Stopped(returned.value), sent_at=rows[0].at, at=at)
    if returned is Returned.HARD:
        for row in sorted(rows, key=lambda row: row.contact_id):
            _untell(row, at=at)
    return group_id


def stop_address(contact_id: int, *, because: Stopped, sent_at: datetime, at: datetime) -> bool:
    """Send nothing more to the mailbox of this contact, for mail of `sent_at` came back from it. Is that new?

    Nothing happens where the address has been confirmed, corrected or tried again since.
    """
    return _stop([contact_id], because=because, sent_at=sent_at, at=at) > 0


def stop_refused(refused: Sequence[tuple[int, str | None]], *, at: datetime) -> None:
    """Stop the addresses of contacts (each with the answer) whose mail server refused them because nobody is there."""
    _stop([one for one, answer in refused if says_nobody_there(answer)], because=Stopped.HARD, sent_at=at, at=at)


def _stop(contact_ids: Sequence[int], *, because: Stopped, sent_at: datetime, at: datetime) -> int:
    found = [contact for one in contact_ids if (contact := contacts.find_contact(one)) is not None]
    for group_id in sorted({contact.group_id for contact in found}):
        groups.share_group(group_id)
    there = {
        one.id
        for contact in found
        if sent_at >= trusted_since(contact.joined_at, contact.agreed_at, contact.tried_at)
        for one in contacts.list_sharing(contact)
    }
    _leave_out(sorted(there))
    return membership.mark_stopped(sorted(there), because=because, at=at)


def _carried_by(delivery_id: int) -> Sequence[Any]:
    """The delivery and those whose message it carried, locked; none unless it was handed over or may have been."""
    found = (
        select(
            Delivery.id,
            Delivery.contact_id,
            Delivery.state,
            Delivery.returned,
            Delivery.tells,
            Delivery.queued_at,
            Delivery.at,
        )
        .where((Delivery.id == delivery_id) | (Delivery.carried_by == delivery_id))
        .where(Delivery.state.in_(ARRIVED_OR_MAY_HAVE))
        .order_by(Delivery.carried_by.is_not(None), Delivery.id)
        .with_for_update()
    )
    return session().execute(found).all()


def _write(rows: Sequence[Any], returned: Returned, status: str | None, *, at: datetime) -> None:
    theirs = update(Delivery).where(Delivery.id.in_([row.id for row in rows]))
    values = {"returned": returned, "returned_at": at, "returned_status": status}
    session().execute(theirs.values(**values), execution_options={"synchronize_session": False})


def _untell(row: Any, *, at: datetime) -> None:
    if row.tells is not None and row.state == DeliveryState.HANDED_OVER and undoes_telling(row.at, at):
        membership.untell(row.contact_id, tells=row.tells, since=row.queued_at, handed_over_at=row.at, at=at)


def _fails_in_a_row(contact_id: int) -> bool:
    """Did three mailings in a row come back, of those sent since the address was last trusted?"""
    contact = contacts.find_contact(contact_id)
    assert contact is not None  # noqa: S101 - a delivery leads to a contact
    since = trusted_since(contact.joined_at, contact.agreed_at, contact.tried_at)
    found = (
        select(Delivery.returned)
        .where(Delivery.contact_id == contact_id, Delivery.state.in_(ARRIVED_OR_MAY_HAVE), Delivery.at >= since)
        .order_by(Delivery.at, Delivery.id)
    )
    return has_failed_in_a_row(session().scalars(found).all())


def _leave_out(contact_ids: list[int]) -> None:
    """What still waits for them is left out, and uses no allowance. What a worker has in hand may cross with it."""
    waiting = update(Delivery).where(Delivery.contact_id.in_(contact_ids), queries.IS_QUEUED)
    values = {"state": DeliveryState.LEFT_OUT, "left_out_because": LeftOut.STOPPED, "carried_by": None}
    session().execute(waiting.values(**values), execution_options={"synchronize_session": False})
