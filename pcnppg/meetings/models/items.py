"""Proposals that wait to be confirmed, items with their history, and who backs them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.groups.rules import Role
from pcnppg.meetings.rules.holding import HeldBecause
from pcnppg.meetings.rules.items import Answer, CameBy, ItemAct, ItemState, Origin, PassedTo
from pcnppg.store.base import NEVER_REUSED, Base, Day, Hash, Id, Line, Moment, Ref, Word, Words, one_of


class Proposal(Base):
    """A form that somebody without an account filled in: an item, or a backing of `item_id`. Counts only once confirmed.

    Made for every address alike. Words and address go when it is used or too old; `mailbox_hash` counts how often one
    mailbox was written to in a day, and goes soon after them.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("used_at IS NULL OR (mailbox IS NULL AND title IS NULL)", name="used_is_emptied"),
        CheckConstraint("(mailbox IS NULL) = (address IS NULL)", name="address_with_mailbox"),
        Index(None, "group_id", "asked_at"),
        Index(None, "mailbox_hash", "asked_at"),
        Index(None, "meeting_id"),
        Index(None, "item_id"),
        Index(None, "made_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))  # whom it backs; NULL: a new item
    name: Mapped[Line | None]  # NULL: none was given, or emptied
    address: Mapped[Line | None]  # NULL: emptied
    mailbox: Mapped[str | None] = mapped_column(String(254))
    mailbox_hash: Mapped[Hash | None]
    guest_of: Mapped[Line | None]  # the body for which a guest speaks; NULL: none, or emptied
    title: Mapped[Words | None]  # NULL: a backing, or emptied
    now_words: Mapped[Words | None]  # NULL: as above
    better_words: Mapped[Words | None]  # NULL: as above
    could_words: Mapped[Words | None]  # NULL: as above
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]  # NULL: not confirmed (yet)
    made_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))  # what came of it; NULL: as above


class Item(Base):
    """Something that somebody wants talked about. It lives on when a meeting is cancelled.

    At most one of `person_id`, `contact_id` and `mailbox` says who proposed it: a member, a contact, or a visitor who
    confirmed an address. `proposer_name` is what a visitor or an officer who wrote it down called them. All of it goes when
    they are erased, a visitor's address some time after the outcome; `words` of theirs go then unless the item is the
    group's business already. `meeting_id` is the meeting it is meant for, or is on the agenda of; NULL for any later one.

    At a network, `from_group_id` is the group that it comes from, and `raised_from` that group's own item if it was raised.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (
        one_of("state", ItemState),
        one_of("origin", Origin),
        one_of("came_by", CameBy),
        one_of("held_because", HeldBecause),
        one_of("passed_to", PassedTo),
        one_of("answer", Answer),
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN mailbox IS NULL THEN 0 ELSE 1 END) <= 1",
            name="one_proposer",
        ),
        CheckConstraint("(mailbox IS NULL) = (mailbox_hash IS NULL)", name="hash_with_mailbox"),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_into_one"),
        CheckConstraint("state NOT IN ('passed', 'replied') OR passed_to IS NOT NULL", name="passed_to_somebody"),
        CheckConstraint("state <> 'declined' OR outcome IS NOT NULL", name="declined_says_why"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_is_dated"),
        CheckConstraint("raised_from IS NULL OR from_group_id IS NOT NULL", name="raised_from_a_group"),
        CheckConstraint("(origin = 'guest') = (guest_of IS NOT NULL)", name="guest_of_a_body"),
        Index(None, "group_id", "state", "proposed_at", "id"),
        Index(None, "meeting_id"),
        Index(None, "person_id"),
        Index(None, "contact_id"),
        Index(None, "mailbox_hash"),
        Index(None, "merged_into"),
        Index(None, "raised_from"),
        Index(None, "from_group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    title: Mapped[Words]
    now_words: Mapped[Words]
    better_words: Mapped[Words]
    could_words: Mapped[Words]
    origin: Mapped[Word]
    came_by: Mapped[Word]
    from_group_id: Mapped[int | None] = mapped_column(ForeignKey("patient_group.id"))  # NULL: of no other group
    raised_from: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))  # NULL: proposed here
    guest_of: Mapped[Line | None]  # NULL: no guest's
    state: Mapped[Word]
    held_because: Mapped[Word | None]  # NULL: everybody may read it
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # NULL: as the class says
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))  # NULL: as the class says
    mailbox: Mapped[str | None] = mapped_column(String(254))  # NULL: as the class says
    mailbox_hash: Mapped[Hash | None]
    proposer_name: Mapped[Line | None]  # NULL: known by the account or contact, not given, or emptied
    by_person_id: Mapped[Ref | None]  # the officer who wrote it down for somebody; NULL: their own act
    proposed_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))  # NULL: not joined with another
    passed_to: Mapped[Word | None]  # NULL: never passed on
    answer: Mapped[Word | None]  # of the practice or the network; NULL: none (yet)
    answer_words: Mapped[Words | None]  # NULL: as above
    answer_due_on: Mapped[Day | None]  # by when they will do it; NULL: no day was given
    answered_at: Mapped[Moment | None]  # NULL: as above
    outcome: Mapped[Words | None]  # what became of it, in words; NULL: nothing final yet, or nothing to add
    settled_at: Mapped[Moment | None]  # NULL: open
    told_at: Mapped[Moment | None]  # when proposer and backers were told the outcome; NULL: not (yet)
    quiet_at: Mapped[Moment | None]  # when the proposer switched off mail about it; NULL: they want it


class ItemHistory(Base):
    """One act on one item. Only ever added; its words, which may name somebody, stand apart."""

    __tablename__ = "item_history"
    __table_args__ = (
        one_of("act", ItemAct),
        one_of("as_role", Role),
        Index(None, "item_id", "at"),
        Index(None, "group_id"),
        Index(None, "meeting_id"),
        Index(None, "other_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    act: Mapped[Word]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: its proposer by their link, or the machine
    as_role: Mapped[Word | None]  # the role in which they did it; NULL: none
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))  # NULL: no meeting has to do with it
    other_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))  # the other item of a merger; NULL: none


class ItemNote(Base):
    """The words of one line of history: a reason, an answer, what it was called before."""

    __tablename__ = "item_note"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    history_id: Mapped[int] = mapped_column(ForeignKey("item_history.id"), unique=True)
    words: Mapped[Words]


class Backing(Base):
    """Somebody says that an item matters to them too. Once each: `mailbox_hash` tells them apart, also across merged items.

    When they are erased the row stays and says nobody's name, so that the number stays true.
    """

    __tablename__ = "backing"
    __table_args__ = (
        CheckConstraint("person_id IS NULL OR contact_id IS NULL", name="one_backer"),
        UniqueConstraint("item_id", "mailbox_hash"),
        Index(None, "group_id"),
        Index(None, "person_id"),
        Index(None, "contact_id"),
        Index(
            "ix_backing_mailbox_hash",
            "mailbox_hash",
            sqlite_where=text("mailbox_hash IS NOT NULL"),
            postgresql_where=text("mailbox_hash IS NOT NULL"),
        ),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # NULL: no account, or erased
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))  # NULL: no contact, or erased
    mailbox: Mapped[str | None] = mapped_column(String(254))  # a visitor's; NULL: none of theirs, or emptied
    mailbox_hash: Mapped[Hash | None]  # NULL: erased
    backed_at: Mapped[Moment]
    quiet_at: Mapped[Moment | None]  # when they switched off mail about it; NULL: they want it
