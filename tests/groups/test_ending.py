"""The end of a role: with a reason, with every session, told by mail; given up by its holder; and the last officer stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.groups import actions, queries
from pcnppg.groups.models import Group
from pcnppg.groups.rules import Ended, Role
from pcnppg.kernel import clock, settings
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import accept, ask_reset, chair_of, end_role, held_by, invitations, invite, reset_row
from tests.people.stories import begun, deeds, letters, session_row, set_up
from tests.visiting import Visit


@pytest.fixture
def group(inside: Flask) -> int:
    """Elm Tree with its chair, Ruth."""
    return making.a_group()


def leave(person_id: int, held_id: int) -> None:
    with transaction():
        actions.leave_role(person_id, held_id, at=clock.now())


def forget(person_id: int) -> None:
    with transaction():
        actions.forget_person(person_id, by=Who.person(person_id), at=clock.now())


# Ended by an officer


def test_an_end_has_a_reason_and_the_words_beside_it(group: int) -> None:
    sue = making.an_officer(group, name="Sue")
    end_role(group, sue, because=Ended.MOVED, words="Off to Leeds")
    held = held_by(sue, group)
    assert (held.until, held.ended_because, held.ended_words) == (THE_DAY, "moved", "Off to Leeds")
    past = queries.list_past(group)
    assert [(one.name, one.role, one.because, one.words) for one in past] == [
        ("Sue", "secretary", Ended.MOVED, "Off to Leeds")
    ]
    assert [line.about_id for line in deeds("groups.role_ended")] == [held.id]


def test_every_session_ends_with_the_role(group: int) -> None:
    sue = making.an_officer(group)
    home, library, ruth = begun(sue), begun(sue), begun(chair_of(group))
    end_role(group, sue)
    assert {session_row(one).ended_because for one in (home, library)} == {"a role ended"}
    assert session_row(ruth).ended_at is None


def test_the_cookie_of_before_opens_nothing_after(group: int, visit: Visit) -> None:
    sue = making.an_officer(group)
    open_still = visit.as_(sue)
    assert open_still("/account").status == 200
    end_role(group, sue)
    assert open_still("/account").location == "/sign-in?next=/account"
    assert open_still("/groups/elm-tree/members").location == "/sign-in?next=/groups/elm-tree/members"


def test_who_held_it_is_told_why_in_office_mail(group: int) -> None:
    sue = making.an_officer(group, address="sue@example.com")
    end_role(group, sue, because=Ended.TERM_OVER, words="With our thanks")
    (told,) = letters("groups/role_ended")
    assert (told.to, told.mail_class) == ("sue@example.com", "office")
    assert (told.values["as_role"], told.values["because"], told.values["words"]) == (
        "the secretary",
        "term_over",
        "With our thanks",
    )


# Given up


def test_a_role_is_given_up_by_its_holder_and_the_officers_are_told(group: int) -> None:
    sue = making.an_officer(group, name="Sue")
    opened, held = begun(sue), held_by(sue, group)
    leave(sue, held.id)
    assert (held_by(sue, group).until, held_by(sue, group).ended_because) == (THE_DAY, "own_wish")
    assert session_row(opened).ended_at == THE_DAY
    assert [one.to for one in letters("groups/left")] == ["ruth@example.com"]
    assert letters("groups/left")[0].values["name"] == "Sue"
    assert len(letters("groups/role_ended")) == 1


def test_nobody_gives_up_what_is_anothers_or_over(group: int) -> None:
    sue, mia = making.an_officer(group), making.an_officer(group, role=Role.MEMBER)
    held = held_by(sue, group).id
    with pytest.raises(NotFound):
        leave(mia, held)
    leave(sue, held)
    with pytest.raises(NotFound):
        leave(sue, held)


def test_the_last_officer_cannot_give_up_and_the_last_chair_can(group: int) -> None:
    ruth = chair_of(group)
    held = held_by(ruth, group).id
    making.an_officer(group, role=Role.MEMBER)
    with pytest.raises(RuleBroken, match="without an officer"):
        leave(ruth, held)
    making.an_officer(group, role=Role.SECRETARY)
    leave(ruth, held)
    assert queries.count_chairs(group) == 0


def test_two_offices_of_one_person_are_one_officer(group: int) -> None:
    ruth = chair_of(group)
    accept(invite(group, "ruth@example.com", role=Role.SECRETARY))
    chair, secretary = queries.list_held_by(ruth, group)
    leave(ruth, secretary.id)
    with pytest.raises(RuleBroken, match="without an officer"):
        leave(ruth, chair.id)


# With the account


def test_all_roles_end_with_the_account_in_every_group(group: int) -> None:
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    sue = making.an_officer(group, address="sue@example.com")
    making.an_officer(other, role=Role.MEMBER, address="sue@example.com")
    forget(sue)
    assert not queries.list_own(sue)
    assert {one.because for one in (*queries.list_past(group), *queries.list_past(other))} == {Ended.ERASED}
    assert sorted(one.to for one in letters("groups/left")) == ["oak@example.com", "ruth@example.com"]
    assert {one.values["name"] for one in letters("groups/left")} == {""}


def test_the_last_officer_of_any_group_stays_even_with_two_offices(group: int) -> None:
    ruth = chair_of(group)
    accept(invite(group, "ruth@example.com", role=Role.SECRETARY))
    with pytest.raises(RuleBroken, match="without an officer"):
        forget(ruth)
    assert [found.id for found in queries.list_leaderless(ruth)] == [group]
    assert len(queries.list_own(ruth)) == 2
    making.an_officer(group, role=Role.VICE_CHAIR)
    session().rollback()
    assert queries.list_leaderless(ruth) == []
    forget(ruth)
    assert queries.count_chairs(group) == 0


def test_words_about_them_and_invitations_to_them_go_and_others_stay(group: int) -> None:
    sue = making.an_officer(group, address="sue@example.com")
    end_role(group, sue, words="Off to Leeds")
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    theirs = invite(other, "SUE@example.com")
    invite(other, "kim@example.com")
    forget(sue)
    assert held_by(sue, group).ended_words is None
    assert [one.address for one in invitations() if one.address] == ["kim@example.com"]
    assert theirs not in [one.values["token"] for one in letters("groups/invitation", to="sue@example.com")]
    with pytest.raises(RuleBroken, match="taken back"):
        accept(theirs)


def test_no_authenticator_of_theirs_waits_to_be_taken_off(group: int) -> None:
    sue = making.an_officer(group)
    set_up(begun(sue))
    reset = ask_reset(group, sue, asked_by=chair_of(group))
    forget(sue)
    assert reset_row(reset).stopped_at == THE_DAY


def test_settings_that_name_them_name_nobody_until_an_officer_looks(group: int) -> None:
    ruth = chair_of(group)
    with transaction():
        row = session().get_one(Group, group)
        row.reply_address, row.privacy_contact = "Ruth@example.com", "RUTH@example.com"
    making.an_officer(group, role=Role.VICE_CHAIR)
    forget(ruth)
    found = queries.get_group(group)
    assert (found.helper_name, found.helper_contact, found.reply_address) == ("", "", "")
    assert found.privacy_contact == settings.current().operator_email
    assert found.set_up_at is None


def test_settings_that_name_others_stay(group: int) -> None:
    sue = making.an_officer(group, name="Sue")
    forget(sue)
    found = queries.get_group(group)
    assert (found.helper_name, found.reply_address, found.set_up_at) == ("Ruth Carver", "elm-tree@example.org", THE_DAY)


def test_a_role_that_comes_in_between_is_not_ended_unlocked(group: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sue = making.an_officer(group, address="sue@example.com")
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    seen = iter([[queries.get_group(group)], [queries.get_group(group), queries.get_group(other)]])
    monkeypatch.setattr(queries, "list_groups_known", lambda _: next(seen))
    with pytest.raises(Conflict, match="roles changed"):
        forget(sue)
    assert len(queries.list_own(sue)) == 1


# Terms


def set_term(group_id: int, held_id: int, days: int | None) -> None:
    ends_on = None if days is None else THE_DAY.date() + timedelta(days=days)
    with transaction():
        actions.set_term(group_id, held_id, ends_on=ends_on, by=OPERATOR, at=THE_DAY)


def test_a_term_is_set_renewed_and_taken_away(group: int) -> None:
    held = held_by(chair_of(group), group).id
    for days in (365, 730, None):
        set_term(group, held, days)
        ends_on = held_by(chair_of(group), group).term_ends_on
        assert ends_on == (None if days is None else THE_DAY.date() + timedelta(days=days))
    assert len(deeds("groups.term_set")) == 3


def test_a_term_that_is_over_removes_nothing(group: int) -> None:
    sue = making.an_officer(group)
    set_term(group, held_by(sue, group).id, 1)
    with clock.at(THE_DAY + timedelta(days=300)):
        assert queries.roles_of(sue, group) == {Role.SECRETARY}


def test_a_term_cannot_be_over_already_nor_be_anothers_groups(group: int) -> None:
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    held = held_by(chair_of(group), group).id
    with pytest.raises(RuleBroken, match="is over") as refusal:
        set_term(group, held, -1)
    assert refusal.value.field == "ends_on"
    with pytest.raises(NotFound):
        set_term(other, held, 365)


def test_an_offer_carries_its_term(group: int) -> None:
    ends_on = THE_DAY.date() + timedelta(days=365)
    with transaction():
        address = making.EmailAddress.parse("new@example.com")
        token = actions.invite(
            group, role=Role.SECRETARY, address=address, term_ends_on=ends_on, by=OPERATOR, at=THE_DAY
        )
    assert letters("groups/invitation")[-1].values["term_ends_on"] == ends_on.isoformat()
    assert held_by(accept(token).person_id, group).term_ends_on == ends_on
    with pytest.raises(RuleBroken, match="is over"), transaction():
        actions.invite(
            group,
            role=Role.GP,
            address=address,
            term_ends_on=THE_DAY.date() - timedelta(days=1),
            by=OPERATOR,
            at=THE_DAY,
        )
