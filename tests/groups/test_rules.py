"""Who may do what, which short names can be, and when an offer, an ending and a reset are refused. Without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.groups import rules
from pcnppg.groups.rules import OFFICERS, STAFF, Permission, Role
from tests.conftest import THE_DAY

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("permission", Permission)
def test_who_holds_no_role_may_do_nothing(permission: Permission) -> None:
    assert not rules.is_granted(permission, [])


def test_one_of_several_roles_is_enough() -> None:
    assert rules.is_granted(Permission.SEE_CONTACTS, [Role.GP, Role.SECRETARY])
    assert not rules.is_granted(Permission.SEE_CONTACTS, [Role.GP, Role.MEMBER])


@pytest.mark.parametrize("role", STAFF | {Role.MEMBER})
def test_staff_and_members_see_no_contact_and_need_no_authenticator(role: Role) -> None:
    assert not rules.is_granted(Permission.SEE_CONTACTS, [role])
    assert not rules.is_granted(Permission.SEND_MAILING, [role])
    assert not rules.needs_second_factor([role])


@pytest.mark.parametrize("role", OFFICERS)
def test_officers_need_an_authenticator(role: Role) -> None:
    assert rules.needs_second_factor([Role.MEMBER, role])


def test_only_the_chair_invites() -> None:
    assert [role for role in Role if rules.is_granted(Permission.INVITE_MEMBER, [role])] == [Role.CHAIR]


def test_roles_read_well_in_a_sentence() -> None:
    assert [rules.as_role(role) for role in Role] == [
        "the chair",
        "a vice chair",
        "the secretary",
        "a member",
        "a delegate",
        "a practice manager",
        "a GP",
        "a member of practice staff",
    ]
    assert rules.role_words("vice_chair") == "vice chair"


def test_what_a_role_may_do_is_told_in_the_words_of_the_table() -> None:
    at_meetings = [Permission.PROPOSE_ITEM, Permission.SAY_COMING, Permission.CORRECT_MINUTES]
    see = {"see the group's own pages", Permission.SEE_NETWORK}
    assert set(rules.deeds_of("member")) == {*see, Permission.BACK_ITEM, *at_meetings}
    assert Permission.VOTE in rules.deeds_of("delegate")
    assert set(rules.deeds_of("gp")) == {
        "see the group's own pages",
        "see how many patients the group reaches",
        "post an update on the group's page",
        "say thanks to the volunteers",
        "print invitations, and see how many people joined by them",
        Permission.ANSWER_ITEM,
        *at_meetings,
    }
    assert set(rules.deeds_of("chair")) == set(Permission) - {Permission.ANSWER_ITEM, Permission.VOTE}


@pytest.mark.parametrize("slug", ["a", "elm-tree", "elm-tree-2", "2nd", "a" * 60])
def test_short_names_of_letters_digits_and_single_dashes_can_be(slug: str) -> None:
    assert rules.may_be_slug(slug)


@pytest.mark.parametrize(
    "slug", ["", "-elm", "elm-", "elm--tree", "Elm", "elm tree", "elm_tree", "\u00e9lm", "a" * 61, "elm\n", "../elm"]
)
def test_other_short_names_cannot(slug: str) -> None:
    verdict = rules.may_be_slug(slug)
    assert not verdict
    assert "like elm-tree" in verdict.because


@given(st.from_regex(rules.SLUG, fullmatch=True))
def test_every_short_name_that_can_be_fits_into_an_address_as_it_is(slug: str) -> None:
    from urllib.parse import quote

    assert quote(slug) == slug
    assert len(slug) <= 60


def test_an_invitation_opens_until_it_is_used_taken_back_or_too_old() -> None:
    until = THE_DAY + rules.INVITATION_LASTS

    def may(**over: object) -> str:
        given = {"expires_at": until, "accepted_at": None, "withdrawn_at": None, "at": THE_DAY}
        return rules.may_use_invitation(**{**given, **over}).because  # type: ignore[arg-type]  # mixed on purpose

    assert may() == ""
    assert may(at=until - SECOND) == ""
    assert "too old" in may(at=until)
    assert "taken back, or a newer one was sent" in may(withdrawn_at=THE_DAY)
    assert "used already" in may(accepted_at=THE_DAY, at=until)


@pytest.mark.parametrize(
    ("role", "chairs", "left", "says"),
    [
        ("chair", 1, 3, "needs a chair"),
        ("chair", 0, 3, "needs a chair"),
        ("chair", 2, 1, ""),
        ("chair", 2, 0, "without an officer"),
        ("secretary", 1, 1, ""),
        ("secretary", 0, 0, "without an officer"),
        ("vice_chair", 0, 0, "without an officer"),
        ("member", 0, 0, ""),
        ("gp", 0, 0, ""),
    ],
)
def test_the_last_chair_and_the_last_officer_stay(role: str, chairs: int, left: int, says: str) -> None:
    verdict = rules.may_end_role(role, chairs=chairs, officers_left=left)
    assert says in verdict.because
    assert bool(verdict) is not bool(says)


@pytest.mark.parametrize("role", Role)
def test_nobody_but_the_last_officer_is_held(role: Role) -> None:
    assert bool(rules.keeps_an_officer(role, officers_left=0)) is (role not in OFFICERS)
    assert rules.keeps_an_officer(role, officers_left=1)


def test_a_chair_can_act_for_ninety_days_after_they_were_seen_or_began() -> None:
    able = rules.is_able_chair
    began, away = THE_DAY, rules.CHAIR_AWAY
    assert able(seen_at=None, since=began, at=began + away - SECOND)
    assert not able(seen_at=None, since=began, at=began + away)
    seen = began + away
    assert able(seen_at=seen, since=began, at=seen + away - SECOND)
    assert not able(seen_at=seen, since=began, at=seen + away)
    assert able(seen_at=began - timedelta(days=400), since=began, at=began)  # an old account, a new chair


@pytest.mark.parametrize("able", [True, False])
def test_the_chair_hands_over_and_other_officers_only_where_no_chair_can(able: bool) -> None:
    assert rules.may_hand_over([Role.CHAIR], chair_is_able=able)
    assert rules.may_hand_over([Role.CHAIR, Role.GP], chair_is_able=able)
    for role in (Role.VICE_CHAIR, Role.SECRETARY):
        assert bool(rules.may_hand_over([role], chair_is_able=able)) is not able
    for other in (STAFF, [Role.MEMBER], []):
        verdict = rules.may_hand_over(other, chair_is_able=able)
        assert not verdict
        assert "90 days" in verdict.because


def test_an_officers_term_is_usually_a_year_and_nobody_elses_ends() -> None:
    leap = date(2028, 2, 29)
    assert rules.usual_end("chair", date(2027, 3, 4)) == date(2028, 3, 4)
    assert rules.usual_end("secretary", leap) == date(2029, 2, 28)
    assert rules.usual_end("member", leap) is None
    assert rules.usual_end("gp", leap) is None


def test_a_term_ends_today_at_the_earliest_and_in_ten_years_at_the_latest() -> None:
    today = date(2027, 3, 4)
    assert rules.may_end_on(today, today)
    assert rules.may_end_on(date(2037, 3, 4), today)
    assert "is over" in rules.may_end_on(date(2027, 3, 3), today).because
    assert "10 years" in rules.may_end_on(date(2037, 3, 5), today).because


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (61, ""),
        (60, "ends in 8 weeks"),
        (21, "ends in 3 weeks"),
        (14, "ends in 2 weeks"),
        (13, "ends in 13 days"),
        (2, "ends in 2 days"),
        (1, "ends tomorrow"),
        (0, "ends today"),
        (-1, "ended yesterday"),
        (-5, "ended 5 days ago"),
        (-30, "ended 4 weeks ago"),
        (-100, "ended 3 months ago"),
        (-800, "ended 2 years ago"),
    ],
)
def test_the_end_of_a_term_is_said_as_people_say_it(days: int, says: str) -> None:
    today = date(2027, 3, 4)
    ends_on = today + timedelta(days=days)
    assert rules.time_left(ends_on, today) == says
    assert rules.is_term_near(ends_on, today) is bool(says)


def test_the_table_of_roles_is_the_table_of_grants() -> None:
    columns = rules.alike()
    assert [words for words, _ in columns] == [
        "Chair",
        "Vice chair",
        "Secretary",
        "Member",
        "Delegate",
        "Practice manager, GP and member of practice staff",
    ]
    for words, deeds in columns:
        for role in Role:
            if rules.role_words(role) in words.lower().replace("gp", "GP").split(" and ")[0].split(", "):
                assert deeds == {deed for deed in Permission if role in rules.GRANTS[deed]}


def test_every_reason_for_an_end_has_words() -> None:
    assert set(rules.ENDED_WORDS) == set(rules.Ended)
    assert set(rules.CHOSEN_ENDS) < set(rules.Ended)


def test_an_officers_authenticator_is_taken_off_for_another_officer_only() -> None:
    asked = {"own": False, "is_officer": True, "has_authenticator": True, "is_asked": False}
    assert rules.may_ask_reset(**asked)
    for change, says in (
        ({"own": True}, "your own"),
        ({"is_officer": False}, "not an officer"),
        ({"has_authenticator": False}, "no authenticator yet"),
        ({"is_asked": True}, "asked for already"),
    ):
        assert says in rules.may_ask_reset(**{**asked, **change}).because
