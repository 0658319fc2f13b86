"""`visit`: a browser without JavaScript that checks every page it fetches before handing it over.

    page = visit("/groups/elm-tree/join")                      # a visitor
    page = page.submit(email="pat@example.com", agree=True)    # the only form of `main`; or submit("Join", …), submit("#id", …)
    page = page.follow()                                       # after a 303
    officer = visit.as_officer(group)                          # a browser of the secretary's, second factor done
    officer("/groups/elm-tree/contacts").select("tbody tr")

Each person has a browser (a cookie jar) of their own; `visit.anew()` is another device. htmx answers: `htmx=True`.
"""

from __future__ import annotations

import contextlib
import contextvars
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from bs4.builder._html5lib import HTML5TreeBuilder
from flask import Flask, has_app_context
from html5lib.constants import E as MESSAGES
from werkzeug.test import TestResponse

from pcnppg.store.session import end_read
from tests import making
from tests.page_checks import check, words

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def visit(app: Flask) -> Visit:
    """A visitor's browser."""
    return Visit(app)


class Visit:
    """Browsers: one for whoever has no account, one for each person named with `as_`."""

    def __init__(self, app: Flask, person: Any = None, *, second_factor: bool = True) -> None:
        self.app = app
        self.base_url: str = app.config["SETTINGS"].base_url
        self.client = _alone(app.test_client)
        self._others: dict[int, Visit] = {}
        if person is not None:
            making.sign_in(self.client, person, second_factor=second_factor)

    def __call__(self, url: str, *, as_: Any = None, htmx: bool = False, **options: Any) -> Page:
        """GET `url`. The page has been checked; its status has not."""
        return self.as_(as_).open("GET", url, htmx=htmx, **options)

    def post(self, url: str, data: Any = None, *, as_: Any = None, htmx: bool = False, **options: Any) -> Page:
        """POST exactly this, as a machine would: no form was fetched, no CSRF token is added."""
        return self.as_(as_).open("POST", url, htmx=htmx, data=data, **options)

    def as_(self, person: Any, *, second_factor: bool = True) -> Visit:
        """The browser in which `person` (a Person or its id) is signed in; this one for None."""
        if person is None:
            return self
        person_id = getattr(person, "id", person)
        if person_id not in self._others:
            self._others[person_id] = Visit(self.app, person_id, second_factor=second_factor)
        return self._others[person_id]

    def as_officer(self, group: Any = None, role: str = "secretary") -> Visit:
        """The browser of somebody who took up `role` in `group` (Elm Tree if none is given), second factor done."""
        return self.as_(making.an_officer(group or making.a_group(self.app), role=role, app=self.app))

    def anew(self) -> Visit:
        """Another device of whoever: nobody signed in."""
        return Visit(self.app)

    def open(
        self,
        method: str,
        url: str,
        *,
        htmx: bool = False,
        may_break: bool = False,
        checked: bool = True,
        **options: Any,
    ) -> Page:
        """Ask, parse and check (not where only the status matters). A broken page fails the test unless it `may_break`."""
        if has_app_context():
            end_read()  # a test that reads afterwards sees what this request changed
        headers = {**(HTMX if htmx else {}), **options.pop("headers", {})}
        answer = _alone(self.client.open, url, method=method, headers=headers, base_url=self.base_url, **options)
        assert may_break or answer.status_code < 500, f"{method} {url} broke ({answer.status_code}): see the log"
        return Page(self, urljoin(self.base_url, answer.request.full_path.rstrip("?")), answer, checked=checked)


class Page:
    """One answer, parsed once and checked."""

    def __init__(self, visit: Visit, url: str, answer: TestResponse, *, checked: bool = True) -> None:
        self.visit = visit
        self.url = url
        self.answer = answer
        self.status = answer.status_code
        self.headers = answer.headers
        self.html = answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""
        self.soup = BeautifulSoup()
        if checked:
            with _untraced():
                self._look()

    def _look(self) -> None:
        if self.answer.mimetype != "text/html" or not self.html.strip() or self.location:
            return
        whole = self.html.lstrip()[:9].lower() == "<!doctype"
        self.soup, errors = parse(self.html, whole=whole)
        policy = self.headers.get("Content-Security-Policy", "")
        assert "script-src 'self'" in policy or "default-src 'none'" in policy, f"{self.url} has no policy"
        if "sandbox" not in policy:  # a mail shown in a frame keeps its own styles
            check(self.soup, url=self.url, whole=whole, parse_errors=errors)

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as the address bar would show it without the host."""
        target = self.headers.get("Location")
        if target is None:
            return None
        parts = urlsplit(urljoin(self.url, target))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def title(self) -> str:
        return words(self.soup.title) if self.soup.title else ""

    @property
    def heading(self) -> str:
        """The one h1."""
        return words(self.soup.select("h1")[0])

    @property
    def text(self) -> str:
        """What can be read on it, white space calmed; the raw text where it is no HTML."""
        return words(self.soup) if self.soup.contents else self.html

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return [words(tag) for tag in self.select(".nhsuk-error-summary li")]

    def select(self, css: str) -> list[Tag]:
        return list(self.soup.select(css))

    def one(self, css: str) -> Tag:
        """The only element that matches."""
        found = self.select(css)
        assert len(found) == 1, f"{len(found)} elements match {css!r} on {self.url}"
        return found[0]

    def follow(self) -> Page:
        """Go where a 303 leads."""
        assert self.status == 303, f"{self.url} answered {self.status}, not 303: {self.text[:400]}"
        assert self.location is not None
        return self.visit(self.location)

    def click(self, text: str, *, htmx: bool = False) -> Page:
        """Follow the link that reads `text`."""
        found = [a for a in self.select("a[href]") if words(a) == text]
        assert found, f"no link reads {text!r} on {self.url}"
        return self.visit(urljoin(self.url, str(found[0]["href"])), htmx=htmx)

    def submit(self, which: str | None = None, /, *, htmx: bool = False, **fields: Any) -> Page:
        """Fill in a form and press its button.

        `which`: the button's words, or a CSS selector of form or button; without it the only form of the page's main part.
        A field is a text, True or False for a checkbox, a list for several; one that the form lacks fails the test.
        """
        form, button = self._form(which)
        values = _filled(form, button, fields)
        action = str((button and button.get("formaction")) or form.get("action") or self.url)
        url = urljoin(self.url, action)
        if str(form.get("method", "get")).lower() == "post":
            return self.visit.open("POST", url, htmx=htmx, data=values)
        return self.visit.open("GET", url.partition("?")[0], htmx=htmx, query_string=values)

    def _form(self, which: str | None) -> tuple[Tag, Tag | None]:
        buttons = [b for b in self.select("form button, form input[type=submit]") if _is_submit(b)]
        if which is None:
            forms = self.select("main form") or self.select("form")
            assert len(forms) == 1, f"{len(forms)} forms on {self.url}: say which"
            chosen: Tag | None = forms[0]
        else:
            named = [b for b in buttons if which in (words(b), b.get("value"))]
            matching = named or self.select(which)
            assert matching, f"no form or button {which!r} on {self.url}"
            chosen = matching[0]
        assert chosen is not None
        if chosen.name == "form":
            inside = [b for b in buttons if b.find_parent("form") is chosen]
            return chosen, inside[0] if inside else None
        form = chosen.find_parent("form")
        assert isinstance(form, Tag)
        return form, chosen


@contextlib.contextmanager
def _untraced() -> Iterator[None]:
    """Nothing of the product runs in here: measuring which branches are taken would only slow it down."""
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracing)


def parse(html: str, *, whole: bool = True) -> tuple[BeautifulSoup, list[str]]:
    """The tree of a page or fragment, and what the HTML standard says against its text. Parsed once for both."""
    builder = _Strict(whole=whole)
    soup = BeautifulSoup(html, builder=builder)
    return soup, builder.errors


class _Strict(HTML5TreeBuilder):
    """Beautiful Soup's html5lib builder, keeping the parse errors that it would forget."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self.whole = whole
        self.errors: list[str] = []

    def feed(self, markup: Any) -> None:
        parser = html5lib.HTMLParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        text = markup if isinstance(markup, str) else markup.decode()
        if self.whole:
            parser.parse(text)
        else:
            # A fragment is parsed where it will stand: inside the body of a page.
            parser.parse(f"<!doctype html><html lang=en><head></head><body>{text}</body></html>")
        self.errors = [f"line {line}: {MESSAGES[code] % values}" for (line, _), code, values in parser.errors]
        self.underlying_builder.parser = None


def _is_submit(button: Tag) -> bool:
    return str(button.get("type", "submit")) == "submit" and not button.has_attr("disabled")


def _filled(form: Tag, button: Tag | None, fields: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    offered: set[str] = set()
    for control in form.select("input[name], textarea[name], select[name]"):
        name = str(control["name"])
        offered.add(name)
        if not control.has_attr("disabled"):
            values.setdefault(name, []).extend(_value(control, fields.get(name)))
    unknown = set(fields) - offered
    assert not unknown, f"the form has no field {sorted(unknown)}; it has {sorted(offered)}"
    if button is not None and button.get("name"):
        values.setdefault(str(button["name"]), []).append(str(button.get("value", "")))
    return {name: found for name, found in values.items() if found}


def _value(control: Tag, given: Any) -> list[str]:
    kind = str(control.get("type", "text")) if control.name == "input" else control.name
    if kind in {"submit", "button", "image", "reset"}:
        return []
    if kind in {"checkbox", "radio"}:
        return _ticked(control, given)
    if kind == "select":
        chosen = [str(o.get("value", words(o))) for o in control.select("option[selected]")]
        first = [str(o.get("value", words(o))) for o in control.select("option")][:1]
        return [str(given)] if given is not None else (chosen or first)
    if given is not None:
        return [str(item) for item in given] if isinstance(given, list) else [str(given)]
    if kind == "textarea":
        return [control.get_text().removeprefix("\n")]
    return [str(control.get("value", ""))]


def _ticked(control: Tag, given: Any) -> list[str]:
    value = str(control.get("value", "on"))
    if given is None:
        return [value] if control.has_attr("checked") else []
    if isinstance(given, bool):
        return [value] if given else []
    wanted = [str(item) for item in given] if isinstance(given, list | tuple | set) else [str(given)]
    return [value] if value in wanted else []


def _alone(act: Any, *args: Any, **options: Any) -> Any:
    """Do it outside the test's own application context, as a server does: a request never shares a session with a test."""
    return contextvars.Context().run(act, *args, **options)
