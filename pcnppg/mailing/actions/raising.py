"""Raising the promise, and the mailing under the old one that tells everybody (rule 3)."""

from __future__ import annotations

from datetime import datetime

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing.actions.sending import send
from pcnppg.mailing.actions.writing import new_draft
from pcnppg.mailing.emails import raise_words
from pcnppg.mailing.models import Mailing
from pcnppg.mailing.rules import Kind, State
from pcnppg.membership import actions as membership
from pcnppg.store.session import session


def raise_promise(group_id: int, promise: int, *, why: str, by: Who, at: datetime) -> Mailing | None:
    """Raise it, and send what tells everybody; None where nobody can be written to now.

    The number, the reason and a link to leave stand at the head of each copy, put there as it goes out. So whoever gets no
    copy of this one, or if it is taken back, is told at the head of their next mailing (settled 7).
    """
    membership.raise_promise(group_id, promise, why=why, by=by, at=at)
    subject, body = raise_words(promise)
    mailing = new_draft(group_id, subject=subject, body=body, by=by, at=at)
    mailing.kind = Kind.RAISE
    session().flush()
    try:
        with session().begin_nested():
            return send(group_id, mailing_id=mailing.id, version=mailing.version, by=by, at=at)
    except RuleBroken:
        mailing.state = State.DISCARDED
        return None
