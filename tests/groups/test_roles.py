"""Offers of a role: accepted once, replaced, taken back, too old; and the end of a role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.groups import actions, jobs, queries
from pcnppg.groups.models import Invitation, RoleHeld
from pcnppg.groups.rules import Ended, Role
from pcnppg.kernel import clock, keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.people import queries as people
from pcnppg.people.models import Person
from pcnppg.post.emails import render
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import NEW, accept, chair_of, end_role, held_by, invitations, invite
from tests.people.stories import count, deeds, letters

SECOND = timedelta(seconds=1)


@pytest.fixture
def group(inside: Flask) -> int:
    """Elm Tree with its chair."""
    return making.a_group()


def withdraw(group_id: int, invitation_id: int) -> None:
    with transaction():
        actions.withdraw_invitation(group_id, invitation_id, by=OPERATOR, at=clock.now())


# Offering


def test_an_offer_is_mailed_with_a_link_that_is_stored_as_a_hash(group: int) -> None:
    chair = chair_of(group)
    token = invite(group, "New@example.com", by=Who.person(chair))
    offered, letter = invitations()[-1], letters("groups/invitation", to=NEW)[-1]
    assert offered.token_hash == keys.token_hash(token) != token
    assert (offered.role, offered.address, offered.invited_by) == ("secretary", "New@example.com", chair)
    assert (letter.values["token"], letter.mail_class) == (token, "service")
    assert letter.values["second_factor"] is True
    words = render(letter.kind, letter.values)
    assert "Ruth Carver, the chair, invites you." in words.text
    assert "Ruth Carver, the chair, invites you." in words.html
    first = letters("groups/invitation")[0]
    assert "invites you" not in render(first.kind, first.values).text  # by the operator's command
    assert [line.by_id for line in deeds("groups.invited")] == [None, chair]


def test_nobody_is_invited_where_there_is_no_group(inside: Flask) -> None:
    with pytest.raises(NotFound):
        invite(4711)


def test_a_role_is_not_offered_to_who_holds_it(group: int) -> None:
    with pytest.raises(RuleBroken, match="is chair of the group already") as refusal:
        invite(group, "RUTH@example.com", role=Role.CHAIR)
    assert refusal.value.field == "email"
    invite(group, "ruth@example.com", role=Role.MEMBER)


def test_a_newer_offer_takes_the_place_of_the_older_one(group: int) -> None:
    old = invite(group, "New@example.com")
    new = invite(group, "new@EXAMPLE.com")
    with pytest.raises(RuleBroken, match="or a newer one was sent"):
        accept(old)
    assert [letter.values["token"] for letter in letters("groups/invitation", to=NEW)] == [new]
    assert accept(new).role is Role.SECRETARY


def test_another_role_and_another_mailbox_are_other_offers(group: int) -> None:
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    tokens = [
        invite(group),
        invite(group, role=Role.MEMBER),
        invite(group, "else@example.com"),
        invite(other),
    ]
    for token in tokens:
        accept(token)


# Accepting


def test_accepting_makes_an_account_that_holds_the_role(group: int) -> None:
    token = invite(group, "New@example.com")
    with clock.at(THE_DAY + timedelta(days=1)):
        accepted = accept(token)
    someone = people.get_person(accepted.person_id)
    assert (someone.name, someone.address, someone.mailbox) == ("Nora New", "New@example.com", NEW)
    held = held_by(someone.id, group)
    assert (held.role, held.since, held.until) == ("secretary", THE_DAY + timedelta(days=1), None)
    offered = invitations()[-1]
    assert (offered.address, offered.accepted_by) == (None, someone.id)
    assert people.find_second_factor(someone.id) is not None
    assert [line.about_id for line in deeds("groups.role_accepted")][-1] == held.id


def test_a_role_without_contacts_needs_no_authenticator(group: int) -> None:
    accepted = accept(invite(group, role=Role.GP))
    assert people.find_second_factor(accepted.person_id) is None
    assert not queries.needs_authenticator(accepted.person_id)
    accepted = accept(invite(group, role=Role.SECRETARY))
    assert queries.needs_authenticator(accepted.person_id)


def test_who_has_an_account_keeps_it_and_its_name(group: int) -> None:
    sam = making.a_person(name="Sam Stranger", address="Sam@example.net")
    assert accept(invite(group, "sam@example.net"), name="Somebody Else").person_id == sam
    assert people.get_person(sam).name == "Sam Stranger"
    assert count(Person) == 2


def test_an_offer_is_accepted_once(group: int) -> None:
    token = invite(group)
    accept(token)
    with pytest.raises(RuleBroken, match="used already"):
        accept(token)
    assert count(RoleHeld) == 2


def test_two_offers_of_one_role_make_it_held_once(group: int) -> None:
    """The product makes no second open offer; a row that an older version left changes nothing."""
    token = invite(group)
    accepted = accept(token)
    with transaction():
        row = Invitation(
            group_id=group,
            role=Role.SECRETARY,
            address=NEW,
            token_hash=keys.token_hash("second"),
            invited_by=None,
            invited_at=THE_DAY,
            expires_at=THE_DAY + timedelta(days=14),
            accepted_at=None,
            accepted_by=None,
            withdrawn_at=None,
        )
        session().add(row)
    assert accept("second").person_id == accepted.person_id
    assert held_by(accepted.person_id, group).until is None


def test_an_offer_dies_after_fourteen_days(group: int) -> None:
    token = invite(group)
    with clock.at(THE_DAY + timedelta(days=14)), pytest.raises(RuleBroken, match="too old"):
        accept(token)
    with clock.at(THE_DAY + timedelta(days=14) - SECOND):
        accept(token)


def test_a_wrong_or_truncated_link_offers_nothing(group: int) -> None:
    token = invite(group)
    for wrong in ("", token[:-1], token + "x", "nonsense"):
        with pytest.raises(NotFound, match="cannot find this invitation"):
            accept(wrong)


# Taking back


def test_an_offer_taken_back_opens_nothing_and_its_mail_is_withdrawn(group: int) -> None:
    token = invite(group)
    offered = invitations()[-1].id
    withdraw(group, offered)
    assert not letters("groups/invitation", to=NEW)
    with pytest.raises(RuleBroken, match="taken back"):
        accept(token)
    states = session().scalars(select(OutboxMessage.state).where(OutboxMessage.about_id == offered)).all()
    assert set(states) == {"withdrawn"}
    assert invitations()[-1].address is None
    assert [line.about_id for line in deeds("groups.invitation_withdrawn")] == [offered]


def test_what_was_accepted_meanwhile_is_not_taken_back(group: int) -> None:
    accept(invite(group))
    with pytest.raises(RuleBroken, match="accepted meanwhile"):
        withdraw(group, invitations()[-1].id)


def test_another_groups_offer_cannot_be_taken_back(group: int) -> None:
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    token = invite(other)
    with pytest.raises(NotFound):
        withdraw(group, invitations()[-1].id)
    accept(token)


# Ending


def test_a_role_that_ends_opens_nothing_from_then_on(group: int) -> None:
    officer = making.an_officer(group)
    assert queries.roles_of(officer, group) == {Role.SECRETARY}
    end_role(group, officer)
    held = held_by(officer, group)
    assert (held.until, held.ended_because) == (THE_DAY, "term_over")
    assert queries.roles_of(officer, group) == frozenset()
    assert not queries.list_places(officer)
    assert not queries.needs_authenticator(officer)
    assert [line.about_id for line in deeds("groups.role_ended")] == [held.id]


def test_a_role_ends_once_and_only_in_its_own_group(group: int) -> None:
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    officer = making.an_officer(group)
    held_id = held_by(officer, group).id
    with pytest.raises(NotFound), transaction():
        actions.end_role(other, held_id, because=Ended.OTHER, by=OPERATOR, at=THE_DAY)
    end_role(group, officer)
    with pytest.raises(NotFound):
        end_role(group, officer)


def test_the_last_chair_stays_until_the_next_has_come(group: int) -> None:
    chair = chair_of(group)
    with pytest.raises(RuleBroken, match="needs a chair"):
        end_role(group, chair)
    invite(group, role=Role.CHAIR)
    with pytest.raises(RuleBroken, match="needs a chair"):
        end_role(group, chair)
    next_one = making.an_officer(group, role="chair")
    end_role(group, chair)
    assert chair_of(group) == next_one
    with pytest.raises(RuleBroken, match="needs a chair"):
        end_role(group, next_one)


def test_who_comes_back_holds_the_role_anew(group: int) -> None:
    officer = making.an_officer(group)
    end_role(group, officer)
    again = making.an_officer(group)
    assert again == officer
    assert queries.roles_of(officer, group) == {Role.SECRETARY}
    assert count(RoleHeld) == 3


# Reading, tidying


def test_members_are_listed_officers_first_and_each_officer_once(group: int) -> None:
    making.an_officer(group, role="gp", name="Dr Gray")
    officer = making.an_officer(group, role="secretary", name="Sue", address="sue@example.com")
    making.an_officer(group, role="vice_chair", name="Sue", address="sue@example.com")
    session().rollback()
    listed = queries.list_members(group)
    assert [(one.name, one.role, one.is_officer) for one in listed] == [
        ("Ruth Carver", "chair", True),
        ("Sue", "vice_chair", True),
        ("Sue", "secretary", True),
        ("Dr Gray", "gp", False),
    ]
    assert [(one.person_id, one.role) for one in queries.list_officers(group)][1:] == [(officer, "vice_chair")]
    assert queries.get_member(group, listed[3].held_id).name == "Dr Gray"
    with pytest.raises(NotFound):
        queries.get_member(group, 4711)
    assert [place.roles for place in queries.list_places(officer)] == [{Role.VICE_CHAIR, Role.SECRETARY}]


def test_addresses_of_dead_offers_are_forgotten_a_week_after(group: int) -> None:
    token = invite(group)
    due = THE_DAY + timedelta(days=21)
    jobs.tidy(due)
    assert invitations()[-1].address == NEW
    jobs.tidy(due + SECOND)
    assert invitations()[-1].address is None
    with clock.at(due), pytest.raises(RuleBroken, match="too old"):
        accept(token)


# Chosen by others


def test_somebody_with_an_account_is_given_a_role_that_others_chose_them_for(group: int) -> None:
    person = making.a_person()

    def appoint(role: Role, **over: object) -> RoleHeld:
        with transaction():
            given = {"person_id": person, "role": role, "term_ends_on": None, "by": OPERATOR, "at": clock.now()}
            return actions.appoint(group, **{**given, **over})  # type: ignore[arg-type]  # mixed on purpose

    appoint(Role.MEMBER)
    assert people.find_second_factor(person) is None
    with pytest.raises(RuleBroken, match="This day is over"):
        appoint(Role.SECRETARY, term_ends_on=(THE_DAY - timedelta(days=1)).date())
    appoint(Role.SECRETARY, term_ends_on=THE_DAY.date())
    assert people.find_second_factor(person) is not None
    with pytest.raises(RuleBroken, match="secretary of the group already"):
        appoint(Role.SECRETARY)
    assert queries.roles_of(person, group) == {Role.MEMBER, Role.SECRETARY}
