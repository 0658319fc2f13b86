"""Ruling the tray: accepting, merging, answering, parking, passing on, declining. Each act is a line of history.

The proposer is told at once; proposer and backers are told the outcome once.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update

from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions.entries import add_entry, take_off
from pcnppg.meetings.actions.history import take, write
from pcnppg.meetings.actions.raising import hold_network, raise_item
from pcnppg.meetings.emails import items as emails
from pcnppg.meetings.models import AgendaEntry, Item, Meeting
from pcnppg.meetings.queries import items as queries
from pcnppg.meetings.queries import meetings
from pcnppg.meetings.queries.raising import raised_by
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.holding import HeldBecause
from pcnppg.meetings.rules.items import (
    OPEN,
    Answer,
    ItemAct,
    ItemState,
    PassedTo,
    Wish,
    may_give_reason,
    may_reply,
    may_say,
)
from pcnppg.meetings.rules.meetings import may_propose_for
from pcnppg.meetings.rules.raising import answer_from
from pcnppg.store.session import session

WHY_NOT = "Say why, in a sentence or two. The person who proposed it reads it."


def accept(
    group_id: int,
    item_id: int,
    *,
    meeting_id: int,
    minutes: int,
    purpose: Purpose,
    version: int | None = None,
    by: Who,
    at: datetime,
) -> AgendaEntry:
    """Put it on the agenda of a meeting."""
    groups.share_group(group_id)
    meeting = meetings.get_meeting(group_id, meeting_id, lock=True)
    item = take(group_id, item_id, ItemAct.ACCEPTED, by=by, version=version)
    may_propose_for(cancelled_at=meeting.cancelled_at, starts_at=meeting.starts_at, at=at).enforce(field="meeting_id")
    entry = add_entry(meeting, item=item, minutes=minutes, purpose=purpose, by=by, at=at)
    item.meeting_id = meeting.id
    _show(item)
    write(item, ItemAct.ACCEPTED, by=by, at=at, meeting_id=meeting.id)
    _tell_proposer(item, ItemAct.ACCEPTED, meeting=meeting, at=at)
    return entry


def merge(group_id: int, item_id: int, *, into_id: int, version: int | None = None, by: Who, at: datetime) -> None:
    """Join it with another open item, which from then on speaks for both. Locked in the order of their numbers."""
    groups.share_group(group_id)
    for number in sorted({item_id, into_id}):
        queries.get_item(group_id, number, lock=True)
    item = take(group_id, item_id, ItemAct.MERGED, by=by, version=version)
    into = queries.get_item(group_id, into_id)
    if into.id == item.id:
        raise RuleBroken("Choose another item to join it with.", field="into_id")
    if into.state not in OPEN:
        raise RuleBroken("The other item is closed. Choose one that is still open.", field="into_id")
    item.state, item.merged_into = ItemState.MERGED, into.id
    session().execute(update(Item).where(Item.merged_into == item.id).values(merged_into=into.id))
    write(item, ItemAct.MERGED, by=by, at=at, other_id=into.id)
    write(into, ItemAct.TOOK_IN, by=by, at=at, other_id=item.id)
    _tell_proposer(item, ItemAct.MERGED, into=into, at=at)


def answer(group_id: int, item_id: int, *, words: str, version: int | None = None, by: Who, at: datetime) -> None:
    """Answer it now: that is its outcome."""
    may_give_reason(words, "Write the answer. The person who proposed it reads it.").enforce(field="words")
    item = take(group_id, item_id, ItemAct.ANSWERED, by=by, version=version)
    _settle(item, ItemAct.ANSWERED, words=words, by=by, at=at)


def decline(group_id: int, item_id: int, *, words: str, version: int | None = None, by: Who, at: datetime) -> None:
    """Not take it up. Its proposer is shown the reason."""
    may_give_reason(words, WHY_NOT).enforce(field="words")
    item = take(group_id, item_id, ItemAct.DECLINED, by=by, version=version)
    _settle(item, ItemAct.DECLINED, words=words, by=by, at=at)


def park(group_id: int, item_id: int, *, words: str = "", version: int | None = None, by: Who, at: datetime) -> None:
    """Keep it for a later meeting."""
    item = take(group_id, item_id, ItemAct.PARKED, by=by, version=version)
    item.meeting_id = None
    write(item, ItemAct.PARKED, by=by, at=at, words=words)
    _tell_proposer(item, ItemAct.PARKED, words=words, at=at)


def pass_on(
    group_id: int,
    item_id: int,
    *,
    passed_to: PassedTo,
    words: str = "",
    version: int | None = None,
    by: Who,
    at: datetime,
) -> None:
    """Ask the practice, whose answer comes back to the tray, or the network, whose answer settles the item."""
    network_id = hold_network(group_id) if passed_to is PassedTo.NETWORK else None
    item = take(group_id, item_id, ItemAct.PASSED, by=by, version=version)
    if passed_to is PassedTo.NETWORK:
        raise_item(item, network_id, by=by, at=at)
    item.passed_to = passed_to
    item.answer = item.answer_words = item.answer_due_on = item.answered_at = None
    write(item, ItemAct.PASSED, by=by, at=at, words=words)
    _tell_proposer(item, ItemAct.PASSED, words=words, at=at)


def reply(
    group_id: int,
    item_id: int,
    *,
    answer: Answer,
    words: str,
    due_on: date | None,
    version: int | None = None,
    by: Who,
    at: datetime,
) -> None:
    """The practice's staff answer what was passed to them. Officers then say what becomes of the item."""
    may_reply(answer, words).enforce(field="words")
    item = take(group_id, item_id, ItemAct.REPLIED, by=by, version=version)
    if item.passed_to != PassedTo.PRACTICE:
        raise RuleBroken("This item was passed to the network, not to the practice.")
    item.answer, item.answer_words, item.answer_due_on, item.answered_at = answer, words, due_on, at
    write(item, ItemAct.REPLIED, by=by, at=at, words=words)


def withdraw(group_id: int, item_id: int, *, by: Who, at: datetime) -> None:
    """Its proposer takes it back, from an agenda too."""
    item = take(group_id, item_id, ItemAct.WITHDRAWN, by=by)
    take_off(item, by=by, at=at)
    write(item, ItemAct.WITHDRAWN, by=by, at=at)


def reword(group_id: int, item_id: int, wish: Wish, *, version: int | None = None, by: Who, at: datetime) -> None:
    """Say it more clearly. What it was called before stays in its history."""
    may_say(wish).enforce(field="title")
    item = take(group_id, item_id, ItemAct.REWORDED, by=by, version=version)
    before = item.title
    item.title, item.now_words = wish.title, wish.now_words
    item.better_words, item.could_words = wish.better_words, wish.could_words
    write(item, ItemAct.REWORDED, by=by, at=at, words=before if before != wish.title else "")


def show_item(group_id: int, item_id: int, *, version: int | None = None, by: Who, at: datetime) -> None:
    """Let everybody read an item that was held back."""
    item = take(group_id, item_id, ItemAct.SHOWN, by=by, version=version)
    item.held_because = None
    write(item, ItemAct.SHOWN, by=by, at=at)


def hide_item(group_id: int, item_id: int, *, version: int | None = None, by: Who, at: datetime) -> None:
    """Take an item from the public pages."""
    item = take(group_id, item_id, ItemAct.HIDDEN, by=by, version=version)
    item.held_because = HeldBecause.OFFICER
    write(item, ItemAct.HIDDEN, by=by, at=at)


def take_item_off(group_id: int, item_id: int, *, version: int | None = None, by: Who, at: datetime) -> None:
    """From its agenda, back to the tray."""
    item = take(group_id, item_id, ItemAct.TAKEN_OFF, by=by, version=version)
    meeting_id = item.meeting_id
    take_off(item, by=by, at=at)
    write(item, ItemAct.TAKEN_OFF, by=by, at=at, meeting_id=meeting_id)


def discuss(group_id: int, item_id: int, *, words: str, by: Who, at: datetime) -> None:
    """The meeting dealt with it: its outcome, in words. Proposer and backers are told."""
    may_give_reason(words, "Say in a sentence what came of it.").enforce(field="words")
    item = take(group_id, item_id, ItemAct.DISCUSSED, by=by)
    _settle(item, ItemAct.DISCUSSED, words=words, by=by, at=at)


def carry_over(group_id: int, item_id: int, *, meeting_id: int, by: Who, at: datetime) -> None:
    """Put it on the agenda of a later meeting, with the minutes and purpose it had. The earlier entry stays as it was."""
    item = take(group_id, item_id, ItemAct.CARRIED_OVER, by=by)
    meeting = meetings.get_meeting(group_id, meeting_id, lock=True)
    may_propose_for(cancelled_at=meeting.cancelled_at, starts_at=meeting.starts_at, at=at).enforce(field="meeting_id")
    if meeting.id == item.meeting_id:
        raise RuleBroken("It is on the agenda of this meeting already. Choose a later one.", field="meeting_id")
    found = select(AgendaEntry).where(AgendaEntry.item_id == item.id, AgendaEntry.meeting_id == item.meeting_id)
    last = session().scalars(found.where(AgendaEntry.removed_at.is_(None))).one()
    entry = add_entry(meeting, item=item, minutes=last.minutes, purpose=Purpose(last.purpose), by=by, at=at)
    entry.lead = last.lead
    item.meeting_id = meeting.id
    write(item, ItemAct.CARRIED_OVER, by=by, at=at, meeting_id=meeting.id)
    _tell_proposer(item, ItemAct.CARRIED_OVER, meeting=meeting, at=at)


def put_back(group_id: int, item_id: int, *, by: Who, at: datetime) -> None:
    """A meeting did not reach it, and no later one is planned: back to the tray. The entry on its agenda stays as it was."""
    item = take(group_id, item_id, ItemAct.TAKEN_OFF, by=by)
    meeting_id, item.meeting_id = item.meeting_id, None
    write(item, ItemAct.TAKEN_OFF, by=by, at=at, meeting_id=meeting_id)


def free_items_of(meeting: Meeting, *, by: Who, at: datetime) -> None:
    """A cancelled meeting's items go back to the tray; those meant for it are for any later one."""
    found = select(Item.id).where(Item.meeting_id == meeting.id, Item.state.in_(OPEN)).order_by(Item.id)
    for item_id in session().scalars(found).all():
        item = queries.get_item(meeting.group_id, item_id, lock=True)
        if item.state == ItemState.ACCEPTED:
            take_off(item, by=by, at=at)
            write(item, ItemAct.MEETING_CANCELLED, by=by, at=at, meeting_id=meeting.id)
        item.meeting_id = None


def _settle(item: Item, act: ItemAct, *, words: str, by: Who, at: datetime) -> None:
    """Its outcome, told once to proposer and backers, those of the items joined with it too."""
    item.outcome = words
    write(item, act, by=by, at=at, words=words)
    for one in (item, *queries.list_joined(item.id)):
        one.told_at = at
    group = groups.get_group(item.group_id)
    for reader in queries.followers_of(item):
        emails.tell_outcome(group, item, reader, act=act, at=at)
    for home_id, item_id in raised_by(item):
        _answer_home(queries.get_item(home_id, item_id, lock=True), answer_from(group.name, words), by=by, at=at)


def _answer_home(home: Item, words: str, *, by: Who, at: datetime) -> None:
    """The network's answer is the outcome of the item at home too, unless its group has done something else with it."""
    if home.state == ItemState.PASSED and home.passed_to == PassedTo.NETWORK:
        _settle(home, ItemAct.ANSWERED, words=words, by=by, at=at)


def _tell_proposer(
    item: Item,
    act: ItemAct,
    *,
    words: str = "",
    meeting: Meeting | None = None,
    into: Item | None = None,
    at: datetime,
) -> None:
    reader = queries.proposer_of(item)
    if reader is not None:
        group = groups.get_group(item.group_id)
        emails.tell_proposer(group, item, reader, act=act, words=words, meeting=meeting, into=into, at=at)


def _show(item: Item) -> None:
    """What an officer puts on a public agenda, they have read."""
    item.held_because = None
