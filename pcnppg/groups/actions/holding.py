"""A role begins and ends: what every way into a role and out of it has in common, and how one chair follows another."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from pcnppg.audit import actions as audit
from pcnppg.groups import emails, queries
from pcnppg.groups.models import RoleHeld
from pcnppg.groups.rules import PATIENTS, Ended, Role
from pcnppg.kernel.who import Who
from pcnppg.people import actions as people_actions
from pcnppg.people import queries as people
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Invitation


def hold(person_id: int, group_id: int, role: Role, *, term_ends_on: date | None = None, by: Who, at: datetime) -> None:
    """Let somebody hold a role, if they do not yet. The group is locked."""
    if queries.holds_role(person_id, group_id, role):
        return
    held = RoleHeld(
        group_id=group_id,
        person_id=person_id,
        role=role,
        since=at,
        term_ends_on=term_ends_on,
        until=None,
        ended_because=None,
        ended_words=None,
    )
    session().add(held)
    session().flush()
    audit.note("groups.role_accepted", by=by, at=at, group_id=group_id, about=("role_held", held.id))


def close(held: RoleHeld, *, because: Ended, words: str = "", by: Who, at: datetime) -> None:
    """End a role. Its rights end with it, because the door asks at every request."""
    held.until, held.ended_because, held.ended_words = at, because, words or None
    session().flush()
    audit.note("groups.role_ended", by=by, at=at, group_id=held.group_id, about=("role_held", held.id))


def sign_out(person_id: int, *, by: Who, at: datetime) -> None:
    """End every session of somebody whose role ended: a shared computer must not stay open."""
    people_actions.sign_out_everywhere(person_id, by=by, at=at, because="a role ended")


def pass_on(chair: RoleHeld | None, *, to: int, group_id: int, stays: bool, by: Who, at: datetime) -> None:
    """The next chair holds the role already: end what they and the chair before them held, sign that one out, tell both.

    `chair` is None where the group had none. `stays`: the chair before becomes a member.
    """
    for role in queries.list_held_by(to, group_id):
        if role.role in PATIENTS - {Role.CHAIR, Role.DELEGATE}:
            close(role, because=Ended.HANDED_OVER, by=by, at=at)
    people_actions.prepare_second_factor(to, at=at)
    group, next_one = queries.get_group(group_id), people.get_person(to)
    if chair is not None:
        close(chair, because=Ended.HANDED_OVER, by=by, at=at)
        if stays:
            hold(chair.person_id, group_id, Role.MEMBER, by=by, at=at)
        sign_out(chair.person_id, by=by, at=at)
        before = people.get_person(chair.person_id)
        emails.handed_over(group, before, to=next_one, stays=stays, own=by.person_id == before.id, at=at)
    emails.now_chair(group, next_one, at=at)


def complete_handover(invitation: Invitation, person_id: int, *, at: datetime) -> None:
    """The next chair has accepted. The chair before goes, unless the role ended meanwhile or another officer had to
    see to it and they are back."""
    chair = next((one for one in queries.list_chairs(invitation.group_id) if one.id == invitation.hands_over), None)
    if chair is None or chair.person_id == person_id:
        return
    if invitation.invited_by != chair.person_id and queries.is_able(chair, at=at):
        return
    by = Who.person(invitation.invited_by or person_id)
    pass_on(chair, to=person_id, group_id=invitation.group_id, stays=invitation.stays, by=by, at=at)
