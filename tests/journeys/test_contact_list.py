"""An officer's list, in a browser: a spreadsheet is brought in, and somebody moves from letters to email and is shown it all."""

from __future__ import annotations

import contextlib
import time

import pytest
from playwright.sync_api import Error, Page, expect

from pcnppg.kernel import clock
from tests.house.place import SLUG
from tests.journeys.conftest import PATIENCE, Filled, Opener, link_in, plain
from tests.journeys.test_every_page import signed_in

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_list_comes_in(filled: Filled, device: Opener, javascript: bool) -> None:
    officer = signed_in(device, filled, "chair", javascript=javascript).new_page()
    _bring_in(officer, "ivy" if javascript else "una")


def test_somebody_moves_from_letters_to_email_and_takes_a_copy(filled: Filled, device: Opener) -> None:
    officer = signed_in(device, filled, "chair", javascript=False).new_page()
    _write_down(officer, "Ivy Thistle")
    address = "ivy@letters.example"
    officer.get_by_role("link", name="Move them to email").click()
    officer.get_by_label("Their email address").fill(address)
    officer.get_by_label("Who asked?").fill("She did")
    officer.get_by_label("At the desk of the practice").check()
    officer.get_by_label("On which day?").fill(_today())
    officer.get_by_role("button", name="Send an email there to confirm it").click()
    expect(officer.get_by_text(f"{address} waits to be confirmed.")).to_be_visible()
    patient = device(javascript=False, base_url=filled.site.base_url, width=320).new_page()
    patient.goto(_newest(filled, address, "/address/"))
    patient.get_by_role("button", name="Yes, send me emails").click()
    expect(patient.get_by_role("heading", level=1)).to_have_text("You get our emails from now on")
    patient.goto(f"/groups/{SLUG}/my")
    patient.locator("[name=email]").fill(address)
    patient.locator("main form button").click()
    patient.goto(_newest(filled, address, "/my/"))
    patient.get_by_role("link", name="Read or print everything").click()
    for said in ("Asked for an email address to be written to", "Agreed to at most"):
        expect(patient.get_by_text(said).first).to_be_visible()
    with patient.expect_download() as copy:
        patient.goto(patient.url.removesuffix("/all"))
        patient.get_by_role("link", name="Download everything as a file").click()
    assert address in copy.value.path().read_text()


def _bring_in(page: Page, name: str) -> None:
    rows = "\n".join(f"Person {n},{name}{n}@list.example" for n in range(3))
    page.goto(f"/groups/{SLUG}/contacts/import")
    content = f"Name,Email\n{rows}\nNobody,nonsense\n".encode()
    page.locator("[name=file]").set_input_files({"name": "our list.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Check this list").click()
    _look_again_until(page, "What becomes of your list")
    expect(page.get_by_text("1 row has something that is no email address.")).to_be_visible()
    page.get_by_role("link", name="Go on with 3 people").click()
    page.locator("[name=known][value=no]").check()
    page.get_by_role("button", name="Bring them in").click()
    _look_again_until(page, "3 people came in")


def _look_again_until(page: Page, heading: str) -> None:
    """The work goes on while the page says how far it is. With JavaScript it looks again by itself; the link does it too."""
    end = time.monotonic() + PATIENCE
    while page.get_by_role("heading", level=1).inner_text() != heading and time.monotonic() < end:
        with contextlib.suppress(Error):  # the page moved on by itself a moment before
            page.get_by_role("link", name="Look again").click(timeout=2000)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def _write_down(page: Page, name: str) -> None:
    """Somebody who gets letters."""
    page.goto(f"/groups/{SLUG}/contacts/add")
    page.get_by_label("At the desk of the practice").check()
    page.locator("[name=given_on]").fill(_today())
    page.locator("[name=taken_by]").fill("Sam Okafor")
    page.locator("[name=wording][value=present]").check()
    page.locator("[name=name]").fill(name)
    page.locator("[name=reached_by][value=post]").check()
    page.locator("[name=postal_address]").fill("4 Weir Lane\nWithy\nZZ1 2AB")
    page.locator("main form button").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def _today() -> str:
    return f"{clock.local(clock.now()).date():%d/%m/%Y}"


def _newest(filled: Filled, address: str, path: str) -> str:
    filled.site.command("worker", "--once")
    return link_in([mail for mail in filled.site.mailbox(address) if path in plain(mail)][-1], path)
