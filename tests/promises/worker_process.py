"""Workers to be killed: `python -m tests.promises.worker_process` forks one for each line it reads, and prints its number.

For the line "web" it forks a web server instead, and prints its port too. Everything is imported once and nothing is opened
before the fork, so that a worker works a moment after it was asked for. With arguments it is `pcnppg` itself.
`PROOF_WITHOUT_MARK` takes the *attempting* mark out, to see the proof fail; `PROOF_IMPATIENT` shortens all pauses, and
`PROOF_PAGES` lets an SQLite database have so many pages at most.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from types import SimpleNamespace

from pcnppg.app import create_app
from pcnppg.cli import main
from pcnppg.cli.serve import listen, server_for
from pcnppg.mailing.actions import delivering, settling
from pcnppg.post import rules
from pcnppg.post.jobs import worker
from pcnppg.post.jobs.command import worker_of
from pcnppg.store import session


def take_out_mark() -> None:
    """As if a row in a worker's hand were simply due until its outcome is known."""
    delivering._mark = lambda *_, **__: None
    settling._is_ours = lambda *_: True
    settling._settle_arrived = lambda *_, **__: (set(), set())
    settling._change = lambda row, outcome, at: change(SimpleNamespace(**{**row._mapping, "at": at}), outcome, at)


change = settling._change


def be_impatient() -> None:
    """Come back soon after every trouble."""
    worker.DATABASE_PAUSE = 0.1
    rules.WORKER_PAUSES = (timedelta(seconds=0.1),)
    rules.PAUSES = (timedelta(seconds=0.2),)


def stay_within(pages: str) -> None:
    """As if the disk were full when the database has so many pages."""
    session.SQLITE_SETTINGS = (*session.SQLITE_SETTINGS, f"max_page_count={int(pages)}")


def fork_workers() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    app = create_app()
    for line in sys.stdin:
        listener = listen("127.0.0.1", 0) if line == "web\n" else None
        child = os.fork()
        if child == 0 and listener is not None:
            server_for(app, listener).run()
        elif child == 0:
            with app.app_context():
                worker_of(app).run()
        if child == 0:
            os._exit(0)
        if listener is None:
            print(child, flush=True)
        else:
            print(child, listener.getsockname()[1], flush=True)
            listener.close()


if __name__ == "__main__":
    if os.environ.get("PROOF_WITHOUT_MARK"):
        take_out_mark()
    if os.environ.get("PROOF_IMPATIENT"):
        be_impatient()
    if pages := os.environ.get("PROOF_PAGES"):
        stay_within(pages)
    main() if sys.argv[1:] else fork_workers()
