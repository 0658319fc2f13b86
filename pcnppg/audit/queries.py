"""Reading the audit: newest first, always bounded."""

from __future__ import annotations

from sqlalchemy import select

from pcnppg.audit.models import AuditEntry
from pcnppg.store.session import session


def list_entries_about(kind: str, row_id: int, *, limit: int = 1000) -> list[AuditEntry]:
    """The lines about one row, newest first."""
    found = (
        select(AuditEntry)
        .where(AuditEntry.about_kind == kind, AuditEntry.about_id == row_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    )
    return list(session().scalars(found))
