"""What we write to people about their own place on the list: each message answers something they did.

Nothing that a visitor typed into a form stands in a message to an address that nobody has confirmed. The officers are told
of copies of the list.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.membership import queries
from pcnppg.membership.models import Contact, ContactMove, DataRequest, Evidence, ListExport, MyLink, SignUp
from pcnppg.membership.rules import How, Shown
from pcnppg.post import actions as post
from pcnppg.post.rules import MailClass

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.kernel.email_address import EmailAddress


def ask_to_confirm(group: Group, sign_up: SignUp, to: EmailAddress, token: str) -> None:
    """The link whose button puts them on the list."""
    _send(
        "confirm", group, to.mailbox, sign_up.asked_at, ("sign_up", sign_up.id), token=token, until=sign_up.expires_at
    )


def say_already_on_list(group: Group, sign_up: SignUp, to: EmailAddress, token: str) -> None:
    """To an address that is on the list already; the link is for somebody else who reads it too."""
    _send(
        "already", group, to.mailbox, sign_up.asked_at, ("sign_up", sign_up.id), token=token, until=sign_up.expires_at
    )


def send_receipt(
    group: Group, contact: Contact, shown: Shown, *, at: datetime | None = None, moved: bool = False
) -> None:
    """The exact words that they agreed to, and how to leave. `moved`: they were reached by post or phone before."""
    leave = keys.current().sign("leave", contact.id)
    about = ("contact", contact.id)
    at = at or contact.joined_at
    more: dict[str, Any] = {"words": shown.blocks, "leave": leave, "agreed_at": at.isoformat(), "moved": moved}
    _send("receipt", group, _mailbox(contact), at, about, **more)


def send_my_link(group: Group, link: MyLink, to: EmailAddress, token: str) -> None:
    """The link to what we hold."""
    _send("my", group, to.mailbox, link.asked_at, ("my_link", link.id), token=token, until=link.expires_at)


def send_way_back(group: Group, link: MyLink, mailbox: str, token: str) -> None:
    """The link for who did not mean to leave."""
    _send("come_back", group, mailbox, link.asked_at, ("my_link", link.id), token=token, until=link.expires_at)


def say_nothing_held(group: Group, link: MyLink, to: EmailAddress) -> None:
    """To an address that we know nothing about."""
    _send("nothing", group, to.mailbox, link.asked_at, ("my_link", link.id))


def say_written_down(
    group: Group, contact: Contact, shown: Shown, evidence: Evidence, *, officer: str, at: datetime | None = None
) -> None:
    """What an officer wrote down for them: who, when, to which words in full; how to leave, and how to say "not me"."""
    ours, mailbox = keys.current(), _mailbox(contact)
    _send(
        "written_down",
        group,
        mailbox,
        at or contact.joined_at,
        ("contact", contact.id),
        channel=contact.channel,
        given_on=evidence.given_on,
        officer=officer,
        words=shown.blocks,
        promise=contact.promise,
        leave=ours.sign("leave", contact.id),
        not_me=ours.sign(queries.not_me_purpose(mailbox), contact.id),
    )


def say_no_more_email(group: Group, contact: Contact, mailbox: str, *, at: datetime) -> None:
    """To the address that we stop writing to, because they asked for letters or calls."""
    _send("no_more_email", group, mailbox, at, ("contact", contact.id), reached_by=contact.reached_by)


def tell_of_export(group: Group, taken: ListExport, *, by: str) -> None:
    """To the other officers: a copy of the list was taken."""
    for officer in groups.list_officers(group.id):
        if officer.person_id != taken.by_person_id:
            post.enqueue(
                kind="membership/exported",
                mail_class=MailClass.OFFICE,
                to=officer.mailbox,
                values={
                    "from_name": group.name,
                    "group_name": group.name,
                    "slug": group.slug,
                    "officer": by,
                    "reason": taken.reason,
                    "people": taken.people,
                    "taken_at": taken.at,
                    "delete_by": taken.delete_by,
                },
                at=taken.at,
                about=("list_export", taken.id),
            )


def acknowledge_complaint(group: Group, request: DataRequest, mailbox: str) -> None:
    """That their complaint came, and what happens next. Not what they wrote: anybody may have typed this address."""
    about = ("data_request", request.id)
    _send(
        "complaint",
        group,
        mailbox,
        request.written_at,
        about,
        received_at=request.written_at.isoformat(),
        holder=group.holder_name or group.name,
        contact=group.complaints_contact or group.privacy_contact,
    )


def tell_of_extension(request: DataRequest, *, due_on: date, at: datetime) -> None:
    """To whoever asked, where we know a mailbox of theirs: that the answer takes longer, and by when it comes."""
    _about_request("request_extended", request, at=at, due_on=due_on)


def tell_of_closing(request: DataRequest, *, at: datetime) -> None:
    """To whoever asked, where we know a mailbox of theirs: what came of it. Never what officers wrote about it."""
    _about_request("request_closed", request, at=at, outcome=request.outcome)


def _about_request(message: str, request: DataRequest, *, at: datetime, **more: Any) -> None:
    receiver = queries.find_receiver(request)
    if receiver is None:
        return
    mailbox, name = receiver
    group = groups.get_group(request.group_id)
    asked: dict[str, Any] = {"request": request.kind, "received_on": request.received_on, "name": name}
    contact = group.complaints_contact or group.privacy_contact
    _send(message, group, mailbox, at, ("data_request", request.id), contact=contact, **asked, **more)


def tell_old_address(group: Group, change: ContactMove, contact: Contact, *, is_shared: bool) -> None:
    """To the address that still counts, at once. Where people share it, it says whose address is to change."""
    name = contact.name if is_shared else None
    _send("address_old", group, _mailbox(contact), change.asked_at, ("contact_move", change.id), name=name)


def ask_new_address(
    group: Group, change: ContactMove, to: EmailAddress, token: str, *, officer: str, agrees: bool
) -> None:
    """The link whose button makes the new address count. `officer` wrote it down, "" where they typed it themselves;
    `agrees`: it is their first, so the page behind the link asks whether they agree to emails."""
    about, at = ("contact_move", change.id), change.asked_at
    more: dict[str, Any] = {
        "token": token,
        "officer": officer,
        "by_officer": change.how != How.MY_PAGE,
        "agrees": agrees,
    }
    _send("address_new", group, to.mailbox, at, about, until=change.expires_at, **more)


def _mailbox(contact: Contact) -> str:
    assert contact.mailbox is not None  # noqa: S101 - only an erased contact has none, and nobody writes to one
    return contact.mailbox


def _send(
    message: str,
    group: Group,
    to: str,
    at: datetime,
    about: tuple[str, int],
    *,
    until: datetime | None = None,
    **more: Any,
) -> None:
    values = {
        "from_name": group.name,
        "reply_to": group.reply_address,
        "group_name": group.name,
        "slug": group.slug,
        "helper_name": group.helper_name,
        "helper_contact": group.helper_contact,
    } | more
    if until is not None:
        values["until"] = until.isoformat()
    post.enqueue(
        kind=f"membership/{message}",
        mail_class=MailClass.SERVICE,
        to=to,
        values=values,
        at=at,
        about=about,
        expires_at=until,
    )
