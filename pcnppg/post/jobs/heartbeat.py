"""A worker's sign of life, from a thread and a connection of its own: the worker itself may hang on a slow server."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import TracebackType

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from pcnppg.kernel import clock
from pcnppg.post import actions, queries
from pcnppg.post.rules import Fate
from pcnppg.store.session import transaction

log = logging.getLogger(__name__)

MINUTE = 60.0


class Heartbeat:
    """Begins with `with`, ends with it. `workers` is how many are alive, this one included.

    Only a worker that `ends` with nothing in hand is marked as ended; any other falls silent, and its rows are found.
    """

    def __init__(self, app: Flask, name: str, *, lease: timedelta, counts: Mapping[Fate, int]) -> None:
        self.workers = 1
        self.ends = False
        self._app = app
        self._name = name
        self._lease = lease
        self._counts = counts
        self._end = threading.Event()
        self._carried = [(time.monotonic(), 0)]
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        with transaction():
            actions.start_worker(self._name, at=clock.now())
            self.workers = queries.count_workers(clock.now(), lease=self._lease)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._end.set()
        self._thread.join()
        if self.ends:
            self._write(actions.end_worker)

    def _beat(self) -> None:
        every = self._lease.total_seconds() / 4
        while not self._end.wait(every):
            with self._app.app_context():
                self._write(actions.see_worker)

    def _a_minute(self) -> int:
        """How many were handed over within the last minute."""
        now, carried = time.monotonic(), self._counts[Fate.HANDED_OVER]
        self._carried = [one for one in self._carried if now - one[0] <= MINUTE] or self._carried[-1:]
        self._carried.append((now, carried))
        return carried - self._carried[0][1]

    def _write(self, sign: Callable[..., None]) -> None:
        try:
            with transaction():
                sign(self._name, at=clock.now(), counts=dict(self._counts), a_minute=self._a_minute())
                self.workers = max(1, queries.count_workers(clock.now(), lease=self._lease))
        except SQLAlchemyError as wrong:
            log.warning("no sign of life could be written: %s", type(wrong).__name__)
