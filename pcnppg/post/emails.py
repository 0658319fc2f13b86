"""Rendering mail: a Jinja of its own, without Flask, because the worker has no request.

A message is a folder `templates/emails/<domain>/<message>/` with `subject.txt`, `body.txt` and `body.html`; the bodies extend
`emails/layout.txt` and `emails/layout.html`. A misspelt name raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, wraps
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pcnppg.kernel import keys, paths, settings, wording
from pcnppg.post import formats

DEFAULT_FROM_NAME = "Patient groups"

_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_ENDS = re.compile(r"\s+")
_inliner = CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says: the same in both bodies. `html` is complete, with its styles inlined."""

    subject: str
    text: str
    html: str


def render(kind: str, values: Mapping[str, Any]) -> Words:
    """The words of the message `kind` ("membership/confirm"). Values may be `formats.slot`s."""
    known = {"from_name": DEFAULT_FROM_NAME, "reply_to": None, **_everywhere(), **values}
    subject = _LINE_ENDS.sub(" ", _written(kind, "subject.txt", known)).strip()
    known["subject"] = subject
    text = _BLANK_LINES.sub("\n\n", _written(kind, "body.txt", known)).strip() + "\n"
    return Words(subject, text, _inliner.inline(_written(kind, "body.html", known)))


def no_reply() -> str:
    """The address that service messages and office mail come from."""
    return f"no-reply@{settings.current().mail_domain}"


def return_path(message_id: int) -> str:
    """Where a message of the outbox comes back to: an address of its own, so that nobody's text is looked at for whose it was."""
    return f"m+{keys.current().sign('returned', message_id)}@{settings.current().mail_domain}"


def service_message(message_id: int, kind: str, to: str, values: Mapping[str, Any], *, at: datetime) -> bytes:
    """One outbox message as bytes. Its Message-ID is the same each time it is made."""
    words = render(kind, values)
    return formats.build_message(
        from_name=values.get("from_name", DEFAULT_FROM_NAME),
        from_address=no_reply(),
        to_name="",
        to_address=to,
        reply_to=values.get("reply_to"),
        subject=words.subject,
        text=words.text,
        html=words.html,
        headers={"Auto-Submitted": "auto-generated"},
        message_id=f"<{keys.current().sign('message', message_id)}@{settings.current().mail_domain}>",
        date=at,
    )


def _written(kind: str, part: str, values: Mapping[str, Any]) -> str:
    return _jinja().get_template(f"emails/{kind}/{part}").render(values)


def _everywhere() -> dict[str, str]:
    ours = settings.current()
    return {
        "base_url": ours.base_url,
        "operator_name": ours.operator_name,
        "operator_email": ours.operator_email,
        "mail_domain": ours.mail_domain,
    }


@lru_cache(maxsize=1)
def _jinja() -> Environment:
    jinja = Environment(
        loader=FileSystemLoader(paths.TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("day", "moment", "clock_time"):
        jinja.filters[name] = _of_iso(getattr(wording, name))
    jinja.filters.update(count=wording.count, nth=wording.nth)
    return jinja


def _of_iso(spell: Callable[[Any], str]) -> Callable[[Any], str]:
    """What waited sealed waited as JSON: a moment comes back as text."""

    @wraps(spell)
    def spell_either(value: str | date) -> str:
        if not isinstance(value, str):
            return spell(value)
        return spell(datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))

    return spell_either
