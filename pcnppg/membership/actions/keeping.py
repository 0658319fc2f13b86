"""Forgetting what is no longer needed, by itself, every day. What stays is evidence without a person (settled 31)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, and_, delete, insert, literal, or_, select, update

from pcnppg.kernel.clock import YEAR
from pcnppg.membership.actions.requests import forget_closed_requests
from pcnppg.membership.models import ConsentRecord, Contact, ContactMove, Evidence, MyLink, SignUp, Suppression
from pcnppg.membership.rules import (
    DAY,
    LEAVERS_KEPT,
    UNCONFIRMED_KEPT,
    UNVERIFIED_KEPT_MONTHS,
    Consent,
    EvidenceKind,
    How,
    State,
    months_later,
)
from pcnppg.store.session import session

AT_ONCE = 500
"""Contacts named in one statement."""


def forget_old(*, at: datetime) -> dict[str, int]:
    """Forget what has had its time (in words, and how many): forms after 14 days, those who left after 30 days, those for
    whom nobody ever vouched after 12 months, and who asked what about their data 12 months after the answer.

    Links to what is held go after a day, changes of address after seven or when they are over; used forms stop counting for
    the daily limit; and the hash of a mailbox no longer leads to what its owner was sent, once all of that is a year old.
    """
    is_over = and_(ContactMove.mailbox.is_(None), ContactMove.asked_at <= at - DAY)
    too_old = or_(ContactMove.expires_at <= at, is_over)
    gone = {
        "forms that nobody confirmed": _changed(delete(SignUp).where(SignUp.asked_at <= at - UNCONFIRMED_KEPT)),
        "links that work no longer": _changed(delete(MyLink).where(MyLink.expires_at <= at)),
        "changes of address that are over": _changed(delete(ContactMove).where(too_old)),
        "details of people who left": _forget_leavers(at=at),
        "details of people who were never verified": _forget_unverified(at=at),
        "requests that said who asked": forget_closed_requests(at=at),
    }
    _changed(
        update(SignUp)
        .where(SignUp.mailbox.is_(None), SignUp.mailbox_hash.is_not(None), SignUp.asked_at <= at - DAY)
        .values(mailbox_hash=None)
    )
    long_gone = select(Contact.id).where(Contact.state == State.ERASED, Contact.left_at <= at - YEAR)
    _changed(update(Suppression).where(Suppression.contact_id.in_(long_gone)).values(contact_id=None))
    return gone


def forget_leaver(contact_id: int, *, at: datetime) -> None:
    """Forget the details of one who left. The number stays, and leads them back while mailings count to it."""
    _forget([contact_id], State.LEFT, at=at)


def empty_evidence(contact_ids: list[int]) -> None:
    """The free words of what officers wrote down about these people go with them; that they agreed, and when, stays."""
    theirs = select(ConsentRecord.evidence_id).where(ConsentRecord.contact_id.in_(contact_ids))
    _changed(
        update(Evidence)
        .where(Evidence.id.in_(theirs), Evidence.kind != EvidenceKind.LIST)
        .values(given_at=None, taken_by=None, kept_at=None, asked_by=None)
    )


def _forget_leavers(*, at: datetime) -> int:
    return _forget_all(_whom(State.LEFT, Contact.left_at <= at - LEAVERS_KEPT), State.LEFT, at=at)


def _forget_unverified(*, at: datetime) -> int:
    """Nobody has said that they agreed, so they were never written to: a list is not kept for its own sake."""
    brought_in_by = months_later(at, -UNVERIFIED_KEPT_MONTHS)
    return forget_unverified(_whom(State.UNVERIFIED, Contact.joined_at <= brought_in_by), at=at)


def forget_unverified(contact_ids: list[int], *, at: datetime) -> int:
    """Forget the details of these people, for whom nobody has vouched; how many."""
    return _forget_all(contact_ids, State.UNVERIFIED, at=at, left_at=at, left_how=How.RETENTION)


def _whom(state: State, has_had_its_time: ColumnElement[bool]) -> list[int]:
    found = select(Contact.id).where(Contact.state == state, has_had_its_time)
    return list(session().scalars(found.order_by(Contact.id)))


def _forget_all(ids: list[int], state: State, *, at: datetime, **more: Any) -> int:
    for start in range(0, len(ids), AT_ONCE):
        _forget(ids[start : start + AT_ONCE], state, at=at, **more)
    return len(ids)


def _forget(ids: list[int], state: State, *, at: datetime, **more: Any) -> None:
    """Whoever joins at this very moment is no longer in that state, and keeps their details."""
    emptied = (
        update(Contact)
        .where(Contact.id.in_(ids), Contact.state == state)
        .values(state=State.ERASED, name_key="", **dict.fromkeys(DETAILS), **more)
        .returning(Contact.id)
    )
    gone = list(session().scalars(emptied, execution_options={"synchronize_session": False}))
    lines = select(Contact.group_id, Contact.id, *_literals(at)).where(Contact.id.in_(gone))
    session().execute(insert(ConsentRecord).from_select(["group_id", "contact_id", "what", "at", "how"], lines))
    empty_evidence(gone)
    _changed(delete(ContactMove).where(ContactMove.contact_id.in_(gone)))


DETAILS = (
    *("name", "address", "mailbox", "search", "postal_address", "phone", "network_news_at", "paused_until"),
    *("stopped_at", "stopped_because", "tried_at"),
)
"""Columns of a contact that say who it is, or what they wished."""


def _literals(at: datetime) -> tuple[Any, ...]:
    return (
        literal(Consent.FORGOTTEN.value),
        literal(at, Contact.joined_at.type),
        literal(How.RETENTION.value),
    )


def _changed(statement: Delete | Update) -> int:
    found = session().execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], found).rowcount
