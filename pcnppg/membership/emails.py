"""What we write to people about their own place on the list: each message answers something they did.

Nothing that anybody typed into a form stands in a message to an address that nobody has confirmed.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pcnppg.kernel import keys
from pcnppg.membership.models import AddressChange, Contact, MyLink, SignUp
from pcnppg.membership.rules import Shown
from pcnppg.post import actions as post
from pcnppg.post.rules import MailClass

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.kernel.email_address import EmailAddress


def ask_to_confirm(group: Group, sign_up: SignUp, to: EmailAddress, token: str) -> None:
    """The link whose button puts them on the list."""
    _send(
        "confirm", group, to.mailbox, sign_up.asked_at, ("sign_up", sign_up.id), token=token, until=sign_up.expires_at
    )


def say_already_on_list(group: Group, sign_up: SignUp, to: EmailAddress) -> None:
    """To somebody whose address is on the list already."""
    _send("already", group, to.mailbox, sign_up.asked_at, ("sign_up", sign_up.id))


def send_receipt(group: Group, contact: Contact, shown: Shown) -> None:
    """The exact words that they agreed to, and how to leave."""
    leave = keys.current().sign("leave", contact.id)
    about = ("contact", contact.id)
    at = contact.joined_at
    _send("receipt", group, _mailbox(contact), at, about, words=shown.blocks, leave=leave, agreed_at=at.isoformat())


def send_my_link(group: Group, link: MyLink, to: EmailAddress, token: str) -> None:
    """The link to what we hold."""
    _send("my", group, to.mailbox, link.asked_at, ("my_link", link.id), token=token, until=link.expires_at)


def say_nothing_held(group: Group, link: MyLink, to: EmailAddress) -> None:
    """To an address that we know nothing about."""
    _send("nothing", group, to.mailbox, link.asked_at, ("my_link", link.id))


def tell_old_address(group: Group, change: AddressChange, contact: Contact, *, is_shared: bool) -> None:
    """To the address that still counts, at once. Where people share it, it says whose address is to change."""
    name = contact.name if is_shared else None
    _send("address_old", group, _mailbox(contact), change.asked_at, ("address_change", change.id), name=name)


def ask_new_address(group: Group, change: AddressChange, to: EmailAddress, token: str) -> None:
    """The link whose button makes the new address count."""
    about = ("address_change", change.id)
    _send("address_new", group, to.mailbox, change.asked_at, about, token=token, until=change.expires_at)


def _mailbox(contact: Contact) -> str:
    assert contact.mailbox is not None  # noqa: S101 - only an erased contact has none, and nobody writes to one
    return contact.mailbox


def _send(
    message: str,
    group: Group,
    to: str,
    at: datetime,
    about: tuple[str, int],
    *,
    until: datetime | None = None,
    **more: Any,
) -> None:
    values = {
        "from_name": group.name,
        "reply_to": group.reply_address,
        "group_name": group.name,
        "slug": group.slug,
        "helper_name": group.helper_name,
        "helper_contact": group.helper_contact,
    } | more
    if until is not None:
        values["until"] = until.isoformat()
    post.enqueue(
        kind=f"membership/{message}",
        mail_class=MailClass.SERVICE,
        to=to,
        values=values,
        at=at,
        about=about,
        expires_at=until,
    )
