"""Where a meeting is: what is talked about now, what is next, and how much time is left. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from pcnppg.kernel.clock import local
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.kernel.wording import count

Part = tuple[int, str, int, datetime | None, int | None, str, str, str]
"""Of an agenda: entry, title, minutes, when it was done, item, purpose, lead, what came of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the agenda at the meeting; `over_by` is when it should be over, as planned."""

    entry_id: int
    number: int
    title: str
    minutes: int
    over_by: datetime
    done_at: datetime | None = None
    item_id: int | None = None
    purpose: str = ""
    lead: str = ""
    came_of_it: str = ""

    @classmethod
    def in_turn(cls, parts: Iterable[Part], *, begins_at: datetime) -> list[Line]:
        """One after another, from the beginning of the meeting."""
        lines, over_by = [], begins_at
        for number, (entry_id, title, minutes, done_at, item_id, purpose, lead, came) in enumerate(parts, 1):
            over_by += timedelta(minutes=minutes)
            lines.append(cls(entry_id, number, title, minutes, over_by, done_at, item_id, purpose, lead, came))
        return lines


class Now(NamedTuple):
    """What is talked about, and what comes then; None at the end."""

    now: Line | None
    then: Line | None


def now_of(lines: Sequence[Line], chosen: int | None = None) -> Now:
    """The part that was chosen, or the first that is not done; and the first after it that is not done."""
    here = next((n for n, line in enumerate(lines) if line.entry_id == chosen), None)
    if here is None:
        here = next((n for n, line in enumerate(lines) if not line.done_at), None)
    if here is None:
        return Now(None, None)
    return Now(lines[here], next((line for line in lines[here + 1 :] if not line.done_at), None))


def minutes_left(until: datetime, at: datetime) -> int:
    """Whole minutes until then, rounded up; fewer than nought where it is over."""
    return -(-int((until - at).total_seconds()) // 60)


def left_words(until: datetime, at: datetime) -> str:
    """ "40 minutes left", "5 minutes over"."""
    left = minutes_left(until, at)
    return f"{count(left, 'minute')} left" if left > 0 else f"{count(-left, 'minute')} over" if left else "time is up"


def may_open(*, starts_at: datetime, cancelled: bool, ended: bool, at: datetime) -> Verdict:
    """Is this the day on which things are written down? From the morning of the meeting until it is ended."""
    if cancelled:
        return no("This meeting was cancelled, so there is nothing to write down.")
    if ended:
        return no("This meeting has ended. What happened is in its minutes.")
    if local(at).date() < local(starts_at).date():
        return no("This page opens on the day of the meeting.")
    return YES
