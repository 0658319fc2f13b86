"""What a network offers its groups, what groups ask of one another, and how each group is doing in words and colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.updates.rules import LONGEST_PART

LONGEST_TITLE = 120
LONGEST_NOTICE = LONGEST_PART
LONGEST_ASKING = 1000
NOTICE_LASTS_DAYS = 400
GOOD_REACH, LOW_REACH = 10, 3
"""Of every 100 patients."""
QUIET_MONTHS, SILENT_MONTHS = 6, 9
FEW = 5
"""A total below this is said as "fewer than 5": so small a number says something about somebody."""


class NoticeKind(StrEnum):
    NOTICE = "notice"
    EVENT = "event"


class HelpKind(StrEnum):
    REQUEST = "request"
    OFFER = "offer"


class About(StrEnum):
    """What groups help one another with."""

    MENTOR = "mentor"
    TEMPLATE = "template"
    SPEAKER = "speaker"
    HANDS = "hands"
    OTHER = "other"


class Tone(StrEnum):
    """A colour that never stands alone: words go with it."""

    GOOD = "good"
    WAITING = "waiting"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Said:
    """A fact in words, and its colour: of the words themselves, or of a few more beside them."""

    words: str
    tone: Tone
    beside: str = ""


def may_answer(*, is_open: bool, is_asleep: bool) -> Verdict:
    """Can a group take an offer of the network, or not take it?"""
    if not is_open:
        return no("This offer is closed. Nothing was changed.")
    if is_asleep:
        return no("Your group rests, and the network speaks for it. Wake it first, then take what you like.")
    return YES


def may_offer(title: str, body: str, *, ends_on: date | None, today: date) -> Verdict:
    """Is a notice whole, and does it end in good time?"""
    if not title.strip() or not body.strip():
        return no("A notice needs a title and a text.")
    if len(title) > LONGEST_TITLE or len(body) > LONGEST_NOTICE:
        return no(f"Make it shorter: {LONGEST_TITLE} characters for the title, {LONGEST_NOTICE:,} for the text.")
    if ends_on is not None and not 0 <= (ends_on - today).days <= NOTICE_LASTS_DAYS:
        return no("Choose an end from today on, and within 13 months.")
    return YES


def may_send_mailing(*, is_open: bool, taken: int) -> Verdict:
    """Can a network mailing go out now?"""
    if not is_open:
        return no("This mailing was sent or withdrawn already. Nothing was sent twice.")
    if not taken:
        return no("No group has taken this mailing yet, so it would reach nobody.")
    return YES


def repeats_words(repeats: int) -> str:
    """How many people would have got a mailing twice: for the whole network, never for one group."""
    if not repeats:
        return "Nobody was on the list of more than one group."
    if repeats < FEW:
        return f"Fewer than {FEW} people were on the list of more than one group. They got it once."
    return f"{repeats:,} people were on the list of more than one group. They got it once."


def reach_said(on_list: int, list_size: int | None) -> Said:
    """How many patients a group reaches."""
    if not list_size:
        return Said(f"{on_list:,}, of how many is not known", Tone.QUIET)
    share = 100 * on_list / list_size
    tone = Tone.GOOD if share >= GOOD_REACH else Tone.WAITING if share >= LOW_REACH else Tone.QUIET
    in_words = {Tone.GOOD: "well reached", Tone.WAITING: "growing", Tone.QUIET: "just begun"}[tone]
    counted = f"{share:.0f}" if share > 0.5 else "Fewer than 1"
    return Said(f"{counted} in every 100 patients", tone, in_words)


def silence_said(last: datetime | None, since: datetime, at: datetime) -> Said:
    """How long a group has been silent. `since` is when it began."""
    months = months_between(last or since, at)
    if months < 1:
        return Said("wrote this month" if last else "began this month", Tone.GOOD)
    span = "1 month" if months == 1 else f"{months} months"
    if months < QUIET_MONTHS:
        return Said(f"silent for {span}", Tone.GOOD)
    return Said(f"silent for {span}", Tone.WAITING if months < SILENT_MONTHS else Tone.BAD)


def months_between(earlier: datetime, later: datetime) -> int:
    """Whole months."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return max(0, months - (later.day < earlier.day))
