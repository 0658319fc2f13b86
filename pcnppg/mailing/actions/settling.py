"""What became of deliveries: outcomes written down, a mailing published and closed, a higher promise told.

Locks are taken in the house's order: group, mailing, deliveries, contacts.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, exists, literal_column, select, update

from pcnppg.groups import queries as groups
from pcnppg.mailing import queries
from pcnppg.mailing.actions.delivering import ask
from pcnppg.mailing.actions.returning import stop_refused
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import State
from pcnppg.membership import actions as membership
from pcnppg.post.rules import ARRIVED_OR_MAY_HAVE, OPEN, Fate, Outcome, Result, after
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.bulk import ask_few, few
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Sure:
    """What whoever marked the rows knows of them, so that it need not be asked for each batch again.

    Deliveries that share no mailbox; mailings that have their web copy, and mailings for which more waits.
    """

    alone: Container[int] = ()
    published: Container[int] = ()
    unfinished: Container[int] = ()


NOTHING_SURE = Sure()


def settle(worker: str, results: Sequence[Result], *, at: datetime, sure: Sure = NOTHING_SURE) -> set[int]:
    """Record what became of deliveries that are still this worker's, or were taken for uncertain by mistake.

    The mailings that got their web copy by this.
    """
    done, published = _settle_arrived(worker, results, at=at, sure=sure)
    rest = [result for result in results if result[0] not in done]
    return published | _settle_each(worker, rest, at=at, sure=sure) if rest else published


def _settle_arrived(worker: str, results: Sequence[Result], *, at: datetime, sure: Sure) -> tuple[set[int], set[int]]:
    """The usual end in one statement: handed over, each alone at its mailbox, still this worker's. Which ones were."""
    by_answer: dict[str | None, list[int]] = {}
    for key, outcome in results:
        if outcome.fate is Fate.HANDED_OVER and key in sure.alone:
            by_answer.setdefault(outcome.answer, []).append(key)
    rows: list[Any] = []
    for answer, keys in by_answer.items():
        rows += ask_few(_ARRIVED, keys, worker=worker, answered=answer, arrived_at=at)
    return {row.id for row in rows}, _follow(rows, arrived=rows, at=at, sure=sure)


def _settle_each(worker: str, results: Sequence[Result], *, at: datetime, sure: Sure) -> set[int]:
    outcomes = dict(results)
    outcomes |= {row.id: outcomes[row.carried_by] for row in ask(_SHARING, ids=list(outcomes))}
    rows = [row for row in ask(_IN_HAND, ids=list(outcomes)) if _is_ours(row, worker, outcomes[row.id])]
    changes = _not_after_stop(rows, [_change(row, outcomes[row.id], at) for row in rows])
    if changes:
        session().connection().execute(_RECORD, changes)
    refused = [(row.contact_id, outcomes[row.id].answer) for row in rows if outcomes[row.id].fate is Fate.REFUSED]
    stop_refused(refused, at=at)
    return _follow(rows, arrived=[row for row in rows if outcomes[row.id].fate is Fate.HANDED_OVER], at=at, sure=sure)


def _follow(rows: Sequence[Any], *, arrived: Sequence[Any], at: datetime, sure: Sure) -> set[int]:
    """What outcomes mean for their mailings, and for whoever was told a higher promise. The mailings published by it."""
    published = {row.mailing_id for row in arrived if row.mailing_id not in sure.published}
    told = [row for row in arrived if row.tells is not None]
    closed = {row.mailing_id for row in rows if row.mailing_id not in sure.unfinished}
    touched = published | closed | {row.mailing_id for row in told}
    if not touched:
        return set()
    groups_of: dict[int, int] = {row.id: row.group_id for row in ask(_GROUPS, ids=sorted(touched))}
    for group_id in sorted(set(groups_of.values())):
        groups.share_group(group_id)  # before its mailings are touched: who takes one back locks in that order
    _told(told, groups_of, at=at)
    _close(closed, at=at)
    return _publish(published, at=at)


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


def close_if_finished(mailing_id: int, *, at: datetime) -> None:
    """A mailing for which nothing was due just now: it is sent if nothing of it waits or is under way."""
    _close({mailing_id}, at=at)


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
    )
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    .order_by(Delivery.id)
    .with_for_update()
)
_ARRIVED = (
    update(Delivery)
    .where(
        Delivery.id.in_(few()),
        Delivery.state == literal_column("'attempting'"),
        Delivery.attempting_by == bindparam("worker"),
    )
    .values(
        state=DeliveryState.HANDED_OVER.value,
        answer=bindparam("answered"),
        attempting_by=None,
        # Never before the mark, even where somebody has set the clock back since: that would open allowance.
        at=case(
            (Delivery.at > bindparam("arrived_at", type_=_AT), Delivery.at),
            else_=bindparam("arrived_at", type_=_AT),
        ),
    )
    .returning(Delivery.id, Delivery.mailing_id, Delivery.contact_id, Delivery.tells)
)
_GROUPS = select(Mailing.id, Mailing.group_id).where(Mailing.id.in_(bindparam("ids", expanding=True)))
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
        "at": max(row.at, at) if found.state in ARRIVED_OR_MAY_HAVE else None,
    }


def _not_after_stop(rows: Sequence[Any], changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What would go back into the queue of a mailing that was stopped meanwhile is taken back."""
    back = {row.id: row.mailing_id for row, change in zip(rows, changes, strict=True) if change["state"] == "queued"}
    if not back:
        return changes
    for group_id in sorted({row.group_id for row in ask(_GROUPS, ids=sorted(set(back.values())))}):
        groups.share_group(group_id)  # whoever stops it holds the group until all its rows are taken back
    stopped = set(ask(_STOPPED, ids=sorted(set(back.values()))).scalars())
    gone = {"state": DeliveryState.TAKEN_BACK.value}
    return [change | gone if back.get(change["row_id"]) in stopped else change for change in changes]


def _told(rows: Sequence[Any], groups_of: Mapping[int, int], *, at: datetime) -> None:
    """At this handover a higher promise was told, with a way to leave: now it binds (settled 6 and 7)."""
    told = [(groups_of[row.mailing_id], row.tells, row.contact_id) for row in rows]
    for group_id, number in sorted({(group_id, number) for group_id, number, _ in told}):
        contacts = [contact for of, said, contact in told if (of, said) == (group_id, number)]
        membership.tell_promise(group_id, contacts, number, at=at)


def _publish(mailing_ids: set[int], *, at: datetime) -> set[int]:
    """The web copy appears at the first handover. Which ones are new."""
    return {one for one in sorted(mailing_ids) if ask(_PUBLISH, mailing_id=one, published_at=at).rowcount}


def _close(mailing_ids: set[int], *, at: datetime) -> None:
    for mailing_id in sorted(mailing_ids):
        ask(_CLOSE, mailing_id=mailing_id, closed_at=at)
