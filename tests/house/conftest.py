"""A second, empty database on the database system of this run, and applications and commands that use it."""

from __future__ import annotations

import contextvars
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from pcnppg import app as app_module
from pcnppg import cli
from pcnppg.kernel import keys
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.settings import Settings
from pcnppg.store.session import db
from tests.conftest import DATABASE


@pytest.fixture
def another_database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database of its own."""
    if DATABASE == "sqlite":
        yield f"sqlite:///{tmp_path / 'another.sqlite3'}"
        return
    server: str = request.getfixturevalue("postgres")
    name = f"another_{uuid4().hex[:12]}"
    _on_server(server, f"CREATE DATABASE {name}")
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set once for a process is put back after the test."""
    monkeypatch.setattr(settings_of, "_settings", settings_of._settings)
    monkeypatch.setattr(keys, "_keys", keys._keys)


@pytest.fixture
def another_app(another_database: str, tmp_path: Path, as_it_was: None) -> Iterator[Flask]:
    """An application on `another_database`, in its context."""
    app = app_module.create_app(
        Settings.from_environment(
            {"PCNPPG_INSTANCE": str(tmp_path / "instance"), "PCNPPG_DATABASE_URL": another_database}
        ),
        testing=True,
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def newest(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> str:
    """A database at the newest migration that nobody uses, to be copied: a file, or a name on the server."""
    folder = tmp_path_factory.mktemp("newest")
    url, found = f"sqlite:///{folder / 'newest.sqlite3'}", str(folder / "newest.sqlite3")
    if DATABASE == "postgresql":
        found = f"newest_{uuid4().hex[:12]}"
        _on_server(request.getfixturevalue("postgres"), f"CREATE DATABASE {found}")
        url = sa.make_url(request.getfixturevalue("postgres")).set(database=found).render_as_string(hide_password=False)
    with pytest.MonkeyPatch.context() as patched:
        for module, name in ((settings_of, "_settings"), (keys, "_keys")):
            patched.setattr(module, name, getattr(module, name))
        environ = {"PCNPPG_INSTANCE": str(folder), "PCNPPG_DATABASE_URL": url}
        app = app_module.create_app(Settings.from_environment(environ), testing=True)
        with app.app_context():
            flask_migrate.upgrade()
            db.session.remove()
            db.engine.dispose()
    return found


@pytest.fixture
def migrated(another_app: Flask, newest: str, request: pytest.FixtureRequest) -> Flask:
    """`another_app` with its database at the newest migration."""
    url = db.engine.url
    assert url.database
    db.engine.dispose()
    if DATABASE == "sqlite":
        shutil.copy(newest, url.database)
    else:
        server = request.getfixturevalue("postgres")
        _on_server(
            server, f"DROP DATABASE {url.database} WITH (FORCE)", f"CREATE DATABASE {url.database} TEMPLATE {newest}"
        )
    return another_app


def _on_server(server: str, *statements: str) -> None:
    with sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], as_it_was: None
) -> Iterator[Callable[..., Done]]:
    """Run `pcnppg …` with these settings in an environment of its own."""
    made: list[Flask] = []

    def create(settings: Settings) -> Flask:
        made.append(app_module.create_app(settings))
        return made[-1]

    monkeypatch.setattr(cli, "create_app", create)

    def run(*arguments: str, **environ: str) -> Done:
        with monkeypatch.context() as patched:
            patched.setenv("PCNPPG_INSTANCE", str(tmp_path / "instance"))
            for name, value in environ.items():
                patched.setenv(f"PCNPPG_{name}", value)
            patched.setattr(sys, "argv", ["pcnppg", *arguments])
            with pytest.raises(SystemExit) as end:
                contextvars.Context().run(cli.main)  # as a process does: no application is there yet
        said = capsys.readouterr()
        return Done(int(end.value.code or 0), said.out, said.err)

    yield run
    for app in made:
        with app.app_context():
            db.engine.dispose()
