"""What became of deliveries: outcomes written down, a mailing published and closed, a higher promise told.

Locks are taken in the house's order: group, mailing, deliveries, contacts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, literal_column, select, update

from pcnppg.groups import queries as groups
from pcnppg.mailing import queries
from pcnppg.mailing.actions.delivering import ask
from pcnppg.mailing.actions.returning import stop_refused
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import State
from pcnppg.membership import actions as membership
from pcnppg.post.rules import ARRIVED_OR_MAY_HAVE, OPEN, Fate, Outcome, Result, after
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.session import session


def settle(worker: str, results: Sequence[Result], *, at: datetime) -> None:
    """Record what became of deliveries that are still this worker's, or were taken for uncertain by mistake."""
    outcomes = dict(results)
    outcomes |= {row.id: outcomes[row.carried_by] for row in ask(_SHARING, ids=list(outcomes))}
    rows = [row for row in ask(_IN_HAND, ids=list(outcomes)) if _is_ours(row, worker, outcomes[row.id])]
    for group_id in sorted({row.group_id for row in rows}):
        groups.share_group(group_id)  # before its mailings are touched: who takes one back locks in that order
    changes = _not_after_stop(rows, [_change(row, outcomes[row.id], at) for row in rows])
    if changes:
        session().connection().execute(_RECORD, changes)
    refused = [(row.contact_id, outcomes[row.id].answer) for row in rows if outcomes[row.id].fate is Fate.REFUSED]
    stop_refused(refused, at=at)
    arrived = [row for row in rows if outcomes[row.id].fate is Fate.HANDED_OVER]
    _publish({row.mailing_id for row in arrived}, at=at)
    _told([row for row in arrived if row.tells is not None], at=at)
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
# Asked and written for each batch, so built once: building a statement costs more than running it.
_IN_HAND = (
    select(
        Delivery.id,
        Delivery.mailing_id,
        Delivery.state,
        Delivery.attempting_by,
        Delivery.tries,
        Delivery.due_at,
        Delivery.at,
        Delivery.contact_id,
        Delivery.tells,
        Mailing.group_id,
    )
    .join(Mailing, Mailing.id == Delivery.mailing_id)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    .order_by(Delivery.id)
    .with_for_update(of=Delivery)
)
_SHARING = select(Delivery.id, Delivery.carried_by).where(
    Delivery.carried_by.in_(bindparam("ids", expanding=True)),
    Delivery.state.in_([literal_column("'attempting'"), literal_column("'uncertain'")]),
)
_RECORD = (
    update(Delivery)
    .where(Delivery.id == bindparam("row_id"))
    .values({name: bindparam(name) for name in ("state", "tries", "due_at", "answer", "at")} | {"attempting_by": None})
)
_STOPPED = select(Mailing.id).where(
    Mailing.id.in_(bindparam("ids", expanding=True)), Mailing.state == literal_column("'stopped'")
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


def _not_after_stop(rows: Sequence[Any], changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What would go back into the queue of a mailing that was stopped meanwhile is taken back. Its group is shared by now."""
    back = {row.id: row.mailing_id for row, change in zip(rows, changes, strict=True) if change["state"] == "queued"}
    if not back:
        return changes
    stopped = set(ask(_STOPPED, ids=sorted(set(back.values()))).scalars())
    gone = {"state": DeliveryState.TAKEN_BACK.value}
    return [change | gone if back.get(change["row_id"]) in stopped else change for change in changes]


def _told(rows: Sequence[Any], *, at: datetime) -> None:
    """At this handover a higher promise was told, with a way to leave: now it binds (settled 6 and 7)."""
    for group_id, number in sorted({(row.group_id, row.tells) for row in rows}):
        contacts = [row.contact_id for row in rows if (row.group_id, row.tells) == (group_id, number)]
        membership.tell_promise(group_id, contacts, number, at=at)


def _publish(mailing_ids: set[int], *, at: datetime) -> None:
    """The web copy appears at the first handover."""
    for mailing_id in sorted(mailing_ids):
        ask(_PUBLISH, mailing_id=mailing_id, published_at=at)


def _close(mailing_ids: set[int], *, at: datetime) -> None:
    for mailing_id in sorted(mailing_ids):
        ask(_CLOSE, mailing_id=mailing_id, closed_at=at)
