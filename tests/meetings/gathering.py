"""A group that meets: its people by role, a meeting on our day with three parts, and short ways to what happens there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from pcnppg.groups.models import RoleHeld
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.meetings.actions import attending, day, following, minutes
from pcnppg.meetings.actions.following import Owner
from pcnppg.meetings.models import Action, AgendaEntry, Attendance, Decision, Item, ItemHistory, Meeting, Minutes
from pcnppg.meetings.rules.deciding import Casting, Votes
from pcnppg.meetings.rules.record import DecisionHow, MinutesState
from pcnppg.people import actions as people
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import chair_of

BEGINS = THE_DAY - timedelta(minutes=30)
"""Our stories' moment is half an hour into the meeting."""
LASTS = timedelta(minutes=90)
PARTS = (("Welcome and apologies", 5), ("The phones at eight", 30), ("Any other business", 15))


class Table:
    """Who sits around it, and the meeting they sit in."""

    def __init__(self, *, patients: int = 3, staff: int = 1, slug: str = "elm-tree", practice: str = "Z99001") -> None:
        self.group = making.a_group(slug=slug, practice=practice, chair=f"chair@{slug}.example")
        self.chair = chair_of(self.group)
        self.secretary = self.add(Role.SECRETARY, "Priya Shah")
        self.members = [self.add(Role.MEMBER, name) for name in ("Derek Okafor", "Ann Bell", "Jo Reed")[:patients]]
        self.staff = [self.add(Role.PRACTICE_MANAGER, "Karen Doyle") for _ in range(staff)]
        self.meeting = self.plan(BEGINS)

    def add(self, role: Role, name: str) -> int:
        """Somebody takes up a role. Written down at once: how invitations work is told elsewhere."""
        address = EmailAddress.parse(f"{name.lower().replace(' ', '.')}@table-{self.group}.example")
        with transaction() as open_:
            person = people.make_account(address=address, name=name, by=OPERATOR, at=clock.now())
            open_.add(RoleHeld(group_id=self.group, person_id=person.id, role=role, since=clock.now()))
            return person.id

    def plan(self, begins: datetime, parts: tuple[tuple[str, int], ...] = PARTS) -> int:
        """A meeting with these parts on its agenda: its number."""
        with transaction() as open_:
            meeting = Meeting(
                group_id=self.group,
                kind="ordinary",
                starts_at=begins,
                ends_at=begins + LASTS,
                place="The back room",
                link="",
                access="",
                speaker="",
                about="",
                items_close_at=begins - timedelta(days=14),
                agenda_due_at=begins - timedelta(days=7),
                planned_at=begins - timedelta(days=30),
                changed_at=begins - timedelta(days=30),
            )
            open_.add(meeting)
            open_.flush()
            for position, (title, lasts) in enumerate(parts, 1):
                open_.add(_entry(meeting, position, lasts, begins, title=title))
            return meeting.id

    def propose(
        self, title: str, *, by: int | None, role: Role | None, meeting: int = 0, origin: str = "patients"
    ) -> int:
        """An item on the agenda of a meeting: its number. `by` None: a visitor."""
        with transaction() as open_:
            met = open_.get_one(Meeting, meeting or self.meeting)
            item = Item(
                group_id=self.group,
                meeting_id=met.id,
                title=title,
                now_words="",
                better_words="",
                could_words="",
                origin=origin,
                came_by="page",
                state="accepted",
                person_id=by,
                proposer_name=None if by else "A visitor",
                proposed_at=THE_DAY - timedelta(days=20),
                changed_at=THE_DAY - timedelta(days=20),
            )
            open_.add(item)
            open_.flush()
            line = {"act": "proposed", "at": item.proposed_at, "by_person_id": by, "as_role": role}
            open_.add(ItemHistory(group_id=self.group, item_id=item.id, **line))
            open_.add(_entry(met, 9, 10, met.starts_at, item_id=item.id))
            return item.id

    def entries(self, meeting: int = 0) -> list[int]:
        session().rollback()
        found = select(AgendaEntry.id).where(AgendaEntry.meeting_id == (meeting or self.meeting))
        return list(session().scalars(found.order_by(AgendaEntry.position, AgendaEntry.id)))

    def come(self, *people: int, meeting: int = 0, standing: str = "here") -> None:
        """These people are here."""
        with transaction():
            attending.mark(
                self.group,
                meeting or self.meeting,
                dict.fromkeys(people, standing),
                by=Who.person(self.secretary),
                at=clock.now(),
            )

    def all_come(self, meeting: int = 0) -> None:
        self.come(self.chair, self.secretary, *self.members, *self.staff, meeting=meeting)

    def note(self, words: str, entry: int | None = None, *, slip: str = "", by: int = 0, meeting: int = 0) -> int:
        with transaction():
            who = Who.person(by or self.secretary)
            return day.note(self.group, meeting or self.meeting, entry, words, slip=slip, by=who, at=clock.now()).id

    def decide(
        self,
        motion: str = "We ask for a bell.",
        *,
        votes: tuple[int, int, int] | None = None,
        casting: Casting | None = None,
        slip: str = "",
        entry: int | None = None,
        meeting: int = 0,
    ) -> Decision:
        with transaction():
            return day.decide(
                self.group,
                meeting or self.meeting,
                entry,
                motion=motion,
                how=DecisionHow.SHOW_OF_HANDS if votes else DecisionHow.AGREED,
                votes=Votes(*votes) if votes else None,
                casting=casting,
                slip=slip,
                by=Who.person(self.secretary),
                at=clock.now(),
            )

    def give(
        self,
        words: str = "Ask what a bell costs",
        *,
        to: int | None = None,
        name: str = "",
        address: str = "",
        due_on: date | None = None,
        **more: Any,
    ) -> Action:
        owner = Owner(to, name, EmailAddress.parse(address) if address else None)
        with transaction():
            return following.give(
                self.group,
                words=words,
                owner=owner,
                due_on=due_on,
                by=Who.person(self.secretary),
                at=clock.now(),
                **more,
            )

    def end(self, meeting: int = 0) -> None:
        with transaction():
            day.end_meeting(self.group, meeting or self.meeting, by=Who.person(self.secretary), at=clock.now())

    def hold(self, begins: datetime, *people: int) -> int:
        """A whole meeting on another day: planned, held with these people, ended."""
        number = self.plan(begins)
        with clock.at(begins):
            self.come(*people, meeting=number)
            self.end(number)
        return number

    def circulate(self, meeting: int = 0) -> None:
        with transaction():
            minutes.circulate(self.group, meeting or self.meeting, by=Who.person(self.secretary), at=clock.now())

    def accept(self, at_meeting: int, meeting: int = 0) -> None:
        with transaction():
            minutes.accept(
                self.group,
                meeting or self.meeting,
                at_meeting=at_meeting,
                by=Who.person(self.secretary),
                at=clock.now(),
            )

    def publish(self, words: str = "## 1. Welcome\n\nAll is well.", meeting: int = 0) -> None:
        with transaction():
            minutes.publish(self.group, meeting or self.meeting, words, by=Who.person(self.secretary), at=clock.now())

    def minutes_stand(self, state: MinutesState, meeting: int = 0) -> int:
        """The meeting is over and its minutes have come as far as this: the number of the meeting."""
        meeting = meeting or self.meeting
        self.all_come(meeting)
        self.note("Karen Doyle told us that Derek Okafor rang at eight.", self.entries(meeting)[1], meeting=meeting)
        self.end(meeting)
        if state is not MinutesState.DRAFT:
            self.circulate(meeting)
        if state in {MinutesState.ACCEPTED, MinutesState.PUBLISHED}:
            later = self.plan(THE_DAY + timedelta(days=1))
            with clock.at(THE_DAY + timedelta(days=1)):
                self.all_come(later)
                self.accept(later, meeting)
                if state is MinutesState.PUBLISHED:
                    self.publish(meeting=meeting)
        return meeting


def _entry(meeting: Meeting, position: int, lasts: int, at: datetime, **what: Any) -> AgendaEntry:
    return AgendaEntry(
        group_id=meeting.group_id,
        meeting_id=meeting.id,
        position=position,
        minutes=lasts,
        purpose="discuss",
        lead="",
        added_at=at,
        **what,
    )


def meeting_row(number: int) -> Meeting:
    session().rollback()
    return session().get_one(Meeting, number)


def minutes_row(meeting: int) -> Minutes:
    session().rollback()
    return session().scalars(select(Minutes).where(Minutes.meeting_id == meeting)).one()


def action_row(number: int) -> Action:
    session().rollback()
    return session().get_one(Action, number)


def attendance_row(meeting: int, person: int) -> Attendance:
    session().rollback()
    found = select(Attendance).where(Attendance.meeting_id == meeting, Attendance.person_id == person)
    return session().scalars(found).one()
