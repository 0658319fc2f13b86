"""What every way of handing mail over has in common."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from pcnppg.post.rules import NOT_ATTEMPTED, NOT_MADE, Item, Outcome, temporary

log = logging.getLogger(__name__)

Known = tuple[Item, Outcome]
"""An item, and what became of it."""


class Trouble(Exception):
    """The server wants no more for now, or cannot be reached: the worker pauses.

    `outcome` is what became of the message in hand. `reason` names stage and code, never a text of the server's.
    """

    def __init__(self, reason: str, outcome: Outcome = NOT_ATTEMPTED) -> None:
        super().__init__(reason)
        self.reason = reason
        self.outcome = outcome


class Transport(Protocol):
    """Hands finished messages over. It answers for every item that it takes: one outcome each, sooner or later.

    After `trouble` it begins no further message until it is given some again: what waits comes back not attempted, and so
    it does once the worker is asked to stop.
    """

    trouble: Trouble | None

    @property
    def lines(self) -> int:
        """How many messages can be on their way at once."""
        ...

    def take(self, items: Sequence[Item]) -> None:
        """Begin with these, and forget past trouble."""
        ...

    def wait(self, seconds: float) -> list[Known]:
        """What has become known: at least one outcome, unless the time is over or nothing is in hand."""
        ...

    def check(self) -> None:
        """Could a message be handed over now? Raises `Trouble` with the reason if not. Sends nothing."""
        ...

    def rest(self) -> None:
        """Nothing waits just now: let go of what should not be held for long."""
        ...

    def close(self) -> None:
        """Take leave."""
        ...


class Counter(Protocol):
    """A place where messages are handed over one by one, each at once: a folder, or a service with an interface of its own."""

    def hand_over(self, envelope_from: str, to: str, data: bytes) -> Outcome:
        """Try once. Raises `Trouble` where the next message would meet the same."""
        ...

    def check(self) -> None: ...

    def rest(self) -> None: ...

    def close(self) -> None: ...


class OneByOne:
    """A transport over such a counter."""

    lines = 1

    def __init__(self, counter: Counter) -> None:
        self.trouble: Trouble | None = None
        self._counter = counter
        self._waiting: deque[Item] = deque()
        self.check, self.rest, self.close = counter.check, counter.rest, counter.close

    def take(self, items: Sequence[Item]) -> None:
        self.trouble = None
        self._waiting.extend(items)

    def wait(self, seconds: float) -> list[Known]:
        known = [(item, self._hand_over(item)) for item in self._waiting]
        self._waiting.clear()
        return known

    def _hand_over(self, item: Item) -> Outcome:
        if self.trouble is not None:
            return NOT_ATTEMPTED
        data = made(item)
        if data is None:
            return temporary(NOT_MADE)
        try:
            return self._counter.hand_over(item.envelope_from, item.to, data)
        except Trouble as trouble:
            self.trouble = trouble
            return trouble.outcome


def made(item: Item) -> bytes | None:
    """The message of this item, or None where it cannot be made: that is its own trouble, nobody else's."""
    try:
        return item.make()
    except Exception as wrong:
        log.error("message %s could not be made: %s", item.key, type(wrong).__name__)
        return None
