"""Queues behind a guard: from a database that was copied or restored, nothing is claimed until somebody releases it."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from pcnppg.post.rules import Item, Queue, Result
from pcnppg.store import lease

log = logging.getLogger(__name__)

ASK_AFTER = 30.0
"""Seconds for which a yes holds."""
ASK_AGAIN_AFTER = 5.0
"""Seconds for which a no holds."""


class Right:
    """Whether this installation may send, asked every so often inside the transaction of a claim."""

    def __init__(self) -> None:
        self._may = False
        self._until = -1e9

    def may_send(self, at: datetime) -> bool:
        if time.monotonic() < self._until:
            return self._may
        may = lease.may_send(at)
        if not may:
            log.warning("nothing is sent: this database is a copy, or was restored. See: pcnppg mail release")
        self._may = may
        self._until = time.monotonic() + (ASK_AFTER if may else ASK_AGAIN_AFTER)
        return may


class Guarded:
    """A queue that hands out nothing while we may not send. What is known of the past is still written down."""

    def __init__(self, queue: Queue, right: Right) -> None:
        self.name = queue.name
        self._queue = queue
        self._right = right

    def claim(self, worker: str, *, at: datetime, limit: int) -> Sequence[Item]:
        return self._queue.claim(worker, at=at, limit=limit) if self._right.may_send(at) else []

    def settle(self, worker: str, results: Sequence[Result], *, at: datetime) -> None:
        self._queue.settle(worker, results, at=at)

    def held(self) -> Mapping[str, Sequence[int]]:
        return self._queue.held()

    def abandon(self, worker: str, *, at: datetime) -> int:
        return self._queue.abandon(worker, at=at)
