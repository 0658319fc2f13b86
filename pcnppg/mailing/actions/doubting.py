"""Deliveries in doubt: an officer heard that one arrived, or has it sent again, which takes a second slot (settled 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.mailing import queries
from pcnppg.mailing.actions.sending import FROZEN
from pcnppg.mailing.models import Delivery
from pcnppg.mailing.queries import missed
from pcnppg.mailing.rules import State, gate
from pcnppg.mailing.rules.life import may_send_again
from pcnppg.membership import queries as membership
from pcnppg.membership.rules import is_paused
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.mailing.models import Mailing

NO_DOUBT = "This is no longer in doubt: somebody has seen to it. Nothing was changed."
STOPPED = "This mailing was stopped, so nothing of it is sent again. Write a new one instead."
HEARD = "we were told"
"""Stands where a server's answer would."""


def say_arrived(group_id: int, *, mailing_id: int, delivery_id: int, by: Who, at: datetime) -> None:
    """Write down that a message in doubt arrived. It counted before and counts still.

    A higher promise that it told does not bind by that: the person is told at the head of their next mailing (settled 6).
    """
    groups.lock_group(group_id)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    for row in _in_doubt(mailing, delivery_id):
        row.state, row.answer = DeliveryState.HANDED_OVER, HEARD
    mailing.first_handed_over_at = mailing.first_handed_over_at or at
    about = ("delivery", delivery_id)
    audit.note("mailing.delivery_said_arrived", by=by, at=at, group_id=group_id, about=about)


def note_arrived(delivery_id: int, *, at: datetime) -> int | None:
    """The same, heard from whoever carried it. The number of its group; None where nothing was in doubt."""
    group_id, mailing_id = queries.find_group_of_delivery(delivery_id), queries.find_mailing_of_delivery(delivery_id)
    if group_id is None or mailing_id is None:
        return None
    try:
        say_arrived(group_id, mailing_id=mailing_id, delivery_id=delivery_id, by=MACHINE, at=at)
    except Conflict:
        return None
    return group_id


def send_again(group_id: int, *, mailing_id: int, delivery_id: int, by: Who, at: datetime) -> None:
    """Queue a second copy for everybody whom the message in doubt was for; refused where one of them has no allowance left."""
    group = groups.lock_group(group_id)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    rows = _in_doubt(mailing, delivery_id)
    if mailing.state == State.STOPPED:
        raise RuleBroken(STOPPED)
    if queries.is_frozen(group, at):
        raise RuleBroken(FROZEN)
    people = _on_list(group_id, [row.contact_id for row in rows])
    going = [row for row in rows if row.contact_id in people]
    used = queries.count_used(sorted(people), at)
    reasons = [
        gate(used=used[one.id] + 1, promise=one.promise, of_at_most=None, is_paused=is_paused(one.paused_until, at))
        for one in people.values()
    ]
    may_send_again(reasons, are_on_list=bool(people)).enforce()
    session().execute(update(Delivery).where(Delivery.id.in_([row.id for row in going])).values(sent_again_at=at))
    _queue([(people[row.contact_id], used[row.contact_id] + 1) for row in going], mailing, at)
    mailing.state, mailing.finished_at = State.GOING, None
    about = ("delivery", delivery_id)
    audit.note("mailing.sent_again", by=by, at=at, group_id=group_id, about=about, count=len(going))


def _in_doubt(mailing: Mailing, delivery_id: int) -> list[Delivery]:
    rows = missed.lock_in_doubt(mailing, delivery_id)
    if not rows:
        raise Conflict(NO_DOUBT)
    return rows


def _on_list(group_id: int, contact_ids: list[int]) -> dict[int, Any]:
    on_list = membership.select_active(group_id)
    mine = on_list.where(on_list.selected_columns.id.in_(contact_ids)).order_by(None)
    return {row.id: row for row in session().execute(mine.order_by(on_list.selected_columns.id))}


def _queue(people: Sequence[tuple[Any, int]], mailing: Mailing, at: datetime) -> None:
    carriers: dict[str, int] = {}
    for person, ordinal in people:
        row = Delivery(
            mailing_id=mailing.id,
            contact_id=person.id,
            state=DeliveryState.QUEUED,
            ordinal=ordinal,
            of_at_most=person.promise,
            carried_by=carriers.get(person.mailbox),
            queued_at=at,
            due_at=at,
            tries=0,
        )
        session().add(row)
        session().flush()
        carriers.setdefault(person.mailbox, row.id)
