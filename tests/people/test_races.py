"""Two at the same moment: guesses, presses of one button, codes of one authenticator, offers to one mailbox."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from pcnppg.groups import actions as groups
from pcnppg.groups.models import Invitation
from pcnppg.groups.rules import Role
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.verdict import Verdict
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.people import actions
from pcnppg.people.actions import Opened
from pcnppg.people.models import Person, RecoveryCode, SecondFactor, SignInRequest, SignInSession, SignInTry
from pcnppg.people.rules import MAILS_SOON, TRIES
from tests import making
from tests.conftest import THE_DAY
from tests.membership.test_races import at_once
from tests.people.stories import SAM, address, begun, code_for, count, link_for, other_than, set_up, totp

TURNS = pytest.mark.parametrize("turn", range(3))


def guess(code: str) -> Opened | Verdict:
    return actions.sign_in_with_code(mailbox=address(SAM).mailbox, code=code, device="Firefox", at=THE_DAY)


def opened_of(outcomes: list[Any]) -> list[Opened]:
    """What opened; nothing broke."""
    assert not [wrong for wrong in outcomes if isinstance(wrong, Exception)]
    return [one for one in outcomes if isinstance(one, Opened)]


@TURNS
def test_guesses_at_once_are_counted_one_by_one(inside: Flask, turn: int) -> None:
    making.a_person()
    wrong = other_than(code_for())
    assert opened_of(at_once(inside, *[lambda: guess(wrong)] * 12)) == []
    assert count(SignInTry) == TRIES


@TURNS
def test_one_code_typed_four_times_at_once_opens_one_session(inside: Flask, turn: int) -> None:
    making.a_person()
    code = code_for()
    assert len(opened_of(at_once(inside, *[lambda: guess(code)] * 4))) == 1
    assert count(SignInSession) == 1


@TURNS
def test_one_link_pressed_four_times_at_once_opens_one_session(inside: Flask, turn: int) -> None:
    making.a_person()
    token = link_for()
    press = lambda: actions.sign_in_with_link(token, device="Firefox", at=THE_DAY)  # noqa: E731
    assert len(opened_of(at_once(inside, *[press] * 4))) == 1
    assert count(SignInSession) == 1


@TURNS
def test_mails_asked_for_at_once_are_counted_one_by_one(inside: Flask, turn: int) -> None:
    making.a_person()
    at_once(inside, *[lambda: actions.ask_to_sign_in(address=address(SAM), at=THE_DAY)] * 9)
    assert count(SignInRequest) == MAILS_SOON


@TURNS
def test_one_authenticator_code_given_four_times_at_once_is_taken_once(inside: Flask, turn: int) -> None:
    group = making.a_group()
    sessions = [begun(making.an_officer(group))]
    person_id = sessions[0].person_id
    set_up(sessions[0], totp(person_id, steps=-1))
    sessions.extend(begun(person_id) for _ in range(3))
    code = totp(person_id)

    def give(opened: Opened) -> Verdict:
        return actions.give_totp(
            person_id, session_id=opened.session_id, totp=code, by=Who.person(person_id), at=THE_DAY
        )

    outcomes = at_once(inside, *[lambda one=one: give(one) for one in sessions])
    assert sorted(bool(verdict) for verdict in outcomes) == [False, False, False, True]


@TURNS
def test_one_recovery_code_given_four_times_at_once_is_taken_once(inside: Flask, turn: int) -> None:
    opened = begun(making.an_officer(making.a_group()))
    _, codes = set_up(opened)

    def give() -> Verdict:
        return actions.give_recovery_code(
            opened.person_id,
            session_id=opened.session_id,
            code=codes[0].shown,
            by=Who.person(opened.person_id),
            at=THE_DAY,
        )

    outcomes = at_once(inside, *[give] * 4)
    assert sorted(bool(verdict) for verdict in outcomes) == [False, False, False, True]
    assert count(RecoveryCode) == 10


@TURNS
def test_two_first_sign_ins_at_once_make_one_secret(inside: Flask, turn: int) -> None:
    person_id = making.an_officer(making.a_group())
    begin = lambda: actions.begin_session(person_id, device="Firefox", at=THE_DAY)  # noqa: E731
    assert len(opened_of(at_once(inside, *[begin] * 3))) == 3
    assert count(SecondFactor) == 2  # theirs, and the chair's


@TURNS
def test_offers_of_two_groups_accepted_at_once_make_one_account(inside: Flask, turn: int) -> None:
    numbers = [making.a_group(), making.a_group(slug="oak", name="Oak", practice="Z99002", chair="otto@example.com")]
    tokens = [offer(number) for number in numbers]
    accepted = at_once(
        inside,
        *[lambda token=token: groups.accept_invitation(token, name="Nora New", at=THE_DAY) for token in tokens],
    )
    assert len({one.person_id for one in accepted}) == 1
    assert {one.group_id for one in accepted} == set(numbers)
    assert count(Person) == 3


@TURNS
def test_accepting_while_a_newer_offer_is_made_ends_in_one_of_two_ways(inside: Flask, turn: int) -> None:
    group = making.a_group()
    token = offer(group)

    def invite() -> str:
        return groups.invite(group, role=Role.SECRETARY, address=address("new@example.com"), by=OPERATOR, at=THE_DAY)

    accepted, newer = at_once(inside, lambda: groups.accept_invitation(token, name="Nora New", at=THE_DAY), invite)
    if isinstance(accepted, RuleBroken):
        assert isinstance(newer, str)
    else:
        assert accepted.group_id == group
        assert isinstance(newer, RuleBroken)
    assert count(Invitation) in {2, 3}


def offer(group_id: int) -> str:
    return making.apart(
        making.the_app(),
        lambda: groups.invite(
            group_id, role=Role.SECRETARY, address=address("new@example.com"), by=OPERATOR, at=THE_DAY
        ),
    )
