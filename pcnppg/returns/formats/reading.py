"""What a raw message is, decided in one order: complaints and reports first, then programs, then people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pcnppg.returns.formats import automatic, complaints, odd, reports
from pcnppg.returns.formats.opening import Letter, open_letter
from pcnppg.returns.formats.phrases import any_of, calm
from pcnppg.returns.formats.tokens import LEAVE, quoted_tokens, tokens_of
from pcnppg.returns.rules import Reading, Token, What

_LEAVES = any_of("leaves")
"""A whole subject or a whole text that asks for nothing but to leave."""
_QUOTE = re.compile(
    r"^(?:>.*|on .{5,200}wrote:|from: .*|-{2,}\s*original message.*|_{5,}.*|sent from .*|get outlook for .*)$", re.I
)


def read(raw: bytes, recipients: Sequence[str] = (), domain: str | None = None) -> Reading:
    """What a raw message is. `recipients` are those of its envelope, where they are known; `domain` is ours."""
    letter = open_letter(raw)
    tokens = tokens_of(letter, recipients, domain)
    what, status = _classify(letter, tokens)
    quoted = quoted_tokens(letter, domain) if what is What.COMPLAINT else ()
    return Reading(what, status, tokens, quoted)


def _classify(letter: Letter, tokens: tuple[Token, ...]) -> tuple[What, str | None]:
    if complaints.is_feedback(letter):
        return (What.COMPLAINT if complaints.is_complaint(letter) else What.NOTHING), None
    return _report(letter) or (_by_program(letter, tokens) or _by_somebody(letter), None)


def _report(letter: Letter) -> tuple[What, str | None] | None:
    if not letter.fields and (
        automatic.SUBJECT.search(calm(letter.first("subject"))) or automatic.is_challenge(letter)
    ):
        return None
    if not odd.is_report(letter):
        return None
    receivers = reports.receivers_in(letter.fields) or reports.receivers_in(_unmarked(letter.text))
    return reports.judge(receivers, letter.text[: odd.READ]) or odd.judge_words(letter)


def _unmarked(text: str) -> str:
    """Fields of a report that some gateway turned into plain words."""
    return "\n".join(line.strip() if ":" in line else line for line in text.splitlines())


def _by_program(letter: Letter, tokens: tuple[Token, ...]) -> What | None:
    if any(token.of == LEAVE for token in tokens):
        return What.UNSUBSCRIBE
    if automatic.is_challenge(letter):
        return What.CHALLENGE
    if automatic.is_automatic(letter):
        return What.AUTO_REPLY
    return None


def _by_somebody(letter: Letter) -> What:
    if automatic.is_to_many(letter):
        return What.NOTHING
    subject, text = calm(letter.first("subject")), _own_words(letter.text)
    if _LEAVES.match(subject) or (text and _LEAVES.match(text)):
        return What.UNSUBSCRIBE
    if odd.is_by_machine(letter):
        return What.NOTHING
    return What.REPLY if letter.head.get("from") and (text or subject) else What.NOTHING


def _own_words(text: str) -> str:
    """What somebody wrote themselves, before what they quote and without their signature."""
    lines = []
    for line in text.splitlines():
        if line.rstrip() == "--":
            break
        if not _QUOTE.match(line.strip()):
            lines.append(line)
    return calm("\n".join(lines))
