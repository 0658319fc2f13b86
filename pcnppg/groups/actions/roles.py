"""Offering a role to a mailbox, accepting it, taking the offer back, saying how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, update

from pcnppg.audit import actions as audit
from pcnppg.groups import emails, queries
from pcnppg.groups.actions.holding import complete_handover, hold
from pcnppg.groups.models import Invitation, RoleHeld
from pcnppg.groups.rules import (
    INVITATION_LASTS,
    Role,
    may_end_on,
    may_use_invitation,
    needs_second_factor,
    role_words,
)
from pcnppg.kernel import keys
from pcnppg.kernel.clock import local
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.people import actions as people_actions
from pcnppg.people import queries as people
from pcnppg.post import actions as post
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who now holds which role where."""

    person_id: int
    group_id: int
    role: Role


def invite(
    group_id: int,
    *,
    role: Role,
    address: EmailAddress,
    term_ends_on: date | None = None,
    hands_over: int | None = None,
    stays: bool = False,
    by: Who,
    at: datetime,
) -> str:
    """Offer a role and mail the link; its token. A newer offer of the same role takes the place of an older one.

    `hands_over` is the number of the role of chair that ends when the offer is accepted; `stays`: its holder is a member then.
    """
    group = queries.lock_group(group_id)
    if term_ends_on is not None:
        may_end_on(term_ends_on, local(at).date()).enforce(field="ends_on")
    known = people.find_person(address.mailbox)
    if known is not None and queries.holds_role(known.id, group_id, role):
        raise RuleBroken(f"This person is {role_words(role)} of the group already.", field="email")
    for older in queries.list_open_invitations(group_id, at=at):
        if older.role == role and is_for(older, address.mailbox):
            withdraw(older, by=by, at=at)
    token, token_hash = keys.new_token()
    invitation = Invitation(
        group_id=group_id,
        role=role,
        address=address.shown,
        token_hash=token_hash,
        invited_by=by.person_id,
        invited_at=at,
        expires_at=at + INVITATION_LASTS,
        accepted_at=None,
        accepted_by=None,
        withdrawn_at=None,
        term_ends_on=term_ends_on,
        hands_over=hands_over,
        stays=stays,
    )
    session().add(invitation)
    session().flush()
    audit.note("groups.invited", by=by, at=at, group_id=group_id, about=("invitation", invitation.id))
    emails.invitation(group, invitation, address, token=token)
    return token


def withdraw_invitation(group_id: int, invitation_id: int, *, by: Who, at: datetime) -> None:
    """Take an offer back: its link stops working."""
    invitation = queries.get_invitation(group_id, invitation_id)
    session().refresh(invitation, with_for_update=True)
    if invitation.accepted_at is not None:
        raise RuleBroken("This invitation was accepted meanwhile. To undo it, end the role.")
    withdraw(invitation, by=by, at=at)


def accept_invitation(token: str, *, name: str, at: datetime) -> Accepted:
    """Hold the role that the link offers, with an account made where there is none yet.

    The group is locked before the invitation, as `invite` does: two who wait for each other would wait for ever.
    """
    found = queries.find_invitation(token)
    if found is None:
        raise NotFound("We cannot find this invitation.")
    queries.lock_group(found.group_id)
    invitation = queries.lock_invitation(found.id)
    may_use_invitation(
        expires_at=invitation.expires_at,
        accepted_at=invitation.accepted_at,
        withdrawn_at=invitation.withdrawn_at,
        at=at,
    ).enforce()
    person_id = _account_of(EmailAddress.parse(invitation.address or ""), name, at)
    role = Role(invitation.role)
    by = Who.person(person_id)
    hold(person_id, invitation.group_id, role, term_ends_on=invitation.term_ends_on, by=by, at=at)
    invitation.accepted_at, invitation.accepted_by, invitation.address = at, person_id, None
    if needs_second_factor([role]):
        people_actions.prepare_second_factor(person_id, at=at)
    if invitation.hands_over is not None:
        complete_handover(invitation, person_id, at=at)
    return Accepted(person_id=person_id, group_id=invitation.group_id, role=role)


def appoint(group_id: int, *, person_id: int, role: Role, term_ends_on: date | None, by: Who, at: datetime) -> RoleHeld:
    """Give a role to somebody who has an account, without an invitation: others have chosen them for it."""
    queries.lock_group(group_id)
    if term_ends_on is not None:
        may_end_on(term_ends_on, local(at).date()).enforce(field="ends_on")
    if queries.holds_role(person_id, group_id, role):
        raise RuleBroken(f"This person is {role_words(role)} of the group already.", field="who")
    hold(person_id, group_id, role, term_ends_on=term_ends_on, by=by, at=at)
    if needs_second_factor([role]):
        people_actions.prepare_second_factor(person_id, at=at)
    return next(held for held in queries.list_held_by(person_id, group_id) if held.role == role)


def set_term(group_id: int, held_id: int, *, ends_on: date | None, by: Who, at: datetime) -> None:
    """Say until when a role is meant to last, or that no end is agreed. The end removes nothing: it is a prompt."""
    queries.lock_group(group_id)
    held = queries.lock_held(group_id, held_id)
    if ends_on is not None:
        may_end_on(ends_on, local(at).date()).enforce(field="ends_on")
    held.term_ends_on = ends_on
    session().flush()
    audit.note("groups.term_set", by=by, at=at, group_id=group_id, about=("role_held", held_id))


def tidy(*, at: datetime) -> dict[str, int]:
    """Forget the addresses of invitations that nobody can accept any more, a week after: in words, and how many."""
    old = update(Invitation).where(Invitation.expires_at < at - timedelta(days=7), Invitation.address.is_not(None))
    found = session().execute(old.values(address=None))
    return {"addresses of people who were invited": cast(CursorResult[Any], found).rowcount}


def _account_of(address: EmailAddress, name: str, at: datetime) -> int:
    one_at_a_time(account_key(address.mailbox))
    person = people.find_person(address.mailbox)
    if person is None:
        person = people_actions.make_account(address=address, name=name, by=VISITOR, at=at)
    return person.id


def withdraw(invitation: Invitation, *, by: Who, at: datetime) -> None:
    invitation.withdrawn_at, invitation.address = at, None
    session().flush()
    post.withdraw_about("invitation", invitation.id, at=at)
    audit.note(
        "groups.invitation_withdrawn", by=by, at=at, group_id=invitation.group_id, about=("invitation", invitation.id)
    )


def is_for(invitation: Invitation, mailbox: str) -> bool:
    """Was this offered to that mailbox, and can the address still be read?"""
    theirs = EmailAddress.find(invitation.address or "")
    return theirs is not None and theirs.mailbox == mailbox


def account_key(mailbox: str) -> str:
    """Whoever makes, moves or erases the account of a mailbox holds this (`store.locks`)."""
    return keys.current().keyed_hash("account", mailbox)
