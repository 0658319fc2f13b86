"""Texts that groups lend one another. Of people there is nothing: a text is its group's."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.federation.rules.library import TextKind
from pcnppg.store.base import NEVER_REUSED, Base, Id, Line, Moment, Word, Words, one_of


class LibraryText(Base):
    """A text as it stands now: shared with a network, or a group's own copy of one that was."""

    __tablename__ = "library_text"
    __table_args__ = (
        one_of("kind", TextKind),
        CheckConstraint("(taken_from IS NULL) = (taken_version IS NULL)", name="taken_in_a_version"),
        CheckConstraint("network_id IS NULL OR taken_from IS NULL", name="shared_or_a_copy"),
        Index(None, "network_id"),
        Index(None, "group_id"),
        Index(None, "taken_from"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("patient_group.id"))  # NULL: not shared
    kind: Mapped[Word]
    title: Mapped[Line]
    body: Mapped[Words]
    version: Mapped[int]
    written_at: Mapped[Moment]
    taken_from: Mapped[int | None] = mapped_column(ForeignKey("library_text.id"))  # NULL: written here
    taken_version: Mapped[int | None]
    withdrawn_at: Mapped[Moment | None]  # NULL: not put away


class LibraryVersion(Base):
    """What a text said, each time it was written. Only ever added."""

    __tablename__ = "library_version"
    __table_args__ = (UniqueConstraint("text_id", "version"), NEVER_REUSED)

    id: Mapped[Id]
    text_id: Mapped[int] = mapped_column(ForeignKey("library_text.id"))
    version: Mapped[int]
    title: Mapped[Line]
    body: Mapped[Words]
    at: Mapped[Moment]
