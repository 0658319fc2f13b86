"""Updates: their kinds and parts, whose they are, how long they stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pcnppg.groups.rules import OFFICERS, STAFF, Role, years_later
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.mailing.rules import Stale
from pcnppg.updates.rules.roles import GP_FIRST_WORDS, GpFirst

LONGEST_TITLE = 120
LONGEST_PART = 1500
LONGEST_YEARS = 2
"""So far ahead an update may end."""
REVIEW_AFTER = timedelta(days=91)
ENDS_AFTER = timedelta(days=182)
"""When an update is looked at again, and when it ends, unless somebody says otherwise."""
KEPT_MONTHS = 24
"""So long after it ended or was withdrawn an update is kept."""
NEARLY_OVER = timedelta(days=7)
"""An update that ends so soon is said before the mailing that tells it goes out."""


class Kind(StrEnum):
    NEWS = "news"
    ACCESS = "access"
    STAFF = "staff"
    ROLE = "role"
    PREMISES = "premises"
    SAID_DID = "said-did"


KIND_WORDS = {
    Kind.NEWS: "News",
    Kind.ACCESS: "Opening and access",
    Kind.STAFF: "Staff",
    Kind.ROLE: "New role or service",
    Kind.PREMISES: "The building",
    Kind.SAID_DID: "You said, we did",
}

_PLAIN = (("words", ""),)
PARTS: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.NEWS: _PLAIN,
    Kind.ACCESS: _PLAIN,
    Kind.STAFF: _PLAIN,
    Kind.PREMISES: _PLAIN,
    Kind.SAID_DID: (("said", "You said"), ("did", "We did")),
    Kind.ROLE: (
        ("helps", "What they help with"),
        ("suits", "Who it suits"),
        ("how", "How to be seen"),
        ("gp_first", "Do you need to see a GP first?"),
        ("place", "Where"),
    ),
}
"""Each kind's parts, and the heading above each; one without a heading needs none."""


class Side(StrEnum):
    """Whose update it is. Neither side writes in the other's."""

    PRACTICE = "practice"
    GROUP = "group"


SIDE_WORDS = {Side.PRACTICE: "the practice", Side.GROUP: "the group"}


class State(StrEnum):
    STANDS = "stands"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Content:
    """What an update says, and until when. `parts` holds words by the names of `PARTS`."""

    kind: Kind
    title: str
    parts: Mapping[str, str]
    review_on: date
    ends_on: date

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.title, *self.parts.values())


@dataclass(frozen=True, slots=True)
class Told:
    """One part as people read it."""

    heading: str
    words: str


def told(kind: Kind, parts: Mapping[str, str]) -> list[Told]:
    """The parts in order, without those that say nothing."""
    found = [(name, heading, parts.get(name, "").strip()) for name, heading in PARTS[kind]]
    return [
        Told(heading, GP_FIRST_WORDS[GpFirst(words)] if name == "gp_first" else words)
        for name, heading, words in found
        if words
    ]


def sides_of(roles: Iterable[Role]) -> list[Side]:
    """For whom somebody with these roles may speak."""
    held = set(roles)
    return [side for side, theirs in ((Side.PRACTICE, STAFF), (Side.GROUP, OFFICERS)) if held & theirs]


def may_take_part(side: Side, sides: Iterable[Side]) -> Verdict:
    """May somebody speak for this side?"""
    if side in sides:
        return YES
    return no(f"You cannot speak for {SIDE_WORDS[side]}. Choose the side that you belong to.")


def may_change(side: Side, sides: Iterable[Side], *, is_withdrawn: bool) -> Verdict:
    """May somebody change or withdraw an update of this side?"""
    if is_withdrawn:
        return no("This update was withdrawn, so it cannot be changed. Post a new one.")
    if side in sides:
        return YES
    return no(f"This update is from {SIDE_WORDS[side]}. Only they can change it.")


def may_run(review_on: date, ends_on: date, today: date) -> tuple[str, Verdict]:
    """Are these days good for an update that stands now? Else the name of the day to blame."""
    if ends_on < today:
        return "ends_on", no("This day is over. Enter the last day on which the update is true.")
    if ends_on > years_later(today, LONGEST_YEARS):
        return "ends_on", no(f"This is more than {LONGEST_YEARS} years away. Enter an earlier day.")
    if review_on < today:
        return "review_on", no("This day is over. Enter a day on which you will look at the update again.")
    if review_on > ends_on:
        return "review_on", no("This is after the update ends. Look at it again before it ends.")
    return "", YES


def usual_days(today: date) -> tuple[date, date]:
    """When an update posted today is looked at again, and when it ends, unless somebody says otherwise."""
    return today + REVIEW_AFTER, today + ENDS_AFTER


def next_review(ends_on: date, today: date) -> tuple[date, date]:
    """The same days for an update that somebody found to be still true today."""
    review_on = today + REVIEW_AFTER
    return review_on, max(review_on, ends_on)


def is_due_for_review(review_on: date, today: date) -> bool:
    """Should somebody look whether it is still true?"""
    return review_on <= today


def state_of(ends_on: date, *, is_withdrawn: bool, today: date) -> State:
    """On its last day an update still stands."""
    if is_withdrawn:
        return State.WITHDRAWN
    return State.ENDED if ends_on < today else State.STANDS


def stale(
    state: State, *, ends_on: date, changed_on: date, withdrawn_on: date | None, today: date, is_newer: bool
) -> tuple[Stale, date] | None:
    """What should be said of an update whose words are in a draft; None where all is well. `is_newer`: changed since."""
    if state is State.WITHDRAWN:
        return Stale.WITHDRAWN, withdrawn_on or today
    if state is State.ENDED:
        return Stale.ENDED, ends_on
    if is_newer:
        return Stale.CHANGED, changed_on
    if ends_on - today <= NEARLY_OVER:
        return Stale.ENDS, ends_on
    return None
