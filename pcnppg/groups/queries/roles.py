"""Who holds which role in a group now, and in which groups somebody holds one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from pcnppg.groups.models import Group, RoleHeld
from pcnppg.groups.rules import OFFICERS, STAFF, Role, is_able_chair, needs_second_factor
from pcnppg.kernel.refusals import NotFound
from pcnppg.people import queries as people
from pcnppg.store.session import session


def roles_of(person_id: int, group_id: int) -> frozenset[Role]:
    """The roles that a person holds now in a group."""
    found = select(RoleHeld.role).where(
        RoleHeld.person_id == person_id, RoleHeld.group_id == group_id, RoleHeld.until.is_(None)
    )
    return frozenset(Role(role) for role in session().scalars(found))


def count_roles(group_id: int) -> dict[Role, int]:
    """How many hold which role in a group now, in the order of the roles; without their names."""
    found = select(RoleHeld.role, func.count()).where(RoleHeld.group_id == group_id, RoleHeld.until.is_(None))
    held = dict(session().execute(found.group_by(RoleHeld.role)).all())
    return {role: held[role] for role in Role if role in held}


@dataclass(frozen=True, slots=True)
class Place:
    """A group in which a person holds a role now."""

    group: Group
    roles: frozenset[Role]


def list_places(person_id: int) -> list[Place]:
    """Where a person holds a role now, by the group's name."""
    found = (
        select(Group, RoleHeld.role)
        .join(RoleHeld, RoleHeld.group_id == Group.id)
        .where(RoleHeld.person_id == person_id, RoleHeld.until.is_(None))
        .order_by(Group.name, Group.id)
    )
    places: dict[int, tuple[Group, set[Role]]] = {}
    for group, role in session().execute(found):
        places.setdefault(group.id, (group, set()))[1].add(Role(role))
    return [Place(group, frozenset(roles)) for group, roles in places.values()]


def list_role_holders() -> list[int]:
    """Everybody who holds a role in any group now, in order."""
    found = select(RoleHeld.person_id).where(RoleHeld.until.is_(None)).distinct().order_by(RoleHeld.person_id)
    return list(session().scalars(found))


def needs_authenticator(person_id: int) -> bool:
    """Does a person hold a role, in any group, that opens doors with an authenticator code only?"""
    held = select(RoleHeld.role).where(RoleHeld.person_id == person_id, RoleHeld.until.is_(None)).distinct()
    return needs_second_factor(Role(role) for role in session().scalars(held))


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who holds a role in a group now. `role` is one of the roles; who holds two is listed twice."""

    held_id: int
    person_id: int
    name: str
    mailbox: str
    role: Role
    since: datetime
    term_ends_on: date | None

    @property
    def is_officer(self) -> bool:
        return self.role in OFFICERS

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


def list_members(group_id: int) -> list[Officer]:
    """Who holds which role in a group now: officers first, then by name."""
    held = list(session().scalars(_held_now(group_id)))
    who = {person.id: person for person in people.list_people([row.person_id for row in held])}
    order = list(Role)
    found = [
        Officer(
            held_id=row.id,
            person_id=row.person_id,
            name=who[row.person_id].name,
            mailbox=who[row.person_id].mailbox or "",  # never empty: who is erased holds no role
            role=Role(row.role),
            since=row.since,
            term_ends_on=row.term_ends_on,
        )
        for row in held
    ]
    return sorted(found, key=lambda one: (order.index(one.role), one.name.casefold(), one.held_id))


def list_officers(group_id: int) -> list[Officer]:
    """The chair, vice chair and secretary of a group now; each person once, with the first of their roles."""
    found: dict[int, Officer] = {}
    for officer in list_members(group_id):
        if officer.role in OFFICERS:
            found.setdefault(officer.person_id, officer)
    return list(found.values())


def list_role_holders_in(group_ids: Collection[int]) -> set[tuple[int, int]]:
    """Who holds any role in these groups now: pairs of group and person."""
    found = select(RoleHeld.group_id, RoleHeld.person_id).where(
        RoleHeld.group_id.in_(group_ids), RoleHeld.until.is_(None)
    )
    return {(group_id, person_id) for group_id, person_id in session().execute(found)}


def holds_role(person_id: int, group_id: int, role: Role) -> bool:
    """Does a person hold this role in a group now?"""
    return role in roles_of(person_id, group_id)


def lock_held(group_id: int, held_id: int) -> RoleHeld:
    """A role held now in a group, locked."""
    found = select(RoleHeld).where(RoleHeld.id == held_id, RoleHeld.group_id == group_id, RoleHeld.until.is_(None))
    held = session().scalar(found.with_for_update().execution_options(populate_existing=True))
    if held is None:
        raise NotFound
    return held


def get_member(group_id: int, held_id: int) -> Officer:
    """One role held now in a group."""
    found = next((member for member in list_members(group_id) if member.held_id == held_id), None)
    if found is None:
        raise NotFound
    return found


def list_held_by(person_id: int, group_id: int) -> list[RoleHeld]:
    """The roles that a person holds now in a group, the oldest first."""
    return list(session().scalars(_held_now(group_id).where(RoleHeld.person_id == person_id)))


def count_chairs(group_id: int) -> int:
    return count_roles(group_id).get(Role.CHAIR, 0)


def count_officers_left(group_id: int, *, without: Collection[int]) -> int:
    """How many people would be officers of a group still, if the roles of these numbers ended."""
    held = session().scalars(_held_now(group_id))
    return len({row.person_id for row in held if row.role in OFFICERS and row.id not in without})


def list_chairs(group_id: int) -> list[RoleHeld]:
    """The roles of chair held now in a group, the oldest first."""
    return list(session().scalars(_held_now(group_id).where(RoleHeld.role == Role.CHAIR)))


def is_able(chair: RoleHeld, *, at: datetime) -> bool:
    """Was this chair seen of late?"""
    return is_able_chair(seen_at=people.get_person(chair.person_id).last_seen_at, since=chair.since, at=at)


def has_able_chair(group_id: int, *, at: datetime) -> bool:
    """Is there a chair who was seen of late?"""
    return any(is_able(chair, at=at) for chair in list_chairs(group_id))


def _held_now(group_id: int) -> Select[RoleHeld]:
    return select(RoleHeld).where(RoleHeld.group_id == group_id, RoleHeld.until.is_(None)).order_by(RoleHeld.id)
