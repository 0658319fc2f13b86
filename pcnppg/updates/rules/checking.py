"""What in a text may name a patient, or read as medical advice. A reason to ask once more, never to refuse. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from pcnppg.kernel.slips import OFTEN
from pcnppg.mailing.rules.wondering import PLACES, medical_places


class Doubt(StrEnum):
    """What a text makes us ask about."""

    NHS_NUMBER = "nhs_number"
    BIRTH = "birth"
    PERSON = "person"
    PHONE = "phone"
    MAILBOX = "mailbox"
    MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class Doubted:
    """One such thing; `found` are the first places in the writer's own words, `more` counts the others."""

    what: Doubt
    found: tuple[str, ...]
    more: int = 0


_TEN = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+44[ -]?|0)7(?:[ -]?\d){9}(?!\d)")
_MAILBOX = re.compile(r"[^\s<>\"@:;,()]+@([^\s<>\"@,;:()]+[^\s<>\"@,;:().])")
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_LONG_AGO = r"(?:19\d\d|200\d|201\d)"
_BIRTH = re.compile(
    rf"\b(?:born (?:on|in)\b|d\.?o\.?b\b\.?|date of birth\b|\d{{1,2}}[./-]\d{{1,2}}[./-]{_LONG_AGO}\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})[a-z]* {_LONG_AGO}\b)",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Mx|Master)\.? [A-Z][\w'’-]+"
    r"|(?i:patient,? (?:called|named|aged)\b)"
    r"|(?i:aged? \d{1,3}\b(?! ?(?:to|and|or|-|–|\+)))"
    r"|(?i:\d{1,3}[- ]year[- ]old\b)"
    r"|(?i:(?:his|her|their) (?:diagnosis|operation|test results?|treatment|cancer|dementia|diabetes)\b))"
)


def doubts(texts: Iterable[str]) -> list[Doubted]:
    """What to look at again before this is shown to everybody, the weightiest first."""
    whole = "\n".join(texts)
    found = [(what, list(dict.fromkeys(look(whole)))) for what, look in _LOOKS]
    return [Doubted(what, tuple(places[:PLACES]), max(0, len(places) - PLACES)) for what, places in found if places]


def digest(texts: Iterable[str]) -> str:
    """By what we know that words were looked at again, and are still the same."""
    return hashlib.sha256("\x1f".join(texts).encode(errors="replace")).hexdigest()


def _nhs_numbers(text: str) -> list[str]:
    return [found[0] for found in _TEN.finditer(text) if _is_nhs_number(re.sub(r"\D", "", found[0]))]


def _is_nhs_number(digits: str) -> bool:
    """The last of ten digits checks the others (modulus 11); ten equal ones are nobody's."""
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return (11 - rest) % 11 == int(digits[9]) and len(set(digits)) > 1


def _private_mailboxes(text: str) -> list[str]:
    """Addresses where people have their own mail; a practice's or a group's is no secret."""
    return [found[0] for found in _MAILBOX.finditer(text) if found[1].lower() in OFTEN]


def _by(pattern: re.Pattern[str]) -> Callable[[str], list[str]]:
    return lambda text: [found[0] for found in pattern.finditer(text)]


_LOOKS: tuple[tuple[Doubt, Callable[[str], list[str]]], ...] = (
    (Doubt.NHS_NUMBER, _nhs_numbers),
    (Doubt.BIRTH, _by(_BIRTH)),
    (Doubt.PERSON, _by(_PERSON)),
    (Doubt.PHONE, _by(_MOBILE)),
    (Doubt.MAILBOX, _private_mailboxes),
    (Doubt.MEDICAL, medical_places),
)
