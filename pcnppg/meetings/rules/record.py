"""What happened at a meeting and what follows: decisions, actions, and the way of the minutes from draft to published."""

from __future__ import annotations

from enum import StrEnum


class DecisionHow(StrEnum):
    AGREED = "agreed"
    SHOW_OF_HANDS = "show_of_hands"
    BALLOT = "ballot"


DECISION_WORDS = {
    DecisionHow.AGREED: "Agreed without a vote",
    DecisionHow.SHOW_OF_HANDS: "By a show of hands",
    DecisionHow.BALLOT: "By a secret vote",
}


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ActionDid(StrEnum):
    """A line of an action's story."""

    GIVEN = "given"
    DONE = "done"
    MOVED = "moved"
    CANNOT = "cannot"
    PASSED_ON = "passed_on"
    NOTED = "noted"
    DROPPED = "dropped"
    REOPENED = "reopened"


class MinutesState(StrEnum):
    DRAFT = "draft"
    CIRCULATED = "circulated"
    ACCEPTED = "accepted"
    PUBLISHED = "published"


class MinutesDid(StrEnum):
    """A line of the minutes' own story."""

    DRAFTED = "drafted"
    CIRCULATED = "circulated"
    CORRECTED = "corrected"
    ACCEPTED = "accepted"
    PUBLISHED = "published"


class CorrectionState(StrEnum):
    PROPOSED = "proposed"
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
