"""The operator's commands: each explains itself, wrong use exits 2, a refused operation 1, always with one clear line."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

from pcnppg.cli import pcnppg
from pcnppg.cli.routes import list_routes
from pcnppg.groups.rules import Permission
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.settings import Settings
from tests.conftest import DATABASE
from tests.house.conftest import Done

Command = Callable[..., Done]


def every_command(group: click.Group = pcnppg, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in sorted(group.commands.items()):
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def one_line(text: str) -> str:
    """The only line of `text`, which is no traceback."""
    (line,) = text.strip().splitlines()
    assert line.startswith("pcnppg: ")
    return line


@pytest.mark.once
@pytest.mark.parametrize("path", list(every_command()), ids=" ".join)
def test_each_command_explains_itself_whatever_the_settings_are(path: tuple[str, ...], command: Command) -> None:
    done = command(*path, "--help", ENV="nonsense")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"Usage: pcnppg {' '.join(path)}")


@pytest.mark.once
@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), ("serve", "--port", "many"), ("serve", "--port", "0"), ("db", "downgrade"), ("worker", "now")],
)
def test_wrong_use_exits_2_with_one_clear_line(arguments: tuple[str, ...], command: Command) -> None:
    done = command(*arguments)
    assert done.status == 2
    assert "--help" in one_line(done.err)


@pytest.mark.once
def test_a_wrong_setting_exits_2_and_is_named(command: Command) -> None:
    done = command("doctor", HOLD_MINUTES="soon")
    assert done.status == 2
    assert "PCNPPG_HOLD_MINUTES" in one_line(done.err)


def test_development_serves_no_other_host(command: Command, another_database: str) -> None:
    command("db", "upgrade", DATABASE_URL=another_database)
    done = command("serve", "--host", "0.0.0.0", DATABASE_URL=another_database)
    assert done.status == 2
    assert "PCNPPG_ENV=production" in one_line(done.err)


def test_a_port_in_use_is_said(command: Command, another_database: str) -> None:
    command("db", "upgrade", DATABASE_URL=another_database)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = command("serve", "--port", str(taken.getsockname()[1]), DATABASE_URL=another_database)
    assert done.status == 1
    assert "--port" in one_line(done.err)


def test_migrating_can_be_repeated(command: Command, another_database: str) -> None:
    assert command("db", "upgrade", DATABASE_URL=another_database).status == 0
    again = command("db", "upgrade", DATABASE_URL=another_database)
    assert (again.status, again.out.strip()) == (0, "The database was up to date.")


def bad_databases(folder: Path) -> list[tuple[str, str]]:
    if DATABASE == "postgresql":
        return [
            ("postgresql+psycopg://nobody:hunter2@127.0.0.1:1/nothing", "cannot be reached"),
        ]
    locked, rubbish = folder / "read-only.sqlite3", folder / "rubbish.sqlite3"
    locked.touch()
    rubbish.write_bytes(b"This is no database. " * 500)
    return [
        (f"sqlite:///{folder / 'missing' / 'x.sqlite3'}", "cannot be opened"),
        (f"sqlite:///file:{locked}?mode=ro&uri=true", "not written"),
        (f"sqlite:///{rubbish}", "damaged"),
    ]


@pytest.mark.parametrize("arguments", [("db", "upgrade"), ("worker", "--once"), ("serve",)], ids=" ".join)
def test_a_bad_database_is_one_clear_line(arguments: tuple[str, ...], command: Command, tmp_path: Path) -> None:
    for url, says in bad_databases(tmp_path):
        done = command(*arguments, DATABASE_URL=url)
        assert done.status == 1, url
        assert says in one_line(done.err)
        assert "hunter2" not in done.err


@pytest.mark.parametrize("arguments", [("worker", "--once"), ("serve",)], ids=" ".join)
def test_a_database_that_is_not_set_up_is_refused_with_what_to_do(
    arguments: tuple[str, ...], command: Command, another_database: str
) -> None:
    done = command(*arguments, DATABASE_URL=another_database)
    assert done.status == 1
    assert "pcnppg db upgrade" in one_line(done.err)


@pytest.mark.parametrize("arguments", [("db", "upgrade"), ("worker", "--once"), ("serve",)], ids=" ".join)
def test_a_database_of_a_newer_version_is_refused_and_left_alone(
    arguments: tuple[str, ...], command: Command, migrated: Flask, another_database: str
) -> None:
    from tests.house.test_migrations import make_newer, version

    make_newer()
    done = command(*arguments, DATABASE_URL=another_database)
    assert done.status == 1
    assert "newer version" in one_line(done.err)
    assert version() == "0999_tomorrow"


def test_doctor_says_what_is_wrong_and_what_to_do(command: Command, another_database: str) -> None:
    before = command("doctor", DATABASE_URL=another_database)
    assert before.status == 1
    assert "pcnppg db upgrade" in before.out
    command("db", "upgrade", DATABASE_URL=another_database)
    after = command("doctor", DATABASE_URL=another_database)
    assert after.status == 1
    assert [line for line in after.out.splitlines() if line.startswith("WRONG")] == [
        "WRONG  worker: none is running. Start: pcnppg worker"
    ]


def test_doctor_is_content_when_all_is_well(
    command: Command, another_database: str, migrated: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pcnppg.kernel import clock
    from pcnppg.post import actions
    from pcnppg.store.session import transaction

    with transaction():
        actions.start_worker("w" * 16, at=clock.now())
    done = command("doctor", DATABASE_URL=another_database)
    assert (done.status, done.out.splitlines()[-1]) == (0, "All is well.")


@pytest.mark.parametrize(("minutes", "carried", "status"), [(19, 60, 0), (21, 60, 1), (21, 5, 0)])
def test_doctor_finds_mailings_stuck_for_twenty_minutes(
    command: Command, another_database: str, migrated: Flask, minutes: int, carried: int, status: int
) -> None:
    from pcnppg.kernel import clock
    from pcnppg.post import actions
    from pcnppg.post.rules import Fate
    from pcnppg.store.session import transaction
    from tests.mailing.lists import a_list, send

    began = clock.now() - timedelta(minutes=minutes)
    group, officers = a_list(3)
    send(group, officers[0], at=began - settings_of.current().hold)
    with transaction():
        actions.start_worker("w" * 16, at=began)
        then = clock.now() - timedelta(minutes=carried)
        actions.see_worker("w" * 16, at=then, counts={Fate.HANDED_OVER: 1})
        actions.see_worker("w" * 16, at=clock.now())
    done = command("doctor", DATABASE_URL=another_database)
    assert done.status == status, done.out
    assert ("Nothing goes out" in done.out) == bool(status)


@pytest.mark.parametrize(("minutes", "well"), [(19, True), (21, False)])
def test_doctor_finds_service_messages_stuck_for_twenty_minutes(
    inside: Flask, settings: Settings, minutes: int, well: bool
) -> None:
    from pcnppg.cli.doctor import examine
    from pcnppg.kernel import clock
    from pcnppg.post import actions
    from pcnppg.post.rules import MailClass
    from pcnppg.store.session import transaction

    with transaction():
        due = clock.now() - timedelta(minutes=minutes)
        actions.enqueue(kind="x/y", mail_class=MailClass.SERVICE, to="ann@example.com", values={}, at=due)
    [found] = [one for one in examine(settings) if one.name == "queue"]
    assert (found.well, "Look at the worker's log" in found.words) == (well, not well)


def test_doctor_looks_at_key_template_and_receipts_of_notify(inside: Flask, settings: Settings) -> None:
    from pcnppg.cli.doctor import examine
    from tests.notify import NotifyServer

    def said(**over: Any) -> dict[str, tuple[bool, str]]:
        by_notify = replace(settings, notify=notify.settings(**over), env="production")
        return {one.name: (one.well, one.words) for one in examine(by_notify)}

    with NotifyServer() as notify:
        found = said()
        assert found["mail"] == (True, "GOV.UK Notify answers; key and template work")
        assert found["receipts"][0]
        assert "SPF" not in found  # mail of Notify's comes from a domain of its own
        assert not said(token=None)["receipts"][0]
        notify.template["body"] = "Hello"
        well, words = said()["mail"]
        assert (well, "((body))" in words) == (False, True)


@pytest.mark.once
@pytest.mark.parametrize("mail_url", ["smtp://user:hunter2@127.0.0.1:1", "file:/dev/null/mail"])
def test_doctor_finds_a_way_out_for_mail_that_is_shut(command: Command, another_database: str, mail_url: str) -> None:
    done = command("doctor", DATABASE_URL=another_database, MAIL_URL=mail_url)
    assert done.status == 1
    assert "WRONG  mail: nothing can be handed over" in done.out
    assert "hunter2" not in done.out + done.err


def test_doctor_finds_keys_that_others_can_read(command: Command, another_database: str, tmp_path: Path) -> None:
    command("doctor", DATABASE_URL=another_database)
    (tmp_path / "instance" / "keys" / "link").chmod(0o644)
    done = command("doctor", DATABASE_URL=another_database)
    assert "WRONG  keys: others on this machine can read link" in done.out


def test_routes_lists_every_url_with_who_may_open_it(command: Command, whole_app: Flask) -> None:
    done = command("routes")
    assert done.status == 0
    listed = list_routes(whole_app)
    assert len(done.out.splitlines()) == len(listed)
    words = {str(permission) for permission in Permission} | {
        "anyone",
        "whoever holds the link",
        "machines",
        "the operator",
        "anyone signed in",
    }
    assert {who for _, _, who in listed} <= words


def test_serve_answers_until_it_is_told_to_stop(tmp_path: Path, another_database: str) -> None:
    environ = {**os.environ, "PCNPPG_INSTANCE": str(tmp_path), "PCNPPG_DATABASE_URL": another_database}
    run = [sys.executable, "-c", "from pcnppg.cli import main; main()"]
    subprocess.run([*run, "db", "upgrade"], env=environ, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [*run, "serve", "--port", str(port)], env=environ, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10).status == 200
        assert _claimed_to_come_from("203.0.113.9", port) == 200
        server.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert server.wait(timeout=15) == 0
        assert time.monotonic() - began < 10


def _claimed_to_come_from(address: str, port: int) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/healthz", headers={"X-Forwarded-For": address, "X-Forwarded-Proto": "https"})
    status = connection.getresponse().status
    connection.close()
    return status
