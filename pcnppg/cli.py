"""The command `pcnppg`: gathers each domain's commands."""

from __future__ import annotations

import sys

import click
from flask.cli import FlaskGroup

from pcnppg.app import create_app
from pcnppg.directory import jobs as directory_jobs
from pcnppg.kernel.settings import SettingsError
from pcnppg.membership import jobs as membership_jobs
from pcnppg.post.jobs import command as worker_command


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False, add_version_option=False)
def pcnppg() -> None:
    """Where patient participation groups keep their members, their promise and their meetings."""


pcnppg.add_command(directory_jobs.directory)
pcnppg.add_command(worker_command.worker)


@pcnppg.group()
def mail() -> None:
    """Mail that comes in, and the word that lets mail go out."""


mail.add_command(membership_jobs.receive)


def main() -> None:
    """Run the command; wrong use exits 2, a refused operation 1, each with one clear line."""
    try:
        pcnppg()
    except SettingsError as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(2)
