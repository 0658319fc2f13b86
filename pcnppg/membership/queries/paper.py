"""People without email, what officers wrote down about a consent, and copies taken of the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, exists, func, literal_column, select

from pcnppg.kernel import keys
from pcnppg.membership import formats
from pcnppg.membership.models import ConsentRecord, Contact, Evidence, ListExport, PromiseChange, Suppression
from pcnppg.membership.queries.contacts import find_contact
from pcnppg.membership.queries.evidence import words_of
from pcnppg.membership.rules import (
    HERE,
    KEYED_IN,
    Consent,
    EvidenceKind,
    How,
    ReachedBy,
    Shown,
    State,
    Ways,
    name_key,
    phone_key,
)
from pcnppg.people import queries as people
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

NOT_BY_EMAIL = Contact.reached_by != literal_column("'email'")
"""Written out, not bound: only so do both databases use the index of those without email."""
LISTED = 50
"""Copies of the list, and people who said "not me", that a page shows at most."""


def words_for(group: Group, by: ReachedBy) -> Shown:
    """The exact words of the group's paper form, now. Who is not written to by email reads how they hold for them."""
    shown = words_of(group)
    return shown if by is ReachedBy.EMAIL else formats.without_email(shown)


def count_without_email(group_id: int, *, paused_at: datetime | None = None) -> Counter[str]:
    """How many on the list are reached by post and by phone; without those who are paused at `paused_at`."""
    found = select(Contact.reached_by, func.count()).where(*_without_email(group_id, paused_at))
    return Counter(dict(session().execute(found.group_by(Contact.reached_by)).all()))


def list_without_email(
    group_id: int, by: ReachedBy, *, at: datetime, but_for: Select[Any] | None = None
) -> Sequence[Any]:
    """Everybody on the list who is reached this way and has not paused, by name; `but_for` selects numbers to leave out."""
    columns = (
        Contact.id,
        Contact.name,
        Contact.postal_address,
        Contact.phone,
        Contact.promise,
        Contact.joined_at,
    )
    found = select(*columns).where(*_without_email(group_id, at), Contact.reached_by == by)
    if but_for is not None:
        found = found.where(Contact.id.not_in(but_for))
    return session().execute(found.order_by(Contact.name_key, Contact.id)).all()


def _without_email(group_id: int, paused_at: datetime | None) -> list[Any]:
    found = [Contact.group_id == group_id, Contact.state == State.ACTIVE, NOT_BY_EMAIL]
    if paused_at is not None:
        found.append(func.coalesce(Contact.paused_until, paused_at) <= paused_at)
    return found


def is_suppressed(group_id: int, mailbox: str) -> bool:
    """Must this mailbox not be brought back by hand or from a file?"""
    hashed = keys.current().mailbox_hash(mailbox)
    return bool(
        session().scalar(select(exists().where(Suppression.group_id == group_id, Suppression.mailbox_hash == hashed)))
    )


def list_like(group_id: int, name: str | None, ways: Ways) -> list[Contact]:
    """Who may be the same person without email: the same name, reached the same way at the same place; the newest first."""
    found = select(Contact).where(
        Contact.group_id == group_id,
        NOT_BY_EMAIL,
        Contact.state.in_([*HERE, State.LEFT]),
        Contact.name_key == name_key(name),
        Contact.reached_by == ways.by,
    )
    named = session().scalars(found.order_by(Contact.id.desc()).execution_options(populate_existing=True))
    return [one for one in named if _place(one.postal_address, one.phone, ways.by) == _place_of(ways)]


def _place_of(ways: Ways) -> str:
    return _place(ways.postal_address, ways.phone, ways.by)


def _place(postal_address: str | None, phone: str | None, by: str) -> str:
    return phone_key(phone) if by == ReachedBy.PHONE else name_key((postal_address or "").replace(",", " "))


def list_promises_since(group_id: int, since: datetime) -> list[int]:
    """The numbers that the group has promised since, oldest first."""
    found = select(PromiseChange.promise).where(PromiseChange.group_id == group_id, PromiseChange.at >= since)
    return list(session().scalars(found.order_by(PromiseChange.at, PromiseChange.id)))


def list_evidence(contact_id: int) -> list[Evidence]:
    """What officers wrote down about a contact's consents and wishes, oldest first."""
    theirs = select(ConsentRecord.evidence_id).where(ConsentRecord.contact_id == contact_id)
    return list(session().scalars(select(Evidence).where(Evidence.id.in_(theirs)).order_by(Evidence.id)))


def find_not_me(token: str) -> Contact | None:
    """The contact whose form was written down with the address that this link was mailed to; None where it is so no longer.

    The link is bound to the mailbox: after a correction of the address it finds nobody. Nor does it once somebody there
    joined by their own act.
    """
    number = keys.claimed(token)
    contact = find_contact(number) if number is not None else None
    if contact is None or contact.mailbox is None:
        return None
    if keys.current().read(not_me_purpose(contact.mailbox), token) is None:
        return None
    return contact if find_agreed_how(contact.id) in KEYED_IN else None


def find_agreed_how(contact_id: int) -> str | None:
    """By which act a contact last agreed; None where nobody has said that they did."""
    agreed = select(ConsentRecord.how).where(
        ConsentRecord.contact_id == contact_id, ConsentRecord.what == Consent.AGREED
    )
    return session().scalar(agreed.order_by(ConsentRecord.at.desc(), ConsentRecord.id.desc()).limit(1))


def not_me_purpose(mailbox: str) -> str:
    """What the token of a "not me" link is signed for."""
    return f"not_me:{keys.current().mailbox_hash(mailbox)}"


@dataclass(frozen=True, slots=True)
class NotMe:
    """Somebody said "not me": when, and when and by whom their form had been written down. Never who it was."""

    at: datetime
    written_at: datetime
    by: str


def list_not_me(group_id: int, *, since: datetime) -> list[NotMe]:
    """Who said "not me" since, the newest first."""
    gone = (
        Contact.group_id == group_id,
        Contact.state == State.ERASED,
        Contact.left_how == How.NOT_ME,
        Contact.left_at > since,
        Evidence.kind != EvidenceKind.ASKED,
    )
    found = (
        select(Contact.left_at, Evidence.written_at, Evidence.by_person_id)
        .join(ConsentRecord, ConsentRecord.contact_id == Contact.id)
        .join(Evidence, Evidence.id == ConsentRecord.evidence_id)
        .where(*gone)
        .order_by(Contact.left_at.desc(), Evidence.id.desc())
        .limit(LISTED)
    )
    rows = session().execute(found).all()
    names = names_of([row.by_person_id for row in rows])
    return [NotMe(row.left_at, row.written_at, names.get(row.by_person_id, "")) for row in rows if row.left_at]


def list_for_export(group_id: int) -> Sequence[Any]:
    """Everybody on the list, as a copy of it names them; by name."""
    columns = (
        Contact.name,
        Contact.reached_by,
        Contact.address,
        Contact.postal_address,
        Contact.phone,
        Contact.joined_at,
        Contact.paused_until,
    )
    found = select(*columns).where(Contact.group_id == group_id, Contact.state == State.ACTIVE)
    return session().execute(found.order_by(Contact.name_key, Contact.id)).all()


def list_exports(group_id: int) -> list[tuple[ListExport, str]]:
    """The copies that were taken of the list, each with the name of who took it, the newest first."""
    found = select(ListExport).where(ListExport.group_id == group_id)
    taken = session().scalars(found.order_by(ListExport.at.desc(), ListExport.id.desc()).limit(LISTED)).all()
    names = names_of([one.by_person_id for one in taken])
    return [(one, names.get(one.by_person_id, "")) for one in taken]


def names_of(person_ids: Sequence[int | None]) -> dict[int | None, str]:
    """The names of these accounts, as far as they are still here."""
    wanted = sorted({one for one in person_ids if one})
    return {person.id: person.name for person in people.list_people(wanted)} if wanted else {}
