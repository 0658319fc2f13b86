"""What people ask a group about their data, and the log of what happened then."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.membership.rules import Awaited, CameBy, Outcome, RequestKind, Step, Timing
from pcnppg.store.base import NEVER_REUSED, Base, Day, Hash, Id, Line, Moment, Ref, Word, Words, one_of


class DataRequest(Base):
    """One request, and how its clock stands. What stands here beside the log is written by the same actions.

    `who`, `answer_to`, `asked` and `mailbox_hash` go when the person is erased, and some time after it was closed; so does
    `contact_id` then. What stays is that somebody asked, and when they were answered.
    """

    __tablename__ = "data_request"
    __table_args__ = (
        one_of("kind", RequestKind),
        one_of("came_by", CameBy),
        one_of("outcome", Outcome),
        CheckConstraint("(closed_on IS NULL) = (outcome IS NULL)", name="closed_has_outcome"),
        CheckConstraint("paused_days >= 0", name="paused_forwards"),
        CheckConstraint("closed_on IS NULL OR paused_since IS NULL", name="closed_is_not_paused"),
        CheckConstraint(
            "emptied_at IS NULL OR (who IS NULL AND answer_to IS NULL AND asked IS NULL AND mailbox_hash IS NULL)",
            name="emptied_is_nobody",
        ),
        Index(None, "group_id", "closed_on"),
        Index(None, "contact_id"),
        Index(None, "mailbox_hash", "written_at"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    kind: Mapped[Word]
    came_by: Mapped[Word]
    received_on: Mapped[Day]
    written_at: Mapped[Moment]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))  # NULL: not on the list, or forgotten
    who: Mapped[Line | None]  # NULL: the contact says it, none was given, or emptied
    answer_to: Mapped[Words | None]  # where the answer goes; NULL: as above
    mailbox_hash: Mapped[Hash | None]  # of `answer_to`, so that erasing finds it; NULL: it is no mailbox, or emptied
    asked: Mapped[Words | None]  # NULL: nothing more was said, or emptied
    acknowledged_on: Mapped[Day | None]  # NULL: not (yet)
    paused_since: Mapped[Day | None]  # NULL: the clock runs
    resumed_on: Mapped[Day | None]  # the end of the last pause; NULL: there was none
    paused_days: Mapped[int]
    extended_on: Mapped[Day | None]  # NULL: one month
    closed_on: Mapped[Day | None]  # NULL: open
    outcome: Mapped[Word | None]  # NULL: open
    emptied_at: Mapped[Moment | None]  # NULL: it still says who asked

    @property
    def timing(self) -> Timing:
        """What its clock goes by."""
        return Timing(
            kind=RequestKind(self.kind),
            received_on=self.received_on,
            acknowledged_on=self.acknowledged_on,
            paused_since=self.paused_since,
            resumed_on=self.resumed_on,
            paused_days=self.paused_days,
            extended=self.extended_on is not None,
            closed_on=self.closed_on,
        )


class RequestStep(Base):
    """One line of the log of a request. Only ever added; its words, which may name somebody, stand apart."""

    __tablename__ = "data_request_step"
    __table_args__ = (
        one_of("what", Step),
        one_of("awaited", Awaited),
        CheckConstraint("(what = 'paused') = (awaited IS NOT NULL)", name="paused_awaits"),
        Index(None, "request_id", "at"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("data_request.id"))
    what: Mapped[Word]
    at: Mapped[Moment]
    day: Mapped[Day]  # the day that counts, which may be before it was written down
    awaited: Mapped[Word | None]  # NULL unless paused
    by_person_id: Mapped[Ref | None]  # NULL: the person's own act, or the machine's


class RequestNote(Base):
    """The words of one step. They go with the person (settled 31)."""

    __tablename__ = "data_request_note"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    step_id: Mapped[int] = mapped_column(ForeignKey("data_request_step.id"), unique=True)
    words: Mapped[Words]
