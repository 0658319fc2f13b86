"""The agenda of a meeting: its entries in order, each time it was published, the papers, and a group's standing items."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.meetings.rules.agenda import PaperKind, Place, Purpose
from pcnppg.store.base import NEVER_REUSED, Base, Hash, Id, Line, Moment, Ref, Word, Words, one_of


class StandingItem(Base):
    """What a group has on every agenda: its template."""

    __tablename__ = "standing_item"
    __table_args__ = (
        one_of("place", Place),
        one_of("purpose", Purpose),
        CheckConstraint("minutes >= 0", name="minutes_forwards"),
        Index(None, "group_id", "position"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    place: Mapped[Word]
    position: Mapped[int]
    title: Mapped[Words]
    minutes: Mapped[int]
    purpose: Mapped[Word]
    lead: Mapped[Line]  # empty: nobody yet


class AgendaEntry(Base):
    """One place on one meeting's agenda: of an item, or of something that stands on every agenda.

    What was taken off stays, so that what was published can be compared. `outcome` is what the meeting made of it.
    """

    __tablename__ = "agenda_entry"
    __table_args__ = (
        one_of("purpose", Purpose),
        CheckConstraint("minutes >= 0", name="minutes_forwards"),
        CheckConstraint("(item_id IS NULL) = (title IS NOT NULL)", name="item_or_title"),
        Index(
            "uq_agenda_entry_item",
            "meeting_id",
            "item_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL AND item_id IS NOT NULL"),
            postgresql_where=text("removed_at IS NULL AND item_id IS NOT NULL"),
        ),
        Index(None, "meeting_id", "position"),
        Index(None, "item_id"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))  # NULL: a standing item
    title: Mapped[Words | None]  # of a standing item; NULL: the item has its own
    position: Mapped[int]
    minutes: Mapped[int]
    purpose: Mapped[Word]
    lead: Mapped[Line]  # empty: nobody yet
    added_at: Mapped[Moment]
    removed_at: Mapped[Moment | None]  # NULL: on the agenda
    done_at: Mapped[Moment | None]  # when the meeting was through with it; NULL: not yet


class AgendaRevision(Base):
    """The agenda each time it was published. Only ever added.

    `lines` is a JSON list of entry numbers with minutes and purpose, in order: no title and no name, so that it can stay.
    """

    __tablename__ = "agenda_revision"
    __table_args__ = (UniqueConstraint("meeting_id", "number"), Index(None, "group_id"), NEVER_REUSED)

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    lines: Mapped[Words]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: the operator's command


class Paper(Base):
    """Something to read before an entry comes up: a link, or a file that is kept here, so that a backup is one thing."""

    __tablename__ = "paper"
    __table_args__ = (
        one_of("kind", PaperKind),
        CheckConstraint("(kind = 'link') = (address IS NOT NULL)", name="link_has_address"),
        CheckConstraint("removed_at IS NOT NULL OR (kind = 'file') = (content IS NOT NULL)", name="file_has_content"),
        CheckConstraint("(kind = 'file') = (media_type IS NOT NULL)", name="file_has_type"),
        Index(None, "entry_id"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("agenda_entry.id"))
    kind: Mapped[Word]
    name: Mapped[Line]
    address: Mapped[Words | None]  # NULL: a file
    media_type: Mapped[Line | None]  # as its content says; NULL: a link
    ending: Mapped[Word | None]  # of the name it is served under; NULL: a link
    size: Mapped[int]
    digest: Mapped[Hash | None]  # NULL: a link
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # NULL: a link, or removed
    added_at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: the operator's command
    removed_at: Mapped[Moment | None]  # NULL: it is there
