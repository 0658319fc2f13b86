"""What is kept about one person in the record of meetings, to be shown to them (rule 10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from pcnppg.kernel.kept import Kept
from pcnppg.meetings.models import Action, ActionUpdate, MeetingNote, MinutesCorrection
from pcnppg.meetings.rules.following import ACTION_WORDS, DID_WORDS
from pcnppg.meetings.rules.record import ActionDid, ActionState
from pcnppg.store.session import session

ACTIONS = ("Given", "Action", "Your name", "Your address", "By when", "How it stands")


def tell_record(person_id: int) -> list[Kept]:
    """What somebody with an account had to do, said about it, noted and corrected."""
    return [
        _actions(Action.owner_person_id == person_id),
        _said(ActionUpdate.by_person_id == person_id),
        Kept(
            "Notes that you wrote at meetings",
            ("When", "Note"),
            [(row.at, row.words) for row in _all(MeetingNote, MeetingNote.by_person_id == person_id)],
        ),
        Kept(
            "Corrections that you proposed",
            ("When", "Correction", "Answer"),
            [
                (row.at, row.words, row.answer)
                for row in _all(MinutesCorrection, MinutesCorrection.by_person_id == person_id)
            ],
        ),
    ]


def tell_outsider(group_id: int, mailbox_hash: str) -> list[Kept]:
    """The same for somebody without an account, by the hash of their mailbox."""
    mine = (Action.group_id == group_id, Action.mailbox_hash == mailbox_hash)
    theirs = select(Action.id).where(*mine)
    found = [_actions(*mine), _said(ActionUpdate.action_id.in_(theirs), ActionUpdate.by_person_id.is_(None))]
    return [kept for kept in found if kept.rows]


def _actions(*where: ColumnElement[bool]) -> Kept:
    rows = [
        (
            row.given_at,
            f"{row.number}. {row.words}",
            row.owner_name,
            row.mailbox,
            row.due_on,
            ACTION_WORDS[ActionState(row.state)],
        )
        for row in _all(Action, *where)
    ]
    return Kept("Actions that you have or had", ACTIONS, rows)


def _said(*where: ColumnElement[bool]) -> Kept:
    rows = [(row.at, DID_WORDS[ActionDid(row.did)], row.words, row.due_on) for row in _all(ActionUpdate, *where)]
    return Kept("What you said about actions", ("When", "What", "Your words", "The new day"), rows)


def _all(model: Any, *where: ColumnElement[bool]) -> Sequence[Any]:
    return session().scalars(select(model).where(*where).order_by(model.id)).all()
