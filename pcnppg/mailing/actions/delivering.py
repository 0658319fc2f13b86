"""What the worker writes down before a handover: consent and allowance asked again, and the *attempting* mark.

Locks are taken in the house's order: group, mailing, deliveries, contacts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CursorResult, Executable, Integer, Row, Update, bindparam, exists, select, update
from sqlalchemy.orm import aliased

from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import YEAR
from pcnppg.mailing import queries
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import Kind, LeftOut, State, gate, gate_together
from pcnppg.membership import queries as membership
from pcnppg.membership.rules import is_paused
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.bulk import ask_few, few
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.queries import Letterhead
    from pcnppg.membership.rules import Raise


@dataclass(frozen=True, slots=True)
class One:
    """A delivery that is due, and its contact."""

    delivery: Row[Any]
    contact: Row[Any]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message marked *attempting*: the delivery that carries it, and all who share the mailbox, itself the first.

    `tells` is the higher promise that it tells one of them at its head, None where all know it. `letterhead` is the
    group's, as it is at the mark; `is_published` says that the mailing has its web copy already.
    """

    delivery: Row[Any]
    contact: Row[Any]
    sharing: Sequence[One]
    tells: Raise | None
    letterhead: Letterhead
    is_published: bool


def claim(mailing_id: int, group_id: int, *, worker: str, at: datetime, limit: int) -> list[Claimed]:
    """Mark at most `limit` due deliveries of one mailing *attempting*, asking consent and allowance again for each.

    Whoever may not have it now is settled here. So an answer with fewer than `limit`, even none, may not be the end:
    ask until nothing is due.
    """
    while True:
        group = groups.share_letterhead(group_id)
        due = _take_due(mailing_id, at=at, limit=limit)
        if not due:
            return []
        bundles = _bundles(group_id, due, is_network=due[0].kind == Kind.NETWORK, at=at)
        out = _reasons(bundles, at=at)
        _leave_out(out)
        going = [[one for one in bundle if one.delivery.id not in out] for bundle in bundles]
        news = _news(group, [one for bundle in going for one in bundle])
        claimed = [_message(bundle, news, group, due[0].first_handed_over_at is not None) for bundle in going if bundle]
        if claimed:
            _mark([one for message in claimed for one in message.sharing], news, worker=worker, at=at)
            return claimed


_AT = Delivery.at.type
# What is asked and written for each batch, built once: building a statement costs more than running it.
_SET_GOING = (
    update(Mailing)
    .where(Mailing.id == bindparam("mailing_id"), Mailing.state == State.HELD)
    .values(state=State.GOING.value)
)
_BESIDE = aliased(Delivery)
_FACTS = (Delivery.id, Delivery.contact_id, Delivery.ordinal, Delivery.of_at_most, Delivery.carried_by)
_DUE = (
    select(
        *_FACTS,
        exists().where(_BESIDE.carried_by == Delivery.id).label("carries"),
        Mailing.state,
        Mailing.kind,
        Mailing.first_handed_over_at,
    )
    .join(Mailing, Mailing.id == Delivery.mailing_id)
    .where(
        Delivery.mailing_id == bindparam("mailing_id"),
        queries.IS_QUEUED,
        Delivery.carried_by.is_(None),
        Delivery.due_at <= bindparam("at", type_=_AT),
        queries.IN_FLIGHT,
        Mailing.held_until <= bindparam("at", type_=_AT),
    )
    .order_by(Delivery.due_at, Delivery.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(of=Delivery, skip_locked=True)
)
_CARRIED = (
    select(*_FACTS)
    .where(Delivery.carried_by.in_(bindparam("ids", expanding=True)), queries.IS_QUEUED)
    .order_by(Delivery.id)
    .with_for_update()
)
_ON_LIST = membership.select_active(bindparam("group_id"))  # type: ignore[arg-type]
_CONTACTS = (
    _ON_LIST.where(_ON_LIST.selected_columns.id.in_(few()))
    .order_by(None)
    .order_by(_ON_LIST.selected_columns.id)
    .add_columns(queries.used_since(_ON_LIST.selected_columns.id, bindparam("since", type_=_AT)).label("used"))
    .with_for_update(key_share=True)
)
_MARK = (
    update(Delivery)
    .where(Delivery.id.in_(few()))
    .values(
        state=DeliveryState.ATTEMPTING.value,
        attempting_by=bindparam("worker"),
        at=bindparam("marked_at", type_=_AT),
        tells=None,
    )
)


def _take_due(mailing_id: int, *, at: datetime, limit: int) -> Sequence[Any]:
    """What is due of a mailing that is out of its hold and not taken back. From its first claim on it can no longer be."""
    due = ask(_DUE, mailing_id=mailing_id, at=at, limit=limit).all()
    if due and due[0].state == State.HELD:
        ask(_SET_GOING, mailing_id=mailing_id)
    return due


def _lock_contacts(group_id: int, ids: list[int], *, at: datetime) -> dict[int, Row[Any]]:
    """Those still on the list, held until the marks are written: a leaving comes before them or after, never between."""
    return {row.id: row for row in ask_few(_CONTACTS, ids, group_id=group_id, since=at - YEAR)}


def _bundles(group_id: int, due: Sequence[Row[Any]], *, is_network: bool, at: datetime) -> list[list[One]]:
    """Each due delivery with those that its message carries, all locked; without those who have left meanwhile, or who
    want no more news of the network.
    """
    carried: dict[int, list[Row[Any]]] = {}
    if carrying := [row.id for row in due if row.carries]:
        for row in ask(_CARRIED, ids=carrying):
            carried.setdefault(row.carried_by, []).append(row)
    together = [[row, *carried.get(row.id, ())] for row in due]
    rows = [row for bundle in together for row in bundle]
    contacts = _lock_contacts(group_id, sorted(row.contact_id for row in rows), at=at)
    if is_network:
        contacts = {contact_id: row for contact_id, row in contacts.items() if row.network_news_at is not None}
    _withdraw([row.id for row in rows if row.contact_id not in contacts])
    return [[One(row, contacts[row.contact_id]) for row in bundle if row.contact_id in contacts] for bundle in together]


def _reasons(bundles: Sequence[Sequence[One]], *, at: datetime) -> dict[int, LeftOut]:
    """Which deliveries must not go now, and why."""
    found: dict[int, LeftOut] = {}
    for bundle in bundles:
        alone = [
            gate(
                used=one.contact.used,
                promise=one.contact.promise,
                of_at_most=one.delivery.of_at_most,
                is_paused=is_paused(one.contact.paused_until, at),
                is_stopped=one.contact.stopped_at is not None,
            )
            for one in bundle
        ]
        together = zip(bundle, gate_together(alone), strict=True)
        found |= {one.delivery.id: reason for one, reason in together if reason is not None}
    return found


def _news(group: Letterhead, going: Sequence[One]) -> Raise | None:
    """The promise now, with why it was raised, where somebody has not been told; None where there is nothing to tell."""
    if all(one.contact.promise >= group.promise for one in going):
        return None
    raised = membership.find_raise(group.id)
    return None if raised is None else replace(raised, promise=group.promise)


def _is_news_to(one: One, news: Raise | None) -> bool:
    return news is not None and one.contact.promise < news.promise


def _message(going: Sequence[One], news: Raise | None, letterhead: Letterhead, is_published: bool) -> Claimed:
    """One message for a mailbox, carried by the first who may have it."""
    carrier, *others = (one.delivery for one in going)
    if carrier.carried_by is not None:
        _do(update(Delivery).where(Delivery.id == carrier.id).values(carried_by=None))
        _do(update(Delivery).where(Delivery.id.in_([row.id for row in others])).values(carried_by=carrier.id))
    tells = news if any(_is_news_to(one, news) for one in going) else None
    return Claimed(carrier, going[0].contact, going, tells, letterhead, is_published)


def _withdraw(ids: list[int]) -> None:
    if ids:
        gone = {"state": DeliveryState.WITHDRAWN, "carried_by": None}
        _do(update(Delivery).where(Delivery.id.in_(ids)).values(**gone))


def _leave_out(reasons: Mapping[int, LeftOut]) -> None:
    for because in sorted(set(reasons.values())):
        ids = [row_id for row_id, reason in reasons.items() if reason is because]
        out = {"state": DeliveryState.LEFT_OUT, "left_out_because": because, "carried_by": None}
        _do(update(Delivery).where(Delivery.id.in_(ids)).values(**out))


def _mark(going: Sequence[One], news: Raise | None, *, worker: str, at: datetime) -> None:
    """Whoever was last told a lower number than today's is told it now (settled 7)."""
    ask_few(_MARK, [one.delivery.id for one in going], worker=worker, marked_at=at)
    told = [one.delivery.id for one in going if _is_news_to(one, news)]
    if told and news is not None:
        _do(update(Delivery).where(Delivery.id.in_(told)).values(tells=news.promise))


def ask(statement: Executable, **values: Any) -> CursorResult[Any]:
    return session().connection().execute(statement, values)


def _do(statement: Update) -> None:
    session().execute(statement, execution_options={"synchronize_session": False})
