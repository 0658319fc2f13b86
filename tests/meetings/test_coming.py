"""Members say whether they come, take small tasks, are missed; and groups are warned when their meetings drift away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import attending, rotas
from pcnppg.meetings.models import Meeting
from pcnppg.meetings.queries import coming as queries
from pcnppg.meetings.queries import drifting
from pcnppg.meetings.rules.attending import tasks_of
from pcnppg.meetings.rules.people import Coming
from pcnppg.meetings.rules.warning import Warned
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.meetings.gathering import Table, attendance_row, meeting_row

MONTH = timedelta(days=30)


def say(
    table: Table, person: int, coming: Coming = Coming.APOLOGIES, *, is_named: bool = False, meeting: int = 0
) -> None:
    with transaction():
        by = Who.person(person)
        attending.say(table.group, meeting or table.meeting, coming, is_named=is_named, by=by, at=clock.now())


def test_the_last_word_on_coming_counts_and_a_stranger_has_none(inside: Flask) -> None:
    table = Table()
    derek = table.members[0]
    say(table, derek, Coming.COMING)
    say(table, derek, Coming.APOLOGIES, is_named=True)
    row = attendance_row(table.meeting, derek)
    assert (row.said, row.is_named, row.as_role, row.side) == ("apologies", True, "member", "patients")
    with pytest.raises(NotFound):
        say(table, Table(slug="oak-hill", practice="Z99002").chair)
    table.end()
    with pytest.raises(RuleBroken, match="is over"):
        say(table, derek)


def test_three_missed_without_apologies_is_a_prompt_and_speaking_ends_it(inside: Flask) -> None:
    table = Table(patients=2)
    derek, ann = table.members
    for n in (5, 4, 3):
        number = table.plan(THE_DAY - n * MONTH)
        with clock.at(THE_DAY - n * MONTH):
            table.come(table.chair, table.secretary, meeting=number)
            if n == 4:
                say(table, ann, meeting=number)
            table.end(number)
    (missed,) = queries.list_missed(table.group)
    assert (missed.person_id, missed.name, missed.meetings) == (derek, "Derek Okafor", 3)
    by = Who.person(table.chair)
    for _ in range(2):
        with transaction():
            attending.note_spoken(table.group, derek, by=by, at=clock.now())
    assert queries.list_missed(table.group) == []
    for n in (2, 1):
        table.hold(THE_DAY - n * MONTH, table.chair)
    assert [one.name for one in queries.list_missed(table.group)] == ["Ann Bell"]  # for Derek two are not three
    table.hold(THE_DAY - timedelta(days=3), table.chair)
    assert {one.name: one.meetings for one in queries.list_missed(table.group)} == {
        "Ann Bell": 4,
        "Derek Okafor": 3,
        "Priya Shah": 3,
    }
    with pytest.raises(NotFound), transaction():
        attending.note_spoken(table.group, 999, by=by, at=clock.now())


def test_a_task_is_taken_once_and_handed_back_by_whoever_has_it(inside: Flask) -> None:
    table = Table()
    derek, ann, _ = table.members

    def take(person: int, number: int = 1) -> str:
        with transaction():
            return rotas.take_on(table.group, table.meeting, number, by=Who.person(person), at=clock.now())

    def back(person: int) -> str:
        with transaction():
            return rotas.hand_back(table.group, table.meeting, 1, by=Who.person(person), at=clock.now())

    assert take(derek) == "Biscuits"
    assert take(derek) == "Biscuits"
    with pytest.raises(Conflict, match="a moment before you"):
        take(ann)
    back(ann)
    met = meeting_row(table.meeting)
    assert [(one.words, one.name) for one in queries.list_tasks(met, ["Biscuits"])] == [("Biscuits", "Derek Okafor")]
    assert [one.words for one in queries.list_tasks(met, ["Chairs"])] == ["Chairs", "Biscuits"]
    back(derek)
    assert [one.name for one in queries.list_tasks(meeting_row(table.meeting), ["Biscuits"])] == [""]
    assert [one.words for one in queries.list_tasks(meeting_row(table.meeting), [])] == []
    take(ann)
    for number in (0, 2):
        with pytest.raises(NotFound):
            take(derek, number)
    with pytest.raises(NotFound):
        take(Table(slug="oak-hill", practice="Z99002").chair)
    table.end()
    with pytest.raises(RuleBroken, match="is over"):
        back(ann)


def test_tasks_are_lines_each_once_and_not_too_many() -> None:
    assert tasks_of("Biscuits\n\n  Tea  and coffee \nBiscuits\r\n") == ["Biscuits", "Tea and coffee"]
    assert len(tasks_of("\n".join(map(str, range(50))))) == 12
    assert tasks_of("x" * 200) == ["x" * 80]


def test_a_group_is_warned_when_the_practice_stays_away_three_times(inside: Flask) -> None:
    table = Table()
    for n in (3, 2):
        table.hold(THE_DAY - n * MONTH, table.chair)
    assert Warned.NO_PRACTICE not in drifting.warnings_of(table.group, THE_DAY)
    table.hold(THE_DAY - MONTH, table.chair)
    assert Warned.NO_PRACTICE in drifting.warnings_of(table.group, THE_DAY)
    table.hold(THE_DAY - timedelta(days=3), table.chair, *table.staff)
    assert Warned.NO_PRACTICE not in drifting.warnings_of(table.group, THE_DAY)
    came = drifting.list_came(table.group)
    assert [(one.patients, one.staff) for one in came] == [(1, 1), (1, 0), (1, 0), (1, 0)]


def test_a_group_is_warned_when_only_its_officers_propose(inside: Flask) -> None:
    table = Table()
    older, newer = (table.hold(THE_DAY - n * MONTH, table.chair) for n in (2, 1))
    table.propose("Chairs", by=table.chair, role=Role.CHAIR, meeting=older)
    assert Warned.ONLY_OFFICERS in drifting.warnings_of(table.group, THE_DAY)
    table.propose("The bell", by=None, role=None, meeting=newer)
    assert Warned.ONLY_OFFICERS not in drifting.warnings_of(table.group, THE_DAY)
    table.hold(THE_DAY - timedelta(days=9), table.chair)
    other = table.hold(THE_DAY - timedelta(days=8), table.chair)
    assert Warned.ONLY_OFFICERS in drifting.warnings_of(table.group, THE_DAY)
    table.propose("A ramp", by=table.members[0], role=Role.MEMBER, meeting=other)
    assert Warned.ONLY_OFFICERS not in drifting.warnings_of(table.group, THE_DAY)


def test_a_group_is_warned_of_the_practices_minutes_and_of_what_waits_for_a_month(inside: Flask) -> None:
    table = Table()
    assert drifting.warnings_of(table.group, THE_DAY) == []
    for n in range(5):
        table.propose(f"Item {n}", by=None, role=None, origin="practice")
    assert drifting.warnings_of(table.group, THE_DAY) == []  # 50 minutes of 100 are not more than half
    number = table.propose("One more", by=None, role=None, origin="practice")
    assert drifting.warnings_of(table.group, THE_DAY) == [Warned.PRACTICE_TIME]
    with transaction() as open_:
        open_.get_one(Meeting, table.meeting).cancelled_at = THE_DAY
        open_.get_one(Meeting, table.meeting).cancelled_why = "Snow"
        item = open_.get_one(drifting.Item, number)
        item.state = "waiting"
    assert drifting.warnings_of(table.group, THE_DAY) == []
    assert drifting.warnings_of(table.group, THE_DAY + timedelta(days=10)) == [Warned.UNANSWERED]
    session().rollback()
