"""A group begins: for which practice or network, under which name, with whom; and its officers set it up."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from pcnppg.groups import actions, queries
from pcnppg.groups.models import Group
from pcnppg.groups.rules import SHORT_CODE_LETTERS, Controller, Invites, Role
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import a_network, accept, chair_of, close, found, found_network, invitations
from tests.people.stories import address, count, deeds, letters


@pytest.fixture
def practice(inside: Flask) -> str:
    return making.a_practice()


def test_a_practices_group_is_open_at_once_and_its_chair_invited(practice: str) -> None:
    group, token = found()
    kept = (group.kind, group.practice_code, group.network_code, group.promise, group.set_up_at, group.created_at)
    assert kept == ("practice", practice, None, 4, None, THE_DAY)
    assert (group.controller, group.privacy_contact, group.reply_address) == (
        "practice",
        "Ruth@example.com",
        "Ruth@example.com",
    )
    assert len(group.short_code) == 5
    assert set(group.short_code) <= set(SHORT_CODE_LETTERS)
    (offered,) = invitations()
    assert (offered.role, offered.address, offered.invited_by) == ("chair", "Ruth@example.com", None)
    (letter,) = letters("groups/invitation")
    assert (letter.to, letter.values["token"], letter.values["as_role"]) == ("ruth@example.com", token, "the chair")
    assert letter.expires_at == offered.expires_at == THE_DAY + timedelta(days=14)
    assert [line.group_id for line in deeds("groups.created")] == [group.id]


def test_a_code_is_found_however_it_is_typed(practice: str) -> None:
    group, _ = found(practice_code=" z99001 ")
    assert group.practice_code == practice


def test_a_group_that_answers_for_its_own_data_says_so(practice: str) -> None:
    group, _ = found(controller=Controller.GROUP, privacy_contact="privacy@elm-tree.example")
    assert (group.controller, group.privacy_contact) == ("group", "privacy@elm-tree.example")


@pytest.mark.parametrize(
    ("over", "says", "field"),
    [
        ({"practice_code": "Z99999"}, "no practice with the code Z99999", None),
        ({"slug": "Elm Tree"}, "cannot be used", "slug"),
        ({"slug": ""}, "cannot be used", "slug"),
        ({"name": "  "}, "needs a name", "name"),
    ],
)
def test_what_cannot_be_a_group_is_refused_and_nothing_is_left(
    practice: str, over: dict[str, Any], says: str, field: str | None
) -> None:
    with pytest.raises(RuleBroken, match=says) as refusal:
        found(**over)
    assert refusal.value.field == field
    assert (count(Group), len(invitations()), len(letters())) == (0, 0, 0)


def test_a_closed_practice_gets_no_group(practice: str) -> None:
    close(practice)
    with pytest.raises(RuleBroken, match="Z99001 is closed in the directory"):
        found()


def test_a_practice_has_one_group(practice: str) -> None:
    found()
    with pytest.raises(RuleBroken, match="Z99001 has a group already"):
        found(slug="another")
    assert count(Group) == 1


def test_a_slug_names_one_group(practice: str) -> None:
    found()
    making.a_practice(code="Z99002")
    with pytest.raises(RuleBroken, match="slug elm-tree already") as refusal:
        found(practice_code="Z99002")
    assert refusal.value.field == "slug"


def test_a_short_address_names_one_group(practice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "choice", _letters("bbbbb" + "bbbbb" + "ccccc"))
    making.a_practice(code="Z99002")
    assert found()[0].short_code == "bbbbb"
    assert found(practice_code="Z99002", slug="another")[0].short_code == "ccccc"


def _letters(drawn: str) -> Any:
    """Chance draws these, one after the other."""
    following = iter(drawn)
    return lambda _choices: next(following)


# Networks


def test_a_networks_group_answers_for_itself(inside: Flask) -> None:
    a_network()
    group, token = found_network(name=" Riverside Patients ")
    assert (group.kind, group.network_code, group.practice_code) == ("network", "U99001", None)
    assert (group.name, group.controller, group.privacy_contact) == ("Riverside Patients", "group", "Ned@example.com")
    accepted = accept(token)
    assert (accepted.group_id, accepted.role) == (group.id, Role.CHAIR)


def test_an_unknown_or_closed_network_gets_no_group(inside: Flask) -> None:
    with pytest.raises(RuleBroken, match="no network with the code U99001"):
        found_network()
    a_network(closed_on=THE_DAY.date())
    with pytest.raises(RuleBroken, match="U99001 is closed in the directory"):
        found_network()


def test_a_network_has_one_group(inside: Flask) -> None:
    a_network()
    found_network()
    with pytest.raises(RuleBroken, match="U99001 has a group already"):
        found_network(slug="another")


# Setting up


def set_up(group_id: int, *, at: datetime = THE_DAY, **over: Any) -> Group:
    given: dict[str, Any] = {
        "name": "Elm Tree Voices",
        "purpose": "To be heard.",
        "reply_address": address("Voices@example.org"),
        "helper_name": "Ruth",
        "helper_contact": "01632 960 002",
    }
    with transaction():
        return actions.set_up(group_id, **{**given, **over}, by=OPERATOR, at=at)


def test_setting_up_is_dated_by_the_first_time(practice: str) -> None:
    group_id = found()[0].id
    set_up(group_id)
    later = THE_DAY + timedelta(days=1)
    set_up(group_id, purpose="To be heard again.", at=later)
    group = queries.get_group(group_id)
    assert (group.name, group.purpose, group.reply_address) == (
        "Elm Tree Voices",
        "To be heard again.",
        "Voices@example.org",
    )
    assert group.set_up_at == THE_DAY
    assert len(deeds("groups.set_up")) == 2


def test_nobody_sets_up_what_is_not_there(inside: Flask) -> None:
    with pytest.raises(NotFound):
        set_up(4711)
    with pytest.raises(NotFound):
        queries.get_group(4711)
    with pytest.raises(NotFound):
        queries.share_group(4711)


# Reading


def test_groups_are_found_by_slug_short_address_practice_and_name(practice: str) -> None:
    group, token = found()
    accept(token, name="Ruth Carver")
    assert queries.find_group("elm-tree") is group
    assert queries.find_group("oak-hill") is None
    assert queries.find_by_code(group.short_code.upper()) == (group, Invites.POSTER)
    assert queries.groups_of_practices([practice, "Z99999"]) == {practice: group}
    assert queries.list_groups() == [group]
    assert queries.count_roles(group.id) == {Role.CHAIR: 1}
    (place,) = queries.list_places(chair_of(group.id))
    assert (place.group, place.roles) == (group, frozenset({Role.CHAIR}))
    assert session().get(Group, group.id) is group
