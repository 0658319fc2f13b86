"""What we write about an item: a link to confirm it, what became of it. Service messages: no news, no allowance.

Nothing that a visitor typed stands in a message to an address that nobody has confirmed.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.kernel import keys
from pcnppg.meetings.rules.items import ANSWER_WORDS, PASSED_WORDS, Answer, ItemAct, PassedTo
from pcnppg.post import actions as post
from pcnppg.post.rules import MailClass

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.kernel.email_address import EmailAddress
    from pcnppg.meetings.models import Item, Meeting, Proposal
    from pcnppg.meetings.queries.items import Reader

PURPOSES = {"agenda_item": "item mail", "backing": "backing mail"}
"""What the links that switch mail off are signed for, by the kind of row."""


def ask_to_confirm(group: Group, proposal: Proposal, to: EmailAddress, token: str) -> None:
    """The link whose button makes an item of a form, or counts a backing."""
    post.enqueue(
        kind=f"meetings/{'confirm_backing' if proposal.item_id is not None else 'confirm_item'}",
        mail_class=MailClass.SERVICE,
        to=to,
        values={
            **_known(group),
            "token": token,
            "meeting_id": proposal.meeting_id,
            "until": proposal.expires_at.isoformat(),
        },
        at=proposal.asked_at,
        about=("proposal", proposal.id),
        expires_at=proposal.expires_at,
    )


def tell_proposer(
    group: Group,
    item: Item,
    reader: Reader,
    *,
    act: ItemAct,
    words: str = "",
    meeting: Meeting | None = None,
    into: Item | None = None,
    at: datetime,
) -> None:
    """What was done with your item just now."""
    values: dict[str, str | int | bool] = {
        "act": act.value,
        "words": words,
        "starts_at": meeting.starts_at.isoformat() if meeting else "",
        "meeting_id": meeting.id if meeting else 0,
        "into": into.title if into and into.held_because is None else "",
        "passed_to": PASSED_WORDS[PassedTo(item.passed_to)].lower() if act == ItemAct.PASSED and item.passed_to else "",
    }
    _send("item_moved", group, item, reader, at, values)


def tell_outcome(group: Group, item: Item, reader: Reader, *, act: ItemAct, at: datetime) -> None:
    """What became of an item that you proposed or backed. Once."""
    values: dict[str, str | int | bool] = {
        "act": act.value,
        "words": item.outcome or "",
        "proposed": reader.kind == "agenda_item",
        "answer": ANSWER_WORDS[Answer(item.answer)] if item.answer else "",
        "answer_words": item.answer_words or "",
        "due_on": item.answer_due_on.isoformat() if item.answer_due_on else "",
    }
    _send("item_outcome", group, item, reader, at, values)


def _send(
    message: str, group: Group, item: Item, reader: Reader, at: datetime, values: dict[str, str | int | bool]
) -> None:
    post.enqueue(
        kind=f"meetings/{message}",
        mail_class=MailClass.SERVICE,
        to=reader.mailbox,
        values={
            **_known(group),
            "title": item.title,
            "item_id": item.id,
            "is_public": item.held_because is None,
            "quiet": keys.current().sign(PURPOSES[reader.kind], reader.row_id),
            **values,
        },
        at=at,
        about=(reader.kind, reader.row_id),
    )


def _known(group: Group) -> dict[str, str]:
    return {
        "from_name": group.name,
        "reply_to": group.reply_address,
        "group_name": group.name,
        "slug": group.slug,
        "helper_name": group.helper_name,
        "helper_contact": group.helper_contact,
    }
