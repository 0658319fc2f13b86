"""Mailings, and one delivery for each contact that one was meant for."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.groups.rules import FEWEST, MOST
from pcnppg.mailing.rules import Kind, LeftOut, State
from pcnppg.mailing.rules.returning import Returned
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.base import NEVER_REUSED, Base, Hash, Id, Line, Moment, Word, Words, one_of


class Mailing(Base):
    """One message from a group to its contact list. `version` rises with every save, so that two writers notice each other."""

    __tablename__ = "mailing"
    __table_args__ = (
        one_of("state", State),
        one_of("kind", Kind),
        CheckConstraint("(state IN ('draft', 'scheduled', 'discarded')) = (sent_at IS NULL)", name="sent_is_dated"),
        CheckConstraint("state <> 'scheduled' OR scheduled_for IS NOT NULL", name="scheduled_is_dated"),
        CheckConstraint("(scheduled_for IS NULL) = (scheduled_by IS NULL)", name="scheduled_by_somebody"),
        CheckConstraint("(sent_at IS NULL) = (held_until IS NULL)", name="held_when_sent"),
        CheckConstraint("(sent_at IS NULL) = (sent_by IS NULL)", name="sent_by_somebody"),
        Index(None, "group_id", "state"),
        Index(
            "ix_mailing_due",
            "held_until",
            sqlite_where=text("state IN ('held', 'going')"),
            postgresql_where=text("state IN ('held', 'going')"),
        ),
        Index(
            "ix_mailing_scheduled",
            "scheduled_for",
            sqlite_where=text("state = 'scheduled'"),
            postgresql_where=text("state = 'scheduled'"),
        ),
        Index(None, "scheduled_by"),
        Index(None, "begun_by"),
        Index(None, "edited_by"),
        Index(None, "sent_by"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    kind: Mapped[Word] = mapped_column(default=Kind.MAILING.value, server_default=Kind.MAILING.value)
    state: Mapped[Word]
    subject: Mapped[Line]
    body: Mapped[Words]
    version: Mapped[int]
    begun_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[Moment]
    edited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    edited_at: Mapped[Moment]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # NULL: not sent
    sent_at: Mapped[Moment | None]
    held_until: Mapped[Moment | None]
    scheduled_for: Mapped[Moment | None]  # NULL: no moment was set; it stays once the mailing was sent by itself
    scheduled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    fingerprint: Mapped[Hash | None]  # of its words, by which the same text is known again; NULL: not sent, or a raise
    first_handed_over_at: Mapped[Moment | None]  # NULL: no web copy yet
    finished_at: Mapped[Moment | None]  # NULL: something still waits
    counts: Mapped[Words | None]  # what became of it, as JSON, once its deliveries are forgotten; NULL: they are kept


class Delivery(Base):
    """One mailing to one contact. No address: it is read from the contact when the message is made.

    `at` is the moment of the handover, or when it became uncertain, and until then that of the *attempting* mark: a clock
    set back in between never dates a handover before it. `ordinal` and `of_at_most` are the words "2nd of at most 4", fixed
    when the slot was taken, NULL for who was left out from the start. `tries` counts temporary refusals.

    Where people share a mailbox one message goes there: one delivery carries it, the others name it in `carried_by` and share
    its fate. What is sent again after doubt is a row of its own, because it takes a second slot; of a mailing's rows for a
    contact one alone was not sent again. `tells` is the higher promise that the message tells at its head, fixed at the mark.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        one_of("state", DeliveryState),
        Index(
            "uq_delivery_mailing_id_contact_id",
            "mailing_id",
            "contact_id",
            unique=True,
            sqlite_where=text("sent_again_at IS NULL"),
            postgresql_where=text("sent_again_at IS NULL"),
        ),
        CheckConstraint(
            "sent_again_at IS NULL OR state NOT IN ('queued', 'attempting')", name="sent_again_when_settled"
        ),
        CheckConstraint(
            "(state IN ('attempting', 'handed_over', 'uncertain')) = (at IS NOT NULL)", name="handover_is_dated"
        ),
        CheckConstraint("(state = 'attempting') = (attempting_by IS NOT NULL)", name="attempting_has_worker"),
        CheckConstraint("(state = 'left_out') = (left_out_because IS NOT NULL)", name="left_out_has_reason"),
        CheckConstraint(
            "left_out_because IS NULL OR left_out_because IN (" + ", ".join(f"'{w}'" for w in LeftOut) + ")",
            name="reason_known",
        ),
        Index("ix_delivery_contact_at", "contact_id", "at"),
        Index(
            "ix_delivery_due",
            "mailing_id",
            "due_at",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_delivery_attempting",
            "attempting_by",
            sqlite_where=text("state = 'attempting'"),
            postgresql_where=text("state = 'attempting'"),
        ),
        Index(None, "mailing_id", "state"),
        Index(
            "ix_delivery_carried_by",
            "carried_by",
            sqlite_where=text("carried_by IS NOT NULL"),
            postgresql_where=text("carried_by IS NOT NULL"),
        ),
        one_of("returned", Returned),
        CheckConstraint("(returned IS NULL) = (returned_at IS NULL)", name="return_is_dated"),
        CheckConstraint(f"tells IS NULL OR tells BETWEEN {FEWEST} AND {MOST}", name="tells_in_range"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    state: Mapped[Word]
    ordinal: Mapped[int | None]
    of_at_most: Mapped[int | None]
    left_out_because: Mapped[Word | None]  # NULL: not left out
    carried_by: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))  # NULL: a message of its own
    tells: Mapped[int | None]  # NULL: tells no new number
    queued_at: Mapped[Moment]
    due_at: Mapped[Moment]
    tries: Mapped[int]
    attempting_by: Mapped[str | None] = mapped_column(String(32))  # NULL: in no worker's hand
    at: Mapped[Moment | None]  # NULL: nothing of it has reached a mail server, nor may have
    answer: Mapped[Line | None]  # the server's code and enhanced status, never its text; NULL: none yet
    returned: Mapped[Word | None]  # what a report said that came back later; NULL: none came
    returned_at: Mapped[Moment | None]
    returned_status: Mapped[Line | None]  # the enhanced status in that report, never its text; NULL: it named none
    sent_again_at: Mapped[Moment | None]  # NULL: no other row of this mailing stands for it
