"""What mail servers and programs write, in many languages. Matched against text in lower case with single spaces."""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).with_name("words")


def any_of(name: str) -> re.Pattern[str]:
    """One pattern for any line of a file in `words`: regular expressions, those about the same thing side by side."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return re.compile("|".join(f"(?:{line})" for line in lines if line and not line.startswith("# ")))


FULL = any_of("full")
"""The mailbox takes no more for now."""

SENDER = any_of("sender")
"""It is about us, not about them."""

GONE = any_of("gone")
"""Nobody is there."""

POLICY = any_of("policy")
"""Refused for what it is or who sends it."""

AWAY = any_of("away")
"""Not now, or not this message."""

WEAK = any_of("weak")
"""What is said of addresses that are gone, and now and then of others."""


def calm(text: str) -> str:
    """Text as these patterns want it."""
    return " ".join(text.lower().replace("’", "'").split())
