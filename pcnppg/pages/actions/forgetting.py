"""Erasing somebody with an account, in every domain from one list (rule 10). What they decided and sent stays true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from pcnppg.groups import actions as groups
from pcnppg.groups import queries as groups_queries
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.meetings.actions import forgetting as meetings
from pcnppg.membership import actions as membership
from pcnppg.people import actions as people
from pcnppg.people import queries as people_queries
from pcnppg.people.rules import UNUSED_AFTER, is_notice_over
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


def forget_unused(*, at: datetime) -> dict[str, int]:
    """See to every account that nobody uses: in words, and how many of them are erased."""
    unused = list_unused(at=at)
    return {"accounts that nobody uses": sum(see_to_unused(person_id, at=at) for person_id in unused)}


def list_unused(*, at: datetime) -> list[int]:
    """Accounts with no role and no sign of life for so long."""
    since = at - UNUSED_AFTER
    return list(groups_queries.list_roleless(people_queries.list_unseen(since=since), since=since))


def see_to_unused(person_id: int, *, at: datetime) -> bool:
    """Give the owner of an unused account a month's notice, and erase it after that. Looked at again; is it erased now?"""
    person = people_queries.lock_person(person_id)
    since, told_at = at - UNUSED_AFTER, person.unused_told_at
    if not groups_queries.list_roleless([person_id], since=since) or (person.last_seen_at or since) > since:
        return False
    if told_at is None:
        people.tell_unused(person_id, at=at)
        return False
    if is_over := is_notice_over(told_at, at):
        erase_account(person_id, by=MACHINE, at=at)
    return is_over


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
