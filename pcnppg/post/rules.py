"""The states of a message on its way, what an answer makes of it, when to try again, when to give up. Pure.

Whoever lends the worker a queue finds its words here: `Queue`, `Item`, `Outcome`, `after`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """Of an outbox message and of a delivery alike."""

    QUEUED = "queued"
    ATTEMPTING = "attempting"
    HANDED_OVER = "handed_over"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LEFT_OUT = "left_out"
    TAKEN_BACK = "taken_back"


OPEN = (State.QUEUED, State.ATTEMPTING)
"""Not settled yet."""
ARRIVED_OR_MAY_HAVE = (State.HANDED_OVER, State.UNCERTAIN)
COUNTED = (*OPEN, *ARRIVED_OR_MAY_HAVE)
"""What uses allowance (settled 1 and 4)."""


class MailClass(StrEnum):
    """Fixed in code by the action that writes the message; no sender chooses it (settled 25). List mail has its own table."""

    SERVICE = "service"
    OFFICE = "office"


class Fate(StrEnum):
    """What became of one attempt to hand a message over."""

    HANDED_OVER = "handed_over"
    """The server took it: 2xx after the final dot."""
    UNCERTAIN = "uncertain"
    """No reply after the final dot. The server may have it, or not."""
    REFUSED = "refused"
    """The server said no for good: 5xx about this message."""
    TEMPORARY = "temporary"
    """Not now: 4xx about this message, or the line was lost before its final dot."""
    NOT_ATTEMPTED = "not_attempted"
    """Its turn never came. It goes back as it was."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`answer` is the server's code and enhanced status ("550 5.1.1"), never its text, which may quote an address.

    `until` is set where the message was not attempted because its turn comes only then.
    """

    fate: Fate
    answer: str | None = None
    until: datetime | None = None


UNCERTAIN = Outcome(Fate.UNCERTAIN)
NOT_ATTEMPTED = Outcome(Fate.NOT_ATTEMPTED)


def handed_over(answer: str) -> Outcome:
    return Outcome(Fate.HANDED_OVER, answer)


def refused(answer: str) -> Outcome:
    return Outcome(Fate.REFUSED, answer)


def temporary(answer: str) -> Outcome:
    return Outcome(Fate.TEMPORARY, answer)


@dataclass(frozen=True, slots=True)
class Item:
    """One message in a worker's hand. `make` gives the complete message as bytes (RFC 5322, CRLF) when its turn comes.

    `make` is called after the mark is committed, outside any transaction; where it fails, this row alone is put off.
    Where `is_urgent`, it does not wait for its turn among the receivers of one domain.
    """

    key: int
    envelope_from: str
    to: str
    make: Callable[[], bytes]
    is_urgent: bool = False


Result = tuple[int, Outcome]
"""An item's key, and what became of it."""


class Queue(Protocol):
    """Something the worker drains. Every method runs inside a transaction that the worker opens and commits.

    So a method never opens one itself, and one commit serves both the outcomes of a batch and the marks of the next:
    `settle`, then `claim`. Whichever locks a group's rows locks (shares) the group first.
    """

    name: str

    def claim(self, worker: str, *, at: datetime, limit: int) -> Sequence[Item]:
        """Mark at most `limit` due rows *attempting* by `worker`, asking the gate of each first; their items, in order.

        On PostgreSQL take rows with `FOR UPDATE SKIP LOCKED`: other workers drain the same queue. Rows that the gate
        stops are settled here and not handed out, so fewer items than `limit` do not mean that the queue is empty;
        none at all does.
        """
        ...

    def settle(self, worker: str, results: Sequence[Result], *, at: datetime) -> None:
        """Record outcomes (see `after`) where the row is still `worker`'s, or was given up for lost by mistake."""
        ...

    def held(self) -> Mapping[str, Sequence[int]]:
        """The keys of all rows marked *attempting*, by the worker who marked them."""
        ...

    def abandon(self, worker: str, *, at: datetime) -> int:
        """Rows left *attempting* by a dead worker become what a crash makes of them; how many there were."""
        ...


@dataclass(frozen=True, slots=True)
class Next:
    """What to write into the row after an attempt."""

    state: State
    tries: int
    due_at: datetime
    answer: str | None


BATCH = 20
"""Rows that a worker has marked attempting at any moment at most: what a crash can leave uncertain."""
BATCH_SECONDS = 1.0
"""How long handing over what is in hand should take: with a slow server it is less, and service mail waits less."""

A_SECOND = timedelta(seconds=1)
MOST_DOMAINS = 10_000
"""Receiving domains remembered at most, while some of them owe no wait any more."""

GIVE_UP_AFTER = timedelta(days=2)
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360))
WORKER_PAUSES = tuple(timedelta(seconds=s) for s in (5, 15, 30, 60, 120, 300))
DOUBT_PAUSE = timedelta(minutes=1)
"""Before the one repeat of a service message in doubt."""

STUCK_AFTER = timedelta(minutes=20)
"""How long mail may be due before something must be wrong, where nothing goes out meanwhile."""

KEPT = timedelta(days=90)
"""How long a settled message stays: it names nobody, and says that something went."""
UNREADABLE = "unreadable"
NOT_MADE = "not made"
LINE_LOST = "line lost"
"""Answers of our own, where no server gave one."""


def pause_before(tries: int) -> timedelta:
    """How long to wait after the `tries`-th temporary refusal (1 for the first)."""
    return PAUSES[min(tries, len(PAUSES)) - 1]


def worker_pause(troubles: int) -> timedelta:
    """How long the worker leaves the server alone after the `troubles`-th trouble in a row (1 for the first)."""
    return WORKER_PAUSES[min(troubles, len(WORKER_PAUSES)) - 1]


def is_stuck(overdue: timedelta, carried_at: datetime | None, at: datetime) -> bool:
    """Is something wrong? A long list at a low rate waits for hours, and is well while something of it goes out."""
    goes_out = carried_at is not None and at - carried_at <= STUCK_AFTER
    return overdue > STUCK_AFTER and not goes_out


def refused_since(tries: int, due_at: datetime, at: datetime) -> datetime:
    """When the first of `tries` temporary refusals came, at the latest. With none so far: now.

    `due_at` is the last refusal plus its pause, so the pauses lead back to the first. Time in which nobody tried (a worker
    switched off, a server that was away) does not count: two days of refusals, not two days of waiting.
    """
    if tries == 0:
        return at
    return due_at - sum((pause_before(n) for n in range(1, tries + 1)), timedelta())


def after(outcome: Outcome, *, tries: int, due_at: datetime, at: datetime) -> Next:
    """What an attempt makes of a row that was due at `due_at` after `tries` temporary refusals."""
    if outcome.fate is Fate.NOT_ATTEMPTED:
        return Next(State.QUEUED, tries, outcome.until or due_at, outcome.answer)
    if outcome.fate is not Fate.TEMPORARY:
        return Next(State(outcome.fate.value), tries, due_at, outcome.answer)
    if at - refused_since(tries, due_at, at) >= GIVE_UP_AFTER:
        return Next(State.GIVEN_UP, tries + 1, due_at, outcome.answer)
    return Next(State.QUEUED, tries + 1, at + pause_before(tries + 1), outcome.answer)


def repeated_once(found: Next, *, in_doubt: bool, at: datetime) -> Next:
    """A service message in doubt is tried once more; in doubt again, it stays so (settled 5)."""
    if found.state is not State.UNCERTAIN or in_doubt:
        return found
    return Next(State.QUEUED, found.tries, at + DOUBT_PAUSE, found.answer)


def batch_size(seconds_each: float, *, least: int = 1) -> int:
    """How many rows to have in hand at this pace: about a second's work, at least `least` and never more than `BATCH`."""
    if seconds_each * BATCH <= BATCH_SECONDS:
        return BATCH
    return max(min(least, BATCH), int(BATCH_SECONDS / seconds_each))


_CONCERNS_SERVER = re.compile(r"421.*|45[12]|4[0-9]{2} 4\.[3457]\.[0-9]+")


def asks_for_less(outcome: Outcome) -> bool:
    """Does a temporary no concern the server or our pace (RFC 3463: system, network, protocol, policy), not one mailbox?"""
    return outcome.fate is Fate.TEMPORARY and _CONCERNS_SERVER.fullmatch(outcome.answer or "") is not None


class Turns:
    """When each receiving domain takes its next message, where it is to be sent so many a minute at most.

    A turn that was given is not given back: whoever must wait comes again when its own turn has come.
    """

    def __init__(self, rate: int | None) -> None:
        self._rate = rate
        self._free_at: dict[str, datetime] = {}

    def next_for(self, to: str, *, workers: int, at: datetime) -> datetime:
        """The turn of a message to this address: `at`, or later. At the rate's pace, and a second's worth at once."""
        if not self._rate:
            return at
        domain = to.rpartition("@")[2].lower()
        between = timedelta(seconds=seconds_between(self._rate, workers))
        turn = max(self._free_at.get(domain, at - A_SECOND), at - A_SECOND)
        self._free_at[domain] = turn + between
        if len(self._free_at) > MOST_DOMAINS:
            self._free_at = {name: free for name, free in self._free_at.items() if free > at}
        return max(turn, at)


def seconds_between(rate: int | None, workers: int) -> float:
    """The least time between two messages of one worker, where all together may hand over `rate` a minute."""
    return 60 * max(workers, 1) / rate if rate else 0.0


def slot_of(at: datetime, every: timedelta) -> datetime:
    """The beginning of the slot that `at` lies in, the same for every worker."""
    return at - (at - datetime(1970, 1, 1, tzinfo=at.tzinfo)) % every
