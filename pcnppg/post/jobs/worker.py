"""The worker: marks rows, hands messages over one after another, records what became of each.

The outcomes of one batch and the marks of the next are one commit. Before each batch the first queue is asked first, so
service messages overtake list mail.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Sequence
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from pcnppg.kernel import clock
from pcnppg.kernel.settings import Settings
from pcnppg.post import actions, queries
from pcnppg.post.jobs.heartbeat import Heartbeat
from pcnppg.post.jobs.periodic import Job, Periodic
from pcnppg.post.jobs.stop import Stop
from pcnppg.post.rules import (
    BATCH_SECONDS,
    NOT_ATTEMPTED,
    NOT_MADE,
    Fate,
    Item,
    Outcome,
    Queue,
    Result,
    batch_size,
    seconds_between,
    temporary,
    worker_pause,
)
from pcnppg.post.transports import transport_for
from pcnppg.post.transports.transport import Transport, Trouble
from pcnppg.store.session import end_read, transaction

log = logging.getLogger(__name__)

IDLE = 1.0
"""Seconds between two looks at empty queues."""
LOOK_AFTER = 5.0
"""Seconds between two looks at dead workers and due jobs, at most; a quarter of the lease where that is less."""
DATABASE_PAUSE = 2.0
SHUNNED = 60.0
"""Seconds without a queue whose own code failed; the others go on."""
MOST_TROUBLES = 3
"""With `once`: so many troubles in a row, and the rest is left for the next run."""
FIRST_GUESS = 0.2
"""Seconds a message may take, before anything was measured."""


class Worker:
    """One worker. `run` needs an application context and ends when asked to, or with `once` when nothing is due."""

    def __init__(
        self,
        settings: Settings,
        *,
        queues: Sequence[Queue],
        jobs: Sequence[Job] = (),
        stop: Stop | None = None,
        transport: Transport | None = None,
    ) -> None:
        self.name = secrets.token_hex(8)
        self.stop = stop or Stop()
        self.counts = dict.fromkeys(Fate, 0)
        self.trouble = ""
        self._queues = queues
        self._periodic = Periodic(jobs)
        self._lease = settings.worker_lease
        self._rate = settings.mail_rate
        self._transport = transport or transport_for(settings, hurry=self.stop.hurry)
        self._unsettled: tuple[Queue, list[Result]] | None = None
        self._pace = FIRST_GUESS
        self._troubles = 0
        self._unreachable = False
        self._not_before = 0.0
        self._shunned: dict[str, float] = {}
        self._looked_after = -1e9

    def run(self, *, once: bool = False) -> bool:
        """Drain the queues. False where, with `once`, something due was left because the server would not take it."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        try:
            with Heartbeat(app, self.name, lease=self._lease) as self._heartbeat:
                self._drain(once)
                self._heartbeat.ends = self._leave()
        finally:
            self._transport.close()
        return not self.trouble

    def _drain(self, once: bool) -> None:
        while not self.stop.is_asked:
            try:
                self._look_after()
                if self._is_waiting():
                    continue
                busy = self._turn()
            except OperationalError as wrong:
                log.error("the database does not answer: %s", type(wrong.orig).__name__)
                self.stop.wait(DATABASE_PAUSE)
                continue
            if once and (not busy or self._is_hopeless()):
                return
            if not busy:
                self._transport.rest()
                end_read()
                self.stop.wait(IDLE)

    def _is_waiting(self) -> bool:
        """Is it too early for the next batch? Then what is known is recorded before the wait."""
        rest = self._not_before - time.monotonic()
        if rest <= 0:
            return False
        self._record()
        self.stop.wait(min(rest, LOOK_AFTER))
        return True

    def _is_hopeless(self) -> bool:
        """With `once`: would going on only meet the same trouble?"""
        return self._troubles >= MOST_TROUBLES or (self._troubles > 0 and self._unreachable)

    def _turn(self) -> bool:
        """Settle the last batch, take and hand over the next. False where nothing was due."""
        taken = self._settle_and_claim()
        if taken is None:
            return False
        queue, items = taken
        began = time.monotonic()
        results = self._hand_over(items)
        self._unsettled = queue, results
        self._measure(results, began)
        return True

    def _settle_and_claim(self) -> tuple[Queue, Sequence[Item]] | None:
        at, in_charge = clock.now(), None
        queues = [queue for queue in self._queues if self._shunned.get(queue.name, 0) < time.monotonic()]
        try:
            with transaction() as session:
                self._settle(at)
                for queue in queues:
                    in_charge = queue
                    if items := queue.claim(self.name, at=at, limit=self._limit()):
                        # Whoever marks rows is alive: were we taken for dead, our marks would be nobody's to undo.
                        actions.see_worker(self.name, at=at)
                        break
                session.flush()
                in_charge = None
        except OperationalError:
            raise
        except Exception as wrong:
            if in_charge is None:
                self._settle_one_by_one(wrong)
            else:
                log.error("the queue %s failed: %s", in_charge.name, type(wrong).__name__)
                self._shunned[in_charge.name] = time.monotonic() + SHUNNED
            return self._settle_and_claim()
        self._unsettled = None
        return (queue, items) if queues and items else None

    def _settle(self, at: datetime) -> None:
        if self._unsettled:
            queue, results = self._unsettled
            queue.settle(self.name, results, at=at)

    def _record(self) -> None:
        try:
            with transaction():
                self._settle(clock.now())
        except OperationalError:
            raise
        except Exception as wrong:
            self._settle_one_by_one(wrong)
        self._unsettled = None

    def _settle_one_by_one(self, wrong: Exception) -> None:
        """One outcome cannot be written: the others shall be. The one stays in doubt when this worker ends."""
        if not self._unsettled:
            raise wrong
        (queue, results), self._unsettled = self._unsettled, None
        for result in results:
            try:
                with transaction():
                    queue.settle(self.name, [result], at=clock.now())
            except Exception as failed:
                log.error("the outcome of %s %s was not written: %s", queue.name, result[0], type(failed).__name__)

    def _hand_over(self, items: Sequence[Item]) -> list[Result]:
        results: list[Result] = []
        troubled = False
        for item in items:
            outcome = NOT_ATTEMPTED
            if not (troubled or self.stop.is_asked):
                outcome, troubled = self._hand_over_one(item)
            self.counts[outcome.fate] += 1
            results.append((item.key, outcome))
        return results

    def _hand_over_one(self, item: Item) -> tuple[Outcome, bool]:
        try:
            data = item.make()
        except Exception as wrong:
            log.error("message %s could not be made: %s", item.key, type(wrong).__name__)
            return temporary(NOT_MADE), False
        try:
            outcome = self._transport.hand_over(item.envelope_from, item.to, data)
        except Trouble as trouble:
            self._troubles += 1
            self.trouble = trouble.reason
            self._unreachable = trouble.outcome is NOT_ATTEMPTED
            log.warning("the mail server makes trouble (%s), the %s in a row", trouble.reason, self._troubles)
            return trouble.outcome, True
        self._troubles, self.trouble = 0, ""
        return outcome, False

    def _measure(self, results: Sequence[Result], began: float) -> None:
        """How fast it goes decides how much is taken in hand; the agreed rate and trouble decide how long to wait."""
        now = time.monotonic()
        attempted = sum(outcome.fate is not Fate.NOT_ATTEMPTED for _, outcome in results)
        if attempted:
            self._pace = (self._pace + (now - began) / attempted) / 2
        self._not_before = began + attempted * self._between()
        if self._troubles:
            self._not_before = max(self._not_before, now + worker_pause(self._troubles).total_seconds())

    def _limit(self) -> int:
        between = self._between()
        limit = batch_size(self._pace)
        return max(1, min(limit, int(BATCH_SECONDS / between))) if between else limit

    def _between(self) -> float:
        return seconds_between(self._rate, self._heartbeat.workers)

    def _look_after(self) -> None:
        """What dead workers had in hand is in doubt; what is due by itself is done."""
        if time.monotonic() - self._looked_after < min(self._lease.total_seconds() / 4, LOOK_AFTER):
            return
        self._looked_after = time.monotonic()
        silent = queries.list_silent_workers(clock.now(), lease=self._lease)
        for name in silent:
            if name != self.name:
                self._bury(name)
        self._periodic.run_due(clock.now())

    def _bury(self, name: str) -> None:
        with transaction():
            if not actions.bury_worker(name, at=clock.now(), lease=self._lease):
                return
            in_doubt = sum(queue.abandon(name, at=clock.now()) for queue in self._queues)
        log.warning("a worker is silent; %s messages of its are in doubt", in_doubt)

    def _leave(self) -> bool:
        """Record what is not recorded yet. What is still ours after that is in doubt. False where it could not be written."""
        for _ in range(MOST_TROUBLES):
            try:
                self._record()
                with transaction():
                    for queue in self._queues:
                        queue.abandon(self.name, at=clock.now())
                return True
            except OperationalError as wrong:
                log.error("the database does not answer: %s", type(wrong.orig).__name__)
                time.sleep(DATABASE_PAUSE / 4)
        return False
