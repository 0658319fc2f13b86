"""Reading an agenda: its entries with what is said of their items, papers, and what changed since it was published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select

from pcnppg.kernel.refusals import NotFound
from pcnppg.meetings.models import AgendaEntry, AgendaRevision, Item, Meeting, Paper, StandingItem
from pcnppg.meetings.queries.items import backings_of, times_on_agenda
from pcnppg.meetings.rules.agenda import (
    PURPOSE_WORDS,
    USUAL,
    Change,
    Fit,
    Place,
    Purpose,
    Slot,
    Standing,
    changes,
    fit,
    from_lines,
    shares,
)
from pcnppg.meetings.rules.items import Origin
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Part:
    """One entry as a page shows it: `number` counts from 1; `times` on how many agendas its item has stood."""

    id: int
    number: int
    title: str
    minutes: int
    purpose: Purpose
    lead: str
    item: Item | None
    backings: int
    times: int
    papers: list[Paper] = field(default_factory=list)

    @property
    def origin(self) -> Origin | None:
        return Origin(self.item.origin) if self.item else None

    @property
    def purpose_words(self) -> str:
        return PURPOSE_WORDS[self.purpose]

    @property
    def slot(self) -> Slot:
        return Slot(self.id, self.minutes, self.purpose, self.origin)


@dataclass(frozen=True, slots=True)
class Agenda:
    """All of it."""

    parts: list[Part]
    fit: Fit
    shares: dict[Origin, int]

    @property
    def items(self) -> list[Part]:
        return [part for part in self.parts if part.item is not None]


@dataclass(frozen=True, slots=True)
class Revision:
    """When it was published, and what changed then."""

    number: int
    at: datetime
    changes: list[tuple[Change, str]]


def agenda_of(meeting: Meeting) -> Agenda:
    """The agenda as it stands, in five queries however long it is."""
    found = (
        select(AgendaEntry, Item)
        .outerjoin(Item, Item.id == AgendaEntry.item_id)
        .where(AgendaEntry.meeting_id == meeting.id, AgendaEntry.removed_at.is_(None))
        .order_by(AgendaEntry.position, AgendaEntry.id)
    )
    rows = session().execute(found).all()
    items = [item for _, item in rows if item is not None]
    backed, times = (backings_of(items), times_on_agenda(items)) if items else ({}, {})
    papers = papers_of(meeting)
    parts = [
        Part(
            id=entry.id,
            number=number,
            title=item.title if item else entry.title or "",
            minutes=entry.minutes,
            purpose=Purpose(entry.purpose),
            lead=entry.lead,
            item=item,
            backings=backed.get(item.id, 0) if item else 0,
            times=times.get(item.id, 1) if item else 0,
            papers=papers.get(entry.id, []),
        )
        for number, (entry, item) in enumerate(rows, start=1)
    ]
    slots = [part.slot for part in parts]
    return Agenda(parts, fit(slots, meeting.starts_at, meeting.ends_at), shares(slots))


def published_agenda(meeting: Meeting) -> Agenda | None:
    """The agenda as it was last published, for everybody; None where it never was. What was taken back since is left out."""
    lines = last_lines(meeting.id)
    if lines is None:
        return None
    there = {part.id: part for part in agenda_of(meeting).parts}
    told = [(there[line.entry], line) for line in lines if line.entry in there]
    parts = [
        replace(part, number=number, minutes=line.minutes, purpose=Purpose(line.purpose))
        for number, (part, line) in enumerate(told, start=1)
    ]
    slots = [part.slot for part in parts]
    return Agenda(parts, fit(slots, meeting.starts_at, meeting.ends_at), shares(slots))


def papers_of(meeting: Meeting) -> dict[int, list[Paper]]:
    """What there is to read, by entry; without the bytes."""
    found = (
        select(Paper)
        .join(AgendaEntry, AgendaEntry.id == Paper.entry_id)
        .where(AgendaEntry.meeting_id == meeting.id, Paper.removed_at.is_(None))
        .order_by(Paper.added_at, Paper.id)
    )
    by_entry: defaultdict[int, list[Paper]] = defaultdict(list)
    for paper in session().scalars(found):
        by_entry[paper.entry_id].append(paper)
    return by_entry


def get_entry(group_id: int, meeting_id: int, entry_id: int) -> AgendaEntry:
    """An entry of this meeting that is on its agenda."""
    entry = session().scalar(
        select(AgendaEntry)
        .where(AgendaEntry.group_id == group_id, AgendaEntry.meeting_id == meeting_id, AgendaEntry.id == entry_id)
        .where(AgendaEntry.removed_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if entry is None:
        raise NotFound
    return entry


def title_of(entry: AgendaEntry) -> str:
    """What it is called on the page."""
    return session().get_one(Item, entry.item_id).title if entry.item_id is not None else entry.title or ""


def get_paper(group_id: int, paper_id: int) -> Paper:
    """A paper of this group that is there."""
    where = (Paper.group_id == group_id, Paper.id == paper_id, Paper.removed_at.is_(None))
    paper = session().scalar(select(Paper).where(*where))
    if paper is None:
        raise NotFound
    return paper


def meeting_of(paper: Paper) -> Meeting:
    """The meeting for which it is a paper."""
    found = (
        select(Meeting).join(AgendaEntry, AgendaEntry.meeting_id == Meeting.id).where(AgendaEntry.id == paper.entry_id)
    )
    return session().scalars(found).one()


def last_lines(meeting_id: int) -> list[Slot] | None:
    """The agenda as it was last published; None where it never was."""
    found = select(AgendaRevision.lines).where(AgendaRevision.meeting_id == meeting_id)
    lines = session().scalar(found.order_by(AgendaRevision.number.desc()).limit(1))
    return from_lines(lines) if lines is not None else None


def revisions_of(meeting: Meeting) -> list[Revision]:
    """Each time the agenda was published after the first, the newest first, with what changed in words' own titles."""
    found = select(AgendaRevision).where(AgendaRevision.meeting_id == meeting.id).order_by(AgendaRevision.number)
    rows = list(session().scalars(found))
    if len(rows) < 2:
        return []
    titles = titles_of(meeting)
    told = []
    for earlier, later in pairwise(rows):
        found_changes = changes(from_lines(earlier.lines), from_lines(later.lines))
        told.append(Revision(later.number, later.at, [(one, titles[one.entry]) for one in found_changes]))
    return told[::-1]


def pending_changes(meeting: Meeting, agenda: Agenda) -> list[tuple[Change, str]]:
    """What the published agenda does not say yet; nothing where it was never published."""
    before = last_lines(meeting.id)
    if before is None:
        return []
    titles = titles_of(meeting)
    return [(one, titles[one.entry]) for one in changes(before, [part.slot for part in agenda.parts])]


def titles_of(meeting: Meeting) -> dict[int, str]:
    """What each entry is called, those that were taken off too."""
    found = (
        select(AgendaEntry.id, AgendaEntry.title, Item.title)
        .outerjoin(Item, Item.id == AgendaEntry.item_id)
        .where(AgendaEntry.meeting_id == meeting.id)
    )
    return {number: item or own or "" for number, own, item in session().execute(found)}


def list_standing(group_id: int) -> list[Standing]:
    """A group's template, or the usual one."""
    found = (
        select(StandingItem).where(StandingItem.group_id == group_id).order_by(StandingItem.position, StandingItem.id)
    )
    own = [
        Standing(row.title, row.minutes, Purpose(row.purpose), Place(row.place), row.lead)
        for row in session().scalars(found)
    ]
    return own or list(USUAL)
