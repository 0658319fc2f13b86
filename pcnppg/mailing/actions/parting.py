"""Whoever goes to another mailbox: what waits still reaches each mailbox once (settled 11)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update

from pcnppg.mailing.models import Delivery
from pcnppg.mailing.queries import IS_QUEUED
from pcnppg.membership import queries as membership
from pcnppg.store.session import session


def go_to_mailbox(contact_id: int, mailbox: str) -> None:
    """Part what waits for this contact from the old mailbox, and have it carried with what waits for others at the new one.

    What it carried for others is carried by one of them. Call it with their group locked, before the contact is touched.
    """
    contact = membership.find_contact(contact_id)
    there = membership.list_people_at(contact.group_id, mailbox) if contact else []
    waiting = select(Delivery).where(Delivery.contact_id == contact_id, IS_QUEUED).order_by(Delivery.id)
    for mine in session().scalars(waiting.with_for_update().execution_options(populate_existing=True)):
        left_behind = _ids(Delivery.carried_by == mine.id)
        _carry(left_behind[:1], None)
        _carry(left_behind[1:], next(iter(left_behind), None))
        others = _ids(
            Delivery.mailing_id == mine.mailing_id,
            Delivery.contact_id.in_([other.id for other in there]),
            Delivery.carried_by.is_(None),
        )
        mine.carried_by = next(iter(others), None)


def _ids(*which: ColumnElement[bool]) -> list[int]:
    found = select(Delivery.id).where(IS_QUEUED, *which).order_by(Delivery.id)
    return list(session().scalars(found.with_for_update()))


def _carry(ids: list[int], by: int | None) -> None:
    session().execute(
        update(Delivery).where(Delivery.id.in_(ids)).values(carried_by=by),
        execution_options={"synchronize_session": False},
    )
