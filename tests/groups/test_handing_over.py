"""One chair follows another: at once or when they accept, whoever sees to it, and never without a chair in between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from pcnppg.groups import actions, queries
from pcnppg.groups.rules import CHAIR_AWAY, Ended, Role
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.people import queries as people
from pcnppg.store.session import transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import accept, chair_of, hand_over, held_by, invitations, invite
from tests.people.stories import address, begun, deeds, letters, session_row

NEXT = "nora@example.com"
LATER = THE_DAY + CHAIR_AWAY


@pytest.fixture
def group(inside: Flask) -> int:
    return making.a_group()


def offer(group_id: int, text: str = NEXT, *, by: int, stays: bool = False) -> str:
    with transaction():
        return actions.offer_chair(
            group_id, address=address(text), stays=stays, term_ends_on=None, by=Who.person(by), at=clock.now()
        )


def roles(group_id: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in queries.list_members(group_id):
        found.setdefault(one.name, set()).add(one.role.value)
    return found


# At once


def test_a_member_is_the_chair_at_once_and_the_chair_before_a_member(group: int) -> None:
    ruth, mia = chair_of(group), making.an_officer(group, role=Role.MEMBER, name="Mia", address="mia@example.com")
    before = begun(ruth)
    hand_over(group, mia, by=ruth, ends_on=date(2028, 3, 4))
    assert roles(group) == {"Mia": {"chair"}, "Ruth Carver": {"member"}}
    assert next(one.term_ends_on for one in queries.list_members(group)) == date(2028, 3, 4)
    assert session_row(before).ended_because == "a role ended"
    assert people.find_second_factor(mia) is not None  # to set up at the next sign-in
    assert [one.about_id for one in deeds("groups.chair_handed_over")] == [mia]


def test_both_are_told(group: int) -> None:
    ruth, mia = chair_of(group), making.an_officer(group, role=Role.MEMBER, name="Mia", address="mia@example.com")
    hand_over(group, mia, by=ruth, stays=False)
    (told,) = letters("groups/handed_over")
    assert (told.to, told.values["name"], told.values["own"], told.values["stays"]) == (
        "ruth@example.com",
        "Mia",
        True,
        False,
    )
    assert [one.to for one in letters("groups/now_chair")] == ["mia@example.com"]
    assert roles(group) == {"Mia": {"chair"}}


def test_who_becomes_chair_gives_up_their_other_offices_and_keeps_the_practices_role(group: int) -> None:
    sue = making.an_officer(group, name="Sue", address="sue@example.com")
    for role in (Role.VICE_CHAIR, Role.GP):
        making.an_officer(group, role=role, address="sue@example.com")
    hand_over(group, sue, by=chair_of(group), stays=False)
    assert roles(group) == {"Sue": {"chair", "gp"}}
    assert {one.because for one in queries.list_past(group)} == {"handed_over"}


def test_only_patients_with_a_role_here_can_be_chosen(group: int) -> None:
    ruth = chair_of(group)
    gp, stranger = making.an_officer(group, role=Role.GP), making.a_person()
    elsewhere = making.an_officer(making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com"))
    for wrong in (gp, stranger, elsewhere, 4711):
        with pytest.raises(RuleBroken, match="cannot be chosen") as refusal:
            hand_over(group, wrong, by=ruth)
        assert refusal.value.field == "who"
    with pytest.raises(RuleBroken, match="is chair of the group already"):
        hand_over(group, ruth, by=ruth)
    mia = making.an_officer(group, role=Role.MEMBER)
    with pytest.raises(RuleBroken, match="is over"):
        hand_over(group, mia, by=ruth, ends_on=date(2027, 3, 3))
    assert chair_of(group) == ruth


def test_one_of_two_chairs_hands_over_their_own(group: int) -> None:
    other = making.an_officer(group, role=Role.CHAIR, name="Cho")
    mia = making.an_officer(group, role=Role.MEMBER, name="Mia")
    hand_over(group, mia, by=other, stays=False)
    assert roles(group) == {"Mia": {"chair"}, "Ruth Carver": {"chair"}}


# By another officer


@pytest.mark.parametrize("role", [Role.VICE_CHAIR, Role.SECRETARY])
def test_another_officer_waits_until_the_chair_was_away_for_ninety_days(group: int, role: Role) -> None:
    officer, mia = making.an_officer(group, role=role, name="Olu"), making.an_officer(group, role=Role.MEMBER)
    with clock.at(LATER - timedelta(seconds=1)), pytest.raises(RuleBroken, match="The chair hands over"):
        hand_over(group, mia, by=officer)
    with clock.at(LATER):
        hand_over(group, officer, by=officer, stays=True)
    assert roles(group)["Olu"] == {"chair"}
    assert roles(group)["Ruth Carver"] == {"member"}
    assert letters("groups/handed_over")[0].values["own"] is False


def test_a_group_without_a_chair_gets_one(group: int) -> None:
    ruth, sue = chair_of(group), making.an_officer(group, name="Sue")
    with transaction():
        actions.leave_role(ruth, held_by(ruth, group).id, at=THE_DAY)
    assert hand_over(group, sue, by=sue) is None
    assert roles(group) == {"Sue": {"chair"}}


@pytest.mark.parametrize("role", [Role.MEMBER, Role.GP])
def test_nobody_else_hands_over_even_where_there_is_no_chair(group: int, role: Role) -> None:
    other = making.an_officer(group, role=role)
    with clock.at(LATER), pytest.raises(RuleBroken):
        hand_over(group, other, by=other)
    with clock.at(LATER), pytest.raises(RuleBroken):
        offer(group, by=other)


# To somebody new


def test_the_chair_stays_until_the_next_accepts(group: int) -> None:
    ruth = chair_of(group)
    before = begun(ruth)
    token = offer(group, by=ruth, stays=True)
    assert roles(group) == {"Ruth Carver": {"chair"}}
    assert session_row(before).ended_at is None
    accept(token, name="Nora New")
    assert roles(group) == {"Nora New": {"chair"}, "Ruth Carver": {"member"}}
    assert session_row(before).ended_because == "a role ended"
    assert [one.to for one in letters("groups/now_chair")] == [NEXT]
    assert letters("groups/handed_over")[0].to == "ruth@example.com"


def test_an_offer_that_dies_changes_nothing(group: int) -> None:
    token = offer(group, by=chair_of(group))
    with clock.at(THE_DAY + timedelta(days=14)), pytest.raises(RuleBroken, match="too old"):
        accept(token)
    assert roles(group) == {"Ruth Carver": {"chair"}}


def test_there_is_one_handover_at_a_time(group: int) -> None:
    ruth, mia = chair_of(group), making.an_officer(group, role=Role.MEMBER, name="Mia")
    first = offer(group, by=ruth)
    second = offer(group, "olga@example.com", by=ruth)
    with pytest.raises(RuleBroken, match="taken back"):
        accept(first)
    hand_over(group, mia, by=ruth)
    with pytest.raises(RuleBroken, match="taken back"):
        accept(second)
    assert not [one for one in invitations() if one.address]


def test_who_was_invited_and_became_chair_otherwise_ends_nobodys_role(group: int) -> None:
    ruth = chair_of(group)
    token = offer(group, "ruth2@example.com", by=ruth)
    accept(invite(group, "ruth2@example.com", role=Role.VICE_CHAIR), name="Ruth the Second")
    cho = held_by(making.an_officer(group, role=Role.CHAIR, name="Cho"), group).id
    with transaction():
        actions.end_role(
            group,
            cho,
            because=Ended.OTHER,
            by=Who.person(ruth),
            at=THE_DAY,
        )
    accept(token)
    assert roles(group) == {"Ruth the Second": {"chair"}}


def test_where_the_role_ended_meanwhile_the_next_chair_just_begins(group: int) -> None:
    ruth, sue = chair_of(group), making.an_officer(group, name="Sue")
    token = offer(group, by=ruth)
    with transaction():
        actions.leave_role(ruth, held_by(ruth, group).id, at=THE_DAY)
    accept(token, name="Nora New")
    assert roles(group) == {"Nora New": {"chair"}, "Sue": {"secretary"}}
    assert sue
    assert not letters("groups/handed_over")


def test_a_chair_who_is_back_before_the_next_accepts_stays(group: int) -> None:
    ruth, sue = chair_of(group), making.an_officer(group)
    with clock.at(LATER):
        token = offer(group, by=sue)
        assert [one.to for one in letters("groups/handover_offered")] == ["ruth@example.com"]
        begun(ruth)
        accept(token, name="Nora New")
        assert roles(group)["Ruth Carver"] == {"chair"}


def test_a_chair_who_stays_away_is_followed(group: int) -> None:
    sue = making.an_officer(group, name="Sue")
    with clock.at(LATER):
        token = offer(group, by=sue, stays=True)
        accept(token, name="Nora New")
    assert roles(group) == {"Nora New": {"chair"}, "Ruth Carver": {"member"}, "Sue": {"secretary"}}


def test_an_offer_by_an_officer_where_there_is_no_chair(group: int) -> None:
    ruth, sue = chair_of(group), making.an_officer(group, name="Sue")
    with transaction():
        actions.leave_role(ruth, held_by(ruth, group).id, at=THE_DAY)
    token = offer(group, by=sue)
    assert invitations()[-1].hands_over is None
    accept(token, name="Nora New")
    assert roles(group)["Nora New"] == {"chair"}
    assert not letters("groups/handover_offered")
