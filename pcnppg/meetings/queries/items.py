"""Reading items: one, the tray, what the public may see, how many back them, and whom to tell what became of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.meetings.models import AgendaEntry, Backing, Item, ItemHistory, ItemNote, Meeting, Proposal
from pcnppg.meetings.rules.items import ACT_WORDS, OPEN, TRAY, ItemAct, ItemState
from pcnppg.membership import queries as membership
from pcnppg.membership.rules import State
from pcnppg.people import queries as people
from pcnppg.store.session import session

SHOWN = 200
"""Items on one page at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an item's history as a page shows it. `other` is the title of the other item of a merger."""

    words: str
    at: datetime
    as_role: str | None
    said: str
    meeting: Meeting | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom to tell about an item: a mailbox, and the row by which they can switch it off."""

    mailbox: str
    kind: str
    row_id: int


def get_item(group_id: int, item_id: int, *, lock: bool = False) -> Item:
    """An item of this group; another group's is not found."""
    found = select(Item).where(Item.group_id == group_id, Item.id == item_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    item = session().scalar(found)
    if item is None:
        raise NotFound
    return item


def get_public(group_id: int, item_id: int) -> Item:
    """An item that everybody may read."""
    item = get_item(group_id, item_id)
    if item.held_because is not None:
        raise NotFound
    return item


def list_public(group_id: int, states: Collection[ItemState] = OPEN) -> list[Item]:
    """Items that everybody may read, those with the most backings first."""
    backed = select(func.count()).where(Backing.item_id == Item.id).correlate(Item).scalar_subquery()
    found = select(Item).where(Item.group_id == group_id, Item.state.in_(states), Item.held_because.is_(None))
    return list(session().scalars(found.order_by(backed.desc(), Item.proposed_at, Item.id).limit(SHOWN)))


def list_settled(group_id: int, *, limit: int) -> list[Item]:
    """What became of items of late, for everybody, the newest first."""
    ends = (ItemState.ANSWERED, ItemState.DISCUSSED, ItemState.DECLINED)
    found = select(Item).where(Item.group_id == group_id, Item.state.in_(ends), Item.held_because.is_(None))
    return list(session().scalars(found.order_by(Item.settled_at.desc(), Item.id.desc()).limit(limit)))


def list_tray(group_id: int) -> list[Item]:
    """All that lies in the tray, the oldest first."""
    found = select(Item).where(Item.group_id == group_id, Item.state.in_(TRAY))
    return list(session().scalars(found.order_by(Item.proposed_at, Item.id).limit(SHOWN)))


def list_passed(group_id: int, passed_to: str) -> list[Item]:
    """What waits for an answer of the practice (or the network), the oldest first."""
    found = select(Item).where(Item.group_id == group_id, Item.state == ItemState.PASSED, Item.passed_to == passed_to)
    return list(session().scalars(found.order_by(Item.changed_at, Item.id).limit(SHOWN)))


def list_replied(group_id: int, *, limit: int) -> list[Item]:
    """What the practice has answered, the newest first."""
    found = select(Item).where(Item.group_id == group_id, Item.answered_at.is_not(None))
    return list(session().scalars(found.order_by(Item.answered_at.desc(), Item.id.desc()).limit(limit)))


def list_own(group_id: int, person_id: int) -> list[Item]:
    """What a member proposed, the newest first."""
    found = select(Item).where(Item.group_id == group_id, Item.person_id == person_id)
    return list(session().scalars(found.order_by(Item.proposed_at.desc(), Item.id.desc()).limit(SHOWN)))


def list_titles(group_id: int) -> list[tuple[int, str]]:
    """Numbers and titles of the open items that everybody may read."""
    found = select(Item.id, Item.title).where(
        Item.group_id == group_id, Item.state.in_(OPEN), Item.held_because.is_(None)
    )
    return [(number, title) for number, title in session().execute(found.order_by(Item.id))]


def list_open_titles(group_id: int) -> list[tuple[int, str]]:
    """The same for officers, with those that are held back."""
    found = select(Item.id, Item.title).where(Item.group_id == group_id, Item.state.in_(OPEN))
    return [(number, title) for number, title in session().execute(found.order_by(Item.title, Item.id))]


def asked_of(item: Item) -> str:
    """What an officer wrote when passing it on; empty where nothing."""
    found = (
        select(ItemNote.words)
        .join(ItemHistory, ItemHistory.id == ItemNote.history_id)
        .where(ItemHistory.item_id == item.id, ItemHistory.act == ItemAct.PASSED)
    )
    return session().scalar(found.order_by(ItemHistory.id.desc()).limit(1)) or ""


def list_by_number(group_id: int, numbers: Sequence[int]) -> list[Item]:
    """These items, in this order."""
    found = session().scalars(select(Item).where(Item.group_id == group_id, Item.id.in_(numbers)))
    return sorted(found, key=lambda item: numbers.index(item.id))


def count_in(group_id: int, states: Iterable[ItemState]) -> int:
    """How many items are in one of these states."""
    found = select(func.count()).where(Item.group_id == group_id, Item.state.in_(list(states)))
    return session().scalar(found) or 0


def count_public(group_id: int) -> int:
    """How many open items everybody may read."""
    found = select(func.count()).select_from(Item)
    found = found.where(Item.group_id == group_id, Item.state.in_(OPEN), Item.held_because.is_(None))
    return session().scalar(found) or 0


def count_meant_for(group_id: int, meeting_id: int) -> int:
    """How many items of the tray are meant for this meeting."""
    found = select(func.count()).select_from(Item)
    found = found.where(Item.group_id == group_id, Item.meeting_id == meeting_id, Item.state.in_(TRAY))
    return session().scalar(found) or 0


def oldest_in(group_id: int, states: Iterable[ItemState]) -> datetime | None:
    """Since when the oldest item in one of these states is there."""
    found = select(func.min(Item.proposed_at)).where(Item.group_id == group_id, Item.state.in_(list(states)))
    return session().scalar(found)


def backings_of(items: Iterable[Item]) -> dict[int, int]:
    """How many back each of these items; those of items that were joined with it, or that it was raised from, counted too."""
    items = list(items)
    numbers = [item.id for item in items]
    into = func.coalesce(Item.merged_into, Item.id)
    found = (
        select(into, func.count())
        .select_from(Backing)
        .join(Item, Item.id == Backing.item_id)
        .where(or_(Item.id.in_(numbers), Item.merged_into.in_(numbers)))
        .group_by(into)
    )
    counted: dict[int, int] = dict(session().execute(found).all())
    at_home = _backings_at_home(numbers) if any(item.raised_from is not None for item in items) else {}
    return {number: counted.get(number, 0) + at_home.get(number, 0) for number in numbers}


def _backings_at_home(numbers: Sequence[int]) -> dict[int, int]:
    """The same for items of a network, of what backs them in the groups where they come from."""
    home, into = aliased(Item), func.coalesce(Item.merged_into, Item.id)
    found = (
        select(into, func.count())
        .select_from(Item)
        .join(home, or_(home.id == Item.raised_from, home.merged_into == Item.raised_from))
        .join(Backing, Backing.item_id == home.id)
        .where(or_(Item.id.in_(numbers), Item.merged_into.in_(numbers)))
        .group_by(into)
    )
    return dict(session().execute(found).all())


def times_on_agenda(items: Iterable[Item]) -> dict[int, int]:
    """On how many agendas each of these items has stood, this one included."""
    numbers = [item.id for item in items]
    found = (
        select(AgendaEntry.item_id, func.count(func.distinct(AgendaEntry.meeting_id)))
        .where(AgendaEntry.item_id.in_(numbers), AgendaEntry.removed_at.is_(None))
        .group_by(AgendaEntry.item_id)
    )
    return {number: count for number, count in session().execute(found) if number is not None}


def history_of(item: Item) -> list[Line]:
    """All that happened to an item, the oldest first."""
    found = (
        select(ItemHistory, ItemNote.words, Meeting)
        .outerjoin(ItemNote, ItemNote.history_id == ItemHistory.id)
        .outerjoin(Meeting, Meeting.id == ItemHistory.meeting_id)
        .where(ItemHistory.item_id == item.id)
        .order_by(ItemHistory.at, ItemHistory.id)
    )
    return [
        Line(ACT_WORDS[ItemAct(line.act)], line.at, line.as_role, said or "", meeting)
        for line, said, meeting in session().execute(found)
    ]


def has_backed(item_id: int, mailbox: str) -> bool:
    """Does somebody at this mailbox back this item already?"""
    ours = (Backing.item_id == item_id, Backing.mailbox_hash == keys.current().mailbox_hash(mailbox))
    return session().scalar(select(Backing.id).where(*ours)) is not None


def backed_by(person_id: int, group_id: int) -> set[int]:
    """The numbers of the items that a member backs."""
    found = select(Backing.item_id).where(Backing.group_id == group_id, Backing.person_id == person_id)
    return set(session().scalars(found))


def list_joined(item_id: int) -> list[Item]:
    """The items that were joined with this one."""
    return list(session().scalars(select(Item).where(Item.merged_into == item_id).order_by(Item.id)))


def proposer_of(item: Item) -> Reader | None:
    """Where its proposer hears about it; None where they do not want to, or have no address of ours."""
    if item.quiet_at is not None:
        return None
    mailbox = _mailbox(item.person_id, item.contact_id, item.mailbox)
    return Reader(mailbox, "agenda_item", item.id) if mailbox else None


def followers_of(item: Item) -> list[Reader]:
    """Proposers and backers of an item and of those joined with it, each mailbox once, proposers first."""
    items = [item, *list_joined(item.id)]
    backed = select(Backing).where(Backing.item_id.in_([one.id for one in items]), Backing.quiet_at.is_(None))
    found = [reader for one in items if (reader := proposer_of(one))]
    for backing in session().scalars(backed.order_by(Backing.id)):
        mailbox = _mailbox(backing.person_id, backing.contact_id, backing.mailbox)
        if mailbox:
            found.append(Reader(mailbox, "backing", backing.id))
    return list({reader.mailbox: reader for reader in reversed(found)}.values())[::-1]


def proposer_name(item: Item) -> str:
    """Who proposed it, for officers; empty where nobody knows a name."""
    if item.person_id is not None:
        return people.get_person(item.person_id).name
    contact = membership.find_contact(item.contact_id) if item.contact_id is not None else None
    return (contact.name if contact else None) or item.proposer_name or ""


def _mailbox(person_id: int | None, contact_id: int | None, mailbox: str | None) -> str | None:
    """Where they are written to now; a contact who has left is not."""
    if person_id is not None:
        return people.get_person(person_id).mailbox
    if contact_id is None:
        return mailbox
    contact = membership.find_contact(contact_id)
    return contact.mailbox if contact and contact.state == State.ACTIVE else None


def get_proposal(token: str) -> Proposal:
    """The form behind a mailed link, in whatever state, as it is now."""
    found = select(Proposal).where(Proposal.token_hash == keys.token_hash(token))
    proposal = session().scalar(found.execution_options(populate_existing=True))
    if proposal is None:
        raise NotFound
    return proposal


def count_proposals(*where: ColumnElement[bool]) -> int:
    return session().scalar(select(func.count()).select_from(Proposal).where(*where)) or 0


def count_asked_at(mailbox_hash: str, *, since: datetime) -> int:
    """How many mails to confirm went to a mailbox."""
    return count_proposals(Proposal.mailbox_hash == mailbox_hash, Proposal.asked_at > since)


def count_asked_of(group_id: int, *, since: datetime) -> int:
    """How many mails to confirm a group's forms caused."""
    return count_proposals(Proposal.group_id == group_id, Proposal.asked_at > since)


def count_by_person(group_id: int, person_id: int, *, since: datetime) -> int:
    """How much a member proposed of late."""
    found = select(func.count()).select_from(Item)
    found = found.where(Item.group_id == group_id, Item.person_id == person_id, Item.proposed_at > since)
    return session().scalar(found) or 0
