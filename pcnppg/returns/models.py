"""Which messages have come back already. No address and no word of them is kept."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.returns.rules import What
from pcnppg.store.base import NEVER_REUSED, Base, Hash, Id, Moment, Word, one_of


class TakenMail(Base):
    """One message that came back, known by a keyed hash, so that it is acted on once however often it comes.

    Kept for a month. It leads to nobody.
    """

    __tablename__ = "taken_mail"
    __table_args__ = (one_of("what", What), Index(None, "taken_at"), Index(None, "group_id"), NEVER_REUSED)

    id: Mapped[Id]
    digest: Mapped[Hash] = mapped_column(unique=True)
    what: Mapped[Word]
    taken_at: Mapped[Moment]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("patient_group.id"))  # NULL: it spoke of no mail of ours
