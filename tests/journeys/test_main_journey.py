"""The main journey, from the operator's command to the patient who leaves: with JavaScript, and without."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Opener, Site, link_in, plain

pytestmark = pytest.mark.journey

PRACTICES = {True: "Z99001", False: "Z99002"}


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_patient_joins_reads_and_leaves_and_a_chair_writes(site: Site, device: Opener, javascript: bool) -> None:
    slug = "journey" if javascript else "journey-plain"
    chairs, patients = f"chair@{slug}.example", f"pat@{slug}.example"
    name = f"Patients of {slug.title()}"
    invitation = _found_group(site, javascript, slug, name, chairs)
    chair = device(javascript=javascript, base_url=site.base_url)
    patient = device(javascript=javascript, base_url=site.base_url, width=390, height=800)

    secret = _accept_and_enrol(chair, invitation)
    _set_up(chair.pages[0], slug)
    _join_from_the_poster(site, chair, patient, slug, patients)
    _write_and_send(site, chair.pages[0], slug, chairs)
    mailing = site.mail_to(patients, "Our spring meeting")
    _is_a_mailing_as_promised(mailing, site, name)
    _report_says_one(chair.pages[0], slug)
    _leave(patient, link_in(mailing, "/u/"))
    _sign_out_and_in_again(site, chair, chairs, secret)
    _list_shows_nobody(chair.pages[0], slug)


def _found_group(site: Site, javascript: bool, slug: str, name: str, chair: str) -> str:
    made = ("--practice", PRACTICES[javascript], "--name", name, "--slug", slug, "--chair", chair)
    said = site.command("groups", "create", *made)
    found = re.search(r"https?://\S+/invitations/\S+", said)
    assert found, said
    return found[0]


def _accept_and_enrol(chair: BrowserContext, invitation: str) -> str:
    page = chair.new_page()
    page.goto(invitation)
    page.get_by_label("name").fill("Ruth Carver")
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your authenticator")
    secret = page.locator("#totp-secret").inner_text().replace(" ", "")
    page.locator("[name=totp]").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep these recovery codes")
    assert page.locator(".codes li").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs you")
    return secret


def _set_up(page: Page, slug: str) -> None:
    page.goto(f"/groups/{slug}/settings")
    page.locator("[name=purpose]").fill("We tell the practice what patients think.")
    page.locator("[name=reply_address]").fill(f"replies@{slug}.example")
    page.locator("[name=helper_name]").fill("Ruth Carver")
    page.locator("[name=helper_contact]").fill("01632 960 001")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"/groups/{slug}")
    expect(page.get_by_text("We tell the practice what patients think.")).to_be_visible()


def _join_from_the_poster(site: Site, chair: BrowserContext, patient: BrowserContext, slug: str, address: str) -> None:
    poster = chair.pages[0]
    poster.goto(f"/groups/{slug}/poster")
    expect(poster.locator("svg.qr, svg[class*=qr]").first).to_be_visible()
    short = re.search(r"/j/[\w-]+", poster.locator("main").inner_text())
    assert short, "the poster has no short address"
    page = patient.new_page()
    page.goto(short[0])
    if not page.url.endswith("/join") and "/join" not in page.url:
        page.get_by_role("link", name=re.compile("^Join")).first.click()
    assert not page.locator("[name=agree]").is_checked()
    page.locator("[name=email]").fill(f"  {address.upper()} ")
    page.locator("[name=name]").fill("Pat Lee")
    page.get_by_role("button", name="Join").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_visible()
    assert page.title().startswith("Error: ")
    assert page.locator("[name=name]").input_value() == "Pat Lee"
    page.locator("[name=agree]").check()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    page.goto(link_in(site.mail_to(address), "/confirm/"))
    page.get_by_role("button", name="Yes, put me on the list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are on the list")
    receipt = site.mail_to(address, after=1)
    assert "16 or over" in plain(receipt)


def _write_and_send(site: Site, page: Page, slug: str, chair: str) -> None:
    page.goto(f"/groups/{slug}/mailings")
    page.get_by_role("link", name="Write a mailing").click()
    page.locator("[name=subject]").fill("Our spring meeting")
    page.locator("[name=body]").fill("Please come on Tuesday and **tell us what you think**.")
    page.get_by_role("button", name="Save and go on").click()
    preview = page.frame_locator("iframe").locator("strong")
    expect(preview).to_have_text("tell us what you think")
    page.locator("[name=body]").fill("Please come on Wednesday and **tell us what you think**.")
    page.get_by_role("button", name="Save and see what arrives").click()
    expect(page.frame_locator("iframe").get_by_text("Please come on Wednesday")).to_be_visible()
    page.get_by_role("button", name="Send a test to myself").click()
    assert "Wednesday" in plain(site.mail_to(chair, "Our spring meeting"))
    page.get_by_role("button", name="Go on to send").click()
    expect(page.get_by_text("it would reach 1 person")).to_be_visible()
    page.get_by_role("button", name="Send to 1 person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Our spring meeting")


def _is_a_mailing_as_promised(mailing: object, site: Site, name: str) -> None:
    message = mailing
    assert name in str(message["From"])  # type: ignore[index]
    assert str(message["List-Unsubscribe"]).startswith("<")  # type: ignore[index]
    assert f"{site.base_url}/u/" in str(message["List-Unsubscribe"])  # type: ignore[index]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # type: ignore[index]
    text = " ".join(plain(message).split())  # type: ignore[arg-type]
    assert "1st of at most 4" in text
    assert "Wednesday" in text


def _report_says_one(page: Page, slug: str) -> None:
    page.goto(f"/groups/{slug}/mailings")
    page.get_by_role("link", name=re.compile("Our spring meeting")).first.click()
    for _ in range(20):
        if "1 person got it." in page.locator("main").inner_text():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(page.get_by_text("1 person got it.")).to_be_visible()


def _leave(patient: BrowserContext, link: str) -> None:
    page = patient.pages[0]
    page.goto(link)
    page.get_by_role("button", name="Leave the list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have left the list")


def _sign_out_and_in_again(site: Site, chair: BrowserContext, address: str, secret: str) -> None:
    page = chair.pages[0]
    page.goto("/account")
    page.get_by_role("button", name="Sign out here").click()
    page.goto("/home")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    before = len(site.mailbox(address))
    page.locator("[name=email]").fill(address)
    page.locator("main form button").click()
    expect(page.locator("[name=code]")).to_be_visible()
    code = re.search(r"\b\d{3} ?\d{3}\b", plain(site.mail_to(address, after=before)))
    assert code
    page.locator("[name=code]").fill(code[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[name=totp]")).to_be_visible()
    totp = pyotp.TOTP(secret)
    page.locator("[name=totp]").fill(_next_code(page, totp))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs you")


def _next_code(page: Page, totp: pyotp.TOTP) -> str:
    """A code that was not used at the enrolment a moment ago: the next one is taken early rather than waited for."""
    import time

    return totp.at(int(time.time()), counter_offset=1)


def _list_shows_nobody(page: Page, slug: str) -> None:
    page.goto(f"/groups/{slug}/contacts")
    expect(page.get_by_text(re.compile("Nobody is on|Nobody is in|Nobody has joined"))).to_be_visible()
