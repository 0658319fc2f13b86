"""Reports that follow no standard: qmail, Exim, old Exchange, Sendmail, Lotus Notes, gateways, and those that came in pieces.

Such a report is known by who sends it, by its subject, or by how it begins; what became of the mail is read from its words.
"""

from __future__ import annotations

import re

from pcnppg.returns.formats.opening import Letter
from pcnppg.returns.formats.phrases import any_of, calm
from pcnppg.returns.formats.status import decide, status_in
from pcnppg.returns.rules import What

READ = 8000
"""Characters of a report's words that are read: it says first what happened."""
BEGINS = 600

_MACHINE = re.compile(
    r"\b(?:mailer-?daemon|mail-?daemon|post[_-]?master|mdaemon|maildaemon|mail-?system|mail\.?administrator"
    r"|mail delivery (?:sub)?system|mail delivery service|internet mail delivery"
    r"|microsoftexchange[0-9a-f]{20,}|bounce-?notification|delivery-?notification)\b",
    re.I,
)
SUBJECT = any_of("report-subjects")
BEGINNING = any_of("report-beginnings")
LATE_SUBJECT = any_of("late-subjects")
LATE = any_of("late")
FINAL = any_of("final")
ARRIVED_SUBJECT = any_of("arrived-subjects")
ARRIVED = any_of("arrived")


def is_report(letter: Letter) -> bool:
    """Does this say what became of a mail, whoever wrote it?"""
    if letter.report_type == "delivery-status" or letter.fields or letter.all("x-failed-recipients"):
        return True
    subject, begins = calm(letter.first("subject")), calm(letter.text[: 2 * BEGINS])[:BEGINS]
    knows_subject = SUBJECT.search(subject) is not None or ARRIVED_SUBJECT.search(subject) is not None
    knows_beginning = BEGINNING.search(begins) is not None
    if is_by_machine(letter):
        return knows_subject or knows_beginning
    return (knows_subject and knows_beginning) or (
        knows_beginning and BEGINNING.match(begins) is not None and _unmistakable(begins)
    )


def is_by_machine(letter: Letter) -> bool:
    """Is it from a mail server itself: an empty return path, or one of the names that servers go by?"""
    if any(path.strip() == "<>" for path in letter.all("return-path")):
        return True
    return any(_MACHINE.search(sender) for sender in letter.all("from", "sender", "return-path", "x-envelope-from"))


def judge_words(letter: Letter) -> tuple[What, str | None]:
    """What a report comes to by its subject and words, and the status that it names."""
    subject, text = calm(letter.first("subject")), calm(letter.text[:READ])
    status = status_in(f"{text} {subject}")
    if ARRIVED_SUBJECT.search(subject) or (
        ARRIVED.search(text) and not FINAL.search(text) and decide(status, text) is None
    ):
        return What.NOTICE, None
    if LATE_SUBJECT.search(subject) or (LATE.search(text) and not FINAL.search(text)):
        return What.DELAYED, status
    # With nothing said but that it failed, no address is stopped for it at once.
    return decide(status, f"{text} {subject}") or What.SOFT, status


_QMAIL = re.compile(r"hi\. this is|this is the mail system at|this message was created automatically by mail delivery")


def _unmistakable(begins: str) -> bool:
    return _QMAIL.match(begins) is not None
