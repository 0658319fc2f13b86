"""What people ask about their data, as it arrives: written down by an officer, or sent from a page.

Contacts are locked before requests, as everywhere.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.evidence import record, suppress
from pcnppg.membership.actions.leaving import leave, leave_mailbox, take_in_hand
from pcnppg.membership.actions.requests import begin, end, step
from pcnppg.membership.rules import (
    DAY,
    HERE,
    HOW_IT_CAME,
    MAILS_A_DAY,
    Because,
    CameBy,
    Consent,
    Outcome,
    RequestKind,
    State,
    Step,
    day_in_england,
    may_be_received,
)
from pcnppg.store.locks import one_at_a_time

if TYPE_CHECKING:
    from pcnppg.membership.models import Contact, DataRequest


def write_down_request(
    group_id: int,
    *,
    kind: RequestKind,
    came_by: CameBy,
    received_on: date,
    contact_id: int | None,
    who: str,
    answer_to: str,
    asked: str,
    by: Who,
    at: datetime,
) -> DataRequest:
    """Write down a request that reached an officer. An objection stops all mail to whoever objects, at once."""
    groups.share_group(group_id)
    may_be_received(received_on, day_in_england(at)).enforce(field="received_on")
    contact = queries.get_contact(group_id, contact_id) if contact_id is not None else None
    if kind is RequestKind.OBJECTION:
        _stop(group_id, contact, answer_to, came_by=came_by, by=by, at=at)
    request = begin(
        group_id,
        kind=kind,
        came_by=came_by,
        received_on=received_on,
        contact=contact,
        who=who if contact is None else "",
        answer_to=answer_to if contact is None else "",
        asked=asked,
        by=by,
        at=at,
    )
    if kind is RequestKind.OBJECTION:
        step(request, Step.STOPPED, by=by, at=at)
    return request


def object_by_link(token: str, *, who: int | None = None, at: datetime) -> None:
    """Stop all mail to whoever was mailed this link, with the evidence that they objected. Pressed twice, it is one.

    Where people share the mailbox, `who` says whose mail.
    """
    contact = _of_link(token, who, at)
    me = Who.contact(contact.id)
    if queries.has_objected(contact.id) and contact.state != State.ACTIVE:
        return
    _stop(contact.group_id, contact, "", came_by=CameBy.MY_PAGE, by=me, at=at)
    request = _from_page(contact.group_id, RequestKind.OBJECTION, CameBy.MY_PAGE, contact, "", "", by=me, at=at)
    step(request, Step.STOPPED, by=me, at=at)
    end(request, Outcome.DONE, by=me, at=at)


def complain_by_link(token: str, *, words: str, who: int | None = None, at: datetime) -> None:
    """Take a complaint from whoever was mailed this link, and tell them by mail that it came."""
    contact = _of_link(token, who, at)
    if queries.count_complaints_of(contact.id, since=at - DAY) >= MAILS_A_DAY:
        raise RuleBroken("You sent us three complaints today, and we have them. You can write again tomorrow.")
    me = Who.contact(contact.id)
    request = _from_page(contact.group_id, RequestKind.COMPLAINT, CameBy.MY_PAGE, contact, "", words, by=me, at=at)
    assert contact.mailbox is not None  # noqa: S101 - the link was read there
    _acknowledge_by_mail(request, contact.mailbox, by=me, at=at)


def complain(group_id: int, *, address: EmailAddress, words: str, by: Who, at: datetime) -> None:
    """Take a complaint from anybody, and tell that address that it came. Nobody is looked up (rule 6). Answers nothing."""
    groups.share_group(group_id)
    mailbox_hash = keys.current().mailbox_hash(address.mailbox)
    one_at_a_time(f"complain:{mailbox_hash}")
    if queries.count_complaints_at(mailbox_hash, since=at - DAY) >= MAILS_A_DAY:
        return
    request = _from_page(
        group_id, RequestKind.COMPLAINT, CameBy.COMPLAINT_PAGE, None, address.shown, words, by=by, at=at
    )
    _acknowledge_by_mail(request, address.mailbox, by=by, at=at)


def _stop(group_id: int, contact: Contact | None, answer_to: str, *, came_by: CameBy, by: Who, at: datetime) -> None:
    """All mail of ours is direct marketing: to object to it is to leave, at once (article 21(3))."""
    if contact is None:
        _stop_at(group_id, EmailAddress.find(answer_to), came_by=came_by, by=by, at=at)
        return
    how = HOW_IT_CAME[came_by]
    record(take_in_hand(contact.id, at=at), Consent.OBJECTED, how=how, by=by, at=at)
    leave(contact.id, how=how, by=by, at=at)


def _stop_at(group_id: int, address: EmailAddress | None, *, came_by: CameBy, by: Who, at: datetime) -> None:
    """The same for somebody whom nobody looked for on the list: everybody at the mailbox that they gave."""
    if address is None:
        return
    there = [one for one in queries.list_people_at(group_id, address.mailbox) if one.state in HERE]
    for contact in there:
        record(contact, Consent.OBJECTED, how=HOW_IT_CAME[came_by], by=by, at=at)
    if there:
        leave_mailbox(there[0].id, how=HOW_IT_CAME[came_by], by=by, at=at)
    mailbox_hash = keys.current().mailbox_hash(address.mailbox)
    suppress(group_id, mailbox_hash, because=Because.LEFT, contact_id=None, at=at)


def _of_link(token: str, who: int | None, at: datetime) -> Contact:
    """The contact whose link this is. What they press twice at once is done one after the other."""
    groups.share_group(queries.get_my_link(token, at=at).group_id)
    one_at_a_time(f"asks:{_chosen(token, who, at).id}")
    return _chosen(token, who, at)  # again, now that nobody else acts on it


def _chosen(token: str, who: int | None, at: datetime) -> Contact:
    contact = queries.open_link(token, who=who, at=at).contact
    if contact is None:
        raise NotFound
    return contact


def _from_page(
    group_id: int,
    kind: RequestKind,
    came_by: CameBy,
    contact: Contact | None,
    answer_to: str,
    asked: str,
    *,
    by: Who,
    at: datetime,
) -> DataRequest:
    return begin(
        group_id,
        kind=kind,
        came_by=came_by,
        received_on=day_in_england(at),
        contact=contact,
        who="",
        answer_to=answer_to,
        asked=asked,
        by=by,
        at=at,
    )


def _acknowledge_by_mail(request: DataRequest, mailbox: str, *, by: Who, at: datetime) -> None:
    """The mail that says that a complaint came is the acknowledgement that the law asks for within 30 days."""
    request.acknowledged_on = day_in_england(at)
    step(request, Step.ACKNOWLEDGED, by=by, at=at)
    emails.acknowledge_complaint(groups.get_group(request.group_id), request, mailbox)
