"""Days of the calendar as people type them. Pure."""

from __future__ import annotations

import re
from calendar import day_name, month_name
from datetime import date

WEEKDAYS = {name.casefold() for name in day_name}


def day_typed(text: str) -> date | None:
    """The day that somebody typed, as people write days: 4/3/2027, 4.3.27, 4 March 2027, 2027-03-04; None for anything else.

    The name of its weekday may stand before it.
    """
    parts = [part for part in re.split(r"[\s/.,-]+", text.strip().casefold()) if part]
    if len(parts) == 4 and parts[0] in WEEKDAYS:
        del parts[0]
    if len(parts) != 3 or not all(part.isascii() and len(part) <= 12 for part in parts):
        return None
    if len(parts[0]) == 4:
        parts.reverse()
    number, month, year = (re.sub(r"^(\d+)(?:st|nd|rd|th)$", r"\1", parts[0]), parts[1], parts[2])
    if month.isalpha() and len(month) >= 3:
        month = str(next((n for n, name in enumerate(month_name) if n and name.casefold().startswith(month)), 0))
    if not (number.isdecimal() and month.isdecimal() and year.isdecimal() and len(year) in {2, 4}):
        return None
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(number))
    except ValueError:
        return None
