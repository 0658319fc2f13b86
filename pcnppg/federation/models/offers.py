"""What a network offers its groups and what each made of it; what groups ask of one another."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.federation.rules.offers import About, HelpKind, NoticeKind
from pcnppg.store.base import NEVER_REUSED, Base, Day, Id, Line, Moment, Ref, Word, Words, one_of


class SharedNotice(Base):
    """A notice or an event for the groups of a network."""

    __tablename__ = "shared_notice"
    __table_args__ = (one_of("kind", NoticeKind), Index(None, "network_id", "offered_at"), NEVER_REUSED)

    id: Mapped[Id]
    network_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    kind: Mapped[Word]
    title: Mapped[Line]
    body: Mapped[Words]
    ends_on: Mapped[Day]
    offered_at: Mapped[Moment]
    by_person_id: Mapped[Ref]
    withdrawn_at: Mapped[Moment | None]  # NULL: not withdrawn


class NoticeAnswer(Base):
    """What a group made of a notice. Taken, it became an update of the group's own: its words live there."""

    __tablename__ = "notice_answer"
    __table_args__ = (
        UniqueConstraint("notice_id", "group_id"),
        CheckConstraint("is_taken OR update_id IS NULL", name="taken_to_be_told"),
        Index(None, "group_id"),
        Index(None, "update_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(ForeignKey("shared_notice.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    is_taken: Mapped[bool]
    update_id: Mapped[int | None] = mapped_column(
        ForeignKey("posted_update.id", ondelete="SET NULL")
    )  # NULL: not taken, or forgotten since
    at: Mapped[Moment]
    by_person_id: Mapped[Ref]


class NetworkMailing(Base):
    """A mailing for the groups of a network. `repeats` counts those who would have got it from more than one of them."""

    __tablename__ = "network_mailing"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR sending_at IS NOT NULL", name="sent_after_begun"),
        CheckConstraint("withdrawn_at IS NULL OR sending_at IS NULL", name="withdrawn_before_sent"),
        Index(None, "network_id", "offered_at"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    network_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    subject: Mapped[Line]
    body: Mapped[Words]
    offered_at: Mapped[Moment]
    by_person_id: Mapped[Ref]
    withdrawn_at: Mapped[Moment | None]  # NULL: not withdrawn
    sending_at: Mapped[Moment | None]  # NULL: nobody has pressed Send
    sending_by: Mapped[Ref | None]  # NULL: as above
    sent_at: Mapped[Moment | None]  # NULL: not queued for every group yet
    repeats: Mapped[int] = mapped_column(default=0, server_default="0")


class NetworkMailingAnswer(Base):
    """What a group made of a network mailing. `mailing_id` is the mailing that went out in its name."""

    __tablename__ = "network_mailing_answer"
    __table_args__ = (
        UniqueConstraint("network_mailing_id", "group_id"),
        Index(None, "group_id"),
        Index(None, "mailing_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    network_mailing_id: Mapped[int] = mapped_column(ForeignKey("network_mailing.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    is_taken: Mapped[bool]
    subject: Mapped[Line]
    body: Mapped[Words]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref]
    queued_at: Mapped[Moment | None]  # NULL: not its turn yet
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"))  # NULL: it would have reached nobody


class HelpPost(Base):
    """What a group asks of the others, or offers them."""

    __tablename__ = "help_post"
    __table_args__ = (
        one_of("kind", HelpKind),
        one_of("about", About),
        Index(None, "network_id", "posted_at"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    network_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    kind: Mapped[Word]
    about: Mapped[Word]
    title: Mapped[Line]
    body: Mapped[Words]
    posted_at: Mapped[Moment]
    by_person_id: Mapped[Ref]
    closed_at: Mapped[Moment | None]  # NULL: open


class HelpAnswer(Base):
    """What another group wrote back. It is mailed on without anybody's address."""

    __tablename__ = "help_answer"
    __table_args__ = (Index(None, "post_id"), Index(None, "group_id"), NEVER_REUSED)

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("help_post.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    words: Mapped[Words]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref]
