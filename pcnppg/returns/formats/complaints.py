"""Complaints that mail providers pass on: the Abuse Reporting Format (RFC 5965), and what Microsoft sent before it."""

from __future__ import annotations

import re

from pcnppg.returns.formats.opening import Letter
from pcnppg.returns.formats.phrases import calm

_TYPE = re.compile(r"^feedback-type[ \t]*:[ \t]*([\w-]+)", re.I | re.M)
NOT_COMPLAINTS = ("not-spam", "auth-failure", "auth_failure", "dmarc", "virus")
"""Kinds of feedback that no receiver's wish stands behind (RFC 6430, RFC 6591)."""
_OLD_SUBJECT = re.compile(r"^complaint about message from ")


def is_feedback(letter: Letter) -> bool:
    return bool(letter.feedback) or letter.report_type == "feedback-report" or _is_old(letter)


def is_complaint(letter: Letter) -> bool:
    """Did the receiver themselves say that they do not want it?"""
    found = _TYPE.search(letter.feedback)
    return is_feedback(letter) and (found is None or found[1].lower() not in NOT_COMPLAINTS)


def _is_old(letter: Letter) -> bool:
    return _OLD_SUBJECT.match(calm(letter.first("subject"))) is not None and bool(letter.returned)
