"""When a group is warned, kindly, that its meetings drift away from its patients. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Warned(StrEnum):
    NO_PRACTICE = "no_practice"
    PRACTICE_TIME = "practice_time"
    ONLY_OFFICERS = "only_officers"
    UNANSWERED = "unanswered"


WITHOUT_PRACTICE = 3
"""Meetings in a row to which nobody of the practice came."""
OFFICERS_ALONE = 2
"""Meetings in a row for which nobody but officers proposed anything."""
UNANSWERED_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting that was held: was anybody of the practice there, and did anybody but officers propose something?"""

    staff_came: bool
    others_proposed: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Minutes of an agenda, by whose items they are."""

    practice: int
    total: int

    @property
    def practice_leads(self) -> bool:
        """Do the practice's items take more than half of the time?"""
        return 2 * self.practice > self.total


def warnings(
    held: Sequence[Held], shares: Shares | None, unanswered_since: Sequence[datetime], at: datetime
) -> list[Warned]:
    """What a group is warned of now. `held` begins with the newest; `shares` are the next agenda's, None where it has no items."""
    found = []
    if len(held) >= WITHOUT_PRACTICE and not any(one.staff_came for one in held[:WITHOUT_PRACTICE]):
        found.append(Warned.NO_PRACTICE)
    if shares is not None and shares.practice_leads:
        found.append(Warned.PRACTICE_TIME)
    if len(held) >= OFFICERS_ALONE and not any(one.others_proposed for one in held[:OFFICERS_ALONE]):
        found.append(Warned.ONLY_OFFICERS)
    if any(at - since >= UNANSWERED_AFTER for since in unanswered_since):
        found.append(Warned.UNANSWERED)
    return found
