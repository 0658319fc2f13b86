"""The allowance, as arithmetic; what may be sent and taken back when. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pcnppg.kernel.clock import YEAR
from pcnppg.kernel.verdict import YES, Verdict, no

SUBJECT_LENGTH = 120
BODY_LENGTH = 20_000


class State(StrEnum):
    """Of a mailing."""

    DRAFT = "draft"
    HELD = "held"
    GOING = "going"
    SENT = "sent"
    TAKEN_BACK = "taken_back"
    DISCARDED = "discarded"


class LeftOut(StrEnum):
    """Why a contact gets no copy."""

    NONE_LEFT = "none_left"
    PAUSED = "paused"
    LEFT = "left"
    PROMISE_LOWERED = "promise_lowered"


def is_counted(handed_over_at: datetime, at: datetime) -> bool:
    """Does a handover use allowance at `at`? After at − 365 × 24 h, with no upper end (settled 1)."""
    return handed_over_at > at - YEAR


def allowance_left(promise: int, *, handed_over: Iterable[datetime], waiting: int, at: datetime) -> int:
    """How many mailings a contact may still be sent at `at`: never below none.

    `handed_over` holds the moments of what was handed over or became uncertain, `waiting` counts what is queued or attempting.
    """
    used = sum(is_counted(moment, at) for moment in handed_over) + waiting
    return max(0, promise - used)


def may_take_back(state: State, held_until: datetime | None, at: datetime) -> Verdict:
    """Only while it is held."""
    if state is not State.HELD:
        return no("This mailing is no longer held, so it cannot be taken back.")
    if held_until is None or at >= held_until:
        return no("The time to take this mailing back is over. It is going out now.")
    return YES
