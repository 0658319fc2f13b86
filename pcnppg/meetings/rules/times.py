"""Hours as people write them, and as a clock on a wall in England can show them: two hours a year are not what they seem."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from pcnppg.kernel.clock import LONDON
from pcnppg.kernel.verdict import YES, Verdict, no

TYPED = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
NAMED = {"midday": time(12), "noon": time(12), "midnight": time(0)}


def time_typed(text: str) -> time | None:
    """ "6:30pm", "18:30", "6.30 pm", "7pm", "midday"; None for what is no time of day."""
    typed = " ".join(text.lower().split())
    if typed in NAMED:
        return NAMED[typed]
    found = TYPED.fullmatch(typed)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif found[2] is None:
        return None  # "7" could be either half of the day
    return time(hour, minute) if hour < 24 and minute < 60 else None


def spelt(at: time) -> str:
    """ "6:30pm", as it would be typed."""
    if at.minute == 0 and at.hour in {0, 12}:
        return "midday" if at.hour else "midnight"
    return f"{at.hour % 12 or 12}{f':{at.minute:02}' if at.minute else ''}{'am' if at.hour < 12 else 'pm'}"


def in_england(day: date, at: time) -> datetime:
    """The moment when clocks in England show this. Of the hour that comes twice in October, the first."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def may_be_hour(day: date, at: time) -> Verdict:
    """Will a clock in England show this hour on this day? In March one hour is left out."""
    if in_england(day, at).astimezone(LONDON).replace(tzinfo=None) == datetime.combine(day, at):
        return YES
    return no("The clocks go forward in that night, so this hour does not come. Choose an earlier or a later time.")


def comes_twice(day: date, at: time) -> bool:
    """Do the clocks go back over this hour?"""
    first = datetime.combine(day, at, LONDON)
    return first.utcoffset() != first.replace(fold=1).utcoffset() and bool(may_be_hour(day, at))


def days_before(moment: datetime, days: int, at: time) -> datetime:
    """That hour, so many days of the calendar before: clocks may change between."""
    return in_england(moment.astimezone(LONDON).date() - timedelta(days=days), at)
