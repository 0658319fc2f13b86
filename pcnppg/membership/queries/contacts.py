"""One contact, or the Select of all to whom a group may write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from pcnppg.directory import queries as directory
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import HERE, Reach, State
from pcnppg.store.session import session


def get_contact(group_id: int, contact_id: int) -> Contact:
    """The contact of this number in this group, unless erased. Another group's is not found."""
    found = session().scalar(
        select(Contact).where(Contact.group_id == group_id, Contact.id == contact_id, Contact.state != State.ERASED)
    )
    if found is None:
        raise NotFound
    return found


def find_contact(contact_id: int) -> Contact | None:
    """The contact whose number a signed link carries, in whatever state, or None."""
    return session().get(Contact, contact_id)


def lock_contact(contact_id: int) -> Contact:
    """The contact as it is now, locked until the transaction ends. Lock the group first (`lock_group`, `share_group`)."""
    return (
        session()
        .scalars(
            select(Contact).where(Contact.id == contact_id).with_for_update().execution_options(populate_existing=True)
        )
        .one()
    )


def find_active(group_id: int, mailbox: str) -> int | None:
    """The number of the contact on the list at this mailbox, or None."""
    return session().scalar(
        select(Contact.id).where(
            Contact.group_id == group_id, Contact.mailbox == mailbox, Contact.state == State.ACTIVE
        )
    )


def find_at_mailbox(group_id: int, mailbox: str) -> Contact | None:
    """The contact at this mailbox, on the list before gone from it, the newest first; or None."""
    return session().scalar(
        select(Contact)
        .where(Contact.group_id == group_id, Contact.mailbox == mailbox)
        .order_by(Contact.state, Contact.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def list_people_at(group_id: int, mailbox: str) -> list[Contact]:
    """Everybody of this group at this mailbox whose details are kept, whether they are on the list or left; oldest first."""
    found = (
        select(Contact)
        .where(Contact.group_id == group_id, Contact.mailbox == mailbox, Contact.state != State.ERASED)
        .order_by(Contact.joined_at, Contact.id)
        .execution_options(populate_existing=True)
    )
    return list(session().scalars(found))


def is_taken(group_id: int, mailbox: str, key: str, *, but: int) -> bool:
    """Is somebody else of that name (`rules.name_key`) here at this mailbox?"""
    found = select(Contact.id).where(
        Contact.group_id == group_id,
        Contact.mailbox == mailbox,
        Contact.name_key == key,
        Contact.state.in_(HERE),
        Contact.id != but,
    )
    return session().scalar(found) is not None


def select_active(group_id: int) -> Select[*tuple[Any, ...]]:
    """Everybody on a group's list, for whoever writes to it: `id`, `mailbox`, `name`, `promise`, `paused_until`."""
    return (
        select(Contact.id, Contact.mailbox, Contact.name, Contact.promise, Contact.paused_until)
        .where(Contact.group_id == group_id, Contact.state == State.ACTIVE)
        .order_by(Contact.joined_at, Contact.id)
    )


def count_active(group_id: int) -> int:
    """How many are on a group's list, the paused too."""
    found = select(func.count()).select_from(Contact).where(Contact.group_id == group_id, Contact.state == State.ACTIVE)
    return session().scalar(found) or 0


def reach(group_id: int, *, on_list: int | None = None) -> Reach:
    """How many patients of the practice the group reaches. `on_list` saves counting where the caller has counted."""
    group = groups.get_group(group_id)
    size = directory.list_size(group.practice_code) if group.practice_code else None
    return Reach(on_list=count_active(group_id) if on_list is None else on_list, list_size=size)
