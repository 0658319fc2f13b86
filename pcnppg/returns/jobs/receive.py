"""`pcnppg mail receive`: one raw message on standard input, as a mail server's pipe delivers it."""

from __future__ import annotations

import os
import sys

import click
from flask.cli import with_appcontext

from pcnppg.kernel.clock import now
from pcnppg.returns import actions
from pcnppg.returns.rules import LARGEST_MAIL
from pcnppg.store.session import transaction

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the message and brings it later."""
ENVELOPE = ("ORIGINAL_RECIPIENT", "RECIPIENT", "LOCAL_RECIPIENT")
"""What Postfix, Exim and others call the envelope's receiver."""


@click.command("receive")
@click.argument("recipients", nargs=-1, metavar="[RECIPIENT]...")
@with_appcontext
def receive(recipients: tuple[str, ...]) -> None:
    """Read one raw message on standard input, as a mail server's pipe delivers it.

    A report that mail came back, a complaint, a mail to a leaving address, or a reply: what follows is done once, however
    often the message comes. RECIPIENT is the address of its envelope; without one the environment and the message say it.

    Exit status 0: taken. 75: the database is away, so bring it again later.
    """
    raw = sys.stdin.buffer.read(LARGEST_MAIL)
    while sys.stdin.buffer.read(LARGEST_MAIL):
        pass  # the mail server wants to be rid of all of it
    envelope = [*recipients, *(os.environ[name] for name in ENVELOPE if os.environ.get(name))]
    with transaction():
        did = actions.take(raw, envelope, at=now())
    click.echo(did.value)
