"""What wakes by itself: the daily digests; accounts that nobody uses are told of their end, and erased a month later."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import local
from pcnppg.kernel.refusals import NotFound
from pcnppg.pages import actions
from pcnppg.pages.rules import DIGEST_HOUR
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
    for person_id in actions.list_unused(at=at):
        with suppress(NotFound), transaction():  # not found: erased by its owner meanwhile
            actions.see_to_unused(person_id, at=at)
