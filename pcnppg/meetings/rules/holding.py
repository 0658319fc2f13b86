"""What must not stand on a public page before somebody has read it: NHS numbers, ways to reach people, complaints about one."""

from __future__ import annotations

import re
from enum import StrEnum


class HeldBecause(StrEnum):
    """Why an item is not shown to the public before an officer has read it."""

    NUMBER = "number"
    PHONE = "phone"
    COMPLAINT = "complaint"
    OFFICER = "officer"


HELD_WORDS = {
    HeldBecause.NUMBER: "It seems to hold an NHS number.",
    HeldBecause.PHONE: "It seems to hold a phone number or an email address.",
    HeldBecause.COMPLAINT: "It seems to be a complaint about a person.",
    HeldBecause.OFFICER: "An officer has taken it from the public pages.",
}

TEN_DIGITS = re.compile(r"(?<!\d)(\d{3})[ \-.]?(\d{3})[ \-.]?(\d{4})(?!\d)")
PHONE = re.compile(r"(?<!\d)(?:\+?44[ ()\-.]*|0)(?:\d[ ()\-.]*){9,10}(?!\d)")
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
TITLED = re.compile(
    r"\b(?:dr|doctor|nurse|sister|mr|mrs|ms|miss|mx|prof|professor|receptionist|pharmacist|manager)\b\.?\s+(?-i:[A-Z])[\w'’-]+",
    re.IGNORECASE,
)
SORE = re.compile(
    r"\b(?:complain\w*|rude\w*|unprofessional\w*|incompeten\w*|negligen\w*|malpractice|misdiagnos\w*|insult\w*|shout\w*|"
    r"bull(?:y|ied|ying)\w*|racist|sexist|abus\w*|lazy|liar|lied|lying|useless|disgrace\w*|disgust\w*|appalling\w*|"
    r"ignored me|refused (?:me|to see|to treat|to help)|should be (?:sacked|fired|struck off)|sack(?:ed)?|"
    r"got (?:it|my \w+) wrong|killed|hurt me|my (?:diagnosis|operation|prescription was wrong))\b",
    re.IGNORECASE,
)


def is_nhs_number(digits: str) -> bool:
    """Ten digits whose last checks the others (modulus 11, NHS Data Dictionary)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    return check == int(digits[9])  # a check of ten equals no digit


def why_held(text: str) -> HeldBecause | None:
    """Why an officer must read this first; None where nothing speaks against showing it."""
    if any(is_nhs_number("".join(found)) for found in TEN_DIGITS.findall(text)):
        return HeldBecause.NUMBER
    if PHONE.search(text) or ADDRESS.search(text):
        return HeldBecause.PHONE
    if SORE.search(text) and TITLED.search(text):
        return HeldBecause.COMPLAINT
    return None
