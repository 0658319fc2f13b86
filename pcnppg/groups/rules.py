"""Roles, permissions, and which role has which: one table, readable by the people it concerns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no


class Kind(StrEnum):
    PRACTICE = "practice"
    NETWORK = "network"


class Controller(StrEnum):
    """Who answers for the data in law."""

    PRACTICE = "practice"
    GROUP = "group"


class Role(StrEnum):
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    SECRETARY = "secretary"
    MEMBER = "member"
    PRACTICE_MANAGER = "practice_manager"
    GP = "gp"
    PRACTICE_STAFF = "practice_staff"


OFFICERS = frozenset({Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY})
STAFF = frozenset({Role.PRACTICE_MANAGER, Role.GP, Role.PRACTICE_STAFF})
EVERYONE = frozenset(Role)
CHAIR_ONLY = frozenset({Role.CHAIR})


class Permission(StrEnum):
    SEE_OFFICE = "see the group's own pages"
    SEE_COUNTS = "see how many patients the group reaches"
    SET_UP_GROUP = "set up the group"
    SEE_CONTACTS = "see who is on the contact list"
    RECORD_LEAVING = "take somebody off the contact list who asked for it"
    WRITE_MAILING = "write a mailing"
    SEND_MAILING = "send a mailing, or take it back"
    SEE_REPORT = "see what became of a mailing"
    CHANGE_PROMISE = "change the promise"
    ANSWER_REQUESTS = "answer what people ask about their details"
    PUBLISH_NOTICE = "say who holds the data, and publish the privacy notice"
    SEE_MEMBERS = "see who holds which role"
    INVITE_MEMBER = "invite somebody to a role"
    RESET_SECOND_FACTOR = "help an officer who lost their authenticator"


GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.SEE_OFFICE: EVERYONE,
    Permission.SEE_COUNTS: OFFICERS | STAFF,
    Permission.SET_UP_GROUP: OFFICERS,
    Permission.SEE_CONTACTS: OFFICERS,
    Permission.RECORD_LEAVING: OFFICERS,
    Permission.WRITE_MAILING: OFFICERS,
    Permission.SEND_MAILING: OFFICERS,
    Permission.SEE_REPORT: OFFICERS,
    Permission.CHANGE_PROMISE: OFFICERS,
    Permission.ANSWER_REQUESTS: OFFICERS,
    Permission.PUBLISH_NOTICE: OFFICERS,
    Permission.SEE_MEMBERS: OFFICERS,
    Permission.INVITE_MEMBER: CHAIR_ONLY,
    Permission.RESET_SECOND_FACTOR: OFFICERS,
}

NEEDS_SECOND_FACTOR = frozenset(Permission) - {Permission.SEE_OFFICE, Permission.SEE_COUNTS}
"""Doors behind which contacts can be seen or written to, or access be given: an authenticator code opens them."""

INVITATION_LASTS = timedelta(days=14)
RESET_NOTICE = timedelta(days=1)
"""How long the officers of a group are told before an authenticator is reset (settled 20)."""

FEWEST, MOST = 1, 12
"""The promise: mailings a year."""
USUAL = 4


def is_granted(permission: Permission, roles: Iterable[Role]) -> bool:
    """Does any of these roles open this door?"""
    return not GRANTS[permission].isdisjoint(roles)


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Does any of these roles open a door that asks for an authenticator code?"""
    held = set(roles)
    return any(held & GRANTS[permission] for permission in NEEDS_SECOND_FACTOR)


ROLE_WORDS = {
    Role.CHAIR: "chair",
    Role.VICE_CHAIR: "vice chair",
    Role.SECRETARY: "secretary",
    Role.MEMBER: "member",
    Role.PRACTICE_MANAGER: "practice manager",
    Role.GP: "GP",
    Role.PRACTICE_STAFF: "member of practice staff",
}
"""As they read in the middle of a sentence."""

ARTICLES = {Role.CHAIR: "the chair", Role.SECRETARY: "the secretary"}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a group's data, as the privacy notice and the words people agree to name them.

    `officer_name` is the data protection officer: empty for none, None where nobody has said; `registration` likewise.
    """

    controller: Controller
    holder_name: str
    privacy_contact: str
    holder_address: str = ""
    officer_name: str | None = None
    officer_contact: str = ""
    registration: str | None = None
    complaints_contact: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long things are kept, as the privacy notice says it. The same for every group."""

    unconfirmed_days: int = 14
    left_days: int = 30
    delivery_months: int = 24
    request_months: int = 12
    audit_years: int = 6


class Lack(StrEnum):
    """What a privacy notice still needs: without the first nobody can join."""

    HOLDER = "holder"
    OFFICER = "officer"


SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
SHORT_CODE_LETTERS = "bcdfghjkmnpqrstvwxyz23456789"
"""No vowels, so that no code reads as a word; nothing that looks like something else on paper."""
SHORT_CODE_LENGTH = 5
LONGEST_NAME = 120
LONGEST_PURPOSE = 2000
LONGEST_ADDRESS = 500
COMPLAINTS = "https://ico.org.uk/make-a-complaint/"
"""Where the Information Commissioner's Office takes complaints."""


def role_words(role: str) -> str:
    """ "vice chair", "GP"."""
    return ROLE_WORDS[Role(role)]


def as_role(role: str) -> str:
    """ "the chair", "a member": as it follows "as"."""
    return ARTICLES.get(Role(role), f"a {role_words(role)}")


def deeds_of(role: str) -> list[Permission]:
    """What a role may do, in the words of the table."""
    return [permission for permission in Permission if Role(role) in GRANTS[permission]]


def may_be_slug(slug: str) -> Verdict:
    """Can this be a group's short name in web addresses?"""
    if not SLUG.fullmatch(slug) or "--" in slug:
        return no(
            f"The slug {slug[:60]!r} cannot be used. Use small letters, digits and single dashes between them, "
            "at most 60, like elm-tree."
        )
    return YES


def may_use_invitation(
    *, expires_at: datetime, accepted_at: datetime | None, withdrawn_at: datetime | None, at: datetime
) -> Verdict:
    """Does this invitation still open a door? If not, what its holder can do."""
    if accepted_at is not None:
        return no("This invitation was used already. If it was you, sign in with your email address.")
    if withdrawn_at is not None:
        return no("This invitation was taken back, or a newer one was sent. Look for a newer email, or ask the chair.")
    if at >= expires_at:
        return no("This invitation is too old. Ask whoever invited you for a new one.")
    return YES


def may_end_role(role: str, *, chairs: int) -> Verdict:
    """A group keeps a chair: the last one goes when the next has come."""
    if Role(role) is Role.CHAIR and chairs <= 1:
        return no("The group needs a chair. Invite the next chair first, and end this role when they have accepted.")
    return YES


def may_ask_reset(*, own: bool, is_officer: bool, has_authenticator: bool, is_asked: bool) -> Verdict:
    """May an officer have another officer's authenticator taken off? (settled 20)"""
    if own:
        return no("You cannot take off your own authenticator here. Ask another officer of the group.")
    if not is_officer:
        return no("This person is not an officer of the group now.")
    if not has_authenticator:
        return no("This person has no authenticator yet. They set one up when they next sign in.")
    if is_asked:
        return no("This was asked for already. It is done a day after it was asked for.")
    return YES


def may_hold(kind: str, holder: Holder) -> Verdict:
    """Is all said that the law needs before anybody gives their details?"""
    if kind == Kind.NETWORK and holder.controller is Controller.PRACTICE:
        return no("A network's group belongs to no single practice. It holds its data itself.")
    if not holder.holder_name.strip():
        return no("Enter the name of who holds the data. People must know it before they join.")
    if not holder.privacy_contact.strip():
        return no("Enter where people can ask about their data. They must know it before they join.")
    return YES


def may_join(notice_version: int | None) -> Verdict:
    """Can anybody give this group their details now?"""
    if notice_version is None:
        return no("You cannot join this group yet. It has not said who holds your details. Nothing was kept.")
    return YES


def lacks(notice_version: int | None, *, controller: str, officer_name: str | None) -> Lack | None:
    """What an officer should still say: who holds the data; for a practice, who its data protection officer is."""
    if notice_version is None:
        return Lack.HOLDER
    if controller == Controller.PRACTICE and officer_name is None:
        return Lack.OFFICER
    return None
