"""The words that people agree to, as plain text, and the tokens in mail that asks us to let somebody leave. Pure."""

from __future__ import annotations

import hashlib
import re
from email.message import Message
from email.parser import BytesHeaderParser
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pcnppg.kernel import paths, wording
from pcnppg.membership.rules import Shown

WORDS = "membership/words.txt"
NETWORK_WORDS = "membership/network_words.txt"
RECIPIENT_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")
LARGEST_MAIL = 1024 * 1024
"""Bytes of an incoming message that are looked at; its head is far shorter."""


def shown(*, holder: str, privacy_contact: str, group_name: str, practice_name: str, promise: int) -> Shown:
    """The exact words for a group whose promise is this number."""
    values = {"holder": holder, "privacy_contact": privacy_contact, "practice_name": practice_name}
    return _shown(WORDS, group_name=group_name, promise=promise, **values)


def network_shown(*, holder: str, network_name: str, group_name: str, practice_name: str, promise: int) -> Shown:
    """The exact words about news of the network, for somebody whom this number binds."""
    values = {"holder": holder, "network_name": network_name, "practice_name": practice_name}
    return _shown(NETWORK_WORDS, group_name=group_name, promise=promise, **values)


def _shown(template: str, *, promise: int, **values: str) -> Shown:
    words = _texts().get_template(template).render(promise=promise, **values).strip()
    return Shown(words=words, digest=digest(words), promise=promise)


def digest(words: str) -> str:
    """By what two wordings are compared: 64 hexadecimal characters."""
    return hashlib.sha256(words.encode()).hexdigest()


def leave_tokens(raw: bytes, mail_domain: str) -> list[str]:
    """The tokens of `u+<token>@` our mail domain among the recipients of a raw message, each once. Nothing else is read."""
    head = BytesHeaderParser().parsebytes(raw[:LARGEST_MAIL])
    pattern = re.compile(
        rf"(?<![\w.+-])u\+([0-9a-z]{{1,16}}-[0-9a-z]{{1,64}})@{re.escape(mail_domain)}(?![\w.-])", re.I
    )
    return list(dict.fromkeys(token.lower() for line in _recipients(head) for token in pattern.findall(line)))


def _recipients(head: Message) -> list[str]:
    return [str(value) for name in RECIPIENT_HEADERS for value in head.get_all(name, [])]


@cache
def _texts() -> Environment:
    # Text, so nothing is escaped here; the page and the mail that show it escape it.
    found = Environment(
        loader=FileSystemLoader(paths.TEMPLATES), undefined=StrictUndefined, autoescape=select_autoescape(())
    )
    found.filters["count"] = wording.count
    return found
