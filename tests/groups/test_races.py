"""Two at the same moment: whatever officers do to each other and to themselves, one who can act is left, and a chair follows."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from pcnppg.groups import actions, queries
from pcnppg.groups.rules import Ended, Role
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.pages.actions import erase_account
from pcnppg.people import actions as people_actions
from pcnppg.people.models import Person, SignInSession
from pcnppg.store.session import session
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import chair_of, held_by, invite
from tests.membership.test_races import at_once
from tests.people.stories import address, begun, link_for

TURNS = pytest.mark.parametrize("turn", range(4))
REFUSED = (RuleBroken, NotFound, Conflict)


@pytest.fixture
def group(inside: Flask) -> int:
    return making.a_group()


def refused(outcomes: list[Any]) -> int:
    """How many were told no; anything else that went wrong is a fault."""
    wrong = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, REFUSED) for one in wrong), wrong
    return len(wrong)


def end(group_id: int, held_id: int, by: int) -> Any:
    return lambda: actions.end_role(group_id, held_id, because=Ended.OTHER, by=Who.person(by), at=THE_DAY)


def erase(person_id: int) -> Any:
    return lambda: erase_account(person_id, by=Who.person(person_id), at=THE_DAY)


@TURNS
def test_two_chairs_who_end_each_other_leave_one(group: int, inside: Flask, turn: int) -> None:
    ruth, cho = chair_of(group), making.an_officer(group, role=Role.CHAIR)
    first, second = held_by(ruth, group).id, held_by(cho, group).id
    assert refused(at_once(inside, end(group, second, ruth), end(group, first, cho))) == 1
    assert queries.count_chairs(group) == 1


@TURNS
def test_two_last_officers_who_leave_at_once_leave_one(group: int, inside: Flask, turn: int) -> None:
    ruth, sue = chair_of(group), making.an_officer(group)
    first, second = held_by(ruth, group).id, held_by(sue, group).id
    acts = [
        lambda: actions.leave_role(ruth, first, at=THE_DAY),
        lambda: actions.leave_role(sue, second, at=THE_DAY),
    ]
    assert refused(at_once(inside, *acts)) == 1
    assert len(queries.list_officers(group)) == 1


@TURNS
def test_an_officer_who_erases_their_account_while_the_others_role_is_ended_leaves_one(
    group: int, inside: Flask, turn: int
) -> None:
    ruth, sue = chair_of(group), making.an_officer(group)
    assert refused(at_once(inside, erase(ruth), end(group, held_by(sue, group).id, ruth))) == 1
    assert len(queries.list_officers(group)) == 1


@TURNS
def test_two_last_officers_who_erase_themselves_at_once_leave_one(group: int, inside: Flask, turn: int) -> None:
    ruth, sue = chair_of(group), making.an_officer(group)
    assert refused(at_once(inside, erase(ruth), erase(sue))) == 1
    (left,) = queries.list_officers(group)
    assert session().get_one(Person, left.person_id).erased_at is None


@TURNS
def test_officers_of_two_groups_erased_at_once_do_not_wait_for_each_other(group: int, inside: Flask, turn: int) -> None:
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    people = []
    for name in ("sue", "kim", "lee"):
        people.append(making.an_officer(group, address=f"{name}@example.com"))
        making.an_officer(other, role=Role.VICE_CHAIR, address=f"{name}@example.com")
    assert refused(at_once(inside, *map(erase, people))) == 0


@TURNS
def test_a_handover_against_erasing_the_next_chair_leaves_a_chair(group: int, inside: Flask, turn: int) -> None:
    ruth, mia = chair_of(group), making.an_officer(group, role=Role.MEMBER)
    by = Who.person(ruth)
    hand = lambda: actions.hand_over(group, to_person_id=mia, stays=False, term_ends_on=None, by=by, at=THE_DAY)  # noqa: E731
    assert refused(at_once(inside, hand, erase(mia))) == 1
    (chair,) = queries.list_chairs(group)
    assert session().get_one(Person, chair.person_id).erased_at is None


@TURNS
def test_two_who_hand_over_at_once_make_one_chair_of_each(group: int, inside: Flask, turn: int) -> None:
    ruth = chair_of(group)
    by = Who.person(ruth)
    acts = []
    for name in ("Mia", "Max"):
        person = making.an_officer(group, role=Role.MEMBER, name=name, address=f"{name}@example.com")
        acts.append(
            lambda person=person: actions.hand_over(
                group, to_person_id=person, stays=True, term_ends_on=None, by=by, at=THE_DAY
            )
        )
    assert refused(at_once(inside, *acts)) == 1
    assert len(queries.list_chairs(group)) == 1


@TURNS
def test_accepting_an_offer_against_erasing_makes_no_role_of_nobody(group: int, inside: Flask, turn: int) -> None:
    sue = making.a_person(address="sue@example.com")
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    token = invite(other, "sue@example.com")
    refused(at_once(inside, erase(sue), lambda: actions.accept_invitation(token, name="Sue", at=THE_DAY)))
    for one in queries.list_members(other):
        assert session().get_one(Person, one.person_id).mailbox == one.mailbox != ""


@TURNS
def test_signing_in_against_erasing_opens_no_session_of_nobody(inside: Flask, turn: int) -> None:
    sam = making.a_person(address="Sam@example.net")
    token = link_for("Sam@example.net")
    opened = begun(sam)
    outcomes = at_once(
        inside,
        erase(sam),
        lambda: people_actions.sign_in_with_link(token, device="Firefox", at=THE_DAY),
        lambda: people_actions.ask_to_sign_in(address=address("Sam@example.net"), at=THE_DAY),
        lambda: people_actions.note_last_seen(opened.session_id, at=THE_DAY),
    )
    refused(outcomes)
    assert session().get_one(Person, sam).erased_at == THE_DAY
    assert session().query(SignInSession).count() == 0
