"""What the stories of groups share: a network beside the practice, offers and their tokens, roles held."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from pcnppg.directory.models import Network, Practice
from pcnppg.groups import actions, queries
from pcnppg.groups.actions import Accepted
from pcnppg.groups.models import Group, Invitation, RoleHeld, SecondFactorReset
from pcnppg.groups.rules import Ended, Role
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import MACHINE, OPERATOR, Who
from pcnppg.store.session import session, transaction
from tests.people.stories import address

NEW = "new@example.com"


def a_network(code: str = "U99001", *, name: str = "RIVERSIDE PCN", closed_on: date | None = None) -> str:
    """A network in the directory: its code."""
    with transaction() as open_:
        open_.add(Network(code=code, name=name, closed_on=closed_on))
    return code


def close(practice: str) -> None:
    """The practice is absent from a newer file."""
    with transaction() as open_:
        open_.get_one(Practice, practice).closed_on = now().date()


def found(**over: Any) -> tuple[Group, str]:
    """The operator founds a practice's group."""
    given: dict[str, Any] = {
        "practice_code": "Z99001",
        "name": "Elm Tree Patient Group",
        "slug": "elm-tree",
        "chair": address("Ruth@example.com"),
    }
    with transaction():
        return actions.create_practice_group(**{**given, **over}, by=OPERATOR, at=now())


def found_network(**over: Any) -> tuple[Group, str]:
    """The operator founds a network's group."""
    given: dict[str, Any] = {
        "network_code": "U99001",
        "name": "Riverside Patients",
        "slug": "riverside",
        "chair": address("Ned@example.com"),
    }
    with transaction():
        return actions.create_network_group(**{**given, **over}, by=OPERATOR, at=now())


def invite(group_id: int, text: str = NEW, *, role: Role = Role.SECRETARY, by: Who = OPERATOR) -> str:
    with transaction():
        return actions.invite(group_id, role=role, address=address(text), by=by, at=now())


def accept(token: str, *, name: str = "Nora New") -> Accepted:
    with transaction():
        return actions.accept_invitation(token, name=name, at=now())


def invitations() -> list[Invitation]:
    session().rollback()
    return list(session().scalars(select(Invitation).order_by(Invitation.id)))


def held_by(person_id: int, group_id: int) -> RoleHeld:
    """The only role that somebody holds or held in a group."""
    session().rollback()
    return (
        session().scalars(select(RoleHeld).where(RoleHeld.person_id == person_id, RoleHeld.group_id == group_id)).one()
    )


def end_role(group_id: int, person_id: int, *, because: Ended = Ended.TERM_OVER, words: str = "") -> None:
    held_id = held_by(person_id, group_id).id
    with transaction():
        actions.end_role(group_id, held_id, because=because, words=words, by=OPERATOR, at=now())


def end_role_held(group_id: int, person_id: int, role: Role, *, words: str = "") -> None:
    """End one of somebody's roles, who holds or held others too."""
    session().rollback()
    held = next(one for one in queries.list_held_by(person_id, group_id) if one.role == role).id
    with transaction():
        actions.end_role(group_id, held, because=Ended.OTHER, words=words, by=OPERATOR, at=now())


def hand_over(group_id: int, to: int, *, by: int, stays: bool = True, ends_on: date | None = None) -> RoleHeld | None:
    """The chair, or another officer, makes somebody of the group its chair."""
    with transaction():
        return actions.hand_over(
            group_id, to_person_id=to, stays=stays, term_ends_on=ends_on, by=Who.person(by), at=now()
        )


def chair_of(group_id: int) -> int:
    """The chair's account."""
    session().rollback()
    return next(one.person_id for one in queries.list_officers(group_id) if one.role is Role.CHAIR)


def ask_reset(group_id: int, person_id: int, *, asked_by: int) -> int:
    """An officer asks that another's authenticator be taken off: the number of the asking."""
    with transaction():
        return actions.ask_reset(group_id, person_id=person_id, asked_by=asked_by, at=now()).id


def stop_reset(group_id: int, reset_id: int, *, by: int) -> None:
    with transaction():
        actions.stop_reset(group_id, reset_id, by=Who.person(by), at=now())


def do_due() -> int:
    """What the machine does every few minutes."""
    with transaction():
        return actions.do_due_resets(by=MACHINE, at=now())


def reset_row(reset_id: int) -> SecondFactorReset:
    session().rollback()
    return session().get_one(SecondFactorReset, reset_id)
