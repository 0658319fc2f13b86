"""To those who have an action and no account: what it is, and the link by which they answer. Service messages, no news."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.post import actions as post
from pcnppg.post.rules import MailClass

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.meetings.models import Action


def given(group: Group, action: Action, token: str, *, at: datetime) -> None:
    """You have an action."""
    _send("action_given", group, action, token, at=at)


def remind(group: Group, action: Action, token: str, *, at: datetime) -> None:
    """It is due, and nobody has heard."""
    _send("action_due", group, action, token, at=at)


def _send(message: str, group: Group, action: Action, token: str, *, at: datetime) -> None:
    post.enqueue(
        kind=f"meetings/{message}",
        mail_class=MailClass.SERVICE,
        to=action.mailbox or "",
        values={
            "from_name": group.name,
            "reply_to": group.reply_address or None,
            "group_name": group.name,
            "slug": group.slug,
            "name": action.owner_name,
            "number": action.number,
            "words": action.words,
            "due_on": action.due_on,
            "token": token,
        },
        at=at,
        about=("action", action.id),
    )
