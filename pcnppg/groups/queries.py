"""Reading groups, roles and invitations."""

from __future__ import annotations

from sqlalchemy import select

from pcnppg.groups.models import Group, RoleHeld
from pcnppg.groups.rules import Role
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


def share_group(group_id: int) -> Group:
    """The group, held against `lock_group` but not against others who share it."""
    found = session().scalar(
        select(Group).where(Group.id == group_id).with_for_update(read=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def roles_of(person_id: int, group_id: int) -> frozenset[Role]:
    """The roles that a person holds now in a group."""
    found = select(RoleHeld.role).where(
        RoleHeld.person_id == person_id, RoleHeld.group_id == group_id, RoleHeld.until.is_(None)
    )
    return frozenset(Role(role) for role in session().scalars(found))
