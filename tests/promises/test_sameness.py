"""Nobody learns who is on a list (rule 6): a known, a waiting, a suppressed and an unknown address take the same path.

Same answers, same statements in the same order, same number of rows and of mails. Only the words of the mail differ,
and those reach nobody but the owner of the address.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from pcnppg.store.session import db, session
from tests.membership.stories import ask, joined, leave, the_group
from tests.visiting import Page, Visit

KNOWN, WAITING, SUPPRESSED, UNKNOWN = (
    "known.one@example.com",
    "waiting@example.com",
    "suppressed.three@example.com",
    "unknown@example.com",
)
ADDRESSES = (KNOWN, WAITING, SUPPRESSED, UNKNOWN)
MAY_DIFFER = {"Date", "Content-Length", "Set-Cookie"}
"""The cookie is looked into, and the page compared letter by letter, but for the address that its reader typed."""


@dataclass
class Trace:
    """All that a request left behind that somebody could compare."""

    answers: list[tuple[int, dict[str, str], str]]
    statements: list[str]
    rows: dict[str, int]


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def rows() -> dict[str, int]:
    session().rollback()
    return {
        table.name: session().scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
    }


def look(page: Page, typed: str) -> tuple[int, dict[str, str], str]:
    headers = {k: v for k, v in page.headers.items() if k not in MAY_DIFFER}
    with page.visit.client.session_transaction() as cookie:
        kept = {k: str(v).replace(typed, "(typed)") for k, v in cookie.items() if k != "csrf_token"}
    return page.status, headers | {"cookie": str(kept)}, page.html.replace(typed, "(typed)")


def trace(visit: Visit, url: str, **fields: Any) -> Trace:
    """Fill in the form at `url` in a browser of its own, and follow where it leads."""
    form = visit.anew()(url)
    before = rows()
    with statements() as seen:
        answer = form.submit(**fields)
    after = rows()
    typed = fields["email"]
    return Trace(
        [look(answer, typed), look(answer.follow(), typed)], seen, {name: after[name] - before[name] for name in after}
    )


@pytest.fixture
def four(inside: Flask) -> None:
    group = the_group()
    joined(group, KNOWN, name="Known One")
    ask(group, WAITING, name="Waiting Two")
    leave(joined(group, SUPPRESSED))


@pytest.mark.parametrize(
    ("url", "fields", "adds"),
    [
        (
            "/groups/elm-tree/join",
            {"agree": True, "name": "Whoever"},
            {"sign_up": 1, "outbox_message": 1, "audit_entry": 1},
        ),
        ("/groups/elm-tree/my", {}, {"my_link": 1, "outbox_message": 1, "audit_entry": 1}),
        (
            "/groups/elm-tree/complain",
            {"words": "You wrote to me at night."},
            {"data_request": 1, "data_request_step": 2, "outbox_message": 1, "audit_entry": 2},
        ),
    ],
)
def test_every_address_takes_the_same_path(
    four: None, visit: Visit, url: str, fields: dict[str, Any], adds: dict[str, int]
) -> None:
    trace(visit, url, email="warm@example.com", **fields)  # whatever is done once in a process is done
    known, *others = [trace(visit, url, email=text, **fields) for text in ADDRESSES]
    assert len(known.statements) > 4
    assert {name: number for name, number in known.rows.items() if number} == adds
    for other in others:
        assert other.answers == known.answers
        assert other.statements == known.statements
        assert other.rows == known.rows


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/groups/elm-tree/join", {"agree": True}),
        ("/groups/elm-tree/my", {}),
        ("/groups/elm-tree/complain", {"words": "You wrote to me."}),
    ],
)
def test_over_the_daily_limit_every_address_still_takes_the_same_path(
    four: None, visit: Visit, url: str, fields: dict[str, Any]
) -> None:
    for text in ADDRESSES:
        for _ in range(3):
            trace(visit, url, email=text, **fields)
    known, *others = [trace(visit, url, email=text, **fields) for text in ADDRESSES]
    assert not any(known.rows.values())
    for other in others:
        assert (other.answers, other.statements, other.rows) == (known.answers, known.statements, known.rows)


def test_the_answer_within_the_limit_is_the_answer_over_it(four: None, visit: Visit) -> None:
    first, *_, last = [trace(visit, "/groups/elm-tree/join", email=UNKNOWN, agree=True) for _ in range(4)]
    assert first.answers == last.answers
    assert (first.rows["outbox_message"], last.rows["outbox_message"]) == (1, 0)
