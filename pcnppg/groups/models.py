"""Groups, their privacy notices, roles held, invitations. Roles are ended, not removed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.groups.rules import FEWEST, MOST, Controller, Ended, Holder, Kind, Role
from pcnppg.store.base import NEVER_REUSED, Base, Day, Hash, Id, Line, Moment, Ref, Word, Words, one_of


class Group(Base):
    """A patient participation group. `promise` is the N now in force for those who join; each contact keeps their own.

    Who holds the data, from `controller` to `complaints_contact`, is what the notice in force says: one action writes both.
    """

    __tablename__ = "patient_group"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("controller", Controller),
        CheckConstraint(
            "(kind = 'practice' AND practice_code IS NOT NULL AND network_code IS NULL)"
            " OR (kind = 'network' AND network_code IS NOT NULL AND practice_code IS NULL)",
            name="belongs_to_one",
        ),
        CheckConstraint(f"promise BETWEEN {FEWEST} AND {MOST}", name="promise_in_range"),
        Index(
            "uq_patient_group_practice_code",
            "practice_code",
            unique=True,
            sqlite_where=text("practice_code IS NOT NULL"),
            postgresql_where=text("practice_code IS NOT NULL"),
        ),
        Index(None, "network_code"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    short_code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[Line]
    practice_code: Mapped[str | None] = mapped_column(ForeignKey("practice.code"))  # NULL: a network group
    network_code: Mapped[str | None] = mapped_column(ForeignKey("network.code"))  # NULL: a practice group
    purpose: Mapped[Words]
    reply_address: Mapped[Line]
    helper_name: Mapped[Line]
    helper_contact: Mapped[Line]
    controller: Mapped[Word]
    holder_name: Mapped[Line] = mapped_column(default="", server_default="")
    holder_address: Mapped[Words] = mapped_column(default="", server_default="")
    privacy_contact: Mapped[Line]
    officer_name: Mapped[Line | None]  # the data protection officer; empty: there is none; NULL: nobody has said
    officer_contact: Mapped[Line] = mapped_column(default="", server_default="")
    registration: Mapped[Line | None]  # at the Information Commissioner's Office; empty: none; NULL: nobody has said
    complaints_contact: Mapped[Line] = mapped_column(default="", server_default="")  # empty: as `privacy_contact`
    notice_version: Mapped[int | None]  # the notice in force; NULL: none, so nobody can join
    promise: Mapped[int]
    created_at: Mapped[Moment]
    woken_at: Mapped[Moment | None]  # when its list was last woken after two silent years; NULL: never
    set_up_at: Mapped[Moment | None]  # NULL: the chair has not looked through the settings yet

    @property
    def holder(self) -> Holder:
        """Who holds its data."""
        return Holder(
            controller=Controller(self.controller),
            holder_name=self.holder_name,
            holder_address=self.holder_address,
            privacy_contact=self.privacy_contact,
            officer_name=self.officer_name,
            officer_contact=self.officer_contact,
            registration=self.registration,
            complaints_contact=self.complaints_contact,
        )


class PrivacyNotice(Base):
    """What a group told people about their data, each time it was published. Only ever added."""

    __tablename__ = "privacy_notice"
    __table_args__ = (UniqueConstraint("group_id", "version"), NEVER_REUSED)

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    version: Mapped[int]
    published_at: Mapped[Moment]
    words: Mapped[Words]
    digest: Mapped[Hash]
    by_person_id: Mapped[Ref | None]  # NULL: the operator's command


class RoleHeld(Base):
    """A role that a person holds or held in a group. `term_ends_on` is a prompt to the chair."""

    __tablename__ = "role_held"
    __table_args__ = (
        one_of("role", Role),
        one_of("ended_because", Ended),
        CheckConstraint("(until IS NULL) = (ended_because IS NULL)", name="end_has_reason"),
        CheckConstraint("ended_words IS NULL OR until IS NOT NULL", name="words_are_of_the_end"),
        Index(
            "uq_role_held_now",
            "group_id",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index(None, "person_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Word]
    since: Mapped[Moment]
    term_ends_on: Mapped[Day | None]  # NULL: no end is agreed; a passed end removes nothing by itself
    until: Mapped[Moment | None]  # NULL: held now
    ended_because: Mapped[Word | None]
    ended_words: Mapped[Line | None]  # NULL: none were written, or their holder was erased


class Invitation(Base):
    """An offer of a role to a mailbox. `invited_by` is NULL where the operator's command invited.

    Where the role of chair is handed over, `hands_over` is the role that ends when the offer is accepted, and `stays` says
    whether its holder is a member from then on.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by_somebody"),
        Index(None, "group_id"),
        Index(None, "accepted_by"),
        Index(None, "invited_by"),
        Index(None, "hands_over"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    role: Mapped[Word]
    address: Mapped[Line | None]  # NULL: accepted, expired or withdrawn; the address is no longer needed
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    accepted_at: Mapped[Moment | None]  # NULL: not accepted
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[Moment | None]  # NULL: not withdrawn
    term_ends_on: Mapped[Day | None]  # NULL: no end is agreed
    hands_over: Mapped[int | None] = mapped_column(ForeignKey("role_held.id"))  # NULL: nobody gives up a role for it
    stays: Mapped[bool] = mapped_column(default=False)


class SecondFactorReset(Base):
    """One officer helps another who lost their authenticator: told to all officers now, done a day later."""

    __tablename__ = "second_factor_reset"
    __table_args__ = (Index(None, "group_id"), Index(None, "person_id"), Index(None, "asked_by"), NEVER_REUSED)

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[Moment]
    due_at: Mapped[Moment]
    done_at: Mapped[Moment | None]  # NULL: not yet
    stopped_at: Mapped[Moment | None]  # NULL: nobody objected
