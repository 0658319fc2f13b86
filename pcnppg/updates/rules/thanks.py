"""Thanks: to whom, and when it is a good moment to say them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST_THANKS = 600
LATELY = timedelta(days=60)
"""So long after an occasion we remind people to say thanks."""


class To(StrEnum):
    """A volunteer is thanked by role: names change, and not everybody likes to see theirs."""

    GROUP = "group"
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    SECRETARY = "secretary"
    MEMBERS = "members"


TO_WORDS = {
    To.GROUP: "the whole group",
    To.CHAIR: "the chair",
    To.VICE_CHAIR: "the vice chair",
    To.SECRETARY: "the secretary",
    To.MEMBERS: "the members",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that is over and was work: "the annual general meeting"."""

    words: str
    on: date


def is_worth_thanks(occasion: Occasion, last_thanked_on: date | None, today: date) -> bool:
    """Is it over of late, and nobody has said thanks since?"""
    is_of_late = occasion.on <= today <= occasion.on + LATELY
    return is_of_late and (last_thanked_on is None or last_thanked_on < occasion.on)
