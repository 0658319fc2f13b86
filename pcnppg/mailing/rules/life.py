"""A mailing's life after its draft: planned for a moment, quiet at night, stopped while going out, sent again in doubt. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from pcnppg.kernel import clock
from pcnppg.kernel.settings import QuietHours
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.kernel.wording import clock_time, day
from pcnppg.mailing.rules import Forecast, LeftOut, State

LATE = timedelta(hours=2)
"""So long after its moment a planned mailing is not sent any more unless somebody says so again."""
PLANNED_AHEAD = timedelta(days=366)
SAME_TEXT = timedelta(days=90)
"""So long the same text may not go to the same list again."""
UNDER_WAY = (State.HELD, State.GOING, State.SENT, State.STOPPED)
"""States of a mailing that somebody may have got, or will."""


def fingerprint(subject: str, body: str) -> str:
    """By what the same text is known again, however it is spaced or capitalised: 64 hexadecimal characters."""
    calm = "\n".join(" ".join(part.casefold().split()) for part in (subject, body))
    return hashlib.sha256(calm.encode()).hexdigest()


def may_say_again(last_sent_at: datetime | None) -> Verdict:
    """`last_sent_at` is when the same text was sent to this list, within `SAME_TEXT`; None where it was not."""
    if last_sent_at is None:
        return YES
    return no(
        f"You sent these very words to your list on {day(last_sent_at)}. So they were not sent again: nobody wants them "
        "twice. Do you have something to add? Change the text, then send it."
    )


# Planned for a moment


def is_late(scheduled_for: datetime, at: datetime) -> bool:
    """Did its moment pass so long ago that somebody must say again that it should go?"""
    return at - scheduled_for > LATE


def may_schedule(moment: datetime, at: datetime, quiet: QuietHours | None) -> Verdict:
    """A moment to come, in the day, within a year."""
    if moment <= at:
        return no("Choose a time that is still to come.")
    if moment - at > PLANNED_AHEAD:
        return no("Choose a day within a year from now.")
    if is_quiet(moment, quiet):
        return no(f"Choose a time in the day. {quiet_words(quiet)}")
    return YES


_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm)?")
_NAMED = {"midday": time(12), "noon": time(12)}


def time_typed(text: str) -> time | None:
    """A time of day as people write it (9am, 2:30pm, 14.30, midday), None where it is none."""
    typed = "".join(text.lower().split())
    if typed in _NAMED:
        return _NAMED[typed]
    found = _TIME.fullmatch(typed)
    if not found or (found[2] is None and found[3] is None):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def may_unschedule(state: State) -> Verdict:
    """Only what is still planned can be a draft again."""
    if state is State.SCHEDULED:
        return YES
    return no("This mailing is not planned any more. Look at its page to see what became of it.")


def may_send_late(state: State, scheduled_for: datetime | None, at: datetime) -> Verdict:
    """A planned mailing whose moment was missed."""
    if state is State.SCHEDULED and scheduled_for is not None and is_late(scheduled_for, at):
        return YES
    return no("This mailing does not wait for your word. Look at its page to see what became of it.")


@dataclass(frozen=True, slots=True)
class Plan:
    """A planned mailing, and whom it would reach at its moment if all that is planned before it goes."""

    mailing_id: int
    subject: str
    moment: datetime
    reach: Forecast


# Quiet hours


def is_quiet(at: datetime, quiet: QuietHours | None) -> bool:
    """Is it night for the group, when no mailing goes out?"""
    if quiet is None:
        return False
    hour = clock.local(at).hour
    if quiet.start > quiet.end:
        return hour >= quiet.start or hour < quiet.end
    return quiet.start <= hour < quiet.end


def quiet_ends(at: datetime, quiet: QuietHours | None) -> datetime | None:
    """When the mailings go on, None where it is not quiet now."""
    if quiet is None or not is_quiet(at, quiet):
        return None
    local = clock.local(at)
    end = local.replace(hour=quiet.end, minute=0, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


def quiet_words(quiet: QuietHours | None) -> str:
    """When no mailing goes out, in words. Empty where there is no such time."""
    if quiet is None:
        return ""
    start, end = (clock_time(datetime(2027, 1, 1, hour, tzinfo=clock.LONDON)) for hour in (quiet.start, quiet.end))
    return f"No mailing goes out between {start} and {end}."


def overdue(oldest: datetime | None, at: datetime, quiet: QuietHours | None) -> timedelta:
    """How long the oldest of what is due has been kept waiting. Nothing waits too long in the quiet hours."""
    if oldest is None or is_quiet(at, quiet):
        return timedelta()
    return max(at - max(oldest, last_quiet_end(at, quiet) or oldest), timedelta())


def last_quiet_end(at: datetime, quiet: QuietHours | None) -> datetime | None:
    """When the last quiet hours before `at` ended, by the group's clock."""
    if quiet is None:
        return None
    local = clock.local(at)
    end = local.replace(hour=quiet.end, minute=0, second=0, microsecond=0)
    return end if end <= local else end - timedelta(days=1)


# Stopped while going out


def may_stop(state: State, held_until: datetime | None, at: datetime) -> Verdict:
    """Once it can no longer be taken back, until the last copy is out."""
    if state is State.GOING or (state is State.HELD and held_until is not None and held_until <= at):
        return YES
    if state is State.HELD:
        return no("This mailing is still held. Take it back instead: then nobody gets it.")
    return no("This mailing is not going out any more, so there is nothing to stop.")


# In doubt


class Again(StrEnum):
    """What an officer knows about a delivery in doubt."""

    ARRIVED = "arrived"
    SEND = "send"


def may_send_again(reasons: Sequence[LeftOut | None], *, are_on_list: bool) -> Verdict:
    """A second copy takes a second slot of everybody who reads that mailbox (settled 5)."""
    if not are_on_list:
        return no("They are not on your list any more, so it was not sent again.")
    if any(reason is LeftOut.PAUSED for reason in reasons):
        return no("They asked for a break, so it was not sent again.")
    if any(reason is not None for reason in reasons):
        return no(
            "They have had all the emails that you promised at most, so it was not sent again. The one in doubt counts."
        )
    return YES


# Who did not get it


class Missed(StrEnum):
    """Why somebody did not get a mailing, or may not have, as officers may know it by name.

    Who has had all that was promised is never named (rule 2): of those the page has the number alone.
    """

    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    CAME_BACK = "came_back"
    NO_ADDRESS = "no_address"
    PAUSED = "paused"
    STOPPED = "stopped"


MISSED_WORDS = {
    Missed.UNCERTAIN: "In doubt: the line broke before the answer came",
    Missed.REFUSED: "Their mail server said no for good",
    Missed.GIVEN_UP: "Their mail server took nothing for two days",
    Missed.CAME_BACK: "It came back: their mail server could not deliver it",
    Missed.NO_ADDRESS: "Their address stopped working before",
    Missed.PAUSED: "They asked for a break",
    Missed.STOPPED: "You stopped the mailing before their turn",
}
