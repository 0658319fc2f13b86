"""An email address: parsed once, compared by one rule everywhere (NFC, casefolded whole, domain as A-labels)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from pcnppg.kernel.refusals import RuleBroken

LONGEST = 254
"""Characters at most, RFC 5321 §4.5.3.1.3 less the angle brackets."""

PLAIN = re.compile(r"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@([a-z0-9.-]+)", re.ASCII | re.IGNORECASE)
LONGEST_LOCAL = 64
MOST_KNOWN = 4096

_known: set[str] = set()
"""Domains in ASCII that the parser took. Lists of thousands name the same few again and again."""


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """`shown` is what the person typed, trimmed; `mailbox` is what two addresses are compared by and mail is sent to."""

    shown: str
    mailbox: str

    @classmethod
    def parse(cls, text: str, *, field: str = "email") -> EmailAddress:
        """The address in `text`, or `RuleBroken` with a sentence that says what to mend. No network is asked."""
        typed = unicodedata.normalize("NFC", text).strip()
        if _is_plain(typed):
            return cls(shown=typed, mailbox=typed.casefold())
        if not typed:
            raise RuleBroken("Enter your email address.", field=field)
        if any(unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} for c in typed):
            raise RuleBroken("Enter an email address on one line, without hidden characters.", field=field)
        if len(typed) > LONGEST:
            raise RuleBroken(
                "Enter a shorter email address. The longest an address can be is 254 characters.", field=field
            )
        local, at, domain = typed.rpartition("@")
        if not at:
            raise RuleBroken("Enter an email address with an @ in it, like name@example.com.", field=field)
        if not domain:
            raise RuleBroken("Enter what comes after the @ too, like name@example.com.", field=field)
        if not local:
            raise RuleBroken("Enter what comes before the @ too, like name@example.com.", field=field)
        if not local.isascii():
            raise RuleBroken(
                "We cannot write to an address with accents or other special letters before the @. Enter another address.",
                field=field,
            )
        try:
            found = validate_email(
                typed,
                check_deliverability=False,
                allow_smtputf8=False,
                allow_quoted_local=False,
                strict=True,  # 64 characters before the @, as RFC 5321 §4.5.3.1.1 has it
                test_environment=True,
            )
        except EmailNotValidError:
            raise RuleBroken("Check the email address. It should look like name@example.com.", field=field) from None
        mailbox = f"{found.local_part}@{found.ascii_domain}".casefold()
        _learn(domain.casefold(), found.ascii_domain)
        return cls(shown=typed, mailbox=mailbox)

    @classmethod
    def find(cls, text: str) -> EmailAddress | None:
        """The address in `text`, or None where there is none that we could write to."""
        try:
            return cls.parse(text)
        except RuleBroken:
            return None


def _is_plain(typed: str) -> bool:
    """Is it so plain, at a domain that was taken before, that the parser would say yes? (A test compares them.)"""
    if len(typed) > LONGEST or not (found := PLAIN.fullmatch(typed)):
        return False
    return len(found[1]) <= LONGEST_LOCAL and found[2].casefold() in _known


def _learn(domain: str, ascii_domain: str) -> None:
    if domain == ascii_domain:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known.add(domain)
