"""What every way of handing mail over has in common."""

from __future__ import annotations

from typing import Protocol

from pcnppg.post.rules import NOT_ATTEMPTED, Outcome


class Trouble(Exception):
    """The server wants no more for now, or cannot be reached: the worker pauses.

    `outcome` is what became of the message in hand. `reason` names stage and code, never a text of the server's.
    """

    def __init__(self, reason: str, outcome: Outcome = NOT_ATTEMPTED) -> None:
        super().__init__(reason)
        self.reason = reason
        self.outcome = outcome


class Transport(Protocol):
    """Hands finished messages over, one after another."""

    def hand_over(self, envelope_from: str, to: str, data: bytes) -> Outcome:
        """Try once. Raises `Trouble` where the next message would meet the same."""
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
