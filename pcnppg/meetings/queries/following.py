"""Reading actions: those that wait, whose they are, what was said about them; and what became of all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.meetings.models import Action, ActionUpdate, Item
from pcnppg.meetings.queries.naming import for_all
from pcnppg.meetings.rules.following import is_late
from pcnppg.meetings.rules.record import ActionState
from pcnppg.people import queries as people
from pcnppg.store.session import session

TOLD_AT_MOST = 100
CLOSED_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Owned:
    """An action and who has it; `owner` is empty where nobody has."""

    action: Action
    owner: str

    def is_late(self, today: date) -> bool:
        return is_late(self.action.state, self.action.due_on, today)


def list_open(group_id: int) -> list[Owned]:
    """What is still to be done, by number: these head the next agenda."""
    return _owned(_of(group_id).where(Action.state == ActionState.OPEN).order_by(Action.number))


def list_closed(group_id: int) -> list[Owned]:
    """What was done or let go, the newest first."""
    found = _of(group_id).where(Action.state != ActionState.OPEN)
    return _owned(found.order_by(Action.closed_at.desc(), Action.id.desc()).limit(CLOSED_SHOWN))


def list_of_person(person_id: int, group_id: int | None = None) -> list[Action]:
    """The open actions of somebody with an account, those due first at the head."""
    found = select(Action).where(Action.owner_person_id == person_id, Action.state == ActionState.OPEN)
    if group_id is not None:
        found = found.where(Action.group_id == group_id)
    rows = list(session().scalars(found.order_by(Action.number, Action.id)))
    return sorted(rows, key=lambda row: (row.due_on is None, row.due_on or date.max, row.number))


def get_action(group_id: int, action_id: int, *, lock: bool = False) -> Action:
    """An action of this group."""
    found = _of(group_id).where(Action.id == action_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    row = session().scalar(found)
    if row is None:
        raise NotFound
    return row


def owner_of(action: Action) -> str:
    return _owned(select(Action).where(Action.id == action.id))[0].owner


def next_number(group_id: int) -> int:
    """The number of the group's next action. Under the group's lock."""
    return (session().scalar(select(func.max(Action.number)).where(Action.group_id == group_id)) or 0) + 1


def list_updates(action: Action) -> list[tuple[ActionUpdate, str]]:
    """What was said about it, each line with who said it; empty for an owner without an account."""
    rows = list(
        session().scalars(select(ActionUpdate).where(ActionUpdate.action_id == action.id).order_by(ActionUpdate.id))
    )
    names = {one.id: one.name for one in people.list_people([row.by_person_id for row in rows if row.by_person_id])}
    return [(row, names.get(row.by_person_id or 0, "")) for row in rows]


def link_purpose(turn: int) -> str:
    """A link belongs to one owner's turn: once the action has moved on, it opens nothing."""
    return f"action:{turn}"


def link_token(action: Action) -> str:
    """What stands in the link of whoever has this action now."""
    return keys.current().sign(link_purpose(action.turn), action.id)


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link speaks of. `is_theirs` is false where the action has moved on to somebody else."""

    action: Action
    is_theirs: bool


def find_linked(token: str, *, lock: bool = False) -> Linked | None:
    """The action that a link was mailed about, or None where nobody ever mailed it."""
    found = select(Action).where(Action.id == (keys.claimed(token) or 0))
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    action = session().scalar(found)
    if action is None:
        return None
    ours = keys.current()
    if ours.read(link_purpose(action.turn), token) == action.id:
        return Linked(action, is_theirs=action.mailbox is not None)
    earlier = any(ours.read(link_purpose(turn), token) == action.id for turn in range(1, action.turn))
    return Linked(action, is_theirs=False) if earlier else None


@dataclass(frozen=True, slots=True)
class Came:
    """You said, we did: what somebody asked for or was to do, and what came of it, with the day."""

    said: str
    did: str
    at: datetime
    number: int | None = None


def list_came(group_id: int, *, limit: int = TOLD_AT_MOST) -> list[Came]:
    """What came of items and actions, the newest first, for everybody to read. Nobody outside office is named."""
    unnamed = for_all(group_id)
    items = select(Item.title, Item.outcome, Item.settled_at).where(
        Item.group_id == group_id,
        Item.outcome.is_not(None),
        Item.settled_at.is_not(None),
        Item.held_because.is_(None),
        Item.state.in_(("answered", "discussed")),
    )
    actions = select(Action.words, Action.outcome, Action.closed_at, Action.number).where(
        Action.group_id == group_id, Action.outcome.is_not(None), Action.state == ActionState.DONE
    )
    of_items = session().execute(items.order_by(Item.settled_at.desc(), Item.id.desc()).limit(limit))
    of_actions = session().execute(actions.order_by(Action.closed_at.desc(), Action.id.desc()).limit(limit))
    found = [Came(said, unnamed(did), at) for said, did, at in of_items if did and at]
    found += [Came(unnamed(said), unnamed(did), at, number) for said, did, at, number in of_actions if did and at]
    return sorted(found, key=lambda one: (one.at, one.number or 0), reverse=True)[:limit]


def list_to_remind(*, due_by: date) -> Sequence[int]:
    """Open actions of owners without an account that are due, and of which they were not reminded."""
    found = select(Action.id).where(
        Action.state == ActionState.OPEN,
        Action.mailbox.is_not(None),
        Action.reminded_at.is_(None),
        Action.due_on <= due_by,
    )
    return session().scalars(found.order_by(Action.id)).all()


def lock_to_remind(action_id: int) -> Action | None:
    """The action, locked, if its owner is still to be reminded."""
    found = select(Action).where(
        Action.id == action_id,
        Action.state == ActionState.OPEN,
        Action.mailbox.is_not(None),
        Action.reminded_at.is_(None),
    )
    return session().scalar(found.with_for_update().execution_options(populate_existing=True))


def list_of_mailbox(group_id: int, mailbox_hash: str) -> list[Action]:
    """The actions of somebody without an account, open or closed."""
    return list(session().scalars(_of(group_id).where(Action.mailbox_hash == mailbox_hash).order_by(Action.id)))


def _of(group_id: int) -> Select[Action]:
    return select(Action).where(Action.group_id == group_id)


def _owned(found: Select[Action]) -> list[Owned]:
    rows = list(session().scalars(found))
    names = {
        one.id: one.name for one in people.list_people([row.owner_person_id for row in rows if row.owner_person_id])
    }
    return [Owned(row, names.get(row.owner_person_id or 0) or row.owner_name or "") for row in rows]
