"""How a group decides: how a motion was taken, the count, and what came of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.meetings.rules.record import DecisionHow


class Casting(StrEnum):
    """The chair's second vote, where the count is even."""

    IN_FAVOUR = "in_favour"
    AGAINST = "against"


LONGEST_MOTION = 500


@dataclass(frozen=True, slots=True)
class Votes:
    """What was counted."""

    in_favour: int
    against: int
    abstained: int = 0

    @property
    def total(self) -> int:
        return self.in_favour + self.against + self.abstained

    @property
    def is_even(self) -> bool:
        return self.in_favour == self.against


def may_decide(quorate: Verdict) -> Verdict:
    """A meeting without its quorum may note, and not decide."""
    if not quorate:
        return no(f"{quorate.because} Until then this meeting can write notes, and decide nothing.")
    return YES


def may_count(how: DecisionHow, votes: Votes | None, casting: Casting | None, *, here: int) -> Verdict:
    """Can this be the count of a decision taken with so many people in the room?"""
    if how is DecisionHow.AGREED:
        return YES if votes is None and casting is None else no("Where everybody agreed, leave the numbers empty.")
    if votes is None or votes.total == 0:
        return no("Write down how many voted for it and how many against it.")
    if min(votes.in_favour, votes.against, votes.abstained) < 0:
        return no("A count cannot be less than nought.")
    if votes.total > here:
        return no(f"That makes {votes.total} votes, and only {here} people who can vote are here. Count once more.")
    if casting is not None and not votes.is_even:
        return no("The chair's second vote counts only where the votes are even.")
    return YES


def is_carried(how: DecisionHow, votes: Votes | None, casting: Casting | None) -> bool:
    """More for than against carries it. An even count does not, unless the chair's second vote is for it."""
    if how is DecisionHow.AGREED or votes is None:
        return True
    if votes.is_even:
        return casting is Casting.IN_FAVOUR
    return votes.in_favour > votes.against


def count_words(votes: Votes | None, casting: Casting | None) -> str:
    """ "5 for, 1 against, nobody abstained"; empty where nothing was counted."""
    if votes is None:
        return ""
    abstained = f"{votes.abstained} abstained" if votes.abstained else "nobody abstained"
    chair = {
        Casting.IN_FAVOUR: ", the chair's second vote for it",
        Casting.AGAINST: ", the chair's second vote against it",
    }
    return f"{votes.in_favour} for, {votes.against} against, {abstained}{chair[casting] if casting else ''}"
