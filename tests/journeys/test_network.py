"""A network's meeting and vote: a delegate on a phone without JavaScript, a chair on a tablet with it, a guest from outside."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Filled, Opener, link_in, without_a_murmur
from tests.journeys.test_every_page import NARROW, SIDEWAYS, axe, signed_in

pytestmark = pytest.mark.journey

NETWORK = "/groups/riverside"
PHONE = {"width": NARROW, "height": 640, "javascript": False}


def test_a_delegate_agrees_a_purpose_puts_an_item_on_votes_and_checks_the_count_and_a_guest_proposes(
    filled: Filled, device: Opener
) -> None:
    meeting = f"{NETWORK}/meetings/{filled.place.values['group.federation.purpose.meeting_id']}"
    decision = f"{NETWORK}/decisions/{filled.place.values['decision_id']}"
    delegate = signed_in(device, filled, "delegate", **PHONE).new_page()
    chair = signed_in(device, filled, "chair", width=768).new_page()
    guest = device(base_url=filled.site.base_url, **PHONE).new_page()

    guest.goto(meeting)
    expect(guest.get_by_role("link", name="Propose an item")).to_have_count(0)  # before the groups agreed
    delegate.goto("/home")
    delegate.get_by_role("link", name="Say for your group what a meeting should be for").click()
    delegate.get_by_label("We agree").check()
    delegate.get_by_role("button", name="Say it for").click()
    expect(delegate.locator("main")).to_contain_text("The groups agreed to this")

    delegate.goto(f"{meeting}/propose")
    delegate.get_by_label("What should we talk about?").fill("One leaflet for all practices")
    delegate.get_by_role("button", name="Propose it").click()
    guest.goto(f"{meeting}/propose")
    guest.get_by_label("What should we talk about?").fill("What patients told Healthwatch")
    guest.get_by_label("Your email address").fill("helen@healthwatch.example")
    guest.locator("[name=guest_of]").fill("Healthwatch")
    guest.get_by_role("button", name="Propose it").click()
    filled.site.command("worker", "--once")
    letter = filled.site.mail_to("helen@healthwatch.example", "confirm your item")
    guest.goto(link_in(letter, f"{NETWORK}/meetings/"))
    guest.get_by_role("button", name="Send it to the group").click()
    guest.goto(f"{meeting}/agenda")
    assert "/sign-in" in guest.url  # a guest proposes, and orders or publishes nothing

    with without_a_murmur(chair):
        chair.goto(f"{NETWORK}/tray")
        expect(chair.get_by_role("link", name="One leaflet for all practices")).to_be_visible()
        chair.get_by_role("link", name="What patients told Healthwatch").click()
        expect(chair.locator("main")).to_contain_text("Healthwatch")
        assert axe(chair) == []

    delegate.goto(decision)
    delegate.get_by_label("Yes", exact=True).check()
    delegate.get_by_role("button", name="Give this vote").click()
    expect(delegate.locator("main")).to_contain_text("Your vote is counted.")
    chair.goto(decision)
    chair.get_by_role("button", name="Close and count").click()
    expect(chair.locator("main")).to_contain_text("Decided: Yes.")
    delegate.goto(decision)
    delegate.get_by_role("link", name="Check the count").click()
    expect(delegate.locator("main")).to_contain_text("We have just counted these votes again. It comes to the same.")
    chair.goto(delegate.url)
    chair.set_viewport_size({"width": NARROW, "height": 640})
    assert chair.evaluate(SIDEWAYS) is None
    assert axe(chair) == []
