"""A crash neither loses nor repeats a service message: the worker killed at random instants, against a real mail server.

What was in flight is in doubt and tried once more (settled 5): so a message in doubt may arrive twice, no other may, and
each arrives. Tried once: where `abandon` forgets the doubt, or rows are handed over before their mark is committed, this fails.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.kernel import clock, keys
from pcnppg.kernel.settings import Settings
from pcnppg.post import actions, rules
from pcnppg.post.jobs.worker import Worker
from pcnppg.post.models import OutboxMessage
from pcnppg.post.rules import BATCH, OPEN, MailClass, State
from pcnppg.store.session import db, session, transaction
from tests.post.words import use_test_words
from tests.sink import Sink

pytestmark = pytest.mark.proof

KILLS = int(os.environ.get("PROOF_KILLS", "25"))
AT_ONCE = 30
"""Messages that join the queue before each kill."""
LEASE = timedelta(seconds=0.4)


@pytest.fixture
def running_clock(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases end in real time here."""
    monkeypatch.setattr(clock, "_turned_to", None)
    monkeypatch.setattr(rules, "DOUBT_PAUSE", timedelta(0))


@pytest.mark.usefixtures("running_clock")
def test_a_kill_at_any_instant_neither_loses_nor_repeats_a_service_message(
    inside: Flask, settings: Settings, tmp_path: Path
) -> None:
    use_test_words()
    dice = random.Random(2027)
    with Sink(tmp_path / "sink") as sink:
        ours = replace(settings, mail_url=sink.url, worker_lease=LEASE)
        for _ in range(KILLS):
            _enqueue(AT_ONCE)
            _work_and_be_killed(inside, ours, after=dice.uniform(0.01, 0.35))
        _drain(ours)
        arrived = Counter(message_id for _, message_id in sink.accepted())
    rows = session().execute(select(OutboxMessage.id, OutboxMessage.state, OutboxMessage.in_doubt)).all()
    assert len(rows) == KILLS * AT_ONCE
    for row in rows:
        times = arrived[f"<{keys.current().sign('message', row.id)}@{settings.mail_domain}>"]
        if row.in_doubt:
            assert row.state in {State.HANDED_OVER, State.UNCERTAIN}
            assert times <= 2
            assert times >= 1 or row.state == State.UNCERTAIN
        else:
            assert (row.state, times) == (State.HANDED_OVER, 1)
    doubted = sum(row.in_doubt for row in rows)
    assert 0 < doubted <= KILLS * BATCH, "kills hit messages in flight, and never more than a batch"


def _enqueue(count: int) -> None:
    with transaction():
        for n in range(count):
            actions.enqueue(
                kind="tests/hello",
                mail_class=MailClass.SERVICE,
                to=f"p{n}@example.com",
                values={"name": "Ann", "when": clock.now()},
                at=clock.now(),
            )


def _work_and_be_killed(app: Flask, settings: Settings, *, after: float) -> None:
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            Worker(settings, queues=(actions.Outbox(),)).run()
        finally:
            os._exit(1)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _drain(settings: Settings) -> None:
    """Let a worker that nobody kills do what is left, when all leases are over."""
    end = time.monotonic() + 30
    while True:
        time.sleep(LEASE.total_seconds())
        Worker(settings, queues=(actions.Outbox(),)).run(once=True)
        session().rollback()
        left = session().scalar(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state.in_(OPEN)))
        if not left:
            return
        assert time.monotonic() < end, "the queue does not empty"
