"""The agenda: time, shares, order, and what changed. By properties: nothing is lost by any order of moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.meetings.rules import agenda
from pcnppg.meetings.rules.agenda import Change, Place, Purpose, Slot, Standing, What
from pcnppg.meetings.rules.items import Origin

START = datetime(2027, 4, 15, 17, 30, tzinfo=UTC)


def slots(*entries: int) -> list[Slot]:
    return [Slot(entry, 10, Purpose.DISCUSS) for entry in entries]


def test_it_fits_or_says_by_how_much_it_does_not() -> None:
    tight = agenda.fit(slots(1, 2, 3), START, START + timedelta(minutes=25))
    assert (tight.planned, tight.there, tight.over, tight.left) == (30, 25, 5, 0)
    loose = agenda.fit(slots(1), START, START + timedelta(minutes=25))
    assert (loose.over, loose.left) == (0, 15)


def test_minutes_are_shared_by_whose_item_it_is() -> None:
    found = agenda.shares([Slot(1, 20, "x", Origin.PATIENTS), Slot(2, 25, "x", Origin.PRACTICE), Slot(3, 60, "x")])
    assert found == {Origin.PATIENTS: 20, Origin.PRACTICE: 25, Origin.NETWORK: 0, Origin.GUEST: 0}
    assert agenda.practice_dominates(found)
    assert not agenda.practice_dominates({**found, Origin.NETWORK: 5})
    assert not agenda.practice_dominates(agenda.shares([]))


@given(st.lists(st.integers(0, 240), min_size=4, max_size=4))
def test_hundredths_make_a_hundred(minutes: list[int]) -> None:
    found = agenda.percent(dict(zip(Origin, minutes, strict=True)))
    assert sum(found.values()) == (100 if sum(minutes) else 0)


@given(st.permutations(range(8)), st.integers(0, 7), st.integers(-20, 20))
def test_moving_loses_nothing_and_keeps_the_order_of_the_rest(order: list[int], entry: int, steps: int) -> None:
    for moved in (agenda.moved_by(order, entry, steps=steps), agenda.moved_to(order, entry, steps)):
        assert sorted(moved) == sorted(order)
        assert [one for one in moved if one != entry] == [one for one in order if one != entry]
    assert agenda.moved_by(order, entry, steps=0) == list(order)


def test_an_order_names_each_part_once() -> None:
    assert agenda.may_order([2, 1], {1, 2})
    assert not agenda.may_order([1], {1, 2})
    assert not agenda.may_order([1, 1], {1, 2})
    assert not agenda.may_order([1, 2, 3], {1, 2})


@given(st.permutations(range(7)), st.permutations(range(7)))
def test_who_kept_their_place_has_not_moved(before: list[int], after: list[int]) -> None:
    moved = {change.entry for change in agenda.changes(slots(*before), slots(*after)) if change.what is What.MOVED}
    still = [entry for entry in before if entry not in moved]
    assert still == [entry for entry in after if entry not in moved]
    assert bool(moved) == (before != after)


def test_each_kind_of_change_is_told() -> None:
    before = [Slot(1, 10, "inform"), Slot(2, 10, "inform"), Slot(3, 10, "inform"), Slot(4, 10, "inform")]
    after = [Slot(4, 10, "inform"), Slot(2, 20, "inform"), Slot(3, 10, "decide"), Slot(5, 5, "inform")]
    assert agenda.changes(before, after) == [
        Change(What.REMOVED, 1),
        Change(What.ADDED, 5),
        Change(What.MOVED, 4, "4", "1"),
        Change(What.MINUTES, 2, "10", "20"),
        Change(What.PURPOSE, 3, "inform", "decide"),
    ]
    assert agenda.changes([], slots(1)) == [Change(What.ADDED, 1)]
    assert agenda.changes(before, before) == []


@given(st.lists(st.builds(Slot, st.integers(1, 999), st.integers(0, 240), st.sampled_from(Purpose)), max_size=9))
def test_what_a_revision_keeps_comes_back(kept: list[Slot]) -> None:
    assert agenda.from_lines(agenda.as_lines(kept)) == kept


@pytest.mark.parametrize(
    "standing",
    [
        [],
        [Standing("", 5)],
        [Standing("x" * 151, 5)],
        [Standing("Welcome", 241)],
        [Standing("Welcome", -1)],
        [Standing("Welcome", 5)] * 21,
    ],
)
def test_a_template_has_names_and_minutes(standing: list[Standing]) -> None:
    assert not agenda.may_stand(standing)
    assert agenda.may_stand(agenda.USUAL)
    assert {one.place for one in agenda.USUAL} == set(Place)


def test_an_entry_has_some_minutes() -> None:
    assert agenda.may_take(0)
    assert not agenda.may_take(None)
    assert not agenda.may_take(241)
    assert agenda.is_old(3)
    assert not agenda.is_old(2)
