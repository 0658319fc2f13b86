"""The log of a request about somebody's data, and the same as the person themselves may take away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from pcnppg.membership.models import DataRequest, RequestNote, RequestStep
from pcnppg.store.session import session


def list_steps(request_id: int) -> list[tuple[RequestStep, str | None]]:
    """The steps of a request with the words written beside them, oldest first."""
    found = (
        select(RequestStep, RequestNote.words)
        .outerjoin(RequestNote, RequestNote.step_id == RequestStep.id)
        .where(RequestStep.request_id == request_id)
        .order_by(RequestStep.at, RequestStep.id)
    )
    return [(step, words) for step, words in session().execute(found)]


def list_requests_of(contact_id: int) -> list[DataRequest]:
    """What a contact asked about their data, oldest first."""
    found = select(DataRequest).where(DataRequest.contact_id == contact_id).order_by(DataRequest.id)
    return list(session().scalars(found))


def requests_of(contact_id: int) -> list[dict[str, Any]]:
    """What a contact asked about their data and what became of it, as plain values, oldest first. No officer is named."""
    return [
        {
            "what": request.kind,
            "came": request.came_by,
            "received": request.received_on,
            "words": request.asked,
            "closed": request.closed_on,
            "outcome": request.outcome,
            "log": [
                {"what": step.what, "at": step.at, "day": step.day, "words": words}
                for step, words in list_steps(request.id)
            ],
        }
        for request in list_requests_of(contact_id)
    ]
