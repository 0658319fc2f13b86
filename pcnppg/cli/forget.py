"""`pcnppg forget`: retention by hand, or a rehearsal of it that changes nothing."""

from __future__ import annotations

from itertools import chain

import click
from flask.cli import with_appcontext

from pcnppg.app import FORGETTING
from pcnppg.kernel.clock import now
from pcnppg.store.session import transaction


class _Undone(Exception):
    """Ends a rehearsal: what was done in its transaction is undone."""


@click.command("forget")
@click.option("--rehearse", is_flag=True, help="Say what would be forgotten now, and forget nothing.")
@with_appcontext
def forget(rehearse: bool) -> None:
    """Forget what has had its time: the worker does this once a day by itself.

    A rehearsal does all of it and undoes it, so that its numbers are those of the deed.
    """
    for step in chain.from_iterable(FORGETTING.values()):
        found: dict[str, int] = {}
        try:
            with transaction():
                found = step(at=now())
                if rehearse:
                    raise _Undone
        except _Undone:
            pass
        for words, number in found.items():
            click.echo(f"{'would forget' if rehearse else 'forgot'} {number:,}: {words}")
