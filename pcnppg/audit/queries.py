"""Reading the audit: newest first, always bounded."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import and_, or_, select

from pcnppg.audit.models import AuditEntry
from pcnppg.kernel.who import Kind
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


def list_entries_of_person(person_id: int, *, roles: list[int], limit: int = 10_000) -> list[AuditEntry]:
    """The lines by a person with an account, and those about them or their roles (numbers of rows), newest first."""
    by = and_(AuditEntry.by_kind == Kind.PERSON, AuditEntry.by_id == person_id)
    about = and_(AuditEntry.about_kind == "person", AuditEntry.about_id == person_id)
    held = and_(AuditEntry.about_kind == "role_held", AuditEntry.about_id.in_(roles))
    found = select(AuditEntry).where(or_(by, about, held))
    return list(session().scalars(found.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)))


def list_entries_about_rows(group_id: int, rows: Mapping[str, Collection[int]]) -> list[AuditEntry]:
    """All lines of one group about any of these rows, given as numbers by kind; newest first."""
    any_of = [and_(AuditEntry.about_kind == kind, AuditEntry.about_id.in_(ids)) for kind, ids in rows.items() if ids]
    found = select(AuditEntry).where(AuditEntry.group_id == group_id, or_(*any_of))
    return list(session().scalars(found.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())))
