"""Rule 9 across a network: no role in it opens a door of a member group that a stranger finds shut, nor shows one name more."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from pcnppg.groups.rules import Permission, Role
from pcnppg.kernel import paths
from tests import making
from tests.conftest import DATABASE
from tests.federation.stories import SLUGS, Story, a_story, all_send
from tests.house.place import Place, a_place
from tests.house.test_doors import declared, rules
from tests.visiting import Visit

LENT = {
    "membership": {"count_active_in", "end_news_of_others"},
    "mailing": {"last_sent_in", "share", "send_for_network"},
}
"""All that the network asks of the domains that know people: two counts, and to send in a group's own name."""
ASKED = {f"pcnppg.{domain}" for domain in LENT}
NETWORK_ROLES = (Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY, Role.DELEGATE, Role.MEMBER)
if DATABASE != "sqlite":
    NETWORK_ROLES = (Role.CHAIR,)  # doors read the same rows in either database: all roles come to them on one


def at_home(place: Place, rule: Rule) -> bool:
    """Is this route one of a member group, as the house's place fills it in?"""
    return rule.rule.startswith("/groups/<slug:slug>") and place.url(rule).startswith("/groups/elm-tree")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_role_of_the_network_opens_a_door_of_a_member_group(
    visit: Visit, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every network role against every route of a member group: what a stranger is answered, and nothing else."""
    monkeypatch.setitem(visit.app.config, "WTF_CSRF_ENABLED", False)
    place = a_place(visit.app)
    stranger = visit.as_(place.person(None))
    asked = [
        (rule, place.url(rule))
        for rule in rules(visit.app, method)
        if at_home(place, rule) and isinstance(declared(visit.app, rule), Permission)
    ]
    assert len(asked) > 40
    network = place.values["network_id"]
    people = {
        role: making.an_officer(network, role=role, address=f"only-{role}@example.com".replace("_", "-"), app=visit.app)
        for role in NETWORK_ROLES
    }
    wrong = []
    for rule, url in asked:
        assert stranger.open(method, url, checked=False).status == 404
        for role, person in people.items():
            status = visit.as_(person).open(method, url, checked=False).status
            if status != 404:
                wrong.append(f"{method} {rule.rule}: {status} for the network's {role}")
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def story(inside: Flask) -> Story:
    found = a_story(2)
    all_send(found)
    return found


def test_a_public_page_of_a_member_group_shows_the_network_what_it_shows_anybody(story: Story, visit: Visit) -> None:
    def main(browser: Visit, end: str) -> str:
        return browser(f"/groups/{SLUGS[0]}{end}").one("main").get_text()

    for end in ("", "/promise", "/privacy", "/join"):
        assert main(visit.as_(story.chair), end) == main(visit, end)


def test_federation_asks_only_for_counts_of_those_who_know_people() -> None:
    """What it may ask of the contact list and of mailings is written down above, name by name."""
    for path in sorted((paths.ROOT / "pcnppg" / "federation").rglob("*.py")):
        for domain, names in _asked(path).items():
            assert names <= LENT[domain], f"{path.name} asks {domain} for {names - LENT[domain]}"


def _asked(path: Path) -> dict[str, set[str]]:
    """The names that a module takes from the queries and actions of membership and mailing."""
    tree = ast.parse(path.read_text())
    aliases = {
        alias.asname or alias.name: node.module.split(".")[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").removesuffix(".queries").removesuffix(".actions") in ASKED
        for alias in node.names
    }
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            found.setdefault(aliases[node.value.id], set()).add(node.attr)
    return found
