"""What follows from a message that came back. Only a token that we signed leads anywhere; nothing happens twice.

An address in the text, and who it says it is from, lead nowhere: whoever forges a report changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys, settings
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing import queries as mailings
from pcnppg.mailing.rules.returning import Returned
from pcnppg.mailing.rules.wondering import readable
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.rules import How, Stopped
from pcnppg.post import actions as post
from pcnppg.post import queries as outbox
from pcnppg.post.rules import MailClass, State
from pcnppg.returns import emails, formats, queries
from pcnppg.returns.models import TakenMail
from pcnppg.returns.rules import LEAVES, RETURNED, TAKEN_KEPT, Did, Reading, Token, What
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session


def take(raw: bytes, recipients: Sequence[str], *, at: datetime) -> Did:
    """Read one raw message and do what follows, once. `recipients` are those of its envelope, where they are known."""
    reading = formats.read(raw, recipients, settings.current().mail_domain)
    digest = keys.current().keyed_hash("taken mail", hashlib.sha256(raw).hexdigest())
    one_at_a_time(f"taken:{digest}")
    is_taken = queries.is_taken(digest)
    if is_taken and reading.what is not What.UNSUBSCRIBE:  # leaving is never held back: it can be asked for again
        return Did.BEFORE
    did, group_id = _follow(reading, raw, at=at)
    if not is_taken:
        session().add(TakenMail(digest=digest, what=reading.what, taken_at=at, group_id=group_id))
    return did


def take_receipt(reading: Reading, *, at: datetime) -> Did:
    """Follow a delivery receipt of GOV.UK Notify, once. It is to come again while a worker has the mail in hand."""
    of = "".join(f"{token.of}+{token.text}" for token in reading.tokens)
    digest = keys.current().keyed_hash("taken receipt", f"{of} {reading.status}")
    one_at_a_time(f"taken:{digest}")
    if queries.is_taken(digest):
        return Did.BEFORE
    if any(_is_in_hand(token) for token in reading.tokens):
        return Did.LATER
    did, group_id = (_note_arrived if reading.what is What.NOTICE else _note_return)(reading, at=at)
    if did is not Did.NOTHING:
        session().add(TakenMail(digest=digest, what=reading.what, taken_at=at, group_id=group_id))
    return did


def forget_old(*, at: datetime) -> dict[str, int]:
    """Forget which messages came back more than a month ago: in words, and how many."""
    old = delete(TakenMail).where(TakenMail.taken_at <= at - TAKEN_KEPT)
    gone = cast(CursorResult[Any], session().execute(old, execution_options={"synchronize_session": False}))
    return {"marks of mail that came back": gone.rowcount}


def _follow(reading: Reading, raw: bytes, *, at: datetime) -> tuple[Did, int | None]:
    if reading.what in LEAVES:
        return _leave(reading, at=at)
    if reading.what in RETURNED:
        return _note_return(reading, at=at)
    if reading.what is What.REPLY:
        return _pass_on(reading.tokens, raw, at=at)
    return Did.NOTHING, None


def _leave(reading: Reading, *, at: datetime) -> tuple[Did, int | None]:
    """Everybody at that mailbox leaves, as with the button of a mail program (settled 11)."""
    how = How.COMPLAINT if reading.what is What.COMPLAINT else How.MAILTO
    group_id = None
    for contact_id in sorted(set(_contacts(reading.tokens + reading.quoted))):
        found = contacts.find_contact(contact_id)
        if found is not None:
            group_id = found.group_id
            by = MACHINE if how is How.COMPLAINT else Who.contact(contact_id)
            membership.leave_mailbox(contact_id, how=how, by=by, at=at)
    return (Did.NOTHING if group_id is None else Did.LEFT), group_id


def _contacts(tokens: Iterable[Token]) -> Iterable[int]:
    """The contacts of whom tokens speak: a leaving address, a return path, or a Message-ID of ours."""
    for token in tokens:
        if token.of == "u":
            contact_id = keys.current().read("leave", token.text)
        else:
            delivery_id = _delivery(token)
            contact_id = None if delivery_id is None else mailings.find_contact_of_delivery(delivery_id)
        if contact_id is not None:
            yield contact_id


def _is_in_hand(token: Token) -> bool:
    delivery_id, message_id = _delivery(token), _message(token)
    if delivery_id is not None:
        return mailings.is_in_hand(delivery_id)
    message = outbox.find_message(message_id) if message_id is not None else None
    return message is not None and message.state == State.ATTEMPTING


def _note_arrived(reading: Reading, *, at: datetime) -> tuple[Did, int | None]:
    """It settles a doubt; otherwise it says what we knew."""
    for token in reading.tokens:
        delivery_id, message_id = _delivery(token), _message(token)
        if delivery_id is not None:
            group_id = mailing.note_arrived(delivery_id, at=at)
            return (Did.NOTHING if group_id is None else Did.ARRIVED), group_id
        if message_id is not None and post.note_arrived(message_id, at=at):
            return Did.ARRIVED, None
    return Did.NOTHING, None


PURPOSES = {"b": "bounce", "d": "delivery"}
"""For what the token of a delivery is signed, by the letter of its address."""


def _delivery(token: Token) -> int | None:
    purpose = PURPOSES.get(token.of)
    return keys.current().read(purpose, token.text) if purpose else None


def _message(token: Token) -> int | None:
    return keys.current().read("returned", token.text) if token.of == "m" else None


def _note_return(reading: Reading, *, at: datetime) -> tuple[Did, int | None]:
    returned = Returned(reading.what.value)
    for token in reading.tokens:
        delivery_id = _delivery(token)
        if delivery_id is not None:
            group_id = mailing.note_return(delivery_id, returned=returned, status=reading.status, at=at)
            if group_id is not None:
                audit.note("returns.noted", by=MACHINE, at=at, group_id=group_id, about=("delivery", delivery_id))
                return Did.NOTED, group_id
        elif token.of == "m" and returned is Returned.HARD and _stop_for_message(token, at=at):
            return Did.NOTED, None
    return Did.NOTHING, None


def _stop_for_message(token: Token, *, at: datetime) -> bool:
    """A service message about a contact went to that contact: a receipt, or the mail about a form that was written down."""
    message_id = _message(token)
    message = outbox.find_message(message_id) if message_id is not None else None
    if message is None or message.mail_class != MailClass.SERVICE or message.about_kind != "contact":
        return False
    return mailing.stop_address(message.about_id or 0, because=Stopped.HARD, sent_at=message.queued_at, at=at)


def _pass_on(tokens: Sequence[Token], raw: bytes, *, at: datetime) -> tuple[Did, int | None]:
    delivery_id = next(filter(None, (_delivery(token) for token in tokens if token.of == "b")), None)
    contact_id = mailings.find_contact_of_delivery(delivery_id) if delivery_id is not None else None
    found = contacts.find_contact(contact_id) if contact_id is not None else None
    if found is None:
        return Did.NOTHING, None
    subject, text = formats.words_of(raw)
    group = groups.share_group(found.group_id)
    emails.pass_on_reply(
        group,
        contact_id=found.id,
        sender=formats.sender_of(raw),
        subject=readable(subject),
        text=readable(text),
        at=at,
    )
    audit.note("returns.passed_on", by=MACHINE, at=at, group_id=group.id, about=("contact", found.id))
    return Did.PASSED_ON, group.id
