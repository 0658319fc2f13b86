"""Correcting the address that one signs in with: the new one proves itself by a mailed code before it counts.

The same rows, statements and answers for every address, whether or not it has an account already (rule 6).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from pcnppg.audit import actions as audit
from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.kernel.who import Who
from pcnppg.people import emails, formats, queries, rules
from pcnppg.people.actions.guessing import count_try, guess_key, may_try
from pcnppg.people.models import AddressChange, SignInRequest
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

NOTHING_WAITS = "There is no new address to confirm. Enter it again."


def ask_new_address(person_id: int, *, address: EmailAddress, by: Who, at: datetime) -> None:
    """Mail a code to the new address; to one that has an account, that it has one. Over the limit no mail goes."""
    mailbox_hash = keys.current().keyed_hash("new address", address.mailbox)
    one_at_a_time(mailbox_hash)
    person = queries.lock_person(person_id)
    mine = queries.count_changes(since=at - rules.DAY, person_id=person_id)
    theirs = queries.count_changes(since=at - rules.DAY, mailbox_hash=mailbox_hash)
    other = queries.find_person(address.mailbox)
    if not rules.may_change_address(mine, theirs):
        return
    code = formats.make_code()
    change = AddressChange(
        person_id=person_id,
        address=address.shown,
        mailbox_hash=mailbox_hash,
        code_hash=_code_hash(person_id, code),
        asked_at=at,
        expires_at=at + rules.CHANGE_LASTS,
    )
    session().add(change)
    session().flush()
    audit.note("people.address_asked", by=by, at=at, about=("person", person_id))
    is_free = other is None or other.id == person.id
    emails.address_code(address, change_id=change.id, code=code, is_free=is_free, at=at)


def confirm_address(person_id: int, *, code: str, by: Who, at: datetime) -> Verdict:
    """The code from the new mailbox: from now on it signs in. The old one is told, and codes sent there stop working.

    The new mailbox is held before the account, as making or erasing an account does.
    """
    waiting = queries.find_change(person_id, at=at)
    if waiting is None:
        raise RuleBroken(NOTHING_WAITS, field="code")
    address = EmailAddress.parse(waiting.address)
    one_at_a_time(keys.current().keyed_hash("account", address.mailbox))
    person = queries.lock_person(person_id)
    key = guess_key("address", person_id)
    if not (allowed := may_try(key, at)):
        return allowed
    if rules.is_among(_code_hash(person_id, code), [waiting.code_hash]) is None:
        count_try(key, at)
        return no(rules.WRONG_CHANGE_CODE)
    other = queries.find_person(address.mailbox)
    if other is not None and other.id != person_id:
        return no(rules.TAKEN)
    before = EmailAddress.parse(person.address or "")
    person.address, person.mailbox = address.shown, address.mailbox
    session().execute(delete(AddressChange).where(AddressChange.person_id == person_id))
    session().execute(delete(SignInRequest).where(SignInRequest.person_id == person_id))
    session().flush()
    audit.note("people.address_changed", by=by, at=at, about=("person", person_id))
    emails.address_changed(before, person_id=person_id, at=at)
    return YES


def _code_hash(person_id: int, code: str) -> str:
    """Bound to the account: the same six digits mean nothing for another."""
    return keys.current().keyed_hash("new address code", f"{person_id}:{rules.digits(code)}")
