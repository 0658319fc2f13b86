"""`pcnppg mail release`: let a database that was restored or copied send again, after saying what it will send first."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from pcnppg.kernel import clock, settings
from pcnppg.kernel.wording import count
from pcnppg.mailing import queries as mailing
from pcnppg.post import queries as post
from pcnppg.store import lease
from pcnppg.store.session import end_read, transaction


@click.command("release")
@click.option("--yes", is_flag=True, help="Do not ask: release it.")
@with_appcontext
def release(yes: bool) -> None:
    """Let this installation send from its database, which was restored or copied, or is new to this machine.

    Only one database may send for a group. Never release a copy beside one that works.
    """
    if lease.is_ours():
        click.echo("Nothing is held. Mail goes out as ever.")
        return
    at = clock.now()
    waiting = post.queue_facts(at, lease=settings.current().worker_lease).waiting
    click.echo(f"This will go out first: {count(waiting, 'service message')}.")
    for mailing_id, slug, people in mailing.list_waiting_by_mailing():
        click.echo(f"Mailing {mailing_id} of {slug} goes to {count(people, 'person', 'people')} for whom it waits.")
    end_read()
    if not yes:
        click.confirm("Is every other copy of this database switched off, and shall this one send?", abort=True)
    with transaction():
        lease.release(at)
    click.echo("Released. A running worker begins within half a minute; otherwise start: pcnppg worker")
