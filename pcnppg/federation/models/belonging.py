"""A network's agreement in its versions, the groups that were invited or joined, and who speaks for them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.federation.rules.belonging import Ended, Terms
from pcnppg.store.base import NEVER_REUSED, Base, Id, Moment, Ref, Word, Words, one_of

INSIDE = "accepted_at IS NOT NULL AND ended_at IS NULL"


class Agreement(Base):
    """What the groups of a network agreed to, each time it was published. Only ever added."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("network_id", "version"), NEVER_REUSED)

    id: Mapped[Id]
    network_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    version: Mapped[int]
    contributes: Mapped[Words]
    gains: Mapped[Words]
    shares: Mapped[Words]
    decides: Mapped[Words]
    leaving: Mapped[Words]
    delegates: Mapped[int]
    substitutes: Mapped[int]
    term_months: Mapped[int]
    purpose_groups: Mapped[int]
    published_at: Mapped[Moment]
    by_person_id: Mapped[Ref]

    @property
    def terms(self) -> Terms:
        return Terms(
            contributes=self.contributes,
            gains=self.gains,
            shares=self.shares,
            decides=self.decides,
            leaving=self.leaving,
            delegates=self.delegates,
            substitutes=self.substitutes,
            term_months=self.term_months,
            purpose_groups=self.purpose_groups,
        )


class Belonging(Base):
    """A practice group's place in a network: invited, then in it, then gone. A group is in one network at a time.

    `version` is the agreement last accepted. A group that is `asleep_since` keeps its list and consents; the network speaks
    for it until it wakes.
    """

    __tablename__ = "belonging"
    __table_args__ = (
        one_of("ended_because", Ended),
        CheckConstraint("(accepted_at IS NULL) = (version IS NULL)", name="accepted_a_version"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="end_has_reason"),
        CheckConstraint("asleep_since IS NULL OR accepted_at IS NOT NULL", name="asleep_inside"),
        Index(
            "uq_belonging_now",
            "network_id",
            "group_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_belonging_in_one_network",
            "group_id",
            unique=True,
            sqlite_where=text(INSIDE),
            postgresql_where=text(INSIDE),
        ),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    network_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    invited_at: Mapped[Moment]
    invited_by: Mapped[Ref]
    accepted_at: Mapped[Moment | None]  # NULL: not in the network (yet)
    version: Mapped[int | None]
    ended_at: Mapped[Moment | None]  # NULL: invited, or in the network
    ended_because: Mapped[Word | None]
    asleep_since: Mapped[Moment | None]  # NULL: awake


class AgreementAcceptance(Base):
    """A group's chair agreed to a version. Only ever added."""

    __tablename__ = "agreement_acceptance"
    __table_args__ = (UniqueConstraint("belonging_id", "version"), NEVER_REUSED)

    id: Mapped[Id]
    belonging_id: Mapped[int] = mapped_column(ForeignKey("belonging.id"))
    version: Mapped[int]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref]


class Delegate(Base):
    """Which group sent the holder of a role of delegate. Who it is, since when and until when, says the role itself."""

    __tablename__ = "delegate"
    __table_args__ = (Index(None, "network_id", "group_id"), Index(None, "group_id"), NEVER_REUSED)

    id: Mapped[Id]
    held_id: Mapped[int] = mapped_column(ForeignKey("role_held.id"), unique=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    is_substitute: Mapped[bool]
