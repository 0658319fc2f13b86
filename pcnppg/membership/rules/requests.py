"""What people ask of a group about their data, and by when the group must have answered. Pure.

Days count by the calendar in England. Sources: UK GDPR article 12(3) and 12A (as the Data (Use and Access) Act 2025 has
them), Data Protection Act 2018 section 164A (complaints, in force since 19 June 2026), and the guidance of the
Information Commissioner's Office on time limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.membership.rules.contacts import How
from pcnppg.membership.rules.days import months_on, working_day_from

MONTHS = 1
MONTHS_MORE = 2
"""How long there is to answer, and how much more once (article 12A(3))."""
ACKNOWLEDGED_WITHIN = timedelta(days=30)
"""A complaint (section 164A(3)). The first of the days is the one after it came (guidance of the ICO)."""
NEAR = 7
"""Days before the last one from which a request waits on "What needs you"."""
OLDEST = timedelta(days=366)
"""A request that came longer ago is a slip of the pen."""
ASKED_LENGTH = 2000
ANSWER_TO_LENGTH = 500
KEPT_MONTHS = 12
"""How long a closed request says who asked, and what."""
FEW = 10
"""Contacts that a search on the way to a request shows."""


class RequestKind(StrEnum):
    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    OBJECTION = "objection"
    COMPLAINT = "complaint"


class CameBy(StrEnum):
    """How a request reached the group: the first four are written down by an officer."""

    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"
    DESK = "desk"
    MY_PAGE = "my_page"
    COMPLAINT_PAGE = "complaint_page"


WRITTEN_DOWN = (CameBy.LETTER, CameBy.EMAIL, CameBy.PHONE, CameBy.DESK)


HOW_IT_CAME = {
    CameBy.LETTER: How.LETTER,
    CameBy.EMAIL: How.REPLY,
    CameBy.PHONE: How.PHONE,
    CameBy.DESK: How.DESK,
    CameBy.MY_PAGE: How.MY_PAGE,
}
"""By which act somebody is off the list whose request came so."""


class Step(StrEnum):
    """What happened to a request, each with its line in the log."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    NOTED = "noted"
    STOPPED = "stopped"
    ERASED = "erased"
    CLOSED = "closed"


class Awaited(StrEnum):
    """The two things for which the clock may stop (articles 12(6) and 12A(5))."""

    IDENTITY = "identity"
    MEANING = "meaning"


class Outcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    ERASED = "erased"


CHOSEN = (Outcome.DONE, Outcome.PARTLY, Outcome.REFUSED, Outcome.TAKEN_BACK)
"""Outcomes that an officer gives; the last one is what erasing leaves of a request that was still open."""


@dataclass(frozen=True, slots=True)
class Timing:
    """All that the clock of one request goes by. `paused_since` is the day it was stopped on, None while it runs."""

    kind: RequestKind
    received_on: date
    acknowledged_on: date | None = None
    paused_since: date | None = None
    resumed_on: date | None = None
    paused_days: int = 0
    extended: bool = False
    closed_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def is_paused(self) -> bool:
        return self.is_open and self.paused_since is not None

    @property
    def has_date(self) -> bool:
        """Is there a last day for what comes next? A complaint that was acknowledged is answered "without undue delay"."""
        return self.kind is not RequestKind.COMPLAINT or self.acknowledged_on is None

    def first_end(self, today: date) -> date:
        """The last day of the first month: until then the person must be told of an extension."""
        return self._end(MONTHS, today)

    def due_on(self, today: date) -> date | None:
        """The last day for the answer, or for acknowledging a complaint; None where the law names no day.

        While the clock stands, the days it has stood so far are added.
        """
        if not self.has_date:
            return None
        if self.kind is RequestKind.COMPLAINT:
            return working_day_from(self.received_on + ACKNOWLEDGED_WITHIN)
        return self._end(MONTHS + MONTHS_MORE if self.extended else MONTHS, today)

    def days_left(self, today: date) -> int | None:
        """How many days are left, below 0 how many it is late; None where no day is named."""
        due = self.due_on(today)
        return None if due is None else (due - today).days

    def is_pressing(self, today: date) -> bool:
        """Should an officer be reminded of it? A complaint from its first day: it is owed an answer without delay."""
        if not self.is_open or self.is_paused:
            return False
        left = self.days_left(today)
        return self.kind is RequestKind.COMPLAINT or (left is not None and left <= NEAR)

    def _end(self, months: int, today: date) -> date:
        """The month is counted first, then the days that the clock stood, then the weekend or holiday it may end on.

        The law would let a month begin anew when somebody has shown who they are, and leaves out both end days of a pause.
        Adding the days between is the stricter reading.
        """
        standing = (today - self.paused_since).days if self.is_paused and self.paused_since else 0
        return working_day_from(months_on(self.received_on, months) + timedelta(days=self.paused_days + standing))


def may_be_received(on: date, today: date) -> Verdict:
    """Can a request have come on this day?"""
    if on > today:
        return no("Enter the day it came. That day is still to come.")
    if on < today - OLDEST:
        return no("Enter the day it came. That was more than a year ago, so check the year.")
    return YES


def may_acknowledge(timing: Timing) -> Verdict:
    if not timing.is_open:
        return no("This request is closed.")
    if timing.acknowledged_on is not None:
        return no("You have told them already that it came.")
    return YES


def may_pause(timing: Timing, on: date, today: date) -> Verdict:
    """Can the clock be stopped from this day? Not for a complaint: no law stops its clock."""
    if not timing.is_open:
        return no("This request is closed.")
    if timing.kind is RequestKind.COMPLAINT:
        return no("The clock of a complaint cannot stop. You can still ask the person, and write that into the log.")
    if timing.is_paused:
        return no("The clock stands already. Let it go on first.")
    return _within(max(timing.received_on, timing.resumed_on or timing.received_on), on, today, "asked them")


def may_resume(timing: Timing, on: date, today: date) -> Verdict:
    """Can the clock go on from this day?"""
    if not timing.is_paused or timing.paused_since is None:
        return no("The clock of this request is running.")
    return _within(timing.paused_since, on, today, "had their answer")


def may_extend(timing: Timing, today: date) -> Verdict:
    """Once, and the person must be told before the first month ends (article 12A(4))."""
    if not timing.is_open:
        return no("This request is closed.")
    if timing.kind is RequestKind.COMPLAINT:
        return no("A complaint has no last day that could be moved. Answer it as soon as you can.")
    if timing.extended:
        return no("You have taken two more months already. There is no further time.")
    if today > timing.first_end(today):
        return no("The first month is over. More time can only be taken before it ends. Answer as soon as you can.")
    return YES


def may_close(timing: Timing) -> Verdict:
    return YES if timing.is_open else no("This request is closed already.")


def may_erase(timing: Timing, *, has_contact: bool) -> Verdict:
    """Erasing belongs to a request to be erased, by somebody on the list or gone from it."""
    if not timing.is_open:
        return no("This request is closed.")
    if timing.kind is not RequestKind.ERASURE:
        return no("Nobody asked to be erased here. Write down a request to be erased first.")
    if not has_contact:
        return no("This request belongs to nobody on your contact list, so there is nothing to erase.")
    return YES


def closed_before(today: date) -> date:
    """Requests closed on this day or before need not say any more who asked."""
    return months_on(today, -KEPT_MONTHS)


def _within(first: date, on: date, today: date, what: str) -> Verdict:
    if on > today:
        return no(f"Enter the day you {what}. That day is still to come.")
    if on < first:
        return no(f"Enter the day you {what}. It cannot be before {first.day} {first:%B %Y}.")
    return YES
