"""What the worker writes down about deliveries: marks before the handover, outcomes after it.

Locks are taken in the house's order: group, mailing, deliveries, contacts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Executable, Integer, Row, Update, bindparam, exists, select, update

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
    rows = [row for row in _ask(_IN_HAND, ids=list(outcomes)) if _is_ours(row, worker, outcomes[row.id])]
    for group_id in sorted({row.group_id for row in rows}):
        groups.share_group(group_id)  # before its mailings are touched: who takes one back locks in that order
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

_AT = Delivery.at.type
# What is asked and written for each batch, built once: building a statement costs more than running it.
_IN_HAND = (
    select(
        Delivery.id,
        Delivery.mailing_id,
        Delivery.state,
        Delivery.attempting_by,
        Delivery.tries,
        Delivery.due_at,
        Delivery.at,
        Mailing.group_id,
    )
    .join(Mailing, Mailing.id == Delivery.mailing_id)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    .order_by(Delivery.id)
    .with_for_update(of=Delivery)
)
_RECORD = (
    update(Delivery)
    .where(Delivery.id == bindparam("row_id"))
    .values({name: bindparam(name) for name in ("state", "tries", "due_at", "answer", "at")} | {"attempting_by": None})
)
_MAILING = select(Mailing.state, Mailing.held_until, Mailing.first_handed_over_at).where(
    Mailing.id == bindparam("mailing_id")
)
_SET_GOING = (
    update(Mailing)
    .where(Mailing.id == bindparam("mailing_id"), Mailing.state == State.HELD)
    .values(state=State.GOING.value)
)
_DUE = (
    select(Delivery.id, Delivery.contact_id, Delivery.ordinal, Delivery.of_at_most)
    .where(
        Delivery.mailing_id == bindparam("mailing_id"), queries.IS_QUEUED, Delivery.due_at <= bindparam("at", type_=_AT)
    )
    .order_by(Delivery.due_at, Delivery.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
_ON_LIST = membership.select_active(bindparam("group_id"))  # type: ignore[arg-type]
_CONTACTS = (
    _ON_LIST.where(_ON_LIST.selected_columns.id.in_(bindparam("ids", expanding=True)))
    .order_by(None)
    .order_by(_ON_LIST.selected_columns.id)
    .with_for_update(key_share=True)
)
_MARK = (
    update(Delivery)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=DeliveryState.ATTEMPTING.value,
        attempting_by=bindparam("worker"),
        at=bindparam("marked_at", type_=_AT),
    )
)
_PUBLISH = (
    update(Mailing)
    .where(Mailing.id == bindparam("mailing_id"), Mailing.first_handed_over_at.is_(None))
    .values(first_handed_over_at=bindparam("published_at", type_=_AT))
)
_CLOSE = (
    update(Mailing)
    .where(
        Mailing.id == bindparam("mailing_id"),
        queries.IN_FLIGHT,
        Mailing.held_until <= bindparam("closed_at", type_=_AT),
        ~_OPEN,
    )
    .values(state=State.SENT.value, finished_at=bindparam("closed_at", type_=_AT))
)


def _is_going(mailing_id: int, *, at: datetime) -> bool:
    """Is it out of its hold, and not taken back? From its first claim on it can no longer be."""
    mailing = _ask(_MAILING, mailing_id=mailing_id).one()
    if mailing.state == State.HELD and mailing.held_until is not None and mailing.held_until <= at:
        _ask(_SET_GOING, mailing_id=mailing_id)
        return True
    return bool(mailing.state == State.GOING)


def _take_due(mailing_id: int, *, at: datetime, limit: int) -> Sequence[Any]:
    return _ask(_DUE, mailing_id=mailing_id, at=at, limit=limit).all()


def _lock_contacts(group_id: int, ids: list[int]) -> dict[int, Row[Any]]:
    """Those still on the list, held until the marks are written: a leaving comes before them or after, never between."""
    return {row.id: row for row in _ask(_CONTACTS, group_id=group_id, ids=ids)}


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
    _ask(_MARK, ids=ids, worker=worker, marked_at=at)


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
        _ask(_PUBLISH, mailing_id=mailing_id, published_at=at)


def _close(mailing_ids: set[int], *, at: datetime) -> None:
    for mailing_id in sorted(mailing_ids):
        _ask(_CLOSE, mailing_id=mailing_id, closed_at=at)


def _ask(statement: Executable, **values: Any) -> CursorResult[Any]:
    return session().connection().execute(statement, values)


def _do(statement: Update) -> None:
    session().execute(statement, execution_options={"synchronize_session": False})
