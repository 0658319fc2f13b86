"""Who is on the list, how they came and went, and which number binds them. Pure."""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from pcnppg.groups.rules import Invites
from pcnppg.kernel.clock import local, start_of
from pcnppg.kernel.verdict import YES, Verdict, no

SIGN_UP_LASTS = timedelta(days=7)
"""How long a confirm link works (settled 14)."""
MY_LINK_LASTS = timedelta(hours=24)
"""How long a link to what is held works (settled 17)."""
ADDRESS_LINK_LASTS = timedelta(days=7)
"""How long the link works that confirms a new address."""
UNCONFIRMED_KEPT = timedelta(days=14)
"""How long an unconfirmed sign-up is kept."""
LEAVERS_KEPT = timedelta(days=30)
"""How long the details of those who left are kept."""
UNVERIFIED_KEPT_MONTHS = 12
"""How long people of an older list are kept for whom nobody vouches, and to whom nothing is sent."""
DAY = timedelta(days=1)
MAILS_A_DAY = 3
"""Confirm or my-data mails to one mailbox in a day at most (settled 14)."""
ASKS_AN_HOUR = "300 per hour"
"""Join forms from one network address at most (settled 14); asking for one's data is counted apart."""
PAUSES = (3, 6, 12)
"""Months for which a contact can pause with one choice."""
LONGEST_PAUSE = 24
"""Months that a pause until a chosen day can last at most."""
RENEWAL_MONTHS = 24
"""After so many months somebody is asked again whether they still want our emails."""
FROZEN_MONTHS = 24
"""A list that heard nothing for so long has forgotten us."""
WHY_LENGTH = 500
NAME_LENGTH = 100
SEARCH_LENGTH = 360
PAGE = 50
"""Contacts on a page of the list."""


class State(StrEnum):
    """`UNVERIFIED`: brought in from an older list without the whole attestation, so nothing is sent to them."""

    ACTIVE = "active"
    UNVERIFIED = "unverified"
    LEFT = "left"
    ERASED = "erased"


HERE = (State.ACTIVE, State.UNVERIFIED)
"""Neither left nor erased."""


class Channel(StrEnum):
    """Where somebody joined."""

    WEB = "web"
    POSTER = "poster"
    PAPER = "paper"
    DESK = "desk"
    PHONE = "phone"
    LIST = "list"
    CARD = "card"
    LETTER = "letter"
    PACK = "pack"


KEYED_IN = (Channel.PAPER, Channel.DESK, Channel.PHONE)
"""Ways of joining that an officer writes down, with evidence."""
INVITED = {Channel(what.value): what for what in Invites}
"""Ways of joining that begin with a printed short address."""
COUNTED_IN = 5


def in_fives(number: int) -> int:
    """How many joined by a piece of paper, rounded down: whoever gave out one card must not see who used it (rule 6)."""
    return number - number % COUNTED_IN


class ReachedBy(StrEnum):
    """How a contact hears from the group."""

    EMAIL = "email"
    POST = "post"
    PHONE = "phone"


class EvidenceKind(StrEnum):
    """What an officer vouches for: one person's form or word, a whole list, or what somebody asked to have changed."""

    PAPER = "paper"
    DESK = "desk"
    PHONE = "phone"
    LIST = "list"
    ASKED = "asked"


class Consent(StrEnum):
    """What a consent record says happened."""

    AGREED = "agreed"
    BROUGHT_IN = "brought_in"
    TOLD = "told"
    LOWERED = "lowered"
    PAUSED = "paused"
    RESUMED = "resumed"
    NETWORK_AGREED = "network_agreed"
    NETWORK_WITHDRAWN = "network_withdrawn"
    OBJECTED = "objected"
    WITHDRAWN = "withdrawn"
    FORGOTTEN = "forgotten"
    ERASED = "erased"
    CORRECTED = "corrected"
    ADDRESS_ASKED = "address_asked"
    ADDRESS_REFUSED = "address_refused"
    UNTOLD = "untold"


class How(StrEnum):
    """By which act."""

    CONFIRM_PAGE = "confirm_page"
    LEAVE_PAGE = "leave_page"
    ONE_CLICK = "one_click"
    MAILTO = "mailto"
    MY_PAGE = "my_page"
    REPLY = "reply"
    PHONE = "phone"
    DESK = "desk"
    LETTER = "letter"
    PAPER = "paper"
    LIST = "list"
    NOT_ME = "not_me"
    RENEWAL_PAGE = "renewal_page"
    MAILING = "mailing"
    GROUP = "group"
    RETENTION = "retention"
    COMPLAINT = "complaint"
    RETURNED = "returned"
    CAME_BACK = "came_back"


class Because(StrEnum):
    """Why a mailbox must not be brought back by importing or keying in."""

    LEFT = "left"
    ERASED = "erased"


class Listed(StrEnum):
    """Which part of the contact list to look at."""

    ON = "on"
    PAUSED = "paused"
    UNVERIFIED = "unverified"
    STOPPED = "stopped"
    POST = "post"
    PHONE = "phone"
    LEFT = "left"
    ALL = "all"


TOLD_TO_AN_OFFICER = (How.REPLY, How.PHONE, How.DESK, How.LETTER)
"""Ways in which "please take me off" reaches an officer, who then records it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The exact words that somebody is shown before they agree, and the number that is promised in them."""

    words: str
    digest: str
    promise: int

    @property
    def blocks(self) -> list[str]:
        """The paragraphs, as a page or a mail sets them."""
        return [block.strip() for block in self.words.split("\n\n") if block.strip()]


@dataclass(frozen=True, slots=True)
class Raise:
    """A higher promise, and what the group says of it."""

    promise: int
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How a contact list stands: people, never who.

    `on_list` counts the paused too, and nobody who is unverified; `post`, `phone` and `stopped` (addresses that stopped
    working) are among it.
    """

    on_list: int
    paused: int
    waiting: int
    left: int
    unverified: int = 0
    post: int = 0
    phone: int = 0
    stopped: int = 0

    @property
    def by_email(self) -> int:
        return self.on_list - self.post - self.phone - self.stopped


def binding_promise(told: int, lowered_since: Iterable[int]) -> int:
    """The number that binds a contact: the last one told, or any lower one set since (settled 6)."""
    return min([told, *lowered_since])


def binding_now(records: Iterable[tuple[str, int | None]]) -> int | None:
    """The number that binds a contact by their consent records, oldest first: pairs of what happened and the number."""
    told, lowered = None, []
    for what, number in records:
        if number is None:
            continue
        if what == Consent.LOWERED:
            lowered.append(number)
        else:
            told, lowered = number, []
    return None if told is None else binding_promise(told, lowered)


def is_paused(paused_until: datetime | None, at: datetime) -> bool:
    return paused_until is not None and paused_until > at


Dated = TypeVar("Dated", date, datetime)


def months_later(at: Dated, months: int) -> Dated:
    """The same day `months` months on, or the last of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def pause_ends(at: datetime, months: int) -> datetime:
    """When a pause of so many months is over: as that day of the month begins in England."""
    return start_of(months_later(local(at).date(), months))


def may_pause_until(day: date, at: datetime) -> Verdict:
    """A day that is still to come, and not so far away that nobody remembers."""
    today = local(at).date()
    if day <= today:
        return no("Choose a day that is still to come. The pause ends when that day begins.")
    if day > months_later(today, LONGEST_PAUSE):
        return no(
            "Choose a day in the next two years. If you want a longer break, leave the list. You can always come back."
        )
    return YES


def may_be_called(name: str | None, *, is_taken: bool) -> Verdict:
    """Two people who share a mailbox have names of their own there (settled 11)."""
    if not is_taken:
        return YES
    if not name_key(name):
        return no("Somebody else at this address gave no name. Enter a name, so that we can tell you apart.")
    return no("Somebody else at this address has this name. Enter a name that tells you apart.")


def may_lower(wanted: int, now: int, *, fewest: int) -> Verdict:
    """Only downwards: a higher number is a new promise (rule 3)."""
    if wanted == now:
        return no(f"The promise is {now} mailings a year already. Enter a lower number.")
    if wanted > now:
        return no(
            "A higher number is a new promise. Each person must be told before it counts for them. Use “Raise the promise”."
        )
    if wanted < fewest:
        return no(f"Enter a number of at least {fewest}.")
    return YES


def may_raise(wanted: int, now: int, *, most: int) -> Verdict:
    """Only upwards, and never without telling (rule 3)."""
    if wanted <= now:
        return no(f"The promise is {now} mailings a year now. Enter a higher number, or lower it on the page before.")
    if wanted > most:
        return no(f"Enter a number of at most {most}. More would be too many for most people.")
    return YES


def may_say_why(why: str) -> Verdict:
    """What stands at the head of everybody's next email."""
    if not why.strip():
        return no("Say why, in a sentence or two. It stands in the email that tells everybody.")
    if len(why) > WHY_LENGTH:
        return no(f"Say it shorter. It can have {WHY_LENGTH} characters at most. Your text is still here.")
    return YES


def is_due_for_renewal(agreed_at: datetime | None, *, same_words: bool, at: datetime) -> bool:
    """Is it time to ask somebody again: their consent is two years old, or they agreed to other words than today's?"""
    return agreed_at is not None and (not same_words or months_later(agreed_at, RENEWAL_MONTHS) <= at)


def is_frozen(last_sent_at: datetime | None, since: datetime, woken_at: datetime | None, at: datetime) -> bool:
    """Has a list heard nothing for two years, so that nothing may be sent before somebody wakes it (settled 30)?

    `since` is when the group began, `woken_at` when an officer last woke its list.
    """
    return months_later(max(filter(None, (last_sent_at, since, woken_at))), FROZEN_MONTHS) <= at


def folded(text: str) -> str:
    """`text` as it is searched: without accents, capitals or doubled spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def name_key(name: str | None) -> str:
    """By what two people who share a mailbox are told apart; empty where no name was given."""
    return folded(name or "")[:NAME_LENGTH]


def whose(key: str, among: Sequence[tuple[int, str]]) -> int | None:
    """Which of the people at a mailbox somebody with this name key is, by their numbers and name keys; None: somebody new.

    Who gave no name may be anybody there, and whoever is there without a name may be this person: then it is the first.
    """
    for wanted in (key, ""):
        for contact_id, theirs in among:
            if theirs == wanted:
                return contact_id
    return among[0][0] if among and not key else None


def searchable(name: str | None, *reached_at: str | None) -> str:
    """What a search of the contact list looks through for one contact: name, address, postal address, phone."""
    return " ".join(filter(None, (folded(text or "") for text in (name, *reached_at))))[:SEARCH_LENGTH]


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of a practice's patients a group can write to. `list_size` is None where the directory does not say."""

    on_list: int
    list_size: int | None

    @property
    def in_a_hundred(self) -> float | None:
        """How many in every 100 patients, or None where that cannot be said."""
        return None if not self.list_size else 100 * self.on_list / self.list_size
