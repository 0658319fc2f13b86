"""Headers, cookies, forged forms, frames and limits."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import Headers

from pcnppg.app import create_app
from pcnppg.kernel import keys, settings
from pcnppg.store.session import db
from pcnppg.web import security
from tests import making
from tests.visiting import Visit


@pytest.fixture
def served(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application as it is behind one proxy of ours, under https. It opens no database."""
    ours, ours_keys = settings.current(), keys.current()
    as_served = dataclasses.replace(
        ours,
        env="production",
        secret_key="of no use to anybody" * 2,
        base_url="https://groups.example",
        trusted_proxies=1,
        instance=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'served.sqlite3'}",
    )
    made = create_app(as_served, testing=True)
    yield made
    with made.app_context():
        db.engine.dispose()
    settings.use(ours)
    keys.use(ours_keys)


def headers_of(visit: Visit, url: str) -> Headers:
    with visit.client.get(url, base_url=visit.base_url) as answer:
        return answer.headers


def test_every_answer_carries_the_policy(visit: Visit) -> None:
    for url in ("/", "/nowhere", "/static/app.css", "/healthz"):
        headers = headers_of(visit, url)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"  # none at all would stop every form under https
        assert "Strict-Transport-Security" not in headers


def test_no_page_is_kept_by_a_computer_that_others_use(visit: Visit) -> None:
    assert visit("/").headers["Cache-Control"] == "no-store"
    assert "no-store" not in headers_of(visit, "/static/app.css")["Cache-Control"]


def test_a_page_that_may_be_a_fragment_says_what_it_varies_by(visit: Visit) -> None:
    assert {"HX-Request", "HX-Request-Type"} <= set(visit("/").headers["Vary"].split(", "))


def test_the_cookie_is_ours_alone(inside: Flask, visit: Visit) -> None:
    making.a_group()
    cookie = visit("/groups/elm-tree/join").headers["Set-Cookie"]
    assert cookie.startswith("pcnppg=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_under_https_cookie_and_browser_stay_there(served: Flask) -> None:
    through = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "groups.example"}
    answer = served.test_client().get("/cookies", base_url="http://127.0.0.1:8000", headers=through)
    assert answer.status_code == 200
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    assert served.config["SESSION_COOKIE_SECURE"]


def test_a_proxy_that_is_ours_is_believed_and_no_other(served: Flask, app: Flask) -> None:
    says = {"X-Forwarded-For": "198.51.100.1, 192.0.2.7"}
    for application, expected in ((served, "192.0.2.7"), (app, "127.0.0.1")):
        seen: list[str] = []
        application.wsgi_app, before = _noting(application, seen), application.wsgi_app  # type: ignore[method-assign]
        try:
            application.test_client().get("/cookies", base_url="http://127.0.0.1", headers=says)
        finally:
            application.wsgi_app = before  # type: ignore[method-assign]
        assert seen == [expected]


def _noting(app: Flask, seen: list[str]):  # type: ignore[no-untyped-def]
    inner = app.wsgi_app

    def note(environ, start_response):  # type: ignore[no-untyped-def]
        result = inner(environ, start_response)
        seen.append(environ["REMOTE_ADDR"])
        return result

    return note


def test_a_form_of_another_session_is_refused(inside: Flask, visit: Visit) -> None:
    making.a_group()
    theirs = visit.anew()("/groups/elm-tree/join").one("main [name=csrf_token]")["value"]
    visit("/groups/elm-tree/join")
    page = visit.post("/groups/elm-tree/join", {"email": "pat@example.com", "agree": "y", "csrf_token": theirs})
    assert page.status == 400


def test_one_address_may_ask_only_so_often(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        answers = [security.is_within("3 per hour", "a test", security.network_address()) for _ in range(4)]
        assert answers == [True, True, True, False]
        assert security.is_within("3 per hour", "a test", "another address")


def test_only_a_page_made_for_a_frame_may_stand_in_one(app: Flask) -> None:
    with app.test_request_context("/"):
        plain = app.process_response(app.make_response("a page"))
        framed = app.process_response(security.frame("<html><head><title>a mail</title></head></html>"))
    assert '<head><base target="_blank">' in framed.get_data(as_text=True)
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert "sandbox" in framed.headers["Content-Security-Policy"]
    assert "script-src" not in framed.headers["Content-Security-Policy"]
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert plain.headers["X-Frame-Options"] == "DENY"
