"""What wakes by itself: votes whose time is over, and a network's mailing, queued one group after the other."""

from __future__ import annotations

import time
from datetime import datetime

from pcnppg.federation import actions, queries
from pcnppg.mailing.queries import sharing
from pcnppg.store.session import end_read, transaction

REST = 0.03
"""Seconds between two groups, so that whoever waits to change something comes first where there is one writer at a time."""


def close_due(at: datetime) -> None:
    """Every few minutes: count the votes of decisions whose time is over."""
    with transaction():
        actions.close_due(at=at)


def send_mailings(at: datetime) -> None:
    """Every minute: queue what was sent. A crash in between loses nothing: whoever was queued is left alone the next time.

    Who gets it from which of the groups whose turn has not come is worked out before the first lock; each group is then locked
    alone, and briefly.
    """
    for network_id, number in queries.list_sending():
        turns = queries.list_to_queue(network_id, number)
        shared = sharing.share(turns, at, is_first=not queries.list_queued(number))
        end_read()
        for group_id in turns:
            with transaction():
                actions.queue_for_group(network_id, number, group_id, shared=shared, at=at)
            time.sleep(REST)
        with transaction():
            actions.finish_mailing(network_id, number, at=at)
