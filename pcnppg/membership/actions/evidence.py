"""What every other action writes beside its change: consent records, wordings, suppressions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.membership.models import ConsentRecord, Contact, Evidence, Suppression, Wording
from pcnppg.membership.rules import Because, Consent, EvidenceKind, How, Shown
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


def empty_evidence(contact_id: int) -> None:
    """Remove what somebody wrote down about one person's form: that goes with the person (settled 31). A list's stays."""
    theirs = select(ConsentRecord.evidence_id).where(ConsentRecord.contact_id == contact_id)
    own = (Evidence.id.in_(theirs), Evidence.kind != EvidenceKind.LIST)
    session().execute(update(Evidence).where(*own).values(given_at=None, taken_by=None, kept_at=None))


def suppress(group_id: int, mailbox_hash: str, *, because: Because, at: datetime) -> None:
    """Keep importing and keying in from bringing a mailbox back."""
    _add_once(Suppression, group_id=group_id, mailbox_hash=mailbox_hash, since=at, because=because)


def _add_once(model: type[Any], **values: Any) -> None:
    """Add a row unless one like it is there: one statement, whichever it is, and no race."""
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    session().execute(insert(model).values(**values).on_conflict_do_nothing())
