"""The words that people agree to, as plain text. Pure."""

from __future__ import annotations

import hashlib
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from pcnppg.kernel import paths, wording
from pcnppg.membership.rules import Shown

WORDS = "membership/words.txt"


def shown(*, holder: str, privacy_contact: str, group_name: str, practice_name: str, promise: int) -> Shown:
    """The exact words for a group whose promise is this number."""
    values = {"holder": holder, "privacy_contact": privacy_contact, "practice_name": practice_name}
    words = _template().render(group_name=group_name, promise=promise, **values).strip()
    return Shown(words=words, digest=digest(words), promise=promise)


def digest(words: str) -> str:
    """By what two wordings are compared: 64 hexadecimal characters."""
    return hashlib.sha256(words.encode()).hexdigest()


@cache
def _template() -> Template:
    # Text, so nothing is escaped here; the page and the mail that show it escape it.
    found = Environment(
        loader=FileSystemLoader(paths.TEMPLATES), undefined=StrictUndefined, autoescape=select_autoescape(())
    )
    found.filters["count"] = wording.count
    return found.get_template(WORDS)
