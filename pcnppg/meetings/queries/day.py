"""What is known at a meeting: who is here, whether that is enough, where on the agenda one is, what was written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import PATIENTS, Role
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.verdict import Verdict
from pcnppg.meetings.models import Action, AgendaEntry, Attendance, Decision, Item, Meeting, MeetingNote
from pcnppg.meetings.queries.meetings import habits_of
from pcnppg.meetings.rules.clockwork import Line, Part
from pcnppg.meetings.rules.items import ItemState
from pcnppg.meetings.rules.people import Coming, Here, Side
from pcnppg.meetings.rules.quorum import counted, heads_of, is_quorate, needed, rule_words
from pcnppg.people import queries as people
from pcnppg.store.session import session

UNNAMED = "a guest"
"""A guest whose name was erased."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who belongs to the group, or a guest, and how they stand to one meeting."""

    person_id: int | None
    attendance_id: int | None
    name: str
    role: Role | None
    said: str | None = None
    here: str | None = None
    is_named: bool = False

    @property
    def is_here(self) -> bool:
        return self.here == Here.PRESENT

    @property
    def sent_apologies(self) -> bool:
        """Apologies of somebody who came after all are forgotten."""
        return not self.is_here and self.said == Coming.APOLOGIES

    @property
    def standing(self) -> str:
        """What the list of who is here says of them: a word for its radio buttons."""
        return "here" if self.is_here else "apologies" if self.sent_apologies else "away"


def side_of(role: str | None) -> Side:
    return Side.GUEST if role is None else Side.PATIENTS if role in PATIENTS else Side.PRACTICE


def belonging(group_id: int) -> dict[int, tuple[str, Role]]:
    """Everybody who holds a role now, by number: their name and the first of their roles."""
    found: dict[int, tuple[str, Role]] = {}
    for member in groups.list_members(group_id):
        found.setdefault(member.person_id, (member.name, member.role))
    return found


def seats_of(meeting: Meeting) -> list[Seat]:
    """Who belongs to the group, then who was written down besides: past members, and guests. After the end only those."""
    rows = list(session().scalars(_attendance(meeting.id)))
    mine = {row.person_id: row for row in rows if row.person_id is not None}
    now_in = belonging(meeting.group_id) if meeting.ended_at is None else {}
    names = {one.id: one.name for one in people.list_people([number for number in mine if number not in now_in])}
    seats = [_seat(mine.get(number), number, name, role) for number, (name, role) in now_in.items()]
    seats += [_seat(row, number, names[number], _role(row)) for number, row in mine.items() if number not in now_in]
    order = {role: n for n, role in enumerate(Role)}
    seats.sort(key=lambda one: (order[one.role] if one.role else len(order), one.name.casefold(), one.person_id or 0))
    guests = [row for row in rows if row.person_id is None]
    return seats + [
        Seat(None, row.id, row.guest_name or UNNAMED, None, here=row.here, is_named=row.is_named) for row in guests
    ]


def _seat(row: Attendance | None, person_id: int, name: str, role: Role | None) -> Seat:
    if row is None:
        return Seat(person_id, None, name, role)
    return Seat(person_id, row.id, name, role, row.said, row.here, row.is_named)


def _role(row: Attendance) -> Role | None:
    return Role(row.as_role) if row.as_role else None


def attendance_of(meeting_id: int) -> dict[int, Attendance]:
    """What is written down of everybody with an account, by number."""
    return {row.person_id: row for row in session().scalars(_attendance(meeting_id)) if row.person_id is not None}


def find_attendance(meeting_id: int, person_id: int) -> Attendance | None:
    """What is written down of one person and one meeting."""
    return session().scalar(_attendance(meeting_id).where(Attendance.person_id == person_id))


def was_there(meeting_id: int, person_id: int) -> bool:
    found = find_attendance(meeting_id, person_id)
    return found is not None and found.here == Here.PRESENT


def _attendance(meeting_id: int) -> Select[Attendance]:
    return select(Attendance).where(Attendance.meeting_id == meeting_id).order_by(Attendance.id)


@dataclass(frozen=True, slots=True)
class Quorum:
    """Can this meeting decide? `here` is how many count, `voters` how many can vote: all who are here with a role."""

    verdict: Verdict
    here: int
    needed: int
    words: str
    voters: int


def quorum_of(meeting: Meeting, seats: Sequence[Seat]) -> Quorum:
    """Worked out from who is here now, by the group's own rule."""
    habits = habits_of(meeting.group_id)
    here = heads_of(seat.role for seat in seats if seat.role and seat.is_here)
    of = heads_of(seat.role for seat in seats if seat.role)
    voters = here.patients if habits.quorum_patients_only else here.patients + here.staff
    return Quorum(
        is_quorate(habits, here, of), counted(habits, here), needed(habits, of), rule_words(habits), voters=voters
    )


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of the agenda and what was written down under it."""

    line: Line
    notes: list[MeetingNote]
    decisions: list[Decision]
    actions: list[Action]


def lines_of(meeting: Meeting) -> list[Line]:
    """The agenda in its order, with the time by which each part should be over."""
    found = (
        select(AgendaEntry, Item)
        .outerjoin(Item, Item.id == AgendaEntry.item_id)
        .where(AgendaEntry.meeting_id == meeting.id, AgendaEntry.removed_at.is_(None))
        .order_by(AgendaEntry.position, AgendaEntry.id)
    )
    rows = session().execute(found)
    return Line.in_turn((_part(entry, item, meeting) for entry, item in rows), begins_at=meeting.starts_at)


def _part(entry: AgendaEntry, item: Item | None, meeting: Meeting) -> Part:
    title, came = entry.title or "", ""
    if item is not None:
        moved = item.meeting_id != meeting.id and (entry.done_at is not None or meeting.ended_at is not None)
        title, came = item.title, "Carried over to a later meeting." if moved else item.outcome or ""
    return entry.id, title, entry.minutes, entry.done_at, entry.item_id, entry.purpose, entry.lead, came


def list_not_reached(meeting: Meeting) -> list[int]:
    """The items that are on its agenda still, and that the meeting has not dealt with."""
    found = (
        select(Item.id)
        .join(AgendaEntry, AgendaEntry.item_id == Item.id)
        .where(
            AgendaEntry.meeting_id == meeting.id,
            AgendaEntry.removed_at.is_(None),
            AgendaEntry.done_at.is_(None),
            Item.meeting_id == meeting.id,
            Item.state == ItemState.ACCEPTED,
        )
    )
    return list(session().scalars(found.order_by(AgendaEntry.position, AgendaEntry.id)))


def get_line(meeting: Meeting, entry_id: int) -> Line:
    found = next((line for line in lines_of(meeting) if line.entry_id == entry_id), None)
    if found is None:
        raise NotFound
    return found


def get_entry(group_id: int, meeting_id: int, entry_id: int) -> AgendaEntry:
    """A part of this meeting's agenda, locked."""
    found = select(AgendaEntry).where(
        AgendaEntry.id == entry_id,
        AgendaEntry.meeting_id == meeting_id,
        AgendaEntry.group_id == group_id,
        AgendaEntry.removed_at.is_(None),
    )
    entry = session().scalar(found.with_for_update().execution_options(populate_existing=True))
    if entry is None:
        raise NotFound
    return entry


def spoken_at(meeting: Meeting, lines: Iterable[Line]) -> list[Spoken]:
    """Everything written down, under its part of the agenda; what belongs to none comes last."""
    notes = _by_entry(select(MeetingNote).where(MeetingNote.removed_at.is_(None)), MeetingNote, meeting)
    decisions = _by_entry(select(Decision).where(Decision.removed_at.is_(None)), Decision, meeting)
    actions = _by_entry(select(Action), Action, meeting)
    known = list(lines)
    loose = Line(entry_id=0, number=0, title="Anything else", minutes=0, over_by=meeting.ends_at)
    numbers = {line.entry_id for line in known}
    for kept in (notes, decisions, actions):
        for entry_id in [number for number in kept if number not in numbers and number != 0]:
            kept.setdefault(0, []).extend(kept.pop(entry_id))
    found = [
        Spoken(line, notes.get(line.entry_id, []), decisions.get(line.entry_id, []), actions.get(line.entry_id, []))
        for line in [*known, loose]
    ]
    return [one for one in found if one.line.entry_id or one.notes or one.decisions or one.actions]


def _by_entry(found: Select[Any], model: Any, meeting: Meeting) -> dict[int, list[Any]]:
    kept: dict[int, list[Any]] = {}
    for row in session().scalars(found.where(model.meeting_id == meeting.id).order_by(model.id)):
        kept.setdefault(row.entry_id or 0, []).append(row)
    return kept


def names_of(spoken: Iterable[Spoken]) -> dict[int, str]:
    """The names of those who own an action or wrote something down, by number."""
    numbers: set[int] = set()
    for one in spoken:
        numbers |= {note.by_person_id for note in one.notes if note.by_person_id}
        numbers |= {action.owner_person_id for action in one.actions if action.owner_person_id}
    return {person.id: person.name for person in people.list_people(sorted(numbers))}


def written_since(meeting: Meeting, entry_id: int | None, *, seen: int, but: int | None) -> list[MeetingNote]:
    """Notes that somebody else wrote here after the page that is being answered was made."""
    found = select(MeetingNote).where(
        MeetingNote.meeting_id == meeting.id, MeetingNote.id > seen, MeetingNote.removed_at.is_(None)
    )
    found = found.where(MeetingNote.entry_id == entry_id) if entry_id else found.where(MeetingNote.entry_id.is_(None))
    return [note for note in session().scalars(found.order_by(MeetingNote.id)) if note.by_person_id != but]


def find_slip(model: Any, meeting_id: int, slip: str | None) -> Any:
    """What was written with this slip already; None where it is new."""
    if not slip:
        return None
    return session().scalar(select(model).where(model.meeting_id == meeting_id, model.slip == slip))


def get_written(model: Any, group_id: int, meeting_id: int, row_id: int) -> Any:
    """A note or decision of this meeting that stands, locked."""
    found = select(model).where(
        model.id == row_id, model.group_id == group_id, model.meeting_id == meeting_id, model.removed_at.is_(None)
    )
    row = session().scalar(found.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row
