"""Taking a name out of what was written down at meetings: notes, decisions, actions, minutes. What happened stays (rule 10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.meetings.actions.following import forget_mailbox, forget_owner
from pcnppg.meetings.models import (
    Action,
    ActionUpdate,
    AgendaEntry,
    Attendance,
    Decision,
    Item,
    ItemHistory,
    ItemNote,
    Meeting,
    MeetingNote,
    Minutes,
    MinutesCorrection,
    Paper,
    StandingItem,
)
from pcnppg.meetings.rules.naming import SOMEBODY, reduced
from pcnppg.meetings.rules.record import ActionState
from pcnppg.people import queries as people
from pcnppg.post import actions as post
from pcnppg.store.session import session

WRITTEN: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (MeetingNote, ("words",)),
    (Decision, ("motion",)),
    (Action, ("words", "outcome", "owner_name")),
    (ActionUpdate, ("words",)),
    (Minutes, ("words", "public_words")),
    (MinutesCorrection, ("words", "answer")),
    (Item, ("title", "now_words", "better_words", "could_words", "outcome", "answer_words")),
    (AgendaEntry, ("title", "lead")),
    (StandingItem, ("title", "lead")),
    (Paper, ("name",)),
    (Meeting, ("about", "speaker", "access", "cancelled_why")),
)
"""Every place where somebody may have written a name. A test looks for others."""
IN_MAIL = ("title", "words", "into", "answer_words")
"""What of mail about items and actions somebody wrote."""
OWNERS_KEPT = timedelta(days=365)
"""So long after an action was closed its owner without an account is known."""


def forget_in_record(person_id: int, *, at: datetime) -> None:
    """An account is erased: the name goes from all that was written down, and what they had to do is nobody's."""
    name = people.get_person(person_id).name
    take_name_out([group.id for group in groups.list_groups_known(person_id)], name)
    mine = update(Action).where(Action.owner_person_id == person_id, Action.state == ActionState.OPEN)
    session().execute(mine.values(owner_person_id=None, turn=Action.turn + 1, version=Action.version + 1))
    session().execute(update(Attendance).where(Attendance.person_id == person_id).values(is_named=False))


def forget_outsider(group_id: int, *, name: str | None, mailbox_hash: str | None, at: datetime) -> None:
    """A contact, or whoever reads a mailbox, is erased in one group."""
    if mailbox_hash is not None:
        forget_mailbox(group_id, mailbox_hash, at=at)
    if name:
        take_name_out([group_id], name)


def erase_guest(group_id: int, meeting_id: int, attendance_id: int, *, by: Who, at: datetime) -> None:
    """A guest asks to be forgotten: the name goes from the roll and from all that was written down."""
    groups.share_group(group_id)
    row = session().get(Attendance, attendance_id)
    if row is None or (row.group_id, row.meeting_id) != (group_id, meeting_id) or row.guest_name is None:
        raise NotFound
    take_name_out([group_id], row.guest_name)
    row.guest_name = None
    session().flush()
    audit.note("meetings.guest_erased", by=by, at=at, group_id=group_id, about=("meeting", meeting_id))


def forget_old_owners(*, at: datetime) -> dict[str, int]:
    """Retention: owners without an account, a year after their action was closed; how many."""
    old = select(Action).where(
        Action.closed_at < at - OWNERS_KEPT, or_(Action.mailbox.is_not(None), Action.owner_name.is_not(None))
    )
    actions = list(session().scalars(old.order_by(Action.id).with_for_update()))
    for action in actions:
        forget_owner(action, by=MACHINE, at=at)
    return {"owners of actions": len(actions)}


def take_name_out(group_ids: Collection[int], name: str) -> None:
    """Wherever this name stands in these groups' records, it gives way. A name of one word may be any word: it stays."""
    if len(name.split()) < 2:
        return
    swaps = {name: SOMEBODY}
    first = name.split(maxsplit=1)[0]
    for model, columns in WRITTEN:
        named = or_(*(getattr(model, column).icontains(first, autoescape=True) for column in columns))
        for row in session().scalars(select(model).where(model.group_id.in_(group_ids), named)):
            for column in columns:
                words = getattr(row, column)
                if words:
                    setattr(row, column, reduced(words, swaps))
    lines = select(ItemHistory.id).where(ItemHistory.group_id.in_(group_ids))
    said = select(ItemNote).where(ItemNote.history_id.in_(lines), ItemNote.words.icontains(first, autoescape=True))
    for note in session().scalars(said):
        note.words = reduced(note.words, swaps)
    session().flush()
    slugs = {groups.get_group(group_id).slug for group_id in group_ids}
    post.reword_waiting("meetings/", lambda values: _unnamed(values, swaps) if values.get("slug") in slugs else values)


def _unnamed(values: Mapping[str, Any], swaps: Mapping[str, str]) -> dict[str, Any]:
    return {**values, **{key: reduced(values[key], swaps) for key in IN_MAIL if isinstance(values.get(key), str)}}
