"""The states of a message on its way, when to try again, when to give up. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Of an outbox message and of a delivery alike."""

    QUEUED = "queued"
    ATTEMPTING = "attempting"
    HANDED_OVER = "handed_over"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LEFT_OUT = "left_out"
    TAKEN_BACK = "taken_back"


OPEN = (State.QUEUED, State.ATTEMPTING)
"""Not settled yet."""
ARRIVED_OR_MAY_HAVE = (State.HANDED_OVER, State.UNCERTAIN)
COUNTED = (*OPEN, *ARRIVED_OR_MAY_HAVE)
"""What uses allowance (settled 1 and 4)."""

BATCH = 20
"""Rows marked attempting in one transaction at most: what a crash can leave uncertain."""

GIVE_UP_AFTER = timedelta(days=2)
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360))


def pause_before(tries: int) -> timedelta:
    """How long to wait after the `tries`-th temporary refusal (1 for the first)."""
    return PAUSES[min(tries, len(PAUSES)) - 1]


def is_too_old(queued_at: datetime, now: datetime) -> bool:
    return now - queued_at >= GIVE_UP_AFTER
