"""The day of a meeting: on a tablet with JavaScript, over a line that drops; without JavaScript; and with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Filled, Opener, without_a_murmur
from tests.journeys.test_every_page import signed_in
from tests.journeys.test_keyboard import tab_to

pytestmark = pytest.mark.journey

TABLET = {"width": 768, "height": 1024}


def address(filled: Filled) -> str:
    return f"/groups/elm-tree/meetings/{filled.place.values['group.meetings.day.meeting_id']}/day"


def test_what_is_typed_outlives_a_line_that_drops(filled: Filled, device: Opener) -> None:
    context = signed_in(device, filled, "chair")
    page = context.new_page()
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    with without_a_murmur(page):
        page.goto(address(filled))
        expect(page.locator("[data-until]").first).to_contain_text("minutes left")
        page.locator("#words").fill("The line drops now.")
    context.set_offline(True)
    page.get_by_role("button", name="Save the note").click()
    context.set_offline(False)
    page.goto(address(filled))
    expect(page.locator("[data-kept]")).to_be_visible()
    expect(page.locator("#words")).to_have_value("The line drops now.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator(".written")).to_contain_text("The line drops now.")
    expect(page.locator("[data-kept]")).to_be_hidden()
    expect(page.locator("#words")).to_have_value("")
    assert page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_part_is_talked_through(filled: Filled, device: Opener, javascript: bool) -> None:
    page = signed_in(device, filled, "chair", javascript=javascript).new_page()
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    page.goto(address(filled))
    said = f"A note {'with' if javascript else 'without'} JavaScript."
    page.locator("#words").fill(said)
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator(".written")).to_contain_text(said)
    page.get_by_text("Write down a decision").click()
    page.locator("#motion").fill("We buy biscuits.")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.locator(".written")).to_contain_text("We buy biscuits.")
    expect(page.locator(".written")).to_contain_text("Carried")
    page.get_by_text("Change who is here").click()
    expect(page.get_by_role("button", name="Save who is here")).to_be_visible()


def test_a_note_and_an_action_need_no_mouse(filled: Filled, device: Opener) -> None:
    page: Page = signed_in(device, filled, "chair").new_page()
    page.goto(address(filled))
    tab_to(page, name="words")
    page.keyboard.type("Written with the keyboard")
    tab_to(page, text="Save the note")
    page.keyboard.press("Enter")
    expect(page.locator(".written")).to_contain_text("Written with the keyboard")
    tab_to(page, text="Give somebody an action", most=80)
    page.keyboard.press("Enter")
    tab_to(page, name="todo")
    page.keyboard.type("Bring a longer table")
    tab_to(page, text="Save the action")
    page.keyboard.press("Enter")
    expect(page.locator(".written")).to_contain_text("Bring a longer table")
