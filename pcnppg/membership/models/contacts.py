"""Contacts, sign-ups, wordings, evidence, consent records, suppressions, promise changes, links, lists brought in."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.groups.rules import FEWEST, MOST
from pcnppg.membership.rules import (
    NAME_LENGTH,
    SEARCH_LENGTH,
    Channel,
    Consent,
    EvidenceKind,
    How,
    ReachedBy,
    State,
)
from pcnppg.membership.rules.addresses import Stopped
from pcnppg.membership.rules.importing import Fate, Stage
from pcnppg.store.base import NEVER_REUSED, Base, Day, Hash, Id, Line, Moment, Ref, Word, Words, one_of


class Contact(Base):
    """A person in one group's list.

    `promise` is the N that binds this contact: what was last told to them, or any lower number set since (settled 6). It is
    kept beside the consent records by the same actions that write them. An erased contact keeps its number and nothing else.
    Two people may share a mailbox; `name_key` tells them apart (settled 11).
    """

    __tablename__ = "contact"
    __table_args__ = (
        one_of("state", State),
        one_of("channel", Channel),
        one_of("reached_by", ReachedBy),
        one_of("stopped_because", Stopped),
        CheckConstraint("(stopped_at IS NULL) = (stopped_because IS NULL)", name="stopped_has_reason"),
        CheckConstraint("(state IN ('active', 'unverified')) = (left_at IS NULL)", name="left_is_dated"),
        CheckConstraint("(left_at IS NULL) = (left_how IS NULL)", name="left_has_how"),
        CheckConstraint(
            "state = 'erased' OR (reached_by = 'email') = (mailbox IS NOT NULL)", name="mailbox_where_reached_by_email"
        ),
        CheckConstraint(
            "state = 'erased' OR reached_by <> 'post' OR postal_address IS NOT NULL", name="post_has_address"
        ),
        CheckConstraint("state = 'erased' OR reached_by <> 'phone' OR phone IS NOT NULL", name="phone_has_number"),
        CheckConstraint(
            "state <> 'erased' OR (mailbox IS NULL AND name IS NULL AND name_key = '' AND search IS NULL"
            " AND postal_address IS NULL AND phone IS NULL)",
            name="erased_is_nobody",
        ),
        CheckConstraint("(mailbox IS NULL) = (address IS NULL)", name="address_with_mailbox"),
        CheckConstraint("(state = 'erased') = (search IS NULL)", name="search_unless_erased"),
        CheckConstraint("network_news_at IS NULL OR state = 'active'", name="network_news_on_list"),
        CheckConstraint(f"promise BETWEEN {FEWEST} AND {MOST}", name="promise_in_range"),
        Index(
            "uq_contact_here_mailbox",
            "group_id",
            "mailbox",
            "name_key",
            unique=True,
            sqlite_where=text("state IN ('active', 'unverified')"),
            postgresql_where=text("state IN ('active', 'unverified')"),
        ),
        # The order of the list; and all that a search reads, so that looking through 50,000 contacts touches no row that does
        # not match.
        Index("ix_contact_listed", "group_id", "state", "joined_at", "id", "search"),
        # Narrow, so that counting 50,000 contacts reads some forty pages.
        Index("ix_contact_counted", "group_id", "state"),
        Index(
            "ix_contact_paused",
            "group_id",
            "paused_until",
            sqlite_where=text("paused_until IS NOT NULL"),
            postgresql_where=text("paused_until IS NOT NULL"),
        ),
        Index(
            "ix_contact_stopped",
            "group_id",
            "stopped_at",
            sqlite_where=text("stopped_at IS NOT NULL"),
            postgresql_where=text("stopped_at IS NOT NULL"),
        ),
        Index(
            "ix_contact_without_email",
            "group_id",
            "state",
            "joined_at",
            "id",
            sqlite_where=text("reached_by <> 'email'"),
            postgresql_where=text("reached_by <> 'email'"),
        ),
        # Who has a mailbox, anywhere or in one group: three columns, so that SQLite prefers it to the order of the list.
        Index("ix_contact_mailbox", "mailbox", "group_id", "state"),
        Index(
            "ix_contact_agreed",
            "group_id",
            "state",
            "wording_id",
            "agreed_at",
            sqlite_where=text("mailbox IS NOT NULL"),
            postgresql_where=text("mailbox IS NOT NULL"),
        ),
        Index(None, "wording_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    state: Mapped[Word]
    reached_by: Mapped[Word] = mapped_column(default=ReachedBy.EMAIL.value, server_default=ReachedBy.EMAIL.value)
    name: Mapped[Line | None]  # NULL: they gave none, or were erased
    name_key: Mapped[str] = mapped_column(String(NAME_LENGTH), default="", server_default="")
    address: Mapped[Line | None]  # NULL: erased, or reached by post or phone
    mailbox: Mapped[str | None] = mapped_column(String(254))
    postal_address: Mapped[Words | None]  # NULL: none is known
    phone: Mapped[Line | None]  # NULL: none is known
    search: Mapped[str | None] = mapped_column(
        String(SEARCH_LENGTH)
    )  # name and address, folded for finding; NULL: erased
    channel: Mapped[Word]
    promise: Mapped[int]
    joined_at: Mapped[Moment]
    agreed_at: Mapped[Moment | None]  # when they last agreed; NULL: unverified, nobody has said that they did
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))  # what they last agreed to; NULL: as above
    network_news_at: Mapped[Moment | None]  # when they agreed to news of the whole network; NULL: they did not
    paused_until: Mapped[Moment | None]  # NULL: not paused
    stopped_at: Mapped[
        Moment | None
    ]  # when mail to the address was found to come back; NULL: as far as we know it works
    stopped_because: Mapped[Word | None]  # NULL: as above
    tried_at: Mapped[Moment | None]  # from when on the address is trusted again; NULL: since they joined
    left_at: Mapped[Moment | None]  # NULL: on the list
    left_how: Mapped[Word | None]


class SignUp(Base):
    """One filled-in join form. Made for every address alike; `name`, `address` and `mailbox` go when it is used or too old.

    `mailbox_hash` counts how often one mailbox was asked about in a day, and goes soon after them.
    """

    __tablename__ = "sign_up"
    __table_args__ = (
        one_of("channel", Channel),
        Index(None, "group_id", "asked_at"),
        Index(None, "mailbox_hash", "asked_at"),
        Index(None, "wording_id"),
        Index(None, "contact_id"),
        CheckConstraint("(used_at IS NULL) = (contact_id IS NULL)", name="used_by_contact"),
        CheckConstraint("used_at IS NULL OR mailbox IS NULL", name="used_is_emptied"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    name: Mapped[Line | None]
    address: Mapped[Line | None]
    mailbox: Mapped[str | None] = mapped_column(String(254))
    mailbox_hash: Mapped[Hash | None]
    channel: Mapped[Word]
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]  # NULL: not confirmed (yet)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))  # NULL: not confirmed (yet)


class Wording(Base):
    """The exact words somebody was shown, kept once for all who were shown the same. Only ever added."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("group_id", "digest"), NEVER_REUSED)

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    digest: Mapped[Hash]
    words: Mapped[Words]
    promise: Mapped[int]
    first_used_at: Mapped[Moment]


class Evidence(Base):
    """What an officer wrote down of a consent that was not given on our own pages: one person's form or word, or a list's.
    Or that somebody asked for an address to be written to, which confirms itself: then `given_on` is the day of asking.

    `words` that name somebody (who asked or took it, where it is kept) go with the person: erasing empties them (settled 31).
    """

    __tablename__ = "evidence"
    __table_args__ = (
        one_of("kind", EvidenceKind),
        Index(None, "group_id"),
        Index(None, "wording_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    kind: Mapped[Word]
    given_on: Mapped[Day | None]  # NULL: not known, so nobody is written to because of it
    given_at: Mapped[Line | None]  # the place; NULL: not known, or emptied
    taken_by: Mapped[Line | None]  # NULL: a list, nothing that was taken, or emptied
    asked_by: Mapped[Line | None]  # who asked for an address; NULL: nobody did, or emptied
    kept_at: Mapped[Line | None]  # where the form or list is kept; NULL: there is none, or emptied
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))  # NULL: the words are not known
    written_at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: the operator's command


class ConsentRecord(Base):
    """One line of evidence about one contact. Only ever added; names nobody, so it can outlive an erasure."""

    __tablename__ = "consent_record"
    __table_args__ = (
        one_of("what", Consent),
        one_of("how", How),
        Index(None, "contact_id", "at"),
        Index(None, "group_id"),
        Index(None, "wording_id"),
        Index(None, "evidence_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    what: Mapped[Word]
    at: Mapped[Moment]
    how: Mapped[Word]
    promise: Mapped[int | None]  # the N told or set; NULL where the record is not about a number
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))  # NULL: no words were shown
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))  # NULL: their own act is the evidence
    until: Mapped[Moment | None]  # NULL unless paused
    by_person_id: Mapped[Ref | None]  # NULL: the contact's own act, or the machine's


class Suppression(Base):
    """A mailbox that importing and keying in must not bring back to this group.

    `contact_id` leads who comes back to what they were sent before, so that the promise still counts; it is forgotten once
    that is over a year ago, and at once where they asked to be erased.
    """

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("group_id", "mailbox_hash"), Index(None, "contact_id"), NEVER_REUSED)

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    mailbox_hash: Mapped[Hash]
    since: Mapped[Moment]
    because: Mapped[Word]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))


class PromiseChange(Base):
    """The group's promise, each time it was set. Only ever added. `by_person_id` is NULL for the operator's command.

    `why` is what the group says of a raise, NULL for a lower number.
    """

    __tablename__ = "promise_change"
    __table_args__ = (
        CheckConstraint(f"promise BETWEEN {FEWEST} AND {MOST}", name="promise_in_range"),
        Index(None, "group_id", "at"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    promise: Mapped[int]
    why: Mapped[Words | None]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]


class MyLink(Base):
    """A mailed link to what is held about one contact: random, stored hashed, good for a day."""

    __tablename__ = "my_link"
    __table_args__ = (
        Index(None, "mailbox_hash", "asked_at"),
        Index(None, "group_id"),
        Index(None, "contact_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    mailbox_hash: Mapped[Hash]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))  # NULL: no contact of this group
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class ContactImport(Base):
    """A list that somebody brings: first a file and its rows, which go when it is brought in, thrown away or a day old; then
    how many came in and by which evidence. Whoever works on it holds `turn`; another turn ends theirs.
    """

    __tablename__ = "contact_import"
    __table_args__ = (
        one_of("stage", Stage),
        CheckConstraint(
            "stage IN ('reading', 'choosing', 'checked', 'bringing') OR file IS NULL", name="file_while_open"
        ),
        CheckConstraint("stage NOT IN ('bringing', 'done') OR evidence_id IS NOT NULL", name="brought_in_by_evidence"),
        CheckConstraint("(stage = 'done') = (came_in IS NOT NULL)", name="done_is_counted"),
        CheckConstraint("(stage = 'stopped') = (why IS NOT NULL)", name="stopped_says_why"),
        Index(None, "group_id", "stage"),
        Index(None, "evidence_id"),
        Index(None, "vouched_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    stage: Mapped[Word]
    by_person_id: Mapped[Ref | None]  # NULL: the operator's command
    began_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    turn: Mapped[Hash | None]  # NULL: nobody works on it
    file: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True
    )  # NULL: removed, with the rows or before them
    sheet: Mapped[Line | None]  # NULL: the file has no sheets
    other_sheets: Mapped[int] = mapped_column(default=0)
    email_column: Mapped[int | None]  # NULL: not known yet
    name_column: Mapped[int | None]  # NULL: not known yet, or no names in it
    surname_column: Mapped[int | None]  # NULL: as above, or the whole name in one column
    headings_row: Mapped[int] = mapped_column(default=0)
    rows_about: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    why: Mapped[Words | None]  # NULL: not stopped
    promise: Mapped[int | None]  # NULL: nobody vouches for the promise in the words that were agreed to
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))  # NULL: nobody asked to bring it in yet
    vouched_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))  # NULL: nobody vouched for it later
    came_in: Mapped[int | None]  # NULL: not brought in


class ContactImportRow(Base):
    """One row of such a list, until it is brought in: what it says and what becomes of it."""

    __tablename__ = "contact_import_row"
    __table_args__ = (
        one_of("fate", Fate),
        CheckConstraint("fate <> 'new' OR (mailbox IS NOT NULL AND address IS NOT NULL)", name="new_has_mailbox"),
        CheckConstraint("(mailbox IS NULL) = (mailbox_hash IS NULL)", name="mailbox_with_hash"),
        Index("ix_contact_import_row_listed", "import_id", "fate", "number"),
        UniqueConstraint("import_id", "number"),
        Index(None, "mailbox_hash"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("contact_import.id"))
    number: Mapped[int]
    fate: Mapped[Word]
    why: Mapped[Line | None]  # NULL: the fate says it all
    name: Mapped[Line | None]  # NULL: none given, or not kept
    name_key: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    address: Mapped[Line | None]  # NULL: none given, or not kept
    mailbox: Mapped[str | None] = mapped_column(String(254))
    mailbox_hash: Mapped[Hash | None]
    search: Mapped[str | None] = mapped_column(String(SEARCH_LENGTH))  # NULL unless it can come in


class ListExport(Base):
    """One copy that was taken of the contact list: who took it, why, and until when it may be kept. Never whom it named."""

    __tablename__ = "list_export"
    __table_args__ = (Index(None, "group_id", "at"), NEVER_REUSED)

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    by_person_id: Mapped[Ref]
    at: Mapped[Moment]
    reason: Mapped[Words]
    people: Mapped[int]
    delete_by: Mapped[Day]
