"""Messages waiting to go, and the workers that carry them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.post.rules import MailClass, State
from pcnppg.store.base import NEVER_REUSED, Base, Id, Line, Moment, Ref, Word, one_of


class OutboxMessage(Base):
    """One service message or piece of office mail.

    `sealed` holds the receiver and the words, encrypted, and is emptied when the row is settled: what stays says that
    something went, not to whom. `about_kind` and `about_id` name the row it concerns, so that erasure finds what waits.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        one_of("state", State),
        one_of("mail_class", MailClass),
        CheckConstraint("(state IN ('queued', 'attempting')) = (sealed IS NOT NULL)", name="sealed_while_open"),
        CheckConstraint("(state IN ('queued', 'attempting')) = (settled_at IS NULL)", name="settled_is_dated"),
        CheckConstraint("(state = 'attempting') = (attempting_by IS NOT NULL)", name="attempting_has_worker"),
        Index(
            "ix_outbox_message_due",
            "due_at",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outbox_message_attempting",
            "attempting_by",
            sqlite_where=text("state = 'attempting'"),
            postgresql_where=text("state = 'attempting'"),
        ),
        Index(None, "about_kind", "about_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    mail_class: Mapped[Word]
    kind: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # NULL: settled
    about_kind: Mapped[Word | None]  # NULL: about no row that we keep
    about_id: Mapped[Ref | None]
    state: Mapped[Word]
    queued_at: Mapped[Moment]
    due_at: Mapped[Moment]
    expires_at: Mapped[Moment | None]  # NULL: worth sending whenever it goes
    tries: Mapped[int]
    in_doubt: Mapped[bool]
    attempting_by: Mapped[str | None] = mapped_column(String(32))
    settled_at: Mapped[Moment | None]
    answer: Mapped[Line | None]  # the server's code and enhanced status, never its text; NULL: none yet


class Worker(Base):
    """A running worker, known by a random name; silent for longer than the lease, it is taken for dead.

    What became of the messages it had is counted from its start, and written with its signs of life.
    """

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]  # NULL: running, or died
    carried_at: Mapped[Moment | None]  # when it last knew that mail goes out; NULL: none has
    handed_over: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    put_off: Mapped[int] = mapped_column(default=0)
    in_doubt: Mapped[int] = mapped_column(default=0)
    a_minute: Mapped[int] = mapped_column(default=0)  # handed over in the minute before its last sign


class JobRun(Base):
    """One periodic job in one slot of time, claimed by whoever inserts it first."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(80), primary_key=True)
    slot: Mapped[Moment] = mapped_column(primary_key=True)
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]  # NULL: running, or died
