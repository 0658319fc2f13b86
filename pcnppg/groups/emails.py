"""What we say to those who are offered a role or hold one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.groups import queries
from pcnppg.groups.rules import Role, as_role, needs_second_factor
from pcnppg.post import actions as post
from pcnppg.post.rules import MailClass

if TYPE_CHECKING:
    from pcnppg.groups.models import Group, Invitation, SecondFactorReset
    from pcnppg.groups.queries import Officer
    from pcnppg.kernel.email_address import EmailAddress
    from pcnppg.people.models import Person


def invitation(group: Group, offered: Invitation, to: EmailAddress, *, token: str) -> None:
    """The link to a role."""
    post.enqueue(
        kind="groups/invitation",
        mail_class=MailClass.SERVICE,
        to=to,
        values={
            "from_name": group.name,
            "group_name": group.name,
            "slug": group.slug,
            "inviter": _inviter(group, offered),
            "as_role": as_role(offered.role),
            "second_factor": needs_second_factor([Role(offered.role)]),
            "token": token,
            "until": offered.expires_at,
            "term_ends_on": offered.term_ends_on,
        },
        at=offered.invited_at,
        about=("invitation", offered.id),
        expires_at=offered.expires_at,
    )


def _inviter(group: Group, offered: Invitation) -> str:
    """ "Joan Ellis, the chair,"; empty where the operator's command invites."""
    member = next((one for one in queries.list_members(group.id) if one.person_id == offered.invited_by), None)
    return f"{member.name}, {as_role(member.role)}," if member else ""


def reset_asked(group: Group, reset: SecondFactorReset, *, lost: Person, asker: Person) -> None:
    """A day's notice to every officer, the one who lost it among them."""
    for officer in queries.list_officers(group.id):
        _office("reset_asked", group, officer, at=reset.asked_at, name=lost.name, asker=asker.name, due=reset.due_at)


def reset_stopped(group: Group, *, lost: Person, at: datetime) -> None:
    """It is not going to happen."""
    for officer in queries.list_officers(group.id):
        _office("reset_stopped", group, officer, at=at, name=lost.name)


def recovered(group: Group, *, person: Person, what: str, at: datetime) -> None:
    """Somebody got past a lost authenticator: the other officers are told."""
    for officer in queries.list_officers(group.id):
        if officer.person_id != person.id:
            _office("recovered", group, officer, at=at, name=person.name, what=what, when=at)


def role_ended(group: Group, person: Person, *, role: str, because: str, words: str, at: datetime) -> None:
    """Your role has ended, and why."""
    _told("role_ended", group, person, at=at, as_role=as_role(role), because=because, words=words)


def left(group: Group, *, name: str, role: str, at: datetime) -> None:
    """Somebody gave up their role: the officers who are there still are told. `name` is empty for who was erased."""
    for officer in queries.list_officers(group.id):
        _office("left", group, officer, at=at, name=name, as_role=as_role(role))


def handed_over(group: Group, before: Person, *, to: Person, stays: bool, own: bool, at: datetime) -> None:
    """Somebody else is chair now. `own`: it was their own act."""
    _told("handed_over", group, before, at=at, name=to.name, stays=stays, own=own)


def now_chair(group: Group, person: Person, *, at: datetime) -> None:
    """You are the chair now, and what to do first."""
    _told("now_chair", group, person, at=at)


def handover_offered(group: Group, chair: Person, *, at: datetime) -> None:
    """You were not seen for long: another officer invited somebody to be the next chair."""
    _told("handover_offered", group, chair, at=at)


def _office(message: str, group: Group, to: Officer, *, at: datetime, **values: str | datetime) -> None:
    _send(message, group, to.person_id, to.mailbox, at, values)


def _told(message: str, group: Group, to: Person, *, at: datetime, **values: str | bool) -> None:
    _send(message, group, to.id, to.mailbox or "", at, values)


def _send(
    message: str, group: Group, person_id: int, mailbox: str, at: datetime, values: Mapping[str, str | bool | datetime]
) -> None:
    post.enqueue(
        kind=f"groups/{message}",
        mail_class=MailClass.OFFICE,
        to=mailbox,
        values={"from_name": group.name, "group_name": group.name, "slug": group.slug, **values},
        at=at,
        about=("person", person_id),
    )
