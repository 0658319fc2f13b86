"""All that the house holds about one person in a group's contact list, gathered from every domain that holds something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pcnppg.groups import queries as groups
from pcnppg.mailing import queries as mailing
from pcnppg.membership import queries as membership
from pcnppg.membership.rules import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcnppg.mailing.rules import Told
    from pcnppg.membership.models import ContactMove, Evidence, SignUp
    from pcnppg.membership.queries import Opened

Teller = Callable[[int, datetime], Mapping[str, Any]]

TELLERS: Mapping[str, Teller] = {
    "membership": membership.tell_about_contact,
    "mailing": mailing.tell_about_contact,
}
"""Every domain with rows about contacts. A test compares this list with the tables, so that a new domain cannot be left out.

`membership` tells of what stands below it too: service messages, and who did what.
"""


def tell_all(contact_id: int, at: datetime) -> dict[str, Any]:
    """All that is held about a contact, as plain values, each part under a name of its own."""
    return {part: told for tell in TELLERS.values() for part, told in tell(contact_id, at).items()}


def tell_opened(opened: Opened, at: datetime) -> dict[str, Any]:
    """All that is held about whom a link opens; where nobody is there yet, about its mailbox."""
    if opened.contact is not None:
        return tell_all(opened.contact.id, at)
    return dict(membership.tell_about_mailbox(opened.link.group_id, opened.link.mailbox_hash))


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page about one's own details shows at a glance. `forms` and `moves` are about the mailbox, not confirmed."""

    mailings: Sequence[Told] = ()
    waiting: Sequence[ContactMove] = ()
    forms: Sequence[SignUp] = ()
    moves: Sequence[ContactMove] = ()
    evidence: Sequence[Evidence] = ()
    is_network_offered: bool = False


def overview_of(opened: Opened, at: datetime) -> Overview:
    """At a glance, what a link opens."""
    link, contact = opened.link, opened.contact
    forms = [form for form in membership.list_sign_ups_at(link.group_id, link.mailbox_hash) if form.mailbox]
    moves = [move for move in membership.list_changes_to(link.group_id, link.mailbox_hash) if move.mailbox]
    if contact is None:
        return Overview(forms=forms, moves=moves)
    group = groups.get_group(contact.group_id)
    words = membership.network_words_of(group, promise=contact.promise) if contact.state == State.ACTIVE else None
    return Overview(
        mailings=mailing.list_told(contact.id, at),
        waiting=membership.list_waiting_changes(contact.id, at=at),
        forms=forms,
        moves=moves,
        evidence=membership.list_evidence(contact.id),
        is_network_offered=words is not None,
    )
