"""Joining a network, leaving it, resting in it, and who speaks there for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.federation import actions, queries
from pcnppg.federation.models import AgreementAcceptance, Belonging
from pcnppg.federation.rules import belonging as rules
from pcnppg.federation.rules.belonging import USUAL, Candidate, Ended, Where
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.membership.models import Contact
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.federation.stories import (
    CODES,
    a_home,
    a_network,
    a_story,
    accept,
    all_send,
    call_back,
    invite,
    leave,
    practices_of,
    publish,
    rows,
    send,
)
from tests.membership.stories import joined, letters

HERE = Where("Elm Tree", "Elm Tree Surgery", "U99001", "Riverside")


@pytest.mark.parametrize(
    ("where", "has_agreement", "says"),
    [
        (HERE, False, "Publish your agreement first"),
        (replace(HERE, is_here=True), True, "in your network already"),
        (replace(HERE, is_invited=True), True, "an invitation from you already"),
        (replace(HERE, network_code=None, network=""), True, "belongs to no network"),
        (replace(HERE, network_code="U99002"), True, "another network in the directory: Riverside, code U99002."),
    ],
)
def test_only_a_group_of_the_networks_own_practices_is_invited(where: Where, has_agreement: bool, says: str) -> None:
    assert rules.may_invite(HERE, network_code="U99001", has_agreement=True)
    verdict = rules.may_invite(where, network_code="U99001", has_agreement=has_agreement)
    assert says in verdict.because


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"gains": " "}, "all five parts"),
        ({"gains": "x" * 2001}, "2,000 characters"),
        ({"delegates": 0}, "1 to 5 delegates"),
        ({"substitutes": 6}, "none to 5 substitutes"),
        ({"term_months": 5}, "from 6 to 36 months"),
    ],
)
def test_an_agreement_is_whole(change: dict[str, object], says: str) -> None:
    assert rules.may_publish(USUAL, None)
    assert "Nothing has changed" in rules.may_publish(USUAL, USUAL).because
    assert says in rules.may_publish(replace(USUAL, **change), None).because  # type: ignore[arg-type]  # mixed on purpose


@pytest.mark.parametrize(
    ("who", "sent", "substitute", "says"),
    [
        (Candidate("", False), 0, False, "no role in your group"),
        (Candidate("Kim", True, "Oak Hill"), 0, False, "Kim speaks for Oak Hill already"),
        (Candidate("Kim", True), 2, False, "2 delegates"),
        (Candidate("Kim", True), 1, True, "1 substitutes"),
    ],
)
def test_one_person_speaks_for_one_group(who: Candidate, sent: int, substitute: bool, says: str) -> None:
    assert rules.may_send(Candidate("Kim", True), substitute=substitute, sent=0, terms=USUAL)
    assert says in rules.may_send(who, substitute=substitute, sent=sent, terms=USUAL).because


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 3, 4), 12, date(2028, 3, 4)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 3, 31), 6, date(2027, 9, 30)),
    ],
)
def test_a_term_ends_on_the_same_day_of_the_month(day: date, months: int, then: date) -> None:
    assert rules.months_on(day, months) == then


def test_how_many_of_the_practices_are_in_it_is_a_sentence() -> None:
    said = [rules.part_words(*numbers) for numbers in ((0, 0), (1, 1), (0, 4), (1, 4), (3, 4))]
    assert said[0].startswith("The directory lists no open practice")
    assert said[1] == "This network has one practice, so it is a network of one group."
    assert said[2:] == [
        "None of the 4 practices has a group in it yet.",
        "1 of the 4 practices has its patient group in it.",
        "3 of the 4 practices have their patient groups in it.",
    ]


def test_a_group_joins_under_the_agreement_that_its_chair_read(inside: Flask) -> None:
    network, ned = a_network()
    group, chair, _ = a_home(0)
    publish(network, ned)
    invite(network, group, by=ned)
    assert [letter["kind"] for letter in letters() if letter["kind"].startswith("federation")] == ["federation/invited"]
    publish(network, ned, replace(USUAL, delegates=1))
    with pytest.raises(RuleBroken, match="Read version 2"):
        accept(network, group, by=chair, read=1)
    accept(network, group, by=chair)
    accept(network, group, by=chair)
    assert [one.group.id for one in queries.list_inside(network)] == [group]
    assert queries.get_inside(group).version == 2
    assert rows(AgreementAcceptance) == 1
    assert queries.get_agreement(network, 1).delegates == 2
    with pytest.raises(NotFound):
        queries.get_agreement(network, 3)
    with pytest.raises(ValueError, match="account"), transaction():
        actions.publish(network, replace(USUAL, delegates=3), over=2, by=MACHINE, at=now())


def test_a_newer_agreement_binds_a_group_once_it_has_accepted_it(inside: Flask) -> None:
    story = a_story(1)
    publish(story.network, story.chair, replace(USUAL, delegates=4))
    with pytest.raises(RuleBroken, match="Somebody else published"), transaction():
        actions.publish(story.network, USUAL, over=1, by=story.by, at=now())
    assert queries.waiting_for(story.groups[0], THE_DAY).new_agreement
    assert queries.get_inside(story.groups[0]).version == 1
    with pytest.raises(RuleBroken, match="Read version 2"):
        accept(story.network, story.groups[0], by=story.chairs[0], read=1)
    accept(story.network, story.groups[0], by=story.chairs[0])
    assert queries.get_inside(story.groups[0]).version == 2
    assert not queries.waiting_for(story.groups[0], THE_DAY).new_agreement


def test_an_invitation_is_answered_once(inside: Flask) -> None:
    network, ned = a_network()
    group, chair, _ = a_home(0)
    publish(network, ned)
    with pytest.raises(RuleBroken, match="closed"):
        accept(network, group, by=chair)
    by = Who.person(chair)
    for end in (
        lambda: actions.decline(group, network, by=by, at=now()),
        lambda: actions.take_back(network, group, by=Who.person(ned), at=now()),
    ):
        invite(network, group, by=ned)
        with transaction():
            end()
        with pytest.raises(RuleBroken, match="closed"), transaction():
            end()
    assert list(session().scalars(select(Belonging.ended_because).order_by(Belonging.id))) == [
        Ended.DECLINED,
        Ended.TAKEN_BACK,
    ]
    assert queries.list_invitations_to(group) == []


def test_a_group_is_in_one_network_at_a_time(inside: Flask) -> None:
    """The practice changes its network: the group stays where it is until it leaves, and then it can join the other."""
    story = a_story(1)
    (group,), (chair,) = story.groups, story.chairs
    other, other_chair = a_network(code="U99002", slug="hillside", name="Riverside Patients", chair="meg@example.com")
    publish(other, other_chair)
    with pytest.raises(RuleBroken, match="belongs to another network in the directory: Riverside PCN, code U99001"):
        invite(other, group, by=other_chair)
    practices_of("U99002", CODES[0])
    assert queries.list_elsewhere(groups.get_group(story.network)) == ["Elm Tree"]
    invite(other, group, by=other_chair)
    with pytest.raises(RuleBroken, match="in Riverside Patients already"):
        accept(other, group, by=chair)
    leave(group, by=chair)
    accept(other, group, by=chair)
    assert [one.group.id for one in queries.list_inside(other)] == [group]
    assert queries.list_inside(story.network) == []
    assert queries.find_network_of(groups.get_group(group)) == ("Riverside PCN", "U99002")


def test_a_practice_in_no_network_and_a_network_of_one_practice(inside: Flask) -> None:
    network, ned = a_network()
    publish(network, ned)
    alone, _, _ = a_home(0, network=None)
    with pytest.raises(RuleBroken, match="belongs to no network"):
        invite(network, alone, by=ned)
    assert queries.find_network_of(groups.get_group(alone)) is None
    with pytest.raises(NotFound):
        invite(network, network, by=ned)
    practices_of("U99001", CODES[0])
    assert [group.id for group in queries.list_candidates(groups.get_group(network))] == [alone]
    part = queries.on_page(groups.get_group(network), now())
    assert isinstance(part, queries.NetworkPart)
    assert part.part == "This network has one practice, so it is a network of one group."


def test_leaving_is_one_act_and_moves_no_contact(inside: Flask) -> None:
    story = a_story(2)
    all_send(story)
    contact = joined(groups.get_group(story.groups[0]), "pat@example.com").id
    before = session().get_one(Contact, contact).group_id
    leave(story.groups[0], by=story.chairs[0])
    session().rollback()
    assert session().get_one(Contact, contact).group_id == before
    assert {one.group_id for one in queries.list_delegates(story.network)} == {story.groups[1]}
    assert groups.roles_of(story.members[0], story.network) == frozenset()
    assert groups.roles_of(story.members[0], story.groups[0]) == {Role.MEMBER}
    assert [letter["to"] for letter in letters() if letter["kind"] == "federation/left"] == ["ned@example.com"]
    with pytest.raises(NotFound):
        leave(story.groups[0], by=story.chairs[0])


def test_a_group_rests_and_wakes_with_its_list(inside: Flask) -> None:
    story = a_story(1)
    contact = joined(groups.get_group(story.groups[0]), "pat@example.com").id
    by = Who.person(story.chairs[0])
    for _ in range(2):
        with transaction():
            actions.sleep(story.groups[0], by=by, at=now())
    assert queries.list_inside(story.network)[0].is_asleep
    part = queries.on_page(groups.get_group(story.groups[0]), now())
    assert isinstance(part, queries.HomePart)
    assert part.is_asleep
    for _ in range(2):
        with transaction():
            actions.wake(story.groups[0], by=by, at=now())
    assert not queries.list_inside(story.network)[0].is_asleep
    assert session().get_one(Contact, contact).state == "active"


def test_delegates_are_sent_for_a_term_and_called_back(inside: Flask) -> None:
    story = a_story(2, terms=replace(USUAL, delegates=1))
    group, chair, member = story.groups[0], story.chairs[0], story.members[0]
    delegate = send(group, member, by=chair)
    (one,) = queries.list_delegates(story.network)
    assert (one.name, one.group, one.is_substitute, one.is_of_group) == ("Member of Elm Tree", "Elm Tree", False, True)
    assert one.term_ends_on == date(2028, 3, 4)
    with pytest.raises(RuleBroken, match="1 delegates"):
        send(group, chair, by=chair)
    with pytest.raises(RuleBroken, match="speaks for Elm Tree already"):
        send(group, member, by=chair, substitute=True)
    with pytest.raises(NotFound):
        call_back(story.groups[1], delegate, by=story.chairs[1])
    call_back(group, delegate, by=chair)
    assert queries.list_delegates(story.network) == []
    send(group, chair, by=chair)


def test_somebody_in_two_groups_speaks_for_one(inside: Flask) -> None:
    story = a_story(2)
    making.an_officer(story.groups[1], role=Role.MEMBER, address="member-elm-tree@example.com")
    making.an_officer(story.groups[1], role=Role.GP, address="gp@example.com")
    send(story.groups[0], story.members[0], by=story.chairs[0])
    with pytest.raises(RuleBroken, match="One person speaks for one group"):
        send(story.groups[1], story.members[0], by=story.chairs[1])
    gp = next(one.person_id for one in groups.list_members(story.groups[1]) if one.role is Role.GP)
    with pytest.raises(RuleBroken, match="holds no role in your group"):
        send(story.groups[1], gp, by=story.chairs[1])


def test_two_who_send_at_once_send_no_more_than_agreed(inside: Flask) -> None:
    story = a_story(1, terms=replace(USUAL, delegates=1))
    send(story.groups[0], story.members[0], by=story.chairs[0])
    with clock.at(THE_DAY + timedelta(seconds=1)), pytest.raises(RuleBroken):
        send(story.groups[0], story.chairs[0], by=story.chairs[0])
