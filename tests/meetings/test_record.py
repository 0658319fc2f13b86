"""What was written down about people: shown to them, forgotten with them, and after a year by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.kernel import clock, keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import Who
from pcnppg.meetings import jobs
from pcnppg.meetings.actions import following, minutes, unnaming
from pcnppg.meetings.queries import telling
from pcnppg.meetings.queries.day import seats_of
from pcnppg.meetings.rules.following import Reply
from pcnppg.meetings.rules.record import MinutesState
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.meetings.gathering import Table, action_row, attendance_row, meeting_row, minutes_row
from tests.meetings.test_following import by_link, mailed, token

YEAR = timedelta(days=366)


def test_all_that_a_member_wrote_and_had_to_do_is_told_to_them(inside: Flask) -> None:
    table = Table()
    derek = table.members[0]
    action = table.give(to=derek)
    with transaction():
        who = Who.person(derek)
        following.reply(table.group, action.id, Reply.CANNOT, words="Away.", by_day=None, by=who, at=clock.now())
    table.note("The bell is blue.", by=table.secretary)
    table.minutes_stand(MinutesState.CIRCULATED)
    with transaction():
        minutes.propose_correction(table.group, table.meeting, "It is green.", by=Who.person(derek), at=clock.now())
    told = {kept.heading: kept.rows for kept in telling.tell_about_person(derek, clock.now())}
    assert told["Actions that you have or had"][0][1] == "1. Ask what a bell costs"
    assert told["What you said about actions"][0][2] == "Away."
    assert told["Corrections that you proposed"][0][1] == "It is green."
    assert len(told["Meetings, and whether you were there"]) == 1
    written = {kept.heading: kept.rows for kept in telling.tell_about_person(table.secretary, clock.now())}
    assert "The bell is blue." in [row[1] for row in written["Notes that you wrote at meetings"]]


def test_an_owner_without_an_account_is_told_by_the_hash_of_their_mailbox_alone(inside: Flask) -> None:
    table = Table()
    table.give(name="Nia Brook", address="nia@example.net")
    by_link(token(), Reply.CANNOT, "Away.")
    mine = keys.current().mailbox_hash("nia@example.net")
    told = telling.tell_about_reader(table.group, None, mine, clock.now())
    assert [kept.heading for kept in told] == ["Actions that you have or had", "What you said about actions"]
    assert told[0].rows[0][2:4] == ("Nia Brook", "nia@example.net")
    assert telling.tell_about_reader(table.group, None, "0" * 64, clock.now()) == []


def test_a_year_after_it_was_closed_nobody_knows_who_had_an_action(inside: Flask) -> None:
    table = Table()
    closed = table.give(name="Nia Brook", address="nia@example.net")
    open_ = table.give(name="Sol Lane", address="sol@example.net")
    with transaction():
        by = Who.person(table.chair)
        following.close(table.group, closed.id, as_done=True, words="Nia Brook did it.", by=by, at=clock.now())
    with clock.at(THE_DAY + YEAR):
        jobs.forget_old(clock.now())
        jobs.forget_old(clock.now())
    row = action_row(closed.id)
    assert (row.owner_name, row.mailbox, row.outcome) == (None, None, "Somebody did it.")
    assert action_row(open_.id).owner_name == "Sol Lane"


def test_owners_are_reminded_each_once_by_the_worker(inside: Flask) -> None:
    table = Table()
    table.give(name="Nia Brook", address="nia@example.net", due_on=THE_DAY.date())
    jobs.remind_owners(THE_DAY.replace(hour=6))
    assert mailed("action_due") == []
    for _ in range(2):
        jobs.remind_owners(THE_DAY)
    (letter,) = mailed("action_due")
    assert letter["values"]["number"] == 1


def test_a_guest_is_forgotten_wherever_their_name_stands(inside: Flask) -> None:
    table = Table()
    by = Who.person(table.secretary)
    from pcnppg.meetings.actions import attending

    for name in ("Nia Brook", "May"):
        with transaction():
            attending.add_guest(table.group, table.meeting, name, by=by, at=clock.now())
    table.note("It may rain, said nia  BROOK.")
    table.end()
    guests = [seat for seat in seats_of(meeting_row(table.meeting)) if seat.person_id is None]
    for seat in guests:
        with transaction():
            unnaming.erase_guest(table.group, table.meeting, seat.attendance_id or 0, by=by, at=clock.now())
    assert "It may rain, said somebody." in minutes_row(table.meeting).words
    assert {seat.name for seat in seats_of(meeting_row(table.meeting)) if seat.person_id is None} == {"a guest"}
    for number in (999, guests[0].attendance_id or 0, attendance_row(table.meeting, table.chair).id):
        with pytest.raises(NotFound), transaction():
            unnaming.erase_guest(table.group, table.meeting, number, by=by, at=clock.now())


def test_a_contacts_name_goes_too_and_nothing_of_another_group(inside: Flask) -> None:
    table, other = Table(), Table(slug="oak-hill", practice="Z99002")
    table.note("Nia Brook came by.")
    other.note("Nia Brook came by.")
    with transaction():
        unnaming.forget_outsider(table.group, name="Nia Brook", mailbox_hash=None, at=clock.now())
        unnaming.forget_outsider(table.group, name=None, mailbox_hash="0" * 64, at=clock.now())
    session().rollback()
    table.end()
    other.end()
    assert "Somebody came by." in minutes_row(table.meeting).words
    assert "Nia Brook came by." in minutes_row(other.meeting).words


def test_minutes_are_published_with_words(inside: Flask) -> None:
    table = Table()
    table.minutes_stand(MinutesState.ACCEPTED)
    for words in (" ", "x" * 60_001):
        with pytest.raises(Exception, match="Minutes need words"):
            table.publish(words)
    assert minutes_row(table.meeting).state == "accepted"
