"""Who agreed away from our pages, and people without email: what an officer may write down, change and take away. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.kernel.wording import day
from pcnppg.membership.rules.contacts import Channel, How, ReachedBy, months_later

FORM_GROWS_OLD = 6
"""Months after which we ask whether the day on a form is right."""
POSTAL_LINES = 6
"""Lines that the window of an envelope and a label have room for, beside the name."""
LINE_LENGTH = 40
PHONE_LENGTH = 40
EXPORT_KEPT = timedelta(days=30)
"""How long a copy of the list may be kept."""
NOT_ME_SHOWN = timedelta(days=90)
"""How long officers see that somebody said "not me"."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody is reached: the way they chose, and what is known for it."""

    by: ReachedBy
    address: EmailAddress | None = None
    postal_address: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How somebody agreed away from our pages, as an officer writes it down. `words` is None for the group's present words."""

    channel: Channel
    taken_by: str
    given_on: date
    kept_at: str | None
    words: str | None = None
    promise: int | None = None

    @property
    def day_ends(self) -> datetime:
        return _midnight(self.given_on + timedelta(days=1))

    @property
    def day_begins(self) -> datetime:
        return _midnight(self.given_on)

    def given_at(self, at: datetime) -> datetime:
        """A moment of that day: its noon, or now where it is not noon yet."""
        return min(self.day_begins + timedelta(hours=12), at)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked an officer for an email address to be written to, when and how."""

    by: str
    on: date
    how: How


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), clock.LONDON)


def may_be_given_on(given_on: date, today: date, *, is_sure: bool) -> Verdict:
    """Can somebody have agreed on this day? An old form is taken once whoever enters it is sure of the day."""
    if given_on > today:
        return no("That day is still to come. Enter the day on which they agreed.")
    if not is_sure and months_later(_midnight(given_on), FORM_GROWS_OLD).date() < today:
        return no(
            f"That is more than {FORM_GROWS_OLD} months ago. Do they still expect to hear from you? "
            "If the day is right, tick the box below it."
        )
    return YES


def may_have_asked_on(day_asked: date, today: date) -> Verdict:
    """Can somebody have asked an officer on this day?"""
    if day_asked > today:
        return no("That day is still to come. Enter the day on which they asked.")
    return YES


def may_write_down(key: str, here: Iterable[str]) -> Verdict:
    """May somebody with this name key be added where people with these keys are on the list already? (settled 11)"""
    known = set(here)
    if key in known:
        return no("This person is on the list already, so nobody was added.")
    if "" in known or (known and not key):
        return no(
            "Somebody is on the list at this address already, and one of the two has no name. "
            "Enter both names if they are two people."
        )
    return YES


def may_come_back(left_at: datetime, given_on: date) -> Verdict:
    """A form brings nobody back who left after filling it in (rule 4)."""
    if given_on > clock.local(left_at).date():
        return YES
    return no(
        f"They left the list on {day(left_at)}. Only a newer form of their own brings them back, so nobody was added."
    )


def phone_key(text: str | None) -> str:
    """By what two phone numbers are compared: their last ten digits, so that +44 and 0 are the same."""
    return re.sub(r"\D", "", text or "")[-10:]
