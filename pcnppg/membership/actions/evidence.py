"""What other actions write beside their change: consent records, wordings, suppressions, links that lead elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.dialects import postgresql, sqlite

from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.membership.models import ConsentRecord, Contact, MyLink, Suppression, Wording
from pcnppg.membership.rules import Because, Consent, How, Shown
from pcnppg.store.session import session

Erasing = Callable[[str], object]
_erasing: list[Erasing] = []


def on_erasing(callback: Erasing) -> None:
    """Call this with a mailbox that nobody here knows any more: where mail is caught in a folder, its copies go too."""
    if callback not in _erasing:
        _erasing.append(callback)


def discard_caught(mailbox: str) -> None:
    """Mail to this mailbox that was caught goes."""
    for callback in _erasing:
        callback(mailbox)


def record(
    contact: Contact,
    what: Consent,
    *,
    how: How,
    by: Who,
    at: datetime,
    promise: int | None = None,
    wording_id: int | None = None,
    evidence_id: int | None = None,
    until: datetime | None = None,
) -> None:
    """Add one line of evidence about a contact."""
    session().add(
        ConsentRecord(
            group_id=contact.group_id,
            contact_id=contact.id,
            what=what,
            at=at,
            how=how,
            promise=promise,
            wording_id=wording_id,
            evidence_id=evidence_id,
            until=until,
            by_person_id=by.person_id,
        )
    )


def keep_wording(group_id: int, shown: Shown, *, at: datetime) -> int:
    """Keep the exact words once; their number."""
    _add_once(
        Wording, group_id=group_id, digest=shown.digest, words=shown.words, promise=shown.promise, first_used_at=at
    )
    return queries.wording_of(group_id, shown.digest)


def end_network_news(contact: Contact, *, how: How, by: Who, at: datetime) -> None:
    """Write down that news of the network ends for somebody, where they got it: by itself, or with leaving."""
    if contact.network_news_at is not None:
        contact.network_news_at = None
        record(contact, Consent.NETWORK_WITHDRAWN, how=how, by=by, at=at)


def keep_links(contact_id: int, mailbox_hash: str, other_id: int | None) -> None:
    """Links to what is held that were mailed to a mailbox go on for who is left there, or end where nobody is."""
    theirs = (MyLink.contact_id == contact_id, MyLink.mailbox_hash == mailbox_hash)
    if other_id is None:
        session().execute(delete(MyLink).where(*theirs))
    else:
        session().execute(update(MyLink).where(*theirs).values(contact_id=other_id))


def suppress(group_id: int, mailbox_hash: str, *, because: Because, contact_id: int | None, at: datetime) -> None:
    """Keep importing and keying in from bringing a mailbox back; `contact_id` is who comes back by their own new opt-in."""
    added = _insert(Suppression).values(
        group_id=group_id, mailbox_hash=mailbox_hash, since=at, because=because, contact_id=contact_id
    )
    newer = {"contact_id": func.coalesce(added.excluded.contact_id, Suppression.contact_id)}
    session().execute(added.on_conflict_do_update(index_elements=["group_id", "mailbox_hash"], set_=newer))


def _add_once(model: type[Any], **values: Any) -> None:
    """Add a row unless one like it is there: one statement, whichever it is, and no race."""
    session().execute(_insert(model).values(**values).on_conflict_do_nothing())


def _insert(model: type[Any]) -> Any:
    return (postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert)(model)
