"""The agenda: what each part is for, whether it fits the time, whose minutes they are, what changed since it was published."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.meetings.rules.items import Origin


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
STANDING_LENGTH = 150
MOST_STANDING = 20
MOST_MINUTES = 240
USUAL_MINUTES = 15
"""What an item is given unless somebody says otherwise."""
LARGEST_PAPER = 5 * 1024 * 1024
"""Bytes of one paper."""
MOST_PAPERS = 10
PAPER_NAME_LENGTH = 120
OLD = 3
"""An item on its third agenda is getting old."""
HALF = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """Something on every agenda."""

    title: str
    minutes: int
    purpose: Purpose = Purpose.INFORM
    place: Place = Place.OPENING
    lead: str = ""


USUAL = (
    Standing("Welcome, and who could not come", 5, lead="Chair"),
    Standing("Minutes of the last meeting, and what became of its actions", 10, Purpose.DISCUSS, lead="Secretary"),
    Standing("News from the practice", 10, lead="Practice manager"),
    Standing("Anything else", 5, Purpose.DISCUSS, Place.CLOSING, "Chair"),
    Standing("When we meet next", 5, Purpose.DECIDE, Place.CLOSING, "Chair"),
)
"""What groups usually have, until they say otherwise."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One entry of an agenda as rules see it. `origin` is None for what stands on every agenda."""

    entry: int
    minutes: int
    purpose: str
    origin: Origin | None = None


def may_stand(standing: Sequence[Standing]) -> Verdict:
    """Can this be a group's template?"""
    if not standing:
        return no("Keep at least one part, for example the welcome.")
    if len(standing) > MOST_STANDING:
        return no(f"Keep {MOST_STANDING} parts at most, so that there is time for what people propose.")
    if any(not one.title or len(one.title) > STANDING_LENGTH for one in standing):
        return no(f"Give each part a name of {STANDING_LENGTH} letters at most.")
    if any(not 0 <= one.minutes <= MOST_MINUTES for one in standing):
        return no(f"Give each part from 0 to {MOST_MINUTES} minutes.")
    return YES


def may_take(minutes: int | None) -> Verdict:
    """Can an entry be so long?"""
    if minutes is None or not 0 <= minutes <= MOST_MINUTES:
        return no(f"Enter the minutes in digits, from 0 to {MOST_MINUTES}.")
    return YES


@dataclass(frozen=True, slots=True)
class Fit:
    """How an agenda's minutes stand to the time there is."""

    planned: int
    there: int

    @property
    def over(self) -> int:
        """Minutes too many, 0 where it fits."""
        return max(0, self.planned - self.there)

    @property
    def left(self) -> int:
        return max(0, self.there - self.planned)


def fit(slots: Iterable[Slot], starts_at: datetime, ends_at: datetime) -> Fit:
    """Does it fit?"""
    return Fit(sum(slot.minutes for slot in slots), int((ends_at - starts_at).total_seconds() // 60))


def shares(slots: Iterable[Slot]) -> dict[Origin, int]:
    """Minutes of patients', practice's and network's items, in this order. What stands on every agenda is nobody's."""
    found = dict.fromkeys(Origin, 0)
    for slot in slots:
        if slot.origin is not None:
            found[slot.origin] += slot.minutes
    return found


def percent(minutes: Mapping[Origin, int]) -> dict[Origin, int]:
    """The same in hundredths, rounded so that they make a hundred; all 0 where there is nothing."""
    whole = sum(minutes.values())
    if not whole:
        return dict.fromkeys(minutes, 0)
    exact = {origin: part * 100 / whole for origin, part in minutes.items()}
    found = {origin: int(share) for origin, share in exact.items()}
    short = 100 - sum(found.values())
    for origin in sorted(exact, key=lambda one: found[one] - exact[one])[:short]:
        found[origin] += 1
    return found


def practice_dominates(minutes: Mapping[Origin, int]) -> bool:
    """Do the practice's items take more than half of the time of all items?"""
    return minutes[Origin.PRACTICE] * 2 > sum(minutes.values())


def is_old(times: int) -> bool:
    """Has an item stood on so many agendas that something should come of it?"""
    return times >= OLD


def moved_by(order: Sequence[int], entry: int, *, steps: int) -> list[int]:
    """The order with one entry moved so many places down (up where negative), no further than the ends."""
    place = order.index(entry)
    return moved_to(order, entry, place + steps)


def moved_to(order: Sequence[int], entry: int, place: int) -> list[int]:
    """The order with one entry at this place, counted from 0."""
    rest = [one for one in order if one != entry]
    place = max(0, min(place, len(rest)))
    return [*rest[:place], entry, *rest[place:]]


def may_order(order: Sequence[int], there: Collection[int]) -> Verdict:
    """Does an order name each entry once, and nothing else?"""
    if sorted(order) == sorted(there):
        return YES
    return no("The agenda has other parts now than on your page. Look at it again, then put it in order.")


def as_lines(slots: Iterable[Slot]) -> str:
    """What a revision keeps."""
    return json.dumps([[slot.entry, slot.minutes, slot.purpose] for slot in slots], separators=(",", ":"))


def from_lines(lines: str) -> list[Slot]:
    """What a revision kept."""
    return [Slot(entry, minutes, purpose) for entry, minutes, purpose in json.loads(lines)]


class What(StrEnum):
    """What can change between two published agendas."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    MINUTES = "minutes"
    PURPOSE = "purpose"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entry; `before` and `after` are minutes, purposes, or places counted from 1."""

    what: What
    entry: int
    before: str = ""
    after: str = ""


def changes(before: Sequence[Slot], after: Sequence[Slot]) -> list[Change]:
    """What is different. What keeps its place among those that stayed has not moved."""
    old, new = {slot.entry: slot for slot in before}, {slot.entry: slot for slot in after}
    found = [Change(What.REMOVED, slot.entry) for slot in before if slot.entry not in new]
    found += [Change(What.ADDED, slot.entry) for slot in after if slot.entry not in old]
    stayed = _in_place([slot.entry for slot in before if slot.entry in new], [s.entry for s in after if s.entry in old])
    for place, slot in enumerate(after, start=1):
        was = old.get(slot.entry)
        if was is None:
            continue
        if slot.entry not in stayed:
            found.append(Change(What.MOVED, slot.entry, str(before.index(was) + 1), str(place)))
        if was.minutes != slot.minutes:
            found.append(Change(What.MINUTES, slot.entry, str(was.minutes), str(slot.minutes)))
        if was.purpose != slot.purpose:
            found.append(Change(What.PURPOSE, slot.entry, was.purpose, slot.purpose))
    return found


def _in_place(before: Sequence[int], after: Sequence[int]) -> set[int]:
    """The most entries that stand in the same order in both: only the others have moved."""
    if list(before) == list(after):
        return set(after)
    place = {entry: n for n, entry in enumerate(before)}
    best: list[
        tuple[int, int]
    ] = []  # for each entry of `after`: length of the longest run that ends there, and its link
    for n, entry in enumerate(after):
        length, link = max(((best[m][0], m) for m in range(n) if place[after[m]] < place[entry]), default=(0, -1))
        best.append((length + 1, link))
    at = max(range(len(best)), key=lambda n: best[n][0])
    found = set()
    while at >= 0:
        found.add(after[at])
        at = best[at][1]
    return found
