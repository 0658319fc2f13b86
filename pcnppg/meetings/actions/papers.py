"""Papers: a link, or a file that is kept in the database. Removed ones leave a row without their content."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select

from pcnppg.audit import actions as audit
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions.agenda import take_agenda
from pcnppg.meetings.formats.papers import kind_of
from pcnppg.meetings.models import AgendaEntry, Paper
from pcnppg.meetings.queries import agenda as queries
from pcnppg.meetings.rules.agenda import LARGEST_PAPER, MOST_PAPERS, PAPER_NAME_LENGTH, PaperKind
from pcnppg.store.session import session

TOO_LARGE = "This file is larger than 5 MB. Save it smaller, or put it somewhere and add a link. Nothing was changed."


def add_link(group_id: int, meeting_id: int, entry_id: int, *, name: str, address: str, by: Who, at: datetime) -> Paper:
    """A page elsewhere. Only web addresses: nothing that a browser would run."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(address) > 2000:
        raise RuleBroken("Enter a web address that begins with https://.", field="address")
    entry = _entry(group_id, meeting_id, entry_id, name, by=by)
    return _add(entry, Paper(kind=PaperKind.LINK, name=name, address=address, size=0), by=by, at=at)


def add_file(
    group_id: int, meeting_id: int, entry_id: int, *, name: str, content: bytes, by: Who, at: datetime
) -> Paper:
    """A PDF, a document or a picture, judged by what is in it."""
    if len(content) > LARGEST_PAPER:
        raise RuleBroken(TOO_LARGE, field="file")
    kind = kind_of(content)
    entry = _entry(group_id, meeting_id, entry_id, name, by=by)
    paper = Paper(
        kind=PaperKind.FILE,
        name=name,
        media_type=kind.media_type,
        ending=kind.ending,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
    )
    return _add(entry, paper, by=by, at=at)


def remove_paper(group_id: int, meeting_id: int, paper_id: int, *, by: Who, at: datetime) -> None:
    """Take it away: its content is forgotten."""
    take_agenda(group_id, meeting_id, by=by)
    paper = queries.get_paper(group_id, paper_id)
    paper.removed_at, paper.content = at, None
    audit.note("meetings.paper_removed", by=by, at=at, group_id=group_id, about=("paper", paper.id))


def _entry(group_id: int, meeting_id: int, entry_id: int, name: str, *, by: Who) -> AgendaEntry:
    if not name or len(name) > PAPER_NAME_LENGTH:
        raise RuleBroken(f"Give it a name of {PAPER_NAME_LENGTH} letters at most.", field="name")
    take_agenda(group_id, meeting_id, by=by)
    entry = queries.get_entry(group_id, meeting_id, entry_id)
    there = select(func.count()).select_from(Paper).where(Paper.entry_id == entry.id, Paper.removed_at.is_(None))
    if (session().scalar(there) or 0) >= MOST_PAPERS:
        raise RuleBroken(f"{MOST_PAPERS} papers are enough for one part. Take one away first.")
    return entry


def _add(entry: AgendaEntry, paper: Paper, *, by: Who, at: datetime) -> Paper:
    paper.group_id, paper.entry_id, paper.added_at, paper.by_person_id = entry.group_id, entry.id, at, by.person_id
    session().add(paper)
    session().flush()
    audit.note("meetings.paper_added", by=by, at=at, group_id=entry.group_id, about=("paper", paper.id))
    return paper
