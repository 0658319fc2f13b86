"""The words that people agree to, as plain text. Pure."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pcnppg.kernel import paths, wording
from pcnppg.membership.rules import Shown

WORDS = "membership/words.txt"
NETWORK_WORDS = "membership/network_words.txt"
WITHOUT_EMAIL = "membership/words_without_email.txt"


def shown(*, holder: str, privacy_contact: str, group_name: str, practice_name: str, promise: int) -> Shown:
    """The exact words for a group whose promise is this number."""
    values = {"holder": holder, "privacy_contact": privacy_contact, "practice_name": practice_name}
    return _shown(WORDS, group_name=group_name, promise=promise, **values)


def network_shown(*, holder: str, network_name: str, group_name: str, practice_name: str, promise: int) -> Shown:
    """The exact words about news of the network, for somebody whom this number binds."""
    values = {"holder": holder, "network_name": network_name, "practice_name": practice_name}
    return _shown(NETWORK_WORDS, group_name=group_name, promise=promise, **values)


def is_about_network(words: str, network_name: str) -> bool:
    """Do these words, made by `network_shown` at whatever time, ask for news of the network of this name?"""
    return f"the practices of {network_name} too." in words


@lru_cache(maxsize=256)  # one group's page asks for its words with every number that it could promise
def _shown(template: str, *, promise: int, **values: str) -> Shown:
    words = _jinja().get_template(template).render(promise=promise, **values).strip()
    return Shown(words=words, digest=digest(words), promise=promise)


def without_email(words: Shown) -> Shown:
    """The same words for who chose post or phone: with a paragraph that says how they hold for them."""
    both = f"{words.words}\n\n{extra_words()}"
    return Shown(words=both, digest=digest(both), promise=words.promise)


def extra_words() -> str:
    """What the paper form says to those without email."""
    return _jinja().get_template(WITHOUT_EMAIL).render().strip()


def digest(words: str) -> str:
    """By what two wordings are compared: 64 hexadecimal characters."""
    return hashlib.sha256(words.encode()).hexdigest()


@cache
def _jinja() -> Environment:
    # Text, so nothing is escaped here; the page and the mail that show it escape it.
    found = Environment(
        loader=FileSystemLoader(paths.TEMPLATES), undefined=StrictUndefined, autoescape=select_autoescape(())
    )
    found.filters["count"] = wording.count
    return found
