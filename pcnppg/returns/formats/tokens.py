"""The tokens in addresses of ours: in those that a message came to, and in the head of a mail that a complaint returns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pcnppg.returns.formats.opening import Letter
from pcnppg.returns.rules import Token

CAME_TO = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "original-recipient",
    "x-apparently-to",
    "to",
    "cc",
)
RETURN_PATH, SERVICE_PATH, LEAVE = "b", "m", "u"
MESSAGE_ID = "d"


def tokens_of(letter: Letter, recipients: Sequence[str], domain: str | None) -> tuple[Token, ...]:
    """Tokens in the addresses that a message came to, each once. `domain` is ours; None takes any."""
    return _found([*recipients, *letter.all(*CAME_TO)], domain, letters="bmu", sign=r"\+")


def quoted_tokens(letter: Letter, domain: str | None) -> tuple[Token, ...]:
    """Tokens that the head of a returned mail carries: its return path, its leaving address, its Message-ID."""
    lines = [letter.feedback, letter.returned]
    return _found(lines, domain, letters="bu", sign=r"\+") + _found(lines, domain, letters=MESSAGE_ID, sign=r"\.")


def _found(lines: Iterable[str], domain: str | None, *, letters: str, sign: str) -> tuple[Token, ...]:
    ending = re.escape(domain) if domain else r"[\w.-]+"
    pattern = re.compile(
        rf"(?<![\w.+-])([{letters}]){sign}([0-9a-f]{{1,16}}-[0-9a-z]{{1,64}})@{ending}(?![\w-]|\.\w)", re.I
    )
    found = (Token(of.lower(), text.lower()) for line in lines for of, text in pattern.findall(line))
    return tuple(dict.fromkeys(found))
