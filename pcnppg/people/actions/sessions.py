"""Sessions: begun, and seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from pcnppg.audit import actions as audit
from pcnppg.kernel import keys
from pcnppg.kernel.who import Who
from pcnppg.people import queries
from pcnppg.people.actions.ending import end
from pcnppg.people.actions.second_factor import prepare_second_factor
from pcnppg.people.models import Person, SignInSession
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: whose, and what its cookie says."""

    person_id: int
    session_id: int
    cookie: str


def begin_session(person_id: int, *, device: str, at: datetime, instead_of: int | None = None) -> Opened:
    """A new session, never the continuation of one; `instead_of` is the session that this device had before."""
    if instead_of is not None:
        end([SignInSession.id == instead_of], because="signed in again", at=at)
    secret, secret_hash = keys.new_token()
    row = SignInSession(
        person_id=person_id,
        secret_hash=secret_hash,
        device=device,
        began_at=at,
        seen_at=at,
        second_factor_at=None,
        ended_at=None,
        ended_because=None,
    )
    person = queries.lock_person(person_id)  # who is being erased at this moment opens no session
    person.last_seen_at, person.unused_told_at = at, None
    session().add(row)
    session().flush()
    audit.note("people.signed_in", by=Who.person(person_id), at=at, about=("session", row.id))
    if queries.second_factor_needed(person_id):
        prepare_second_factor(person_id, at=at)
    return Opened(person_id=person_id, session_id=row.id, cookie=f"{row.id}.{secret}")


def note_last_seen(session_id: int, *, at: datetime) -> None:
    """The door's own line: when this session and its person were last seen. The person first, as erasing does."""
    owner = select(SignInSession.person_id).where(SignInSession.id == session_id).scalar_subquery()
    session().execute(update(Person).where(Person.id == owner).values(last_seen_at=at))
    session().execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=at))
