"""The shortest way to meetings and items of our stories, through the product's own actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from pcnppg.kernel import clock, keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.meetings.actions import backing, planning, proposing
from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.models import Item, ItemHistory, Meeting
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.items import Wish
from pcnppg.meetings.rules.meetings import MeetingKind, Plan
from pcnppg.post import formats
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session, transaction

Made = TypeVar("Made")
IN_SIX_WEEKS = timedelta(weeks=6)


def a_plan(*, after: timedelta = IN_SIX_WEEKS, minutes: int = 90, **over: Any) -> Plan:
    """A meeting so long after now, in a room."""
    starts_at: datetime = over.pop("starts_at", clock.now() + after)
    known: dict[str, Any] = {"kind": MeetingKind.ORDINARY, "place": "The library, Elm Road"}
    return Plan(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), **{**known, **over})


def a_meeting(group_id: int, *, by: int | None = None, **over: Any) -> int:
    """A planned meeting: its number."""
    who = Who.person(by) if by is not None else VISITOR
    with transaction():
        return planning.plan_meeting(group_id, a_plan(**over), by=who, at=clock.now()).id


def an_item(group_id: int, meeting_id: int, by: int, title: str = "Shorter queues at the desk", **over: str) -> int:
    """A member's item in the tray: its number."""
    with transaction():
        wish = Wish(title, **over)
        return proposing.propose(group_id, meeting_id, wish, by=Who.person(by), at=clock.now()).id


def asked(group_id: int, meeting_id: int, address: str, title: str = "Shorter queues at the desk") -> str | None:
    """A visitor's form: the token in the mail that it caused, or None where it caused none."""
    before = len(letters("confirm_item"))
    with transaction():
        found = EmailAddress.parse(address)
        proposing.ask_to_propose(
            group_id, meeting_id, Wish(title), address=found, name="Vi Lark", by=VISITOR, at=clock.now()
        )
    now = letters("confirm_item")
    return str(now[-1]["values"]["token"]) if len(now) > before else None


def confirmed(group_id: int, meeting_id: int, address: str, title: str = "Shorter queues at the desk") -> int:
    """A visitor's item that they confirmed: its number."""
    token = asked(group_id, meeting_id, address, title)
    assert token
    with transaction():
        return proposing.confirm(token, at=clock.now()).id


def backed(group_id: int, meeting_id: int, item_id: int, address: str) -> None:
    """Somebody without an account backs an item and confirms it."""
    with transaction():
        found = EmailAddress.parse(address)
        backing.ask_to_back(group_id, meeting_id, item_id, address=found, by=VISITOR, at=clock.now())
    with transaction():
        proposing.confirm(str(letters("confirm_backing")[-1]["values"]["token"]), at=clock.now())


def accept(group_id: int, item_id: int, meeting_id: int, by: int, *, minutes: int = 15) -> int:
    """Put an item on an agenda: the number of its entry."""
    how: dict[str, Any] = {"minutes": minutes, "purpose": Purpose.DISCUSS, "by": Who.person(by), "at": clock.now()}
    with transaction():
        return actions.accept(group_id, item_id, meeting_id=meeting_id, **how).id


def done(act: Callable[..., Made], *args: Any, by: int, **more: Any) -> Made:
    """One act of one person, in a transaction of its own."""
    with transaction():
        return act(*args, by=Who.person(by), at=clock.now(), **more)


def the_item(item_id: int) -> Item:
    session().rollback()
    return session().get_one(Item, item_id)


def the_meeting(meeting_id: int) -> Meeting:
    session().rollback()
    return session().get_one(Meeting, meeting_id)


def story_of(item_id: int) -> list[tuple[str, str | None]]:
    """What happened to an item, and in which role."""
    session().rollback()
    found = select(ItemHistory.act, ItemHistory.as_role).where(ItemHistory.item_id == item_id)
    return [(act, role) for act, role in session().execute(found.order_by(ItemHistory.id))]


def letters(kind: str | None = None) -> list[dict[str, Any]]:
    """What waits in the outbox about meetings, opened; oldest first."""
    session().rollback()
    found = select(OutboxMessage).where(OutboxMessage.sealed.is_not(None), OutboxMessage.kind.startswith("meetings/"))
    opened = [
        {"kind": row.kind.partition("/")[2], **formats.unseal(keys.current().seal, row.sealed)}
        for row in session().scalars(found.order_by(OutboxMessage.id))
        if row.sealed is not None
    ]
    return [letter for letter in opened if kind is None or letter["kind"] == kind]
