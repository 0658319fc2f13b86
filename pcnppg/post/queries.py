"""Reading the outbox and its workers: counts for those who keep the site running, never an address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select

from pcnppg.post.models import JobRun, OutboxMessage, Worker
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


@dataclass(frozen=True, slots=True)
class Carried:
    """What all workers of the last ninety days have done, and when one of them last knew that mail goes out.

    `a_minute` is what those that run handed over in the last minute.
    """

    handed_over: int
    refused: int
    put_off: int
    in_doubt: int
    last_at: datetime | None
    a_minute: int


def carried() -> Carried:
    """Counted by the workers themselves: service messages, office mail and deliveries together."""
    facts = (Worker.handed_over, Worker.refused, Worker.put_off, Worker.in_doubt)
    sums = [func.coalesce(func.sum(fact), 0) for fact in facts]
    now = func.coalesce(func.sum(Worker.a_minute).filter(Worker.ended_at.is_(None)), 0)
    row: Any = session().execute(select(*sums, now, func.max(Worker.carried_at))).one()
    handed_over, refused, put_off, in_doubt, a_minute, last_at = row
    return Carried(int(handed_over), int(refused), int(put_off), int(in_doubt), last_at, int(a_minute))


@dataclass(frozen=True, slots=True)
class LastRun:
    """When a periodic job last began; `finished_at` is None where it failed, or is at work still."""

    job: str
    started_at: datetime
    finished_at: datetime | None


def list_last_runs() -> list[LastRun]:
    """Each periodic job's last run, by name: one look into the index for each name, not one for each run."""
    first = select(func.min(JobRun.job).label("job")).cte("names", recursive=True)
    after = select(func.min(JobRun.job)).where(JobRun.job > first.c.job).scalar_subquery()
    names = first.union_all(select(after).where(first.c.job.is_not(None)))
    last = select(func.max(JobRun.slot)).where(JobRun.job == names.c.job).correlate(names).scalar_subquery()
    found = select(JobRun.job, JobRun.started_at, JobRun.finished_at).join(
        names, and_(JobRun.job == names.c.job, JobRun.slot == last)
    )
    return [LastRun(*row) for row in session().execute(found.order_by(JobRun.job))]


def count_in_state(state: State) -> int:
    """Messages of the outbox in this state; settled ones are kept for ninety days."""
    found = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == state)
    return session().scalar(found) or 0


def find_message(message_id: int) -> OutboxMessage | None:
    """The message of the outbox with this number, settled or not; settled ones are kept for ninety days."""
    return session().get(OutboxMessage, message_id)


def count_workers(at: datetime, *, lease: timedelta) -> int:
    """Workers running and seen within `lease`."""
    alive = (Worker.ended_at.is_(None)) & (Worker.seen_at > at - lease)
    return session().scalar(select(func.count()).select_from(Worker).where(alive)) or 0


def list_silent_workers(at: datetime, *, lease: timedelta) -> list[str]:
    """Names of workers that neither ended nor were seen for the length of the lease, oldest first."""
    silent = select(Worker.name).where(is_silent(at, lease)).order_by(Worker.seen_at, Worker.name)
    return list(session().scalars(silent))


def list_messages_about(rows: Mapping[str, Collection[int]]) -> Sequence[Any]:
    """Messages about any of these rows (numbers by kind) that we still know: `kind`, `queued_at`, `state`; newest first."""
    about = [
        and_(OutboxMessage.about_kind == kind, OutboxMessage.about_id.in_(ids)) for kind, ids in rows.items() if ids
    ]
    found = select(OutboxMessage.kind, OutboxMessage.queued_at, OutboxMessage.state).where(or_(*about))
    return session().execute(found.order_by(OutboxMessage.queued_at.desc(), OutboxMessage.id.desc())).all()


def find_held() -> dict[str, list[int]]:
    """The messages of the outbox that workers have in hand, by worker."""
    return by_holder(session().execute(select(OutboxMessage.attempting_by, OutboxMessage.id).where(IS_ATTEMPTING)))


def by_holder(rows: Iterable[Any]) -> dict[str, list[int]]:
    """Pairs of a worker and a row, gathered by worker."""
    held: dict[str, list[int]] = {}
    for worker, row_id in rows:
        held.setdefault(worker, []).append(row_id)
    return held


def may_live(name: str, *, at: datetime, lease: timedelta) -> bool:
    """May this worker be alive? Also where it was taken for dead a moment ago: it signs again if it was so by mistake."""
    found = select(Worker.name).where(Worker.name == name, ~is_silent(at, lease))
    lately = or_(Worker.ended_at.is_(None), Worker.ended_at > at - lease)
    return session().scalar(found.where(lately)) is not None


def is_silent(at: datetime, lease: timedelta) -> ColumnElement[bool]:
    """Is a worker to be taken for dead? So it is where its last sign lies in the future: the clock was set back since.

    One that lives signs again at the new time soon.
    """
    return and_(Worker.ended_at.is_(None), or_(Worker.seen_at <= at - lease, Worker.seen_at > at + lease))
