"""A request about somebody's data: its beginning, its log, its end, and what is left of it when its time is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from pcnppg.audit import actions as audit
from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.membership.models import DataRequest, RequestNote, RequestStep
from pcnppg.membership.rules import CameBy, Outcome, RequestKind, Step, closed_before, day_in_england
from pcnppg.post import actions as post
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.membership.models import Contact


def begin(
    group_id: int,
    *,
    kind: RequestKind,
    came_by: CameBy,
    received_on: date,
    contact: Contact | None,
    who: str,
    answer_to: str,
    asked: str,
    by: Who,
    at: datetime,
) -> DataRequest:
    """A new request, with the first line of its log."""
    address = EmailAddress.find(answer_to)
    request = DataRequest(
        group_id=group_id,
        kind=kind,
        came_by=came_by,
        received_on=received_on,
        written_at=at,
        contact_id=contact.id if contact is not None else None,
        who=who or None,
        answer_to=answer_to or None,
        mailbox_hash=keys.current().mailbox_hash(address.mailbox) if address is not None else None,
        asked=asked or None,
        acknowledged_on=None,
        paused_since=None,
        resumed_on=None,
        paused_days=0,
        extended_on=None,
        closed_on=None,
        outcome=None,
        emptied_at=None,
    )
    session().add(request)
    session().flush()
    step(request, Step.RECEIVED, by=by, at=at, day=received_on)
    return request


def step(
    request: DataRequest,
    what: Step,
    *,
    by: Who,
    at: datetime,
    day: date | None = None,
    words: str = "",
    awaited: str | None = None,
) -> None:
    """Add a line to the log of a request, and to the audit."""
    made = RequestStep(
        group_id=request.group_id,
        request_id=request.id,
        what=what,
        at=at,
        day=day or day_in_england(at),
        awaited=awaited,
        by_person_id=by.person_id,
    )
    session().add(made)
    session().flush()
    if words:
        session().add(RequestNote(step_id=made.id, words=words))
    audit.note(
        f"membership.request_{what}", by=by, at=at, group_id=request.group_id, about=("data_request", request.id)
    )


def end(request: DataRequest, outcome: Outcome, *, by: Who, at: datetime, words: str = "") -> None:
    """Close a request. A clock that stands goes on first, so that the log says for how long it stood."""
    today = day_in_england(at)
    if request.paused_since is not None:
        go_on(request, today, by=by, at=at)
    request.closed_on, request.outcome = today, outcome
    step(request, Step.CLOSED, by=by, at=at, words=words)


def go_on(request: DataRequest, on: date, *, by: Who, at: datetime, words: str = "") -> None:
    """Let the clock of a request go on, and count the days that it stood."""
    assert request.paused_since is not None  # noqa: S101 - asked by whoever calls
    request.paused_days += (on - request.paused_since).days
    request.paused_since, request.resumed_on = None, on
    step(request, Step.RESUMED, by=by, at=at, day=on, words=words)


def forget_requests_of(
    group_id: int, *, contact_id: int | None = None, mailbox_hash: str | None = None, by: Who, at: datetime
) -> None:
    """Empty what somebody asked of all that says who they are, and close what is open: they are being erased."""
    for request in queries.lock_requests_of(group_id, contact_id=contact_id, mailbox_hash=mailbox_hash):
        if request.closed_on is None:
            asked_for = request.kind == RequestKind.ERASURE
            if asked_for:
                step(request, Step.ERASED, by=by, at=at)
            end(request, Outcome.DONE if asked_for else Outcome.ERASED, by=by, at=at)
        _empty([request], at=at)


def forget_closed_requests(*, at: datetime) -> int:
    """Twelve months after a request was closed it says no more who asked, and what. How many there were."""
    old = queries.lock_requests_closed(closed_before(day_in_england(at)))
    for request in old:
        request.contact_id = None
    _empty(old, at=at)
    return len(old)


def _empty(requests: Iterable[DataRequest], *, at: datetime) -> None:
    for request in requests:
        request.who = request.answer_to = request.asked = request.mailbox_hash = None
        request.emptied_at = at
        steps = select(RequestStep.id).where(RequestStep.request_id == request.id)
        session().flush()
        session().execute(delete(RequestNote).where(RequestNote.step_id.in_(steps)))
        post.withdraw_about("data_request", request.id, at=at)
