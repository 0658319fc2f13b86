"""How a group is doing, in words for those who run it, with one helpful step; and the record of its year."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from pcnppg.groups.queries import get_group
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.pages.queries.health import doing_of
from pcnppg.pages.rules import Health, next_helpful
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import chair_of
from tests.meetings.stories import a_meeting
from tests.updates.stories import a_cast, thanked
from tests.visiting import Visit

PAGE = "/groups/elm-tree/health"


def test_one_step_is_named_the_weightiest_first() -> None:
    assert next_helpful({}) is None
    assert next_helpful(dict.fromkeys(Health, False)) is None
    assert next_helpful({Health.REACH: True, Health.ITEMS: True}) is Health.ITEMS
    assert next_helpful(dict.fromkeys(Health, True)) is Health.AHEAD


def test_officers_read_how_their_group_is_doing_and_what_helps_most(inside: Flask, visit: Visit) -> None:
    group = making.a_group(slug="elm-tree")
    chair = visit.as_(chair_of(group))
    page = chair("/home").click("How things go in Elm Tree Patient Group")
    assert "No meeting is planned." in page.text
    assert page.click("Plan a meeting").heading == "Plan a meeting"
    a_meeting(group, after=timedelta(days=50))
    page = chair(PAGE)
    assert page.text.count("Fewer than 1 in every 100 patients just begun") == 1
    assert "in 50 days" in page.text
    assert "All is well. Tell the volunteers so." in page.text
    assert visit.as_(making.an_officer(group, role=Role.MEMBER))(PAGE).status == 403


def test_a_silent_group_is_helped_to_write(inside: Flask) -> None:
    group = get_group(making.a_group(slug="elm-tree"))
    later = THE_DAY + timedelta(days=300)
    with clock.at(later):
        a_meeting(group.id, after=timedelta(days=50))
        assert doing_of(get_group(group.id), later).step is Health.MAILINGS


def test_the_record_of_a_year_holds_what_was_published_and_the_thanks(inside: Flask, visit: Visit) -> None:
    cast = a_cast()
    thanked(cast, "Thank you for the ramp.")
    a_meeting(cast.group, after=timedelta(days=3))
    with clock.at(THE_DAY + timedelta(days=400)):
        page = visit("/groups/elm-tree/thanks").click("All that the group did in 2027")
        assert page.heading == "Our year 2027"
        assert "We met 1 time, sent 0 mailings, and 0 items have their answer." in page.text
        assert "Thank you for the ramp." in page.text
        assert "Thank you for the ramp." not in page.click("The year after").text
        for year in (0, 2026, 2029, 99999):
            assert visit(f"/groups/elm-tree/years/{year}").status == 404
