"""Moments mean the same on both databases; numbers are never given twice; a change is one at a time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, StatementError

from pcnppg.audit.models import AuditEntry
from pcnppg.post.models import Worker
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import UnsavedChanges, db, end_read, session, transaction, writes
from tests.conftest import DATABASE

NOON = datetime(2027, 7, 1, 12, tzinfo=UTC)


def a_worker(name: str, at: datetime = NOON, **values: Any) -> Worker:
    return Worker(**{"name": name, "started_at": at, "seen_at": at, "ended_at": None, **values})


def keep(row: object) -> None:
    with transaction() as open_:
        open_.add(row)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
def test_a_moment_comes_back_in_utc_whatever_zone_it_was_told_in(inside: Flask, zone: timezone) -> None:
    moment = NOON.astimezone(zone).replace(microsecond=123456)
    keep(a_worker("w", moment))
    session().expire_all()
    kept = session().get_one(Worker, "w").seen_at
    assert kept == moment
    assert kept.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(inside: Flask) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        keep(a_worker("w", NOON.replace(tzinfo=None)))


def test_no_moment_stays_no_moment(inside: Flask) -> None:
    keep(a_worker("w"))
    session().expire_all()
    assert session().get_one(Worker, "w").ended_at is None


def test_moments_are_compared_as_moments_by_the_database(inside: Flask) -> None:
    keep(a_worker("early", NOON))
    keep(a_worker("late", (NOON + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=-8)))))
    assert session().scalars(sa.select(Worker.name).where(Worker.seen_at > NOON)).all() == ["late"]


def test_a_number_is_never_given_twice(inside: Flask) -> None:
    from pcnppg.people.models import SignInTry

    first = SignInTry(key_hash="x" * 64, at=NOON)
    keep(first)
    number = first.id
    with transaction() as open_:
        open_.execute(sa.delete(SignInTry))
    second = SignInTry(key_hash="x" * 64, at=NOON)
    keep(second)
    assert second.id > number


def test_a_row_that_points_to_nothing_is_refused(inside: Flask) -> None:
    from pcnppg.people.models import RecoveryCode

    with pytest.raises(IntegrityError):
        keep(RecoveryCode(person_id=999, number=1, code_hash="x", used_at=None))


def test_a_word_that_is_not_in_the_list_is_refused(inside: Flask) -> None:
    entry = AuditEntry(
        at=NOON, by_kind="robot", by_id=None, group_id=None, what="x", about_kind=None, about_id=None, count=None
    )
    with pytest.raises(IntegrityError):
        keep(entry)


def test_ending_a_read_with_unsaved_changes_sounds_the_alarm(inside: Flask) -> None:
    session().add(a_worker("w"))
    with pytest.raises(UnsavedChanges):
        end_read()
    session().rollback()
    end_read()


def test_a_transaction_reads_what_others_committed_meanwhile(inside: Flask) -> None:
    keep(a_worker("w"))
    assert session().get_one(Worker, "w").ended_at is None
    with db.engine.connect() as other, writes(), other.begin():
        other.execute(sa.update(Worker).values(ended_at=NOON))
    with transaction() as open_:
        assert open_.get_one(Worker, "w").ended_at == NOON


def test_what_is_decided_on_inside_a_transaction_is_decided_one_at_a_time(inside: Flask) -> None:
    """Eight threads read a number, think, and write the next one: none is lost."""
    keep(a_worker("counter", NOON))
    wrong: list[BaseException] = []

    def count() -> None:
        try:
            with inside.app_context():
                for _ in range(5):
                    with transaction() as open_:
                        row = open_.get_one(Worker, "counter", with_for_update=True)
                        row.seen_at = row.seen_at + timedelta(seconds=1)
                db.session.remove()
        except BaseException as error:
            wrong.append(error)

    run_together(count, 8)
    assert not wrong
    session().expire_all()
    end_read()
    assert session().get_one(Worker, "counter").seen_at == NOON + timedelta(seconds=40)


def test_where_there_is_no_row_to_lock_a_key_is_one(inside: Flask) -> None:
    """Eight threads make the same thing unless it is there: one of them does."""
    wrong: list[BaseException] = []

    def make() -> None:
        try:
            with inside.app_context():
                with transaction() as open_:
                    one_at_a_time("the only worker")
                    if not open_.scalar(sa.select(sa.func.count()).select_from(Worker)):
                        open_.add(a_worker(threading.current_thread().name))
                db.session.remove()
        except BaseException as error:
            wrong.append(error)

    run_together(make, 8)
    assert not wrong
    assert session().scalar(sa.select(sa.func.count()).select_from(Worker)) == 1


def run_together(work: Any, threads: int) -> None:
    started = [threading.Thread(target=work, name=f"t{n}") for n in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


def test_every_connection_to_sqlite_is_as_careful_as_we_promise(inside: Flask) -> None:
    if DATABASE == "sqlite":
        with db.engine.connect() as connection:
            said = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
            }
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert said == {"journal_mode": "wal", "synchronous": 2}
