"""`pcnppg serve`: the production web server (waitress), stopped cleanly by SIGTERM and Ctrl-C."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import sys
from typing import Any

import click
import waitress
from flask import Flask, current_app
from flask.cli import with_appcontext

from pcnppg.kernel import logs
from pcnppg.kernel.settings import Settings

HOST = "127.0.0.1"
PORT = 5000
THREADS = 8
WAITING = 1024
"""Connections that may wait to be taken up."""
LARGEST_BODY = 64 * 1024 * 1024
"""Bytes that the server takes before it stops listening; the application itself refuses far less, in words."""


@click.command("serve")
@click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@with_appcontext
def serve(host: str, port: int) -> None:
    """Serve the pages. Mail goes out through `pcnppg worker`, which runs beside this."""
    logs.begin()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    refuse_host(app.config["SETTINGS"], host)
    server = server_for(app, listen(host, port))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"Serving on http://{_shown(host)}:{port}. Stop it with Ctrl-C.")
    server.run()


def refuse_host(settings: Settings, host: str) -> None:
    """Development serves this machine only."""
    if settings.is_development and not _is_loopback(host):
        raise click.UsageError(
            f"--host {host}: development serves this machine only; set PCNPPG_ENV=production to serve others."
        )


def server_for(app: Flask, listener: socket.socket) -> Any:
    """A waitress server for `app`, ready to run."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every request that waits a moment
    return waitress.create_server(
        app,
        sockets=[listener],
        threads=THREADS,
        ident="",
        max_request_body_size=LARGEST_BODY,
        # Kept, not believed: only `web.security` reads them, for proxies of ours. By them `/metrics` sees that somebody
        # else stands behind a proxy on this very machine.
        clear_untrusted_proxy_headers=False,
    )


def listen(host: str, port: int) -> socket.socket:
    """The socket to serve on (port 0: any free one), or a refusal that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=WAITING)
    except OSError as wrong:
        reason = (wrong.strerror or "unknown host").lower()
        raise click.ClickException(
            f"Cannot listen on {_shown(host)}:{port}: {reason}. Is something else using it? Choose another with --port."
        ) from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
