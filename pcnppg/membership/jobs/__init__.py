"""What wakes by itself (forgetting), and the command that reads mail to the leaving addresses."""

from __future__ import annotations

import sys
from datetime import datetime

import click
from flask.cli import with_appcontext

from pcnppg.kernel import keys, settings
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import Who
from pcnppg.membership import actions, formats, queries
from pcnppg.membership.rules import How
from pcnppg.store.session import transaction


def forget_old(at: datetime) -> None:
    """Retention, once a day."""
    with transaction():
        actions.forget_old(at=at)


@click.command("receive")
@with_appcontext
def receive() -> None:
    """Read one raw message on standard input, as a mail server's pipe delivers it.

    A message to a leaving address takes its contact off the list. Who it says it is from does not matter.
    """
    raw = sys.stdin.buffer.read(formats.LARGEST_MAIL)
    while sys.stdin.buffer.read(formats.LARGEST_MAIL):
        pass  # the mail server wants to be rid of all of it
    left = sum(_leave(token) for token in formats.leave_tokens(raw, settings.current().mail_domain))
    click.echo("taken off the list" if left else "nothing to do")


def _leave(token: str) -> bool:
    contact_id = keys.current().read("leave", token)
    if contact_id is None or queries.find_contact(contact_id) is None:
        return False
    with transaction():
        actions.leave_mailbox(contact_id, how=How.MAILTO, by=Who.contact(contact_id), at=now())
    return True
