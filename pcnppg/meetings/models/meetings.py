"""A meeting, and a group's habits about meetings."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.meetings.rules.meetings import Habits, MeetingKind, QuorumKind
from pcnppg.store.base import NEVER_REUSED, Base, Id, Line, Moment, Ref, Word, Words, one_of


class Meeting(Base):
    """One meeting of one group. `sequence` counts what calendars must be told; `agenda_version` each change of the agenda.

    From `began_at` on stands what was found at the meeting itself. What a network's meeting is for (`purpose`), and that its
    groups agreed to it, only the floor above writes.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        one_of("kind", MeetingKind),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("items_close_at <= agenda_due_at AND agenda_due_at <= starts_at", name="dates_follow"),
        CheckConstraint("ended_at IS NULL OR began_at IS NOT NULL", name="began_before_it_ended"),
        CheckConstraint("(is_quorate IS NULL) = (quorum_at IS NULL)", name="quorum_is_stamped"),
        CheckConstraint("cancelled_at IS NULL OR cancelled_why IS NOT NULL", name="cancelled_says_why"),
        CheckConstraint("purpose_agreed_at IS NULL OR purpose IS NOT NULL", name="agreed_to_something"),
        CheckConstraint(
            "NOT needs_purpose OR settled_at IS NULL OR purpose_agreed_at IS NOT NULL", name="purpose_before_agenda"
        ),
        Index(None, "group_id", "starts_at", "id"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"))
    kind: Mapped[Word]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    place: Mapped[Line]  # empty: by link alone
    link: Mapped[Line]  # empty: in a room alone
    access: Mapped[Words]  # how to get in, hear and see; empty: nothing was written
    speaker: Mapped[Line]  # empty: nobody speaks
    about: Mapped[Words]  # a few words on what it is for; empty: none
    items_close_at: Mapped[Moment]
    agenda_due_at: Mapped[Moment]
    planned_at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: the operator's command
    changed_at: Mapped[Moment]
    needs_purpose: Mapped[bool] = mapped_column(default=False)  # of a network: its groups say first what it is for
    purpose: Mapped[Words | None]  # as it was last drafted; NULL: not yet, or not needed
    purpose_agreed_at: Mapped[Moment | None]  # NULL: not agreed
    sequence: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[Moment | None]  # NULL: it takes place
    cancelled_why: Mapped[Words | None]  # NULL: as above
    agenda_version: Mapped[int] = mapped_column(default=1)
    agenda_changed_by: Mapped[Ref | None]  # NULL: nobody has changed it yet
    settled_at: Mapped[Moment | None]  # when its agenda was first published; NULL: not yet
    began_at: Mapped[Moment | None]  # NULL: nobody has opened it yet
    ended_at: Mapped[Moment | None]  # NULL: not over
    is_quorate: Mapped[bool | None]  # NULL: not worked out yet
    quorum_present: Mapped[int | None]  # NULL: as above
    quorum_needed: Mapped[int | None]  # NULL: as above
    quorum_words: Mapped[Line | None]  # the rule as it was then; NULL: as above
    quorum_at: Mapped[Moment | None]  # NULL: as above


class MeetingSettings(Base):
    """A group's habits. A group without a row keeps the usual ones."""

    __tablename__ = "meeting_settings"
    __table_args__ = (
        one_of("quorum_kind", QuorumKind),
        CheckConstraint("items_close_days >= agenda_days AND agenda_days >= 0", name="days_follow"),
        CheckConstraint("agm_items_close_days >= agm_agenda_days AND agm_agenda_days >= 0", name="agm_days_follow"),
        CheckConstraint("quorum_share BETWEEN 1 AND 100", name="share_of_a_hundred"),
        CheckConstraint("quorum_number >= 1", name="quorum_of_somebody"),
        NEVER_REUSED,
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("patient_group.id"), unique=True)
    items_close_days: Mapped[int]
    agenda_days: Mapped[int]
    agm_items_close_days: Mapped[int]
    agm_agenda_days: Mapped[int]
    usual_minutes: Mapped[int]
    usual_place: Mapped[Line]
    usual_access: Mapped[Words]
    quorum_kind: Mapped[Word]
    quorum_number: Mapped[int]
    quorum_share: Mapped[int]
    quorum_patients_only: Mapped[bool]
    quorum_needs_officer: Mapped[bool]
    rotas: Mapped[Words]  # one task a line; empty: none
    changed_at: Mapped[Moment]
    by_person_id: Mapped[Ref | None]  # NULL: the operator's command

    @property
    def habits(self) -> Habits:
        """As rules read them."""
        return Habits(
            items_close_days=self.items_close_days,
            agenda_days=self.agenda_days,
            agm_items_close_days=self.agm_items_close_days,
            agm_agenda_days=self.agm_agenda_days,
            usual_minutes=self.usual_minutes,
            usual_place=self.usual_place,
            usual_access=self.usual_access,
            quorum_kind=QuorumKind(self.quorum_kind),
            quorum_number=self.quorum_number,
            quorum_share=self.quorum_share,
            quorum_patients_only=self.quorum_patients_only,
            quorum_needs_officer=self.quorum_needs_officer,
            rotas=self.rotas,
        )
