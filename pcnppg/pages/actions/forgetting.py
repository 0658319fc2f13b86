"""Erasing somebody with an account, in every domain from one list (rule 10). What they decided and sent stays true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from pcnppg.groups import actions as groups
from pcnppg.kernel.who import Who
from pcnppg.people import actions as people


class Forget(Protocol):
    """Empty or remove what a domain keeps that says who this is; refuse where a rule forbids it."""

    def __call__(self, person_id: int, *, by: Who, at: datetime) -> None: ...


FORGETTERS: Mapping[str, Forget] = {
    "groups": groups.forget_person,
    "people": people.forget_person,
}
"""Every domain that has something to forget, in the order of their locks: groups before accounts."""

NOTHING_TO_FORGET: Mapping[str, str] = {
    "audit": "it knows people by their number only, and is only ever added to",
    "directory": "it knows practices and networks, and no person",
    "federation": "who spoke, voted or wrote for a group is a number; roles of delegates end in `groups`",
    "mailing": "a mailing was the group's word to its patients; who wrote it is a number",
    "membership": "consent and promise are evidence; who wrote them down is a number",
    "pages": "it keeps nothing",
    "post": "what waits for somebody is withdrawn by `people`, which knows the mailbox",
}
"""Every other domain, and why. A test compares both lists with the packages."""


def erase_account(person_id: int, *, by: Who, at: datetime) -> None:
    """Erase an account. `RuleBroken` where a group would be left without an officer who can act."""
    for forget in FORGETTERS.values():
        forget(person_id, by=by, at=at)
