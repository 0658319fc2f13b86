"""Sending a network's mailing in one group's name, to those of its list who agreed to such news and get it from nobody else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import queries
from pcnppg.mailing.actions.sending import changed, send
from pcnppg.mailing.actions.writing import new_draft
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.queries import sharing
from pcnppg.mailing.queries.sharing import Shared
from pcnppg.mailing.rules import Kind, State
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
    shared: Shared,
    others: Collection[int],
    by: Who,
    at: datetime,
) -> Sent:
    """Queue it in this group's name, on the road of every mailing: allowance, hold, deliveries.

    `others` are the mailings that went before it in other groups' names: whoever got one of them gets no second one, whatever
    changed meanwhile.
    """
    mailing = new_draft(group_id, subject=subject, body=body, by=by, at=at)
    mailing.kind = Kind.NETWORK
    session().flush()
    taken_out = 0

    def spare(sent: Mailing) -> None:
        nonlocal taken_out
        taken_out = _spare(sent, shared, others)

    try:
        with session().begin_nested():
            send(group_id, mailing_id=mailing.id, version=mailing.version, spare=spare, by=by, at=at)
    except RuleBroken:
        mailing.state = State.DISCARDED
        return Sent(None, taken_out)
    return Sent(mailing, taken_out)


def _spare(mailing: Mailing, shared: Shared, others: Collection[int]) -> int:
    """Take out who gets it from another group; how many would have got it here too."""
    gone = sharing.list_at(mailing.group_id, shared.elsewhere.get(mailing.group_id, ()))
    if others:
        gone |= sharing.list_written_to(mailing.group_id, others, but_for=shared.settled)
    repeats = 0
    for contacts in queries.at_once(sorted(gone)):
        theirs = (Delivery.mailing_id == mailing.id, Delivery.contact_id.in_(contacts))
        repeats += changed(delete(Delivery).where(*theirs, queries.IS_QUEUED))
        changed(delete(Delivery).where(*theirs))
    return repeats
