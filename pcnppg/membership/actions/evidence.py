"""What every other action writes beside its change: consent records, wordings, suppressions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite

from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.membership.models import ConsentRecord, Contact, Suppression, Wording
from pcnppg.membership.rules import Because, Consent, How, Shown
from pcnppg.store.session import session


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
