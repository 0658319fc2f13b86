"""How dates, times and numbers are spelt wherever a person reads them: on pages and in mail."""

from __future__ import annotations

from datetime import date, datetime

from pcnppg.kernel import clock


def day(value: date | datetime) -> str:
    """Tuesday 4 March 2027."""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return f"{value:%A} {value.day} {value:%B} {value.year}"


def clock_time(value: datetime) -> str:
    """6:30pm, 9am, midday, midnight."""
    local = clock.local(value)
    if local.minute == 0 and local.hour in {0, 12}:
        return "midday" if local.hour else "midnight"
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < 12 else 'pm'}"


def moment(value: datetime) -> str:
    """Tuesday 4 March 2027 at 6:30pm."""
    return f"{day(value)} at {clock_time(value)}"


def count(number: int, one: str, many: str = "") -> str:
    """1 patient, 3,484 patients."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def nth(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
