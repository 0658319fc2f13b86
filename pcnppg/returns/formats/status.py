"""Hard or soft: from the enhanced status (RFC 3463), what the server said, and its reply code. In this order of trust:
unmistakable words, then the status, then words that can mean either, then the code.
"""

from __future__ import annotations

import re

from pcnppg.returns.formats.phrases import AWAY, FULL, GONE, POLICY, SENDER, WEAK, calm
from pcnppg.returns.rules import What

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d]|\.\d)")
_STATUS_BESIDE_CODE = re.compile(
    r"(?:^\s*|\b[245]\d\d[ -]#?|#|\(|\[|status[ :=]+|said: |smtp; ?)\s*([245])\.(\d{1,3})\.(\d{1,3})(?![\d]|\.\d)", re.I
)
_CODE = re.compile(r"(?<![\d.:/+-])([45]\d\d)(?=[ \-:.,)]|$)(?!\.\d)")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")

HARD_CODES = ("550", "551", "553", "521", "556")
"""Reply codes about the receiver (RFC 5321, 7504); others are about the message, the sender or the server."""

GONE_DETAILS = {
    1: {"0", "1", "2", "3", "4", "6", "10"},
    2: {"1"},
    4: {"4", "310"},
}
"""Subjects of RFC 3463 (address, mailbox, routing), and the details of each that say that nobody is there."""
UNKNOWN_RECIPIENT = "5.1.351"
"""Exchange Online, for a remote server that said so."""
EDGE_BLOCK = re.compile(r"recipient address rejected: access denied")
"""Exchange Online at its edge, with 5.4.1: no such mailbox. Elsewhere the same words are a policy."""


def status_in(text: str, *, anywhere: bool = False) -> str | None:
    """The first enhanced status in a text. `anywhere`: the text is nothing but a status field."""
    found = (_STATUS if anywhere else _STATUS_BESIDE_CODE).search(text)
    return ".".join(str(int(part)) for part in found.groups()) if found else None


def code_in(text: str) -> str | None:
    """The first reply code that refuses."""
    found = _CODE.search(text)
    return found[1] if found else None


def decide(status: str | None, said: str) -> What | None:
    """Hard or soft, from a status and what the server said; None where neither says anything."""
    said = calm(said)
    without_links = _ADDRESS.sub(" ", said)
    code = code_in(without_links)
    if status and status.startswith("4"):
        # The least that can be said (4.0.0) also goes with the last word of a resolver: no such domain.
        is_final = status == "4.0.0" and code is None and GONE.search(without_links)
        return What.HARD if is_final else What.SOFT
    if FULL.search(without_links) or SENDER.search(without_links):
        return What.SOFT
    if GONE.search(said) or GONE.search(without_links) or _is_at_edge(status, said):
        return What.SOFT if code and code.startswith("4") and not status else What.HARD
    if POLICY.search(without_links):
        return What.SOFT
    return _by_status(status, without_links) or _by_words(without_links, code)


def _is_at_edge(status: str | None, said: str) -> bool:
    return status == "5.4.1" and EDGE_BLOCK.search(said) is not None


def _by_status(status: str | None, said: str) -> What | None:
    """None where the status says only that something is wrong for good."""
    if status is None or status == "5.0.0":
        return None
    _, subject, detail = status.split(".")
    if status == UNKNOWN_RECIPIENT or detail in GONE_DETAILS.get(int(subject), ()):
        return What.HARD
    if subject in {"2", "5"} and detail == "0":
        return What.HARD if WEAK.search(said) else What.SOFT
    if subject == "0":
        return None
    return What.SOFT


def _by_words(said: str, code: str | None) -> What | None:
    if AWAY.search(said):
        return What.SOFT
    if code is not None:
        if code.startswith("4"):
            return What.SOFT
        return What.HARD if code in HARD_CODES or WEAK.search(said) else What.SOFT
    return What.HARD if WEAK.search(said) else None
