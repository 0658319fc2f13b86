"""A lost authenticator: one officer asks, all are told, anyone stops it, and a day later it is done (settled 20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.groups import jobs, queries
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.people import actions as people_actions
from pcnppg.people import formats
from pcnppg.people import queries as people
from pcnppg.people.actions import Opened
from pcnppg.people.views import load
from pcnppg.store.session import transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import ask_reset, chair_of, do_due, end_role, reset_row, stop_reset
from tests.people.stories import begun, deeds, give_recovery_code, letters, set_up, totp

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def group(inside: Flask) -> int:
    return making.a_group()


@pytest.fixture
def lost(group: int) -> Opened:
    """The secretary, who set up an authenticator and lost it; signed in on another device still."""
    found = begun(making.an_officer(group, name="Sue Secretary", address="sue@example.com"))
    set_up(found)
    return found


@pytest.fixture
def asked(group: int, lost: Opened) -> int:
    return ask_reset(group, lost.person_id, asked_by=chair_of(group))


def test_every_officer_gets_a_days_notice_and_nobody_else(group: int, lost: Opened) -> None:
    making.an_officer(group, role="member", address="member@example.com")
    making.an_officer(group, role="gp", address="gp@example.com")
    reset = reset_row(ask_reset(group, lost.person_id, asked_by=chair_of(group)))
    assert reset.due_at == THE_DAY + DAY
    told = letters("groups/reset_asked")
    assert [(one.to, one.mail_class) for one in told] == [("ruth@example.com", "office"), ("sue@example.com", "office")]
    assert (told[0].values["name"], told[0].values["asker"]) == ("Sue Secretary", "Ruth Carver")
    assert [(line.by_id, line.about_id) for line in deeds("groups.reset_asked")] == [(chair_of(group), lost.person_id)]


def test_it_is_done_a_day_later_and_not_before(group: int, lost: Opened, asked: int) -> None:
    jobs.do_due_resets(THE_DAY + DAY - SECOND)
    assert people.find_second_factor(lost.person_id) is not None
    assert load(lost.cookie)
    with clock.at(THE_DAY + DAY):
        jobs.do_due_resets(clock.now())
        assert people.find_second_factor(lost.person_id) is None
        assert load(lost.cookie) is None
    assert reset_row(asked).done_at == THE_DAY + DAY
    assert [(line.by_kind, line.about_id) for line in deeds("groups.reset_done")] == [("machine", lost.person_id)]
    assert [one.to for one in letters("people/second_factor_reset")] == ["sue@example.com"]
    assert [one.to for one in letters("groups/recovered")] == ["ruth@example.com"]


def test_it_is_done_once(asked: int) -> None:
    with clock.at(THE_DAY + DAY):
        assert [do_due(), do_due()] == [1, 0]


def test_any_officer_stops_it_and_all_are_told(group: int, lost: Opened, asked: int) -> None:
    vice = making.an_officer(group, role="vice_chair", address="vice@example.com")
    stop_reset(group, asked, by=vice)
    with clock.at(THE_DAY + DAY):
        assert do_due() == 0
    assert people.find_second_factor(lost.person_id) is not None
    told = [one.to for one in letters("groups/reset_stopped")]
    assert told == ["ruth@example.com", "vice@example.com", "sue@example.com"]
    stop_reset(group, asked, by=vice)
    assert len(letters("groups/reset_stopped")) == 3
    assert [line.by_id for line in deeds("groups.reset_stopped")] == [vice]


def test_what_is_done_cannot_be_stopped(group: int, asked: int) -> None:
    with clock.at(THE_DAY + DAY):
        do_due()
        with pytest.raises(RuleBroken, match="done already"):
            stop_reset(group, asked, by=chair_of(group))


def test_another_group_cannot_stop_it(group: int, asked: int) -> None:
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    with pytest.raises(NotFound):
        stop_reset(other, asked, by=chair_of(other))
    assert reset_row(asked).stopped_at is None


@pytest.mark.parametrize("who", ["the one who lost it", "the one who asked"])
def test_who_is_no_officer_any_more_neither_asks_nor_gets_it(who: str, group: int, lost: Opened, asked: int) -> None:
    if who == "the one who asked":
        making.an_officer(group, role="chair", address="next@example.com")
        end_role(group, reset_row(asked).asked_by)
    else:
        end_role(group, lost.person_id)
    with clock.at(THE_DAY + DAY):
        assert do_due() == 0
    assert people.find_second_factor(lost.person_id) is not None
    assert (reset_row(asked).stopped_at, reset_row(asked).done_at) == (THE_DAY + DAY, None)


def test_nobody_has_their_own_authenticator_taken_off(group: int, lost: Opened) -> None:
    with pytest.raises(RuleBroken, match="your own"):
        ask_reset(group, lost.person_id, asked_by=lost.person_id)


@pytest.mark.parametrize("role", ["member", "gp"])
def test_who_is_no_officer_has_none_to_take_off(role: str, group: int) -> None:
    with pytest.raises(RuleBroken, match="not an officer"):
        ask_reset(group, making.an_officer(group, role=role), asked_by=chair_of(group))


def test_an_officer_of_another_group_is_out_of_reach(group: int) -> None:
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    stranger = begun(chair_of(other))
    set_up(stranger)
    with pytest.raises(RuleBroken, match="not an officer"):
        ask_reset(group, stranger.person_id, asked_by=chair_of(group))


def test_without_an_authenticator_there_is_none_to_take_off(group: int) -> None:
    with pytest.raises(RuleBroken, match="no authenticator yet"):
        ask_reset(group, making.an_officer(group), asked_by=chair_of(group))


def test_it_is_asked_for_once_until_it_was_stopped(group: int, lost: Opened, asked: int) -> None:
    with pytest.raises(RuleBroken, match="asked for already"):
        ask_reset(group, lost.person_id, asked_by=chair_of(group))
    stop_reset(group, asked, by=chair_of(group))
    ask_reset(group, lost.person_id, asked_by=chair_of(group))


def asked_in_another_group(lost: Opened) -> int:
    """They are an officer there too, and its chair asks as well."""
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    making.an_officer(other, address="sue@example.com")
    return ask_reset(other, lost.person_id, asked_by=chair_of(other))


def fresh_code(lost: Opened) -> str:
    """One of ten new recovery codes."""
    codes = formats.make_recovery_codes()
    with transaction():
        people_actions.renew_recovery_codes(lost.person_id, codes=codes, by=Who.person(lost.person_id), at=clock.now())
    return codes[0].shown


def test_officers_of_every_group_are_told_of_a_recovery(group: int, lost: Opened) -> None:
    asked_in_another_group(lost)
    making.an_officer(
        making.a_group(slug="ash", practice="Z99003", chair="ash@example.com"), role="member", address="sue@example.com"
    )
    assert give_recovery_code(lost, fresh_code(lost))
    assert sorted(one.to for one in letters("groups/recovered")) == ["oak@example.com", "ruth@example.com"]


def test_an_authenticator_set_up_since_it_was_asked_for_is_not_the_lost_one(
    group: int, lost: Opened, asked: int
) -> None:
    with clock.at(THE_DAY + timedelta(hours=1)):
        second = asked_in_another_group(lost)
    with clock.at(THE_DAY + DAY):
        assert do_due() == 1
        again = begun(lost.person_id)
        verdict, _ = set_up(again, totp(lost.person_id))
        assert verdict
    with clock.at(THE_DAY + DAY + timedelta(hours=1)):
        assert do_due() == 0
        assert load(again.cookie)
    assert people.find_second_factor(lost.person_id) is not None
    assert reset_row(second).stopped_at is not None


def test_what_was_taken_off_meanwhile_is_not_taken_off_again(group: int, lost: Opened, asked: int) -> None:
    second = asked_in_another_group(lost)
    with clock.at(THE_DAY + DAY):
        assert do_due() == 1
    assert (reset_row(asked).done_at, reset_row(second).stopped_at) == (THE_DAY + DAY, THE_DAY + DAY)
    assert len(letters("people/second_factor_reset")) == 1
    assert not queries.list_open_resets(group)
