"""Ending sessions: of one device, or everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, update

from pcnppg.audit import actions as audit
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import Who
from pcnppg.people.models import SignInSession
from pcnppg.store.session import session


def sign_out(session_id: int, *, by: Who, at: datetime) -> None:
    """End the session of this device, or of another device of the same person."""
    ended = end([SignInSession.id == session_id, SignInSession.person_id == by.person_id], because="signed out", at=at)
    if not ended:
        raise NotFound("That device is signed out already. Nothing was changed.")
    audit.note("people.signed_out", by=by, at=at, about=("session", session_id))


def sign_out_everywhere(person_id: int, *, by: Who, at: datetime, because: str = "signed out everywhere") -> int:
    """End every session of a person; how many there were."""
    ended = end([SignInSession.person_id == person_id], because=because, at=at)
    audit.note("people.signed_out_everywhere", by=by, at=at, about=("person", person_id), count=ended)
    return ended


def end(which: Sequence[ColumnElement[bool]], *, because: str, at: datetime) -> int:
    open_ones = update(SignInSession).where(*which, SignInSession.ended_at.is_(None))
    ended = session().scalars(open_ones.values(ended_at=at, ended_because=because).returning(SignInSession.id))
    return len(ended.all())
