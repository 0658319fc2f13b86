"""Every page there is, in a real browser: no accessibility fault that a machine can find, no sideways scrolling, no murmur."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from pcnppg.groups.rules import GRANTS, Permission, Role
from tests.journeys.conftest import Filled, Opener

pytestmark = pytest.mark.journey

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
RULES = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}
"""Off by default in axe: text at 7:1 or better, and targets that a finger hits."""
NARROW, WIDE = 320, 1280
BY_WIDTH = (
    "color-contrast",
    "color-contrast-enhanced",
    "target-size",
    "link-in-text-block",
    "scrollable-region-focusable",
    "link-name",
    "button-name",
    "label",
)
"""What axe looks at again on a wide screen: what depends on the place of things, and on what is folded away."""
WHO = ("a visitor", "chair", "practice_manager")
STAFF_SEES = [permission for permission, roles in GRANTS.items() if Role.PRACTICE_MANAGER in roles]

OPEN: dict[str, Callable[[Any], bool]] = {
    "a visitor": lambda declared: str(declared) in {"anyone", "whoever holds the link", "the operator"},
    "chair": lambda declared: isinstance(declared, Permission) or str(declared) == "anyone signed in",
    "practice_manager": lambda declared: declared in STAFF_SEES or str(declared) == "anyone signed in",
}
"""Whose browser looks at which doors: what a visitor sees need not be looked at again."""

SIDEWAYS = """() => {
  const wide = document.documentElement.scrollWidth;
  if (wide <= window.innerWidth) return null;
  const out = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1);
  return wide + ' px: ' + out.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' … ');
}"""
HIDDEN_PARTS = """() => {
  const chopped = [...document.querySelectorAll('.listing')].filter(e => e.scrollWidth > e.clientWidth + 1);
  const skip = document.querySelector('.skip');
  if (skip && document.activeElement !== skip && skip.getBoundingClientRect().bottom > 0) chopped.push(skip);
  return chopped.map(e => e.outerHTML.slice(0, 120));
}"""
"""Tables of which a part is out of sight; the link for the keyboard where nobody has come to it."""
SMALL = """() => [...document.querySelectorAll('main p, main li, main td, main th, main label')]
  .filter(e => e.offsetParent && e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 16)
  .slice(0, 3).map(e => e.outerHTML.slice(0, 100))"""


def addresses(filled: Filled, who: str) -> list[str]:
    """Every page of ours that may be looked at without a question; each link of a holder's leads to one that is good."""
    app = filled.place.app
    not_pages = (
        "/static/",
        "/metrics",
        "/meetings.ics",
        "/papers/",
        "/healthz",
        "/readyz",
        "/html",
        "<token>/copy",
        "/kept/copy",
        "/preview",
        "/kept/page",
        "/kept/file",
        ".atom",
        "/dev/mailbox/<name>",
    )
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    pages = [rule for rule in rules if not any(part in rule.rule for part in not_pages)]
    shown = [rule for rule in pages if OPEN[who](getattr(app.view_functions[rule.endpoint], "open_to", None))]
    return sorted({filled.place.url(rule) for rule in shown} | {"/no-such-page"})


def signed_in(device: Opener, filled: Filled, who: str, **options: Any) -> BrowserContext:
    context = device(base_url=filled.site.base_url, **options)
    if who in filled.cookies:
        context.add_cookies([{"name": "pcnppg", "value": filled.cookies[who], "url": filled.site.base_url}])
    return context


def axe(page: Page, *, only: tuple[str, ...] = ()) -> list[str]:
    """What axe finds on the page as it stands: by all its rules, or `only` by some."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE)
    options: dict[str, Any] = {"rules": RULES, "resultTypes": ["violations"]}
    if only:
        options["runOnly"] = {"type": "rule", "values": list(only)}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{fault['id']}: {node['html'][:160]} ({node.get('failureSummary', '').splitlines()[-1].strip()})"
        for fault in found["violations"]
        for node in fault["nodes"][:3]
    ]


@pytest.mark.parametrize("who", WHO)
def test_every_page_can_be_used_by_everybody(filled: Filled, device: Opener, who: str) -> None:
    page = signed_in(device, filled, who, width=NARROW, height=800).new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"threw {error}"))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    wrong = []
    for address in addresses(filled, who):
        said.clear()
        page.set_viewport_size({"width": NARROW, "height": 800})
        answer = page.goto(address)
        status = answer.status if answer else 0
        _settle(page)
        faults = [f"is chopped or in the way: {html}" for html in page.evaluate(HIDDEN_PARTS)]
        for width in (NARROW, WIDE):
            page.set_viewport_size({"width": width, "height": 800})
            faults += [f"at {width} px {fault}" for fault in _faults_at(page, width)]
        faults += [f"murmurs: {text}" for text in said if not (status >= 400 and f"{status}" in text)]
        wrong += [f"{address} ({status}): {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


def _faults_at(page: Page, width: int) -> list[str]:
    """What keeps somebody from using the page on a screen of this width."""
    sideways = page.evaluate(SIDEWAYS)
    small = [f"small print: {html}" for html in page.evaluate(SMALL)]
    return [
        *([f"scrolls sideways: {sideways}"] if sideways else []),
        *small,
        *axe(page, only=() if width == NARROW else BY_WIDTH),
    ]


def _settle(page: Page) -> None:
    """Parts that load themselves have come."""
    if page.locator("[hx-trigger*=load]").count():
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("who", WHO)
def test_every_page_says_the_same_without_javascript(filled: Filled, device: Opener, who: str) -> None:
    page = signed_in(device, filled, who, javascript=False).new_page()
    wrong = []
    for address in addresses(filled, who):
        answer = page.goto(address)
        status = answer.status if answer else 0
        if status >= 500 or not page.locator("h1").first.is_visible():
            wrong.append(f"{address} ({status})")
        if not all(text.strip() for text in page.locator("button").all_text_contents()):
            wrong.append(f"{address}: a button without words")
    assert not wrong, "\n".join(wrong)
