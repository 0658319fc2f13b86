"""Joining a network, leaving it, sleeping in it, and who speaks there for whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no

LONGEST_PART = 2000
"""Letters of one part of an agreement."""
MOST_DELEGATES = 5
MOST_GROUPS = 99
SHORTEST_TERM, LONGEST_TERM = 6, 36
"""Months for which a delegate is sent."""


class Ended(StrEnum):
    """Why a group is not in a network, or its invitation is closed."""

    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement says: five texts, how many speak for each group, and for how many months.

    `purpose_groups` must agree to what a meeting of the network is for, before it asks for items; 0 is all.
    """

    contributes: str
    gains: str
    shares: str
    decides: str
    leaving: str
    delegates: int = 2
    substitutes: int = 1
    term_months: int = 12
    purpose_groups: int = 0


USUAL = Terms(
    contributes="Each group sends its delegates to our meetings. It answers what the network asks within a month.",
    gains="Each group gets news of the others, help when it asks for it, and a voice in what the network does.",
    shares="We share counts, notices and decisions. Nobody's name or address leaves the group that holds it.",
    decides="Each group has one vote, whatever its size. How a vote is counted is said before it opens.",
    leaving="A group can leave at any time, with one press. It keeps its contact list, its members and its pages.",
)
"""What a network begins from. It changes what it likes."""

PARTS = ("contributes", "gains", "shares", "decides", "leaving")


@dataclass(frozen=True, slots=True)
class Where:
    """Where a practice group stands, by the directory and by its own choice. Names are as people read them."""

    group: str
    practice: str
    network_code: str | None
    network: str
    federation: str = ""  # of which it is part now; empty: of none
    is_here: bool = False
    is_invited: bool = False


def may_publish(terms: Terms, before: Terms | None) -> Verdict:
    """Is an agreement whole, and other than the one before?"""
    if any(not text.strip() for name, text in asdict(terms).items() if name in PARTS):
        return no("Fill in all five parts. A group must know what it agrees to.")
    if any(len(text) > LONGEST_PART for name, text in asdict(terms).items() if name in PARTS):
        return no(f"Make each part shorter. It can have {LONGEST_PART:,} characters at most.")
    if not (numbers := _are_numbers_fit(terms)):
        return numbers
    if terms == before:
        return no("Nothing has changed, so there is nothing to publish. The agreement stays as it is.")
    return YES


def _are_numbers_fit(terms: Terms) -> Verdict:
    if not 1 <= terms.delegates <= MOST_DELEGATES or not 0 <= terms.substitutes <= MOST_DELEGATES:
        return no(f"A group sends 1 to {MOST_DELEGATES} delegates, and none to {MOST_DELEGATES} substitutes.")
    if not SHORTEST_TERM <= terms.term_months <= LONGEST_TERM:
        return no(f"A term lasts from {SHORTEST_TERM} to {LONGEST_TERM} months.")
    if not 0 <= terms.purpose_groups <= MOST_GROUPS:
        return no(f"Enter how many groups must agree, from 0 to {MOST_GROUPS}. 0 means all of them.")
    return YES


def may_invite(where: Where, *, network_code: str, has_agreement: bool) -> Verdict:
    """Can this practice group be invited into the network of this code?"""
    if not has_agreement:
        return no("Publish your agreement first. A group must know what it agrees to.")
    if where.is_here:
        return no(f"{where.group} is in your network already.")
    if where.is_invited:
        return no(f"{where.group} has an invitation from you already. Its chair can answer it.")
    if where.network_code is None:
        return no(f"{where.practice} belongs to no network in the directory, so its group cannot join yours.")
    if where.network_code != network_code:
        return no(
            f"{where.practice} belongs to another network in the directory: {where.network}, code {where.network_code}."
        )
    return YES


def may_accept(where: Where, *, version: int, read: int) -> Verdict:
    """Can a group's chair accept an invitation, having read this version of the agreement?"""
    if where.federation:
        return no(
            f"Your group is in {where.federation} already. A group is in one network at a time. "
            "Leave that one first, then accept this invitation. No contact moves."
        )
    return is_version(version, read)


def is_version(version: int, read: int) -> Verdict:
    """Was the version in force the one that was read?"""
    if version != read:
        return no(f"The agreement has changed since you opened this page. Read version {version} before you agree.")
    return YES


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a group might send. `speaks_for` is the group for which they speak in this network now, or empty."""

    name: str
    is_of_group: bool
    speaks_for: str = ""


def may_send(who: Candidate, *, substitute: bool, sent: int, terms: Terms) -> Verdict:
    """Can a group send this person, having `sent` so many of the kind?"""
    if not who.is_of_group:
        return no("This person holds no role in your group, so they cannot speak for it.")
    if who.speaks_for:
        return no(
            f"{who.name} speaks for {who.speaks_for} already. One person speaks for one group. Choose somebody else."
        )
    most = terms.substitutes if substitute else terms.delegates
    if sent >= most:
        kind = "substitutes" if substitute else "delegates"
        return no(f"The agreement says {most} {kind} for each group, and you have sent {sent}. Call one back first.")
    return YES


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last that the month has."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)  # pragma: no cover - every month has 28 days


def part_words(inside: int, practices: int) -> str:
    """How many of a network's practices have a group in the federation, as a sentence."""
    if practices == 0:
        return "The directory lists no open practice in this network now."
    if practices == 1:
        return "This network has one practice, so it is a network of one group."
    if inside == 0:
        return f"None of the {practices} practices has a group in it yet."
    if inside == 1:
        return f"1 of the {practices} practices has its patient group in it."
    return f"{inside} of the {practices} practices have their patient groups in it."
