"""The end of a role: by an officer with a reason, by its holder, or with the account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import update

from pcnppg.groups import emails, queries
from pcnppg.groups.actions.holding import close, sign_out
from pcnppg.groups.actions.resetting import stop_quietly
from pcnppg.groups.actions.roles import account_key, is_for, withdraw
from pcnppg.groups.models import RoleHeld
from pcnppg.groups.rules import Ended, keeps_an_officer, may_end_role
from pcnppg.kernel import settings
from pcnppg.kernel.refusals import Conflict
from pcnppg.kernel.who import Who
from pcnppg.people import queries as people
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group, Invitation
    from pcnppg.people.models import Person

ROLES_CHANGED = "Your roles changed at this very moment. Nothing was changed. Look at the page again."


def end_role(group_id: int, held_id: int, *, because: Ended, words: str = "", by: Who, at: datetime) -> None:
    """End a role as an officer, with a reason. Its holder is signed out everywhere and told by mail."""
    group = queries.lock_group(group_id)
    held = queries.lock_held(group_id, held_id)
    left = queries.count_officers_left(group_id, without=[held_id])
    may_end_role(held.role, chairs=queries.count_chairs(group_id), officers_left=left).enforce()
    close(held, because=because, words=words, by=by, at=at)
    sign_out(held.person_id, by=by, at=at)
    emails.role_ended(group, people.get_person(held.person_id), role=held.role, because=because, words=words, at=at)


def leave_role(person_id: int, held_id: int, *, at: datetime) -> None:
    """Give up one's own role. Nobody is held, as long as one officer of the group can act."""
    by = Who.person(person_id)
    group = queries.lock_group(queries.get_own(person_id, held_id).group_id)
    held = queries.lock_held(group.id, held_id)
    keeps_an_officer(held.role, officers_left=queries.count_officers_left(group.id, without=[held_id])).enforce()
    close(held, because=Ended.OWN_WISH, by=by, at=at)
    sign_out(person_id, by=by, at=at)
    person = people.get_person(person_id)
    emails.role_ended(group, person, role=held.role, because=Ended.OWN_WISH, words="", at=at)
    emails.left(group, name=person.name, role=held.role, at=at)


def forget_person(person_id: int, *, by: Who, at: datetime) -> None:
    """End all that somebody holds, and remove what names them: invitations to them, words about them, settings.

    Groups are locked before the account, as accepting an invitation does; so a role or an invitation that came in between
    is a `Conflict`.
    """
    person = people.get_person(person_id)
    mailbox = person.mailbox or ""
    locked = _places(person_id, mailbox)
    queries.lock_groups(locked)
    one_at_a_time(account_key(mailbox))
    if _places(person_id, mailbox) != locked:
        raise Conflict(ROLES_CHANGED)
    _end_all([held for held, _ in queries.list_own(person_id)], by=by, at=at)
    session().execute(update(RoleHeld).where(RoleHeld.person_id == person_id).values(ended_words=None))
    for offer in _offers_to(mailbox):
        withdraw(offer, by=by, at=at)
    stop_quietly(person_id, by=by, at=at)
    for group in queries.list_groups_known(person_id):
        _forget_in_settings(group, person)


def _places(person_id: int, mailbox: str) -> set[int]:
    """The groups that somebody holds or held a role in, or is invited to."""
    known = {group.id for group in queries.list_groups_known(person_id)}
    return known | {offer.group_id for offer in _offers_to(mailbox)}


def _offers_to(mailbox: str) -> list[Invitation]:
    return [offer for offer in queries.list_offers_with_address() if is_for(offer, mailbox)]


def _end_all(roles: Sequence[RoleHeld], *, by: Who, at: datetime) -> None:
    mine = [held.id for held in roles]
    for held in roles:
        left = queries.count_officers_left(held.group_id, without=mine)
        keeps_an_officer(held.role, officers_left=left).enforce()
    for held in roles:
        close(held, because=Ended.ERASED, by=by, at=at)
        emails.left(queries.get_group(held.group_id), name="", role=held.role, at=at)


def _forget_in_settings(group: Group, person: Person) -> None:
    """Where the group's settings name them, they name nobody until an officer looks through them."""
    theirs = {(person.address or "").casefold(), (person.mailbox or "").casefold()}
    named = person.name.casefold() == group.helper_name.casefold() or group.helper_contact.casefold() in theirs
    if named:
        group.helper_name = group.helper_contact = ""
    if writes := group.reply_address.casefold() in theirs:
        group.reply_address = ""
    if answers := group.privacy_contact.casefold() in theirs:
        group.privacy_contact = settings.current().operator_email
    if named or writes or answers:
        group.set_up_at = None
