"""Writing the one mail whose button counts what somebody without an account filled in: an item, or a backing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pcnppg.audit import actions as audit
from pcnppg.kernel import keys
from pcnppg.kernel.who import Who
from pcnppg.meetings.emails import items as emails
from pcnppg.meetings.models import Meeting, Proposal
from pcnppg.meetings.queries import items as queries
from pcnppg.meetings.rules.items import GROUP_AN_HOUR, MAILS_A_DAY, PROPOSAL_LASTS, Wish
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.kernel.email_address import EmailAddress

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)


def ask(
    group: Group,
    meeting: Meeting,
    address: EmailAddress,
    *,
    wish: Wish | None,
    item_id: int | None,
    name: str | None,
    guest_of: str = "",
    by: Who,
    at: datetime,
) -> None:
    """One row and one mail for every address alike; over a limit nothing happens, and the page is the same."""
    mailbox_hash = keys.current().mailbox_hash(address.mailbox)
    one_at_a_time(f"proposals:{group.id}")
    if queries.count_asked_at(mailbox_hash, since=at - A_DAY) >= MAILS_A_DAY:
        return
    if queries.count_asked_of(group.id, since=at - AN_HOUR) >= GROUP_AN_HOUR:
        return
    token, token_hash = keys.new_token()
    proposal = Proposal(
        group_id=group.id,
        meeting_id=meeting.id,
        item_id=item_id,
        name=name,
        guest_of=guest_of or None,
        address=address.shown,
        mailbox=address.mailbox,
        mailbox_hash=mailbox_hash,
        title=wish.title if wish else None,
        now_words=wish.now_words if wish else None,
        better_words=wish.better_words if wish else None,
        could_words=wish.could_words if wish else None,
        token_hash=token_hash,
        asked_at=at,
        expires_at=at + PROPOSAL_LASTS,
    )
    session().add(proposal)
    session().flush()
    audit.note("meetings.asked_to_propose", by=by, at=at, group_id=group.id, about=("proposal", proposal.id))
    emails.ask_to_confirm(group, proposal, address, token)
