"""What the stories of accounts share: asking for a code, opening the mail, coming in, keeping an authenticator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import func, select

from pcnppg.audit.models import AuditEntry
from pcnppg.kernel import keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.verdict import Verdict
from pcnppg.kernel.who import Who
from pcnppg.people import actions, formats, queries
from pcnppg.people.actions import Opened
from pcnppg.people.formats import FreshCode
from pcnppg.people.models import SignInSession
from pcnppg.post import formats as post_formats
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session, transaction

SAM = "Sam@example.net"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that waits in the outbox, opened."""

    kind: str
    to: str
    values: dict[str, Any]
    mail_class: str
    expires_at: datetime | None


def address(text: str) -> EmailAddress:
    return EmailAddress.parse(text)


def letters(kind: str = "", *, to: str = "") -> list[Letter]:
    """What waits in the outbox, oldest first."""
    session().rollback()
    rows = session().scalars(select(OutboxMessage).where(OutboxMessage.sealed.is_not(None)).order_by(OutboxMessage.id))
    found = []
    for row in rows:
        assert row.sealed is not None
        opened = post_formats.unseal(keys.current().seal, row.sealed)
        found.append(Letter(row.kind, opened["to"], opened["values"], row.mail_class, row.expires_at))
    return [one for one in found if kind in ("", one.kind) and (not to or one.to == address(to).mailbox)]


def ask(text: str = SAM) -> None:
    """Ask for a code."""
    with transaction():
        actions.ask_to_sign_in(address=address(text), at=now())


def code_for(text: str = SAM) -> str:
    """Ask for a code, and read it in the mail."""
    ask(text)
    return str(letters("people/sign_in", to=text)[-1].values["code"])


def link_for(text: str = SAM) -> str:
    """Ask for a code, and take the link in the mail instead."""
    ask(text)
    return str(letters("people/sign_in", to=text)[-1].values["token"])


def give(code: str, text: str = SAM, **more: Any) -> Opened | Verdict:
    """Type a code on the page that asks for it."""
    with transaction():
        return actions.sign_in_with_code(
            mailbox=address(text).mailbox, code=code, device="Firefox on Windows", at=now(), **more
        )


def press(token: str) -> Opened | None:
    """Press the button behind a link."""
    with transaction():
        return actions.sign_in_with_link(token, device="Safari on iPhone", at=now())


def other_than(*codes: str) -> str:
    """Six digits that are none of these."""
    return next(f"{number:06}" for number in range(1_000_000) if f"{number:06}" not in codes)


def begun(person_id: int, **more: Any) -> Opened:
    """A session of somebody who proved their mailbox."""
    with transaction():
        return actions.begin_session(person_id, device="Firefox on Windows", at=now(), **more)


def session_row(opened: Opened | int) -> SignInSession:
    session().rollback()
    found = session().get(SignInSession, opened if isinstance(opened, int) else opened.session_id)
    assert found is not None
    session().refresh(found)
    return found


def secret(person_id: int, *, new: bool = False) -> str:
    """What the set-up page shows, or the one for a new phone."""
    session().rollback()
    factor = queries.find_second_factor(person_id)
    assert factor is not None
    session().refresh(factor)
    sealed = factor.next_sealed_secret if new else factor.sealed_secret
    assert sealed is not None
    return formats.secret_of(sealed)


def totp(person_id: int, *, steps: int = 0, new: bool = False) -> str:
    """What the app shows now, or `steps` half minutes later."""
    return pyotp.TOTP(secret(person_id, new=new)).at(now() + timedelta(seconds=30 * steps))


def set_up(opened: Opened, code: str | None = None, *, new: bool = False) -> tuple[Verdict, list[FreshCode]]:
    """Give the first code of an authenticator; the recovery codes that are shown for it."""
    codes = formats.make_recovery_codes()
    typed = code if code is not None else totp(opened.person_id, new=new)
    with transaction():
        verdict = actions.confirm_second_factor(
            opened.person_id,
            session_id=opened.session_id,
            totp=typed,
            codes=codes,
            by=Who.person(opened.person_id),
            at=now(),
        )
    return verdict, codes


def give_totp(opened: Opened, code: str) -> Verdict:
    with transaction():
        return actions.give_totp(
            opened.person_id, session_id=opened.session_id, totp=code, by=Who.person(opened.person_id), at=now()
        )


def give_recovery_code(opened: Opened, code: str) -> Verdict:
    with transaction():
        return actions.give_recovery_code(
            opened.person_id, session_id=opened.session_id, code=code, by=Who.person(opened.person_id), at=now()
        )


def deeds(what: str) -> list[AuditEntry]:
    """The audit's lines of one kind."""
    session().rollback()
    return list(session().scalars(select(AuditEntry).where(AuditEntry.what == what).order_by(AuditEntry.id)))


def count(model: type) -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(model)) or 0
