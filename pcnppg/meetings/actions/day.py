"""What is written down where it happens: notes, decisions, parts that are done; and the end of a meeting.

A slip is the writer's own number for what they wrote: sent twice, because the line dropped, it is kept once.
"""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import items
from pcnppg.meetings.actions.attending import open_meeting, stamp, write_roll
from pcnppg.meetings.actions.minutes import draft
from pcnppg.meetings.models import Decision, Meeting, MeetingNote
from pcnppg.meetings.queries import day as queries
from pcnppg.meetings.queries.items import get_item
from pcnppg.meetings.queries.meetings import find_later, get_meeting
from pcnppg.meetings.rules.deciding import LONGEST_MOTION, Casting, Votes, is_carried, may_count, may_decide
from pcnppg.meetings.rules.minutes import LONGEST_NOTE
from pcnppg.meetings.rules.record import DecisionHow
from pcnppg.store.session import session


def note(
    group_id: int, meeting_id: int, entry_id: int | None, words: str, *, slip: str | None, by: Who, at: datetime
) -> MeetingNote:
    """Add a note. Nothing that others wrote is touched."""
    groups.share_group(group_id)
    meeting = open_meeting(group_id, meeting_id, at=at)
    kept: MeetingNote | None = queries.find_slip(MeetingNote, meeting_id, slip)
    if kept is not None:
        return kept
    _belongs(meeting, entry_id)
    if not words.strip() or len(words) > LONGEST_NOTE:
        raise RuleBroken(f"Write a note of {LONGEST_NOTE:,} letters at most. Nothing was lost.", field="words")
    kept = MeetingNote(
        group_id=group_id,
        meeting_id=meeting_id,
        entry_id=entry_id,
        words=words.strip(),
        at=at,
        by_person_id=by.person_id,
        slip=slip or None,
    )
    session().add(kept)
    session().flush()
    audit.note("meetings.noted", by=by, at=at, group_id=group_id, about=("meeting_note", kept.id))
    return kept


def decide(
    group_id: int,
    meeting_id: int,
    entry_id: int | None,
    *,
    motion: str,
    how: DecisionHow,
    votes: Votes | None,
    casting: Casting | None,
    slip: str | None,
    by: Who,
    at: datetime,
) -> Decision:
    """Write down a decision: the motion, how it was taken and the count. Refused without a quorum."""
    groups.share_group(group_id)
    meeting = open_meeting(group_id, meeting_id, at=at)
    kept: Decision | None = queries.find_slip(Decision, meeting_id, slip)
    if kept is not None:
        return kept
    _belongs(meeting, entry_id)
    quorum = stamp(meeting, at=at)
    may_decide(quorum.verdict).enforce()
    may_count(how, votes, casting, here=quorum.voters).enforce(field="in_favour")
    if not motion.strip() or len(motion) > LONGEST_MOTION:
        raise RuleBroken(f"Write what was put to the vote, in {LONGEST_MOTION} letters at most.", field="motion")
    kept = Decision(
        group_id=group_id,
        meeting_id=meeting_id,
        entry_id=entry_id,
        motion=" ".join(motion.split()),
        how=how,
        votes_for=votes.in_favour if votes else None,
        votes_against=votes.against if votes else None,
        abstained=votes.abstained if votes else None,
        casting=casting,
        is_carried=is_carried(how, votes, casting),
        at=at,
        by_person_id=by.person_id,
        slip=slip or None,
    )
    session().add(kept)
    session().flush()
    audit.note("meetings.decided", by=by, at=at, group_id=group_id, about=("meeting_decision", kept.id))
    return kept


def take_out_note(group_id: int, meeting_id: int, note_id: int, *, by: Who, at: datetime) -> None:
    """A note that should not stand. It is kept out of the minutes."""
    _take_out(MeetingNote, group_id, meeting_id, note_id, by=by, at=at)


def take_out_decision(group_id: int, meeting_id: int, decision_id: int, *, by: Who, at: datetime) -> None:
    """A decision that was written down wrong. The right one is written down anew."""
    _take_out(Decision, group_id, meeting_id, decision_id, by=by, at=at)


def finish(
    group_id: int, meeting_id: int, entry_id: int, *, ends: str = "", words: str = "", by: Who, at: datetime
) -> None:
    """The meeting is through with a part of its agenda. Of somebody's item it says what came of it, or carries it over."""
    groups.share_group(group_id)
    meeting = open_meeting(group_id, meeting_id, at=at)
    entry = queries.get_entry(group_id, meeting_id, entry_id)
    if entry.done_at is None and entry.item_id is not None:
        _settle(meeting, entry.item_id, ends, words, by=by, at=at)
    entry.done_at = entry.done_at or at
    audit.note("meetings.part_finished", by=by, at=at, group_id=group_id, about=("agenda_entry", entry_id))


def take_up_again(group_id: int, meeting_id: int, entry_id: int, *, by: Who, at: datetime) -> None:
    """A part was not through after all."""
    groups.share_group(group_id)
    open_meeting(group_id, meeting_id, at=at)
    queries.get_entry(group_id, meeting_id, entry_id).done_at = None
    audit.note("meetings.part_taken_up", by=by, at=at, group_id=group_id, about=("agenda_entry", entry_id))


def end_meeting(group_id: int, meeting_id: int, *, by: Who, at: datetime) -> None:
    """Close the meeting: the roll and the quorum are stamped, and the minutes draft themselves. Twice is once.

    No item is left behind: what the meeting did not reach goes on to the next one, or back to the tray.
    """
    groups.share_group(group_id)
    meeting = get_meeting(group_id, meeting_id, lock=True)
    if meeting.ended_at is not None:
        return
    meeting = open_meeting(group_id, meeting_id, at=at)
    write_roll(meeting, at=at)
    stamp(meeting, at=at)
    for item_id in queries.list_not_reached(meeting):
        later = find_later(meeting, at)
        if later is not None:
            items.carry_over(group_id, item_id, meeting_id=later.id, by=by, at=at)
        else:
            items.put_back(group_id, item_id, by=by, at=at)
    meeting.ended_at = at
    session().flush()
    draft(meeting, by=by, at=at)
    audit.note("meetings.ended", by=by, at=at, group_id=group_id, about=("meeting", meeting_id))


def _settle(meeting: Meeting, item_id: int, ends: str, words: str, *, by: Who, at: datetime) -> None:
    if get_item(meeting.group_id, item_id).meeting_id != meeting.id:
        return  # carried over already
    if ends == "carry":
        later = find_later(meeting, at)
        if later is None:
            raise RuleBroken("Plan the next meeting first. Then this item can be carried over to it.")
        items.carry_over(meeting.group_id, item_id, meeting_id=later.id, by=by, at=at)
    else:
        items.discuss(meeting.group_id, item_id, words=words.strip(), by=by, at=at)


def _belongs(meeting: Meeting, entry_id: int | None) -> None:
    if entry_id is not None:
        queries.get_entry(meeting.group_id, meeting.id, entry_id)


def _take_out(
    model: type[MeetingNote | Decision], group_id: int, meeting_id: int, row_id: int, *, by: Who, at: datetime
) -> None:
    groups.share_group(group_id)
    open_meeting(group_id, meeting_id, at=at)
    queries.get_written(model, group_id, meeting_id, row_id).removed_at = at
    audit.note("meetings.taken_out", by=by, at=at, group_id=group_id, about=(str(model.__tablename__), row_id))
