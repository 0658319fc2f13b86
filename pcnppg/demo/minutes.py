"""What was said at the meetings of the demonstration's year: who came, what was noted and decided, and the minutes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import attending, day, following, minutes, planning, rotas
from pcnppg.meetings.actions.following import Owner
from pcnppg.meetings.queries import following as actions
from pcnppg.meetings.queries.day import lines_of
from pcnppg.meetings.queries.meetings import get_meeting, habits_of
from pcnppg.meetings.queries.minutes import draft_of, swaps_for
from pcnppg.meetings.rules.deciding import Votes
from pcnppg.meetings.rules.following import Reply
from pcnppg.meetings.rules.meetings import MeetingKind, Plan
from pcnppg.meetings.rules.naming import reduced
from pcnppg.meetings.rules.people import Coming
from pcnppg.meetings.rules.record import DecisionHow
from pcnppg.store.session import transaction

TASKS = "Biscuits\nTea and coffee\nPutting out the chairs"
THREE = frozenset({Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY})
ALL = THREE | {Role.MEMBER, Role.PRACTICE_MANAGER}


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that was given to somebody: a role, or a name without an account. `came_of_it` empty: it is still open."""

    words: str
    weeks: int
    role: Role | None = None
    outsider: str = ""
    came_of_it: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One meeting, by how many weeks ago it was: who came, and what was written down under its first item."""

    here: frozenset[Role]
    notes: tuple[str, ...]
    motion: str = ""
    votes: Votes | None = None
    to_do: tuple[ToDo, ...] = ()
    guest: str = ""
    apologies: frozenset[Role] = frozenset()


SAID: Mapping[int, Said] = {
    42: Said(
        ALL,
        (
            "Derek Okafor had counted: of 20 calls at eight o'clock, 6 were answered within ten minutes.",
            "Karen Doyle explained how the calls are shared out. More people at the desk would help most.",
        ),
        "We ask the surgery for more people at the phones before half past nine.",
        Votes(4, 0),
        (
            ToDo(
                "Count the calls again when the new people have begun", 8, Role.VICE_CHAIR,
                came_of_it="Of 20 calls, 17 were answered within ten minutes.",
            ),
        ),
    ),
    33: Said(
        ALL,
        ("Two of us went in with a wheelchair. The second step is the hard one.",),
        "We ask for a ramp at the front door.",
        to_do=(ToDo("Measure the step, and take a photograph", 3, Role.MEMBER, came_of_it="It is 14 centimetres high."),),
    ),
    24: Said(
        THREE | {Role.PRACTICE_MANAGER},
        ("Nia Brook showed what she uses to read. Letters of half a centimetre are large enough for her.",),
        "We ask that every letter says how to get large print.",
        Votes(2, 0, 1),
        (
            ToDo(
                "Bring three letters in large print", 5, outsider="Nia Brook",
                came_of_it="All three are in the blue folder. The middle one reads best.",
            ),
        ),
        guest="Nia Brook",
    ),
    15: Said(
        THREE,
        ("The parish council would pay, if the surgery sweeps.",),
        "We ask the parish for a bench with arms.",
        to_do=(ToDo("Ask the parish who paints the bench each spring", 4, Role.MEMBER),),
        apologies=frozenset({Role.PRACTICE_MANAGER}),
    ),
    6: Said(
        THREE,
        (
            "Five people told what happened to them. In four of five cases the letter took more than three weeks.",
            "Winston Grant: the ward gives a letter to take home, and nobody at the desk asks for it.",
        ),
        "We write to everybody on our list and ask.",
        Votes(3, 0),
        (
            ToDo("Write a page about letters from the hospital for the new-patient pack", 7, Role.SECRETARY),
            ToDo("Ask the ward who sends its letters", 8, outsider="Sol Lane"),
        ),
        apologies=frozenset({Role.PRACTICE_MANAGER}),
    ),
}  # fmt: skip


def meet_today(group_id: int, by: Mapping[Role, Who], today: datetime) -> None:
    """A meeting that goes on at this moment, for whoever wants to sit in it."""
    begins = today - timedelta(minutes=20)
    plan = Plan(MeetingKind.ORDINARY, begins, begins + timedelta(minutes=90), place="The library, St Agatha's Square")
    how: dict[str, Any] = {"by": by[Role.SECRETARY], "at": today}
    with clock.at(today), transaction():
        meeting_id = planning.plan_meeting(group_id, plan, by=by[Role.CHAIR], at=today - timedelta(days=40)).id
        habits = replace(habits_of(group_id), quorum_number=2, rotas=TASKS)
        planning.keep_habits(group_id, habits, by=by[Role.CHAIR], at=today)
        attending.mark(group_id, meeting_id, {who.person_id or 0: "here" for who in by.values()}, **how)
        first, *_ = lines_of(get_meeting(group_id, meeting_id))
        day.note(group_id, meeting_id, first.entry_id, "Everybody is welcome, and the kettle is on.", slip=None, **how)
        day.finish(group_id, meeting_id, first.entry_id, **how)


@dataclass
class Record:
    """What the secretary writes down, meeting by meeting. `before` is the meeting whose minutes the next one accepts."""

    group_id: int
    by: Mapping[Role, Who]
    before: int = 0
    unpublished: int = 0

    @property
    def secretary(self) -> Who:
        return self.by[Role.SECRETARY]

    def keep_habits(self) -> None:
        with transaction():
            habits = replace(habits_of(self.group_id), quorum_number=3, rotas=TASKS)
            planning.keep_habits(self.group_id, habits, by=self.by[Role.CHAIR], at=clock.now())

    def hold(self, meeting_id: int, weeks_ago: int, outcomes: Mapping[int, str]) -> None:
        """The evening itself, and the days after it. `outcomes` says what came of each item."""
        said, met = SAID[weeks_ago], get_meeting(self.group_id, meeting_id)
        with clock.at(met.starts_at):
            self.open(meeting_id, said)
        with clock.at(met.ends_at):
            self.close(meeting_id, outcomes)
        with clock.at(met.ends_at + timedelta(days=4)), transaction():
            minutes.circulate(self.group_id, meeting_id, by=self.secretary, at=clock.now())
        with clock.at(met.ends_at + timedelta(days=6)):
            self.answer(meeting_id, said)
        self.before = meeting_id

    def open(self, meeting_id: int, said: Said) -> None:
        """The roll, what was said before, and the first item."""
        number = {role: who.person_id or 0 for role, who in self.by.items()}
        standings = {number[role]: "here" for role in said.here} | {
            number[role]: "apologies" for role in said.apologies
        }
        with transaction():
            how: dict[str, Any] = {"by": self.secretary, "at": clock.now()}
            attending.mark(self.group_id, meeting_id, standings, **how)
            if said.guest:
                attending.add_guest(self.group_id, meeting_id, said.guest, **how)
            if self.before:
                minutes.accept(self.group_id, self.before, at_meeting=meeting_id, **how)
            entry_id = next(line.entry_id for line in lines_of(get_meeting(self.group_id, meeting_id)) if line.item_id)
            for words in said.notes:
                day.note(self.group_id, meeting_id, entry_id, words, slip=None, **how)
            manner = DecisionHow.SHOW_OF_HANDS if said.votes else DecisionHow.AGREED
            taken: dict[str, Any] = {
                "motion": said.motion,
                "how": manner,
                "votes": said.votes,
                "casting": None,
                "slip": None,
            }
            day.decide(self.group_id, meeting_id, entry_id, **taken, **how)
            for one in said.to_do:
                self.give(meeting_id, entry_id, one)
        if self.unpublished:
            self.publish(self.unpublished)
        self.unpublished = self.before

    def give(self, meeting_id: int, entry_id: int, one: ToDo) -> None:
        address = EmailAddress.parse(f"{one.outsider.lower().replace(' ', '.')}@example.org") if one.outsider else None
        owner = Owner(self.by[one.role].person_id if one.role else None, one.outsider, address)
        due_on = clock.local(clock.now() + timedelta(weeks=one.weeks)).date()
        place: dict[str, Any] = {"meeting_id": meeting_id, "entry_id": entry_id}
        following.give(
            self.group_id, words=one.words, owner=owner, due_on=due_on, **place, by=self.secretary, at=clock.now()
        )

    def close(self, meeting_id: int, outcomes: Mapping[int, str]) -> None:
        """Each part is finished, somebody's item with what came of it; then the meeting ends."""
        with transaction():
            how: dict[str, Any] = {"by": self.secretary, "at": clock.now()}
            for line in lines_of(get_meeting(self.group_id, meeting_id)):
                if line.item_id is None or line.item_id in outcomes:
                    words = outcomes.get(line.item_id or 0, "")
                    day.finish(self.group_id, meeting_id, line.entry_id, ends="done", words=words, **how)
            day.end_meeting(self.group_id, meeting_id, **how)

    def answer(self, meeting_id: int, said: Said) -> None:
        """Owners say what came of it: members where they are signed in, others by their link."""
        came = {one.words: one.came_of_it for one in said.to_do if one.came_of_it}
        for owned in actions.list_open(self.group_id):
            words = came.get(owned.action.words)
            if not words or owned.action.meeting_id != meeting_id:
                continue
            told: dict[str, Any] = {"words": words, "by_day": None, "at": clock.now()}
            with transaction():
                if owned.action.owner_person_id:
                    by = Who.person(owned.action.owner_person_id)
                    following.reply(self.group_id, owned.action.id, Reply.DONE, by=by, **told)
                else:
                    following.reply_by_link(actions.link_token(owned.action), Reply.DONE, **told)

    def publish(self, meeting_id: int) -> None:
        with transaction():
            met = get_meeting(self.group_id, meeting_id)
            words = reduced(draft_of(met), swaps_for(met))
            minutes.publish(self.group_id, meeting_id, words, by=self.secretary, at=clock.now())

    def look_forward(self, next_id: int, at: datetime) -> None:
        """A correction waits, two have said whether they come, and there will be biscuits."""
        with clock.at(at), transaction():
            vice, manager = self.by[Role.VICE_CHAIR], self.by[Role.PRACTICE_MANAGER]
            words = "Under the hospital visit: it was in three of five cases, not four."
            minutes.propose_correction(self.group_id, self.before, words, by=vice, at=at)
            attending.say(self.group_id, next_id, Coming.COMING, is_named=True, by=vice, at=at)
            attending.say(self.group_id, next_id, Coming.APOLOGIES, is_named=False, by=manager, at=at)
            rotas.take_on(self.group_id, next_id, 1, by=vice, at=at)
