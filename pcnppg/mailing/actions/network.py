"""Sending a network's mailing in one group's name, to those of its list who agreed to such news and get it from nobody else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import queries
from pcnppg.mailing.actions.sending import send
from pcnppg.mailing.actions.writing import new_draft
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.queries import sharing
from pcnppg.mailing.rules import Kind, State
from pcnppg.membership import queries as membership
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
    others: Collection[int],
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


def _spare(mailing: Mailing, elsewhere: Collection[str], others: Collection[int]) -> int:
    """Take out who gets it from another group; how many would have got it here too."""
    waiting = select(func.count()).where(Delivery.mailing_id == mailing.id, queries.IS_QUEUED)
    before = session().scalar(waiting) or 0
    for mailboxes in sharing.at_once(sorted(elsewhere)):
        _remove(mailing, membership.select_at_mailboxes(mailing.group_id, mailboxes))
    if others:
        for contacts in sharing.at_once(sharing.list_written_to(mailing.group_id, others)):
            _remove(mailing, contacts)
    return before - (session().scalar(waiting) or 0)


def _remove(mailing: Mailing, contacts: Select[int] | Sequence[int]) -> None:
    gone = delete(Delivery).where(Delivery.mailing_id == mailing.id, Delivery.contact_id.in_(contacts))
    session().execute(gone, execution_options={"synchronize_session": False})
