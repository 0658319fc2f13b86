"""What the worker writes down about deliveries: marks before the handover, outcomes after it.

Locks are taken in the house's order: group, mailing, deliveries, contacts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, bindparam, exists, select, update

from pcnppg.groups import queries as groups
from pcnppg.mailing import queries
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import LeftOut, State, gate
from pcnppg.membership import queries as membership
from pcnppg.membership.rules import is_paused
from pcnppg.post.rules import ARRIVED_OR_MAY_HAVE, OPEN, Fate, Outcome, Result, after
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery marked *attempting*, and the contact it is for."""

    delivery: Row[Any]
    contact: Row[Any]


def claim(mailing_id: int, group_id: int, *, worker: str, at: datetime, limit: int) -> list[Claimed]:
    """Mark at most `limit` due deliveries of one mailing *attempting*, asking consent and allowance again for each.

    Whoever may not have it now is settled here. So an answer with fewer than `limit`, even none, may not be the end:
    ask until nothing is due.
    """
    while True:
        groups.share_group(group_id)
        if not _is_going(mailing_id, at=at):
            return []
        due = _take_due(mailing_id, at=at, limit=limit)
        if not due:
            return []
        contacts = _lock_contacts(group_id, [row.contact_id for row in due])
        claimed = [Claimed(row, contacts[row.contact_id]) for row in due if row.contact_id in contacts]
        _withdraw([row.id for row in due if row.contact_id not in contacts])
        stopped = _stopped(claimed, at=at)
        _leave_out(stopped)
        claimed = [one for one in claimed if one.delivery.id not in stopped]
        if claimed:
            _mark([one.delivery.id for one in claimed], worker=worker, at=at)
            return claimed


def settle(worker: str, results: Sequence[Result], *, at: datetime) -> None:
    """Record what became of deliveries that are still this worker's, or were taken for uncertain by mistake."""
    outcomes = dict(results)
    found = select(*_WRITTEN).where(Delivery.id.in_(outcomes)).order_by(Delivery.id).with_for_update()
    rows = [row for row in session().execute(found) if _is_ours(row, worker, outcomes[row.id])]
    changes = [_change(row, outcomes[row.id], at) for row in rows]
    if changes:
        session().connection().execute(_RECORD, changes)
    arrived = {row.mailing_id for row in rows if outcomes[row.id].fate is Fate.HANDED_OVER}
    _publish(arrived, at=at)
    _close({row.mailing_id for row in rows}, at=at)


def abandon(worker: str, *, at: datetime) -> int:
    """What a dead worker left *attempting* is uncertain: counted, shown, not tried again (settled 5)."""
    held = (
        select(Delivery.id)
        .where(Delivery.attempting_by == worker, Delivery.state == DeliveryState.ATTEMPTING)
        .order_by(Delivery.id)
    )
    ids = session().scalars(held).all()
    settle(worker, [(delivery_id, Outcome(Fate.UNCERTAIN)) for delivery_id in ids], at=at)
    return len(ids)


def close_finished(*, at: datetime) -> None:
    """Mailings whose time to be taken back is over and for which nothing waits any more are sent."""
    found = select(Mailing.id).where(queries.IN_FLIGHT, Mailing.held_until <= at, ~_OPEN)
    _close(set(session().scalars(found.order_by(Mailing.id))), at=at)


_OPEN = exists().where(Delivery.mailing_id == Mailing.id, Delivery.state.in_(OPEN))

_WRITTEN = (
    Delivery.id,
    Delivery.mailing_id,
    Delivery.state,
    Delivery.attempting_by,
    Delivery.tries,
    Delivery.due_at,
    Delivery.at,
)
_RECORD = (
    update(Delivery)
    .where(Delivery.id == bindparam("row_id"))
    .values({name: bindparam(name) for name in ("state", "tries", "due_at", "answer", "at")} | {"attempting_by": None})
)


def _is_going(mailing_id: int, *, at: datetime) -> bool:
    """Is it out of its hold, and not taken back? From its first claim on it can no longer be."""
    found = select(Mailing.state, Mailing.held_until).where(Mailing.id == mailing_id)
    state, held_until = session().execute(found).one()
    if state == State.HELD and held_until is not None and held_until <= at:
        _do(update(Mailing).where(Mailing.id == mailing_id, Mailing.state == State.HELD).values(state=State.GOING))
        return True
    return bool(state == State.GOING)


def _take_due(mailing_id: int, *, at: datetime, limit: int) -> Sequence[Any]:
    found = (
        select(Delivery.id, Delivery.contact_id, Delivery.ordinal, Delivery.of_at_most)
        .where(Delivery.mailing_id == mailing_id, queries.IS_QUEUED, Delivery.due_at <= at)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session().execute(found).all()


def _lock_contacts(group_id: int, ids: list[int]) -> dict[int, Row[Any]]:
    """Those still on the list, held until the marks are written: a leaving comes before them or after, never between."""
    on_list = membership.select_active(group_id)
    contact_id = on_list.selected_columns.id
    found = on_list.where(contact_id.in_(ids)).order_by(None).order_by(contact_id).with_for_update(key_share=True)
    return {row.id: row for row in session().execute(found)}


def _stopped(claimed: Sequence[Claimed], *, at: datetime) -> dict[int, LeftOut]:
    """Which deliveries must not go now, and why."""
    used = queries.count_used([one.contact.id for one in claimed], at)
    reasons = {
        one.delivery.id: gate(
            used=used[one.contact.id],
            promise=one.contact.promise,
            of_at_most=one.delivery.of_at_most,
            is_paused=is_paused(one.contact.paused_until, at),
        )
        for one in claimed
    }
    return {row_id: reason for row_id, reason in reasons.items() if reason is not None}


def _withdraw(ids: list[int]) -> None:
    if ids:
        _do(update(Delivery).where(Delivery.id.in_(ids)).values(state=DeliveryState.WITHDRAWN))


def _leave_out(reasons: Mapping[int, LeftOut]) -> None:
    for because in sorted(set(reasons.values())):
        ids = [row_id for row_id, reason in reasons.items() if reason is because]
        _do(update(Delivery).where(Delivery.id.in_(ids)).values(state=DeliveryState.LEFT_OUT, left_out_because=because))


def _mark(ids: list[int], *, worker: str, at: datetime) -> None:
    mine = update(Delivery).where(Delivery.id.in_(ids))
    _do(mine.values(state=DeliveryState.ATTEMPTING, attempting_by=worker, at=at))


def _is_ours(row: Any, worker: str, outcome: Outcome) -> bool:
    """Still in this worker's hand; or taken for uncertain while it was only slow: its truth is better than the doubt."""
    if row.state == DeliveryState.ATTEMPTING:
        return bool(row.attempting_by == worker)
    return row.state == DeliveryState.UNCERTAIN and outcome.fate in {Fate.HANDED_OVER, Fate.REFUSED}


def _change(row: Any, outcome: Outcome, at: datetime) -> dict[str, Any]:
    found = after(outcome, tries=row.tries, due_at=row.due_at, at=at)
    return {
        "row_id": row.id,
        "state": found.state.value,
        "tries": found.tries,
        "due_at": found.due_at,
        "answer": found.answer,
        # Never before the mark, even where somebody has set the clock back since: that would open allowance.
        "at": max(row.at, at) if found.state in ARRIVED_OR_MAY_HAVE else None,
    }


def _publish(mailing_ids: set[int], *, at: datetime) -> None:
    """The web copy appears at the first handover."""
    for mailing_id in sorted(mailing_ids):
        _do(
            update(Mailing)
            .where(Mailing.id == mailing_id, Mailing.first_handed_over_at.is_(None))
            .values(first_handed_over_at=at)
        )


def _close(mailing_ids: set[int], *, at: datetime) -> None:
    for mailing_id in sorted(mailing_ids):
        _do(
            update(Mailing)
            .where(Mailing.id == mailing_id, queries.IN_FLIGHT, Mailing.held_until <= at, ~_OPEN)
            .values(state=State.SENT, finished_at=at)
        )


def _do(statement: Update) -> None:
    session().execute(statement, execution_options={"synchronize_session": False})
