"""Jobs that run once in each slot of time, however many workers there are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pcnppg.post import actions
from pcnppg.post.rules import slot_of
from pcnppg.store.session import transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often. `run` is given the moment and opens its own transactions."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


class Periodic:
    """The jobs of one worker, and which slots it has looked at already."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._seen: dict[str, datetime] = {}

    def run_due(self, at: datetime) -> None:
        """Run each job whose slot nobody has claimed. One that fails is tried again in its next slot."""
        for job in self._jobs:
            slot = slot_of(at, job.every)
            if self._seen.get(job.name) != slot:
                self._run(job, slot, at)
                self._seen[job.name] = slot

    def _run(self, job: Job, slot: datetime, at: datetime) -> None:
        with transaction():
            ours = actions.claim_slot(job.name, slot, at=at)
        if not ours:
            return
        try:
            job.run(at)
        except Exception as wrong:
            log.error("the job %s failed: %s", job.name, type(wrong).__name__)
            return
        with transaction():
            actions.finish_slot(job.name, slot, at=at)


def tidy(at: datetime) -> None:
    """Remove what is settled for long."""
    with transaction():
        actions.tidy(at=at)


TIDY = Job("post.tidy", timedelta(days=1), tidy)
