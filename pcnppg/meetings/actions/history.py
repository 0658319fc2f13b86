"""A line of an item's history, and who may write which."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Role
from pcnppg.kernel.refusals import Conflict, NotAllowed
from pcnppg.kernel.who import Who
from pcnppg.meetings.models import Item, ItemHistory, ItemNote
from pcnppg.meetings.queries import items as queries
from pcnppg.meetings.queries.meetings import get_meeting
from pcnppg.meetings.queries.raising import groups_touched
from pcnppg.meetings.rules.items import FINAL, MOVES, OPEN, By, ItemAct, ItemState, acting_role, may_act
from pcnppg.store.session import session

LEAVES_AGENDA = frozenset({ItemAct.WITHDRAWN, ItemAct.TAKEN_OFF})
"""Acts that change the agenda on which an item stands: its meeting is locked first, as by all who change an agenda."""


def roles_of(by: Who, group_id: int) -> frozenset[Role]:
    """The roles that somebody holds at this moment: none for whoever has no account."""
    return groups.roles_of(by.person_id, group_id) if by.person_id is not None else frozenset()


def take(group_id: int, item_id: int, act: ItemAct, *, by: Who, version: int | None = None) -> Item:
    """The item, locked, if this may be done to it now. `version` is what whoever acts had before them.

    `NotAllowed` for whoever may never do it; `RuleBroken` where the item has moved on; `Conflict` where it was changed.
    """
    for number in groups_touched(group_id, item_id) if act in FINAL else (group_id,):
        groups.share_group(number)
    if act in LEAVES_AGENDA and (meeting_id := queries.get_item(group_id, item_id).meeting_id) is not None:
        get_meeting(group_id, meeting_id, lock=True)
    item = queries.get_item(group_id, item_id, lock=True)
    roles = roles_of(by, group_id)
    mine = is_proposer(item, by)
    may = may_act(act, ItemState(item.state), roles=roles, is_proposer=mine)
    if not may and not may_act(act, next(iter(MOVES[act].before)), roles=roles, is_proposer=mine):
        raise NotAllowed(may.because)
    may.enforce()
    if version is not None and version != item.version:
        raise Conflict(
            "Somebody else has changed this item since you opened it. Nothing of yours was done. Look again."
        )
    return item


def is_proposer(item: Item, by: Who) -> bool:
    """Did they propose it themselves?"""
    return by.person_id is not None and item.person_id == by.person_id


def write(
    item: Item,
    act: ItemAct,
    *,
    by: Who,
    at: datetime,
    words: str = "",
    meeting_id: int | None = None,
    other_id: int | None = None,
) -> None:
    """Do what the act means to the item's state, and add the line that says so."""
    move = MOVES.get(act)
    if move is not None and move.to is not None:
        item.state = move.to
        item.settled_at = None if move.to in OPEN else at
    item.version, item.changed_at = (item.version or 0) + 1, at
    proposes = move is not None and move.by is By.PROPOSER
    line = ItemHistory(
        group_id=item.group_id,
        item_id=item.id,
        act=act,
        at=at,
        by_person_id=by.person_id,
        as_role=None if proposes else acting_role(act, roles_of(by, item.group_id)),
        meeting_id=meeting_id,
        other_id=other_id,
    )
    session().add(line)
    session().flush()
    if words:
        session().add(ItemNote(history_id=line.id, words=words))
        session().flush()
    audit.note(f"meetings.item_{act}", by=by, at=at, group_id=item.group_id, about=("agenda_item", item.id))
