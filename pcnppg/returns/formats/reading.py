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

_GREETING = re.compile(r"^(?:hi|hello|dear|good (?:morning|afternoon|evening))\b[^.?!]{0,40}[,.!]?$")
WORDS_OF_A_NAME = 4
"""At most, in what stands below a wish to leave: thanks, or who it is."""


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
    subject, paragraphs = calm(letter.first("subject")), _own_words(letter.text)
    if _LEAVES.match(subject) or _asks_to_leave(paragraphs):
        return What.UNSUBSCRIBE
    if odd.is_by_machine(letter):
        return What.NOTHING
    return What.REPLY if letter.head.get("from") and (paragraphs or subject) else What.NOTHING


def _asks_to_leave(paragraphs: list[str]) -> bool:
    """Do these words ask for nothing but to leave? A greeting before them and a name below say nothing else."""
    if len(paragraphs) > 1 and _GREETING.match(paragraphs[0]):
        paragraphs = paragraphs[1:]
    first, *rest = paragraphs or [""]
    return _LEAVES.match(first) is not None and len(" ".join(rest).split()) <= WORDS_OF_A_NAME


def _own_words(text: str) -> list[str]:
    """What somebody wrote themselves, before what they quote and without their signature: its paragraphs."""
    lines = []
    for line in text.splitlines():
        if line.rstrip() == "--":
            break
        if not _QUOTE.match(line.strip()):
            lines.append(line.strip())
    return [words for paragraph in "\n".join(lines).split("\n\n") if (words := calm(paragraph))]
