"""Slips of the finger after the @: what was probably meant. A guess to ask about, never a reason to refuse."""

from __future__ import annotations

import re

OFTEN = (
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "outlook.com",
    "yahoo.com",
    "yahoo.co.uk",
    "btinternet.com",
    "virginmedia.com",
    "talktalk.net",
    "icloud.com",
    "blueyonder.co.uk",
    "ntlworld.com",
    "tiscali.co.uk",
)
"""Where most people in England have their mailbox. Short names are left out: one letter beside them is somebody else."""

REAL = frozenset({"email.com", "ymail.com", "mail.com", "gmx.com", "outlook.co", "hotmail.co"})
"""A letter away from those, and mailboxes of their own."""

_ENDINGS = (
    (re.compile(r"\.(?:con|cmo|ocm|comm|coom|cim|vom|xom|c0m)$"), ".com"),
    (re.compile(r"\.(?:co\.(?:ukk|ul|um|ik|yk|u|k)|couk|c\.uk)$"), ".co.uk"),
    (re.compile(r"\.(?:ogr|orgg|rog)(?P<uk>\.uk)?$"), ".org"),
)


def probably_meant(mailbox: str) -> str | None:
    """The address that somebody who typed `mailbox` may have meant, or None where nothing looks like a slip."""
    local, _, domain = mailbox.rpartition("@")
    if domain in OFTEN or domain in REAL:
        return None
    near = next((often for often in OFTEN if is_one_slip_away(domain, often)), None)
    meant = near or _with_ending_mended(domain)
    return f"{local}@{meant}" if meant else None


def _with_ending_mended(domain: str) -> str | None:
    for ending, better in _ENDINGS:
        found = ending.search(domain)
        if found:
            mended = domain[: found.start()] + better + (found.groupdict().get("uk") or "")
            return next((often for often in OFTEN if is_one_slip_away(mended, often)), mended)
    return None


def is_one_slip_away(typed: str, meant: str) -> bool:
    """Is one letter missing, doubled, wrong, or swapped with its neighbour?"""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    rest, goal = typed[at:], meant[at:]
    swapped = rest[1::-1] + rest[2:] if len(rest) > 1 else rest
    return goal in {rest[1:], goal[:1] + rest, goal[:1] + rest[1:], swapped}
