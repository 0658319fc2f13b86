"""Who comes, who was there, and who brings the biscuits."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.groups.rules import Role
from pcnppg.meetings.rules.people import Coming, Here, Side
from pcnppg.store.base import NEVER_REUSED, Base, Id, Line, Moment, Ref, Word, one_of


class Attendance(Base):
    """One person and one meeting: what they said beforehand, and whether they were there. A guest has a name and no account."""

    __tablename__ = "attendance"
    __table_args__ = (
        one_of("said", Coming),
        one_of("here", Here),
        one_of("side", Side),
        one_of("as_role", Role),
        CheckConstraint("(said IS NULL) = (said_at IS NULL)", name="said_is_dated"),
        CheckConstraint("(here IS NULL) = (here_at IS NULL)", name="here_is_dated"),
        CheckConstraint("person_id IS NULL OR guest_name IS NULL", name="member_or_guest"),
        Index(
            "uq_attendance_person",
            "meeting_id",
            "person_id",
            unique=True,
            sqlite_where=text("person_id IS NOT NULL"),
            postgresql_where=text("person_id IS NOT NULL"),
        ),
        Index(None, "group_id"),
        Index(None, "person_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # NULL: a guest
    guest_name: Mapped[Line | None]  # NULL: a member, or emptied
    side: Mapped[Word]
    as_role: Mapped[Word | None]  # the role they sat in; NULL: a guest
    said: Mapped[Word | None]  # NULL: nothing
    said_at: Mapped[Moment | None]
    here: Mapped[Word | None]  # NULL: nobody has written it down
    here_at: Mapped[Moment | None]
    is_named: Mapped[bool] = mapped_column(default=False)  # they agreed to their full name in published minutes
    spoken_at: Mapped[Moment | None]  # when the chair spoke to them after they missed it; NULL: not needed, or not yet
    by_person_id: Mapped[Ref | None]  # who wrote down whether they were there; NULL: nobody yet
    version: Mapped[int] = mapped_column(default=1)


class RotaSlot(Base):
    """One small task at one meeting, and who put their name to it."""

    __tablename__ = "rota_slot"
    __table_args__ = (
        Index("uq_rota_slot_task", "meeting_id", "task", unique=True),
        Index(None, "group_id"),
        Index(None, "person_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    task: Mapped[Line]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # NULL: nobody yet
    taken_at: Mapped[Moment | None]  # NULL: as above
