"""A practice manager with two minutes: from what needs them to an update that a patient reads on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Filled, Opener, without_a_murmur
from tests.journeys.test_every_page import NARROW, axe, signed_in

pytestmark = pytest.mark.journey


def test_staff_post_an_update_and_a_patient_reads_it(filled: Filled, device: Opener) -> None:
    manager = signed_in(device, filled, "practice_manager", width=768).new_page()
    patient = device(javascript=False, base_url=filled.site.base_url, width=NARROW, height=640).new_page()
    with without_a_murmur(manager):
        manager.goto("/home")
        manager.locator("main a.nhsuk-button:not(.nhsuk-button--secondary)", has_text="Post an update").click()
        manager.get_by_role("link", name="Opening and access").click()
    manager.get_by_label("Title").fill("Closed on Friday afternoon")
    manager.get_by_label("What is new?").fill("We close at one for training. Ring Mrs Jean Smith.")
    manager.get_by_role("button", name="Post it").click()
    expect(manager.locator("main")).to_contain_text("It is not posted yet. Nothing was lost.")
    assert axe(manager) == []
    manager.get_by_label("What is new?").fill("We close at one for training.")
    manager.get_by_role("button", name="Post it").click()
    expect(manager.locator("main")).to_contain_text("Your update is on the group's page now.")
    patient.goto("/groups/elm-tree")
    patient.get_by_role("link", name="Closed on Friday afternoon").click()
    expect(patient.locator("main")).to_contain_text("We close at one for training.")
    expect(patient.locator("main")).to_contain_text("from the practice")
