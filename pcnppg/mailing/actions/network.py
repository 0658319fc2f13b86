"""Sending a network's mailing in one group's name, to those of its list who agreed to such news and get it from nobody else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, select

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import queries
from pcnppg.mailing.actions.sending import AT_ONCE, send
from pcnppg.mailing.actions.writing import new_draft
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import Kind, State
from pcnppg.membership import queries as membership
from pcnppg.post.rules import ARRIVED_OR_MAY_HAVE, OPEN
from pcnppg.store.session import session


@dataclass(slots=True)
class Sent:
    """What was queued for one group, None where it would have reached nobody; and how many got it elsewhere."""

    mailing: Mailing | None
    repeats: int


def send_for_network(
    group_id: int,
    *,
    subject: str,
    body: str,
    elsewhere: Collection[str],
    others: Sequence[int],
    by: Who,
    at: datetime,
) -> Sent:
    """Queue it in this group's name, on the road of every mailing: allowance, hold, deliveries.

    `elsewhere` are mailboxes that get it from another group; `others` the mailings that went before it in other groups'
    names: whoever got one of them gets no second one, whatever changed meanwhile.
    """
    mailing = new_draft(group_id, subject=subject, body=body, by=by, at=at)
    mailing.kind = Kind.NETWORK
    session().flush()
    taken_out = 0

    def spare(sent: Mailing) -> None:
        nonlocal taken_out
        taken_out = _spare(sent, elsewhere, others)

    try:
        with session().begin_nested():
            send(group_id, mailing_id=mailing.id, version=mailing.version, spare=spare, by=by, at=at)
    except RuleBroken:
        mailing.state = State.DISCARDED
        return Sent(None, taken_out)
    return Sent(mailing, taken_out)


def _spare(mailing: Mailing, elsewhere: Collection[str], others: Sequence[int]) -> int:
    """Take out who gets it from another group; how many would have got it here too."""
    waiting = select(func.count()).where(Delivery.mailing_id == mailing.id, queries.IS_QUEUED)
    before = session().scalar(waiting) or 0
    there = sorted(elsewhere)
    for start in range(0, len(there), AT_ONCE):
        mailboxes = there[start : start + AT_ONCE]
        _remove(mailing, membership.select_at_mailboxes(mailing.group_id, mailboxes))
    if others:
        _remove(mailing, membership.select_also_in_others(mailing.group_id, partial(_got_one_of, others)))
    return before - (session().scalar(waiting) or 0)


def _got_one_of(mailings: Sequence[int], contact_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Delivery.contact_id == contact_id,
        Delivery.mailing_id.in_(mailings),
        Delivery.state.in_([*OPEN, *ARRIVED_OR_MAY_HAVE]),
    )


def _remove(mailing: Mailing, contacts: Any) -> int:
    gone = delete(Delivery).where(Delivery.mailing_id == mailing.id, Delivery.contact_id.in_(contacts))
    return cast(CursorResult[Any], session().execute(gone, execution_options={"synchronize_session": False})).rowcount
