"""Words: short sentences, no jargon, one word for one thing, British spelling, and nobody's name but our own."""

from __future__ import annotations

import re
from functools import cache

import pytest
from bs4 import Tag

from pcnppg.groups.rules import Role
from pcnppg.kernel import paths
from tests.house.place import a_place
from tests.house.test_doors import declared, rules
from tests.page_checks import words
from tests.visiting import Page, Visit

pytestmark = pytest.mark.once

LONGEST_MEAN = 15
"""Words a sentence, on average over a page."""
TEXT = "p, li, dd, dt, legend, label, td, th, h1, h2, h3, h4, summary, button, figcaption, caption, .nhsuk-hint"
INNER = "p, li, dd, dt, td, th, label, legend, h1, h2, h3, h4, summary, button"

JARGON = (
    "utilise", "facilitate", "stakeholder", "leverage", "functionality", "commence", "prior to", "in order to", "going forward",
    "regarding", "pursuant", "herein", "data subject", "gdpr", "opt-in", "opt in", "opt out", "subscribe", "unsubscribe",
    "subscriber", "newsletter", "campaign", "audience", "recipient", "bounce rate", "login", "log in", "log out", "password reset",
    "username", "user", "users", "admin", "administrator", "dashboard", "submit", "click here", "invalid", "please note", "kindly",
    "error code", "token", "session expired", "authenticate", "2fa", "mfa", "url", "smtp", "database", "server error",
    "ppg", "pcn", "ics", "icb", "ods", "csv",
)  # fmt: skip
"""Words that a reader of eleven need not know, and those for which we have another word."""
ALLOWED = {
    # What words mean is told where they are needed: cookies and mail programs have no plainer name.
    "/cookies": {"session"},
    "/dev/mailbox": {"recipient", "smtp"},
    "/network": {"pcn"},  # as networks name themselves
}
AMERICAN = (
    "color",
    "organization",
    "organize",
    "center",
    "program's",
    "canceled",
    "recognize",
    "favorite",
    "behavior",
    "license",
)


def pages(visit: Visit) -> list[Page]:
    """Every page that anybody may see, as a visitor; every page of the office, as a chair."""
    place = a_place(visit.app)
    found = []
    for browser in (visit, visit.as_(place.person(Role.CHAIR))):
        for rule in rules(visit.app, "GET"):
            public = str(declared(visit.app, rule)) in {"anyone", "whoever holds the link"}
            if public == (browser is visit) and "/dev/" not in rule.rule:
                page = browser.open("GET", place.url(rule), checked=True)
                if page.status in {200, 422} and page.select("main"):
                    found.append(page)
    return found


def blocks(page: Page) -> list[str]:
    """What is read in one go: each paragraph, item, label and heading of the main part."""
    main = page.select("main")[0]
    return [words(tag) for tag in main.select(TEXT) if isinstance(tag, Tag) and not tag.select(INNER) and words(tag)]


def sentences(page: Page) -> list[str]:
    found = [said for block in blocks(page) for said in re.split(r"(?<=[.?!:])\s+", block)]
    return [said for said in found if len(said.split()) > 2]


_seen: list[Page] = []


@pytest.fixture
def all_pages(request: pytest.FixtureRequest) -> list[Page]:
    """Every page, fetched once for all the tests here: they only read."""
    if not _seen:
        _seen.extend(pages(request.getfixturevalue("visit")))
    return _seen


def test_sentences_are_short_on_every_page(all_pages: list[Page]) -> None:
    wrong = []
    for page in all_pages:
        lengths = [len(said.split()) for said in sentences(page)]
        if lengths and (mean := sum(lengths) / len(lengths)) >= LONGEST_MEAN:
            longest = max(sentences(page), key=lambda said: len(said.split()))
            wrong.append(f"{page.url}: {mean:.1f} words a sentence; the longest: {longest}")
    assert not wrong, "\n".join(wrong)


def test_no_page_speaks_jargon(all_pages: list[Page]) -> None:
    wrong = []
    for page in all_pages:
        text = " ".join([page.title, *blocks(page)]).lower()
        allowed = next((kept for path, kept in ALLOWED.items() if page.url.endswith(path)), set())
        wrong += [f"{page.url}: {word}" for word in JARGON if _stands(word, text) and word not in allowed]
        wrong += [f"{page.url}: {word} (American)" for word in AMERICAN if _stands(word, text)]
    assert not wrong, "\n".join(wrong)


def test_no_page_passes_for_the_nhs(all_pages: list[Page]) -> None:
    for page in all_pages:
        identity = " ".join([page.title, *(words(tag) for tag in page.select("header, h1"))])
        assert "NHS" not in identity, page.url
        assert not page.select("[class*=nhsuk-logo], [class*=nhsuk-header__logo], [href*='assets.nhs.uk']")
        if page.select("footer"):
            assert "not an NHS website" in words(page.select("footer")[0])


def test_one_main_action_a_page(all_pages: list[Page]) -> None:
    quiet = "nhsuk-button--secondary"
    for page in all_pages:
        filled = [
            b
            for b in page.select("main .nhsuk-button")
            if quiet not in b.get("class", ()) and not b.find_parent("details")
        ]
        assert len(filled) <= 1, f"{page.url}: {[words(b) for b in filled]}"


def test_every_page_names_somebody_who_helps(all_pages: list[Page]) -> None:
    for page in all_pages:
        if page.select("footer"):
            assert re.search(r"\bhelp\b", page.text.lower()), page.url


@cache
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@./-]){re.escape(word)}(?![\w@/-])")


def _stands(word: str, text: str) -> bool:
    return bool(_pattern(word).search(text))


MESSAGES = sorted(path for path in (paths.TEMPLATES / "emails").rglob("*.txt"))


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_message_speaks_jargon(path: object) -> None:
    text = re.sub(r"\{[{%#].*?[}%#]\}", " ", path.read_text(), flags=re.DOTALL).lower()  # type: ignore[attr-defined]
    assert not [word for word in (*JARGON, *AMERICAN) if _stands(word, text)]
