"""What the stories of this domain share: mailings handed over, and reports that speak of them by their tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from pcnppg.groups.models import Group
from pcnppg.kernel import clock, keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import VISITOR
from pcnppg.mailing.models import Delivery
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact
from pcnppg.post.jobs.command import worker_of
from pcnppg.returns import actions
from pcnppg.returns.rules import Did
from pcnppg.store.session import session, transaction
from tests.mailing.lists import send
from tests.membership.stories import ask, joined, letters, the_group

PAT = "pat@example.com"
DOMAIN = "pcnppg.test"
HOLD = timedelta(minutes=16)


def mailed(app: Flask, group: Group, officer: int) -> int:
    """A mailing that has been handed over to everybody: its number."""
    number = send(group.id, officer)
    with clock.at(clock.now() + HOLD):
        worker_of(app).run(once=True)
    return number


def delivery_to(contact: Contact | int, mailing_id: int) -> Delivery:
    contact_id = getattr(contact, "id", contact)
    session().rollback()
    found = select(Delivery).where(Delivery.contact_id == contact_id, Delivery.mailing_id == mailing_id)
    return session().scalars(found.execution_options(populate_existing=True)).one()


def return_path(delivery: Delivery | int) -> str:
    return f"b+{keys.current().sign('bounce', getattr(delivery, 'id', delivery))}@{DOMAIN}"


def report(to: str, *, status: str = "5.1.1", said: str = "550 5.1.1 User unknown", action: str = "failed") -> bytes:
    """A report as a mail server writes it, to this return path. The address in it is nobody's."""
    return (
        "Return-Path: <>\n"
        "From: MAILER-DAEMON@mx.example (Mail Delivery System)\n"
        f"To: {to}\n"
        "Subject: Undelivered Mail Returned to Sender\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; somebody.else@example.net\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {said}\n\n--b--\n"
    ).encode()


def full(to: str) -> bytes:
    return report(to, status="5.2.2", said="552 5.2.2 Mailbox full")


def complaint(to: str, returned: str = "") -> bytes:
    return (
        f"From: fbl@provider.example\nTo: {to}\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{returned}\n\n--b--\n"
    ).encode()


def mail(to: str, *, subject: str = "Re: Our summer meeting", text: str = "I will come.", sender: str = PAT) -> bytes:
    return f"From: Pat Lee <{sender}>\nTo: {to}\nSubject: {subject}\n\n{text}\n".encode()


def take(raw: bytes, *recipients: str) -> Did:
    with transaction():
        return actions.take(raw, recipients, at=clock.now())


def again(contact: Contact | int) -> Contact:
    """The contact as the database has it now."""
    session().rollback()
    return session().get_one(Contact, getattr(contact, "id", contact), populate_existing=True)


def with_pat(**more: Any) -> tuple[Group, Contact]:
    group = the_group(**more)
    return group, joined(group, PAT, name="Pat Lee")


def nobodys_link(group_id: int) -> str:
    """A link to a form that waits: to nobody on the list."""
    ask(group_id, "new@example.com")
    with transaction():
        membership.tell_my_link(group_id, address=EmailAddress.parse("new@example.com"), by=VISITOR, at=clock.now())
    return str(letters("my")[-1]["values"]["token"])
