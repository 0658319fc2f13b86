"""What was noted, decided and given to somebody at a meeting, and the minutes made of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.meetings.rules.deciding import Casting
from pcnppg.meetings.rules.record import (
    ActionDid,
    ActionState,
    CorrectionState,
    DecisionHow,
    MinutesDid,
    MinutesState,
)
from pcnppg.store.base import NEVER_REUSED, Base, Day, Hash, Id, Line, Moment, Ref, Word, Words, one_of


class MeetingNote(Base):
    """Something written down where it happened. `slip` is the writer's own number for it: sent twice, it is kept once."""

    __tablename__ = "meeting_note"
    __table_args__ = (
        UniqueConstraint("meeting_id", "slip"),
        Index(None, "meeting_id", "at"),
        Index(None, "entry_id"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_entry.id"))  # NULL: about the meeting as a whole
    words: Mapped[Words]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: the machine
    slip: Mapped[Hash | None]  # NULL: written without one
    version: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[Moment | None]  # NULL: it stands


class Decision(Base):
    """A motion, how it was taken, and the count."""

    __tablename__ = "meeting_decision"
    __table_args__ = (
        one_of("how", DecisionHow),
        one_of("casting", Casting),
        UniqueConstraint("meeting_id", "slip"),
        CheckConstraint(
            "how = 'agreed' OR (votes_for IS NOT NULL AND votes_against IS NOT NULL)", name="vote_has_count"
        ),
        Index(None, "meeting_id", "at"),
        Index(None, "entry_id"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_entry.id"))  # NULL: about the meeting as a whole
    motion: Mapped[Words]
    how: Mapped[Word]
    votes_for: Mapped[int | None]  # NULL: agreed without a vote
    votes_against: Mapped[int | None]  # NULL: as above
    abstained: Mapped[int | None]  # NULL: as above
    casting: Mapped[Word | None]  # the chair's second vote; NULL: none was needed
    is_carried: Mapped[bool]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: the machine
    slip: Mapped[Hash | None]  # NULL: written without one
    version: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[Moment | None]  # NULL: it stands


class Action(Base):
    """Something that somebody will do. Its `number` within the group stays. `turn` ends links mailed to an earlier owner."""

    __tablename__ = "action"
    __table_args__ = (
        one_of("state", ActionState),
        UniqueConstraint("group_id", "number"),
        UniqueConstraint("meeting_id", "slip"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_is_dated"),
        CheckConstraint("(mailbox IS NULL) = (mailbox_hash IS NULL)", name="hash_with_mailbox"),
        Index(None, "group_id", "state", "due_on"),
        Index(None, "meeting_id"),
        Index(None, "entry_id"),
        Index(None, "owner_person_id"),
        Index(None, "mailbox_hash"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    number: Mapped[int]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))  # NULL: given outside a meeting
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_entry.id"))  # NULL: about the meeting as a whole
    words: Mapped[Words]
    owner_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # NULL: no account, or nobody
    owner_name: Mapped[Line | None]  # of an owner without an account; NULL: has one, or emptied
    mailbox: Mapped[str | None] = mapped_column(String(254))  # of an owner without an account; NULL: none, or emptied
    mailbox_hash: Mapped[Hash | None]
    due_on: Mapped[Day | None]  # NULL: no day was agreed
    state: Mapped[Word]
    given_at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: the machine
    stuck_at: Mapped[Moment | None]  # when its owner said that they cannot; NULL: they have not
    reminded_at: Mapped[Moment | None]  # when an owner without an account was reminded; NULL: not yet
    closed_at: Mapped[Moment | None]  # NULL: open
    outcome: Mapped[Words | None]  # what came of it, for the group's page; NULL: nothing was said
    turn: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    slip: Mapped[Hash | None]  # NULL: written without one


class ActionUpdate(Base):
    """What was said about an action since: done, by when, cannot because."""

    __tablename__ = "action_update"
    __table_args__ = (
        one_of("did", ActionDid),
        Index(None, "action_id", "at"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    did: Mapped[Word]
    words: Mapped[Words | None]  # NULL: nothing more was said, or emptied
    due_on: Mapped[Day | None]  # the new day; NULL: not about a day
    at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: an owner without an account, by their link, or the machine


class Minutes(Base):
    """The minutes of one meeting. `words` is Markdown, with names as those in office know them."""

    __tablename__ = "minutes"
    __table_args__ = (
        one_of("state", MinutesState),
        CheckConstraint("(state IN ('accepted', 'published')) = (accepted_at IS NOT NULL)", name="accepted_is_dated"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_is_dated"),
        Index(None, "group_id", "state"),
        Index(None, "accepted_at_meeting"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    state: Mapped[Word]
    words: Mapped[Words]
    public_words: Mapped[Words | None]  # as published, names reduced; NULL: not published
    version: Mapped[int] = mapped_column(default=1)
    drafted_at: Mapped[Moment]
    edited_at: Mapped[Moment]
    edited_by: Mapped[Ref | None]  # NULL: the machine drafted them
    circulated_at: Mapped[Moment | None]  # NULL: not yet
    accepted_at: Mapped[Moment | None]  # NULL: not yet
    accepted_at_meeting: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))  # NULL: not yet
    published_at: Mapped[Moment | None]  # NULL: not yet


class MinutesStep(Base):
    """One line of the minutes' own story. Only ever added."""

    __tablename__ = "minutes_step"
    __table_args__ = (one_of("did", MinutesDid), Index(None, "minutes_id", "at"), Index(None, "group_id"), NEVER_REUSED)

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    did: Mapped[Word]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: the machine


class MinutesCorrection(Base):
    """What somebody who was there wants said otherwise. It stays visible, taken or not."""

    __tablename__ = "minutes_correction"
    __table_args__ = (
        one_of("state", CorrectionState),
        CheckConstraint("(state = 'proposed') = (settled_at IS NULL)", name="settled_is_dated"),
        Index(None, "minutes_id", "at"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    words: Mapped[Words]
    state: Mapped[Word]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: who proposed it was erased
    settled_at: Mapped[Moment | None]  # NULL: not yet
    settled_by: Mapped[Ref | None]  # NULL: as above
    answer: Mapped[Words | None]  # why it was not taken, or how; NULL: nothing was said
