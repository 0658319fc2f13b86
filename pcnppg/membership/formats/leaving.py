"""The tokens in mail that asks us to let somebody leave. Pure."""

from __future__ import annotations

import re
from email.message import Message
from email.parser import BytesHeaderParser

RECIPIENT_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")
LARGEST_MAIL = 1024 * 1024
"""Bytes of an incoming message that are looked at; its head is far shorter."""


def leave_tokens(raw: bytes, mail_domain: str) -> list[str]:
    """The tokens of `u+<token>@` our mail domain among the recipients of a raw message, each once. Nothing else is read."""
    head = BytesHeaderParser().parsebytes(raw[:LARGEST_MAIL])
    pattern = re.compile(
        rf"(?<![\w.+-])u\+([0-9a-z]{{1,16}}-[0-9a-z]{{1,64}})@{re.escape(mail_domain)}(?![\w.-])", re.I
    )
    return list(dict.fromkeys(token.lower() for line in _recipients(head) for token in pattern.findall(line)))


def _recipients(head: Message) -> list[str]:
    return [str(value) for name in RECIPIENT_HEADERS for value in head.get_all(name, [])]
