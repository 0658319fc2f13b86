"""Addresses that stop working: why, since when a report about one still counts, and how an officer may mend it. Pure.

None of it is a withdrawal of consent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.membership.rules.contacts import KEYED_IN, State

STOPPED_SHOWN = timedelta(days=180)
"""How long after the last address stopped working officers are reminded of those that did."""


class Stopped(StrEnum):
    """Why nothing is sent to an address. `HARD`: nobody is there. `SOFT`: three mailings in a row came back."""

    HARD = "hard"
    SOFT = "soft"


def trusted_since(joined_at: datetime, agreed_at: datetime | None, tried_at: datetime | None) -> datetime:
    """From when on mail that comes back says something of the address: since then it has not been confirmed or mended."""
    return max(filter(None, (joined_at, agreed_at, tried_at)))


def may_mend(state: State, stopped_at: datetime | None) -> Verdict:
    """An address is mended while it is on the list and has stopped working."""
    if state is not State.ACTIVE:
        return no("This person has left the list, so nothing was changed.")
    if stopped_at is None:
        return no("This address works, as far as we know. Nothing was changed.")
    return YES


def may_correct(agreed_how: str | None) -> Verdict:
    """Only what an officer copied can be copied wrongly. Who last agreed by an act of their own has confirmed the address."""
    if agreed_how in KEYED_IN:
        return YES
    return no(
        "They confirmed this address themselves, so another has to confirm itself too. Write down their new address."
    )
