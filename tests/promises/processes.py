"""`pcnppg` in processes of their own, on the database of this run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pcnppg.kernel.settings import Settings

ROOT = Path(__file__).parents[2]


def environ(settings: Settings, **over: str) -> dict[str, str]:
    """What such a process finds in its environment."""
    ours = {
        "PCNPPG_INSTANCE": str(settings.instance),
        "PCNPPG_DATABASE_URL": settings.database_url,
        "PCNPPG_WORKER_LEASE": "1",
        "PCNPPG_QUIET_HOURS": "none",
        "PYTHONPATH": str(ROOT),
    }
    return {**os.environ, **ours, **over}


def start(module: str, *arguments: str, env: dict[str, str], talks: bool = False) -> subprocess.Popen[str]:
    """A Python module as a process, head of a group of its own; one that `talks` is written to and read from line by line."""
    pipe = subprocess.PIPE if talks else subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=env,
        stdin=pipe,
        stdout=pipe,
        text=True,
        bufsize=1,
        cwd=ROOT,
        start_new_session=True,
    )


@contextmanager
def talking(*running: subprocess.Popen[str]) -> Iterator[Any]:
    """Processes that talk, ended with the block: the one, or all as a tuple.

    What they forked ends with them: a child that lived on would hold the pipe open, and we would wait for its end for ever.
    """
    try:
        yield running[0] if len(running) == 1 else running
    finally:
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def until(true: Callable[[], bool], *, seconds: float = 60, every: float = 0.005) -> bool:
    """Wait until it is true; False where it did not become so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(every)
    return False
