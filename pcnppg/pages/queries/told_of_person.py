"""All that is kept about somebody with an account, asked of every domain from one list (rule 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pcnppg.audit import queries as audit
from pcnppg.audit.rules import deed_words
from pcnppg.federation import queries as federation
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import as_role
from pcnppg.kernel.kept import Kept, Value
from pcnppg.kernel.who import Kind
from pcnppg.mailing import queries as mailing
from pcnppg.meetings.queries import telling as meetings
from pcnppg.membership import queries as membership
from pcnppg.people import queries as people
from pcnppg.updates import queries as updates

if TYPE_CHECKING:
    from pcnppg.audit.models import AuditEntry
    from pcnppg.groups.models import Group

Tell = Callable[[int, datetime], list[Kept]]


def tell_audit(person_id: int, at: datetime) -> list[Kept]:
    """What they did, and what was done to their account and roles. Nobody else is named."""
    names = {group.id: group.name for group in groups.list_groups()}
    entries = audit.list_entries_of_person(person_id, roles=groups.held_numbers(person_id))
    rows = [
        (entry.at, _by(entry, person_id), deed_words(entry.what), names.get(entry.group_id or 0)) for entry in entries
    ]
    return [Kept("What was done by you, or to your account", ("When", "Who", "What", "Group"), rows)]


TELLERS: Mapping[str, Tell] = {
    "people": people.tell_about_person,
    "groups": groups.tell_about_person,
    "mailing": mailing.tell_about_person,
    "meetings": meetings.tell_about_person,
    "federation": federation.tell_about_person,
    "membership": membership.tell_about_person,
    "updates": updates.tell_about_person,
    "audit": tell_audit,
}
"""Every domain that keeps something about somebody with an account, in the order in which it is shown."""

NOTHING_TO_TELL: Mapping[str, str] = {
    "directory": "it knows practices and networks, and no person",
    "post": "what waits goes within minutes, sealed; what went says not to whom",
    "pages": "it keeps nothing",
    "returns": "it keeps a mark of each message, which leads to nobody",
}
"""Every other domain, and why it is silent. A test compares both lists with the packages."""


def told_of_person(person_id: int, at: datetime) -> list[Kept]:
    """All of it, one table after another."""
    return [kept for tell in TELLERS.values() for kept in tell(person_id, at)]


def copy_of_person(person_id: int, at: datetime) -> dict[str, Any]:
    """All of it for another program: by domain and heading, each row by its columns."""
    told = {domain: tell(person_id, at) for domain, tell in TELLERS.items()}
    return {
        "as_of": at.isoformat(),
        **{domain: {kept.heading: _rows(kept) for kept in found} for domain, found in told.items()},
    }


@dataclass(frozen=True, slots=True)
class Toll:
    """What erasing an account takes with it, in numbers. With a group in `leaderless` it is refused."""

    leaderless: list[Group]
    roles: list[tuple[str, str]]
    devices: int
    mailings: int
    invitations: int


def toll_of(person_id: int, at: datetime) -> Toll:
    """What would happen if this account were erased now."""
    return Toll(
        leaderless=groups.list_leaderless(person_id),
        roles=[(as_role(held.role), group.name) for held, group in groups.list_own(person_id)],
        devices=len(people.list_sessions(person_id, at=at)),
        mailings=len(mailing.list_by_person(person_id)),
        invitations=groups.count_offers_to(people.address_of(person_id), at=at),
    )


def _by(entry: AuditEntry, person_id: int) -> str:
    if entry.by_kind == Kind.PERSON:
        return "You" if entry.by_id == person_id else "Somebody else of the group"
    return {Kind.OPERATOR: "Whoever runs this site", Kind.MACHINE: "This site by itself"}.get(
        Kind(entry.by_kind), "Somebody who was not signed in"
    )


def _rows(kept: Kept) -> list[dict[str, str | int | None]]:
    return [dict(zip(kept.columns, (_plain(value) for value in row), strict=True)) for row in kept.rows]


def _plain(value: Value) -> str | int | None:
    return value if value is None or isinstance(value, str | int) else value.isoformat()
