"""Erasing an account: what says whose it was goes, and the number stays, because what was decided under it stays true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete

from pcnppg.audit import actions as audit
from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import Who
from pcnppg.people import emails, queries, rules
from pcnppg.people.actions.guessing import guess_key
from pcnppg.people.models import (
    AddressChange,
    Person,
    RecoveryCode,
    SecondFactor,
    SignInRequest,
    SignInSession,
    SignInTry,
)
from pcnppg.post import actions as post
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

Erasing = Callable[[str, str], object]
_erasing: list[Erasing] = []


def on_erasing(callback: Erasing) -> None:
    """Call this with mailbox and name of whoever is erased: where mail is caught in a folder, copies about them go too."""
    if callback not in _erasing:
        _erasing.append(callback)


def forget_person(person_id: int, *, by: Who, at: datetime) -> None:
    """Empty the account, and remove sessions, codes, guesses, authenticator and waiting mail. For good.

    Locked in the order of signing in: requests, the person, the authenticator, sessions.
    """
    mailbox = queries.get_person(person_id).mailbox
    if mailbox is None:
        return
    sign_in_key = keys.current().keyed_hash("sign-in", mailbox)
    one_at_a_time(sign_in_key)
    _remove_all(SignInRequest, person_id)
    person = queries.lock_person(person_id)
    name, asked = person.name, queries.list_changes(person_id)
    for change in asked:
        post.withdraw_about("address_change", change.id, at=at)
    mailboxes = [mailbox, *(EmailAddress.parse(change.address).mailbox for change in asked)]
    for model in (SecondFactor, RecoveryCode, SignInSession, AddressChange):
        _remove_all(model, person_id)
    guesses = [sign_in_key, *(guess_key(what, person_id) for what in ("totp", "recovery", "address"))]
    session().execute(delete(SignInTry).where(SignInTry.key_hash.in_(guesses)))
    person.name, person.address, person.mailbox, person.erased_at = rules.FORMER, None, None, at
    person.unused_told_at = person.digest_on = None
    person.digest_told = ""
    session().flush()
    post.withdraw_about("person", person_id, at=at)
    post.withdraw_naming(mailbox, name, at=at)
    for callback in _erasing:
        for known in mailboxes:
            callback(known, name)
    audit.note("people.erased", by=by, at=at, about=("person", person_id))


def tell_unused(person_id: int, *, at: datetime) -> None:
    """Give a month's notice to the owner of an account that nobody uses."""
    person: Person = queries.lock_person(person_id)
    person.unused_told_at = at
    emails.account_unused(person, at=at)


def _remove_all(
    model: type[SecondFactor | RecoveryCode | SignInSession | SignInRequest | AddressChange], person_id: int
) -> None:
    session().execute(delete(model).where(model.person_id == person_id))
