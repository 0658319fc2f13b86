"""The agenda: what each part is for, whether it fits the time, whose minutes they are, what changed since it was published."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    DECIDE = "decide"
    DISCUSS = "discuss"
    INFORM = "inform"


PURPOSE_WORDS = {
    Purpose.DECIDE: "To decide",
    Purpose.DISCUSS: "To discuss",
    Purpose.INFORM: "To inform",
}


class Place(StrEnum):
    """Where a standing item stands: before what people proposed, or after."""

    OPENING = "opening"
    CLOSING = "closing"


class PaperKind(StrEnum):
    LINK = "link"
    FILE = "file"


LEAD_LENGTH = 100
MOST_MINUTES = 240
LARGEST_PAPER = 5 * 1024 * 1024
"""Bytes of one paper."""
