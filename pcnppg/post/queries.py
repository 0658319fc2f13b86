"""Reading the outbox and its workers: counts for those who keep the site running, never an address."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, literal_column, or_, select

from pcnppg.post.models import OutboxMessage, Worker
from pcnppg.post.rules import State
from pcnppg.store.session import session

IS_QUEUED = OutboxMessage.state == literal_column("'queued'")
IS_ATTEMPTING = OutboxMessage.state == literal_column("'attempting'")
"""Written out, not bound: only so do both databases use the indexes of what is open."""


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """How the outbox stands. `waiting` counts what is in hand too; `oldest` is how long a queued message has been due at most."""

    waiting: int
    oldest: timedelta
    uncertain: int
    given_up: int
    workers: int


def queue_facts(at: datetime, *, lease: timedelta) -> QueueFacts:
    """Counts at `at`. A worker counts while it was seen within `lease`."""
    queued, since = session().execute(select(func.count(), func.min(OutboxMessage.due_at)).where(IS_QUEUED)).one()
    in_hand = session().scalar(select(func.count()).select_from(OutboxMessage).where(IS_ATTEMPTING)) or 0
    return QueueFacts(
        waiting=queued + in_hand,
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


def list_messages_about(rows: Mapping[str, Collection[int]]) -> Sequence[Any]:
    """Messages about any of these rows (numbers by kind) that we still know: `kind`, `queued_at`, `state`; newest first."""
    about = [
        and_(OutboxMessage.about_kind == kind, OutboxMessage.about_id.in_(ids)) for kind, ids in rows.items() if ids
    ]
    found = select(OutboxMessage.kind, OutboxMessage.queued_at, OutboxMessage.state).where(or_(*about))
    return session().execute(found.order_by(OutboxMessage.queued_at.desc(), OutboxMessage.id.desc())).all()
