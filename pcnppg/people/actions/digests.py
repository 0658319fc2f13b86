"""The daily digest: whose day it is, and switching it on and off. What it says is not known here."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime
from typing import cast

from sqlalchemy import CursorResult, or_, update

from pcnppg.audit import actions as audit
from pcnppg.kernel.who import Who
from pcnppg.people import queries
from pcnppg.people.models import Person
from pcnppg.store.session import session


def claim_digest(person_id: int, *, on: date) -> bool:
    """Is this day's digest to be made up for them? Yes once a day, whoever asks and however often."""
    still_to_do = update(Person).where(
        Person.id == person_id,
        Person.erased_at.is_(None),
        Person.digest_off_at.is_(None),
        or_(Person.digest_on.is_(None), Person.digest_on < on),
    )
    claimed = session().execute(still_to_do.values(digest_on=on).execution_options(synchronize_session=False))
    return cast("CursorResult[object]", claimed).rowcount == 1


def note_told(person_id: int, told: Set[str]) -> Set[str]:
    """Keep what waits for them now, as hashes; what waited the last time."""
    person = queries.lock_person(person_id)
    before = frozenset(person.digest_told.split())
    person.digest_told = " ".join(sorted(told))
    return before


def switch_digest(person_id: int, *, on: bool, by: Who, at: datetime) -> None:
    """Let the daily digest come, or keep it away."""
    person = queries.lock_person(person_id)
    person.digest_off_at = None if on else person.digest_off_at or at
    audit.note("people.digest_switched", by=by, at=at, about=("person", person_id))
