"""One contact, or the Select of all to whom a group may write."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, literal_column, select
from sqlalchemy.orm import aliased

from pcnppg.directory import queries as directory
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership.models import Contact, Suppression
from pcnppg.membership.rules import HERE, Reach, State, name_key
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


def list_named(group_id: int, names: Collection[str]) -> list[str]:
    """Those of these full names that somebody on the list of this group bears, as they spell it. For officers alone."""
    keys_of = {name_key(name) for name in names}
    found = select(Contact.name).where(
        Contact.group_id == group_id, Contact.name_key.in_(keys_of), Contact.state.in_(HERE)
    )
    return sorted({name for name in session().scalars(found) if name}) if keys_of else []


def find_at_mailbox(group_id: int, mailbox: str) -> Contact | None:
    """The contact at this mailbox, on the list before gone from it, the newest first; or None."""
    return next(iter(list_at_mailbox(group_id, mailbox)), None)


def list_at_mailbox(group_id: int, mailbox: str) -> list[Contact]:
    """Everybody of a group at this mailbox: those on the list, then those gone from it, the newest first (settled 11)."""
    found = (
        select(Contact)
        .where(Contact.group_id == group_id, Contact.mailbox == mailbox)
        .order_by(Contact.state, Contact.id.desc())
        .execution_options(populate_existing=True)
    )
    return list(session().scalars(found))


def find_forgotten(group_id: int, mailbox_hash: str | None) -> Contact | None:
    """Who left from this mailbox a while ago and was forgotten since: a number to which mailings still count; or None."""
    found = (
        select(Contact)
        .join(Suppression, Suppression.contact_id == Contact.id)
        .where(Suppression.group_id == group_id, Suppression.mailbox_hash == mailbox_hash)
        .execution_options(populate_existing=True)
    )
    return session().scalar(found)


def list_sharing(contact: Contact) -> list[Contact]:
    """Those on the list at the contact's mailbox, the contact among them, in the order in which they came."""
    if contact.mailbox is None:
        return []
    there = list_at_mailbox(contact.group_id, contact.mailbox)
    return sorted((one for one in there if one.state == State.ACTIVE), key=lambda one: one.id)


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
    """Everybody on a group's list with a mailbox, for whoever writes to it.

    `id`, `mailbox`, `name`, `promise`, `paused_until`, `stopped_at`, `agreed_at`, `wording_id`,
    `network_news_at`. There is no other way to choose receivers. To addresses that stopped working (`stopped_at`) nothing is sent.
    """
    columns = (
        Contact.id,
        Contact.mailbox,
        Contact.name,
        Contact.promise,
        Contact.paused_until,
        Contact.stopped_at,
        Contact.agreed_at,
        Contact.wording_id,
        Contact.network_news_at,
    )
    return select(*columns).where(*_written_to(group_id)).order_by(Contact.joined_at, Contact.id)


def select_named(group_id: int) -> Select[*tuple[Any, ...]]:
    """Every contact that a group ever had: `id`, `name`, `address`. For saying who it was; never for choosing receivers."""
    return select(Contact.id, Contact.name, Contact.address).where(Contact.group_id == group_id)


def select_for_network(group_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Those of several groups' lists who agreed to news of the network, whose address works, and who share it with another's.

    `id`, `group_id`, `mailbox`, `promise`, `paused_until`, `network_news_at`. For sharing out one mailing, never for a page.
    """
    works = (*_ON_LIST, Contact.stopped_at.is_(None))
    agreed = (Contact.group_id.in_(group_ids), *works, Contact.network_news_at.is_not(None))
    several = select(Contact.mailbox).where(*agreed).group_by(Contact.mailbox)
    several = several.having(func.count(Contact.group_id.distinct()) > literal(1))
    columns = (
        Contact.id,
        Contact.group_id,
        Contact.mailbox,
        Contact.promise,
        Contact.paused_until,
        Contact.network_news_at,
    )
    return select(*columns).where(*agreed, Contact.mailbox.in_(several)).order_by(Contact.id)


def select_at_mailboxes(group_id: int, mailboxes: Collection[str]) -> Select[int]:
    """The numbers of those on a group's list at these mailboxes."""
    return select(Contact.id).where(*_written_to(group_id), Contact.mailbox.in_(mailboxes))


def select_also_elsewhere(group_id: int) -> Select[int, int, str | None]:
    """Those on a group's list, each with a contact of another group at the same mailbox, and that mailbox. For sending alone."""
    other = aliased(Contact)
    is_there = (other.mailbox == Contact.mailbox) & (other.group_id != group_id)
    return select(Contact.id, other.id, Contact.mailbox).join(other, is_there).where(*_written_to(group_id))


def count_active_in(group_ids: Collection[int]) -> dict[int, int]:
    """How many of each group's list have a mailbox. Answered from indexes alone: all on the list, less those without email."""
    without_email = _count_of(group_ids, Contact.reached_by != literal_column("'email'"))
    return {group_id: people - without_email.get(group_id, 0) for group_id, people in _count_of(group_ids).items()}


def _count_of(group_ids: Collection[int], *further: ColumnElement[bool]) -> dict[int, int]:
    found = select(Contact.group_id, func.count()).where(Contact.group_id.in_(group_ids), _ON_LIST[0], *further)
    return dict(session().execute(found.group_by(Contact.group_id)).all())


def select_shared(group_id: int) -> Select[*tuple[Any, ...]]:
    """Those of a group's list who share their mailbox with another there (settled 11): `id`, `mailbox`.

    Counted beside each row in one look at the list. A join of the list with itself may take the square of its length on a
    database that does not know yet how long the list has become.
    """
    people = func.count().over(partition_by=Contact.mailbox).label("people")
    counted = select(Contact.id, Contact.mailbox, people).where(*_written_to(group_id)).subquery("counted")
    return select(counted.c.id, counted.c.mailbox).where(counted.c.people > literal(1)).order_by(counted.c.id)


def count_active(group_id: int) -> int:
    """How many on a group's list have a mailbox that works, the paused too."""
    found = select(func.count()).select_from(Contact).where(*_written_to(group_id), Contact.stopped_at.is_(None))
    return session().scalar(found) or 0


_ON_LIST = (Contact.state == State.ACTIVE, Contact.mailbox.is_not(None))


def _written_to(group_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Contact.group_id == group_id, *_ON_LIST)


def reach(group_id: int, *, on_list: int | None = None) -> Reach:
    """How many patients of the practice the group reaches. `on_list` saves counting where the caller has counted."""
    group = groups.get_group(group_id)
    size = directory.list_size(group.practice_code) if group.practice_code else None
    return Reach(on_list=count_active(group_id) if on_list is None else on_list, list_size=size)


def count_stopped(group_id: int) -> int:
    """How many on a group's list have an address that stopped working."""
    found = select(func.count()).select_from(Contact).where(*_written_to(group_id), Contact.stopped_at.is_not(None))
    return session().scalar(found) or 0


def find_last_stopped(group_id: int) -> datetime | None:
    """When an address on a group's list was last found to have stopped working, or None."""
    return session().scalar(select(func.max(Contact.stopped_at)).where(*_written_to(group_id)))
