"""Who may do what, which short names can be, and when an offer, an ending and a reset are refused. Without a database."""

from __future__ import annotations

from datetime import timedelta

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
        "a practice manager",
        "a GP",
        "a member of practice staff",
    ]
    assert rules.role_words("vice_chair") == "vice chair"


def test_what_a_role_may_do_is_told_in_the_words_of_the_table() -> None:
    assert rules.deeds_of("member") == ["see the group's own pages"]
    assert rules.deeds_of("gp") == ["see the group's own pages", "see how many patients the group reaches"]
    assert rules.deeds_of("chair") == list(Permission)


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
    ("role", "chairs", "allowed"),
    [("chair", 1, False), ("chair", 0, False), ("chair", 2, True), ("secretary", 1, True), ("member", 0, True)],
)
def test_the_last_chair_stays(role: str, chairs: int, allowed: bool) -> None:
    assert bool(rules.may_end_role(role, chairs=chairs)) is allowed


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
