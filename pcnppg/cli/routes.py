"""`pcnppg routes`: every URL with who may open it, read from the views themselves."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from werkzeug.routing import Rule

METHODS = ("GET", "POST")


@click.command("routes")
@with_appcontext
def routes() -> None:
    """List every URL with who may open it."""
    lines = list_routes(current_app._get_current_object())  # type: ignore[attr-defined]
    widths = [max(len(line[column]) for line in lines) for column in range(2)]
    for method, url, who in lines:
        click.echo(f"{method:{widths[0]}}  {url:{widths[1]}}  {who}")


def list_routes(app: Flask) -> list[tuple[str, str, str]]:
    """Method, URL and who may open it, by URL."""
    found = [
        (method, rule.rule, who_may_open(app, rule))
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in (rule.methods or ())
    ]
    return sorted(found, key=lambda line: (line[1], line[0]))


def who_may_open(app: Flask, rule: Rule) -> str:
    """What the view declares with `open_to`, in words."""
    if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
        return "anyone"
    declared = getattr(app.view_functions[rule.endpoint], "open_to", None)
    if declared is None:
        return "NOT DECLARED"
    return str(declared)
