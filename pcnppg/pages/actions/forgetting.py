"""Erasing somebody with an account, in every domain from one list (rule 10). What they decided and sent stays true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from pcnppg.groups import actions as groups
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.meetings.actions import forgetting as meetings
from pcnppg.membership import actions as membership
from pcnppg.people import actions as people
from pcnppg.people import queries as people_queries
from pcnppg.store import journal
from pcnppg.store.journal import Line
from pcnppg.store.session import session

ERASED = "account"
"""The journal's word for an account that was erased."""


class Forget(Protocol):
    """Empty or remove what a domain keeps that says who this is; refuse where a rule forbids it."""

    def __call__(self, person_id: int, *, by: Who, at: datetime) -> None: ...


FORGETTERS: Mapping[str, Forget] = {
    "groups": groups.forget_person,
    "meetings": meetings.forget_person,
    "membership": membership.forget_person,
    "people": people.forget_person,
}
"""Every domain that has something to forget, in the order of their locks: groups before accounts."""

NOTHING_TO_FORGET: Mapping[str, str] = {
    "audit": "it knows people by their number only, and is only ever added to",
    "directory": "it knows practices and networks, and no person",
    "federation": "who spoke, voted or wrote for a group is a number; roles of delegates end in `groups`",
    "mailing": "a mailing was the group's word to its patients; who wrote it is a number",
    "pages": "it keeps nothing",
    "updates": "an update was the word of a practice or a group to its patients; who posted it is a number",
    "returns": "it keeps a mark of each message, which leads to nobody",
    "post": "what waits for somebody is withdrawn by `people`, which knows the mailbox",
}
"""Every other domain, and why. A test compares both lists with the packages."""


def erase_account(person_id: int, *, by: Who, at: datetime) -> None:
    """Erase an account. `RuleBroken` where a group would be left without an officer who can act."""
    for forget in FORGETTERS.values():
        forget(person_id, by=by, at=at)
    journal.note(session(), ERASED, person_id, at=at)


def replay(lines: Iterable[Line]) -> Counter[str]:
    """After a restore: accounts that were erased since the backup are erased again, unless a group would lose its last officer."""
    done: Counter[str] = Counter()
    for line in lines:
        if line.what == ERASED and people_queries.is_here(int(line.facts[0])):
            try:
                with session().begin_nested():
                    erase_account(int(line.facts[0]), by=MACHINE, at=line.at)
                done["accounts erased"] += 1
            except RuleBroken:
                done["accounts still to be erased by hand"] += 1
    return done
