"""All that membership and what stands below it hold about one person, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pcnppg.audit import queries as audit
from pcnppg.kernel import keys
from pcnppg.kernel.who import Kind
from pcnppg.membership.models import (
    ConsentRecord,
    Contact,
    ContactImport,
    ContactImportRow,
    ContactMove,
    Evidence,
    MyLink,
    SignUp,
    Suppression,
    Wording,
)
from pcnppg.membership.queries import evidence, holding, logs
from pcnppg.membership.queries.contacts import list_people_at
from pcnppg.membership.rules import name_key
from pcnppg.post import queries as post
from pcnppg.store.session import session


def tell_about_contact(contact_id: int, at: datetime) -> Mapping[str, Any]:
    """All that this floor and those below hold about a contact, as plain values. Names of officers stay out of it,
    but for who took down a person's own consent: that is part of their evidence."""
    contact = session().get_one(Contact, contact_id)
    mailbox_hash = keys.current().mailbox_hash(contact.mailbox) if contact.mailbox else None
    is_shared = len(list_people_at(contact.group_id, contact.mailbox)) > 1 if contact.mailbox else False
    forms = _forms(contact, mailbox_hash, is_shared=is_shared)
    changes = holding.list_address_changes(contact_id)
    links = evidence.list_my_links_at(contact.group_id, mailbox_hash) if mailbox_hash else []
    rows = {
        "contact": [contact_id],
        "sign_up": [form.id for form in forms],
        "contact_move": [change.id for change in changes],
        "my_link": [link.id for link in links],
        "data_request": [request.id for request in logs.list_requests_of(contact_id)],
    }
    records = _records(contact_id)
    return {
        "details": _details(contact),
        "consent": [_record(*line) for line in records],
        "words": {wording.id: wording.words for _, wording, _ in records if wording},
        "forms_waiting": [_form(form) for form in forms if form.mailbox is not None],
        "addresses_waiting": [_change(change) for change in holding.list_waiting_changes(contact_id, at=at)],
        "links": [_link(link) for link in links],
        "lists_waiting": _lists(contact, mailbox_hash, is_shared=is_shared),
        "requests": logs.requests_of(contact_id),
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
        "forms_waiting": [
            _form(form) for form in evidence.list_sign_ups_at(group_id, mailbox_hash) if form.mailbox is not None
        ],
        "addresses_waiting": [
            _change(x) for x in holding.list_changes_to(group_id, mailbox_hash) if x.mailbox is not None
        ],
        "links": [_link(link) for link in evidence.list_my_links_at(group_id, mailbox_hash)],
    }


def _form(form: SignUp) -> dict[str, Any]:
    return {"name": form.name, "address": form.address, "asked_at": form.asked_at, "channel": form.channel}


def _change(change: ContactMove) -> dict[str, Any]:
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
        "stopped_at": contact.stopped_at,
        "stopped_because": contact.stopped_because,
        "tried_at": contact.tried_at,
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


def _record(line: ConsentRecord, wording: Wording | None, form: Evidence | None) -> dict[str, Any]:
    return {
        "at": line.at,
        "what": line.what,
        "how": line.how,
        "promise": line.promise,
        "until": line.until,
        "words": wording.id if wording else None,
        "evidence": {
            "kind": form.kind,
            "given_on": form.given_on,
            "given_at": form.given_at,
            "taken_by": form.taken_by,
            "asked_by": form.asked_by,
            "kept_at": form.kept_at,
            "written_at": form.written_at,
        }
        if form
        else None,
    }


def _forms(contact: Contact, mailbox_hash: str | None, *, is_shared: bool) -> list[SignUp]:
    """Forms that became this contact; and those for their mailbox that nobody has confirmed."""
    waiting = evidence.list_sign_ups_at(contact.group_id, mailbox_hash) if mailbox_hash else []
    theirs = [form for form in waiting if form.contact_id is None and (not is_shared or _names(form.name, contact))]
    return [*holding.list_forms_used(contact.id), *theirs]


def _names(name: str | None, contact: Contact) -> bool:
    """Where people share a mailbox, what names another of them is not told here."""
    return name_key(name) == contact.name_key


def _lists(contact: Contact, mailbox_hash: str | None, *, is_shared: bool) -> list[dict[str, Any]]:
    """Rows with this mailbox in lists that somebody brings and that wait; they go within a day."""
    found = (
        select(ContactImportRow.name, ContactImportRow.address, ContactImport.began_at)
        .join(ContactImport, ContactImport.id == ContactImportRow.import_id)
        .where(ContactImport.group_id == contact.group_id, ContactImportRow.mailbox_hash == mailbox_hash)
        .order_by(ContactImportRow.id)
    )
    rows = [row for row in session().execute(found) if not is_shared or _names(row.name, contact)]
    return [{"name": row.name, "address": row.address, "brought_at": row.began_at} for row in rows]


def _suppression(group_id: int, mailbox_hash: str | None) -> dict[str, Any] | None:
    found = session().scalar(
        select(Suppression).where(Suppression.group_id == group_id, Suppression.mailbox_hash == mailbox_hash)
    )
    return {"since": found.since, "because": found.because} if found else None


def _by(kind: str, row_id: int | None, contact_id: int) -> str:
    """Who did it as the contact may know it: "you", or what kind of somebody. Who an officer is, is the officer's own."""
    return "you" if kind == Kind.CONTACT and row_id == contact_id else kind
