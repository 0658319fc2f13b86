"""The whole way in, walked as one story from an officer's address to the page it names; and where it may lead."""

from __future__ import annotations

import pyotp
import pytest
from flask import Flask

from pcnppg.kernel import clock
from tests import making
from tests.people.stories import letters
from tests.visiting import Page, Visit

OFFICER = "sue@example.com"


@pytest.fixture
def officer(inside: Flask) -> int:
    """The secretary of Elm Tree, who never signed in."""
    return making.an_officer(making.a_group(), name="Sue Secretary", address=OFFICER)


def mailed(to: str) -> dict[str, str]:
    """The values of the newest sign-in mail."""
    return letters("people/sign_in", to=to)[-1].values


def shown_codes(page: Page) -> list[str]:
    return [tag.get_text(strip=True) for tag in page.select(".codes code")]


def app_code(page: Page) -> str:
    """What an app shows once the secret of this page was typed into it."""
    return pyotp.TOTP(page.one("#totp-secret").get_text(strip=True)).at(clock.now())


def test_the_whole_way_in(officer: int, visit: Visit) -> None:
    door = visit("/groups/elm-tree/contacts")
    assert (door.status, door.location) == (303, "/sign-in?next=/groups/elm-tree/contacts")
    page = door.follow().submit(email=OFFICER).follow()
    assert (page.heading, page.title.startswith("Check your email")) == ("Check your email", True)
    assert OFFICER in page.text
    door = page.submit(code=mailed(OFFICER)["code"])
    assert door.location == "/second-factor?next=/groups/elm-tree/contacts"
    setting_up = door.follow()
    assert setting_up.heading == "Set up your authenticator"
    assert visit("/groups/elm-tree/contacts").location == "/second-factor?next=/groups/elm-tree/contacts"
    kept = setting_up.submit(totp=app_code(setting_up))
    assert (kept.status, kept.heading) == (200, "Keep these recovery codes")
    assert len(set(shown_codes(kept))) == 10
    assert kept.headers["Cache-Control"] == "no-store"
    assert kept.click("I have kept them").heading == "Contact list"
    assert visit("/second-factor").location == "/home"
    assert visit("/home").status == 200


def test_the_authenticators_page_leads_to_our_own_pages_only(officer: int, visit: Visit) -> None:
    page = visit("/sign-in").submit(email=OFFICER).follow().submit(code=mailed(OFFICER)["code"]).follow()
    kept = page.submit(totp=app_code(page), next="//evil.example/")
    assert kept.click("I have kept them").status == 200
    assert "evil.example" not in kept.html
