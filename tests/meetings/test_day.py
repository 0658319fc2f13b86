"""At the meeting: who is here decides what may be decided; what is written down is kept once, whoever writes at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import attending, day
from pcnppg.meetings.models import Attendance, Decision, Item, MeetingNote
from pcnppg.meetings.queries import day as queries
from pcnppg.meetings.queries.items import list_tray
from pcnppg.meetings.rules.clockwork import Line, left_words, may_open, minutes_left, now_of
from pcnppg.meetings.rules.deciding import Casting
from pcnppg.meetings.rules.people import Coming
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.meetings.gathering import BEGINS, Table, attendance_row, meeting_row, minutes_row
from tests.visiting import Visit

BY = timedelta(minutes=1)


def count(model: type) -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(model)) or 0


def test_a_meeting_without_its_quorum_notes_and_does_not_decide(inside: Flask) -> None:
    table = Table()
    table.come(table.secretary, table.members[0], *table.staff)
    assert table.note("Two of us talked about the phones.", table.entries()[1])
    with pytest.raises(RuleBroken, match="4 patients must be here to decide something"):
        table.decide()
    assert count(Decision) == 0
    assert meeting_row(table.meeting).is_quorate is None or not meeting_row(table.meeting).is_quorate
    table.come(*table.members)
    assert table.decide().is_carried
    met = meeting_row(table.meeting)
    assert (met.is_quorate, met.quorum_present, met.quorum_needed) == (True, 4, 4)
    assert met.quorum_words == "At least 4 patients, the chair, vice chair or secretary among them"
    assert met.began_at == THE_DAY


def test_who_leaves_takes_the_quorum_along(inside: Flask) -> None:
    table = Table()
    table.all_come()
    table.decide()
    table.come(table.chair, table.members[0], standing="away")
    with pytest.raises(RuleBroken, match="3 are here now"):
        table.decide("Something else")


def test_a_count_is_held_against_who_is_here(inside: Flask) -> None:
    table = Table()
    table.all_come()
    with pytest.raises(RuleBroken, match="6 votes, and only 5 people"):
        table.decide(votes=(4, 2, 0))
    kept = table.decide("We ask for a bell  at the door", votes=(2, 2, 1), casting=Casting.IN_FAVOUR)
    assert (kept.motion, kept.is_carried) == ("We ask for a bell at the door", True)
    assert not table.decide("We ask for two", votes=(2, 2, 1)).is_carried
    with pytest.raises(RuleBroken, match="Write what was put to the vote"):
        table.decide(" ")
    with pytest.raises(RuleBroken, match="500 letters"):
        table.decide("x" * 501)


def test_what_is_sent_twice_because_the_line_dropped_is_kept_once(inside: Flask) -> None:
    table = Table()
    table.all_come()
    for _ in range(2):
        table.note("The phones are better.", slip="a1")
        table.decide(slip="b1")
        table.give(meeting_id=table.meeting, slip="c1")
    table.note("The phones are better.", slip="a2")
    assert (count(MeetingNote), count(Decision)) == (2, 1)
    assert [one.number for one in table_actions(table)] == [1]


def table_actions(table: Table) -> list[object]:
    from pcnppg.meetings.queries.following import list_open

    session().rollback()
    return [owned.action for owned in list_open(table.group)]


def test_two_officers_who_write_at_once_lose_nothing(inside: Flask) -> None:
    table = Table()
    entry = table.entries()[1]
    first = table.note("Ruth wrote this.", entry, by=table.chair)
    table.note("Priya wrote this.", entry)
    met = meeting_row(table.meeting)
    (spoken,) = [one for one in queries.spoken_at(met, queries.lines_of(met)) if one.notes]
    assert [note.words for note in spoken.notes] == ["Ruth wrote this.", "Priya wrote this."]
    earlier = queries.written_since(met, entry, seen=0, but=table.secretary)
    assert [note.id for note in earlier] == [first]
    assert queries.written_since(met, entry, seen=first, but=table.secretary) == []
    assert queries.written_since(met, None, seen=0, but=None) == []


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 4001])
def test_a_note_has_words_and_not_too_many(inside: Flask, words: str) -> None:
    with pytest.raises(RuleBroken, match="Nothing was lost"):
        Table().note(words)


def test_what_was_written_wrong_is_taken_out_and_stays_known(inside: Flask) -> None:
    table = Table()
    table.all_come()
    note, decision = table.note("Wrong."), table.decide().id
    by = Who.person(table.secretary)
    with transaction():
        day.take_out_note(table.group, table.meeting, note, by=by, at=clock.now())
        day.take_out_decision(table.group, table.meeting, decision, by=by, at=clock.now())
    met = meeting_row(table.meeting)
    assert queries.spoken_at(met, queries.lines_of(met))[-1].notes == []
    assert count(MeetingNote) == 1
    with pytest.raises(NotFound), transaction():
        day.take_out_note(table.group, table.meeting, note, by=by, at=clock.now())


def test_parts_are_finished_and_taken_up_again(inside: Flask) -> None:
    table = Table()
    first, second, _ = table.entries()
    by = Who.person(table.secretary)
    with transaction():
        day.finish(table.group, table.meeting, first, by=by, at=clock.now())
    lines = queries.lines_of(meeting_row(table.meeting))
    assert [line.done_at for line in lines] == [THE_DAY, None, None]
    assert now_of(lines).now == lines[1]
    assert queries.get_line(meeting_row(table.meeting), second).title == "The phones at eight"
    with pytest.raises(NotFound):
        queries.get_line(meeting_row(table.meeting), 99)
    with transaction():
        day.take_up_again(table.group, table.meeting, first, by=by, at=clock.now())
    assert now_of(queries.lines_of(meeting_row(table.meeting))).now == lines[0].__class__(
        first, 1, "Welcome and apologies", 5, BEGINS + 5 * BY, None, None, "discuss", "", ""
    )


def test_nothing_of_another_groups_meeting_can_be_written_on(inside: Flask) -> None:
    table, other = Table(), Table(slug="oak-hill", practice="Z99002")
    theirs, by = other.entries()[0], Who.person(table.secretary)
    with pytest.raises(NotFound):
        table.note("Hello", theirs)
    with pytest.raises(NotFound), transaction():
        day.note(table.group, other.meeting, None, "Hello", slip=None, by=by, at=clock.now())
    with pytest.raises(NotFound):
        table.come(other.chair)
    with pytest.raises(NotFound), transaction():
        day.finish(table.group, table.meeting, theirs, by=by, at=clock.now())


def test_guests_are_written_down_once_and_taken_off(inside: Flask) -> None:
    table = Table()
    by = Who.person(table.secretary)
    for name in ("Nia Brook", " nia  brook ", "Sol Lane"):
        with transaction():
            attending.add_guest(table.group, table.meeting, name, by=by, at=clock.now())
    guests = [seat for seat in queries.seats_of(meeting_row(table.meeting)) if seat.person_id is None]
    assert [seat.name for seat in guests] == ["Nia Brook", "Sol Lane"]
    with transaction():
        attending.remove_guest(table.group, table.meeting, guests[0].attendance_id or 0, by=by, at=clock.now())
    assert len(queries.seats_of(meeting_row(table.meeting))) == 7
    for wrong in ("", "x" * 121):
        with pytest.raises(RuleBroken, match="guest's name"), transaction():
            attending.add_guest(table.group, table.meeting, wrong, by=by, at=clock.now())
    table.come(table.chair)
    for number in (999, attendance_row(table.meeting, table.chair).id):
        with pytest.raises(NotFound), transaction():
            attending.remove_guest(table.group, table.meeting, number, by=by, at=clock.now())


def test_the_end_stamps_the_roll_and_the_quorum_and_drafts_the_minutes_once(inside: Flask) -> None:
    table = Table()
    table.come(table.chair, table.secretary, *table.members)
    with transaction():
        attending.say(
            table.group, table.meeting, Coming.APOLOGIES, is_named=True, by=Who.person(table.staff[0]), at=clock.now()
        )
    late = table.add(Role.MEMBER, "Lou Hart")
    table.end()
    table.end()
    met = meeting_row(table.meeting)
    assert (met.ended_at, met.is_quorate, met.quorum_present) == (THE_DAY, True, 5)
    seats = {seat.name: seat for seat in queries.seats_of(met)}
    assert seats["Karen Doyle"].sent_apologies
    assert seats["Lou Hart"].standing == "away"
    assert attendance_row(table.meeting, late).here == "absent"
    assert seats["Derek Okafor"].is_here
    with pytest.raises(RuleBroken, match="has ended"):
        table.note("Too late")
    # Who joins afterwards was not there, and who leaves was.
    table.add(Role.MEMBER, "New Face")
    assert "New Face" not in {seat.name for seat in queries.seats_of(meeting_row(table.meeting))}


@pytest.mark.counted
@pytest.mark.parametrize("planned", [True, False])
def test_what_a_meeting_did_not_reach_goes_on_to_the_next_or_back_to_the_tray(
    inside: Flask, visit: Visit, planned: bool
) -> None:
    table = Table()
    table.all_come()
    item_id = table.propose("The bell", by=table.members[0], role=Role.MEMBER)
    later = table.plan(THE_DAY + timedelta(days=30)) if planned else None
    page = visit.as_(table.secretary)(f"/groups/elm-tree/meetings/{table.meeting}/end")
    goes = "on to the meeting of Saturday 3 April 2027" if planned else "back to the tray"
    assert f"1 item was not reached. It goes {goes}" in page.text
    table.end()
    item = session().get_one(Item, item_id)
    assert (item.state, item.meeting_id) == (("accepted", later) if planned else ("waiting", None))
    assert (item_id in {one.id for one in list_tray(table.group)}) is not planned
    assert "## 4. The bell\n\nWhat came of it: Carried over to a later meeting." in minutes_row(table.meeting).words


def test_apologies_are_taken_back_by_being_here_or_by_a_mark(inside: Flask) -> None:
    table = Table()
    ann = table.members[1]
    table.come(ann, standing="apologies")
    assert attendance_row(table.meeting, ann).said == "apologies"
    table.come(ann)
    (seat,) = [one for one in queries.seats_of(meeting_row(table.meeting)) if one.person_id == ann]
    assert seat.standing == "here"
    table.come(ann, standing="away")
    assert attendance_row(table.meeting, ann).said is None
    table.come(ann, standing="away")
    assert session().scalar(select(func.count()).select_from(Attendance).where(Attendance.person_id == ann)) == 1


def test_the_page_opens_on_the_day_and_shuts_at_the_end() -> None:
    for at, opens in ((BEGINS - timedelta(days=1), False), (BEGINS.replace(hour=0, minute=5), True), (BEGINS, True)):
        assert bool(may_open(starts_at=BEGINS, cancelled=False, ended=False, at=at)) == opens
    assert not may_open(starts_at=BEGINS, cancelled=True, ended=False, at=BEGINS)
    assert not may_open(starts_at=BEGINS, cancelled=False, ended=True, at=BEGINS)


def test_now_and_next_and_the_time_left() -> None:
    parts = [(n, f"Part {n}", 10, BEGINS if n == 2 else None, None, "", "", "") for n in (1, 2, 3)]
    lines = Line.in_turn(parts, begins_at=BEGINS)
    assert [line.over_by for line in lines] == [BEGINS + n * 10 * BY for n in (1, 2, 3)]
    assert now_of(lines) == (lines[0], lines[2])
    assert now_of(lines, chosen=2) == (lines[1], lines[2])
    assert now_of(lines, chosen=3) == (lines[2], None)
    assert now_of(lines, chosen=99) == (lines[0], lines[2])
    assert now_of([]) == (None, None)
    assert minutes_left(BEGINS + timedelta(seconds=61), BEGINS) == 2
    assert left_words(BEGINS + 40 * BY, BEGINS) == "40 minutes left"
    assert left_words(BEGINS - 5 * BY, BEGINS) == "5 minutes over"
    assert left_words(BEGINS, BEGINS) == "time is up"


def test_an_item_is_carried_over_once_and_only_to_a_meeting_that_is_planned(inside: Flask) -> None:
    table = Table()
    table.propose("A bell", by=None, role=None)
    entry, by = table.entries()[-1], Who.person(table.secretary)

    def carry() -> None:
        with transaction():
            day.finish(table.group, table.meeting, entry, ends="carry", by=by, at=clock.now())

    with pytest.raises(RuleBroken, match="Plan the next meeting first"):
        carry()
    later = table.plan(THE_DAY + timedelta(days=30))
    carry()
    with transaction():
        day.take_up_again(table.group, table.meeting, entry, by=by, at=clock.now())
    carry()
    assert [line.title for line in queries.lines_of(meeting_row(later))].count("A bell") == 1
    (line,) = [line for line in queries.lines_of(meeting_row(table.meeting)) if line.title == "A bell"]
    assert line.came_of_it == "Carried over to a later meeting."
