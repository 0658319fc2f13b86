"""Who comes by the link that backs items: a contact of a group, for as long as they are on its list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.mailing.rules import HAVE_YOUR_SAY
from pcnppg.membership import queries as membership
from pcnppg.membership.rules import State

if TYPE_CHECKING:
    from pcnppg.membership.models import Contact


def say_token(contact_id: int) -> str:
    """What stands in the link that knows this contact. It shows nothing of theirs, because mail is forwarded."""
    return keys.current().sign(HAVE_YOUR_SAY, contact_id)


def get_backer(token: str) -> Contact:
    """The contact for whom this link was made. `NotFound` where they are not on the list any more, or cannot be written to."""
    contact_id = keys.current().read(HAVE_YOUR_SAY, token)
    contact = membership.find_contact(contact_id) if contact_id is not None else None
    if contact is None or contact.state != State.ACTIVE or contact.mailbox is None:
        raise NotFound
    return contact
