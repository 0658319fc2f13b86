"""Who is on the list, how they came and went, and which number binds them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

SIGN_UP_LASTS = timedelta(days=7)
"""How long a confirm link works (settled 14)."""
MY_LINK_LASTS = timedelta(hours=24)
"""How long a link to what is held works (settled 17)."""
UNCONFIRMED_KEPT = timedelta(days=14)
"""How long an unconfirmed sign-up is kept."""
MAILS_A_DAY = 3
"""Confirm or my-data mails to one mailbox in a day at most (settled 14)."""


class State(StrEnum):
    ACTIVE = "active"
    LEFT = "left"
    ERASED = "erased"


class Channel(StrEnum):
    """Where somebody joined."""

    WEB = "web"
    POSTER = "poster"


class Consent(StrEnum):
    """What a consent record says happened."""

    AGREED = "agreed"
    TOLD = "told"
    LOWERED = "lowered"
    PAUSED = "paused"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


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
    MAILING = "mailing"
    GROUP = "group"


TOLD_TO_AN_OFFICER = (How.REPLY, How.PHONE, How.DESK)
"""Ways in which "please take me off" reaches an officer, who then records it."""


def binding_promise(told: int, lowered_since: Iterable[int]) -> int:
    """The number that binds a contact: the last one told, or any lower one set since (settled 6)."""
    return min([told, *lowered_since])


def is_paused(paused_until: datetime | None, at: datetime) -> bool:
    return paused_until is not None and paused_until > at
