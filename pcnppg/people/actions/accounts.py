"""Accounts: made, renamed; what nobody asks for any more is removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, delete, or_

from pcnppg.audit import actions as audit
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import Who
from pcnppg.people import queries, rules
from pcnppg.people.models import AddressChange, Person, SignInRequest, SignInSession, SignInTry
from pcnppg.store.session import session


def make_account(*, address: EmailAddress, name: str, by: Who, at: datetime) -> Person:
    """An account for somebody who proved that the mailbox is theirs."""
    person = Person(
        name=name,
        address=address.shown,
        mailbox=address.mailbox,
        created_at=at,
        last_seen_at=None,
        unused_told_at=None,
        erased_at=None,
        digest_on=None,
        digest_off_at=None,
    )
    session().add(person)
    session().flush()
    audit.note("people.account_made", by=by, at=at, about=("person", person.id))
    return person


def rename(person_id: int, *, name: str, by: Who, at: datetime) -> None:
    """Change the name that others see."""
    queries.lock_person(person_id).name = name
    audit.note("people.renamed", by=by, at=at, about=("person", person_id))


def tidy(*, at: datetime) -> dict[str, int]:
    """Remove codes, guesses and ended sessions that nothing is counted by any more: in words, and how many."""
    ended = or_(
        SignInSession.ended_at < at - rules.KEPT_AFTER_END,
        SignInSession.began_at < at - rules.SESSION_LASTS - rules.KEPT_AFTER_END,
    )
    codes = _removed(delete(SignInRequest).where(SignInRequest.asked_at < at - rules.DAY))
    return {
        "codes for signing in": codes + _removed(delete(SignInTry).where(SignInTry.at < at - rules.TRIES_WINDOW)),
        "new addresses for signing in": _removed(delete(AddressChange).where(AddressChange.asked_at < at - rules.DAY)),
        "places where somebody was signed in": _removed(delete(SignInSession).where(ended)),
    }


def _removed(statement: Delete) -> int:
    found = session().execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], found).rowcount
