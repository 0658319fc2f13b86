"""A year of meetings in the demonstration: what was proposed, what came of it, and a lively agenda for the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Protocol

from pcnppg.demo.minutes import Record
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import agenda, backing, items, papers, planning, proposing
from pcnppg.meetings.queries import meetings as queries
from pcnppg.meetings.queries.agenda import Part, agenda_of
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.items import Answer, CameBy, PassedTo, Wish
from pcnppg.meetings.rules.meetings import MeetingKind, Plan
from pcnppg.meetings.rules.times import in_england
from pcnppg.store.session import transaction

PLACE = "The back room of Withy Bank Surgery, 2 Withy Lane"
ACCESS = "Ring the lower bell. There is a ramp, a hearing loop, and room for two cars."


@dataclass(frozen=True, slots=True)
class Proposed:
    """An item: whose, what, how many minutes, what came of it (nothing: it is still to come)."""

    role: Role
    title: str
    minutes: int
    came_of_it: str = ""
    purpose: Purpose = Purpose.DISCUSS
    now: str = ""
    better: str = ""
    could: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting that was: so many weeks ago."""

    weeks_ago: int
    items: tuple[Proposed, ...]
    kind: MeetingKind = MeetingKind.ORDINARY


PAST = (
    Held(
        42,
        (
            Proposed(
                Role.MEMBER,
                "How long it takes to get through by phone",
                25,
                "Three more people answer between 8am and 9:30am, and you can be called back.",
            ),
            Proposed(
                Role.PRACTICE_MANAGER, "The new telephone system", 15, "It was shown, and the group tried it.", Purpose.INFORM
            ),
        ),
    ),
    Held(
        33,
        (
            Proposed(
                Role.VICE_CHAIR, "The steps at the front door", 20, "The surgery had a ramp built. It opened in spring.",
                Purpose.DECIDE,
            ),
        ),
    ),
    Held(
        24,
        (
            Proposed(
                Role.MEMBER,
                "Large print for letters",
                15,
                "Every letter now says how to ask for large print. The desk prints it at once.",
                Purpose.DECIDE,
            ),
            Proposed(Role.PRACTICE_MANAGER, "Who does what: the new roles", 20, "Three people came to be met.", Purpose.INFORM),
        ),
        MeetingKind.AGM,
    ),
    Held(
        15,
        (
            Proposed(
                Role.SECRETARY, "A bench outside the surgery", 10, "The parish paid for it. It stands by the door.",
                Purpose.DECIDE,
            ),
        ),
    ),
    Held(
        6,
        (
            Proposed(
                Role.MEMBER,
                "What happens after a hospital visit",
                25,
                "We wrote to all of you. The surgery calls within three days of a letter.",
            ),
        ),
    ),
)  # fmt: skip

LINGERS_SINCE = 15
LINGERING = Proposed(Role.MEMBER, "Appointments in the evening", 10)
"""There was no time for it, twice."""

COMING = (
    Proposed(
        Role.MEMBER,
        "Text messages that nobody can answer",
        15,
        now="The surgery sends texts, and there is no way to reply.",
        better="One number that takes a short answer.",
        could="Ask which of the texts need a reply, and begin with those.",
    ),
    Proposed(Role.PRACTICE_MANAGER, "Opening on Saturday mornings", 15, purpose=Purpose.DECIDE),
    Proposed(Role.VICE_CHAIR, "Somebody to show new patients around", 10, purpose=Purpose.DECIDE),
)


class Year(Protocol):
    """The group whose year it is; its number and people are known once it is founded."""

    group_id: int
    by: dict[Role, Who]


@dataclass
class Meetings:
    """One group's meetings, as the year goes on."""

    year: Year
    lingering: int = 0
    record: Record | None = None

    @property
    def group_id(self) -> int:
        return self.year.group_id

    @property
    def by(self) -> dict[Role, Who]:
        return self.year.by

    @property
    def chair(self) -> Who:
        return self.by[Role.CHAIR]

    def events(self, today: datetime) -> Iterator[tuple[datetime, int, Any]]:
        """What happens when, in no order."""
        for held in PAST:
            yield today - timedelta(weeks=held.weeks_ago + 5), 7, partial(self.hold, held, today)
        yield today - timedelta(days=30), 7, partial(self.prepare, today)

    def hold(self, held: Held, today: datetime) -> None:
        """From the first proposal to what came of it, five weeks later."""
        on = clock.local(today - timedelta(weeks=held.weeks_ago)).date()
        meeting_id = self.plan(on, held.kind, by_now=clock.now())
        entries = [self.put_on(meeting_id, one) for one in held.items]
        if held.weeks_ago == LINGERS_SINCE:
            self.lingering = self.put_on(meeting_id, LINGERING)
        elif self.lingering:
            self.take_up_again(meeting_id)
        with clock.at(clock.now() + timedelta(weeks=4)):
            self.publish(meeting_id)
        if self.record is None:
            self.record = Record(self.group_id, self.by)
            self.record.keep_habits()
        outcomes = {item_id: one.came_of_it for one, item_id in zip(held.items, entries, strict=True)}
        self.record.hold(meeting_id, held.weeks_ago, outcomes)

    def plan(self, on: date, kind: MeetingKind, *, by_now: datetime, **over: str) -> int:
        plan = Plan(kind, in_england(on, time(18, 30)), in_england(on, time(20)), place=PLACE, access=ACCESS, **over)
        with transaction():
            return planning.plan_meeting(self.group_id, plan, by=self.chair, at=by_now).id

    def put_on(self, meeting_id: int, one: Proposed) -> int:
        item_id = self.propose(meeting_id, one)
        how: dict[str, Any] = {"minutes": one.minutes, "purpose": one.purpose, "by": self.chair, "at": clock.now()}
        with transaction():
            items.accept(self.group_id, item_id, meeting_id=meeting_id, **how)
        return item_id

    def propose(self, meeting_id: int, one: Proposed) -> int:
        wish = Wish(one.title, one.now, one.better, one.could)
        with transaction():
            return proposing.propose(self.group_id, meeting_id, wish, by=self.by[one.role], at=clock.now()).id

    def publish(self, meeting_id: int) -> None:
        version = queries.get_meeting(self.group_id, meeting_id).agenda_version
        with transaction():
            agenda.publish_agenda(self.group_id, meeting_id, version=version, by=self.chair, at=clock.now())

    def prepare(self, today: datetime) -> None:
        """The next meeting: an agenda that changed after it was published, and a tray with something of each kind."""
        next_on = clock.local(today).date() + timedelta(days=6)
        meeting_id = self.plan(
            next_on, MeetingKind.ORDINARY, by_now=clock.now(), about="Come early: there are biscuits."
        )
        later_on = next_on + timedelta(weeks=9)
        later = self.plan(later_on, MeetingKind.OPEN_EVENT, by_now=clock.now(), speaker="Amara Nwosu, pharmacist")
        text, saturday, guide = (self.put_on(meeting_id, one) for one in COMING)
        self.take_up_again(meeting_id)
        for item_id, lead in ((text, "Derek Okafor"), (saturday, "Practice manager"), (guide, "Vice chair")):
            self.lead(meeting_id, item_id, lead)
        with clock.at(today - timedelta(days=8)):
            self.publish(meeting_id)
        with clock.at(today - timedelta(days=3)):
            self.add_paper(meeting_id, saturday)
            extra = Proposed(Role.SECRETARY, "Where the next coffee morning should be", 5, purpose=Purpose.DECIDE)
            self.put_on(meeting_id, extra)
            self.publish(meeting_id)
        with clock.at(today - timedelta(days=2)):
            self.fill_tray(later)
        if self.record is not None:
            self.record.look_forward(meeting_id, today - timedelta(days=1))
        for role in (Role.MEMBER, Role.VICE_CHAIR, Role.SECRETARY):
            for item_id in (text, guide):
                with transaction():
                    backing.back(self.group_id, item_id, by=self.by[role], at=clock.now())

    def take_up_again(self, meeting_id: int) -> None:
        """The last meeting did not reach it, so it lies in the tray."""
        how: dict[str, Any] = {"minutes": LINGERING.minutes, "purpose": LINGERING.purpose, "by": self.chair}
        with transaction():
            items.accept(self.group_id, self.lingering, meeting_id=meeting_id, **how, at=clock.now())

    def lead(self, meeting_id: int, item_id: int, lead: str) -> None:
        """Somebody says that they will lead it."""
        part = next(one for one in _parts(self.group_id, meeting_id) if one.item and one.item.id == item_id)
        version = queries.get_meeting(self.group_id, meeting_id).agenda_version
        same: dict[str, Any] = {"minutes": part.minutes, "purpose": part.purpose}
        how: dict[str, Any] = {"version": version, "by": self.chair, "at": clock.now()}
        with transaction():
            agenda.change_entry(self.group_id, meeting_id, part.id, lead=lead, **same, **how)

    def add_paper(self, meeting_id: int, item_id: int) -> None:
        entry = next(part for part in _parts(self.group_id, meeting_id) if part.item and part.item.id == item_id)
        link: dict[str, str] = {
            "name": "What other surgeries do on Saturdays",
            "address": "https://www.example.org/saturdays",
        }
        with transaction():
            papers.add_link(self.group_id, meeting_id, entry.id, **link, by=self.chair, at=clock.now())

    def fill_tray(self, meeting_id: int) -> None:
        """New, held back, passed on, answered by the practice, kept for later, and by post."""
        lights = self.propose(meeting_id, Proposed(Role.MEMBER, "Brighter lights in the car park", 0))
        repeat = self.propose(meeting_id, Proposed(Role.MEMBER, "Repeat prescriptions that run out at the weekend", 0))
        self.propose(meeting_id, Proposed(Role.VICE_CHAIR, "A shelf for books to swap in the waiting room", 0))
        self.propose(meeting_id, Proposed(Role.MEMBER, "Dr Sykes was rude to my neighbour at the desk", 0))
        at, by = clock.now(), self.chair
        with transaction():
            passed: dict[str, Any] = {"passed_to": PassedTo.PRACTICE, "by": by, "at": at}
            items.pass_on(self.group_id, lights, words="Can there be more light by the steps?", **passed)
            items.pass_on(self.group_id, repeat, words="Can they be asked for a day earlier?", **passed)
        with transaction():
            items.reply(
                self.group_id,
                repeat,
                answer=Answer.IN_PART,
                words="Yes for most. Some may only be given day by day, by law.",
                due_on=clock.local(at).date() + timedelta(days=30),
                by=self.by[Role.PRACTICE_MANAGER],
                at=at,
            )
        with transaction():
            wish = Wish("Chairs with arms in the waiting room, as at St Agatha's")
            by_post: dict[str, Any] = {"came_by": CameBy.POST, "name": "Mabel Ashworth", "address": None}
            chairs = proposing.propose_for(self.group_id, meeting_id, wish, **by_post, by=by, at=at)
            items.park(self.group_id, chairs.id, words="After the room is painted.", by=by, at=at)


def _parts(group_id: int, meeting_id: int) -> list[Part]:
    return list(agenda_of(queries.get_meeting(group_id, meeting_id)).parts)
