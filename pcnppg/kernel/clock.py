"""What time it is. Tests and the demonstration turn this clock; nothing else reads the system's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_turned_to: datetime | None = None


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _turned_to if _turned_to is not None else datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Turn the clock of this process to `moment` (aware) for the length of the block."""
    global _turned_to
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware times only")
    before, _turned_to = _turned_to, moment.astimezone(UTC)
    try:
        yield
    finally:
        _turned_to = before


def local(moment: datetime) -> datetime:
    """`moment` as a clock on a wall in England shows it."""
    return moment.astimezone(LONDON)


def start_of(day: date) -> datetime:
    """When a day begins in England, in UTC. The clocks change at one in the morning, so every day has its midnight."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


YEAR = timedelta(days=365)
"""The span of the promise: 365 × 24 hours, never a calendar year."""
