"""Pages under load with a group of 50,000 contacts, over a bare Flask route on the same waitress server, on both databases.

Client, server and measure are three processes that share the machine's cores. `python -m bench.pages [CONTACTS] [SECONDS]`
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import flask_migrate
from flask import Flask
from sqlalchemy import select, text
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bench.lists import databases
from bench.load import Load, Measured, measure
from pcnppg.app import create_app
from pcnppg.cli.serve import listen, server_for
from pcnppg.kernel import keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.settings import Settings
from pcnppg.membership.models import Contact, MyLink
from pcnppg.membership.rules import MY_LINK_LASTS
from pcnppg.store.session import db, transaction

SLUG = "elm-tree"
LARGE = 50_000
SECONDS = 5.0
CLIENTS = (1, 8)


@dataclass(frozen=True, slots=True)
class Place:
    """A server that runs, the cookie of an officer who is signed in there, and a contact's link."""

    port: int
    cookie: str
    my: str
    """The token of a link to what is held about one of the contacts."""


@dataclass(frozen=True, slots=True)
class Question:
    """One page to ask for."""

    name: str
    path: str
    method: str = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    expect: int = 200
    allowed: float | None = None
    """Milliseconds that one answer may take where nobody else asks; None: no such promise."""


def main(contacts: int = LARGE, seconds: float = SECONDS) -> None:
    """Print a table for each database."""
    for name, url in databases():
        print(f"{name}\n{'page':44} {'clients':>7} {'per second':>11} {'median':>9} {'95 in 100':>10} {'of bare':>8}")
        with serving(contacts, url) as place:
            _ask(place, seconds)


def _ask(place: Place, seconds: float) -> None:
    asked = questions(place)
    for clients in CLIENTS:
        bare: Measured | None = None
        for question in asked:
            found = measure(_load(question, place.port, clients, seconds))
            bare = bare or found
            _row(question, clients, found, bare)


def _row(question: Question, clients: int, found: Measured, bare: Measured) -> None:
    times = f"{found.median:6.1f} ms {found.p95:7.1f} ms"
    print(
        f"{question.name:44} {clients:7} {found.a_second:11.0f} {times} {found.a_second / bare.a_second:8.3f}",
        flush=True,
    )
    if question.allowed and clients == 1:
        within = "within" if found.median <= question.allowed else "OVER"
        print(f"  {within} the {question.allowed:.0f} ms that are allowed", flush=True)
    if found.unexpected:
        print(f"  {found.unexpected} of {found.asked} answers were not {question.expect}: this line is worth nothing")


def _load(question: Question, port: int, clients: int, seconds: float) -> Load:
    headers = {"X-Forwarded-For": "10.{n}", **dict(question.headers)}
    return Load(port, question.path, clients, seconds, question.method, question.body, headers, question.expect)


def questions(place: Place) -> list[Question]:
    """The bare route first: everything else is compared with it."""
    join = f"/groups/{SLUG}/join"
    cookie, token = _form(place.port, join)
    filled = urlencode({"csrf_token": token, "email": "load-NUMBER@example.com", "agree": "y"}).replace("NUMBER", "{n}")
    as_form = ("Content-Type", "application/x-www-form-urlencoded")
    officer = (("Cookie", place.cookie),)
    return [
        Question("a bare Flask route", "/bare/"),
        Question("the group's page", f"/groups/{SLUG}"),
        Question("contact list, first page", f"/groups/{SLUG}/contacts", headers=officer, allowed=50),
        Question("contact list, searched", f"/groups/{SLUG}/contacts?search=number+49999", headers=officer, allowed=50),
        Question("a person's whole copy", f"/my/{place.my}/copy", allowed=1000),
        Question("join, filled in", join, "POST", filled, (("Cookie", cookie), as_form), 303),
    ]


def _form(port: int, path: str) -> tuple[str, str]:
    """The cookie and the token of a form that was just fetched."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        page = answer.read().decode()
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the join page has no token"
    return cookie, found[1]


@contextlib.contextmanager
def serving(contacts: int, url: str = "") -> Iterator[Place]:
    """A server in a process of its own, on an empty database that gets one group of this size."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.pages", "--serve", folder, str(contacts), url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                yield Place(**json.loads(server.stdout.readline()))
            finally:
                server.terminate()


def _serve(folder: str, contacts: int, url: str) -> None:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    # Each request claims to come from an address of its own, as visitors do; one proxy is trusted to say so.
    environ = {"PCNPPG_INSTANCE": folder, "PCNPPG_TRUSTED_PROXIES": "1"}
    environ |= {"PCNPPG_DATABASE_URL": url} if url else {}
    app = create_app(Settings.from_environment(environ, port=port))
    place = Place(port, *_prepare(app, contacts))
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/bare": _bare()})  # type: ignore[method-assign]
    print(json.dumps(asdict(place)), flush=True)
    server_for(app, listener).run()


def _prepare(app: Flask, contacts: int) -> tuple[str, str]:
    """The database filled; the cookie of an officer's browser, and the token of a contact's link."""
    from tests import making
    from tests.mailing.lists import a_list

    with app.app_context():
        flask_migrate.upgrade()
        group_id, officers = a_list(contacts, slug=SLUG)
        my = _my_link(group_id)
        if db.engine.name == "postgresql":  # as it does by itself, in time
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
    client = app.test_client()
    making.sign_in(client, officers[0], second_factor=True)
    cookie: Any = client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain="127.0.0.1")
    return f"{cookie.key}={cookie.value}", my


def _my_link(group_id: int) -> str:
    """A link to what is held about somebody on the list, as if it had been mailed now."""
    token, token_hash = keys.new_token()
    with transaction() as open_:
        contact = open_.scalars(select(Contact).where(Contact.group_id == group_id).limit(1)).one()
        open_.add(
            MyLink(
                group_id=group_id,
                mailbox_hash=keys.current().mailbox_hash(contact.mailbox or ""),
                contact_id=contact.id,
                token_hash=token_hash,
                asked_at=now(),
                expires_at=now() + MY_LINK_LASTS,
            )
        )
    return token


def _bare() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>bare</title><h1>bare</h1>")
    return app


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    if sys.argv[1:2] == ["--serve"]:
        _serve(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        main(*(int(found) for found in sys.argv[1:2]), *(float(found) for found in sys.argv[2:3]))
