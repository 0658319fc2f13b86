"""Who did not get a mailing, and what is in doubt: the one place where a mailing's deliveries meet names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from pcnppg.kernel.refusals import NotFound
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import LeftOut, State
from pcnppg.mailing.rules.life import Missed
from pcnppg.membership import queries as membership
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.session import session

A_PAGE = 100
"""People on one page; the spreadsheet has all."""


@dataclass(frozen=True, slots=True)
class MissedOne:
    """Somebody who did not get a mailing, or may not have. Name and address are None once they were erased.

    `message_of` is the number of the delivery that carried the message: the Message-ID is made from it.
    """

    delivery_id: int
    contact_id: int
    name: str | None
    address: str | None
    why: Missed
    answer: str | None
    at: datetime | None
    message_of: int


def count_missed(mailing: Mailing) -> dict[Missed, int]:
    """How many for each reason."""
    why = _why(mailing)
    found = select(why, func.count()).where(_is_missed(mailing)).group_by(why)
    return {Missed(word): people for word, people in session().execute(found)}


def list_missed(mailing: Mailing, *, after: int = 0, limit: int | None = None) -> Sequence[MissedOne]:
    """Who did not get it, the first on the list first; those in doubt are `list_in_doubt`. `after` is a delivery's number."""
    found = _select(mailing).where(Delivery.id > after, Delivery.state != DeliveryState.UNCERTAIN)
    return [_one(row) for row in session().execute(found.order_by(Delivery.id).limit(limit))]


def list_in_doubt(mailing: Mailing) -> Sequence[MissedOne]:
    """Deliveries of which nobody knows whether they arrived, and that were not sent again."""
    found = _select(mailing).where(Delivery.state == DeliveryState.UNCERTAIN)
    return [_one(row) for row in session().execute(found.order_by(Delivery.id))]


def lock_in_doubt(mailing: Mailing, delivery_id: int) -> list[Delivery]:
    """A delivery in doubt and those whose message it carried, locked; empty where there is no doubt (any more).

    Another group's or another mailing's is not found.
    """
    one = session().scalar(select(Delivery).where(Delivery.mailing_id == mailing.id, Delivery.id == delivery_id))
    if one is None:
        raise NotFound
    carrier = one.carried_by or one.id
    found = (
        select(Delivery)
        .where(
            or_(Delivery.id == carrier, Delivery.carried_by == carrier),
            Delivery.state == DeliveryState.UNCERTAIN,
            Delivery.sent_again_at.is_(None),
        )
        .order_by(Delivery.id)
        .with_for_update(skip_locked=True)  # one that a slow worker settles at this moment is in doubt no more
        .execution_options(populate_existing=True)
    )
    return list(session().scalars(found))


def _select(mailing: Mailing) -> Select[*tuple[Any, ...]]:
    named = membership.select_named(mailing.group_id).subquery("named")
    return (
        select(
            Delivery.id,
            Delivery.contact_id,
            named.c.name,
            named.c.address,
            _why(mailing).label("why"),
            case((Delivery.returned.is_not(None), Delivery.returned_status), else_=Delivery.answer).label("answer"),
            Delivery.at,
            func.coalesce(Delivery.carried_by, Delivery.id).label("message_of"),
        )
        .join(named, named.c.id == Delivery.contact_id)
        .where(_is_missed(mailing))
    )


def _why(mailing: Mailing) -> ColumnElement[str]:
    """The delivery's state, but for those whose reason has a name of its own."""
    return case(
        (Delivery.returned.is_not(None), literal(Missed.CAME_BACK.value)),
        (Delivery.left_out_because == LeftOut.STOPPED, literal(Missed.NO_ADDRESS.value)),
        (Delivery.state == DeliveryState.LEFT_OUT, literal(Missed.PAUSED.value)),
        (Delivery.state == DeliveryState.TAKEN_BACK, literal(Missed.STOPPED.value)),
        else_=Delivery.state,
    )


def _is_missed(mailing: Mailing) -> ColumnElement[bool]:
    failed = Delivery.state.in_([DeliveryState.UNCERTAIN, DeliveryState.REFUSED, DeliveryState.GIVEN_UP])
    came_back = and_(Delivery.state == DeliveryState.HANDED_OVER, Delivery.returned.is_not(None))
    named = Delivery.left_out_because.in_([LeftOut.PAUSED, LeftOut.STOPPED])
    left_out = and_(Delivery.state == DeliveryState.LEFT_OUT, named)
    reasons = [failed, came_back, left_out]
    if mailing.state == State.STOPPED:
        reasons.append(Delivery.state == DeliveryState.TAKEN_BACK)
    return and_(Delivery.mailing_id == mailing.id, Delivery.sent_again_at.is_(None), or_(*reasons))


def _one(row: Any) -> MissedOne:
    return MissedOne(row.id, row.contact_id, row.name, row.address, Missed(row.why), row.answer, row.at, row.message_of)
