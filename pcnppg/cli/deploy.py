"""`pcnppg deploy`: the files to copy for putting it on a server, as they come with this version."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = Path(__file__).resolve().parents[1] / "deploy"
GOES_TO = {
    "environment": "/etc/pcnppg/environment",
    "pcnppg-web.service": "/etc/systemd/system/",
    "pcnppg-worker.service": "/etc/systemd/system/",
    "pcnppg-backup.service": "/etc/systemd/system/",
    "pcnppg-backup.timer": "/etc/systemd/system/",
    "Caddyfile": "/etc/caddy/Caddyfile, or",
    "nginx.conf": "/etc/nginx/sites-available/pcnppg",
}


@click.command("deploy")
@click.argument("name", required=False, type=click.Choice(sorted(GOES_TO)))
def deploy(name: str | None) -> None:
    """Print the file NAME for your server; without a name, list them and where each goes."""
    if name is not None:
        click.echo((FOLDER / name).read_text(), nl=False)
        return
    for known, place in GOES_TO.items():
        click.echo(f"{known:<24}{place}")
