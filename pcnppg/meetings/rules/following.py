"""Actions: what somebody said they would do, by when, and what they answer. An action keeps its number. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.meetings.rules.record import ActionDid, ActionState

ACTION_WORDS = {ActionState.OPEN: "Open", ActionState.DONE: "Done", ActionState.DROPPED: "Let go"}


class Reply(StrEnum):
    """What the owner of an action answers."""

    DONE = "done"
    BY = "by"
    CANNOT = "cannot"


REPLY_WORDS = {
    Reply.DONE: "It is done",
    Reply.BY: "I need until another day",
    Reply.CANNOT: "I cannot do it",
}


DID_WORDS = {
    ActionDid.GIVEN: "Given",
    ActionDid.DONE: "Done",
    ActionDid.MOVED: "Put off to another day",
    ActionDid.CANNOT: "Its owner cannot do it",
    ActionDid.PASSED_ON: "Passed to somebody else",
    ActionDid.NOTED: "Noted",
    ActionDid.DROPPED: "Let go",
    ActionDid.REOPENED: "Opened again",
}
LONGEST_ACTION = 300
LONGEST_ANSWER = 1_000
LONGEST_OWNER = 120
MOST_DAYS_AHEAD = 730


def may_reply(state: str, reply: Reply, *, words: str, by_day: date | None, today: date) -> Verdict:
    """May its owner answer like this?"""
    if state != ActionState.OPEN:
        return no("This action is closed already. There is nothing left to do.")
    if reply is Reply.BY:
        return may_be_due(by_day, today)
    if not words.strip():
        return no("Say in a sentence what came of it." if reply is Reply.DONE else "Say why, in a sentence.")
    return YES


def may_be_due(day: date | None, today: date) -> Verdict:
    """Can an action be due on this day?"""
    if day is None:
        return no("Enter the day by which it will be done.")
    if day < today:
        return no("That day is over. Enter one that is still to come.")
    if (day - today).days > MOST_DAYS_AHEAD:
        return no("Enter a day within the next two years.")
    return YES


def may_close(state: str, *, words: str) -> Verdict:
    """May an officer close it, as done or let go? What came of it is told on the group's page."""
    if state != ActionState.OPEN:
        return no("This action is closed already. Nothing was changed.")
    if not words.strip():
        return no("Say in a sentence what came of it. It is shown on the group's page.")
    return YES


def may_reopen(state: str) -> Verdict:
    if state == ActionState.OPEN:
        return no("This action is open. Nothing was changed.")
    return YES


def is_late(state: str, due_on: date | None, today: date) -> bool:
    return state == ActionState.OPEN and due_on is not None and due_on < today


def number_words(number: int) -> str:
    """ "Action 12": the number that it keeps."""
    return f"Action {number}"
