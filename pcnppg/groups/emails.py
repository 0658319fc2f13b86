"""What we say to those who are offered a role or hold one."""

from __future__ import annotations

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


def _office(message: str, group: Group, to: Officer, *, at: datetime, **values: str | datetime) -> None:
    post.enqueue(
        kind=f"groups/{message}",
        mail_class=MailClass.OFFICE,
        to=to.mailbox,
        values={"from_name": group.name, "group_name": group.name, "slug": group.slug, **values},
        at=at,
        about=("person", to.person_id),
    )
