"""`pcnppg demo`: web server and worker together over the demonstration. Ctrl-C ends both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from pcnppg.cli.serve import HOST, PORT, listen, refuse_host, server_for
from pcnppg.demo.show import SETTINGS, introduction, prepare
from pcnppg.kernel.settings import Settings
from pcnppg.store.session import end_read

WORKER = ("-c", "from pcnppg.cli import main; main()", "worker")
ENDS_WITHIN = 15
"""Seconds that the worker has for the message in hand."""


@click.command("demo")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@with_appcontext
def demo(port: int) -> None:
    """Show a living demonstration: fill an empty database, start web server and worker, say who can sign in."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.config["SETTINGS"]
    if not settings.is_development:
        raise click.ClickException("The demonstration runs in development only. Unset PCNPPG_ENV, or use: pcnppg serve")
    refuse_host(settings, HOST)
    server = server_for(app, listen(HOST, port))
    prepare(app)
    for line in introduction(settings):
        click.echo(line)
    end_read()
    _run(server, settings)


def _run(server: Any, settings: Settings) -> None:
    environ = {**SETTINGS, **os.environ, "PCNPPG_BASE_URL": settings.base_url}
    worker = subprocess.Popen([sys.executable, *WORKER], env=environ, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run()
    finally:
        server.close()
        worker.terminate()
        try:
            worker.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            worker.kill()
