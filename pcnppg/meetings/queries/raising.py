"""Items between a group and its network: who is in which, what was raised, where it comes from, how many back it where.

What a network is, the floor above knows. It lends two questions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from pcnppg.groups import queries as groups
from pcnppg.meetings.models import Item
from pcnppg.meetings.queries.items import backings_of, list_joined
from pcnppg.meetings.rules.items import OPEN
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.meetings.queries.agenda import Part

NetworkOf = Callable[[int], int | None]
HomeOf = Callable[[int, int], int | None]
_lent: dict[str, Callable[..., int | None]] = {}


def lend_networks(*, network_of: NetworkOf, home_of: HomeOf) -> None:
    """In which network a group is now; for which group somebody speaks in a network (its number, then theirs)."""
    _lent.update(network_of=network_of, home_of=home_of)


def network_of(group_id: int) -> int | None:
    """The network in which a group is now, or None."""
    return _lent["network_of"](group_id) if _lent else None


def home_of(network_id: int, person_id: int) -> int | None:
    """The group for which somebody speaks in a network, or None."""
    return _lent["home_of"](network_id, person_id) if _lent else None


def find_raised(network_id: int, item_id: int) -> Item | None:
    """The open item in a network's tray that was raised from this one, or None."""
    found = select(Item).where(Item.group_id == network_id, Item.raised_from == item_id, Item.state.in_(OPEN))
    return session().scalars(found.order_by(Item.id)).first()


def list_raised(item_id: int) -> list[Item]:
    """Every item at a network that was raised from this one."""
    return list(session().scalars(select(Item).where(Item.raised_from == item_id).order_by(Item.id)))


def raised_by(item: Item) -> list[tuple[int, int]]:
    """Group and number of each item at home for which this one speaks: its own, and those of items joined with it."""
    both = (item, *list_joined(item.id))
    return [
        (one.from_group_id, one.raised_from)
        for one in both
        if one.from_group_id is not None and one.raised_from is not None
    ]


def groups_touched(group_id: int, item_id: int) -> list[int]:
    """Every group to which an item's outcome goes, in the order in which groups are held."""
    joined = select(Item.from_group_id).where(
        (Item.id == item_id) | (Item.merged_into == item_id), Item.group_id == group_id, Item.raised_from.is_not(None)
    )
    return sorted({group_id, *(number for number in session().scalars(joined) if number is not None)})


def backing_by_group(item: Item) -> list[tuple[str, int]]:
    """How many back an item that was raised here, by the group where they do, by name."""
    found: dict[int, int] = {}
    for group_id, item_id in raised_by(item):
        home = session().get_one(Item, item_id)
        found[group_id] = found.get(group_id, 0) + backings_of([home])[home.id]
    names = groups.list_by_ids(found)
    return sorted((names[group_id].name, count) for group_id, count in found.items())


def sources_of(items: Iterable[Item]) -> dict[int, str]:
    """Where items come from: a group's name, or what a guest's body is called; empty where it is nobody else's."""
    found = list(items)
    names = groups.list_by_ids({item.from_group_id for item in found if item.from_group_id is not None})
    return {
        item.id: names[item.from_group_id].name if item.from_group_id is not None else item.guest_of or ""
        for item in found
    }


def sources_on(parts: Collection[Part]) -> dict[int, str]:
    """The same for the parts of an agenda that are items, by the item's number."""
    return sources_of([part.item for part in parts if part.item is not None])
