"""Roles over time: those that ended in a group, and all that one person holds or held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from pcnppg.groups.models import Group, Invitation, RoleHeld, SecondFactorReset
from pcnppg.groups.queries.finding import get_group
from pcnppg.groups.queries.roles import count_officers_left
from pcnppg.groups.rules import ENDED_WORDS, OFFICERS, Ended, role_words
from pcnppg.kernel.kept import Kept
from pcnppg.kernel.refusals import NotFound
from pcnppg.people import queries as people
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Past:
    """A role that somebody held in a group. `words` are what was written beside the reason, often nothing."""

    held_id: int
    name: str
    role: str
    since: datetime
    until: datetime
    because: Ended
    words: str


def list_past(group_id: int) -> list[Past]:
    """Roles of a group that ended, the newest end first."""
    found = select(RoleHeld).where(RoleHeld.group_id == group_id, RoleHeld.until.is_not(None))
    held = list(session().scalars(found.order_by(RoleHeld.until.desc(), RoleHeld.id.desc())))
    names = {person.id: person.name for person in people.list_people([row.person_id for row in held])}
    return [
        Past(
            held_id=row.id,
            name=names[row.person_id],
            role=row.role,
            since=row.since,
            until=row.until,
            because=Ended(row.ended_because or ""),
            words=row.ended_words or "",
        )
        for row in held
        if row.until is not None
    ]


def list_own(person_id: int) -> Sequence[Row[RoleHeld, Group]]:
    """The roles that a person holds now, each with its group, by the group's name."""
    found = select(RoleHeld, Group).join(Group, Group.id == RoleHeld.group_id)
    mine = found.where(RoleHeld.person_id == person_id, RoleHeld.until.is_(None))
    ordered = mine.order_by(Group.name, Group.id, RoleHeld.id)
    return session().execute(ordered.execution_options(populate_existing=True)).all()


def get_own(person_id: int, held_id: int) -> RoleHeld:
    """One role that a person holds now; anybody else's is not found."""
    found = select(RoleHeld).where(RoleHeld.id == held_id, RoleHeld.person_id == person_id, RoleHeld.until.is_(None))
    held = session().scalar(found)
    if held is None:
        raise NotFound
    return held


def list_leaderless(person_id: int) -> list[Group]:
    """The groups that would have no officer who can act without this person, by name."""
    held = list_own(person_id)
    mine = {role.id for role, _ in held}
    led = {group.id: group for role, group in held if role.role in OFFICERS}
    return [group for group in led.values() if not count_officers_left(group.id, without=mine)]


def list_groups_known(person_id: int) -> list[Group]:
    """The groups in which a person holds or ever held a role."""
    ever = select(RoleHeld.group_id).where(RoleHeld.person_id == person_id)
    found = select(Group).where(Group.id.in_(ever)).order_by(Group.id)
    return list(session().scalars(found.execution_options(populate_existing=True)))


def list_roleless(person_ids: Iterable[int], *, since: datetime) -> list[int]:
    """Those of these people who hold no role and held none after `since`."""
    asked = list(person_ids)
    in_use = select(RoleHeld.person_id).where(
        RoleHeld.person_id.in_(asked), RoleHeld.until.is_(None) | (RoleHeld.until > since)
    )
    busy = set(session().scalars(in_use))
    return [person_id for person_id in asked if person_id not in busy]


def held_numbers(person_id: int) -> list[int]:
    """The numbers of all roles that a person holds or held: the audit knows them by these."""
    return list(session().scalars(select(RoleHeld.id).where(RoleHeld.person_id == person_id).order_by(RoleHeld.id)))


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds or held a role. `mailbox` is empty for somebody who was erased."""

    person_id: int
    name: str
    mailbox: str
    is_now: bool


def holders_of(held_ids: Iterable[int]) -> dict[int, Holder]:
    """Whose these roles are or were, by the number of the role."""
    held = list(session().scalars(select(RoleHeld).where(RoleHeld.id.in_(list(held_ids))).order_by(RoleHeld.id)))
    who = {person.id: person for person in people.list_people([row.person_id for row in held])}
    return {
        row.id: Holder(row.person_id, who[row.person_id].name, who[row.person_id].mailbox or "", row.until is None)
        for row in held
    }


def tell_about_person(person_id: int, at: datetime) -> list[Kept]:
    """Roles held, invitations accepted and sent, authenticators of others that they asked to have taken off."""
    held = session().scalars(select(RoleHeld).where(RoleHeld.person_id == person_id).order_by(RoleHeld.id))
    roles = [
        (
            get_group(row.group_id).name,
            role_words(row.role),
            row.since,
            row.term_ends_on,
            row.until,
            ENDED_WORDS[Ended(row.ended_because)] if row.ended_because else None,
            row.ended_words,
        )
        for row in held
    ]
    columns = ("Group", "Role", "Since", "Term until", "Ended", "Why", "Words")
    return [
        Kept("Roles", columns, roles),
        Kept("Invitations you accepted", ("Group", "Role", "Accepted"), _accepted(person_id)),
        Kept("Invitations you sent", ("Group", "Role", "Sent"), _sent(person_id)),
        Kept("Lost authenticators you reported, or lost", ("Group", "Asked", "Whose"), _resets(person_id)),
    ]


def _accepted(person_id: int) -> list[tuple[str, str, datetime | None]]:
    found = select(Invitation).where(Invitation.accepted_by == person_id).order_by(Invitation.id)
    return [(get_group(row.group_id).name, role_words(row.role), row.accepted_at) for row in session().scalars(found)]


def _sent(person_id: int) -> list[tuple[str, str, datetime]]:
    """Without the addresses: those are other people's."""
    found = select(Invitation).where(Invitation.invited_by == person_id).order_by(Invitation.id)
    return [(get_group(row.group_id).name, role_words(row.role), row.invited_at) for row in session().scalars(found)]


def _resets(person_id: int) -> list[tuple[str, datetime, str]]:
    mine = (SecondFactorReset.person_id == person_id) | (SecondFactorReset.asked_by == person_id)
    found = select(SecondFactorReset).where(mine).order_by(SecondFactorReset.id)
    return [
        (get_group(row.group_id).name, row.asked_at, "yours" if row.person_id == person_id else "another officer's")
        for row in session().scalars(found)
    ]
