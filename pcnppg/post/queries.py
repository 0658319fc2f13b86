"""Reading the outbox and its workers: counts for those who keep the site running, never an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from pcnppg.post.models import OutboxMessage, Worker
from pcnppg.post.rules import OPEN, State
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """How the outbox stands. `oldest` is how long the longest waiting message has been due; none waiting: no time at all."""

    waiting: int
    oldest: timedelta
    uncertain: int
    given_up: int
    workers: int


def queue_facts(at: datetime, *, lease: timedelta) -> QueueFacts:
    """Counts at `at`. A worker counts while it was seen within `lease`."""
    waiting, since = (
        session()
        .execute(select(func.count(), func.min(OutboxMessage.due_at)).where(OutboxMessage.state.in_(OPEN)))
        .one()
    )
    return QueueFacts(
        waiting=waiting,
        oldest=max(at - since, timedelta()) if since else timedelta(),
        uncertain=count_in_state(State.UNCERTAIN),
        given_up=count_in_state(State.GIVEN_UP),
        workers=count_workers(at, lease=lease),
    )


def count_in_state(state: State) -> int:
    """Messages of the outbox in this state; settled ones are kept for ninety days."""
    found = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == state)
    return session().scalar(found) or 0


def count_workers(at: datetime, *, lease: timedelta) -> int:
    """Workers running and seen within `lease`."""
    alive = (Worker.ended_at.is_(None)) & (Worker.seen_at > at - lease)
    return session().scalar(select(func.count()).select_from(Worker).where(alive)) or 0


def list_silent_workers(at: datetime, *, lease: timedelta) -> list[str]:
    """Names of workers that neither ended nor were seen for the length of the lease, oldest first."""
    silent = (
        select(Worker.name)
        .where(Worker.ended_at.is_(None), Worker.seen_at <= at - lease)
        .order_by(Worker.seen_at, Worker.name)
    )
    return list(session().scalars(silent))
