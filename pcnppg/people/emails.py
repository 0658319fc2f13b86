"""What we say about signing in. Nothing that another person typed is in it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.kernel.email_address import EmailAddress
from pcnppg.people.rules import CHANGE_LASTS, CODE_LASTS, UNUSED_NOTICE
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
        to=person.mailbox or "",
        values={"name": person.name},
        at=at,
        about=("person", person.id),
    )


def address_code(address: EmailAddress, *, change_id: int, code: str, is_free: bool, at: datetime) -> None:
    """A code for a new address; to an address that has an account, that it has one."""
    post.enqueue(
        kind="people/address_code" if is_free else "people/address_in_use",
        mail_class=MailClass.SERVICE,
        to=address,
        values={"code": code} if is_free else {},
        at=at,
        about=("address_change", change_id),
        expires_at=at + CHANGE_LASTS,
    )


def address_changed(before: EmailAddress, *, person_id: int, at: datetime) -> None:
    """To the old address: the account has another one now."""
    post.enqueue(
        kind="people/address_changed",
        mail_class=MailClass.SERVICE,
        to=before,
        values={"when": at},
        at=at,
        about=("person", person_id),
    )


def account_unused(person: Person, *, at: datetime) -> None:
    """A month's notice: nobody uses this account, and it will be erased."""
    post.enqueue(
        kind="people/account_unused",
        mail_class=MailClass.SERVICE,
        to=person.mailbox or "",
        values={"until": at + UNUSED_NOTICE},
        at=at,
        about=("person", person.id),
    )
