"""`pcnppg worker`: starts a worker with what `app.py` lends it."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from pcnppg.kernel import logs, settings
from pcnppg.post.jobs.periodic import Job
from pcnppg.post.jobs.stop import Stop
from pcnppg.post.jobs.worker import Worker
from pcnppg.post.rules import Fate, Queue
from pcnppg.post.transports.transport import Transport

NO_DATABASE = "The database cannot be used. Check PCNPPG_DATABASE_URL, then run: pcnppg db upgrade. No mail was lost or sent twice."


@dataclass(frozen=True, slots=True)
class Tasks:
    """What a worker is there for: queues in order of precedence, and jobs."""

    queues: Sequence[Queue]
    jobs: Sequence[Job]


def lend(app: Flask, *, queues: Sequence[Queue], jobs: Sequence[Job]) -> None:
    """Tell the application's workers what to drain, the most urgent first, and what to do every so often."""
    app.extensions["worker"] = Tasks(queues, jobs)


def worker_of(app: Flask, *, stop: Stop | None = None, transport: Transport | None = None) -> Worker:
    """A worker for this application; `run` it inside an application context."""
    tasks: Tasks = app.extensions["worker"]
    return Worker(settings.current(), queues=tasks.queues, jobs=tasks.jobs, stop=stop, transport=transport)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do all that is due now, then exit.")
@with_appcontext
def worker(once: bool) -> None:
    """Deliver queued mail and do what is due."""
    stop = Stop()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.ask())
    ours = worker_of(current_app._get_current_object(), stop=stop)  # type: ignore[attr-defined]
    logs.begin(worker=ours.name)
    click.echo("The worker has started. Stop it with Ctrl-C." if not once else "Doing what is due.")
    try:
        all_done = ours.run(once=once)
    except SQLAlchemyError as wrong:
        logging.getLogger(__name__).error("the database refused: %s", type(wrong).__name__)
        raise click.ClickException(NO_DATABASE) from None
    click.echo(_summary(ours))
    if once and not all_done:
        click.echo(f"Some mail waits for the next run, because of the mail server ({ours.trouble}).", err=True)
        sys.exit(1)


def _summary(ours: Worker) -> str:
    words = {
        Fate.HANDED_OVER: "handed over",
        Fate.REFUSED: "refused",
        Fate.TEMPORARY: "put off",
        Fate.UNCERTAIN: "in doubt",
    }
    return "Messages: " + ", ".join(f"{ours.counts[fate]} {said}" for fate, said in words.items()) + "."
