"""The numbers that machines ask for. Never about a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from pcnppg.mailing import queries as mailing
from pcnppg.pages.formats import Measure
from pcnppg.post import queries as post


def measures(at: datetime, *, lease: timedelta) -> list[Measure]:
    """How the queues stand. The workers' lease says how long after its last sign a worker still counts."""
    outbox = post.queue_facts(at, lease=lease)
    deliveries = mailing.delivery_facts(at)
    done = post.carried()
    return [
        Measure("workers", outbox.workers, "Workers running."),
        Measure("outbox_waiting", outbox.waiting, "Service and office messages not settled yet."),
        Measure("outbox_oldest_seconds", outbox.oldest.total_seconds(), "How long the oldest of them has been due."),
        Measure("outbox_uncertain", outbox.uncertain, "Messages that may have arrived, kept ninety days."),
        Measure("outbox_given_up", outbox.given_up, "Messages given up, kept ninety days."),
        Measure("deliveries_waiting", deliveries.waiting, "Deliveries of mailings not settled yet."),
        Measure("deliveries_overdue_seconds", deliveries.overdue.total_seconds(), "How long the oldest has been due."),
        Measure("deliveries_uncertain", deliveries.uncertain, "Deliveries of the last 30 days that may have arrived."),
        Measure("mail_handed_over_total", done.handed_over, "Messages of any kind handed over.", only_grows=True),
        Measure("mail_refused_total", done.refused, "Messages refused for good.", only_grows=True),
        Measure("mail_put_off_total", done.put_off, "Temporary refusals, each tried again.", only_grows=True),
        Measure("mail_in_doubt_total", done.in_doubt, "Handovers without an answer.", only_grows=True),
    ]
