"""One transaction a change, and nothing lost outside it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.audit import actions as audit
from pcnppg.audit.models import AuditEntry
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import MACHINE
from pcnppg.store.session import UnsavedChanges, session, transaction


def test_a_change_is_kept_when_the_transaction_ends(inside: Flask) -> None:
    with transaction():
        audit.note("store.tried", by=MACHINE, at=now())
    assert session().scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_a_change_is_undone_by_an_exception(inside: Flask) -> None:
    def change_and_fail() -> None:
        with transaction():
            audit.note("store.tried", by=MACHINE, at=now())
            raise KeyError

    with pytest.raises(KeyError):
        change_and_fail()
    assert session().scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_a_transaction_inside_another_is_refused(inside: Flask) -> None:
    with pytest.raises(RuntimeError, match="open already"), transaction(), transaction():
        pass


def test_a_change_outside_a_transaction_sounds_the_alarm(inside: Flask) -> None:
    audit.note("store.tried", by=MACHINE, at=now())
    with pytest.raises(UnsavedChanges), transaction():
        pass
    session().rollback()
