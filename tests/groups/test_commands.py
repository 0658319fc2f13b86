"""The operator founds a group, invites somebody, and takes off a lost authenticator: what is said, and how it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from pcnppg.groups import queries
from pcnppg.people import queries as people
from tests import making
from tests.groups.stories import a_network, accept
from tests.house.conftest import Done
from tests.people.stories import begun, deeds, letters

Run = Callable[..., Done]
CREATE = ("groups", "create", "--name", "Elm Tree Patient Group", "--slug", "elm-tree", "--chair", "ruth@example.com")


@pytest.fixture
def run(command: Run, migrated: Flask, another_database: str) -> Run:
    """Run a command beside a migrated database whose application is open."""
    return lambda *arguments: command(*arguments, DATABASE_URL=another_database)


def refused(done: Done, says: str, *, status: int = 1) -> None:
    (line,) = done.err.strip().splitlines()
    assert (done.status, done.out) == (status, "")
    assert line.startswith("pcnppg: ")
    assert says in line


def test_a_practices_group_is_made_and_its_chairs_invitation_printed(run: Run, migrated: Flask) -> None:
    making.a_practice()
    done = run(*CREATE, "--practice", "z99001", "--controller", "group", "--privacy-contact", "privacy@example.org")
    assert (done.status, done.err) == (0, "")
    first, second = done.out.splitlines()
    assert first.endswith("/groups/elm-tree")
    assert first.startswith("The group is at http")
    assert second.startswith("The chair's invitation: http")
    group = queries.find_group("elm-tree")
    assert group is not None
    assert (group.practice_code, group.controller, group.privacy_contact) == ("Z99001", "group", "privacy@example.org")
    accept(second.rpartition("/")[2])
    assert [line.by_kind for line in deeds("groups.created")] == ["operator"]


def test_a_networks_group_is_made(run: Run) -> None:
    a_network()
    done = run(*CREATE, "--network", "u99001")
    assert (done.status, done.err) == (0, "")
    group = queries.find_group("elm-tree")
    assert group is not None
    assert group.network_code == "U99001"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "either --practice or --network"),
        (("--practice", "Z99001", "--network", "U99001"), "either --practice or --network"),
        (("--network", "U99001", "--controller", "group"), "go with --practice"),
        (("--network", "U99001", "--privacy-contact", "a@example.org"), "go with --practice"),
        (("--practice", "Z99001", "--controller", "nobody"), "--controller"),
        (("--practise", "Z99001"), "--practise"),
    ],
)
@pytest.mark.once
def test_wrong_use_makes_no_group(options: tuple[str, ...], says: str, run: Run) -> None:
    refused(run(*CREATE, *options), says, status=2)


def test_what_cannot_be_is_refused_in_one_line(run: Run) -> None:
    refused(run(*CREATE, "--practice", "Z99001"), "no practice with the code Z99001")
    refused(run(*CREATE, "--network", "U99001"), "no network with the code U99001")
    making.a_practice()
    refused(run(*CREATE[:-1], "ruth at example", "--practice", "Z99001"), "Enter an email address with an @")
    refused(run(*CREATE, "--practice", "Z99001", "--privacy-contact", "nobody"), "Enter an email address with an @")
    refused(run(*CREATE, "--slug", "Elm Tree", "--practice", "Z99001"), "cannot be used")
    assert queries.list_groups() == []
    run(*CREATE, "--practice", "Z99001")
    refused(run(*CREATE, "--slug", "other", "--practice", "Z99001"), "has a group already")


def test_somebody_is_invited_and_the_link_printed(run: Run) -> None:
    making.a_group()
    done = run("people", "invite", "--group", "elm-tree", "--role", "vice_chair", "Vera@example.com")
    assert (done.status, done.err) == (0, "")
    (line,) = done.out.splitlines()
    assert line.startswith("The invitation to be vice chair: http")
    assert accept(line.rpartition("/")[2], name="Vera").role == "vice_chair"
    assert [one.to for one in letters("groups/invitation")] == ["ruth@example.com", "vera@example.com"]


def test_an_invitation_that_cannot_be_is_refused_in_one_line(run: Run) -> None:
    making.a_group()
    invite = ("people", "invite", "--role", "chair")
    refused(run(*invite, "--group", "oak-hill", "vera@example.com"), "no group with the slug oak-hill")
    refused(run(*invite, "--group", "elm-tree", "vera"), "with an @ in it")
    refused(run(*invite, "--group", "elm-tree", "ruth@example.com"), "is chair of the group already")
    refused(run(*invite, "vera@example.com"), "--group", status=2)
    refused(run(*invite, "--group", "elm-tree"), "EMAIL", status=2)
    refused(run("people", "invite", "--group", "elm-tree", "--role", "king", "v@example.com"), "king", status=2)


def test_a_lost_authenticator_is_taken_off(run: Run) -> None:
    officer = making.an_officer(making.a_group(), address="sue@example.com")
    begun(officer)
    done = run("people", "reset-second-factor", "SUE@example.com")
    assert (done.status, done.err) == (0, "")
    assert done.out == "The authenticator is taken off. They set up a new one when they next sign in.\n"
    assert [line.by_kind for line in deeds("people.second_factor_reset")] == ["operator"]
    assert people.find_second_factor(officer) is None
    assert [one.to for one in letters("groups/recovered")] == ["ruth@example.com"]


def test_where_there_is_no_account_there_is_nothing_to_take_off(run: Run) -> None:
    refused(run("people", "reset-second-factor", "nobody@example.com"), "no account with this address")
    refused(run("people", "reset-second-factor", "nobody"), "with an @ in it")
    refused(run("people", "reset-second-factor"), "EMAIL", status=2)
