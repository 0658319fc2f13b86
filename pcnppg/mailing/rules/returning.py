"""What a report that comes back later says of a delivery, and what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum


class Returned(StrEnum):
    """What a report says of a delivery that came back. `HARD`: nobody is there."""

    HARD = "hard"
    SOFT = "soft"


IN_A_ROW = 3
"""So many mailings in a row that come back softly, and the address stops."""
UNTOLD_WITHIN = timedelta(days=7)
"""How long after the handover a hard return undoes that it told a higher promise (settled 6)."""
NOBODY_THERE = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
"""Enhanced statuses (RFC 3463) with which a mail server refuses a receiver who does not exist, or no longer."""


def is_news(returned: Returned, before: str | None) -> bool:
    """Does a report add to what is known of a delivery? Worse news does; the same once more does not."""
    return before is None or (before == Returned.SOFT and returned is Returned.HARD)


def has_failed_in_a_row(returned: Iterable[str | None]) -> bool:
    """Did three mailings in a row come back? `returned` has one for each that was handed over, in order."""
    run = 0
    for one in returned:
        run = run + 1 if one is not None else 0
        if run >= IN_A_ROW:
            return True
    return False


def undoes_telling(handed_over_at: datetime, at: datetime) -> bool:
    """Does a hard return undo that the mailing told a higher promise (settled 6)?"""
    return at - handed_over_at <= UNTOLD_WITHIN


def says_nobody_there(answer: str | None) -> bool:
    """Did the server refuse the receiver because nobody is there? `answer` is its code and enhanced status."""
    _, _, status = (answer or "").partition(" ")
    return status in NOBODY_THERE
