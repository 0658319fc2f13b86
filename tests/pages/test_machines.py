"""Alive, ready, measured; and no word more to strangers."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from pcnppg.kernel import clock, settings
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import State
from pcnppg.pages.formats import Measure, prometheus
from pcnppg.pages.rules import late_jobs
from pcnppg.post import actions as post
from pcnppg.post.rules import Fate
from pcnppg.post.rules import State as DeliveryState
from pcnppg.returns.models import TakenMail
from pcnppg.returns.rules import What
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
    assert lines["pcnppg_mail_stuck"] == "0"
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


# The operator's page


def look(visit: Visit, **more: Any) -> Any:
    return visit("/operator", **more)


def test_the_operator_sees_how_the_mail_stands(inside: Flask, visit: Visit) -> None:
    group_id, (officer, _) = a_list(3)
    send(group_id, officer)
    with transaction():
        post.start_worker("w1", at=clock.now())
        counts = {Fate.HANDED_OVER: 7, Fate.REFUSED: 2}
        post.see_worker("w1", at=clock.now(), counts=counts, a_minute=5)
        for job, ended in (("a.job", True), ("b.job", False)):
            post.claim_slot(job, THE_DAY, at=clock.now())
            if ended:
                post.finish_slot(job, THE_DAY, at=clock.now())
        session().add(TakenMail(digest="0" * 64, what=What.HARD, taken_at=clock.now(), group_id=None))
    page = look(visit)
    assert "All is well. 1 worker runs, and 5 messages went out in the last minute." in page.text
    assert rows(page, "What waits") == [
        ["Service messages and office mail", "0", "0 minutes", "0"],
        ["Mailings", "3", "0 minutes", "0"],
    ]
    outcomes = {row[0]: row[1] for row in rows(page, "What became of mail")}
    assert (outcomes["Handed over"], outcomes["Refused for good"]) == ("7", "2")
    assert outcomes["Came back: nobody is there"] == "1"
    assert [row[0::2] for row in rows(page, "What runs by itself")] == [
        ["a.job", "Thursday 4 March 2027 at 10:30am"],
        ["b.job", "not yet"],
    ]
    with clock.at(THE_DAY + settings.current().hold + timedelta(minutes=21)):
        text = look(visit).text
        assert "No worker is running, so nothing goes out." in text
        assert "Mail is stuck: it has waited for more than 20 minutes and none goes out." in text
        assert "The last run of b.job did not end well." in text
        assert "pcnppg_mail_stuck 1" in visit("/metrics").html
        assert "pcnppg_jobs_late 1" in visit("/metrics").html
    assert "example.org" not in page.html.replace("help@example.org", "")


def test_it_looks_again_by_itself_and_works_without_that(app: Flask, visit: Visit) -> None:
    page = look(visit)
    [again] = [link for link in page.select("main a") if link.get_text() == "Look again"]
    assert (again["href"], again["hx-get"], again["hx-target"]) == ("/operator", "/operator", "#standing")
    part = look(visit, htmx=True)
    assert part.html.lstrip().startswith('<div id="standing">')
    assert "No worker is running" in page.click("Look again").text


def test_without_a_token_the_page_stays_on_this_machine(app: Flask, visit: Visit) -> None:
    assert look(visit, headers={"X-Forwarded-For": "127.0.0.1"}).status == 404
    assert look(visit, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status == 404


def test_with_a_token_a_browser_asks_for_it_as_for_a_password(app: Flask, visit: Visit) -> None:
    before = settings.current()
    settings.use(replace(before, metrics_token="a long tökèn"))
    try:
        shut = look(visit, may_break=True)
        assert shut.status == 401
        assert shut.headers["WWW-Authenticate"].startswith("Basic realm=")
        for typed in ("", ":", ":another", "a long tökèn:"):
            assert look(visit, headers=basic(typed), may_break=True).status == 401
        away = {"REMOTE_ADDR": "203.0.113.9"}
        assert look(visit, headers=basic("anybody:a long tökèn"), environ_base=away).status == 200
        assert visit("/metrics", headers=basic("anybody:a long tökèn")).status == 404
    finally:
        settings.use(before)


def basic(typed: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(typed.encode()).decode()}"}


def rows(page: Any, caption: str) -> list[list[str]]:
    [table] = [one for one in page.select("table") if one.find("caption").get_text() == caption]
    return [[cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in table.select("tbody tr")]


def test_a_job_is_late_when_its_last_run_did_not_end() -> None:
    soon, long_ago = THE_DAY - timedelta(minutes=9), THE_DAY - timedelta(minutes=11)
    runs = [("ended", long_ago, long_ago), ("at work", soon, None), ("failed", long_ago, None)]
    assert late_jobs(runs, THE_DAY) == ["failed"]
