"""Raising an item to the network: it appears in the network's tray, with its words and where it comes from, and no person."""

from __future__ import annotations

from datetime import datetime

from pcnppg.groups import queries as groups
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions.history import write
from pcnppg.meetings.models import Item
from pcnppg.meetings.queries import raising as queries
from pcnppg.meetings.rules.items import CameBy, ItemAct, ItemState
from pcnppg.meetings.rules.raising import may_raise
from pcnppg.store.session import session


def hold_network(group_id: int) -> int | None:
    """The group's network, both held in the order of their numbers; None where it is in none."""
    network_id = queries.network_of(group_id)
    for number in sorted({group_id, network_id or group_id}):
        groups.share_group(number)
    return network_id


def raise_item(item: Item, network_id: int | None, *, by: Who, at: datetime) -> None:
    """Put it in the network's tray, once: passed on again while it is open there, it is the same one."""
    may_raise(has_network=network_id is not None, is_held=item.held_because is not None).enforce(field="passed_to")
    if network_id is None or queries.find_raised(network_id, item.id) is not None:
        return
    made = Item(
        group_id=network_id,
        title=item.title,
        now_words=item.now_words,
        better_words=item.better_words,
        could_words=item.could_words,
        origin=item.origin,
        came_by=CameBy.GROUP,
        state=ItemState.WAITING,
        from_group_id=item.group_id,
        raised_from=item.id,
        by_person_id=by.person_id,
        proposed_at=at,
        changed_at=at,
    )
    session().add(made)
    session().flush()
    write(made, ItemAct.PROPOSED, by=by, at=at)
