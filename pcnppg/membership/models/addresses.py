"""Changes of address that wait to be confirmed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.membership.rules import How
from pcnppg.store.base import NEVER_REUSED, Base, Hash, Id, Line, Moment, Word, one_of


class ContactMove(Base):
    """A new address that a contact asked for and nobody has confirmed yet. Made alike whoever has that address (rule 6).

    Or one that an officer was asked to write to. `address` and `mailbox` go when it is confirmed, refused, stopped or too
    old. `mailbox_hash` and `told_hash`, of the new mailbox and the old, count how often each was written to in a day, and go
    soon after.
    """

    __tablename__ = "contact_move"
    __table_args__ = (
        one_of("how", How),
        CheckConstraint("(address IS NULL) = (mailbox IS NULL)", name="address_with_mailbox"),
        CheckConstraint("used_at IS NULL OR mailbox IS NULL", name="used_is_emptied"),
        Index(None, "group_id", "mailbox_hash"),
        Index(None, "contact_id"),
        Index(None, "mailbox_hash", "asked_at"),
        Index(None, "told_hash", "asked_at"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    address: Mapped[Line | None]
    mailbox: Mapped[str | None] = mapped_column(String(254))
    mailbox_hash: Mapped[Hash]
    told_hash: Mapped[Hash | None]  # NULL: reached by post or phone so far, so there was no old one to tell
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    how: Mapped[Word]
    asked_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]  # NULL: not confirmed
