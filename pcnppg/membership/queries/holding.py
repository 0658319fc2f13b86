"""Who a mailed link opens what is held for, and which forms and addresses wait to be confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership.models import Contact, ContactMove, MyLink, SignUp
from pcnppg.membership.queries.contacts import list_people_at
from pcnppg.membership.queries.evidence import get_my_link
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Opened:
    """A link to what is held, everybody at its mailbox, and whom of them its reader looks at.

    `contact` is None where nobody is there, or where one of several is still to be chosen.
    """

    link: MyLink
    people: Sequence[Contact]
    contact: Contact | None

    @property
    def is_shared(self) -> bool:
        return len(self.people) > 1

    @property
    def must_choose(self) -> bool:
        return self.is_shared and self.contact is None


def read_who(text: str | None) -> int | None:
    """The number of a contact as an address or a form names it; None for none. What is no number names nobody."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise NotFound
    return int(text)


def open_link(token: str, *, who: int | None, at: datetime) -> Opened:
    """What a link opens while it works. `who` chooses among those at its mailbox; anybody else is not found."""
    link = get_my_link(token, at=at)
    people = _people_behind(link)
    if who is None:
        return Opened(link, people, people[0] if len(people) == 1 else None)
    chosen = next((contact for contact in people if contact.id == who), None)
    if chosen is None:
        raise NotFound
    return Opened(link, people, chosen)


def _people_behind(link: MyLink) -> list[Contact]:
    """Never somebody at another mailbox: a link lies in the mailbox that it was mailed to."""
    known = session().get(Contact, link.contact_id) if link.contact_id is not None else None
    if known is None or known.mailbox is None or keys.current().mailbox_hash(known.mailbox) != link.mailbox_hash:
        return []
    return list_people_at(link.group_id, known.mailbox)


def get_address_change(token: str) -> ContactMove:
    """The change of address of this link, in whatever state, as it is now."""
    found = session().scalar(
        select(ContactMove)
        .where(ContactMove.token_hash == keys.token_hash(token))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def find_open_change(token: str, *, at: datetime) -> ContactMove | None:
    """The change of address that this link can still confirm, or None."""
    return session().scalar(
        select(ContactMove).where(
            ContactMove.token_hash == keys.token_hash(token),
            ContactMove.mailbox.is_not(None),
            ContactMove.expires_at > at,
        )
    )


def list_address_changes(contact_id: int) -> list[ContactMove]:
    """The changes of address that a contact asked for and that we still know, oldest first."""
    found = select(ContactMove).where(ContactMove.contact_id == contact_id)
    return list(session().scalars(found.order_by(ContactMove.asked_at, ContactMove.id)))


def list_waiting_changes(contact_id: int, *, at: datetime) -> list[ContactMove]:
    """Those of them whose link still works."""
    return [x for x in list_address_changes(contact_id) if x.mailbox is not None and x.expires_at > at]


def list_changes_to(group_id: int, mailbox_hash: str) -> list[ContactMove]:
    """The changes of address to one mailbox that we still know, whoever asked for them, oldest first."""
    found = select(ContactMove).where(ContactMove.group_id == group_id, ContactMove.mailbox_hash == mailbox_hash)
    return list(session().scalars(found.order_by(ContactMove.asked_at, ContactMove.id)))


def list_forms_used(contact_id: int) -> list[SignUp]:
    """The join forms by which somebody came, oldest first: emptied, but we still know when."""
    found = select(SignUp).where(SignUp.contact_id == contact_id)
    return list(session().scalars(found.order_by(SignUp.asked_at, SignUp.id)))


def count_address_mails(mailbox_hash: str, *, since: datetime) -> int:
    """How many mails about changes of address went to a mailbox, as the old one or as the new one, in any group."""
    to_it = or_(ContactMove.mailbox_hash == mailbox_hash, ContactMove.told_hash == mailbox_hash)
    return session().scalar(select(func.count()).where(to_it, ContactMove.asked_at > since)) or 0
