"""Putting mail into the outbox, taking it back, and what the worker writes down. Nothing here sends anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import update

from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.post import formats
from pcnppg.post.models import OutboxMessage
from pcnppg.post.rules import (
    MailClass,
    State,
)
from pcnppg.store.session import session

JSON = str | int | float | bool | None | date | Sequence["JSON"] | Mapping[str, "JSON"]
"""What may wait sealed; dates and moments come back as ISO 8601, which the filters of mail templates read."""


def enqueue(
    *,
    kind: str,
    mail_class: MailClass,
    to: EmailAddress | str,
    values: Mapping[str, JSON],
    at: datetime,
    about: tuple[str, int] | None = None,
    expires_at: datetime | None = None,
) -> OutboxMessage:
    """Put a message into the outbox, in the transaction of the fact that causes it.

    `kind` is "<domain>/<message>", the folder of its templates. Receiver and values are sealed. `about` names the row by
    which `withdraw_about` finds it again. After `expires_at` it is not sent any more.
    """
    address = to if isinstance(to, EmailAddress) else EmailAddress.parse(to)
    kind_of_row, row_id = about or (None, None)
    message = OutboxMessage(
        mail_class=mail_class,
        kind=kind,
        sealed=formats.seal(keys.current().seal, {"to": address.mailbox, "values": values}),
        about_kind=kind_of_row,
        about_id=row_id,
        state=State.QUEUED,
        queued_at=at,
        due_at=at,
        expires_at=expires_at,
        tries=0,
        in_doubt=False,
        attempting_by=None,
        settled_at=None,
        answer=None,
    )
    session().add(message)
    session().flush()
    return message


def withdraw_about(about_kind: str, about_id: int, *, at: datetime) -> int:
    """Take back what still waits about a row, and forget whom it was for; how many there were.

    What a worker has in hand at this moment may still go.
    """
    done = update(OutboxMessage).where(
        OutboxMessage.about_kind == about_kind, OutboxMessage.about_id == about_id, OutboxMessage.state == State.QUEUED
    )
    return _changed(done.values(state=State.WITHDRAWN, settled_at=at, sealed=None))
