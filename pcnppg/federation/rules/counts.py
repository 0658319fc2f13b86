"""What is said of a group's meetings on the page of numbers: in words and colour, and nothing to rank by."""

from __future__ import annotations

from datetime import datetime

from pcnppg.federation.rules.offers import Said, Tone, months_between

QUIET, LONG = 4, 7
"""Months without a meeting from which we point to it, and from which it is long."""


def meeting_said(last: datetime | None, at: datetime) -> Said:
    """When a group last met."""
    if last is None:
        return Said("no meeting yet", Tone.QUIET)
    months = months_between(last, at)
    span = "this month" if months < 1 else "1 month ago" if months == 1 else f"{months} months ago"
    return Said(span, Tone.GOOD if months < QUIET else Tone.WAITING if months < LONG else Tone.BAD)


def answered_said(answered: int, proposed: int) -> Said:
    """How many of the items of a year have their answer."""
    if not proposed:
        return Said("no items yet", Tone.QUIET)
    tone = Tone.GOOD if answered * 2 >= proposed else Tone.WAITING
    return Said(f"{answered} of {proposed}", tone, "most have their answer" if tone is Tone.GOOD else "many wait")
