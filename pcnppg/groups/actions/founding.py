"""A group begins, for an open practice or network, with an invitation to its chair; its officers set it up."""

from __future__ import annotations

import secrets
from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.groups import queries
from pcnppg.groups.actions.notice import publish_notice
from pcnppg.groups.actions.roles import invite
from pcnppg.groups.models import Group
from pcnppg.groups.rules import (
    SHORT_CODE_LENGTH,
    SHORT_CODE_LETTERS,
    USUAL,
    Controller,
    Holder,
    Kind,
    Role,
    may_be_slug,
)
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session


def create_practice_group(
    *,
    practice_code: str,
    name: str,
    slug: str,
    chair: EmailAddress,
    controller: Controller = Controller.PRACTICE,
    privacy_contact: str = "",
    by: Who,
    at: datetime,
) -> tuple[Group, str]:
    """The group of a practice, open for joining, and the token of its chair's invitation."""
    practice = directory.find_practice(practice_code)
    if practice is None:
        raise RuleBroken(f"There is no practice with the code {practice_code} in the directory. Check the code.")
    if practice.closed_on is not None:
        raise RuleBroken(f"The practice {practice.code} is closed in the directory. A group needs an open practice.")
    one_at_a_time("groups are founded")
    if queries.find_group_of_practice(practice.code) is not None:
        raise RuleBroken(f"The practice {practice.code} has a group already.")
    group = _found(
        kind=Kind.PRACTICE,
        slug=slug,
        name=name,
        practice_code=practice.code,
        network_code=None,
        controller=controller,
        privacy_contact=privacy_contact or chair.shown,
        reply_address=chair.shown,
        at=at,
    )
    holder_name = shown_name(practice.name) if controller is Controller.PRACTICE else group.name
    return _with_chair(group, holder_name, chair=chair, by=by, at=at)


def create_network_group(
    *, network_code: str, name: str, slug: str, chair: EmailAddress, by: Who, at: datetime
) -> tuple[Group, str]:
    """A network's group, and the token of its chair's invitation."""
    network = directory.find_network(network_code)
    if network is None:
        raise RuleBroken(f"There is no network with the code {network_code} in the directory. Check the code.")
    if network.closed_on is not None:
        raise RuleBroken(f"The network {network.code} is closed in the directory. A group needs an open network.")
    one_at_a_time("groups are founded")
    if queries.find_group_of_network(network.code) is not None:
        raise RuleBroken(f"The network {network.code} has a group already.")
    group = _found(
        kind=Kind.NETWORK,
        slug=slug,
        name=name,
        practice_code=None,
        network_code=network.code,
        controller=Controller.GROUP,
        privacy_contact=chair.shown,
        reply_address=chair.shown,
        at=at,
    )
    return _with_chair(group, group.name, chair=chair, by=by, at=at)


def set_up(
    group_id: int,
    *,
    name: str,
    purpose: str,
    reply_address: EmailAddress,
    helper_name: str,
    helper_contact: str,
    by: Who,
    at: datetime,
) -> Group:
    """What the group is called, why it exists, where replies go, and who helps."""
    group = queries.lock_group(group_id)
    group.name, group.purpose = name, purpose
    group.reply_address = reply_address.shown
    group.helper_name, group.helper_contact = helper_name, helper_contact
    group.set_up_at = group.set_up_at or at
    audit.note("groups.set_up", by=by, at=at, group_id=group_id)
    return group


def _found(
    *,
    kind: Kind,
    slug: str,
    name: str,
    practice_code: str | None,
    network_code: str | None,
    controller: Controller,
    privacy_contact: str,
    reply_address: str,
    at: datetime,
) -> Group:
    may_be_slug(slug).enforce(field="slug")
    if queries.find_group(slug) is not None:
        raise RuleBroken(f"Another group has the slug {slug} already. Choose another one.", field="slug")
    if not name.strip():
        raise RuleBroken("A group needs a name.", field="name")
    group = Group(
        kind=kind,
        slug=slug,
        short_code=_new_short_code(),
        name=name.strip(),
        practice_code=practice_code,
        network_code=network_code,
        purpose="",
        reply_address=reply_address,
        helper_name="",
        helper_contact="",
        controller=controller,
        privacy_contact=privacy_contact,
        officer_name=None,
        registration=None,
        notice_version=None,
        promise=USUAL,
        created_at=at,
        set_up_at=None,
    )
    session().add(group)
    session().flush()
    return group


def _with_chair(group: Group, holder_name: str, *, chair: EmailAddress, by: Who, at: datetime) -> tuple[Group, str]:
    audit.note("groups.created", by=by, at=at, group_id=group.id)
    holder = Holder(
        controller=Controller(group.controller), holder_name=holder_name, privacy_contact=group.privacy_contact
    )
    publish_notice(group.id, holder, over=None, by=by, at=at)
    return group, invite(group.id, role=Role.CHAIR, address=chair, by=by, at=at)


def _new_short_code() -> str:
    while True:
        code = "".join(secrets.choice(SHORT_CODE_LETTERS) for _ in range(SHORT_CODE_LENGTH))
        if queries.find_by_code(code) is None:
            return code
