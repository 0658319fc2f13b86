"""Doors: every view declares who may open it, the table of permissions is kept to by every route, and looking changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.routing import Rule

from pcnppg.groups.rules import GRANTS, NEEDS_SECOND_FACTOR, Permission, Role
from pcnppg.web.access import Everybody
from tests import making
from tests.conftest import DATABASE
from tests.house.place import Place, a_place
from tests.visiting import Visit

OPENED = {"200", "204", "303", "400", "404", "409", "422"}
"""What somebody may be answered whom the door lets in: the page, or what it says to an empty form or a number of nothing."""

ENDS_SESSIONS = ("sign-out", "/leave")

NO_ROWS = ("version", "kind", "network_id", "year")
"""Parts of an address that are no row of one group: an edition, a word, a year, a network that all of its groups answer."""

THE_DOOR_WRITES = ("insert into audit_entry", "update sign_in_session", "update person")
"""Who saw personal data, and when an account was last seen: the one exception of settled 22."""


def rules(app: Flask, method: str) -> list[Rule]:
    """The routes of one method; those that end a session last, and the very last the one that ends the account."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]

    def place(rule: Rule) -> tuple[bool, bool, str]:
        return rule.rule == "/account/erase", "sign" in rule.rule or "account" in rule.rule, rule.rule

    return sorted(found, key=place)


def declared(app: Flask, rule: Rule) -> Any:
    return getattr(app.view_functions[rule.endpoint], "open_to", None)


def test_every_view_declares_who_may_open_it(whole_app: Flask) -> None:
    undeclared = [
        rule.endpoint
        for method in ("GET", "POST")
        for rule in rules(whole_app, method)
        if declared(whole_app, rule) is None
    ]
    assert not undeclared


def test_every_declaration_is_a_permission_or_everybody(whole_app: Flask) -> None:
    for rule in rules(whole_app, "GET") + rules(whole_app, "POST"):
        found = declared(whole_app, rule)
        assert isinstance(found, Permission | Everybody), rule.rule
        if isinstance(found, Permission):
            assert rule.rule.startswith("/groups/<slug:slug>"), f"{rule.rule} asks for a role in no group"


def test_only_get_and_post_are_answered(whole_app: Flask) -> None:
    methods = {method for rule in whole_app.url_map.iter_rules() for method in rule.methods or ()}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_every_permission_is_granted_to_somebody_and_every_grant_is_known() -> None:
    assert set(GRANTS) == set(Permission)
    assert all(roles and roles <= set(Role) for roles in GRANTS.values())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who comes to a door."""

    name: str
    signed_in: bool = True
    role: Role | None = None
    second_factor: bool = True


ACTORS = [
    Actor("signed out", signed_in=False),
    Actor("a stranger"),
    *(Actor(f"the {role.replace('_', ' ')}", role=role) for role in Role),
    Actor("a chair without an authenticator code", role=Role.CHAIR, second_factor=False),
]


def expected(actor: Actor, permission: Permission | Everybody) -> str:
    """What settled 19 and 21 say of this actor at this door."""
    if isinstance(permission, Everybody):
        return "/sign-in" if permission.signed_in and not actor.signed_in else "open"
    if not actor.signed_in:
        return "/sign-in"
    if actor.role is None:
        return "404"
    if actor.role not in GRANTS[permission]:
        return "403"
    if permission in NEEDS_SECOND_FACTOR and not actor.second_factor:
        return "/second-factor"
    return "open"


COME = ACTORS if DATABASE == "sqlite" else [actor for actor in ACTORS if actor.name in {"the chair", "a stranger"}]
"""Doors read the same rows in either database: all come to them on one, and on the other who sees most and who nothing."""


def test_each_page_opens_to_whom_the_table_says_and_to_nobody_else(visit: Visit) -> None:
    place = a_place(visit.app)  # one for all: looking changes nothing
    wrong = [f"{actor.name}: {fault}" for actor in COME for fault in _faults("GET", actor, place, visit.anew())]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("actor", COME, ids=lambda actor: actor.name)
def test_each_act_is_open_to_whom_the_table_says_and_to_nobody_else(
    actor: Actor, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(visit.app.config, "WTF_CSRF_ENABLED", False)
    wrong = _faults("POST", actor, a_place(visit.app), visit)
    assert not wrong, "\n".join(wrong)


def _faults(method: str, actor: Actor, place: Place, visit: Visit) -> list[str]:
    """Where the actor is answered otherwise than the table says."""
    browser = _browser(visit, actor, place)
    wrong = []
    for rule in rules(visit.app, method):
        permission = declared(visit.app, rule)
        answer = browser.open(method, place.url(rule), may_break=True, checked=False)
        want = expected(actor, permission)
        got = _outcome(answer.status, answer.location)
        asks_again = isinstance(permission, Everybody) and not actor.second_factor and got == "/second-factor"
        if not (got == want or (want == "open" and (got in OPENED or asks_again))):
            wrong.append(f"{method} {rule.rule}: {got} instead of {want}")
        if permission.__class__ is Everybody and any(act in rule.rule for act in ENDS_SESSIONS):
            browser = _browser(visit.anew(), actor, place)
    return wrong


def _browser(visit: Visit, actor: Actor, place: Place) -> Visit:
    if not actor.signed_in:
        return visit
    return visit.as_(place.person(actor.role), second_factor=actor.second_factor)


def _outcome(status: int, location: str | None) -> str:
    """The status, or which door one was sent to: the door says where to go on from there, a page's own redirect does not."""
    if status == 303 and location and "next=" in location:
        return urlsplit(location).path
    return str(status)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_another_groups_is_not_found_under_the_address_of_ones_own(
    visit: Visit, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 9, at every door behind which something of one group is: officers and staff of another ask for it at their own."""
    monkeypatch.setitem(visit.app.config, "WTF_CSRF_ENABLED", False)
    place = a_place(visit.app)
    other = making.a_group(visit.app, slug="far-away", practice="Z99077")
    people = [making.an_officer(other, role=role, app=visit.app) for role in (Role.CHAIR, Role.PRACTICE_MANAGER)]
    wrong = []
    for person in people:
        browser = visit.as_(person)
        for rule in rules(visit.app, method):
            if not rule.rule.startswith("/groups/<slug:slug>") or rule.arguments <= {"slug", *NO_ROWS}:
                continue
            url = re.sub("^/groups/[^/]+", "/groups/far-away", place.url(rule))
            status = browser.open(method, url, checked=False).status
            if status not in {403, 404}:
                wrong.append(f"{method} {rule.rule}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("htmx", [False, pytest.param(True, marks=pytest.mark.once)], ids=["whole", "by htmx"])
def test_looking_changes_nothing(visit: Visit, htmx: bool) -> None:
    place = a_place(visit.app)
    for browser in (visit, visit.as_(place.person(Role.CHAIR))):
        for rule in rules(visit.app, "GET"):
            with writes() as found:
                browser.open("GET", place.url(rule), htmx=htmx, checked=False)
            kept = [said for said in found if not said.startswith(THE_DOOR_WRITES)]
            assert not kept, f"GET {rule.rule} wrote: {kept[0][:200]}"


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(None, id="a visitor", marks=pytest.mark.once),
        pytest.param(Role.CHAIR, id="the chair"),
        pytest.param(Role.PRACTICE_MANAGER, id="the manager", marks=pytest.mark.once),
    ],
)
def test_every_page_is_sound(visit: Visit, who: Role | None) -> None:
    """`visit` checks what it fetches: here it fetches everything, and says all that is wrong at once."""
    place = a_place(visit.app)
    browser = visit.as_(place.person(who)) if who else visit
    wrong = []
    for rule in rules(visit.app, "GET"):
        for htmx in (False, True):
            try:
                browser.open("GET", place.url(rule), htmx=htmx)
            except AssertionError as fault:
                wrong.append(f"{'fragment of ' if htmx else ''}{fault}")
    assert not wrong, "\n".join(wrong)


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements run meanwhile that change something."""
    found: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().lower().startswith(("insert", "update", "delete", "create", "alter", "drop")):
            found.append(" ".join(statement.lower().split()).replace('"', ""))

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", look)
