"""How many must be there before a group may decide: its own rule, worked out from who is here. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pcnppg.groups.rules import OFFICERS, PATIENTS, STAFF
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.kernel.wording import count
from pcnppg.meetings.rules.meetings import Habits, QuorumKind

FEWEST = 2
"""Nobody decides alone, whatever share of a group one person is."""


@dataclass(frozen=True, slots=True)
class Heads:
    """How many hold a role: patients (officers among them) and practice staff. Guests never count."""

    patients: int
    staff: int
    officers: int


def heads_of(roles: Iterable[str]) -> Heads:
    """Heads by the role that each of them sits in."""
    sat = list(roles)
    return Heads(
        patients=sum(role in PATIENTS for role in sat),
        staff=sum(role in STAFF for role in sat),
        officers=sum(role in OFFICERS for role in sat),
    )


def needed(habits: Habits, of: Heads) -> int:
    """How many must be here. A share is rounded up, and never asks for fewer than two."""
    if habits.quorum_kind is QuorumKind.NUMBER:
        return habits.quorum_number
    return max(FEWEST, -(-habits.quorum_share * counted(habits, of) // 100))


def counted(habits: Habits, heads: Heads) -> int:
    """How many of these count."""
    return heads.patients if habits.quorum_patients_only else heads.patients + heads.staff


def is_quorate(habits: Habits, here: Heads, of: Heads) -> Verdict:
    """May a meeting decide, with these people `here` out of all who hold a role?"""
    least, there = needed(habits, of), counted(habits, here)
    if there < least:
        who = count(least, "patient") if habits.quorum_patients_only else count(least, "member")
        return no(f"{who} must be here to decide something. {_number(there)} here now.")
    if habits.quorum_needs_officer and not here.officers:
        return no("The chair, vice chair or secretary must be here to decide something. None of them is.")
    return YES


def _number(there: int) -> str:
    return "Nobody is" if not there else "One is" if there == 1 else f"{there} are"


def rule_words(habits: Habits) -> str:
    """ "At least 3 patients, the chair, vice chair or secretary among them"."""
    if habits.quorum_kind is QuorumKind.NUMBER:
        who = count(habits.quorum_number, "patient" if habits.quorum_patients_only else "member")
    else:
        who = f"{habits.quorum_share} in every 100 {'patient members' if habits.quorum_patients_only else 'members'}"
    officer = ", the chair, vice chair or secretary among them" if habits.quorum_needs_officer else ""
    return f"At least {who}{officer}"
