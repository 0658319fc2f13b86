"""What a network's meeting is for: each draft of it, and what each group said to which words. Only ever added."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.store.base import NEVER_REUSED, Base, Id, Moment, Ref, Words


class PurposeDraft(Base):
    """The words that were put before the groups. A new version begins the agreeing anew."""

    __tablename__ = "purpose_draft"
    __table_args__ = (UniqueConstraint("meeting_id", "version"), Index(None, "network_id"), NEVER_REUSED)

    id: Mapped[Id]
    network_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    version: Mapped[int]
    words: Mapped[Words]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref]


class PurposeAnswer(Base):
    """What somebody said to a draft for their group. The last one of a group counts."""

    __tablename__ = "purpose_answer"
    __table_args__ = (
        CheckConstraint("agrees OR words <> ''", name="change_says_what"),
        Index(None, "draft_id"),
        Index(None, "group_id"),
        Index(None, "delegate_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(ForeignKey("purpose_draft.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"))
    agrees: Mapped[bool]
    words: Mapped[Words]  # what should change; empty: nothing
    at: Mapped[Moment]
