"""Every refusal and every break is a page in the product's own language, and nothing private is logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text

from pcnppg.store.session import db
from pcnppg.web.security import LARGEST_FORM
from tests import making
from tests.visiting import Visit


@contextmanager
def a_table_gone(app: Flask, table: str) -> Iterator[None]:
    """The database breaks: a table is not where it was."""

    def rename(before: str, after: str) -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))

    rename(table, "elsewhere")
    try:
        yield
    finally:
        rename("elsewhere", table)


@pytest.mark.parametrize(
    ("url", "status", "heading"),
    [("/nowhere", 404, "Page not found"), ("/groups/no-such-group", 404, "Page not found")],
)
def test_what_is_not_there_says_where_to_go(visit: Visit, url: str, status: int, heading: str) -> None:
    page = visit(url)
    assert (page.status, page.heading) == (status, heading)
    assert page.one('meta[name="robots"]')["content"] == "noindex, nofollow"
    assert page.click("Find your patient group").status == 200


def test_a_wrong_way_to_ask_says_which_ways_there_are(visit: Visit) -> None:
    page = visit.post("/help")
    assert page.status in {400, 405}
    page = visit("/sign-out")
    assert (page.status, page.heading) == (405, "That button does not work here")
    assert "POST" in page.headers["Allow"]


def test_a_form_that_went_stale_says_how_to_go_on(inside: Flask, visit: Visit) -> None:
    making.a_group()
    page = visit.post("/groups/elm-tree/join", {"email": "pat@example.com", "csrf_token": "from another session"})
    assert page.status == 400
    assert "Nothing was changed" in page.text
    assert "reload the page" in page.text


def test_a_body_that_is_no_form_is_told_so(inside: Flask, visit: Visit) -> None:
    making.a_group()
    page = visit.post("/groups/elm-tree/join", b"{}", content_type="application/json")
    assert page.status == 415
    assert "not a filled-in form" in page.text


def test_five_megabytes_are_too_much(inside: Flask, visit: Visit) -> None:
    making.a_group()
    page = visit.post("/groups/elm-tree/join", {"name": "x" * (LARGEST_FORM + 1)})
    assert (page.status, page.heading) == (413, "That is too much at once")


def test_a_break_shows_a_page_that_asks_nothing_of_database_or_session(
    inside: Flask, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    group = making.a_group()
    chair = visit.as_officer(group, role="chair")
    assert chair("/home").status == 200
    with a_table_gone(inside, "sign_in_session"), caplog.at_level(logging.ERROR):
        page = chair.open("GET", "/home", may_break=True)
        public = visit("/groups/elm-tree")
    assert page.status in {500, 503}
    assert page.heading == "Something went wrong here"
    assert "Set-Cookie" not in page.headers
    assert public.status == 200
    assert "a page failed" in caplog.text
    assert "sign_in_session" not in caplog.text.partition("Traceback")[0]


def test_what_the_database_said_is_not_logged(inside: Flask, visit: Visit, caplog: pytest.LogCaptureFixture) -> None:
    making.a_group()
    with a_table_gone(inside, "contact"), caplog.at_level(logging.INFO):
        form = visit("/groups/elm-tree/join")
        values = {
            "email": "private@example.com",
            "name": "Private Person",
            "agree": "y",
            "csrf_token": form.one("main [name=csrf_token]")["value"],
        }
        page = visit.open("POST", "/groups/elm-tree/join", data=values, may_break=True)
    assert page.heading == "Something went wrong here"
    assert "private@example.com" not in caplog.text
    assert "Private Person" not in caplog.text


def test_a_foreign_name_gets_no_links_of_ours(app: Flask) -> None:
    answer = app.test_client().get("/", base_url="http://evil.example")
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert b"href" not in answer.data
