"""One mailbox, one message: those who share a mailbox in a group, and mailboxes that several groups write to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from pcnppg.groups import queries as groups
from pcnppg.mailing import rules
from pcnppg.mailing.models import Delivery
from pcnppg.mailing.queries import at_once, for_each, last_sent_in, shared_in, used_by
from pcnppg.mailing.rules import Held, LeftOut, Sharer
from pcnppg.membership import queries as membership
from pcnppg.membership import rules as membership_rules
from pcnppg.post.rules import ARRIVED_OR_MAY_HAVE, OPEN
from pcnppg.store.session import session

WROTE = frozenset({*OPEN, *ARRIVED_OR_MAY_HAVE})


def list_sharers(mailing_id: int, group_id: int) -> list[Sharer]:
    """Those who share a mailbox, by their deliveries of a mailing, oldest delivery first."""
    shared = shared_in(group_id)
    found = select(Delivery.id, Delivery.contact_id, Delivery.left_out_because).where(Delivery.mailing_id == mailing_id)
    rows = sorted(for_each(shared, found, Delivery.contact_id))
    return [Sharer(row_id, shared[contact_id], out and LeftOut(out)) for row_id, contact_id, out in rows]


@dataclass(frozen=True, slots=True)
class Shared:
    """How the groups that send one mailing share out the mailboxes that several of them hold.

    `elsewhere`: for each group, the mailboxes that get it from another one. `settled`: those that only one of all the groups
    writes to by this plan, however often it is begun again.
    """

    elsewhere: Mapping[int, set[str]]
    settled: frozenset[str] = frozenset()


def share(group_ids: Collection[int], at: datetime, *, is_first: bool = True) -> Shared:
    """Share them out. For sending, never for a page. `is_first`: no group has sent it yet, so the plan is the whole of it.

    A group holds a mailbox only if it can write there now: its list is not frozen, the address works, nobody has paused.
    """
    there = membership.select_for_network(_awake(group_ids, at)).subquery("there")
    facts = (there.c.group_id, there.c.mailbox, there.c.promise, there.c.network_news_at, used_by(there.c.id, at))
    not_paused = or_(there.c.paused_until.is_(None), there.c.paused_until <= at)
    holds: dict[tuple[int, str], Held] = {}
    for group_id, mailbox, promise, agreed_at, used in session().execute(select(*facts).where(not_paused)):
        hold = Held(group_id, mailbox, promise - used, agreed_at)
        before = holds.get((group_id, mailbox), hold)
        holds[group_id, mailbox] = Held(
            group_id, mailbox, min(before.left, hold.left), min(before.agreed_at, hold.agreed_at)
        )
    elsewhere = rules.held_elsewhere(holds.values())
    return Shared(elsewhere, frozenset().union(*elsewhere.values()) if is_first else frozenset())


def list_at(group_id: int, mailboxes: Collection[str]) -> set[int]:
    """The contacts of a group at these mailboxes."""
    found: set[int] = set()
    for some in at_once(sorted(mailboxes)):
        found.update(session().scalars(membership.select_at_mailboxes(group_id, some)))
    return found


def list_written_to(group_id: int, mailings: Collection[int], *, but_for: Collection[str]) -> set[int]:
    """The contacts of a group at whose mailbox one of these mailings of other groups waits, arrived, or may have arrived.

    Not asked `but_for` some mailboxes. In steps again: from the few who share a mailbox with somebody in another group to what
    those were sent.
    """
    there = session().execute(membership.select_also_elsewhere(group_id))
    pairs = [(contact_id, other) for contact_id, other, mailbox in there if mailbox not in but_for]
    got: set[int] = set()
    for some in at_once(sorted({other for _, other in pairs})):
        found = select(Delivery.contact_id, Delivery.mailing_id, Delivery.state).where(Delivery.contact_id.in_(some))
        got.update(one for one, sent, state in session().execute(found) if sent in mailings and state in WROTE)
    return {contact_id for contact_id, other in pairs if other in got}


def _awake(group_ids: Collection[int], at: datetime) -> list[int]:
    """Those whose list is not frozen."""
    last = last_sent_in(group_ids)
    return [
        number
        for number, group in groups.list_by_ids(group_ids).items()
        if not membership_rules.is_frozen(last.get(number), group.created_at, group.woken_at, at)
    ]
