"""Roles, permissions, and which role has which: one table, readable by the people it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum


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
