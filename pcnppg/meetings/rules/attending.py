"""Who says they come, who is here, who sent apologies, who was missed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.meetings.rules.people import Coming, Here


class Presence(StrEnum):
    """How somebody stood to one meeting, once it is over."""

    HERE = "here"
    APOLOGIES = "apologies"
    MISSED = "missed"


MISSED_PROMPT = 3
"""Meetings missed in a row, without apologies, after which the chair is asked to ring."""
LONGEST_GUEST = 120
LONGEST_TASK = 80
MOST_TASKS = 12


def may_say(*, over: bool, cancelled: bool) -> Verdict:
    """May a member still say whether they come?"""
    if cancelled:
        return no("This meeting was cancelled, so there is nothing to come to.")
    if over:
        return no("This meeting is over. Tell the secretary if the minutes have you wrong.")
    return YES


def presence(said: str | None, here: str | None) -> Presence:
    """What was said beforehand counts only for who was not there."""
    if here == Here.PRESENT:
        return Presence.HERE
    return Presence.APOLOGIES if said == Coming.APOLOGIES else Presence.MISSED


def missed_in_a_row(presences: Sequence[str]) -> int:
    """How many of the latest meetings somebody missed without apologies. `presences` begin with the newest."""
    return next((n for n, one in enumerate(presences) if one != Presence.MISSED), len(presences))


def is_missed(presences: Sequence[str]) -> bool:
    """Should the chair be asked to ring?"""
    return missed_in_a_row(presences) >= MISSED_PROMPT


def tasks_of(written: str) -> list[str]:
    """The small tasks of a group's meetings, one a line as its habits have them; each once."""
    lines = (" ".join(line.split())[:LONGEST_TASK] for line in written.splitlines())
    return list(dict.fromkeys(line for line in lines if line))[:MOST_TASKS]
