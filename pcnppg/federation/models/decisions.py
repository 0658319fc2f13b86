"""Questions put to the vote. From its opening on, every row of a decision is only ever added."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.federation.rules.decisions import Counting, How, OnTie, Outcome, Quorum, Rule, Terms
from pcnppg.groups.rules import Role
from pcnppg.store.base import NEVER_REUSED, Base, Day, Id, Line, Moment, Ref, Word, Words, one_of


class DecisionDraft(Base):
    """A question that is being prepared. `options` holds one on each line; for an election, numbers of delegates."""

    __tablename__ = "decision_draft"
    __table_args__ = (
        one_of("rule", Rule),
        one_of("counting", Counting),
        one_of("quorum", Quorum),
        one_of("on_tie", OnTie),
        one_of("elects", Role),
        Index(None, "network_id"),
        Index(None, "decision_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    network_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    question: Mapped[Line]
    explanation: Mapped[Words]
    options: Mapped[Words]
    elects: Mapped[Word | None]  # NULL: no election
    rule: Mapped[Word]
    counting: Mapped[Word]
    quorum: Mapped[Word]
    on_tie: Mapped[Word]
    is_secret: Mapped[bool]
    needs_view: Mapped[bool]
    closes_on: Mapped[Day]
    written_at: Mapped[Moment]
    written_by: Mapped[Ref]
    discarded_at: Mapped[Moment | None]  # NULL: not thrown away
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))  # NULL: not opened


class Decision(Base):
    """A question as it was opened. Open while it has no result and its time is not over."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("rule", Rule),
        one_of("counting", Counting),
        one_of("quorum", Quorum),
        one_of("on_tie", OnTie),
        one_of("elects", Role),
        CheckConstraint("NOT is_secret OR counting <> 'both'", name="secret_counts_one_way"),
        Index(None, "network_id", "opened_at"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    network_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    question: Mapped[Line]
    explanation: Mapped[Words]
    elects: Mapped[Word | None]  # NULL: no election
    rule: Mapped[Word]
    counting: Mapped[Word]
    quorum: Mapped[Word]
    on_tie: Mapped[Word]
    is_secret: Mapped[bool]
    needs_view: Mapped[bool]
    opened_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    by_person_id: Mapped[Ref]

    def terms(self, options: int) -> Terms:
        return Terms(
            rule=Rule(self.rule),
            counting=Counting(self.counting),
            quorum=Quorum(self.quorum),
            on_tie=OnTie(self.on_tie),
            options=options,
            is_secret=self.is_secret,
            needs_view=self.needs_view,
        )


class DecisionOption(Base):
    """One answer. A candidate's name is read from their account: a name that was copied here could not be erased."""

    __tablename__ = "decision_option"
    __table_args__ = (UniqueConstraint("decision_id", "number"), Index(None, "delegate_id"), NEVER_REUSED)

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    number: Mapped[int]
    words: Mapped[Line]
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id"))  # NULL: no candidate


class DecisionRoll(Base):
    """Who may vote, for which group, as it was when the vote opened."""

    __tablename__ = "decision_roll"
    __table_args__ = (
        UniqueConstraint("decision_id", "delegate_id"),
        Index(None, "delegate_id"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"))
    is_substitute: Mapped[bool]


class VoteCast(Base):
    """That a vote was given, never which way. `seat` is the vote on the roll: a group's, or a delegate's line of the roll."""

    __tablename__ = "vote_cast"
    __table_args__ = (
        one_of("how", How),
        UniqueConstraint("decision_id", "seat"),
        CheckConstraint("(how = 'phone') = (entered_by IS NOT NULL)", name="phone_vote_entered_by"),
        Index(None, "cast_by"),
        Index(None, "group_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    seat: Mapped[int]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    cast_by: Mapped[int] = mapped_column(ForeignKey("decision_roll.id"))
    how: Mapped[Word]
    entered_by: Mapped[Ref | None]  # NULL: they voted themself
    at: Mapped[Moment]


class BallotPaper(Base):
    """Which way one vote went. Its number is drawn by lot, and says nothing of who or when.

    An open vote says in `vote_id` whose it is. A secret one is known by its number to nobody but who gave it.
    """

    __tablename__ = "ballot_paper"
    __table_args__ = (Index(None, "decision_id"), Index(None, "option_id"), UniqueConstraint("vote_id"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    option_id: Mapped[int | None] = mapped_column(ForeignKey("decision_option.id"))  # NULL: abstains
    vote_id: Mapped[int | None] = mapped_column(ForeignKey("vote_cast.id"))  # NULL: a secret vote


class DecisionResult(Base):
    """What came of it, once and for all. `counts` holds the tallies as JSON; words are made from them."""

    __tablename__ = "decision_result"
    __table_args__ = (
        one_of("outcome", Outcome),
        CheckConstraint("(outcome = 'chosen') = (option_id IS NOT NULL)", name="chosen_has_option"),
        Index(None, "option_id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    outcome: Mapped[Word]
    option_id: Mapped[int | None] = mapped_column(ForeignKey("decision_option.id"))  # NULL: nothing is decided
    by_tie: Mapped[bool]
    counts: Mapped[Words]
    closed_at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: its time was over


class HomeView(Base):
    """What a group thinks of a question, before its delegates vote."""

    __tablename__ = "home_view"
    __table_args__ = (UniqueConstraint("decision_id", "group_id"), Index(None, "group_id"), NEVER_REUSED)

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    words: Mapped[Words]
    at: Mapped[Moment]
    by_person_id: Mapped[Ref]
