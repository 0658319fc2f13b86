"""Finding a group, and locking it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import Select, bindparam, func, or_, select

from pcnppg.groups.models import Group
from pcnppg.groups.rules import Invites, Kind, codes_meant
from pcnppg.kernel.refusals import NotFound
from pcnppg.store.session import session


def find_group(slug: str) -> Group | None:
    """The group of this slug, or None."""
    return session().scalar(select(Group).where(Group.slug == slug))


def get_group(group_id: int) -> Group:
    """The group of this number."""
    found = session().get(Group, group_id)
    if found is None:
        raise NotFound
    return found


def find_by_number(group_id: int) -> Group | None:
    """The same, or None: for what a journal tells of a group that a restored database may not know."""
    return session().get(Group, group_id)


def lock_group(group_id: int) -> Group:
    """The group, locked until the transaction ends: what is decided about its list is decided one at a time.

    On SQLite the transaction itself is the lock.
    """
    found = session().scalar(
        select(Group).where(Group.id == group_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def lock_groups(group_ids: Iterable[int]) -> None:
    """Several groups locked, always in the order of their numbers: two who wait for each other would wait for ever."""
    found = select(Group.id).where(Group.id.in_(list(group_ids))).order_by(Group.id)
    session().execute(found.with_for_update())


def share_group(group_id: int) -> Group:
    """The group, held against `lock_group` but not against others who share it."""
    found = session().scalar(
        select(Group).where(Group.id == group_id).with_for_update(read=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a group's mail says of the group."""

    id: int
    name: str
    slug: str
    reply_address: str
    helper_name: str
    helper_contact: str
    promise: int


_LETTERHEAD = (
    select(*(getattr(Group, fact.name) for fact in fields(Letterhead)))
    .where(Group.id == bindparam("group_id"))
    .with_for_update(read=True)
)
"""Asked before every batch of mail, so built once."""


def share_letterhead(group_id: int) -> Letterhead:
    """What stands on the group's mail, and its promise; the group is held as by `share_group`."""
    return Letterhead(*session().connection().execute(_LETTERHEAD, {"group_id": group_id}).one())


def find_by_code(code: str) -> tuple[Group, Invites] | None:
    """The group whose poster, card or letter says `/j/<code>`, and which of them; or None. Case does not matter."""
    if not code.isprintable():  # a database takes no zero byte
        return None
    meant = dict(codes_meant(code))
    found = {group.short_code: group for group in session().scalars(select(Group).where(Group.short_code.in_(meant)))}
    return next(((found[short], what) for short, what in meant.items() if short in found), None)


def find_group_of_practice(practice_code: str) -> Group | None:
    return session().scalar(select(Group).where(Group.practice_code == practice_code))


def find_group_of_network(network_code: str) -> Group | None:
    return session().scalar(select(Group).where(Group.network_code == network_code, Group.kind == Kind.NETWORK))


def groups_of_practices(codes: Iterable[str]) -> dict[str, Group]:
    """The groups of these practices, by practice code."""
    found = select(Group).where(Group.practice_code.in_(list(codes))).order_by(Group.practice_code)
    return {group.practice_code: group for group in session().scalars(found) if group.practice_code}


def list_groups_found(text: str, practices: Select[str], *, limit: int) -> list[Group]:
    """The groups whose own name holds `text`, those of `practices`, and the one whose poster has this code; by name."""
    typed = text.strip().casefold()
    named = func.lower(Group.name).contains(typed, autoescape=True)
    found = select(Group).where(
        or_(named, Group.practice_code.in_(practices), Group.short_code.in_(short for short, _ in codes_meant(typed)))
    )
    return list(session().scalars(found.order_by(Group.name, Group.id).limit(limit)))


def list_names_like(beginning: str, *, limit: int) -> list[str]:
    """Names of groups with a word that begins so, in small letters; at most `limit`."""
    name = func.lower(Group.name)
    found = select(name).where((" " + name).contains(f" {beginning}", autoescape=True)).order_by(Group.id).limit(limit)
    return list(session().scalars(found))


def list_by_ids(group_ids: Iterable[int]) -> dict[int, Group]:
    """Groups by their number, in the order of their names."""
    found = select(Group).where(Group.id.in_(list(group_ids))).order_by(Group.name, Group.id)
    return {group.id: group for group in session().scalars(found)}


def list_groups() -> list[Group]:
    """Every group, by name."""
    return list(session().scalars(select(Group).order_by(Group.name, Group.id)))
