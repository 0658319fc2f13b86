"""What we pass on: a reply that went to a return path goes to the group's monitored mailbox, where replies belong."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.groups import queries as groups
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.post import actions as post
from pcnppg.post.rules import MailClass

if TYPE_CHECKING:
    from pcnppg.groups.models import Group


def pass_on_reply(group: Group, *, contact_id: int, sender: str, subject: str, text: str, at: datetime) -> None:
    """To the group's mailbox, or to its officers where it has none. Its words wait sealed, and go when it has gone.

    About the contact, so that erasing them takes it back while it waits.
    """
    address = EmailAddress.find(sender)
    readers = [group.reply_address] if group.reply_address else [one.mailbox for one in groups.list_officers(group.id)]
    for reader in readers:
        post.enqueue(
            kind="returns/reply",
            mail_class=MailClass.OFFICE,
            to=reader,
            values={
                "from_name": group.name,
                "group_name": group.name,
                "slug": group.slug,
                "reply_to": address.mailbox if address else None,
                "sender": address.mailbox if address else "",
                "reply_subject": subject,
                "reply_text": text,
            },
            at=at,
            about=("contact", contact_id),
        )
