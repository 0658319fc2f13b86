"""Agreements, the groups of a network, and who speaks there for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.federation.models import Agreement, Belonging, Delegate
from pcnppg.federation.rules.belonging import Candidate, Where
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Kind, Role
from pcnppg.kernel.refusals import NotFound
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

OPEN = Belonging.ended_at.is_(None)
INSIDE = (Belonging.accepted_at.is_not(None), OPEN)
INVITED = (Belonging.accepted_at.is_(None), OPEN)


def find_agreement(network_id: int) -> Agreement | None:
    """The agreement in force, or None."""
    return next(iter(list_agreements(network_id)), None)


def list_agreements(network_id: int) -> list[Agreement]:
    """Every version of a network's agreement, the newest first."""
    found = select(Agreement).where(Agreement.network_id == network_id).order_by(Agreement.version.desc())
    return list(session().scalars(found))


def get_agreement(network_id: int, version: int) -> Agreement:
    found = session().scalar(select(Agreement).where(Agreement.network_id == network_id, Agreement.version == version))
    if found is None:
        raise NotFound
    return found


def find_inside(group_id: int) -> Belonging | None:
    """The place of a practice group in the network that it belongs to now, or None."""
    found = select(Belonging).where(Belonging.group_id == group_id, *INSIDE)
    return session().scalar(found.execution_options(populate_existing=True))


def get_inside(group_id: int) -> Belonging:
    """The same, where there must be one."""
    found = find_inside(group_id)
    if found is None:
        raise NotFound("Your group is in no network now.")
    return found


def find_place(network_id: int, group_id: int) -> Belonging | None:
    """The place of a group in this network: invited or inside; or None."""
    found = select(Belonging).where(Belonging.network_id == network_id, Belonging.group_id == group_id, OPEN)
    return session().scalar(found.execution_options(populate_existing=True))


@dataclass(frozen=True, slots=True)
class Inside:
    """A group in a network, or invited there."""

    belonging: Belonging
    group: Group

    @property
    def is_asleep(self) -> bool:
        return self.belonging.asleep_since is not None


def list_inside(network_id: int) -> list[Inside]:
    """The groups of a network, by name."""
    return _list(network_id, INSIDE)


def list_invited(network_id: int) -> list[Inside]:
    """Groups whose chair has not answered yet, by name."""
    return _list(network_id, INVITED)


def _list(network_id: int, state: tuple[object, ...]) -> list[Inside]:
    found = select(Belonging).where(Belonging.network_id == network_id, *state).order_by(Belonging.id)  # type: ignore[arg-type]
    places = {place.group_id: place for place in session().scalars(found)}
    return [Inside(places[group_id], group) for group_id, group in groups.list_by_ids(places).items()]


def list_invitations_to(group_id: int) -> list[Belonging]:
    """Invitations that a group's chair can answer, the oldest first."""
    found = select(Belonging).where(Belonging.group_id == group_id, *INVITED).order_by(Belonging.id)
    return list(session().scalars(found))


def where_is(group: Group, network_id: int) -> Where:
    """Where a practice group stands, seen from a network."""
    practice = directory.get_practice(group.practice_code or "")
    listed = directory.find_network(practice.network_code or "")
    inside, place = find_inside(group.id), find_place(network_id, group.id)
    return Where(
        group=group.name,
        practice=shown_name(practice.name),
        network_code=practice.network_code,
        network=shown_name(listed.name) if listed else "",
        federation=groups.get_group(inside.network_id).name if inside else "",
        is_here=inside is not None and inside.network_id == network_id,
        is_invited=place is not None and place.accepted_at is None,
    )


def list_candidates(network: Group) -> list[Group]:
    """Groups of the network's own practices that are not in it and not invited, by name."""
    practices = directory.list_practices_of_network(network.network_code or "")
    found = groups.groups_of_practices(practice.code for practice in practices).values()
    here = {one.group.id for one in (*list_inside(network.id), *list_invited(network.id))}
    return sorted((group for group in found if group.id not in here), key=lambda group: (group.name, group.id))


def count_practices(network: Group) -> int:
    """Open practices of a network, as the directory lists them now."""
    return len(directory.list_practices_of_network(network.network_code or ""))


def list_elsewhere(network: Group) -> list[str]:
    """Groups of a network whose practice the directory now lists elsewhere, by name: they stay until they leave."""
    inside = list_inside(network.id)
    practices = directory.list_by_codes([one.group.practice_code or "" for one in inside])
    return [
        one.group.name
        for one in inside
        if practices[one.group.practice_code or ""].network_code != network.network_code
    ]


def find_network_of(group: Group) -> tuple[str, str] | None:
    """Name and code of the network that the directory lists a group's practice in, or None."""
    practice = directory.find_practice(group.practice_code or "")
    listed = directory.find_network(practice.network_code or "") if practice else None
    return (shown_name(listed.name), listed.code) if listed else None


@dataclass(frozen=True, slots=True)
class Spokes:
    """Somebody who speaks for a group in a network now. `is_of_group`: they still hold a role at home."""

    delegate_id: int
    held_id: int
    person_id: int
    name: str
    mailbox: str
    group_id: int
    group: str
    is_substitute: bool
    since: datetime
    term_ends_on: date | None
    is_of_group: bool


def list_delegates(network_id: int, *, of_group: int | None = None) -> list[Spokes]:
    """Who speaks in a network now, by group and name, delegates before substitutes."""
    held = {one.held_id: one for one in groups.list_members(network_id) if one.role is Role.DELEGATE}
    found = select(Delegate).where(Delegate.network_id == network_id, Delegate.held_id.in_(held)).order_by(Delegate.id)
    sent = [row for row in session().scalars(found) if of_group in (None, row.group_id)]
    ids = {row.group_id for row in sent}
    names, at_home = groups.list_by_ids(ids), groups.list_role_holders_in(ids)
    spokes = [
        Spokes(
            delegate_id=row.id,
            held_id=row.held_id,
            person_id=held[row.held_id].person_id,
            name=held[row.held_id].name,
            mailbox=held[row.held_id].mailbox,
            group_id=row.group_id,
            group=names[row.group_id].name,
            is_substitute=row.is_substitute,
            since=held[row.held_id].since,
            term_ends_on=held[row.held_id].term_ends_on,
            is_of_group=(row.group_id, held[row.held_id].person_id) in at_home,
        )
        for row in sent
    ]
    return sorted(spokes, key=lambda one: (one.group.casefold(), one.group_id, one.is_substitute, one.name.casefold()))


def get_delegate(group_id: int, delegate_id: int) -> Spokes:
    """Somebody whom this group sent and who speaks for it now."""
    inside = get_inside(group_id)
    sent = list_delegates(inside.network_id, of_group=group_id)
    found = next((one for one in sent if one.delegate_id == delegate_id), None)
    if found is None:
        raise NotFound
    return found


def candidate(network_id: int, group_id: int, person_id: int) -> Candidate:
    """Somebody whom a group might send."""
    at_home = [one for one in groups.list_members(group_id) if one.person_id == person_id and not one.is_staff]
    speaking = [one for one in list_delegates(network_id) if one.person_id == person_id]
    return Candidate(
        name=at_home[0].name if at_home else "",
        is_of_group=bool(at_home),
        speaks_for=speaking[0].group if speaking else "",
    )


def held_by_delegates(delegate_ids: Iterable[int]) -> dict[int, int]:
    """The number of the role behind each of these, whether held now or before."""
    found = select(Delegate.id, Delegate.held_id).where(Delegate.id.in_(list(delegate_ids)))
    return dict(session().execute(found).all())


def is_network(group: Group) -> bool:
    return group.kind == Kind.NETWORK
