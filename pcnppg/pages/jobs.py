"""What wakes by itself: the daily digests; accounts that nobody uses are told of their end, and erased a month later."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import local
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import MACHINE
from pcnppg.pages import actions
from pcnppg.pages.rules import DIGEST_HOUR
from pcnppg.people import actions as people_actions
from pcnppg.people import queries as people
from pcnppg.people.rules import UNUSED_AFTER, is_notice_over
from pcnppg.store.session import transaction


def send_digests(at: datetime) -> None:
    """In the morning: each person's digest in a transaction of its own, in which their day is claimed."""
    if local(at).hour < DIGEST_HOUR:
        return
    for person_id in groups.list_role_holders():
        with suppress(NotFound), transaction():  # not found: erased meanwhile
            actions.send_digest(person_id, at=at)


def forget_unused(at: datetime) -> None:
    """Once a day: each account in a transaction of its own, in which it is looked at again."""
    since = at - UNUSED_AFTER
    for person_id in groups.list_roleless(people.list_unseen(since=since), since=since):
        with suppress(NotFound), transaction():  # not found: erased by its owner meanwhile
            _forget(person_id, since=since, at=at)


def _forget(person_id: int, *, since: datetime, at: datetime) -> None:
    person = people.lock_person(person_id)
    told_at = person.unused_told_at
    if not groups.list_roleless([person_id], since=since) or (person.last_seen_at or since) > since:
        return
    if told_at is None:
        people_actions.tell_unused(person_id, at=at)
    elif is_notice_over(told_at, at):
        actions.erase_account(person_id, by=MACHINE, at=at)
