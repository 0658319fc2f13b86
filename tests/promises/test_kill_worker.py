"""Rule 7: killed at any instant, the worker neither loses nor repeats a mailing.

Two workers are real processes at work side by side; one of them is killed with SIGKILL and another takes its place, again
and again. The mail server is a process too, which writes down durably what it accepted before it says so. Afterwards
everything drains, and what the server counted is what the database says.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.kernel import clock, keys
from pcnppg.kernel.settings import Settings
from pcnppg.mailing import queries
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import State
from pcnppg.post.rules import BATCH
from pcnppg.store.session import session
from tests.mailing.lists import a_list, deliveries, send
from tests.promises.processes import environ, start, talking, until
from tests.sink import Sink

KILLS = int(os.environ.get("PROOF_KILLS", "25"))
SLOWLY = {"at": "dot", "do": "slow", "seconds": 0.03}
"""How the mail server takes each message, so that no machine is fast enough to run out of mail between two kills."""
LONGEST = 0.15
"""Seconds that a worker may live on after its first message."""
A_KILL = 80
"""Deliveries for each kill: more than the server takes in that time, so that there is always something in hand."""

WORKERS = "tests.promises.worker_process"


@pytest.mark.proof
def test_killed_at_any_instant_a_worker_neither_loses_nor_repeats_a_mailing(
    inside: Flask, settings: Settings, tmp_path: Path, aloud: Callable[[str], None]
) -> None:
    began = time.monotonic()
    mailing_id, kept = _kill_workers(tmp_path, environ(settings), kills=KILLS)
    rows = deliveries(mailing_id)
    found = Counter(row.state for row in rows)
    took = time.monotonic() - began
    aloud(f"workers killed {KILLS} times in {took:.0f} s: {dict(found)}, at the server {kept.total()}")
    assert found["handed_over"] + found["uncertain"] == len(rows) == A_KILL * KILLS, f"something was lost: {found}"
    assert found["uncertain"] <= (KILLS + 2) * BATCH
    assert max(kept.values()) == 1, "something went out twice"
    assert max(Counter(row.contact_id for row in rows).values()) == 1, "more than the one of its allowance"
    by_row = {row.id: kept[_message_id(row.id, settings)] for row in rows}
    assert all(by_row[row.id] == 1 for row in rows if row.state == "handed_over")
    deliveries_there = sum(times for name, times in kept.items() if name.startswith("<d."))  # the rest is office mail
    assert sum(by_row.values()) == deliveries_there, "the server has something that we do not know of"
    report = queries.outcomes_of(mailing_id)
    assert (report.delivered, report.uncertain, report.waiting) == (found["handed_over"], found["uncertain"], 0)
    assert session().get_one(Mailing, mailing_id).state == State.SENT


@pytest.mark.once
@pytest.mark.proof
def test_without_the_attempting_mark_the_proof_would_fail(inside: Flask, settings: Settings, tmp_path: Path) -> None:
    _, kept = _kill_workers(tmp_path, environ(settings, PROOF_WITHOUT_MARK="yes"), kills=5)
    assert max(kept.values()) > 1


def _kill_workers(folder: Path, env: dict[str, str], *, kills: int) -> tuple[int, Counter[str]]:
    """Kill so many workers on one mailing, then let it drain: its number, and how often the server got each message."""
    with clock.at(datetime.now(UTC) - timedelta(hours=1)):
        group, (joan, _) = a_list(A_KILL * kills, promise=1)
        mailing_id = send(group, joan)
    with Sink(folder / "sink") as sink:
        env = env | {"PCNPPG_MAIL_URL": sink.url}
        sink.misbehave(SLOWLY)
        with talking(start(WORKERS, env=env, talks=True)) as starter:
            running = [start_one(starter), start_one(starter)]
            for _ in range(kills):
                _kill_one(sink, running)
                running.append(start_one(starter))
        sink.misbehave()
        time.sleep(1.1)  # the last one's lease
        drain(env, mailing_id)
        return mailing_id, Counter(message_id for _, message_id in sink.accepted())


def start_one(starter: subprocess.Popen[str]) -> int:
    """One more worker: its number."""
    assert starter.stdin
    assert starter.stdout
    starter.stdin.write("one more\n")
    return int(starter.stdout.readline())


def _kill_one(sink: Sink, running: list[int]) -> None:
    """Let two workers work for a random while, then kill the older or the younger without a word."""
    before = len(sink.accepted())
    if random.random() < 0.8:
        assert until(lambda: len(sink.accepted()) > before), "the workers do not work"
    time.sleep(random.uniform(0, LONGEST))
    os.kill(running.pop(random.randrange(2)), signal.SIGKILL)


def drain(env: dict[str, str], mailing_id: int) -> None:
    for _ in range(10):
        assert start(WORKERS, "worker", "--once", env=env).wait(300) == 0
        session().rollback()
        waiting = select(func.count()).where(
            Delivery.mailing_id == mailing_id, Delivery.state.in_(["queued", "attempting"])
        )
        if not session().scalar(waiting):
            return
        time.sleep(1.1)


def _message_id(delivery_id: int, settings: Settings) -> str:
    return f"<d.{keys.current().sign('delivery', delivery_id)}@{settings.mail_domain}>"
