"""A real browser against a real server and a real worker, each in a process of its own, with mail caught in a folder."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import flask_migrate
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from pcnppg.app import create_app
from pcnppg.groups.rules import Role
from pcnppg.kernel.settings import Settings
from pcnppg.store.session import db
from tests import browser as browsers
from tests import making
from tests.house.place import Place, a_place, deliver

RUN = (sys.executable, "-c", "from pcnppg.cli import main; main()")
PATIENCE = 60.0
"""Seconds that a mail or a server may take."""


@dataclass(frozen=True, slots=True)
class Site:
    """A running installation."""

    base_url: str
    environ: dict[str, str]
    instance: Path

    def command(self, *arguments: str) -> str:
        """What `pcnppg …` prints, run beside the server as an operator does."""
        done = subprocess.run([*RUN, *arguments], env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mail_to(self, address: str, subject: str = "", *, after: int = 0) -> EmailMessage:
        """The newest message to this address, once the worker has handed over more than `after` of them."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = [m for m in self.mailbox(address) if subject in str(m["Subject"])]
            if len(found) > after:
                return found[-1]
            time.sleep(0.2)
        caught = [str(message["Subject"]) for message in self.mailbox(address)]
        raise AssertionError(f"no mail about {subject!r} came to {address}; there is {caught}")

    def mailbox(self, address: str) -> list[EmailMessage]:
        """Everything to this address, oldest first."""
        files = sorted((self.instance / "mail").glob("*.eml"))
        messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        return [message for message in messages if address in str(message["X-Envelope-To"])]


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(message: EmailMessage, path: str) -> str:
    """The address of ours in a message that goes to `path`."""
    found = re.search(rf"https?://[^\s/]+{re.escape(path)}[^\s>]+", plain(message))
    assert found, f"no link to {path} in: {plain(message)}"
    return found[0]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def running(environ: dict[str, str], *arguments: str) -> Iterator[None]:
    """One of our own commands, started and ended."""
    with subprocess.Popen(
        [*RUN, *arguments], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def wait_for(url: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
            return
        except OSError:
            assert time.monotonic() < end, "the server did not come up"
            time.sleep(0.1)


def environment(instance: Path, port: int) -> dict[str, str]:
    ours = {
        "INSTANCE": str(instance),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "HOLD_MINUTES": "0",
        "QUIET_HOURS": "none",
    }
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PCNPPG_")}
    return {**outside, **{f"PCNPPG_{name}": value for name, value in ours.items()}}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation as an operator makes it: migrated, with a directory, a server and a worker."""
    from pcnppg.directory.jobs import DEMO_FILES

    instance, port = tmp_path_factory.mktemp("site"), free_port()
    site = Site(f"http://127.0.0.1:{port}", environment(instance, port), instance)
    site.command("db", "upgrade")
    site.command("directory", "import", *map(str, DEMO_FILES))
    with running(site.environ, "serve", "--port", str(port)), running(site.environ, "worker"):
        wait_for(site.base_url)
        yield site


@dataclass(frozen=True, slots=True)
class Filled:
    """A running installation with something behind every door, and the cookies of those who are signed in."""

    site: Site
    place: Place
    cookies: dict[str, str]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    instance, port = tmp_path_factory.mktemp("filled"), free_port()
    environ = environment(instance, port)
    app = create_app(Settings.from_environment(environ))
    with app.app_context():
        flask_migrate.upgrade()
    place = a_place(app)
    deliver(app, after=timedelta(minutes=1))
    cookies = {}
    for role in (Role.CHAIR, Role.PRACTICE_MANAGER, Role.DELEGATE):
        client = app.test_client()
        making.sign_in(client, place.person(role))
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain="127.0.0.1")
        assert cookie is not None
        cookies[str(role)] = cookie.value
    with app.app_context():
        db.engine.dispose()
    with running(environ, "serve", "--port", str(port)):
        site = Site(f"http://127.0.0.1:{port}", environ, instance)
        wait_for(site.base_url)
        yield Filled(site, place, cookies)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = browsers.find()
        assert path, browsers.WHAT_TO_DO
        browser = playwright.chromium.launch(executable_path=path, args=list(browsers.ARGUMENTS))
        yield browser
        browser.close()


Opener = Callable[..., BrowserContext]


@pytest.fixture
def device(chromium: Browser) -> Iterator[Opener]:
    """`device()` is a browser of somebody's own: a cookie jar, a window. `javascript=False` turns scripts off."""
    made: list[BrowserContext] = []

    def open_one(
        *, javascript: bool = True, width: int = 1280, height: int = 900, base_url: str = ""
    ) -> BrowserContext:
        context = chromium.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            base_url=base_url,
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE * 1000)
        made.append(context)
        return context

    yield open_one
    for context in made:
        context.close()


@contextlib.contextmanager
def without_a_murmur(page: Page) -> Iterator[None]:
    """Nothing on the page throws, is blocked by the policy, or is missing."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"threw {error}"))
    page.on(
        "console", lambda message: said.append(f"{message.type}: {message.text}") if message.type == "error" else None
    )
    yield
    assert not said, f"{page.url}: {said}"
