"""Sending a mailing, taking it back, and withdrawing what waits for whoever leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import CursorResult, Update, and_, bindparam, case, func, insert, literal, null, select, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import settings
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import queries
from pcnppg.mailing.actions.journalling import SENT, TAKEN_BACK
from pcnppg.mailing.actions.writing import new_draft
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.queries import planned, sharing
from pcnppg.mailing.rules import Kind, LeftOut, State, may_send, may_take_back, share_out
from pcnppg.mailing.rules.life import fingerprint, may_say_again
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store import journal
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

ALREADY_SENT = "This mailing was already sent, so it was not sent again. Nobody gets it twice."
PUT_AWAY = "This mailing was put away, so it cannot be sent. Nothing was changed."
CHANGED = "Somebody changed this mailing after you opened the page. It was not sent. Look at it again, then send it."
NOBODY = (
    "This mailing would reach nobody now, so it was not sent. "
    "Everybody on your list has paused, has an address that stopped working, or had all the emails you promised."
)
FROZEN = (
    "Your contact list has heard nothing for two years, so it is frozen. Your text is kept. "
    "The chair can wake the list. Then you can send."
)
NOBODY_YET = (
    "Nobody on your contact list gets email yet, so there is nobody to send to. Print your poster to invite people."
)


def send(group_id: int, *, mailing_id: int, version: int, spare: Spare | None = None, by: Who, at: datetime) -> Mailing:
    """Fix who gets it, which slot it takes of each one's allowance, and hold it (settled 2 and 8).

    `spare` takes out those who get a network's mailing from another group. One at a time in a group: what two officers send at
    the same moment is counted one after the other.
    """
    group = groups.lock_group(group_id)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    if mailing.state != State.DRAFT:
        raise Conflict(PUT_AWAY if mailing.sent_at is None or mailing.state == State.TAKEN_BACK else ALREADY_SENT)
    if mailing.version != version:
        raise Conflict(CHANGED)
    hold = settings.current().hold
    send_out(group, mailing, hold=hold, sent_by=by.person_id, spare=spare, by=by, at=at)
    return mailing


def send_out(
    group: Group,
    mailing: Mailing,
    *,
    hold: timedelta,
    sent_by: int | None,
    spare: Spare | None = None,
    by: Who,
    at: datetime,
) -> None:
    """The same for a mailing in hand, its group locked: what is planned comes here when its moment has come."""
    may_go_out(group, mailing, at=at)
    mailing.state = State.HELD
    mailing.sent_by, mailing.sent_at = sent_by, at
    mailing.held_until = at + hold
    session().flush()
    _take_slots(mailing, spare, at=at)
    reached = session().scalar(select(func.count()).where(Delivery.mailing_id == mailing.id, queries.IS_QUEUED))
    if not reached:
        raise RuleBroken(NOBODY if queries.outcomes_of(mailing.id).left_out else NOBODY_YET)
    audit.note("mailing.sent", by=by, at=at, group_id=group.id, about=("mailing", mailing.id), count=reached)
    journal.note(session(), SENT, group.id, mailing.id, sent_by or 0, at=at)


def may_go_out(group: Group, mailing: Mailing, *, at: datetime) -> None:
    """Refuse what has no text, what a frozen list would get, and words that went to it a short while ago."""
    may_send(mailing.subject, mailing.body).enforce()
    if queries.is_frozen(group, at):
        raise RuleBroken(FROZEN)
    if mailing.kind == Kind.MAILING:
        mailing.fingerprint = fingerprint(mailing.subject, mailing.body)
        may_say_again(planned.same_text_sent_at(group.id, mailing.fingerprint, at, but=mailing.id)).enforce()


def take_back(group_id: int, *, mailing_id: int, by: Who, at: datetime) -> Mailing:
    """Stop a held mailing, free all its slots, and give its words back as a fresh draft."""
    groups.lock_group(group_id)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    may_take_back(State(mailing.state), mailing.held_until, at).enforce()
    freed = free_slots(mailing.id)
    mailing.state = State.TAKEN_BACK
    mailing.finished_at = at
    journal.note(session(), TAKEN_BACK, group_id, mailing.id, at=at)
    draft = new_draft(group_id, subject=mailing.subject, body=mailing.body, by=by, at=at)
    session().flush()
    audit.note("mailing.taken_back", by=by, at=at, group_id=group_id, about=("mailing", mailing.id), count=freed)
    return draft


def free_slots(mailing_id: int) -> int:
    """Take back what nobody has attempted yet; how many people's slots are free again."""
    waiting = update(Delivery).where(Delivery.mailing_id == mailing_id, queries.IS_QUEUED)
    return changed(waiting.values(state=DeliveryState.TAKEN_BACK))


def withdraw_for_contact(contact_id: int, at: datetime) -> int:
    """Stop everything that waits for somebody who leaves; how much that was. Their group is locked already.

    What a worker has marked *attempting* may cross with the leaving (settled 9).
    """
    mine = (Delivery.contact_id == contact_id, queries.IS_QUEUED)
    carriers = list(session().scalars(select(Delivery.id).where(*mine).order_by(Delivery.id)))
    stopped = changed(update(Delivery).where(*mine).values(state=DeliveryState.WITHDRAWN, carried_by=None))
    for carrier in carriers:
        hand_on(carrier)
    return stopped


def hand_on(carrier: int) -> None:
    """Let the next of those who share a mailbox carry the message, now that this one's is stopped."""
    waiting = (Delivery.carried_by == carrier, queries.IS_QUEUED)
    others = list(session().scalars(select(Delivery.id).where(*waiting).order_by(Delivery.id)))
    if others:
        changed(update(Delivery).where(Delivery.id == others[0]).values(carried_by=None))
        changed(update(Delivery).where(Delivery.id.in_(others[1:])).values(carried_by=others[0]))


Spare = Callable[[Mailing], None]
"""Removes deliveries of a mailing whose slots were just taken."""


def _take_slots(mailing: Mailing, spare: Spare | None, *, at: datetime) -> None:
    """Write a delivery for everybody on the list, counting allowance in the same statement."""
    # Counted once for each person, before anything is decided on it: SQLite would else count anew at every use.
    people = queries.select_allowances(mailing.group_id, at).cte("people").prefix_with("MATERIALIZED")
    is_paused = and_(people.c.paused_until.is_not(None), people.c.paused_until > at)
    is_stopped = people.c.stopped_at.is_not(None)
    is_left_out = is_stopped | is_paused | (people.c.used >= people.c.promise)
    rows = select(
        literal(mailing.id),
        people.c.id,
        case((is_left_out, DeliveryState.LEFT_OUT.value), else_=DeliveryState.QUEUED.value),
        case((is_left_out, null()), else_=people.c.used + 1),
        case((is_left_out, null()), else_=people.c.promise),
        case(
            (is_stopped, LeftOut.STOPPED.value),
            (is_paused, LeftOut.PAUSED.value),
            (people.c.used >= people.c.promise, LeftOut.NONE_LEFT.value),
            else_=null(),
        ),
        literal(at, Delivery.queued_at.type),
        literal(mailing.held_until, Delivery.due_at.type),
        literal(0),
    ).order_by(people.c.id)
    if mailing.kind == Kind.NETWORK:  # only to those who agreed to that news
        rows = rows.where(people.c.network_news_at.is_not(None))
    columns = [
        "mailing_id",
        "contact_id",
        "state",
        "ordinal",
        "of_at_most",
        "left_out_because",
        "queued_at",
        "due_at",
        "tries",
    ]
    session().execute(insert(Delivery).from_select(columns, rows))
    if spare is not None:
        spare(mailing)
    _share_mailboxes(mailing)


def _share_mailboxes(mailing: Mailing) -> None:
    """One message for each mailbox, and none where somebody there has no allowance (settled 11)."""
    sharers = sharing.list_sharers(mailing.id, mailing.group_id)
    carried, stopped = share_out(sharers)
    changes = [{"row_id": row_id, "carrier": carrier} for row_id, carrier in carried.items()]
    if changes:
        row = update(Delivery).where(Delivery.id == bindparam("row_id")).values(carried_by=bindparam("carrier"))
        session().connection().execute(row, changes)
    for some in queries.at_once(stopped):
        out = update(Delivery).where(Delivery.id.in_(some))
        gone = {"state": DeliveryState.LEFT_OUT, "left_out_because": LeftOut.SHARED}
        changed(out.values(**gone, ordinal=None, of_at_most=None))


def changed(statement: Update | Any) -> int:
    found = session().execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], found).rowcount
