"""What practice staff find when they come: four things that take two minutes, counts, and nobody's name."""

from __future__ import annotations

import time
from datetime import timedelta

from flask import Flask

from pcnppg.groups.queries import get_group
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.meetings.actions import items
from pcnppg.meetings.rules.items import PassedTo
from pcnppg.meetings.rules.meetings import MeetingKind
from tests import making
from tests.conftest import THE_DAY
from tests.mailing.lists import a_list
from tests.meetings.stories import a_meeting, an_item, done
from tests.membership.stories import joined
from tests.updates.stories import a_cast, posted, thanked
from tests.visiting import Page, Visit


def things(page: Page) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in page.select(".four__one")]


def test_four_things_wait_for_staff_and_one_of_them_is_the_main_one(inside: Flask, visit: Visit) -> None:
    cast = a_cast()
    posted(cast)
    page = visit.as_(cast.manager, second_factor=False)("/home")
    assert things(page) == [
        "Tell patients 1 update stands on the group's page. Post an update",
        "Answer Nothing waits for an answer from the practice.",
        "Say thanks Volunteers go on when somebody notices. Say thanks",
        "Invite Do you know a patient who would like a say? Give them a card. Print an invitation",
    ]
    assert "You are a practice manager here. 0 of 3,484 patients" in page.text
    for words in ("Post an update", "Say thanks", "Print an invitation"):
        assert page.click(words).status == 200
    assert not things(visit.as_(cast.chair)("/home"))
    assert not things(visit.as_(cast.member)("/home"))


def test_staff_see_counts_and_nobody_on_the_list(inside: Flask, visit: Visit) -> None:
    cast = a_cast()
    joined(get_group(cast.group), "zebedee@example.com", name="Zebedee Quill")
    page = visit.as_(cast.manager)("/home")
    assert "1 of 3,484 patients" in page.text
    assert page.select("svg.share")
    assert "zebedee" not in page.html.lower()


def test_what_the_chair_passed_on_waits_there_by_its_title(inside: Flask, visit: Visit) -> None:
    cast = a_cast()
    item = an_item(cast.group, a_meeting(cast.group), cast.member, "Can the bell be lower?")
    done(items.pass_on, cast.group, item, passed_to=PassedTo.PRACTICE, words="Who can lower it?", by=cast.chair)
    page = visit.as_(cast.manager, second_factor=False)("/home")
    assert things(page)[1] == "Answer Can the bell be lower?"
    assert "Nothing waits for you" not in page.text
    assert len(page.select("main .waiting")) == 1  # once, not above as well
    assert page.click("Can the bell be lower?").heading == "What does the practice say?"


def test_thanks_are_asked_for_after_a_meeting_until_somebody_says_them(inside: Flask, visit: Visit) -> None:
    cast = a_cast()
    a_meeting(cast.group, after=timedelta(days=3), kind=MeetingKind.AGM)
    with clock.at(THE_DAY + timedelta(days=4)):
        page = visit.anew().as_(cast.manager)("/home")
        assert "The annual general meeting was on Sunday 7 March 2027." in things(page)[2]
        thanked(cast)
        assert "Volunteers go on" in things(visit.anew().as_(cast.manager)("/home"))[2]


def test_who_is_staff_and_an_officer_sees_both(inside: Flask, visit: Visit) -> None:
    cast = a_cast()
    both = making.an_officer(cast.group, role=Role.SECRETARY, address=f"practice-manager-of-{cast.group}@example.com")
    assert both == cast.manager
    page = visit.as_(both)("/home")
    assert "You are the secretary and a practice manager here." in page.text
    assert len(things(page)) == 4
    assert page.click("Mailings of Elm Tree Patient Group").status == 200
    assert len(page.select("main .nhsuk-button:not(.nhsuk-button--secondary)")) == 1


def test_the_page_costs_staff_no_more_on_a_long_list(inside: Flask, visit: Visit) -> None:
    group, _ = a_list(5000)
    browser = visit.as_(making.an_officer(group, role=Role.PRACTICE_MANAGER))
    browser("/home")
    costs = []
    for _ in range(5):
        began = time.process_time()
        assert browser.open("GET", "/home", checked=False).status == 200
        costs.append(time.process_time() - began)
    assert min(costs) < 0.05, "what staff find takes more than 50 ms"
