"""Handing over the role of chair: to somebody of the group at once, to somebody new when they accept."""

from __future__ import annotations

from datetime import date, datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import emails, queries
from pcnppg.groups.actions.holding import hold, pass_on
from pcnppg.groups.actions.roles import invite, withdraw
from pcnppg.groups.models import RoleHeld
from pcnppg.groups.rules import PATIENTS, Role, may_end_on, may_hand_over
from pcnppg.kernel.clock import local
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.people import queries as people

NOT_HERE = "This person cannot be chosen any more. Choose somebody else, or invite them by their email address."
CHAIR_ALREADY = "This person is chair of the group already."


def hand_over(
    group_id: int, *, to_person_id: int, stays: bool, term_ends_on: date | None, by: Who, at: datetime
) -> RoleHeld | None:
    """Make a patient who holds a role in the group its chair, and end the role of the chair before; that role, if any."""
    queries.lock_group(group_id)
    chair = _given_up(group_id, by=by, at=at)
    roles = queries.roles_of(to_person_id, group_id)
    if Role.CHAIR in roles:
        raise RuleBroken(CHAIR_ALREADY, field="who")
    if not roles & PATIENTS:
        raise RuleBroken(NOT_HERE, field="who")
    if term_ends_on is not None:
        may_end_on(term_ends_on, local(at).date()).enforce(field="ends_on")
    _withdraw_handovers(group_id, by=by, at=at)
    hold(to_person_id, group_id, Role.CHAIR, term_ends_on=term_ends_on, by=by, at=at)
    pass_on(chair, to=to_person_id, group_id=group_id, stays=stays, by=by, at=at)
    audit.note("groups.chair_handed_over", by=by, at=at, group_id=group_id, about=("person", to_person_id))
    return chair


def offer_chair(
    group_id: int, *, address: EmailAddress, stays: bool, term_ends_on: date | None, by: Who, at: datetime
) -> str:
    """Invite somebody to be the next chair; the token. The chair before stays until they accept."""
    group = queries.lock_group(group_id)
    chair = _given_up(group_id, by=by, at=at)
    _withdraw_handovers(group_id, by=by, at=at)
    token = invite(
        group_id,
        role=Role.CHAIR,
        address=address,
        term_ends_on=term_ends_on,
        hands_over=chair.id if chair else None,
        stays=stays,
        by=by,
        at=at,
    )
    if chair is not None and chair.person_id != by.person_id:
        emails.handover_offered(group, people.get_person(chair.person_id), at=at)
    return token


def _given_up(group_id: int, *, by: Who, at: datetime) -> RoleHeld | None:
    """The role of chair that ends: one's own; where another officer sees to it, the oldest; None where there is none."""
    roles = queries.roles_of(by.person_id or 0, group_id)
    may_hand_over(roles, chair_is_able=queries.has_able_chair(group_id, at=at)).enforce()
    chairs = queries.list_chairs(group_id)
    return next((one for one in chairs if one.person_id == by.person_id), chairs[0] if chairs else None)


def _withdraw_handovers(group_id: int, *, by: Who, at: datetime) -> None:
    """One handover at a time: an invitation to be the next chair that nobody has answered is taken back."""
    for offer in queries.list_open_handovers(group_id, at=at):
        withdraw(offer, by=by, at=at)
