"""The worker: marks rows, hands messages over, records what became of each.

Outcomes that are known and the marks of the next rows are one commit; what was marked before goes on meanwhile. The first
queue is asked first, so service messages overtake list mail.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Sequence

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from pcnppg.kernel import clock
from pcnppg.kernel.settings import Settings
from pcnppg.post import actions, queries
from pcnppg.post.jobs.hand import Hand
from pcnppg.post.jobs.heartbeat import Heartbeat
from pcnppg.post.jobs.periodic import Job, Periodic
from pcnppg.post.jobs.stop import Stop
from pcnppg.post.rules import BATCH_SECONDS, NOT_ATTEMPTED, Item, Queue, Turns, seconds_between
from pcnppg.post.transports import transport_for
from pcnppg.post.transports.transport import Transport
from pcnppg.store.bell import Bell
from pcnppg.store.session import end_read, transaction

log = logging.getLogger(__name__)

IDLE = 1.0
"""Seconds between two looks at empty queues, at most: the bell wakes sooner."""
LOOK_AFTER = 5.0
"""Seconds between two looks at dead workers and due jobs, at most; a quarter of the lease where that is less."""
EMPTY_FOR = 0.05
"""Seconds for which a queue that was found empty is not asked before the others: a moment at which nobody waits."""
DATABASE_PAUSE = 2.0
SHUNNED = 60.0
"""Seconds without a queue whose own code failed; the others go on."""
MOST_TROUBLES = 3
"""With `once`: so many troubles in a row, and the rest is left for the next run."""


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
        self._queues = queues
        self._periodic = Periodic(jobs)
        self._lease = settings.worker_lease
        self._rate = settings.mail_rate
        self._hand = Hand(transport or transport_for(settings, hurry=self.stop.hurry), Turns(settings.mail_domain_rate))
        self.counts = self._hand.counts
        self._not_before = 0.0
        self._empty_until: dict[str, float] = {}
        self._shunned: dict[str, float] = {}
        self._looked_after = -1e9
        self._is_sure = True

    @property
    def trouble(self) -> str:
        """What the mail server's last trouble was, or nothing."""
        return self._hand.trouble

    def run(self, *, once: bool = False) -> bool:
        """Drain the queues. False where, with `once`, something due was left because the server would not take it."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        try:
            with (
                Heartbeat(app, self.name, lease=self._lease, counts=self.counts) as self._heartbeat,
                Bell() as self._bell,
            ):
                self._drain(once)
                self._heartbeat.ends = self._leave()
        finally:
            self._hand.transport.close()
        return not self.trouble

    def _drain(self, once: bool) -> None:
        while not self.stop.is_asked:
            try:
                self._make_sure()
                self._look_after()
                busy = self._turn()
            except OperationalError as wrong:
                log.error("the database does not answer: %s", type(wrong.orig).__name__)
                self._is_sure = False
                self.stop.wait(DATABASE_PAUSE)
                continue
            if once and self._hand.is_empty and (not busy or self._is_hopeless()):
                return
            if not busy:
                self._hand.transport.rest()
                end_read()
                self._bell.wait(IDLE, until=lambda: self.stop.is_asked)

    def _is_hopeless(self) -> bool:
        """With `once`: would going on only meet the same trouble?"""
        return self._hand.troubles >= MOST_TROUBLES or (self._hand.troubles > 0 and self._hand.is_unreachable)

    def _turn(self) -> bool:
        """Settle what is known, take what there is room for, and wait for the next outcome. False where nothing was due."""
        rest = self._not_before - time.monotonic()
        if rest > 0:
            self._record()
            if self._hand.is_empty:
                self.stop.wait(min(rest, LOOK_AFTER))
                return True
        else:
            taken = self._settle_and_claim()
            if taken is None and self._hand.is_empty:
                return False
            if taken is not None:
                self._take(*taken)
        self._wait(rest if rest > 0 else LOOK_AFTER)
        return True

    def _take(self, queue: Queue, items: Sequence[Item]) -> None:
        self._hand.take(queue, items, workers=self._heartbeat.workers, at=clock.now())
        if between := self._between():
            self._not_before = max(self._not_before, time.monotonic()) + len(items) * between

    def _wait(self, seconds: float) -> None:
        troubles = self._hand.troubles
        self._hand.wait(seconds)
        if self._hand.troubles > troubles:
            self._not_before = max(self._not_before, time.monotonic() + self._hand.pause())

    def _settle_and_claim(self) -> tuple[Queue, Sequence[Item]] | None:
        at, in_charge, found = clock.now(), None, None
        room = self._room()
        if not room and not self._hand.unsettled:
            return None
        try:
            with transaction() as session:
                self._settle()
                for queue in self._asked() if room else ():
                    in_charge = queue
                    if items := queue.claim(self.name, at=at, limit=room):
                        found = queue, items
                        break
                    self._empty_until[queue.name] = time.monotonic() + EMPTY_FOR
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
        self._hand.unsettled = {}
        return found

    def _asked(self) -> list[Queue]:
        """The queues to ask now. One that was empty a moment ago is passed over while the last one gives something."""
        now = time.monotonic()
        asked = [queue for queue in self._queues if self._shunned.get(queue.name, 0) < now]
        if self._hand.is_empty:
            return asked
        return [queue for queue in asked if self._empty_until.get(queue.name, 0) < now]

    def _settle(self) -> None:
        for queue, results in self._hand.unsettled.items():
            queue.settle(self.name, results, at=clock.now())

    def _record(self) -> None:
        if not self._hand.unsettled:
            return
        try:
            with transaction():
                self._settle()
        except OperationalError:
            raise
        except Exception as wrong:
            self._settle_one_by_one(wrong)
        self._hand.unsettled = {}

    def _settle_one_by_one(self, wrong: Exception) -> None:
        """One outcome cannot be written: the others shall be. The one stays in doubt when this worker ends."""
        unsettled, self._hand.unsettled = self._hand.unsettled, {}
        if not unsettled:
            raise wrong
        for queue, result in ((queue, result) for queue, results in unsettled.items() for result in results):
            try:
                with transaction():
                    queue.settle(self.name, [result], at=clock.now())
            except Exception as failed:
                log.error("the outcome of %s %s was not written: %s", queue.name, result[0], type(failed).__name__)

    def _room(self) -> int:
        room, between = self._hand.room, self._between()
        return min(room, max(1, int(BATCH_SECONDS / between))) if between else room

    def _between(self) -> float:
        return seconds_between(self._rate, self._heartbeat.workers)

    def _look_after(self) -> None:
        """What dead workers had in hand is in doubt; what is due by itself is done."""
        if time.monotonic() - self._looked_after < min(self._lease.total_seconds() / 4, LOOK_AFTER):
            return
        self._looked_after = time.monotonic()
        silent = set(queries.list_silent_workers(clock.now(), lease=self._lease))
        for name in sorted(silent.union(*(queue.held() for queue in self._queues)) - {self.name}):
            if name in silent or not queries.may_live(name, at=clock.now(), lease=self._lease):
                self._bury(name)
        self._periodic.run_due(clock.now())

    def _make_sure(self) -> None:
        """After the database was away: marks may have been written that we never heard of. Those rows were never begun."""
        if self._is_sure:
            return
        with transaction():
            for queue in self._queues:
                unknown = set(queue.held().get(self.name, ())) - self._hand.keys_of(queue)
                queue.settle(self.name, [(key, NOT_ATTEMPTED) for key in sorted(unknown)], at=clock.now())
        self._is_sure = True

    def _bury(self, name: str) -> None:
        with transaction():
            if not actions.bury_worker(name, at=clock.now(), lease=self._lease):
                return
            in_doubt = sum(queue.abandon(name, at=clock.now()) for queue in self._queues)
        log.warning("a worker is silent; %s messages of its are in doubt", in_doubt)

    def _leave(self) -> bool:
        """Let what is under way come to its end, and record it. What is still ours after that is in doubt.

        False where it could not be written.
        """
        while not self._hand.is_empty:
            self._wait(LOOK_AFTER)
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
