"""What we say about signing in. Nothing that another person typed is in it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.kernel.email_address import EmailAddress
from pcnppg.people.rules import CODE_LASTS
from pcnppg.post import actions as post
from pcnppg.post.rules import MailClass

if TYPE_CHECKING:
    from pcnppg.people.models import Person


def sign_in(address: EmailAddress, *, request_id: int, code: str, token: str, known: bool, at: datetime) -> None:
    """A code and a link; to an address without an account, that it has none."""
    post.enqueue(
        kind="people/sign_in" if known else "people/no_account",
        mail_class=MailClass.SERVICE,
        to=address,
        values={"code": code, "token": token} if known else {},
        at=at,
        about=("sign_in_request", request_id),
        expires_at=at + CODE_LASTS,
    )


def second_factor_reset(person: Person, *, at: datetime) -> None:
    """Your authenticator was taken off: what to do next, and what to do if that was not you."""
    post.enqueue(
        kind="people/second_factor_reset",
        mail_class=MailClass.SERVICE,
        to=person.mailbox,
        values={"name": person.name},
        at=at,
        about=("person", person.id),
    )
