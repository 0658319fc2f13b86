"""Groups, roles held, invitations. Roles are ended, not removed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.groups.rules import FEWEST, MOST, Controller, Kind, Role
from pcnppg.store.base import NEVER_REUSED, Base, Id, Line, Moment, Word, Words, one_of


class Group(Base):
    """A patient participation group. `promise` is the N now in force for those who join; each contact keeps their own."""

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
    privacy_contact: Mapped[Line]
    promise: Mapped[int]
    created_at: Mapped[Moment]
    woken_at: Mapped[Moment | None]  # when its list was last woken after two silent years; NULL: never
    set_up_at: Mapped[Moment | None]  # NULL: the chair has not looked through the settings yet


class RoleHeld(Base):
    """A role that a person holds or held in a group."""

    __tablename__ = "role_held"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("(until IS NULL) = (ended_because IS NULL)", name="end_has_reason"),
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
    until: Mapped[Moment | None]  # NULL: held now
    ended_because: Mapped[Line | None]


class Invitation(Base):
    """An offer of a role to a mailbox. `invited_by` is NULL where the operator's command invited."""

    __tablename__ = "invitation"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by_somebody"),
        Index(None, "group_id"),
        Index(None, "accepted_by"),
        Index(None, "invited_by"),
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
