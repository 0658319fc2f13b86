"""Alive, ready, measured; and no word more to strangers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from pcnppg.kernel import settings
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import State
from pcnppg.pages.formats import Measure, prometheus
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store import standing
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.mailing.lists import a_list, deliveries, send
from tests.visiting import Visit


def test_alive_and_ready(app: Flask, visit: Visit) -> None:
    assert (visit("/healthz").status, visit("/healthz").html) == (200, "alive\n")
    assert (visit("/readyz").status, visit("/readyz").html) == (200, "ready\n")


@pytest.mark.parametrize("found", ["0000_older_than_us", "9999_newer_than_us"])
def test_not_ready_where_migrations_are_elsewhere(inside: Flask, visit: Visit, found: str) -> None:
    with transaction() as open_:
        open_.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    try:
        page = visit("/readyz", may_break=True)
        assert (page.status, page.html) == (503, "not ready\n")
        assert visit("/healthz").status == 200
    finally:
        with transaction() as open_:
            open_.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": standing.head()})


def test_not_ready_where_the_database_does_not_answer(
    app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = standing.Report(standing.Standing.UNUSABLE, "postgresql://secret@host is out of reach")
    monkeypatch.setattr(standing, "look", lambda: report)
    page = visit("/readyz", may_break=True)
    assert (page.status, page.html) == (503, "not ready\n")


def test_measures_are_numbers_of_what_waits(inside: Flask, visit: Visit) -> None:
    group_id, (officer, _) = a_list(3)
    sent = send(group_id, officer)
    with transaction():
        mailing = session().get_one(Mailing, sent)
        mailing.state, mailing.held_until = State.GOING, THE_DAY
        first = session().get_one(Delivery, deliveries(sent)[0].id)
        first.state, first.at = DeliveryState.UNCERTAIN, THE_DAY
    page = visit("/metrics")
    assert page.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = dict(line.split(" ") for line in page.html.splitlines() if not line.startswith("#"))
    assert lines["pcnppg_deliveries_waiting"] == "2"
    assert lines["pcnppg_deliveries_uncertain"] == "1"
    assert lines["pcnppg_workers"] == "0"
    assert "example.org" not in page.html


def test_an_empty_house_measures_nothing(app: Flask, visit: Visit) -> None:
    lines = [line for line in visit("/metrics").html.splitlines() if not line.startswith("#")]
    assert lines
    assert all(line.endswith(" 0") for line in lines)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_measures_stay_here_without_a_token(app: Flask, visit: Visit, header: str) -> None:
    assert visit("/metrics", headers={header: "127.0.0.1"}).status == 404
    for address in ("203.0.113.9", "", "unix:"):
        assert visit("/metrics", environ_base={"REMOTE_ADDR": address}).status == 404
    assert visit("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status == 200


def test_with_a_token_only_the_token_opens(app: Flask, visit: Visit) -> None:
    before = settings.current()
    settings.use(replace(before, metrics_token="a long token"))
    try:
        assert visit("/metrics").status == 404
        for said in ("Bearer another", "Bearer ", "a long token", "bearer a long token"):
            assert visit("/metrics", headers={"Authorization": said}).status == 404
        away = {"REMOTE_ADDR": "203.0.113.9"}
        told = {"Authorization": "Bearer a long token"}
        assert visit("/metrics", headers=told, environ_base=away).status == 200
    finally:
        settings.use(before)


def test_the_format_is_the_one_that_prometheus_reads() -> None:
    assert prometheus([Measure("workers", 2, "Workers running.")]) == (
        "# HELP pcnppg_workers Workers running.\n# TYPE pcnppg_workers gauge\npcnppg_workers 2\n"
    )
