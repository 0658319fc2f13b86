"""A meeting, from its plan and a proposal to the published agenda: on a tablet and a phone, with JavaScript and without."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from pcnppg.kernel.clock import local, now
from tests.journeys.conftest import Filled, Opener, link_in
from tests.journeys.test_every_page import NARROW, SIDEWAYS, axe, signed_in
from tests.journeys.test_keyboard import tab_to

pytestmark = pytest.mark.journey

MEETINGS = "/groups/elm-tree/meetings"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_what_a_visitor_proposes_stands_on_the_agenda(filled: Filled, device: Opener, javascript: bool) -> None:
    chair = signed_in(device, filled, "chair", javascript=javascript, width=768).new_page()
    visitor = device(javascript=javascript, base_url=filled.site.base_url, width=NARROW, height=640).new_page()
    title = "A handrail at the side door" if javascript else "Longer hours on Saturdays"
    address = f"{'tablet' if javascript else 'plain'}@visitor.example"

    meeting = _plan(chair, local(now()).date() + timedelta(days=120 if javascript else 150))
    visitor.goto(f"{meeting}/propose")
    _propose(visitor, title, address)
    filled.site.command("worker", "--once")
    visitor.goto(link_in(filled.site.mail_to(address, "confirm your item"), f"{MEETINGS}/"))
    visitor.get_by_role("button", name="Send it to the group").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Your item has reached the group")

    _put_on_the_agenda(chair, title)
    chair.goto(f"{meeting}/agenda")
    chair.get_by_role("button", name="Publish this agenda").click()
    expect(chair.locator("main")).to_contain_text("The agenda is published.")
    visitor.goto(meeting)
    expect(visitor.locator("main ol")).to_contain_text(title)
    if javascript:
        assert visitor.evaluate(SIDEWAYS) is None
        assert axe(visitor) == []


def _plan(chair: Page, day: date) -> str:
    """The address of a meeting on that day."""
    chair.goto(MEETINGS)
    chair.get_by_role("link", name="Plan a meeting").click()
    chair.get_by_label("Which day?").fill(f"{day:%d/%m/%Y}")
    chair.get_by_label("When does it begin?").fill("half seven")
    chair.get_by_label("When does it finish?").fill("8pm")
    chair.get_by_label("Place").fill("The library, Elm Road")
    chair.get_by_role("button", name="Plan this meeting").click()
    expect(chair.locator(".nhsuk-error-summary")).to_contain_text("Enter a time")
    chair.get_by_label("When does it begin?").fill("6.30pm")
    chair.get_by_role("button", name="Plan this meeting").click()
    expect(chair.locator("main")).to_contain_text("The meeting is planned. People can propose items now.")
    return chair.url


def _propose(visitor: Page, title: str, address: str) -> None:
    visitor.get_by_label("What should we talk about?").fill(title)
    visitor.get_by_role("button", name="Propose it").click()
    expect(visitor.locator(".nhsuk-error-summary")).to_contain_text("Enter your email address.")
    expect(visitor.get_by_label("What should we talk about?")).to_have_value(title)
    visitor.get_by_label("Your email address").fill(address)
    visitor.get_by_role("button", name="Propose it").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Check your email")


def _put_on_the_agenda(chair: Page, title: str) -> None:
    """From the tray, where the meeting that it was meant for is chosen already."""
    chair.goto("/groups/elm-tree/tray")
    chair.get_by_role("link", name=title).click()
    chair.get_by_role("link", name="Put it on an agenda").click()
    chair.get_by_role("button", name="Put it on the agenda").click()
    expect(chair.locator("main")).to_contain_text("It is on the agenda.")


def test_an_agenda_is_ordered_by_dragging_and_with_the_keyboard_alone(filled: Filled, device: Opener) -> None:
    """On a wide tablet with a mouse, then without one: both fill in the numbers that the buttons send too."""
    page = signed_in(device, filled, "chair", width=1024, height=768).new_page()
    page.goto(f"{MEETINGS}/{filled.place.values['meeting_id']}/agenda")
    assert page.evaluate(SIDEWAYS) is None
    parts = page.locator(".order__title")
    first, second, third = parts.all_text_contents()[:3]
    parts.nth(0).evaluate(
        "part => part.closest('li').scrollIntoView()"
    )  # all three are seen: nothing moves under the mouse
    with page.expect_navigation():
        page.locator(".order__facts").nth(0).drag_to(page.locator(".order__facts").nth(2))
    assert parts.all_text_contents()[:3] == [second, third, first]
    with page.expect_navigation():
        tab_to(page, name="move")  # the first that can be pressed: down
        page.keyboard.press("Enter")
    assert parts.all_text_contents()[:3] == [third, second, first]


def test_an_item_is_proposed_and_backed_with_the_keyboard_alone(filled: Filled, device: Opener) -> None:
    page = signed_in(device, filled, "chair", width=768, height=1024).new_page()
    page.goto(f"{MEETINGS}/{filled.place.values['meeting_id']}/propose")
    tab_to(page, name="title")
    page.keyboard.type("A shelf for crutches")
    tab_to(page, text="Propose it")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Your item has gone to the chair.")
    tab_to(page, text="Back it")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("You back this item.")
