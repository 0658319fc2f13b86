"""Being asked to stop: finish the message in hand, and do not wait for ever for its answer."""

from __future__ import annotations

import math
import time

GRACE = 3.0
"""Seconds that a reply may still take once a stop was asked for."""
SLICE = 0.2


class Stop:
    """Asked for by a signal, or by whoever runs the worker in a thread.

    A number, not an event: a signal may come while this very thread holds an event's lock.
    """

    def __init__(self) -> None:
        self._until = math.inf

    def ask(self) -> None:
        """Stop soon. Safe in a signal handler, and safe to repeat."""
        self._until = min(self._until, time.monotonic() + GRACE)

    @property
    def is_asked(self) -> bool:
        return self._until < math.inf

    def hurry(self) -> float:
        """The monotonic time by which every wait must end."""
        return self._until

    def wait(self, seconds: float) -> None:
        """Sleep, unless asked to stop."""
        end = time.monotonic() + seconds
        while not self.is_asked and (rest := end - time.monotonic()) > 0:
            time.sleep(min(rest, SLICE))
