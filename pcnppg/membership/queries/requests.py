"""What people asked a group about their data. Always bounded by the group, or by the contact who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership.models import Contact, DataRequest, RequestStep
from pcnppg.membership.queries.contacts import find_at_mailbox, find_contact, list_people_at
from pcnppg.membership.queries.listing import list_contacts
from pcnppg.membership.queries.logs import list_steps
from pcnppg.membership.rules import FEW, CameBy, Listed, RequestKind, State, Timing
from pcnppg.people import queries as people
from pcnppg.store.session import session

MOST_CLOSED = 200
"""Closed requests on the page behind the open ones."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, who asks where they are on the list or gone from it, and how its clock stands today."""

    request: DataRequest
    contact: Contact | None
    today: date

    @property
    def timing(self) -> Timing:
        return self.request.timing

    @property
    def due_on(self) -> date | None:
        return self.timing.due_on(self.today)

    @property
    def days_left(self) -> int | None:
        return self.timing.days_left(self.today)

    @property
    def who(self) -> str:
        """Whoever asks, as well as it is known; empty where it is not known any more."""
        if self.contact is not None:
            return self.contact.name or self.contact.address or self.contact.phone or "A contact without a name"
        return self.request.who or self.request.answer_to or ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One step of a request. `by` is the officer's name, empty where no officer did it."""

    step: RequestStep
    words: str
    by: str


def get_asked(group_id: int, request_id: int, *, today: date) -> Asked:
    """The request of this number in this group. Another group's is not found."""
    found = _asked(group_id, today, DataRequest.id == request_id)
    if not found:
        raise NotFound
    return found[0]


def list_open(group_id: int, *, today: date) -> list[Asked]:
    """The open requests of a group: the soonest due first, then those for which the law names no day."""
    found = _asked(group_id, today, DataRequest.closed_on.is_(None))
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on or one.request.received_on, one.request.id))


def list_closed(group_id: int, *, today: date) -> list[Asked]:
    """The closed requests of a group, the last closed first."""
    found = _asked(group_id, today, DataRequest.closed_on.is_not(None))
    found.sort(key=lambda one: (one.request.closed_on or today, one.request.id), reverse=True)
    return found[:MOST_CLOSED]


def list_pressing(group_id: int, *, today: date) -> list[Asked]:
    """Open requests of which an officer should be reminded."""
    return [one for one in list_open(group_id, today=today) if one.timing.is_pressing(today)]


def count_closed(group_id: int) -> int:
    found = select(func.count()).where(DataRequest.group_id == group_id, DataRequest.closed_on.is_not(None))
    return session().scalar(found) or 0


def lock_request(group_id: int, request_id: int) -> DataRequest:
    """A request of this group as it is now, locked until the transaction ends."""
    found = select(DataRequest).where(DataRequest.group_id == group_id, DataRequest.id == request_id)
    request = session().scalar(found.with_for_update().execution_options(populate_existing=True))
    if request is None:
        raise NotFound
    return request


def lock_requests_of(
    group_id: int, *, contact_id: int | None = None, mailbox_hash: str | None = None
) -> Sequence[DataRequest]:
    """The requests that say who asked, of one contact or one mailbox, locked."""
    whose = DataRequest.contact_id == contact_id if contact_id else DataRequest.mailbox_hash == mailbox_hash
    found = select(DataRequest).where(DataRequest.group_id == group_id, whose, DataRequest.emptied_at.is_(None))
    return session().scalars(found.order_by(DataRequest.id).with_for_update()).all()


def lock_requests_closed(closed_by: date) -> Sequence[DataRequest]:
    """In every group: the requests closed on this day or before that still say who asked, locked."""
    found = select(DataRequest).where(DataRequest.closed_on <= closed_by, DataRequest.emptied_at.is_(None))
    return session().scalars(found.order_by(DataRequest.id).with_for_update()).all()


def has_objected(contact_id: int) -> bool:
    """Did they object on their own page already?"""
    found = select(DataRequest.id).where(
        DataRequest.contact_id == contact_id,
        DataRequest.kind == RequestKind.OBJECTION,
        DataRequest.came_by == CameBy.MY_PAGE,
    )
    return session().scalar(found.limit(1)) is not None


def count_complaints_at(mailbox_hash: str, *, since: datetime) -> int:
    """How many complaints came from a mailbox by the page for everybody."""
    found = select(func.count()).where(DataRequest.mailbox_hash == mailbox_hash, DataRequest.written_at > since)
    return session().scalar(found) or 0


def count_complaints_of(contact_id: int, *, since: datetime) -> int:
    """How many complaints a contact sent from their own page."""
    found = select(func.count()).where(
        DataRequest.contact_id == contact_id,
        DataRequest.kind == RequestKind.COMPLAINT,
        DataRequest.came_by == CameBy.MY_PAGE,
        DataRequest.written_at > since,
    )
    return session().scalar(found) or 0


def list_log(request_id: int) -> list[LogLine]:
    """All that happened to a request, oldest first, with the names of the officers who did it."""
    steps = list_steps(request_id)
    names = {
        person.id: person.name for person in people.list_people([s.by_person_id for s, _ in steps if s.by_person_id])
    }
    return [LogLine(step, words or "", names.get(step.by_person_id or 0, "")) for step, words in steps]


def find_like(group_id: int, search: str, *, at: datetime) -> Sequence[Any]:
    """The first few contacts, on the list or gone from it, whose name or address holds these words."""
    return list_contacts(group_id, listed=Listed.ALL, search=search, at=at).rows[:FEW]


def find_receiver(request: DataRequest) -> tuple[str, str | None] | None:
    """The mailbox of whoever asked, and their name where others read it too; None where we know no mailbox of theirs."""
    contact = find_contact(request.contact_id) if request.contact_id is not None else None
    if contact is None:
        address = EmailAddress.find(request.answer_to or "")
        return (address.mailbox, None) if address is not None else None
    if contact.mailbox is None:
        return None
    is_shared = len(list_people_at(contact.group_id, contact.mailbox)) > 1
    return contact.mailbox, contact.name if is_shared else None


def find_same_mailbox(request: DataRequest) -> Contact | None:
    """A contact of the group at the address that a request gave: it may be the same person, and may not."""
    address = EmailAddress.find(request.answer_to or "") if request.contact_id is None else None
    return find_at_mailbox(request.group_id, address.mailbox) if address is not None else None


def _asked(group_id: int, today: date, *which: Any) -> list[Asked]:
    found = (
        select(DataRequest, Contact)
        .outerjoin(Contact, (Contact.id == DataRequest.contact_id) & (Contact.state != State.ERASED))
        .where(DataRequest.group_id == group_id, *which)
        .order_by(DataRequest.id)
    )
    return [Asked(request, contact, today) for request, contact in session().execute(found)]
