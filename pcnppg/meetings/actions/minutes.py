"""The way of minutes: drafted, written on, sent round, corrected, accepted at a later meeting, published. Forwards only."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.models import Meeting, Minutes, MinutesCorrection, MinutesStep
from pcnppg.meetings.queries import minutes as queries
from pcnppg.meetings.queries.day import was_there
from pcnppg.meetings.queries.meetings import get_meeting
from pcnppg.meetings.rules.minutes import (
    LONGEST_CORRECTION,
    LONGEST_MINUTES,
    are_ready,
    may_accept,
    may_answer,
    may_circulate,
    may_correct,
    may_publish,
    may_write,
)
from pcnppg.meetings.rules.record import CorrectionState, MinutesDid, MinutesState
from pcnppg.store.session import session

CHANGED = (
    "Somebody else changed these minutes after you opened them. Nothing was lost: below are their words, then yours."
)


def draft(meeting: Meeting, *, by: Who, at: datetime) -> Minutes:
    """The minutes write themselves from what was written down at the meeting."""
    minutes = Minutes(
        group_id=meeting.group_id,
        meeting_id=meeting.id,
        state=MinutesState.DRAFT,
        words=queries.draft_of(meeting),
        version=1,
        drafted_at=at,
        edited_at=at,
    )
    session().add(minutes)
    session().flush()
    _step(minutes, MinutesDid.DRAFTED, by=by, at=at)
    return minutes


def write(group_id: int, meeting_id: int, words: str, *, version: int, by: Who, at: datetime) -> Minutes:
    """Change the words of a draft. Whoever saves second is shown what the first one wrote."""
    minutes = _take(group_id, meeting_id)
    may_write(minutes.state).enforce()
    if minutes.words == words.strip() + "\n":
        return minutes
    if minutes.version != version:
        raise Conflict(CHANGED, field="words")
    if not words.strip() or len(words) > LONGEST_MINUTES:
        raise RuleBroken(
            f"Minutes need words, and {LONGEST_MINUTES:,} letters are the most they can have.", field="words"
        )
    minutes.words, minutes.version = words.strip() + "\n", minutes.version + 1
    minutes.edited_at, minutes.edited_by = at, by.person_id
    audit.note("meetings.minutes_written", by=by, at=at, group_id=group_id, about=("minutes", minutes.id))
    return minutes


def circulate(group_id: int, meeting_id: int, *, by: Who, at: datetime) -> None:
    """Send the draft round: everybody in the group can read it now, and those who were there can correct it."""
    minutes = _take(group_id, meeting_id)
    may_circulate(minutes.state, ended=get_meeting(group_id, meeting_id).ended_at is not None).enforce()
    minutes.state, minutes.circulated_at = MinutesState.CIRCULATED, at
    _step(minutes, MinutesDid.CIRCULATED, by=by, at=at)


def propose_correction(group_id: int, meeting_id: int, words: str, *, by: Who, at: datetime) -> MinutesCorrection:
    """Somebody who was there wants something said otherwise. Pressed twice it is one correction."""
    minutes = _take(group_id, meeting_id)
    may_correct(minutes.state, was_there=was_there(meeting_id, by.person_id or 0)).enforce()
    words = words.strip()
    if not words or len(words) > LONGEST_CORRECTION:
        raise RuleBroken(
            f"Say what should be said otherwise, in {LONGEST_CORRECTION:,} letters at most.", field="words"
        )
    for known in queries.list_corrections(minutes):
        if known.row.by_person_id == by.person_id and known.row.words == words:
            return known.row
    row = MinutesCorrection(
        group_id=group_id,
        minutes_id=minutes.id,
        words=words,
        state=CorrectionState.PROPOSED,
        at=at,
        by_person_id=by.person_id,
    )
    session().add(row)
    session().flush()
    audit.note("meetings.correction_proposed", by=by, at=at, group_id=group_id, about=("minutes_correction", row.id))
    return row


def answer_correction(
    group_id: int, meeting_id: int, correction_id: int, *, takes_up: bool, words: str, by: Who, at: datetime
) -> None:
    """Take a correction up, or decline it with a reason. Either way it stays to be seen."""
    minutes = _take(group_id, meeting_id)
    row = queries.get_correction(minutes, correction_id)
    may_answer(minutes.state, row.state, takes_up=takes_up, words=words).enforce(field="answer")
    row.state = CorrectionState.TAKEN if takes_up else CorrectionState.NOT_TAKEN
    row.settled_at, row.settled_by, row.answer = at, by.person_id, words.strip()[:LONGEST_CORRECTION] or None
    if takes_up:
        _step(minutes, MinutesDid.CORRECTED, by=by, at=at)
    audit.note("meetings.correction_answered", by=by, at=at, group_id=group_id, about=("minutes_correction", row.id))


def accept(group_id: int, meeting_id: int, *, at_meeting: int, by: Who, at: datetime) -> None:
    """A later meeting accepts the minutes. A second press changes nothing and says so."""
    minutes = _take(group_id, meeting_id)
    unanswered = queries.count_unanswered(minutes)
    are_ready(minutes.state, accepted_at=minutes.accepted_at, unanswered=unanswered).enforce()
    held, accepting = get_meeting(group_id, meeting_id), get_meeting(group_id, at_meeting)
    quorate = queries.stamped(accepting)
    may_accept(held=held.starts_at, accepting=accepting.starts_at, quorate=quorate, at=at).enforce()
    minutes.state, minutes.accepted_at, minutes.accepted_at_meeting = MinutesState.ACCEPTED, at, at_meeting
    _step(minutes, MinutesDid.ACCEPTED, by=by, at=at)


def publish(group_id: int, meeting_id: int, words: str, *, by: Who, at: datetime) -> None:
    """Put them on the group's page, in the words that an officer has looked through: names reduced."""
    minutes = _take(group_id, meeting_id)
    may_publish(minutes.state).enforce()
    if not words.strip() or len(words) > LONGEST_MINUTES:
        raise RuleBroken(
            f"Minutes need words, and {LONGEST_MINUTES:,} letters are the most they can have.", field="words"
        )
    minutes.state, minutes.published_at, minutes.public_words = MinutesState.PUBLISHED, at, words.strip() + "\n"
    _step(minutes, MinutesDid.PUBLISHED, by=by, at=at)


def _take(group_id: int, meeting_id: int) -> Minutes:
    groups.share_group(group_id)
    return queries.get_minutes(group_id, meeting_id, lock=True)


def _step(minutes: Minutes, did: MinutesDid, *, by: Who, at: datetime) -> None:
    session().add(
        MinutesStep(group_id=minutes.group_id, minutes_id=minutes.id, did=did, at=at, by_person_id=by.person_id)
    )
    session().flush()
    audit.note(f"meetings.minutes_{did}", by=by, at=at, group_id=minutes.group_id, about=("minutes", minutes.id))
