"""What a message that comes back can be, and what may follow from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class What(StrEnum):
    """What a message that came back is."""

    HARD = "hard"
    """Nobody is there: the address does not exist, or has been closed."""
    SOFT = "soft"
    """Not delivered, but not because nobody is there: full, away for long, refused for its text or its sender."""
    DELAYED = "delayed"
    """Still being tried."""
    NOTICE = "notice"
    """It arrived, or was passed on."""
    COMPLAINT = "complaint"
    """The receiver told their mail provider that it is junk (RFC 5965)."""
    UNSUBSCRIBE = "unsubscribe"
    """The receiver asks to leave."""
    AUTO_REPLY = "auto_reply"
    """A note of absence, a receipt, or another answer by a program."""
    CHALLENGE = "challenge"
    """A program asks us to prove that we are people."""
    REPLY = "reply"
    """Somebody's own words."""
    NOTHING = "nothing"
    """Empty, or mail that has nothing to do with ours."""


RETURNED = (What.HARD, What.SOFT)
"""The mail was not delivered."""
LEAVES = (What.COMPLAINT, What.UNSUBSCRIBE)
RECEIPTS: Mapping[str, What] = {
    "delivered": What.NOTICE,
    "permanent-failure": What.HARD,
    "temporary-failure": What.SOFT,
    "technical-failure": What.SOFT,
}
"""What GOV.UK Notify says of a mail that it took. A technical failure is its own fault, and the mail was not delivered."""


@dataclass(frozen=True, slots=True)
class Token:
    """`of` is the letter before the plus in one of our addresses ("b+…"): which kind of row `text` was signed for."""

    of: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a raw message is. `status` is the enhanced status of a failure ("5.1.1"), None where it says none.

    `tokens` stood in the addresses that it came to; `quoted` in the head of the mail that a complaint returns.
    """

    what: What
    status: str | None = None
    tokens: tuple[Token, ...] = ()
    quoted: tuple[Token, ...] = ()


MOST_REPLY = 8000
"""Characters of a reply that are passed on."""
TAKEN_KEPT = timedelta(days=30)
"""For how long a message that comes once more is recognised."""
LARGEST_MAIL = 1024 * 1024
"""Bytes of a message that are read. A report stands before the mail that it returns."""


class Did(StrEnum):
    """What followed from a message, in words for whoever reads a mail server's log."""

    LEFT = "taken off the list"
    NOTED = "noted as returned"
    ARRIVED = "noted as arrived"
    PASSED_ON = "passed on to the group"
    BEFORE = "taken before"
    LATER = "bring it again: the mail is still in hand"
    NOTHING = "nothing to do"
