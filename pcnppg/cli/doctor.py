"""`pcnppg doctor`: is this installation well? One line for each thing looked at; exit status 0 only if all is well."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import click
from flask.cli import with_appcontext

from pcnppg.cli import mail_domain
from pcnppg.kernel import clock, keys
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.settings import Notify, Settings
from pcnppg.mailing import queries as mailing
from pcnppg.post import queries as post
from pcnppg.post.jobs.signing import signer_for
from pcnppg.post.rules import STUCK_AFTER, is_stuck
from pcnppg.post.transports import transport_for
from pcnppg.post.transports.transport import Trouble
from pcnppg.store import journal, lease, standing

PATIENCE = 15.0
"""Seconds that the mail server has to answer in."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `words` say how it is and, where it is not well, what to do."""

    name: str
    well: bool
    words: str


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check settings, keys, database, migrations, mail server, queue and worker."""
    well = True
    for finding in examine(settings_of.current()):
        well = well and finding.well
        click.echo(f"{'ok   ' if finding.well else 'WRONG'}  {finding.name}: {finding.words}")
    click.echo("All is well." if well else "Something is wrong: see the lines above.")
    if not well:
        sys.exit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything that can be looked at; what needs a sound database is left out without one."""
    yield Finding("settings", True, f"{settings.env}, {settings.base_url}")
    yield _keys(settings)
    database = standing.look()
    yield Finding("migrations", database.is_ready, database.words)
    if database.standing is not standing.Standing.UNUSABLE:
        writing = standing.try_to_write()
        yield Finding("database", writing.is_ready, writing.words)
    yield _mail(settings)
    if settings.notify is not None:
        yield _receipts(settings.notify)
    elif not settings.is_development:
        for said in mail_domain.look(settings.mail_domain, signer=signer_for(settings)):
            yield Finding(said.name, said.well, said.words)
    yield _journal()
    if database.is_ready:
        yield _sending()
        yield from _queue(settings)


def _keys(settings: Settings) -> Finding:
    folder = settings.instance / keys.FOLDER
    open_to_others = [path.name for path in folder.iterdir() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_to_others:
        return Finding(
            "keys", False, f"others on this machine can read {', '.join(open_to_others)}. Run: chmod -R go= {folder}"
        )
    return Finding("keys", True, f"in {folder}; keep them with every backup")


def _mail(settings: Settings) -> Finding:
    until = time.monotonic() + PATIENCE
    transport = transport_for(settings, hurry=lambda: until)
    try:
        transport.check()
    except Trouble as trouble:
        return Finding(
            "mail", False, f"nothing can be handed over ({trouble.reason}). Check PCNPPG_MAIL_URL and the server."
        )
    finally:
        transport.close()
    if settings.notify is not None:
        return Finding("mail", True, "GOV.UK Notify answers; key and template work")
    folder = settings.mail_url.startswith("file:")
    return Finding("mail", True, "caught in a folder; nothing leaves this machine" if folder else "the server answers")


def _receipts(notify: Notify) -> Finding:
    """Mail of Notify's does not come back to us: it tells what became of each, where it was told to."""
    if notify.token is None:
        return Finding("receipts", False, "nobody tells us of addresses that fail. Set PCNPPG_NOTIFY_TOKEN.")
    return Finding("receipts", True, "Notify must send them to /notify/receipts of this site, with our token")


def _journal() -> Finding:
    """Can what must outlive the database be written outside it?"""
    folder = journal.folder()
    near = folder if folder.exists() else folder.parent
    if not os.access(near, os.W_OK | os.X_OK):
        return Finding(
            "journal",
            False,
            f"cannot be written in {folder}. Make it ours: a restored backup could bring people back.",
        )
    return Finding("journal", True, f"in {folder}; leave it where it is when you restore a backup")


def _sending() -> Finding:
    if lease.is_ours():
        return Finding("sending", True, "this database sends from here")
    return Finding(
        "sending",
        False,
        "held: this database is a copy, was restored, or is new to this machine. See: pcnppg mail release",
    )


def _queue(settings: Settings) -> Iterator[Finding]:
    facts = post.queue_facts(clock.now(), lease=settings.worker_lease)
    minutes = int(facts.oldest.total_seconds() // 60)
    waits = (
        f"{facts.waiting} waiting, the longest for {minutes} min; {facts.uncertain} in doubt, {facts.given_up} given up"
    )
    slow = facts.oldest > STUCK_AFTER
    yield Finding("queue", not slow, waits + (". Look at the worker's log." if slow else ""))
    yield _mailings()
    working = facts.workers > 0
    yield Finding("worker", working, f"{facts.workers} running" if working else "none is running. Start: pcnppg worker")


def _mailings() -> Finding:
    at = clock.now()
    facts = mailing.delivery_facts(at)
    stuck = is_stuck(facts.overdue, post.carried().last_at, at)
    minutes = int(facts.overdue.total_seconds() // 60)
    waits = f"{facts.waiting} deliveries waiting, the longest for {minutes} min; {facts.uncertain} in doubt lately"
    return Finding("mailings", not stuck, waits + (". Nothing goes out. Look at the worker's log." if stuck else ""))
