"""Writing a draft, by more than one officer without losing a word."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import Conflict
from pcnppg.kernel.who import Who
from pcnppg.mailing import emails, queries
from pcnppg.mailing.models import Mailing
from pcnppg.mailing.rules import State, is_text_short_enough, may_send, may_write
from pcnppg.mailing.rules.wondering import readable
from pcnppg.people import queries as people
from pcnppg.store.session import session


def begin(group_id: int, *, subject: str, body: str, by: Who, at: datetime) -> Mailing:
    """Start a draft."""
    body = readable(body)
    is_text_short_enough(body).enforce(field="body")
    mailing = new_draft(group_id, subject=_one_line(subject), body=body, by=by, at=at)
    session().flush()
    audit.note("mailing.begun", by=by, at=at, group_id=group_id, about=("mailing", mailing.id))
    return mailing


def save(group_id: int, *, mailing_id: int, subject: str, body: str, version: int, by: Who, at: datetime) -> Mailing:
    """Keep a draft's newer words. `version` is the one that the writer began from.

    `Conflict` where somebody saved other words since: neither text is lost, and the writer is shown both.
    """
    subject, body = _one_line(subject), readable(body)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    may_write(State(mailing.state)).enforce()
    is_text_short_enough(body).enforce(field="body")
    if (mailing.subject, mailing.body) == (subject, body):
        return mailing
    if mailing.version != version:
        raise Conflict("Somebody saved other words while you were writing. Nothing was lost.", field="body")
    mailing.subject, mailing.body = subject, body
    mailing.version += 1
    mailing.edited_by, mailing.edited_at = _person(by), at
    return mailing


def discard(group_id: int, *, mailing_id: int, by: Who, at: datetime) -> None:
    """Throw a draft away. Safe to repeat."""
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    if mailing.state == State.DISCARDED:
        return
    may_write(State(mailing.state)).enforce()
    mailing.state = State.DISCARDED
    audit.note("mailing.discarded", by=by, at=at, group_id=group_id, about=("mailing", mailing.id))


def send_test(group_id: int, *, mailing_id: int, by: Who, at: datetime) -> str:
    """Send the draft to whoever writes it, and nobody else. The address it goes to."""
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    may_write(State(mailing.state)).enforce()
    may_send(mailing.subject, mailing.body).enforce()
    address = people.address_of(_person(by))
    emails.send_test(mailing, groups.get_group(group_id), to=address, at=at)
    audit.note("mailing.tested", by=by, at=at, group_id=group_id, about=("mailing", mailing.id))
    return address


def new_draft(group_id: int, *, subject: str, body: str, by: Who, at: datetime) -> Mailing:
    """A draft with these words, to be flushed."""
    mailing = Mailing(
        group_id=group_id,
        state=State.DRAFT,
        subject=subject,
        body=body,
        version=1,
        begun_by=_person(by),
        begun_at=at,
        edited_by=_person(by),
        edited_at=at,
    )
    session().add(mailing)
    return mailing


def _one_line(subject: str) -> str:
    return " ".join(readable(subject).split())


def _person(by: Who) -> int:
    if by.person_id is None:
        raise ValueError("only somebody with an account writes mailings")
    return by.person_id
