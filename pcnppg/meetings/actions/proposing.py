"""Proposing: at once for members, by a mailed link for everybody else, on behalf of somebody by officers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import OFFICERS, Kind
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotAllowed, NotFound, RuleBroken
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.meetings.actions.asking import A_DAY, ask
from pcnppg.meetings.actions.backing import back_confirmed
from pcnppg.meetings.actions.history import roles_of, write
from pcnppg.meetings.models import Item, ItemHistory, Meeting, Proposal
from pcnppg.meetings.queries import items as queries
from pcnppg.meetings.queries import meetings
from pcnppg.meetings.queries.raising import home_of
from pcnppg.meetings.rules.holding import why_held
from pcnppg.meetings.rules.items import (
    MEMBERS_A_DAY,
    CameBy,
    ItemAct,
    ItemState,
    Origin,
    Wish,
    may_say,
    origin_of,
)
from pcnppg.meetings.rules.meetings import may_call, may_propose_for
from pcnppg.meetings.rules.raising import origin_there
from pcnppg.membership import queries as membership
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.kernel.email_address import EmailAddress


def ask_to_propose(
    group_id: int,
    meeting_id: int,
    wish: Wish,
    *,
    address: EmailAddress,
    name: str | None,
    guest_of: str = "",
    by: Who,
    at: datetime,
) -> None:
    """Write one mail to this address, whose link makes an item of these words. Answers nothing, for any address (rule 6)."""
    group, meeting = groups.share_group(group_id), _called(group_id, meeting_id, at=at)
    may_say(wish).enforce(field="title")
    ask(group, meeting, address, wish=wish, item_id=None, name=name, guest_of=guest_of, by=by, at=at)


def confirm(token: str, *, at: datetime) -> Item:
    """What the owner of the address meant: a new item, or one more backing. Safe to repeat. `NotFound` where too late."""
    groups.share_group(queries.get_proposal(token).group_id)
    one_at_a_time(f"proposal:{keys.token_hash(token)}")
    found = queries.get_proposal(token)  # again, now that nobody else uses it
    if found.made_id is not None:
        return queries.get_item(found.group_id, found.made_id)
    if found.mailbox is None or at >= found.expires_at:
        raise NotFound
    contact_id = membership.find_active(found.group_id, found.mailbox)
    item = (
        _make_of(found, contact_id, at=at)
        if found.item_id is None
        else back_confirmed(found, found.item_id, contact_id, at=at)
    )
    found.used_at, found.made_id = at, item.id
    found.name = found.address = found.mailbox = found.title = found.guest_of = None
    found.now_words = found.better_words = found.could_words = None
    session().flush()
    return item


def propose(group_id: int, meeting_id: int, wish: Wish, *, by: Who, at: datetime) -> Item:
    """A member's, an officer's or the practice's own item: in the tray at once."""
    group = groups.share_group(group_id)
    meeting = _called(group_id, meeting_id, at=at)
    may_say(wish).enforce(field="title")
    roles = roles_of(by, group_id)
    if not roles or by.person_id is None:
        raise NotAllowed
    one_at_a_time(f"propose:{by.person_id}")
    if queries.count_by_person(group_id, by.person_id, since=at - A_DAY) >= MEMBERS_A_DAY:
        raise RuleBroken("You proposed many items today. Nothing was lost. Come back tomorrow with this one.")
    item = Item(person_id=by.person_id, origin=origin_of(roles), came_by=CameBy.PAGE)
    if group.kind == Kind.NETWORK:
        item.from_group_id = home_of(group_id, by.person_id)
        item.origin = origin_there(roles, has_home=item.from_group_id is not None)
    return _make(item, meeting, wish, by=by, at=at)


def propose_for(
    group_id: int,
    meeting_id: int,
    wish: Wish,
    *,
    came_by: CameBy,
    name: str,
    address: EmailAddress | None,
    guest_of: str = "",
    by: Who,
    at: datetime,
) -> Item:
    """An officer writes down what came by post, by phone or at the desk. A known address leads the answer to its contact.

    `guest_of` is the body from outside for which a guest of a network speaks.
    """
    group = groups.share_group(group_id)
    if not roles_of(by, group_id) & OFFICERS:
        raise NotAllowed
    meeting = _called(group_id, meeting_id, at=at)
    may_say(wish).enforce(field="title")
    contact_id = membership.find_active(group_id, address.mailbox) if address is not None else None
    if address is not None and contact_id is None:
        raise RuleBroken(
            "Nobody on the contact list has this address. Leave it empty, and tell them the outcome yourself.",
            field="email",
        )
    item = Item(
        contact_id=contact_id,
        proposer_name=name or None,
        by_person_id=by.person_id,
        came_by=came_by,
        **_marked(group, guest_of),
    )
    return _make(item, meeting, wish, by=by, at=at)


def _called(group_id: int, meeting_id: int, *, at: datetime) -> Meeting:
    """A meeting for which items can be proposed now."""
    meeting = meetings.get_meeting(group_id, meeting_id)
    may_propose_for(cancelled_at=meeting.cancelled_at, starts_at=meeting.starts_at, at=at).enforce()
    may_call(needs_purpose=meeting.needs_purpose, purpose_agreed_at=meeting.purpose_agreed_at).enforce()
    return meeting


def _marked(group: Group, guest_of: str) -> dict[str, str]:
    """Whose item it is that somebody without a role proposes: a patient's, or at a network a guest's."""
    if group.kind == Kind.NETWORK and guest_of:
        return {"origin": Origin.GUEST, "guest_of": guest_of}
    return {"origin": Origin.PATIENTS}


def _make_of(proposal: Proposal, contact_id: int | None, *, at: datetime) -> Item:
    wish = Wish(proposal.title or "", proposal.now_words or "", proposal.better_words or "", proposal.could_words or "")
    marked = _marked(groups.get_group(proposal.group_id), proposal.guest_of or "")
    item = Item(contact_id=contact_id, proposer_name=proposal.name, came_by=CameBy.PAGE, **marked)
    if contact_id is None:
        item.mailbox, item.mailbox_hash = proposal.mailbox, proposal.mailbox_hash
    by = Who.contact(contact_id) if contact_id is not None else VISITOR
    meeting = meetings.get_meeting(proposal.group_id, proposal.meeting_id)
    return _make(item, meeting, wish, by=by, at=at)


def _make(item: Item, meeting: Meeting, wish: Wish, *, by: Who, at: datetime) -> Item:
    """In the tray, meant for this meeting; after its items closed, or where it is cancelled by now, for any later one."""
    late = at > meeting.items_close_at or meeting.cancelled_at is not None
    item.group_id, item.meeting_id = meeting.group_id, None if late else meeting.id
    item.title, item.now_words = wish.title, wish.now_words
    item.better_words, item.could_words = wish.better_words, wish.could_words
    item.state, item.held_because = ItemState.WAITING, why_held(wish.whole)
    item.proposed_at = item.changed_at = at
    session().add(item)
    session().flush()
    write(item, ItemAct.PROPOSED, by=by, at=at, meeting_id=meeting.id)
    if item.held_because is not None:
        session().add(
            ItemHistory(
                group_id=item.group_id, item_id=item.id, act=ItemAct.HELD, at=at, by_person_id=None, as_role=None
            )
        )
        session().flush()
    return item
