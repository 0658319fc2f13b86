"""How the mail stands, for whoever keeps the site running and for their machines. Never about a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pcnppg.mailing import queries as mailing
from pcnppg.mailing.queries import DeliveryFacts
from pcnppg.pages.formats import Measure
from pcnppg.pages.rules import RETURNS_SHOWN, late_jobs
from pcnppg.post import queries as post
from pcnppg.post.queries import Carried, LastRun, QueueFacts
from pcnppg.post.rules import STUCK_AFTER, is_stuck
from pcnppg.returns import queries as returns
from pcnppg.returns.rules import What
from pcnppg.store import lease


@dataclass(frozen=True, slots=True)
class HowMailStands:
    """`is_stuck`: mail has waited for more than twenty minutes, and none goes out. `late` are jobs whose last run is not done."""

    outbox: QueueFacts
    deliveries: DeliveryFacts
    carried: Carried
    came_back: Mapping[What, int]
    runs: list[LastRun]
    late: list[str]
    is_held: bool
    is_stuck: bool

    @property
    def last_run_at(self) -> datetime | None:
        return max((run.started_at for run in self.runs), default=None)


def how_mail_stands(at: datetime, *, lease_time: timedelta) -> HowMailStands:
    """The workers' lease says how long after its last sign a worker still counts."""
    outbox, deliveries = post.queue_facts(at, lease=lease_time), mailing.delivery_facts(at)
    carried, runs = post.carried(), post.list_last_runs()
    return HowMailStands(
        outbox=outbox,
        deliveries=deliveries,
        carried=carried,
        came_back=returns.count_taken(since=at - RETURNS_SHOWN),
        runs=runs,
        late=late_jobs([(run.job, run.started_at, run.finished_at) for run in runs], at),
        is_held=lease.why_held(at) is not None,
        is_stuck=outbox.oldest > STUCK_AFTER or is_stuck(deliveries.overdue, carried.last_at, at),
    )


def measures(at: datetime, *, lease: timedelta) -> list[Measure]:
    """The same as numbers with names."""
    found = how_mail_stands(at, lease_time=lease)
    outbox, deliveries, done = found.outbox, found.deliveries, found.carried
    return [
        Measure("workers", outbox.workers, "Workers running."),
        Measure("outbox_waiting", outbox.waiting, "Service and office messages not settled yet."),
        Measure("outbox_oldest_seconds", outbox.oldest.total_seconds(), "How long the oldest of them has been due."),
        Measure("outbox_uncertain", outbox.uncertain, "Messages that may have arrived, kept ninety days."),
        Measure("outbox_given_up", outbox.given_up, "Messages given up, kept ninety days."),
        Measure("deliveries_waiting", deliveries.waiting, "Deliveries of mailings not settled yet."),
        Measure("deliveries_overdue_seconds", deliveries.overdue.total_seconds(), "How long the oldest has been due."),
        Measure("deliveries_uncertain", deliveries.uncertain, "Deliveries of the last 30 days that may have arrived."),
        Measure("deliveries_left_out", deliveries.left_out, "Deliveries of the last 30 days left out, mostly for a promise."),
        Measure("mail_handed_over_total", done.handed_over, "Messages of any kind handed over.", only_grows=True),
        Measure("mail_refused_total", done.refused, "Messages refused for good.", only_grows=True),
        Measure("mail_put_off_total", done.put_off, "Temporary refusals, each tried again.", only_grows=True),
        Measure("mail_in_doubt_total", done.in_doubt, "Handovers without an answer.", only_grows=True),
        Measure("mail_a_minute", done.a_minute, "Messages handed over in the last minute."),
        Measure("mail_stuck", found.is_stuck, "1 where mail has waited for twenty minutes and none goes out."),
        Measure("mail_held", found.is_held, "1 where this database may not send: see pcnppg mail release."),
        Measure("jobs_late", len(found.late), "Periodic jobs whose last run did not end well."),
        Measure("jobs_last_seconds", _since(found.last_run_at, at), "How long ago a periodic job last began; 0 before the first."),
        *(Measure(f"came_back_{what}", found.came_back.get(what, 0), f"Messages of the last 30 days: {what}.") for what in What),
    ]  # fmt: skip


def _since(moment: datetime | None, at: datetime) -> float:
    return max(at - moment, timedelta()).total_seconds() if moment else 0.0
