"""Agendas: two officers at once lose nothing, published changes show as changes, papers are judged by their content."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pcnppg.groups.rules import OFFICERS, Role
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from pcnppg.meetings.actions import agenda as actions
from pcnppg.meetings.actions import items, papers, planning, standing
from pcnppg.meetings.formats.papers import kind_of, safe_name
from pcnppg.meetings.models import Paper
from pcnppg.meetings.queries import agenda, meetings
from pcnppg.meetings.rules.agenda import LARGEST_PAPER, MOST_PAPERS, Place, Purpose, Standing, What
from pcnppg.meetings.rules.meetings import Habits, MeetingKind
from pcnppg.store.session import session
from tests.meetings.conftest import Cast
from tests.meetings.stories import a_meeting, a_plan, accept, an_item, done, the_item, the_meeting


def order_of(cast: Cast) -> list[int]:
    return [part.id for part in agenda.agenda_of(the_meeting(cast.meeting_id)).parts]


def version_of(cast: Cast) -> int:
    return the_meeting(cast.meeting_id).agenda_version


def publish(cast: Cast) -> None:
    done(actions.publish_agenda, cast.group_id, cast.meeting_id, version=version_of(cast), by=cast.chair)


def test_an_agenda_begins_with_what_stands_on_every_one_and_items_go_between(cast: Cast) -> None:
    for title in ("Parking", "Lights"):
        accept(cast.group_id, an_item(cast.group_id, cast.meeting_id, cast.member, title), cast.meeting_id, cast.chair)
    told = agenda.agenda_of(the_meeting(cast.meeting_id))
    assert [part.title for part in told.parts][3:5] == ["Parking", "Lights"]
    assert [part.title for part in told.parts][-1] == "When we meet next"
    assert (told.fit.planned, told.fit.there) == (65, 90)
    done(standing.keep_standing, cast.group_id, [Standing("Tea", 5, place=Place.CLOSING)], by=cast.chair)
    later = a_meeting(cast.group_id, after=timedelta(weeks=9))
    accept(cast.group_id, an_item(cast.group_id, later, cast.member, "Doors"), later, cast.chair)
    assert [part.title for part in agenda.agenda_of(the_meeting(later)).parts] == ["Doors", "Tea"]


def test_two_officers_at_once_lose_nothing(cast: Cast) -> None:
    seen, before = version_of(cast), order_of(cast)
    done(actions.move, cast.group_id, cast.meeting_id, before[0], steps=1, version=seen, by=cast.chair)
    secretary = cast.people[Role.SECRETARY]
    with pytest.raises(Conflict, match="Somebody else"):
        done(actions.order, cast.group_id, cast.meeting_id, before[::-1], version=seen, by=secretary)
    assert order_of(cast) == [before[1], before[0], *before[2:]]
    assert the_meeting(cast.meeting_id).agenda_changed_by == cast.chair
    done(actions.move, cast.group_id, cast.meeting_id, before[0], place=5, version=version_of(cast), by=cast.chair)
    assert order_of(cast)[-1] == before[0]
    done(actions.order, cast.group_id, cast.meeting_id, before, version=version_of(cast), by=cast.chair)
    assert order_of(cast) == before
    with pytest.raises(RuleBroken, match="other parts"):
        done(actions.order, cast.group_id, cast.meeting_id, before[1:], version=version_of(cast), by=cast.chair)
    with pytest.raises(RuleBroken, match="not on the agenda"):
        done(actions.move, cast.group_id, cast.meeting_id, 999, steps=1, version=version_of(cast), by=cast.chair)


@pytest.mark.parametrize("role", [role for role in Role if role not in OFFICERS])
def test_no_other_role_orders_or_publishes(cast: Cast, role: Role) -> None:
    entry, by, seen = order_of(cast)[0], cast.people[role], version_of(cast)
    change = {"minutes": 1, "purpose": Purpose.INFORM, "lead": ""}
    acts: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
        (actions.order, (order_of(cast),), {"version": seen}),
        (actions.move, (entry,), {"version": seen, "steps": 1}),
        (actions.change_entry, (entry,), {"version": seen, **change}),
        (actions.remove_standing, (entry,), {"version": seen}),
        (actions.publish_agenda, (), {"version": seen}),
        (actions.add_standing, (), {"version": seen, "title": "x", "minutes": 1, "purpose": Purpose.INFORM}),
        (papers.add_link, (entry,), {"name": "x", "address": "https://example.org/"}),
        (papers.add_file, (entry,), {"name": "x", "content": b"%PDF-1"}),
    ]
    for act, args, how in acts:
        with pytest.raises(NotAllowed):
            done(act, cast.group_id, cast.meeting_id, *args, by=by, **how)
    assert version_of(cast) == seen


def test_changes_after_publishing_are_shown_as_changes(cast: Cast) -> None:
    assert agenda.published_agenda(the_meeting(cast.meeting_id)) is None
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    accept(cast.group_id, item_id, cast.meeting_id, cast.chair)
    publish(cast)
    first = the_meeting(cast.meeting_id).settled_at
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        publish(cast)
    entry = order_of(cast)[0]
    change = {"minutes": 7, "purpose": Purpose.DISCUSS, "lead": "Vice chair", "version": version_of(cast)}
    done(actions.change_entry, cast.group_id, cast.meeting_id, entry, by=cast.chair, **change)
    meeting = the_meeting(cast.meeting_id)
    told = agenda.published_agenda(meeting)
    assert told is not None
    assert told.parts[0].minutes == 5, "what is not published yet nobody reads"
    pending = agenda.pending_changes(meeting, agenda.agenda_of(meeting))
    assert [change.what for change, _ in pending] == [What.MINUTES, What.PURPOSE]
    with clock.at(clock.now() + timedelta(hours=1)):
        publish(cast)
    meeting = the_meeting(cast.meeting_id)
    (revision,) = agenda.revisions_of(meeting)
    assert (revision.changes[0][0].what, revision.changes[0][1]) == (
        What.MINUTES,
        "Welcome, and who could not come",
    )
    assert (meeting.settled_at, meeting.sequence) == (first, 2)
    done(items.withdraw, cast.group_id, item_id, by=cast.member)
    told = agenda.published_agenda(the_meeting(cast.meeting_id))
    assert told is not None
    assert told.items == [], "what its proposer took back is gone at once"


def test_parts_that_nobody_proposed_come_and_go(cast: Cast) -> None:
    how: dict[str, Any] = {"minutes": 20, "purpose": Purpose.INFORM}
    for title in ("", "x" * 151):
        with pytest.raises(RuleBroken, match="name"):
            done(actions.add_standing, cast.group_id, cast.meeting_id, title=title, version=1, by=cast.chair, **how)
    seen = version_of(cast)
    new = done(actions.add_standing, cast.group_id, cast.meeting_id, title="Tea", version=seen, by=cast.chair, **how)
    assert order_of(cast)[-1] == new.id
    entry = accept(cast.group_id, an_item(cast.group_id, cast.meeting_id, cast.member), cast.meeting_id, cast.chair)
    args = (cast.group_id, cast.meeting_id, entry)
    with pytest.raises(RuleBroken, match="somebody's item"):
        done(actions.remove_standing, *args, version=version_of(cast), by=cast.chair)
    for part in order_of(cast):
        if part != entry:
            args = (cast.group_id, cast.meeting_id, part)
            done(actions.remove_standing, *args, version=version_of(cast), by=cast.chair)
    assert order_of(cast) == [entry]
    how = {**how, "lead": "x" * 101, "version": version_of(cast)}
    with pytest.raises(RuleBroken, match="shorter"):
        done(actions.change_entry, cast.group_id, cast.meeting_id, entry, by=cast.chair, **how)
    item = the_item(session().scalars(select(Paper.id)).first() or 1)
    done(items.withdraw, cast.group_id, item.id, by=cast.member)
    with pytest.raises(RuleBroken, match="nothing on this agenda"):
        publish(cast)


def test_a_cancelled_meeting_has_no_agenda_to_change(cast: Cast) -> None:
    done(planning.cancel_meeting, cast.group_id, cast.meeting_id, why="Snow.", by=cast.chair)
    with pytest.raises(RuleBroken, match="cancelled"):
        publish(cast)
    with pytest.raises(RuleBroken, match="cancelled"):
        done(planning.change_meeting, cast.group_id, cast.meeting_id, a_plan(), by=cast.chair)


def test_a_moved_meeting_keeps_its_items_and_its_dates_follow(cast: Cast) -> None:
    accept(cast.group_id, an_item(cast.group_id, cast.meeting_id, cast.member), cast.meeting_id, cast.chair)
    before = the_meeting(cast.meeting_id)
    was = (before.starts_at, before.items_close_at, before.sequence)
    same = a_plan(starts_at=before.starts_at)
    assert done(planning.change_meeting, cast.group_id, cast.meeting_id, same, by=cast.chair).sequence == was[2]
    later = a_plan(starts_at=was[0] + timedelta(days=7), kind=MeetingKind.AGM)
    done(planning.change_meeting, cast.group_id, cast.meeting_id, later, by=cast.chair)
    after = the_meeting(cast.meeting_id)
    assert after.sequence == was[2] + 1
    assert clock.local(after.items_close_at).date() == clock.local(was[1]).date() + timedelta(days=7 - 14)
    assert len(agenda.agenda_of(after).items) == 1


def test_a_group_keeps_habits_of_its_own(cast: Cast) -> None:
    done(planning.keep_habits, cast.group_id, Habits(items_close_days=21, agenda_days=10), by=cast.chair)
    done(planning.keep_habits, cast.group_id, Habits(items_close_days=20, agenda_days=10), by=cast.chair)
    assert meetings.habits_of(cast.group_id).items_close_days == 20
    later = the_meeting(a_meeting(cast.group_id, after=timedelta(weeks=9)))
    assert (later.starts_at.date() - later.items_close_at.date()).days == 20
    with pytest.raises(RuleBroken, match="in that order"):
        done(planning.keep_habits, cast.group_id, Habits(items_close_days=1), by=cast.chair)


def zipped(**files: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


DOCX = zipped(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
ODT = zipped(mimetype=b"application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0....", "jpg"),
        (b"GIF89a....", "gif"),
        (b"RIFF....WEBPVP8 ", "webp"),
        (DOCX, "docx"),
        (ODT, "odt"),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, ending: str) -> None:
    assert kind_of(content).ending == ending


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00 a program",
        b"\x7fELF a program",
        b"#!/bin/sh\nrm",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b"RIFF....WAVE",
        b"PK\x03\x04 broken",
        zipped(readme=b"hello"),
        zipped(mimetype=b"application/epub+zip"),
        zipped(mimetype=b"x" * 300),
        zipped(**{"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"macro"}),
        zipped(**{f"f{n}": b"" for n in range(5001)}),
    ],
)
def test_programs_drawings_with_script_and_archives_are_refused(content: bytes) -> None:
    with pytest.raises(RuleBroken, match="Nothing was changed"):
        kind_of(content)


def test_a_download_has_a_plain_name() -> None:
    assert safe_name("Plan of the desk.png", "pdf") == "Plan of the desk.pdf"
    assert safe_name('../"evil"\n.exe', "pdf") == "evil exe.pdf"
    assert safe_name("…", "docx") == "paper.docx"


def test_papers_are_added_and_taken_away(cast: Cast) -> None:
    entry = order_of(cast)[0]
    here: tuple[Any, ...] = (cast.group_id, cast.meeting_id, entry)
    for address in ("javascript:alert(1)", "ftp://example.org", "https://", "https://" + "x" * 2001):
        with pytest.raises(RuleBroken, match="web address"):
            done(papers.add_link, *here, name="x", address=address, by=cast.chair)
    with pytest.raises(RuleBroken, match="larger than 5 MB"):
        done(papers.add_file, *here, name="x", content=b"%PDF-" + bytes(LARGEST_PAPER), by=cast.chair)
    with pytest.raises(RuleBroken, match="name"):
        done(papers.add_file, *here, name="", content=b"%PDF-1", by=cast.chair)
    paper = done(papers.add_file, *here, name="Plan", content=b"%PDF-1", by=cast.chair)
    for n in range(MOST_PAPERS - 1):
        done(papers.add_link, *here, name=f"Link {n}", address="https://example.org/", by=cast.chair)
    with pytest.raises(RuleBroken, match="enough"):
        done(papers.add_link, *here, name="One more", address="https://example.org/", by=cast.chair)
    assert len(agenda.agenda_of(the_meeting(cast.meeting_id)).parts[0].papers) == MOST_PAPERS
    assert agenda.get_paper(cast.group_id, paper.id).content == b"%PDF-1"
    done(papers.remove_paper, cast.group_id, cast.meeting_id, paper.id, by=cast.chair)
    assert session().get_one(Paper, paper.id).content is None
    with pytest.raises(NotFound):
        agenda.get_paper(cast.group_id, paper.id)
