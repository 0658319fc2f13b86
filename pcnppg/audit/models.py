"""One line a deed. Triggers refuse every change and removal of a line."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from pcnppg.kernel.who import Kind
from pcnppg.store.base import NEVER_REUSED, Base, Id, Moment, Ref, Word, one_of


class AuditEntry(Base):
    """`by_id` is NULL where no row stands behind the doer (a visitor, the operator's command, the machine)."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        one_of("by_kind", Kind),
        Index(None, "about_kind", "about_id", "at"),
        Index(None, "by_kind", "by_id", "at"),
        Index(None, "group_id", "at"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    at: Mapped[Moment]
    by_kind: Mapped[Word]
    by_id: Mapped[Ref | None]
    group_id: Mapped[Ref | None]  # NULL: it happened in no group (an account, the directory)
    what: Mapped[Word]
    about_kind: Mapped[Word | None]  # NULL: about the group itself, or about no row
    about_id: Mapped[Ref | None]  # NULL: as above
    count: Mapped[int | None]  # NULL unless many were seen or changed at once
