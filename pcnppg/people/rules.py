"""How long codes, links and sessions live, how often one may guess, and what is a safe place to go on to. Pure."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from pcnppg.kernel.verdict import YES, Verdict, no

CODE_LASTS = timedelta(minutes=10)
CODES_VALID = 3
"""The last three mailed codes work: mails overtake each other (settled 19)."""

TRIES = 5
TRIES_WINDOW = timedelta(minutes=15)

MAILS_SOON = 5
"""Sign-in mails to one mailbox in a quarter of an hour at most."""
MAILS_A_DAY = 30
DAY = timedelta(days=1)
ASKS_AN_HOUR = "60 per hour"
"""From one network address."""

IDLE_LIMIT = timedelta(hours=12)
"""A session with an authenticator code ends when nothing was done in it for this long."""
SESSION_LASTS = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=10)
KEPT_AFTER_END = timedelta(days=90)
"""How long an ended session stays on record."""

TOTP_STEP = 30
"""Seconds that an authenticator shows one code (RFC 6238)."""
RECOVERY_CODES = 10
LONGEST_NAME = 100
FORMER = "A former member"
"""The name of whoever was erased."""

CHANGE_LASTS = timedelta(hours=1)
"""How long the code for a new address works."""
CHANGES_A_DAY = 5
"""New addresses that one person may try in a day, and mails that one new mailbox gets."""
WRONG_CHANGE_CODE = "That code does not work. Check it, or ask for a new one. Your address is as it was."
TAKEN = "This address cannot be used for your account. Nothing was changed. Try another one."

UNUSED_AFTER = timedelta(days=731)
"""Twenty-four months without a role and without signing in: then nobody uses the account."""
UNUSED_NOTICE = timedelta(days=31)
"""How long before its end the owner of an unused account is told."""

TOO_MANY_TRIES = "That was five wrong codes. Nothing was lost. Wait 15 minutes, then try again."
TOO_MANY_CODES = "That was five wrong codes. Nothing was lost. Wait 15 minutes, then ask for a new code."
WRONG_CODE = "That code does not work. Check it, or ask for a new one."
WRONG_TOTP = "That code does not work. Wait for the next code in your app and type that one."
WRONG_RECOVERY_CODE = "That recovery code does not work. Check it, or use another one. Each works once."


def may_try(wrong_tries: int, *, because: str = TOO_MANY_TRIES) -> Verdict:
    """May one more code be tried after so many wrong ones in `TRIES_WINDOW`?"""
    return YES if wrong_tries < TRIES else no(because)


def may_mail(soon: int, a_day: int) -> bool:
    """May one more sign-in mail go to a mailbox that was sent so many of late?"""
    return soon < MAILS_SOON and a_day < MAILS_A_DAY


def may_change_address(mine: int, theirs: int) -> bool:
    """May one more code go to a new address, after so many of this person's, and so many to that mailbox, in a day?"""
    return mine < CHANGES_A_DAY and theirs < CHANGES_A_DAY


def is_notice_over(told_at: datetime | None, at: datetime) -> bool:
    """Was the owner of an unused account told long enough ago?"""
    return told_at is not None and at - told_at >= UNUSED_NOTICE


def is_session_open(
    *, began_at: datetime, seen_at: datetime, second_factor_at: datetime | None, ended_at: datetime | None, at: datetime
) -> bool:
    """Does this session still open doors at `at`?"""
    if ended_at is not None or at - began_at >= SESSION_LASTS:
        return False
    return second_factor_at is None or at - seen_at < IDLE_LIMIT


def is_worth_noting(seen_at: datetime, at: datetime) -> bool:
    """Was the session last seen so long ago that the door writes it down again? (settled 22)"""
    return at - seen_at >= SEEN_EVERY


def totp_step(at: datetime) -> int:
    return int(at.timestamp()) // TOTP_STEP


def steps_to_try(at: datetime, last_step: int | None) -> list[int]:
    """The step now, the one before and the one after, without those already used."""
    now = totp_step(at)
    return [step for step in (now - 1, now, now + 1) if last_step is None or step > last_step]


def digits(text: str) -> str:
    """A code as typed, without the spaces and dashes that people put between digits."""
    return re.sub(r"[\s\-–]", "", text)


def recovery_code(text: str) -> str:
    """A recovery code as typed, in the one form that we compare."""
    return digits(text).lower()


def is_among(mine: str, theirs: Iterable[str]) -> int | None:
    """Where `mine` stands among `theirs`, or None. Each is compared whole, so that time tells nothing."""
    found = None
    for place, other in enumerate(theirs):
        if hmac.compare_digest(mine.encode(), other.encode()):
            found = place
    return found


def is_local_path(text: str) -> bool:
    """Is `text` the path of a page of ours, short enough for a cookie, and nothing that a browser could read as another site?"""
    return bool(re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,1000}", text))


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """ "Firefox on Windows": enough for its owner to know it again, and no more."""
    browser = next((words for mark, words in BROWSERS if mark in user_agent), "A browser")
    system = next((words for mark, words in SYSTEMS if mark in user_agent), "a device we do not know")
    return f"{browser} on {system}"
