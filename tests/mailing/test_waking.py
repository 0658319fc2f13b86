"""A list that heard nothing for two years is frozen until the chair wakes it (settled 30)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.groups.queries import get_group
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, queries
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.mailing.lists import a_draft, a_list, send
from tests.mailing.test_actions import hand_over, mailing
from tests.visiting import Visit

TWO_YEARS = timedelta(days=732)


def frozen(group: int) -> bool:
    session().expire_all()
    return queries.is_frozen(get_group(group), now())


def test_after_two_silent_years_nothing_is_sent_and_the_words_are_kept(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    hand_over(send(group, joan))
    with clock.at(THE_DAY + TWO_YEARS - timedelta(days=3)):
        assert not frozen(group)
    with clock.at(THE_DAY + TWO_YEARS):
        assert frozen(group)
        draft = a_draft(group, joan)
        with pytest.raises(RuleBroken, match="frozen"):
            send(group, joan, mailing_id=draft)
        assert mailing(draft).state == "draft"


def test_woken_it_can_be_written_to_again(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    with clock.at(THE_DAY + TWO_YEARS):
        for _ in range(2):
            with transaction():
                actions.wake_list(group, by=Who.person(joan), at=now())
        assert not frozen(group)
        hand_over(send(group, joan))


def test_a_list_that_is_not_frozen_is_not_woken(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    with transaction():
        actions.wake_list(group, by=Who.person(joan), at=now())
    assert get_group(group).woken_at is None


def test_the_chair_wakes_it_and_every_officer_sees_that_it_is_frozen(inside: Flask, visit: Visit) -> None:
    _, (joan, amir) = a_list(2)
    with clock.at(THE_DAY + TWO_YEARS):
        chair, secretary = visit.as_(joan), visit.as_(amir)
        assert "frozen" in chair("/home").text
        assert "The chair can wake it." in secretary("/groups/elm-tree/mailings").text
        assert secretary("/groups/elm-tree/mailings/wake").status == 403
        page = chair("/groups/elm-tree/mailings").click("See how to wake it.")
        assert "2 people are on the list." in page.text
        assert "awake" in page.submit().follow().text
        assert "frozen" not in chair("/groups/elm-tree/mailings").text
        assert "awake" in chair("/groups/elm-tree/mailings/wake").text


def test_the_page_before_sending_says_so(inside: Flask, visit: Visit) -> None:
    group, (joan, _) = a_list(1)
    with clock.at(THE_DAY + TWO_YEARS):
        draft = a_draft(group, joan)
        page = visit.as_(joan)(f"/groups/elm-tree/mailings/{draft}/send")
        assert "frozen" in page.text
        assert not page.select("main form")
