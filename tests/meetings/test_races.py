"""Two at the same moment: nothing that either did is lost, and nothing is done twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.kernel import clock
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import agenda, backing, day, items, minutes, planning, rotas
from pcnppg.meetings.models import AgendaEntry, Backing, MeetingNote, MinutesStep, RotaSlot
from pcnppg.meetings.queries.backing import say_token
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.record import MinutesState
from pcnppg.store.session import session
from tests.conftest import THE_DAY
from tests.meetings.conftest import Cast
from tests.meetings.gathering import Table, minutes_row
from tests.meetings.stories import accept, an_item, story_of, the_item, the_meeting
from tests.meetings.test_proposing import a_contact
from tests.membership.test_races import at_once

TURNS = pytest.mark.parametrize("turn", range(3))
REFUSED = (RuleBroken, NotFound, Conflict)


def refused(outcomes: list[Any]) -> list[Exception]:
    """Who was told no, and how; anything else that went wrong is a fault."""
    wrong = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, REFUSED) for one in wrong), wrong
    return wrong


def on_agenda(meeting_id: int) -> list[int]:
    found = select(AgendaEntry.id).where(AgendaEntry.meeting_id == meeting_id, AgendaEntry.removed_at.is_(None))
    return list(session().scalars(found.order_by(AgendaEntry.position)))


@TURNS
def test_of_two_officers_who_order_at_once_the_later_is_told_and_nothing_is_lost(
    cast: Cast, inside: Flask, turn: int
) -> None:
    before, version = on_agenda(cast.meeting_id), the_meeting(cast.meeting_id).agenda_version
    orders = [before[::-1], [*before[1:], before[0]]]
    where = (cast.group_id, cast.meeting_id)
    people = (cast.chair, list(cast.people.values())[1])
    acts = [
        lambda wanted=wanted, by=by: agenda.order(*where, wanted, version=version, by=Who.person(by), at=THE_DAY)
        for wanted, by in zip(orders, people, strict=True)
    ]
    outcomes = at_once(inside, *acts)
    (told,) = refused(outcomes)
    assert isinstance(told, Conflict)
    assert on_agenda(cast.meeting_id) == orders[outcomes.index(None)]
    assert the_meeting(cast.meeting_id).agenda_changed_by == people[outcomes.index(None)]


@TURNS
def test_of_two_who_save_the_minutes_at_once_the_later_is_told_and_the_earlier_stands(inside: Flask, turn: int) -> None:
    table = Table()
    table.minutes_stand(MinutesState.DRAFT)
    texts = ("Ruth's words.", "Priya's words.")
    acts = [
        lambda words=words, by=by: (
            minutes.write(table.group, table.meeting, words, version=1, by=Who.person(by), at=THE_DAY).version
        )
        for words, by in zip(texts, (table.chair, table.secretary), strict=True)
    ]
    outcomes = at_once(inside, *acts)
    (told,) = refused(outcomes)
    assert isinstance(told, Conflict)
    assert minutes_row(table.meeting).words == f"{texts[outcomes.index(2)]}\n"


@TURNS
def test_notes_of_two_at_once_all_stand_and_one_sent_twice_stands_once(inside: Flask, turn: int) -> None:
    table = Table()
    where = (table.group, table.meeting, None)
    slips = ("a" * 64, "b" * 64, "b" * 64)
    acts = [
        lambda slip=slip: day.note(*where, f"Note {slip[0]}", slip=slip, by=Who.person(table.chair), at=THE_DAY).id
        for slip in slips
    ]
    assert refused(at_once(inside, *acts)) == []
    assert sorted(session().scalars(select(MeetingNote.words))) == ["Note a", "Note b"]


@TURNS
def test_an_item_withdrawn_while_it_is_accepted_ends_withdrawn_and_on_no_agenda(
    cast: Cast, inside: Flask, turn: int
) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    before = on_agenda(cast.meeting_id)
    how = {"minutes": 10, "purpose": Purpose.DISCUSS, "by": Who.person(cast.chair), "at": THE_DAY}
    outcomes = at_once(
        inside,
        lambda: items.accept(cast.group_id, item_id, meeting_id=cast.meeting_id, **how) and None,
        lambda: items.withdraw(cast.group_id, item_id, by=Who.person(cast.member), at=THE_DAY),
    )
    told = refused(outcomes)
    acts = [act for act, _ in story_of(item_id)]
    assert acts == (["proposed", "withdrawn"] if told else ["proposed", "accepted", "withdrawn"])
    assert the_item(item_id).state == "withdrawn"
    assert on_agenda(cast.meeting_id) == before


@TURNS
@pytest.mark.parametrize("other", ["cancelled", "taken off"])
def test_an_item_withdrawn_while_its_meeting_changes_goes_once(
    cast: Cast, inside: Flask, other: str, turn: int
) -> None:
    """Both need the meeting and the item: in one order, or they would wait for each other for ever."""
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    accept(cast.group_id, item_id, cast.meeting_id, cast.chair)
    by = Who.person(cast.chair)
    officers = {
        "cancelled": lambda: planning.cancel_meeting(
            cast.group_id, cast.meeting_id, why="No heating.", by=by, at=THE_DAY
        ),
        "taken off": lambda: items.take_item_off(cast.group_id, item_id, by=by, at=THE_DAY),
    }
    withdraws = lambda: items.withdraw(cast.group_id, item_id, by=Who.person(cast.member), at=THE_DAY)  # noqa: E731
    assert len(refused(at_once(inside, withdraws, officers[other]))) <= 1
    assert the_item(item_id).state == "withdrawn"
    assert item_id not in session().scalars(
        select(AgendaEntry.item_id).where(AgendaEntry.removed_at.is_(None), AgendaEntry.item_id.is_not(None))
    )


@TURNS
def test_an_item_taken_off_while_the_meeting_deals_with_it_is_one_or_the_other(inside: Flask, turn: int) -> None:
    table = Table()
    item_id = table.propose("A bell", by=table.members[0], role=None)
    entry = table.entries()[-1]
    by = Who.person(table.secretary)
    told = refused(
        at_once(
            inside,
            lambda: day.finish(table.group, table.meeting, entry, ends="dealt", words="It rings.", by=by, at=THE_DAY),
            lambda: items.take_item_off(table.group, item_id, by=by, at=THE_DAY),
        )
    )
    assert len(told) == 1
    assert the_item(item_id).state in {"discussed", "waiting"}


@TURNS
def test_minutes_accepted_by_two_at_once_are_accepted_once(inside: Flask, turn: int) -> None:
    table = Table()
    table.minutes_stand(MinutesState.CIRCULATED)
    later = table.plan(THE_DAY + timedelta(days=1))
    with clock.at(THE_DAY + timedelta(days=1)):
        table.all_come(later)
        acts = [
            lambda by=by: minutes.accept(
                table.group,
                table.meeting,
                at_meeting=later,
                by=Who.person(by),
                at=THE_DAY + timedelta(days=1),
            )
            for by in (table.chair, table.secretary)
        ]
        (told,) = refused(at_once(inside, *acts))
    assert "accepted already" in str(told)
    assert session().scalars(select(MinutesStep.did).order_by(MinutesStep.id)).all().count("accepted") == 1


@TURNS
def test_one_backs_once_however_often_they_press_at_once(cast: Cast, inside: Flask, turn: int) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.chair)
    token = say_token(a_contact(cast, "pat@example.com"))
    presses = [
        *[lambda: backing.back_by_link(token, item_id, at=THE_DAY).id] * 2,
        *[lambda: backing.back(cast.group_id, item_id, by=Who.person(cast.member), at=THE_DAY).id] * 2,
    ]
    assert refused(at_once(inside, *presses)) == []
    assert session().scalar(select(func.count()).select_from(Backing)) == 2


@TURNS
def test_of_two_who_put_their_name_to_the_biscuits_at_once_the_first_has_it(inside: Flask, turn: int) -> None:
    table = Table()
    later = table.plan(THE_DAY + timedelta(days=7))
    acts = [
        lambda by=by: rotas.take_on(table.group, later, 1, by=Who.person(by), at=THE_DAY) for by in table.members[:2]
    ]
    (told,) = refused(at_once(inside, *acts))
    assert isinstance(told, Conflict)
    assert session().scalar(select(RotaSlot.person_id)) in table.members[:2]
