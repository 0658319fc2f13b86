"""`pcnppg db upgrade`: bring the database to this version."""

from __future__ import annotations

import click
import flask_migrate
from alembic.util import CommandError
from flask.cli import AppGroup

from pcnppg.store import standing
from pcnppg.store.standing import Standing

database = AppGroup("db", help="The database and its migrations.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to this version: make it, or migrate it. Safe to repeat."""
    before = standing.look()
    if before.standing in (Standing.NEWER, Standing.UNUSABLE):
        raise click.ClickException(before.words)
    try:
        flask_migrate.upgrade()
    except (CommandError, RuntimeError) as wrong:
        raise click.ClickException(f"The migration stopped and was undone: {wrong}") from None
    click.echo("The database was up to date." if before.is_ready else f"The database is now at {standing.head()}.")
