"""Accounts, sessions, second factors. Tokens and codes are stored as hashes, authenticator secrets sealed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.people.rules import FORMER
from pcnppg.store.base import NEVER_REUSED, Base, Day, Hash, Id, Line, Moment, Ref, Words


class Person(Base):
    """Somebody with an account. `mailbox` is what we compare and write to, `address` what they typed.

    Who is erased keeps the number, because what they decided and sent stays true; it says nobody's name.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("(erased_at IS NULL) = (mailbox IS NOT NULL)", name="mailbox_unless_erased"),
        CheckConstraint("(address IS NULL) = (mailbox IS NULL)", name="address_with_mailbox"),
        CheckConstraint(f"erased_at IS NULL OR name = '{FORMER}'", name="erased_is_nobody"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    name: Mapped[Line]
    address: Mapped[Line | None]  # NULL: erased
    mailbox: Mapped[str | None] = mapped_column(String(254), unique=True)
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment | None]  # NULL: never signed in
    unused_told_at: Mapped[Moment | None]  # NULL: not told that the account ends unused
    erased_at: Mapped[Moment | None]  # NULL: an account
    digest_on: Mapped[Day | None]  # the last day on which their digest was made up; NULL: never
    digest_told: Mapped[Words] = mapped_column(default="")  # what waited then, as hashes
    digest_off_at: Mapped[Moment | None]  # when they switched the digest off; NULL: they get it


class AddressChange(Base):
    """A new address that waits for the code mailed to it. Made for every address alike, in use by somebody or not."""

    __tablename__ = "address_change"
    __table_args__ = (Index(None, "person_id", "asked_at"), Index(None, "mailbox_hash", "asked_at"), NEVER_REUSED)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    address: Mapped[Line]
    mailbox_hash: Mapped[Hash]
    code_hash: Mapped[Hash]
    asked_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class SignInRequest(Base):
    """One mailed code and link. `person_id` is NULL for an address without an account: the row is made all the same."""

    __tablename__ = "sign_in_request"
    __table_args__ = (Index(None, "mailbox_hash", "asked_at"), Index(None, "person_id"), NEVER_REUSED)

    id: Mapped[Id]
    mailbox_hash: Mapped[Hash]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    code_hash: Mapped[Hash]
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]  # NULL: not used


class SignInTry(Base):
    """One wrong guess, at a mailed code or an authenticator code, counted by the keyed hash of what was guessed at."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index(None, "key_hash", "at"), NEVER_REUSED)

    id: Mapped[Id]
    key_hash: Mapped[Hash]
    at: Mapped[Moment]


class SignInSession(Base):
    """One device on which a person is signed in. The cookie carries the id and a secret; only its hash is here."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        Index(None, "person_id"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="end_has_reason"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    secret_hash: Mapped[Hash]
    device: Mapped[Line]
    began_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    second_factor_at: Mapped[Moment | None]  # NULL: signed in by mail alone
    ended_at: Mapped[Moment | None]  # NULL: still open
    ended_because: Mapped[Line | None]


class SecondFactor(Base):
    """An authenticator. `confirmed_at` is NULL until the first right code; `last_step` refuses a code used before.

    `next_sealed_secret` waits beside the old one while somebody moves to a new phone.
    """

    __tablename__ = "second_factor"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[Moment]
    confirmed_at: Mapped[Moment | None]
    last_step: Mapped[Ref | None]  # NULL: no code used yet
    next_sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # NULL: no new authenticator is being set up


class RecoveryCode(Base):
    """One of ten codes for a lost authenticator, shown once, kept as an argon2 hash.

    `number` is the digit that the code begins with: it says which hash to compare, so that one comparison is enough.
    """

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "number"), NEVER_REUSED)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    number: Mapped[int]
    code_hash: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[Moment | None]  # NULL: still good
