"""Items: what can be done to one, by whom, and what it is then. Rule 8 lives here."""

from __future__ import annotations

from enum import StrEnum


class Origin(StrEnum):
    """Whose item it is: how an agenda's minutes are shared."""

    PATIENTS = "patients"
    PRACTICE = "practice"
    NETWORK = "network"


ORIGIN_WORDS = {Origin.PATIENTS: "Patients", Origin.PRACTICE: "The practice", Origin.NETWORK: "The network"}


class CameBy(StrEnum):
    """How an item reached the group."""

    PAGE = "page"
    POST = "post"
    PHONE = "phone"
    DESK = "desk"


class ItemState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    PARKED = "parked"
    PASSED = "passed"
    REPLIED = "replied"
    MERGED = "merged"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DISCUSSED = "discussed"


STATE_WORDS = {
    ItemState.WAITING: "Waiting to be read",
    ItemState.ACCEPTED: "On an agenda",
    ItemState.PARKED: "For a later meeting",
    ItemState.PASSED: "Passed on for an answer",
    ItemState.REPLIED: "Answer received",
    ItemState.MERGED: "Joined with another item",
    ItemState.ANSWERED: "Answered",
    ItemState.DECLINED: "Not taken up",
    ItemState.WITHDRAWN: "Taken back by its proposer",
    ItemState.DISCUSSED: "Dealt with at a meeting",
}
TRAY = frozenset({ItemState.WAITING, ItemState.PARKED, ItemState.PASSED, ItemState.REPLIED})
"""What lies in the tray: nothing of it is on an agenda, nothing of it is settled."""
SETTLED = frozenset(
    {ItemState.MERGED, ItemState.ANSWERED, ItemState.DECLINED, ItemState.WITHDRAWN, ItemState.DISCUSSED}
)
OPEN = frozenset(ItemState) - SETTLED


class PassedTo(StrEnum):
    PRACTICE = "practice"
    NETWORK = "network"


class Answer(StrEnum):
    YES = "yes"
    IN_PART = "in_part"
    NO = "no"


ANSWER_WORDS = {Answer.YES: "Yes", Answer.IN_PART: "In part", Answer.NO: "No"}


class ItemAct(StrEnum):
    """A line of an item's history."""

    PROPOSED = "proposed"
    HELD = "held"
    SHOWN = "shown"
    HIDDEN = "hidden"
    REWORDED = "reworded"
    ACCEPTED = "accepted"
    TAKEN_OFF = "taken_off"
    MERGED = "merged"
    TOOK_IN = "took_in"
    ANSWERED = "answered"
    PARKED = "parked"
    PASSED = "passed"
    REPLIED = "replied"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CARRIED_OVER = "carried_over"
    DISCUSSED = "discussed"
    MEETING_CANCELLED = "meeting_cancelled"
    REOPENED = "reopened"


class HeldBecause(StrEnum):
    """Why an item is not shown to the public before an officer has read it."""

    NUMBER = "number"
    PHONE = "phone"
    COMPLAINT = "complaint"
    OFFICER = "officer"


TITLE_LENGTH = 150
PROMPT_LENGTH = 1000
REASON_LENGTH = 1000
