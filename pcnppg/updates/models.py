"""Updates, every version of each, and thanks. Withdrawn ones are kept."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.store.base import NEVER_REUSED, Base, Day, Id, Line, Moment, Ref, Word, Words, one_of
from pcnppg.updates.rules import Kind, Side, To


class PostedUpdate(Base):
    """An update as it stands now. `parts` is JSON: words by the name of the part, as its kind has them."""

    __tablename__ = "posted_update"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("side", Side),
        CheckConstraint("review_on <= ends_on", name="reviewed_before_its_end"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"),
        Index(None, "group_id", "ends_on"),
        Index(None, "posted_by"),
        Index(None, "withdrawn_by"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    kind: Mapped[Word]
    side: Mapped[Word]
    title: Mapped[Line]
    parts: Mapped[Words]
    review_on: Mapped[Day]
    ends_on: Mapped[Day]
    version: Mapped[int]
    posted_at: Mapped[Moment]
    posted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[Moment]  # when its words last changed; the moment of posting where they never did
    withdrawn_at: Mapped[Moment | None]  # NULL: not withdrawn
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class UpdateVersion(Base):
    """What an update said, each time it was posted, changed or found to be still true. Only ever added."""

    __tablename__ = "update_version"
    __table_args__ = (UniqueConstraint("update_id", "version"), Index(None, "by_person_id"), NEVER_REUSED)

    id: Mapped[Id]
    update_id: Mapped[int] = mapped_column(ForeignKey("posted_update.id"))
    version: Mapped[int]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref]
    title: Mapped[Line]
    parts: Mapped[Words]
    review_on: Mapped[Day]
    ends_on: Mapped[Day]


class Thanks(Base):
    """Thanks to the group, or to a volunteer by role."""

    __tablename__ = "thanks"
    __table_args__ = (
        one_of("to_whom", To),
        one_of("side", Side),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"),
        Index(None, "group_id", "said_at"),
        Index(None, "said_by"),
        Index(None, "withdrawn_by"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    to_whom: Mapped[Word]
    side: Mapped[Word]
    words: Mapped[Words]
    said_at: Mapped[Moment]
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[Moment | None]  # NULL: not taken back
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
