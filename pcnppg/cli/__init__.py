"""The command `pcnppg`: gathers each domain's commands, and those that belong to no domain. Not: what any of them does.

Wrong use exits 2, a refused operation 1, each with one clear line.
"""

from __future__ import annotations

import os
import sys

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from pcnppg.app import create_app
from pcnppg.cli import backup, database, demo, deploy, doctor, forget, release, routes, serve
from pcnppg.demo import show as demonstration
from pcnppg.directory import jobs as directory_jobs
from pcnppg.groups import jobs as group_jobs
from pcnppg.kernel.refusals import Refusal
from pcnppg.kernel.settings import Settings, SettingsError
from pcnppg.membership.jobs import contacts as contact_jobs
from pcnppg.people import jobs as people_jobs
from pcnppg.post.jobs import command as worker_command
from pcnppg.returns.jobs import receive
from pcnppg.store import standing

WITHOUT_DATABASE = ("db", "doctor", "routes", "demo", "restore")
"""Commands that run whatever the database is like. All others are refused unless it is ready."""


@click.group(cls=AppGroup, context_settings={"help_option_names": ["-h", "--help"]})
def pcnppg() -> None:
    """Where patient participation groups keep their members, their promise and their meetings."""


pcnppg.add_command(demo.demo)
pcnppg.add_command(serve.serve)
pcnppg.add_command(worker_command.worker)
pcnppg.add_command(database.database)
pcnppg.add_command(doctor.doctor)
pcnppg.add_command(deploy.deploy)
pcnppg.add_command(backup.backup)
pcnppg.add_command(backup.restore)
pcnppg.add_command(routes.routes)
pcnppg.add_command(forget.forget)
pcnppg.add_command(directory_jobs.directory)
pcnppg.add_command(group_jobs.groups)
pcnppg.add_command(people_jobs.people)
pcnppg.add_command(contact_jobs.contacts)
people_jobs.people.add_command(group_jobs.invite)


@pcnppg.group()
def mail() -> None:
    """Mail that comes in, and the word that lets mail go out."""


mail.add_command(receive.receive)
mail.add_command(release.release)


def application() -> Flask:
    """The application for the command that is about to run, on a database that is fit for it."""
    context = click.get_current_context()
    is_demo = context.command_path.split()[1] == "demo"
    environ = {**demonstration.SETTINGS, **os.environ} if is_demo else os.environ
    settings = Settings.from_environment(environ, port=context.params.get("port") or serve.PORT)
    app = create_app(settings)
    if context.command_path.split()[1] not in WITHOUT_DATABASE:
        with app.app_context():
            report = standing.look()
        if not report.is_ready:
            raise click.ClickException(report.words)
    return app


def main() -> None:
    """Run the command."""
    try:
        status = pcnppg(obj=ScriptInfo(create_app=application), prog_name="pcnppg", standalone_mode=False)
    except click.UsageError as wrong:
        _end(2, f"{wrong.format_message()} {_help(wrong)}")
    except SettingsError as wrong:
        _end(2, str(wrong))
    except click.ClickException as refused:
        _end(_refused(), refused.format_message())
    except Refusal as refused:
        _end(1, refused.message)
    except SQLAlchemyError as error:
        _end(_refused(), f"{standing.explain(error)} Nothing was changed.")
    except (click.Abort, KeyboardInterrupt):
        _end(130, "Stopped.")
    sys.exit(status if isinstance(status, int) else 0)


def _refused() -> int:
    """A mail server brings its message again only after the status that asks for it; any other sends it back."""
    return receive.TRY_AGAIN if sys.argv[1:3] == ["mail", "receive"] else 1


def _help(wrong: click.UsageError) -> str:
    command = wrong.ctx.command_path if wrong.ctx else "pcnppg"
    return f"What it takes is told by: {command} --help"


def _end(status: int, words: str) -> None:
    click.echo(f"pcnppg: {' '.join(words.split())}", err=True)
    sys.exit(status)
