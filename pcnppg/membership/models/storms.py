"""How many press a button from one network in a minute, for ten minutes; and what was out of step, without the network."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.membership.rules.storms import Pressed
from pcnppg.store.base import NEVER_REUSED, Base, Hash, Id, Moment, Ref, Word, one_of


class PressCount(Base):
    """Presses from one network in one minute. The network is a keyed hash, another for each group, and goes in minutes."""

    __tablename__ = "press_count"
    __table_args__ = (
        one_of("what", Pressed),
        UniqueConstraint("group_id", "what", "network_hash", "minute"),
        Index(None, "minute"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    what: Mapped[Word]
    network_hash: Mapped[Hash]
    minute: Mapped[Moment]
    presses: Mapped[int]
    by_program: Mapped[int]


class Storm(Base):
    """Many presses from one network, and what is usual. Names neither people nor the network."""

    __tablename__ = "storm"
    __table_args__ = (
        one_of("what", Pressed),
        CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen_by_somebody"),
        CheckConstraint("by_program <= presses", name="program_among_presses"),
        Index(None, "group_id", "last_at"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    what: Mapped[Word]
    began_at: Mapped[Moment]
    last_at: Mapped[Moment]
    presses: Mapped[int]
    by_program: Mapped[int]  # how many of them were a mail program's own button (RFC 8058)
    usual: Mapped[int]  # how many do it on a usual day
    seen_at: Mapped[Moment | None]  # NULL: no officer has looked at it
    seen_by: Mapped[Ref | None]
