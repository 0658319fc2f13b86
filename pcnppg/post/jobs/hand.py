"""What a worker has in hand: items on their way through the transport, and outcomes that are not written down yet."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime

from pcnppg.post.rules import NOT_ATTEMPTED, Fate, Item, Outcome, Queue, Result, Turns, batch_size, worker_pause
from pcnppg.post.transports.transport import Transport, Trouble

log = logging.getLogger(__name__)

FIRST_GUESS = 0.2
"""Seconds a message may take, before anything was measured."""


class Hand:
    """Never holds more rows than `batch_size` allows: those under way and those whose outcome is not recorded, together."""

    def __init__(self, transport: Transport, turns: Turns) -> None:
        self.counts = dict.fromkeys(Fate, 0)
        self.trouble = ""
        self.troubles = 0
        self.is_unreachable = False
        self.unsettled: dict[Queue, list[Result]] = {}
        self.transport = transport
        self._turns = turns
        self._whose: dict[int, tuple[Queue, Item]] = {}
        self._pace = FIRST_GUESS
        self._since = time.monotonic()
        self._met: Trouble | None = None

    @property
    def is_empty(self) -> bool:
        """Is nothing under way?"""
        return not self._whose

    @property
    def room(self) -> int:
        """How many more rows may be marked now. The outcomes to be recorded make room in the same transaction."""
        return max(0, batch_size(self._pace, least=self.transport.lines) - len(self._whose))

    def keys_of(self, queue: Queue) -> set[int]:
        """The rows of this queue that are under way, or whose outcome waits to be recorded."""
        under_way = {item.key for whose, item in self._whose.values() if whose is queue}
        return under_way.union(key for key, _ in self.unsettled.get(queue, ()))

    def take(self, queue: Queue, items: Sequence[Item], *, workers: int, at: datetime) -> None:
        """Hand over what may go now; what must wait for its domain's turn goes back until then."""
        if self.is_empty:
            self._since = time.monotonic()
        going = []
        for item in items:
            turn = self._turns.next_for(item.to, workers=workers, at=at)
            if turn > at and not item.is_urgent:
                self._note(queue, item, Outcome(Fate.NOT_ATTEMPTED, until=turn))
            else:
                self._whose[id(item)] = queue, item
                going.append(item)
        self.transport.take(going)

    def wait(self, seconds: float) -> None:
        """Let the transport go on until something is known."""
        known = self.transport.wait(seconds)
        for item, outcome in known:
            queue, _ = self._whose.pop(id(item))
            self._note(queue, item, outcome)
        self._measure(sum(outcome.fate is not Fate.NOT_ATTEMPTED for _, outcome in known))
        self._meet_trouble({outcome.fate for _, outcome in known})

    def pause(self) -> float:
        """Seconds for which the server is to be left alone from now on."""
        return worker_pause(self.troubles).total_seconds() if self.troubles else 0.0

    def _note(self, queue: Queue, item: Item, outcome: Outcome) -> None:
        self.counts[outcome.fate] += 1
        self.unsettled.setdefault(queue, []).append((item.key, outcome))

    def _measure(self, attempted: int) -> None:
        """How fast it goes decides how much is taken in hand."""
        if attempted:
            now = time.monotonic()
            self._pace = (self._pace + (now - self._since) / attempted) / 2
            self._since = now

    def _meet_trouble(self, fates: set[Fate]) -> None:
        trouble = self.transport.trouble
        if Fate.HANDED_OVER in fates or (trouble is None and fates & {Fate.REFUSED, Fate.TEMPORARY}):
            self.troubles, self.trouble = 0, ""
        if trouble is None or trouble is self._met:
            return
        self._met = trouble
        self.troubles += 1
        self.trouble = trouble.reason
        self.is_unreachable = trouble.outcome is NOT_ATTEMPTED
        log.warning("the mail server makes trouble (%s), the %s in a row", trouble.reason, self.troubles)
