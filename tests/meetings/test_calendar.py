"""The calendar feed, read back by two readers: the same number for ever, moved and cancelled meetings, 304 when nothing changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import vobject

from pcnppg.meetings.actions import agenda, planning
from tests.meetings.conftest import Cast
from tests.meetings.stories import a_plan, done, the_meeting
from tests.visiting import Page, Visit

FEED = "/groups/elm-tree/meetings.ics"


def events(page: Page) -> list[Any]:
    return list(icalendar.Calendar.from_ical(page.answer.get_data()).walk("VEVENT"))


def test_the_feed_is_read_by_two_readers_and_says_the_same(cast: Cast, visit: Visit) -> None:
    page = visit(FEED)
    assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(page)
    other = next(vobject.readComponents(page.answer.get_data(as_text=True))).vevent
    start = the_meeting(cast.meeting_id).starts_at
    assert event["DTSTART"].dt == other.dtstart.value.astimezone(UTC) == start
    assert event["DTEND"].dt == other.dtend.value.astimezone(UTC) == start + timedelta(minutes=90)
    assert str(event["UID"]) == other.uid.value
    assert str(event["SUMMARY"]) == other.summary.value == "Elm Tree Patient Group: ordinary meeting"
    assert str(event["LOCATION"]) == other.location.value == "The library, Elm Road"
    assert (str(event["STATUS"]), int(event["SEQUENCE"])) == ("CONFIRMED", 0)


def test_a_moved_meeting_keeps_its_number_across_the_change_of_clocks(cast: Cast, visit: Visit) -> None:
    before = events(visit(FEED))[0]
    moved = a_plan(starts_at=datetime(2027, 11, 2, 18, 30, tzinfo=UTC))
    done(planning.change_meeting, cast.group_id, cast.meeting_id, moved, by=cast.chair)
    after = events(visit(FEED))[0]
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) == 1
    assert after["DTSTART"].dt == datetime(2027, 11, 2, 18, 30, tzinfo=UTC)
    assert "6:30pm" in visit(f"/groups/elm-tree/meetings/{cast.meeting_id}").text


def test_a_cancelled_meeting_is_cancelled_in_calendars_too(cast: Cast, visit: Visit) -> None:
    done(planning.cancel_meeting, cast.group_id, cast.meeting_id, why="The boiler broke.", by=cast.chair)
    (event,) = events(visit(FEED))
    assert (str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCELLED", 1)
    assert "The boiler broke." in str(event["DESCRIPTION"])


def test_a_calendar_that_has_it_already_is_answered_in_a_word(cast: Cast, visit: Visit) -> None:
    tag = visit(FEED).headers["ETag"]
    again = visit.client.get(FEED, headers={"If-None-Match": tag}, base_url=visit.base_url)
    assert (again.status_code, again.get_data()) == (304, b"")
    done(
        agenda.publish_agenda,
        cast.group_id,
        cast.meeting_id,
        version=the_meeting(cast.meeting_id).agenda_version,
        by=cast.chair,
    )
    page = visit(FEED, headers={"If-None-Match": tag})
    assert page.status == 200
    assert f"/meetings/{cast.meeting_id}" in str(events(page)[0]["DESCRIPTION"])
