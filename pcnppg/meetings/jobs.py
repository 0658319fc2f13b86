"""What wakes by itself about meetings."""

from __future__ import annotations

from datetime import datetime

from pcnppg.kernel.clock import local
from pcnppg.meetings.actions import following, retention, unnaming
from pcnppg.meetings.queries import following as queries
from pcnppg.store.session import transaction

MORNING = 8
"""Nobody is written to before this hour, by the clock in England."""


def forget_old(at: datetime) -> None:
    """Retention, once a day."""
    with transaction():
        retention.forget_old(at=at)
        unnaming.forget_old_owners(at=at)


def remind_owners(at: datetime) -> None:
    """In the morning: owners without an account whose action is due, each once."""
    if local(at).hour < MORNING:
        return
    for action_id in queries.list_to_remind(due_by=local(at).date()):
        with transaction():
            following.remind(action_id, at=at)
