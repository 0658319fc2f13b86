"""The life of minutes: drafted, circulated, corrected by those who were there, accepted at a later meeting, published. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.kernel.wording import count, day
from pcnppg.meetings.rules.record import CorrectionState, MinutesState

STATE_WORDS = {
    MinutesState.DRAFT: "Draft",
    MinutesState.CIRCULATED: "Sent round",
    MinutesState.ACCEPTED: "Accepted",
    MinutesState.PUBLISHED: "Published",
}
CORRECTION_WORDS = {
    CorrectionState.PROPOSED: "Not answered yet",
    CorrectionState.TAKEN: "Taken up",
    CorrectionState.NOT_TAKEN: "Not taken up",
}
LONGEST_NOTE = 4_000
LONGEST_MINUTES = 60_000
LONGEST_CORRECTION = 1_000
WORKING_DAYS = 10
"""Minutes are usually ready in two weeks: ten working days."""


def ready_by(held_on: date) -> date:
    """When minutes are usually sent round: ten working days after the meeting."""
    left, on = WORKING_DAYS, held_on
    while left:
        on += timedelta(days=1)
        left -= on.weekday() < 5
    return on


def may_write(state: str) -> Verdict:
    """Only a draft is written on. Afterwards there are corrections, which all can see."""
    if state != MinutesState.DRAFT:
        return no("These minutes have been sent round, so their words stand. Propose a correction instead.")
    return YES


def may_circulate(state: str, *, ended: bool) -> Verdict:
    if state != MinutesState.DRAFT:
        return no("These minutes have been sent round already. Nothing was sent again.")
    if not ended:
        return no("The meeting is still going on. End it first, then send its minutes round.")
    return YES


def may_correct(state: str, *, was_there: bool) -> Verdict:
    """Whoever was there may propose a correction, until the minutes are accepted."""
    if state == MinutesState.DRAFT:
        return no("These minutes are a draft still. You can correct them once they have been sent round.")
    if state != MinutesState.CIRCULATED:
        return no(
            "These minutes have been accepted, so they cannot be corrected any more. Raise it at the next meeting."
        )
    if not was_there:
        return no("Corrections come from those who were at the meeting.")
    return YES


def may_answer(state: str, correction: str, *, takes_up: bool, words: str) -> Verdict:
    """May an officer take a correction up, or decline it? Declining needs a reason."""
    if correction != CorrectionState.PROPOSED:
        return no("This correction has been answered already. Nothing was changed.")
    if state != MinutesState.CIRCULATED:
        return no("These minutes have been accepted, so their corrections are closed.")
    if not takes_up and not words.strip():
        return no("Say why it is not taken up. Whoever proposed it reads your reason.")
    return YES


def are_ready(state: str, *, accepted_at: datetime | None, unanswered: int) -> Verdict:
    """Are minutes ready to be accepted? Once only, and with every correction answered."""
    if accepted_at is not None:
        return no(f"These minutes were accepted already, on {day(accepted_at)}. Nothing was changed.")
    if state == MinutesState.DRAFT:
        return no("These minutes are a draft still. Send them round first, so that people can read them.")
    if unanswered:
        waits = f"{count(unanswered, 'correction')} {'waits' if unanswered == 1 else 'wait'}"
        return no(f"{waits} for an answer. Answer first.")
    return YES


def may_accept(*, held: datetime, accepting: datetime, quorate: Verdict, at: datetime) -> Verdict:
    """May this later meeting accept the minutes? `held` and `accepting` are when the two meetings begin."""
    if accepting <= held:
        return no("Minutes are accepted at a later meeting than their own.")
    if at < accepting:
        return no("That meeting has not begun. Minutes are accepted there, not before.")
    if not quorate:
        return no(f"That meeting could not decide. {quorate.because} Take the minutes to the next one.")
    return YES


def may_publish(state: str) -> Verdict:
    if state == MinutesState.PUBLISHED:
        return no("These minutes are on the group's page already. Nothing was changed.")
    if state != MinutesState.ACCEPTED:
        return no("Minutes are published once a later meeting has accepted them.")
    return YES
