"""What is held about one person: who a mailed link opens it for, which addresses wait to be confirmed, and all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from pcnppg.audit import queries as audit
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import Kind
from pcnppg.membership.models import (
    AddressChange,
    ConsentRecord,
    Contact,
    Evidence,
    MyLink,
    SignUp,
    Suppression,
    Wording,
)
from pcnppg.membership.queries.contacts import list_people_at
from pcnppg.membership.queries.evidence import get_my_link, list_my_links_at, list_sign_ups_at
from pcnppg.post import queries as post
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Opened:
    """A link to what is held, everybody at its mailbox, and whom of them its reader looks at.

    `contact` is None where nobody is there, or where one of several is still to be chosen.
    """

    link: MyLink
    people: Sequence[Contact]
    contact: Contact | None

    @property
    def is_shared(self) -> bool:
        return len(self.people) > 1

    @property
    def must_choose(self) -> bool:
        return self.is_shared and self.contact is None


def read_who(text: str | None) -> int | None:
    """The number of a contact as an address or a form names it; None for none. What is no number names nobody."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise NotFound
    return int(text)


def open_link(token: str, *, who: int | None, at: datetime) -> Opened:
    """What a link opens while it works. `who` chooses among those at its mailbox; anybody else is not found."""
    link = get_my_link(token, at=at)
    people = _people_behind(link)
    if who is None:
        return Opened(link, people, people[0] if len(people) == 1 else None)
    chosen = next((contact for contact in people if contact.id == who), None)
    if chosen is None:
        raise NotFound
    return Opened(link, people, chosen)


def _people_behind(link: MyLink) -> list[Contact]:
    """Never somebody at another mailbox: a link lies in the mailbox that it was mailed to."""
    known = session().get(Contact, link.contact_id) if link.contact_id is not None else None
    if known is None or known.mailbox is None or keys.current().mailbox_hash(known.mailbox) != link.mailbox_hash:
        return []
    return list_people_at(link.group_id, known.mailbox)


def get_address_change(token: str) -> AddressChange:
    """The change of address of this link, in whatever state, as it is now."""
    found = session().scalar(
        select(AddressChange)
        .where(AddressChange.token_hash == keys.token_hash(token))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def find_open_change(token: str, *, at: datetime) -> AddressChange | None:
    """The change of address that this link can still confirm, or None."""
    return session().scalar(
        select(AddressChange).where(
            AddressChange.token_hash == keys.token_hash(token),
            AddressChange.mailbox.is_not(None),
            AddressChange.expires_at > at,
        )
    )


def list_address_changes(contact_id: int) -> list[AddressChange]:
    """The changes of address that a contact asked for and that we still know, oldest first."""
    found = select(AddressChange).where(AddressChange.contact_id == contact_id)
    return list(session().scalars(found.order_by(AddressChange.asked_at, AddressChange.id)))


def list_waiting_changes(contact_id: int, *, at: datetime) -> list[AddressChange]:
    """Those of them whose link still works."""
    return [x for x in list_address_changes(contact_id) if x.mailbox is not None and x.expires_at > at]


def list_changes_to(group_id: int, mailbox_hash: str) -> list[AddressChange]:
    """The changes of address to one mailbox that we still know, whoever asked for them, oldest first."""
    found = select(AddressChange).where(AddressChange.group_id == group_id, AddressChange.mailbox_hash == mailbox_hash)
    return list(session().scalars(found.order_by(AddressChange.asked_at, AddressChange.id)))


def list_forms_used(contact_id: int) -> list[SignUp]:
    """The join forms by which somebody came, oldest first: emptied, but we still know when."""
    found = select(SignUp).where(SignUp.contact_id == contact_id)
    return list(session().scalars(found.order_by(SignUp.asked_at, SignUp.id)))


def count_address_mails(mailbox_hash: str, *, since: datetime) -> int:
    """How many mails about changes of address went to a mailbox, as the old one or as the new one, in any group."""
    to_it = or_(AddressChange.mailbox_hash == mailbox_hash, AddressChange.told_hash == mailbox_hash)
    return session().scalar(select(func.count()).where(to_it, AddressChange.asked_at > since)) or 0


def tell_about_contact(contact_id: int, at: datetime) -> Mapping[str, Any]:
    """All that this floor and those below hold about a contact, as plain values. Names of officers stay out of it,
    but for who took down a person's own consent: that is part of their evidence."""
    contact = session().get_one(Contact, contact_id)
    mailbox_hash = keys.current().mailbox_hash(contact.mailbox) if contact.mailbox else None
    forms = _forms(contact, mailbox_hash)
    changes = list_address_changes(contact_id)
    links = list_my_links_at(contact.group_id, mailbox_hash) if mailbox_hash else []
    rows = {
        "contact": [contact_id],
        "sign_up": [form.id for form in forms],
        "address_change": [change.id for change in changes],
        "my_link": [link.id for link in links],
    }
    records = _records(contact_id)
    return {
        "details": _details(contact),
        "consent": [_record(*line) for line in records],
        "words": {wording.id: wording.words for _, wording, _ in records if wording},
        "forms_waiting": [_form(form) for form in forms if form.mailbox is not None],
        "addresses_waiting": [_change(change) for change in list_waiting_changes(contact_id, at=at)],
        "links": [_link(link) for link in links],
        "kept_from_import": _suppression(contact.group_id, mailbox_hash),
        "service_messages": [
            {"kind": kind, "queued_at": queued_at, "state": state}
            for kind, queued_at, state in post.list_messages_about(rows)
        ],
        "written_down": [
            {"at": line.at, "what": line.what, "by": _by(line.by_kind, line.by_id, contact_id)}
            for line in audit.list_entries_about_rows(contact.group_id, rows)
        ],
    }


def tell_about_mailbox(group_id: int, mailbox_hash: str) -> Mapping[str, Any]:
    """What is held about a mailbox of which nobody has confirmed anything, as plain values."""
    return {
        "forms_waiting": [_form(form) for form in list_sign_ups_at(group_id, mailbox_hash) if form.mailbox is not None],
        "addresses_waiting": [_change(x) for x in list_changes_to(group_id, mailbox_hash) if x.mailbox is not None],
        "links": [_link(link) for link in list_my_links_at(group_id, mailbox_hash)],
    }


def _form(form: SignUp) -> dict[str, Any]:
    return {"name": form.name, "address": form.address, "asked_at": form.asked_at, "channel": form.channel}


def _change(change: AddressChange) -> dict[str, Any]:
    return {"address": change.address, "asked_at": change.asked_at, "until": change.expires_at}


def _link(link: MyLink) -> dict[str, Any]:
    return {"asked_at": link.asked_at, "until": link.expires_at}


def _details(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.name,
        "address": contact.address,
        "reached_by": contact.reached_by,
        "postal_address": contact.postal_address,
        "phone": contact.phone,
        "state": contact.state,
        "channel": contact.channel,
        "joined_at": contact.joined_at,
        "agreed_at": contact.agreed_at,
        "promise": contact.promise,
        "paused_until": contact.paused_until,
        "network_news_at": contact.network_news_at,
        "left_at": contact.left_at,
        "left_how": contact.left_how,
    }


def _records(contact_id: int) -> Sequence[Any]:
    return (
        session()
        .execute(
            select(ConsentRecord, Wording, Evidence)
            .outerjoin(Wording, Wording.id == ConsentRecord.wording_id)
            .outerjoin(Evidence, Evidence.id == ConsentRecord.evidence_id)
            .where(ConsentRecord.contact_id == contact_id)
            .order_by(ConsentRecord.at, ConsentRecord.id)
        )
        .all()
    )


def _record(line: ConsentRecord, wording: Wording | None, evidence: Evidence | None) -> dict[str, Any]:
    return {
        "at": line.at,
        "what": line.what,
        "how": line.how,
        "promise": line.promise,
        "until": line.until,
        "words": wording.id if wording else None,
        "evidence": {
            "kind": evidence.kind,
            "given_on": evidence.given_on,
            "given_at": evidence.given_at,
            "taken_by": evidence.taken_by,
            "kept_at": evidence.kept_at,
            "written_at": evidence.written_at,
        }
        if evidence
        else None,
    }


def _forms(contact: Contact, mailbox_hash: str | None) -> list[SignUp]:
    """Forms that became this contact; and those for their mailbox that nobody has confirmed."""
    waiting = list_sign_ups_at(contact.group_id, mailbox_hash) if mailbox_hash else []
    return [*list_forms_used(contact.id), *(form for form in waiting if form.contact_id is None)]


def _suppression(group_id: int, mailbox_hash: str | None) -> dict[str, Any] | None:
    found = session().scalar(
        select(Suppression).where(Suppression.group_id == group_id, Suppression.mailbox_hash == mailbox_hash)
    )
    return {"since": found.since, "because": found.because} if found else None


def _by(kind: str, row_id: int | None, contact_id: int) -> str:
    """Who did it as the contact may know it: "you", or what kind of somebody. Who an officer is, is the officer's own."""
    return "you" if kind == Kind.CONTACT and row_id == contact_id else kind
