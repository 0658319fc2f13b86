"""Reading groups, roles and invitations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select

from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.groups import formats
from pcnppg.groups.models import Group, Invitation, PrivacyNotice, RoleHeld, SecondFactorReset
from pcnppg.groups.rules import OFFICERS, Holder, Kind, Role, needs_second_factor
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.settings import current
from pcnppg.people import queries as people
from pcnppg.store.session import session


def find_group(slug: str) -> Group | None:
    """The group of this slug, or None."""
    return session().scalar(select(Group).where(Group.slug == slug))


def get_group(group_id: int) -> Group:
    """The group of this number."""
    found = session().get(Group, group_id)
    if found is None:
        raise NotFound
    return found


def lock_group(group_id: int) -> Group:
    """The group, locked until the transaction ends: what is decided about its list is decided one at a time.

    On SQLite the transaction itself is the lock.
    """
    found = session().scalar(
        select(Group).where(Group.id == group_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def share_group(group_id: int) -> Group:
    """The group, held against `lock_group` but not against others who share it."""
    found = session().scalar(
        select(Group).where(Group.id == group_id).with_for_update(read=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def roles_of(person_id: int, group_id: int) -> frozenset[Role]:
    """The roles that a person holds now in a group."""
    found = select(RoleHeld.role).where(
        RoleHeld.person_id == person_id, RoleHeld.group_id == group_id, RoleHeld.until.is_(None)
    )
    return frozenset(Role(role) for role in session().scalars(found))


def find_by_short_code(code: str) -> Group | None:
    """The group whose poster says `/j/<code>`, or None. Case does not matter: people type it from paper."""
    if not code.isprintable():  # a database takes no zero byte
        return None
    return session().scalar(select(Group).where(Group.short_code == code.lower()))


def find_group_of_practice(practice_code: str) -> Group | None:
    return session().scalar(select(Group).where(Group.practice_code == practice_code))


def find_group_of_network(network_code: str) -> Group | None:
    return session().scalar(select(Group).where(Group.network_code == network_code, Group.kind == Kind.NETWORK))


def groups_of_practices(codes: Iterable[str]) -> dict[str, Group]:
    """The groups of these practices, by practice code."""
    found = select(Group).where(Group.practice_code.in_(list(codes))).order_by(Group.practice_code)
    return {group.practice_code: group for group in session().scalars(found) if group.practice_code}


def list_groups_found(text: str, practices: Select[str], *, limit: int) -> list[Group]:
    """The groups whose own name holds `text`, and those of `practices`, by name."""
    named = func.lower(Group.name).contains(text.strip().casefold(), autoescape=True)
    found = select(Group).where(or_(named, Group.practice_code.in_(practices)))
    return list(session().scalars(found.order_by(Group.name, Group.id).limit(limit)))


def count_roles(group_id: int) -> dict[Role, int]:
    """How many hold which role in a group now, in the order of the roles; without their names."""
    found = select(RoleHeld.role, func.count()).where(RoleHeld.group_id == group_id, RoleHeld.until.is_(None))
    held = dict(session().execute(found.group_by(RoleHeld.role)).all())
    return {role: held[role] for role in Role if role in held}


def list_groups() -> list[Group]:
    """Every group, by name."""
    return list(session().scalars(select(Group).order_by(Group.name, Group.id)))


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

    @property
    def is_officer(self) -> bool:
        return self.role in OFFICERS


def list_members(group_id: int) -> list[Officer]:
    """Who holds which role in a group now: officers first, then by name."""
    found = select(RoleHeld).where(RoleHeld.group_id == group_id, RoleHeld.until.is_(None)).order_by(RoleHeld.id)
    held = list(session().scalars(found))
    who = {person.id: person for person in people.list_people([row.person_id for row in held])}
    order = list(Role)
    return sorted(
        (
            Officer(
                row.id, row.person_id, who[row.person_id].name, who[row.person_id].mailbox, Role(row.role), row.since
            )
            for row in held
        ),
        key=lambda officer: (order.index(officer.role), officer.name.casefold(), officer.held_id),
    )


def list_officers(group_id: int) -> list[Officer]:
    """The chair, vice chair and secretary of a group now; each person once, with the first of their roles."""
    found: dict[int, Officer] = {}
    for officer in list_members(group_id):
        if officer.role in OFFICERS:
            found.setdefault(officer.person_id, officer)
    return list(found.values())


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


def count_chairs(group_id: int) -> int:
    found = select(func.count()).where(
        RoleHeld.group_id == group_id, RoleHeld.role == Role.CHAIR, RoleHeld.until.is_(None)
    )
    return session().scalar(found) or 0


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a link, whatever became of it, or None."""
    return session().scalar(select(Invitation).where(Invitation.token_hash == keys.token_hash(token)))


def lock_invitation(invitation_id: int) -> Invitation:
    """An invitation that was found, locked: pressed twice, it is accepted once."""
    found = select(Invitation).where(Invitation.id == invitation_id)
    return session().scalars(found.with_for_update().execution_options(populate_existing=True)).one()


def get_invitation(group_id: int, invitation_id: int) -> Invitation:
    found = session().scalar(select(Invitation).where(Invitation.id == invitation_id, Invitation.group_id == group_id))
    if found is None:
        raise NotFound
    return found


def list_open_invitations(group_id: int, *, at: datetime) -> list[Invitation]:
    """Invitations that can still be accepted, oldest first."""
    found = select(Invitation).where(
        Invitation.group_id == group_id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > at,
    )
    return list(session().scalars(found.order_by(Invitation.invited_at, Invitation.id)))


def list_open_resets(group_id: int) -> list[SecondFactorReset]:
    """Authenticators of this group's officers that wait to be taken off, oldest first."""
    found = select(SecondFactorReset).where(
        SecondFactorReset.group_id == group_id,
        SecondFactorReset.done_at.is_(None),
        SecondFactorReset.stopped_at.is_(None),
    )
    return list(session().scalars(found.order_by(SecondFactorReset.asked_at, SecondFactorReset.id)))


def lock_reset(group_id: int, reset_id: int) -> SecondFactorReset:
    """One of them, locked."""
    found = select(SecondFactorReset).where(SecondFactorReset.id == reset_id, SecondFactorReset.group_id == group_id)
    reset = session().scalar(found.with_for_update().execution_options(populate_existing=True))
    if reset is None:
        raise NotFound
    return reset


def list_due_resets(*, at: datetime) -> list[SecondFactorReset]:
    """In every group: what is due, locked, so that two workers do it once."""
    found = select(SecondFactorReset).where(
        SecondFactorReset.due_at <= at,
        SecondFactorReset.done_at.is_(None),
        SecondFactorReset.stopped_at.is_(None),
    )
    return list(session().scalars(found.order_by(SecondFactorReset.id).with_for_update(skip_locked=True)))


def place_of(group: Group) -> str:
    """The name of the practice or network that a group belongs to, fit to read."""
    if group.practice_code:
        return shown_name(directory.get_practice(group.practice_code).name)
    return shown_name(directory.get_network(group.network_code or "").name)


def find_notice(group_id: int, version: int | None) -> PrivacyNotice | None:
    """A group's privacy notice of this version, or None."""
    return session().scalar(
        select(PrivacyNotice).where(PrivacyNotice.group_id == group_id, PrivacyNotice.version == version)
    )


def list_notices(group_id: int) -> list[PrivacyNotice]:
    """Every privacy notice that a group published, newest first."""
    found = select(PrivacyNotice).where(PrivacyNotice.group_id == group_id).order_by(PrivacyNotice.version.desc())
    return list(session().scalars(found))


@dataclass(frozen=True, slots=True)
class Notice:
    """A published privacy notice, in parts as a page sets it."""

    version: int
    published_at: datetime
    parts: list[formats.Part]


def get_notice(group_id: int, version: int) -> Notice:
    """A group's privacy notice of this version."""
    found = find_notice(group_id, version)
    if found is None:
        raise NotFound
    return Notice(found.version, found.published_at, formats.parts(found.words))


def notice_for(group: Group, holder: Holder) -> str:
    """What the notice of this group says if this is who holds its data."""
    operator = current().operator_name
    return formats.notice(holder, group_name=group.name, place=place_of(group), operator=operator)


def notice_in_force(group: Group) -> str:
    """What the notice in force says, empty where there is none."""
    found = find_notice(group.id, group.notice_version)
    return found.words if found is not None else ""
