"""Jinja for pages: loaders, loud undefined, escaping everywhere but in text, and the filters that spell dates and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Flask
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader
from markupsafe import Markup

from pcnppg.kernel import clock, wording
from pcnppg.web import access
from pcnppg.web.fields import component, error_list, field_params
from pcnppg.web.tables import labelled

PRODUCT = "pcnppg"
"""The product's name: a small word in the footer."""


class Undefined(ChainableUndefined):
    """Components may look into what is not there; printing it is an error."""

    def __str__(self) -> str:
        return self._fail_with_undefined_error()

    __html__ = __str__


def autoescape(name: str | None) -> bool:
    """Everything but plain text is escaped, the component library's `.jinja` files too."""
    return name is None or not name.endswith((".txt", ".ics", ".csv"))


def init(app: Flask) -> None:
    """Before anything else touches the application's Jinja: once made, it takes no options any more, and does not say so."""
    if "jinja_env" in vars(app):
        raise RuntimeError("templating comes first: Jinja is made already, with its own ideas of escaping")
    app.jinja_options = {**app.jinja_options, "autoescape": autoescape, "undefined": Undefined}
    own = app.jinja_loader
    assert own is not None  # noqa: S101 - Flask always has one
    app.jinja_loader = ChoiceLoader([own, PackageLoader("nhsuk_frontend_jinja")])
    app.jinja_env.filters.update(
        day=wording.day,
        clock_time=wording.clock_time,
        moment=wording.moment,
        count=wording.count,
        nth=wording.nth,
        contact_link=contact_link,
        spelt=spelt,
        with_links=with_links,
        local_day=lambda at: clock.local(at).date(),
        in_words=in_words,
        field_params=field_params,
        error_list=error_list,
        component=component,
        labelled=labelled,
    )
    app.jinja_env.globals.update(can=access.can, person=access.person, now=clock.now, product=PRODUCT)


def lend(app: Flask, **answers: Callable[[], Any]) -> None:
    """Let every template ask higher floors what the layout prints: where one can go, and who helps."""
    app.jinja_env.globals.update(answers)


def spelt(value: Any) -> str:
    """A day, a moment, a number or a text as a person reads it; a dash where there is nothing."""
    if isinstance(value, datetime):
        return wording.moment(value)
    if isinstance(value, date):
        return wording.day(value)
    return "–" if value in (None, "") else str(value)


def contact_link(contact: str) -> Markup:
    """A mailbox or phone number as a link that writes or calls; anything else as it is."""
    if "@" in contact and " " not in contact:
        return Markup('<a href="mailto:{0}">{0}</a>').format(contact)
    digits = re.sub(r"[^\d+]", "", contact)
    if len(digits) >= 10 and not re.search(r"[^\d\s()+-]", contact):
        return Markup('<a href="tel:{}">{}</a>').format(digits, contact)
    return Markup("{}").format(contact)


LINKED = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)]|[^\s<>\"@:;,()]+@[^\s<>\"@,;:()]+[^\s<>\"@,;:().])")


def with_links(text: str) -> Markup:
    """A sentence whose web and email addresses are links. Everything else is escaped."""
    found = LINKED.split(text)
    return Markup("").join(_linked(part) if n % 2 else part for n, part in enumerate(found))


def _linked(address: str) -> Markup:
    if address.startswith("http"):
        return Markup('<a href="{0}">{0}</a>').format(address)
    return Markup('<a href="mailto:{0}">{0}</a>').format(address)


def in_words(value: str) -> str:
    """A value of a copy of what is held, as a page says it: dates and moments spelt out, our own short words without dashes."""
    try:
        return wording.moment(datetime.fromisoformat(value)) if "T" in value else wording.day(date.fromisoformat(value))
    except ValueError:
        return value.replace("_", " ") if re.fullmatch(r"[a-z]+(_[a-z]+)+", value) else value
