"""With the keyboard alone, and a focus that can always be seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Filled, Opener
from tests.journeys.test_every_page import addresses, signed_in

pytestmark = pytest.mark.journey

FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  const ring = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
  return {html: e.outerHTML.slice(0, 120), name: e.name || '', tag: e.tagName, text: e.innerText || '', ring,
          frame: e.tagName === 'IFRAME', seen: r.width > 0 && r.height > 0, id: e.id};
}"""
CAN_TAKE_FOCUS = """() => {
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(e => e.offsetParent && !e.disabled && e.tabIndex >= 0 && e.checkVisibility());
  const single = all.filter(e => e.type !== 'radio');
  return single.length + new Set(all.filter(e => e.type === 'radio').map(e => e.name)).size;
}"""
"""How many stops Tab makes at least; radio buttons of one name are one stop."""


def tab_to(page: Page, *, name: str = "", text: str = "", most: int = 60) -> None:
    """Press Tab until the field of this name, or what reads this, has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found and ((name and found["name"] == name) or (text and found["text"].strip() == text)):
            assert found["ring"], f"nobody can see the focus on {found['html']}"
            return
    raise AssertionError(f"Tab never reached {name or text!r} on {page.url}")


def test_the_first_tab_leads_past_the_head_of_the_page(filled: Filled, device: Opener) -> None:
    page = device(base_url=filled.site.base_url).new_page()
    page.goto("/groups/elm-tree")
    page.keyboard.press("Tab")
    assert "Skip" in page.evaluate(FOCUSED)["text"]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_joining_needs_no_mouse(filled: Filled, device: Opener) -> None:
    page = device(base_url=filled.site.base_url).new_page()
    page.goto("/groups/elm-tree/join")
    tab_to(page, name="email")
    page.keyboard.type("keyboard@example.com")
    tab_to(page, text="Join")
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_visible()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED)["name"] == "agree"
    page.keyboard.press("Space")
    tab_to(page, text="Join")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")


def test_a_mailing_is_written_without_a_mouse(filled: Filled, device: Opener) -> None:
    page = signed_in(device, filled, "chair").new_page()
    page.goto("/groups/elm-tree/mailings/new")
    tab_to(page, name="subject")
    page.keyboard.type("Written with the keyboard")
    tab_to(page, name="body")
    page.keyboard.type("Please come and tell us what you think.")
    tab_to(page, text="Save and go on")
    page.keyboard.press("Enter")
    expect(page.locator("[name=subject]")).to_have_value("Written with the keyboard")
    tab_to(page, text="Go on to send", most=80)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Send this mailing?")


@pytest.mark.parametrize("who", ["a visitor", "chair"])
def test_everything_on_every_page_can_be_reached_and_seen(filled: Filled, device: Opener, who: str) -> None:
    page = signed_in(device, filled, who).new_page()
    wrong = []
    for address in addresses(filled, who):
        page.goto(address)
        wanted, steps = page.evaluate(CAN_TAKE_FOCUS), 0
        at_the_top = page.evaluate(FOCUSED) is None  # a refused form begins at its error summary instead
        for _ in range(wanted + 10):
            page.keyboard.press("Tab")
            found = page.evaluate(FOCUSED)
            if found is None:
                break
            steps += 1
            if not (found["ring"] and found["seen"]) and not found["frame"]:  # within a frame the focus is its own
                wrong.append(f"{address}: the focus cannot be seen on {found['html']}")
        if steps < wanted and at_the_top:
            wrong.append(f"{address}: Tab reaches {steps} of {wanted}")
    assert not wrong, "\n".join(wrong)
