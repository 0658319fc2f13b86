"""Whole workers as processes of their own: near a mail server and 20 ms away from it, one and two, with all bookkeeping.

Near, the rate is over that of `smtp-source`, a sender in C with four connections, on the same sink just before. Far, it is
over what the round trips allow: never more than 20 messages in doubt, each for two of them. Memory is the worker's largest,
after a mailing to 50,000. `python -m bench.workers [NEAR] [FAR] [LARGE]` says how many messages each.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate
from sqlalchemy import func, select

from bench.__main__ import syncs_a_second
from bench.delivery import Tools, _databases, _run_source, _seconds, postfix_tools, sink
from bench.far import far
from pcnppg.app import create_app
from pcnppg.kernel.settings import Settings
from pcnppg.mailing.models import Delivery
from pcnppg.post.rules import BATCH
from pcnppg.store.session import db, session
from tests.mailing.lists import a_list, send

NEAR, FAR, LARGE = 12_000, 3_000, 50_000
ROUND_TRIP = 20.0
"""Milliseconds."""
LINES_FAR = 12
MEGABYTES = 150
"""What a worker may take at most; the last column is over it."""
READY = 2.0
"""Seconds that a worker has for its start before the first message is due; they are not counted."""


def main(near: int, distant: int, large: int) -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    with TemporaryDirectory() as folder, postfix_tools(Path(folder)) as tools, sink(tools) as port:
        print(f"{'':52} {'a second':>9} {'ratio':>7}")
        for name, url in _databases(Path(folder)):
            with _house(Path(folder) / name, url) as environ:
                _near(name, environ, tools, port, near)
                with far(port, ROUND_TRIP) as far_port:
                    _far(name, environ, far_port, distant)
                _memory(name, environ, port, large)
        print(f"{'writes brought safely to disk (fsync)':52} {syncs_a_second():9,.0f}")


def _near(name: str, environ: dict[str, str], tools: Tools, port: int, messages: int) -> None:
    for slug in ("near-a", "near-b"):
        limit = messages / _seconds(lambda: _run_source(tools, port, messages))
        rate, _ = _work(environ, port, slug, messages, workers=1, lines=4)
        _row(f"{name}: one worker, over smtp-source ({limit:,.0f})", rate, rate / limit)


def _far(name: str, environ: dict[str, str], port: int, messages: int) -> None:
    allowed = BATCH / (2 * ROUND_TRIP / 1000)
    one, _ = _work(environ, port, "far-a", messages, workers=1, lines=LINES_FAR)
    _row(f"{name}: one worker 20 ms away, over {allowed:,.0f}", one, one / allowed)
    two, _ = _work(environ, port, "far-b", messages * 2, workers=2, lines=LINES_FAR)
    _row(f"{name}: two workers there, over one", two, two / one)


def _memory(name: str, environ: dict[str, str], port: int, messages: int) -> None:
    _, largest = _work(environ, port, "large", messages, workers=1, lines=4)
    what = f"{name}: a worker's memory, {messages:,} deliveries"
    print(f"{what:52} {largest:6,.0f} MB {largest / MEGABYTES:7.2f}", flush=True)


def _work(
    environ: dict[str, str], port: int, slug: str, messages: int, *, workers: int, lines: int
) -> tuple[float, float]:
    """Deliveries a second of so many workers on one mailing, from the first to the last outcome written down; and the
    megabytes that the largest of them took at most.
    """
    group, officers = a_list(messages, slug=slug)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    env = environ | {"PCNPPG_MAIL_URL": f"smtp://127.0.0.1:{port}", "PCNPPG_MAIL_CONNECTIONS": str(lines)}
    command = [sys.executable, "-c", "from pcnppg.cli import main; main()", "worker"]
    running = [subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) for _ in range(workers)]
    try:
        time.sleep(READY)
        mailing = send(group, officers[0])
        _until_done(mailing, 1)
        began, already = time.perf_counter(), _done(mailing)
        _until_done(mailing, messages)
        return (messages - already) / (time.perf_counter() - began), max(_most(one.pid) for one in running)
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


def _most(pid: int) -> float:
    """Megabytes that this process took at most. What `getrusage` says of a child counts ours, before it became another program."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def _until_done(mailing: int, wanted: int) -> None:
    while _done(mailing) < wanted:
        time.sleep(0.05)


def _done(mailing: int) -> int:
    session().rollback()
    arrived = select(func.count()).where(Delivery.mailing_id == mailing, Delivery.state == "handed_over")
    return session().scalar(arrived) or 0


@contextmanager
def _house(instance: Path, url: str | None) -> Iterator[dict[str, str]]:
    ours = {"PCNPPG_INSTANCE": str(instance), "PCNPPG_HOLD_MINUTES": "0", "PCNPPG_QUIET_HOURS": "none"}
    ours |= {"PCNPPG_DATABASE_URL": url} if url else {}
    with create_app(Settings.from_environment(ours)).app_context():
        flask_migrate.upgrade()
        yield {**os.environ, **ours, "PYTHONWARNINGS": "ignore"}
        session().rollback()
        db.engine.dispose()


def _row(what: str, rate: float, ratio: float) -> None:
    print(f"{what:52} {rate:9,.0f} {ratio:7.2f}", flush=True)


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:4]]
    main(*(given + [NEAR, FAR, LARGE][len(given) :]))
