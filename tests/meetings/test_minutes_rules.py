"""Minutes go forwards only; who is named how; who was missed; what an action may become; what a group is warned of."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.groups.rules import OFFICERS, STAFF, Role
from pcnppg.kernel.verdict import YES, no
from pcnppg.meetings.rules.attending import Presence, is_missed, may_say, missed_in_a_row, presence
from pcnppg.meetings.rules.following import (
    MOST_DAYS_AHEAD,
    Reply,
    is_late,
    may_be_due,
    may_close,
    may_reopen,
    may_reply,
    number_words,
)
from pcnppg.meetings.rules.minutes import (
    are_ready,
    may_accept,
    may_answer,
    may_circulate,
    may_correct,
    may_publish,
    may_write,
    ready_by,
)
from pcnppg.meetings.rules.naming import initials, may_still_name, public_name, reduced
from pcnppg.meetings.rules.people import Coming, Here
from pcnppg.meetings.rules.record import ActionState, CorrectionState, MinutesState
from pcnppg.meetings.rules.warning import Held, Shares, Warned, warnings
from tests.conftest import THE_DAY

LATER = THE_DAY + timedelta(days=60)
TODAY = THE_DAY.date()


@pytest.mark.parametrize("state", MinutesState)
def test_each_act_belongs_to_one_state_of_the_minutes(state: MinutesState) -> None:
    assert bool(may_write(state)) == (state is MinutesState.DRAFT)
    assert bool(may_circulate(state, ended=True)) == (state is MinutesState.DRAFT)
    assert not may_circulate(state, ended=False)
    assert bool(may_correct(state, was_there=True)) == (state is MinutesState.CIRCULATED)
    assert not may_correct(state, was_there=False)
    assert bool(may_publish(state)) == (state is MinutesState.ACCEPTED)
    for fate, takes_up, words in product(CorrectionState, (True, False), ("", " ", "No.")):
        open_ = state is MinutesState.CIRCULATED and fate is CorrectionState.PROPOSED
        want = open_ and (takes_up or bool(words.strip()))
        assert bool(may_answer(state, fate, takes_up=takes_up, words=words)) == want


def test_minutes_are_accepted_once_at_a_later_meeting_that_can_decide() -> None:
    for state, accepted, unanswered in product(MinutesState, (None, THE_DAY), (0, 1, 2)):
        found = are_ready(state, accepted_at=accepted, unanswered=unanswered)
        assert bool(found) == (state is not MinutesState.DRAFT and not accepted and not unanswered)
        assert bool(found.because) != bool(found)
    for later, begun, quorate in product((True, False), (True, False), (YES, no("One is here now."))):
        accepting = LATER if later else THE_DAY
        at = LATER if begun else THE_DAY - timedelta(hours=1)
        assert bool(may_accept(held=THE_DAY, accepting=accepting, quorate=quorate, at=at)) == (
            later and begun and bool(quorate)
        )


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_minutes_are_ready_ten_working_days_after(held_on: date) -> None:
    by = ready_by(held_on)
    days = [held_on + timedelta(days=n) for n in range(1, (by - held_on).days + 1)]
    assert sum(day.weekday() < 5 for day in days) == 10
    assert by.weekday() < 5


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Derek Okafor", "DO"), ("Dr Rosa Moreno", "RM"), ("mary-jane o'neil", "MO"), ("Dr", "D"), ("Łukasz Żuk", "ŁŻ"),
        ("123", "somebody"), ("", "somebody"), ("A B C D E F", "ABCD"), ("Mrs. Ada Byron", "AB"), ("🙂 Bo", "B"),
    ],
)  # fmt: skip
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("role", [*Role, None])
def test_only_officers_and_those_who_agreed_are_named_for_all_to_read(role: Role | None) -> None:
    assert public_name("Derek Okafor", role, agreed=True) == "Derek Okafor"
    said = public_name("Derek Okafor", role, agreed=False)
    if role in OFFICERS:
        assert said == "Derek Okafor"
    elif role in STAFF:
        assert said.startswith("a ")
        assert "Okafor" not in said
    else:
        assert said == "DO"


PAIRS = st.tuples(st.sampled_from(["ann", "bo"]), st.sampled_from(["bell", "fox"])).map(" ".join)


@given(st.lists(PAIRS), st.sets(PAIRS, max_size=3))
def test_no_name_that_is_to_go_is_left_in_a_text(said: list[str], names: set[str]) -> None:
    left = reduced(". ".join(said), dict.fromkeys(names, "·"))
    assert left == ". ".join("·" if name in names else name for name in said)


def test_a_name_gives_way_as_a_word_of_its_own_whatever_its_letters_and_spaces() -> None:
    swaps = {"Derek  Okafor": "DO", "May": "M", "Ann Bell": "AB", "Ann Bell Fox": "ABF", " ": "?"}
    text = "DEREK  okafor asked Ann Bell. Ann Bell Fox may stay; Joann Bell and Derek left."
    assert (
        reduced("Then Karen Doyle rang. Karen Doyle asked.", {"Karen Doyle": "a GP"}) == "Then a GP rang. A GP asked."
    )
    assert reduced(text, swaps) == "DO asked AB. ABF may stay; Joann Bell and Derek left."
    assert reduced(text, {}) == text
    assert may_still_name("Then Derek spoke to Jo.", ["Derek Okafor", "Jo Reed"]) == ["Derek"]


@given(st.lists(st.sampled_from(Presence), max_size=8))
def test_three_missed_in_a_row_is_a_prompt_and_apologies_break_the_row(presences: list[Presence]) -> None:
    want = len(presences) >= 3 and all(one is Presence.MISSED for one in presences[:3])
    assert is_missed(presences) == want
    assert missed_in_a_row([Presence.HERE, *presences]) == 0
    assert missed_in_a_row([Presence.APOLOGIES, *presences]) == 0


def test_who_neither_came_nor_sent_apologies_was_missed() -> None:
    for said, here in product((None, *Coming), (None, *Here)):
        found = presence(said, here)
        if here is Here.PRESENT:
            assert found is Presence.HERE
        else:
            assert (found is Presence.APOLOGIES) == (said is Coming.APOLOGIES)


def test_when_members_may_say_whether_they_come() -> None:
    for over, cancelled in product((True, False), repeat=2):
        assert bool(may_say(over=over, cancelled=cancelled)) == (not over and not cancelled)


DAYS = (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=MOST_DAYS_AHEAD + 1))


def test_an_open_action_is_answered_with_a_word_or_a_day_and_a_closed_one_not_at_all() -> None:
    for state, reply, words, by_day in product(ActionState, Reply, ("", " ", "The bell is lower."), DAYS):
        found = may_reply(state, reply, words=words, by_day=by_day, today=TODAY)
        said = by_day == TODAY if reply is Reply.BY else bool(words.strip())
        assert bool(found) == (state is ActionState.OPEN and said)
    assert may_be_due(TODAY, TODAY)


@pytest.mark.parametrize("state", ActionState)
def test_what_is_closed_says_what_came_of_it(state: ActionState) -> None:
    assert bool(may_close(state, words="Done.")) == (state is ActionState.OPEN)
    assert not may_close(state, words=" ")
    assert bool(may_reopen(state)) == (state is not ActionState.OPEN)
    for due_on in DAYS:
        late = state is ActionState.OPEN and due_on is not None and due_on < TODAY
        assert is_late(state, due_on, TODAY) == late


def test_an_action_is_called_by_its_number() -> None:
    assert number_words(12) == "Action 12"


HELD = st.builds(Held, st.booleans(), st.booleans())


@given(
    st.lists(HELD, max_size=5),
    st.none() | st.builds(Shares, st.integers(0, 120), st.integers(0, 240)),
    st.lists(st.integers(0, 90), max_size=4),
)
def test_a_group_is_warned_of_exactly_four_things(held: list[Held], shares: Shares | None, ages: list[int]) -> None:
    found = warnings(held, shares, [THE_DAY - timedelta(days=age) for age in ages], THE_DAY)
    assert (Warned.NO_PRACTICE in found) == (len(held) > 2 and not any(one.staff_came for one in held[:3]))
    assert (Warned.ONLY_OFFICERS in found) == (len(held) > 1 and not any(one.others_proposed for one in held[:2]))
    assert (Warned.PRACTICE_TIME in found) == (shares is not None and shares.practice > shares.total / 2)
    assert (Warned.UNANSWERED in found) == any(age >= 30 for age in ages)
    assert all(one < other for one, other in pairwise([list(Warned).index(one) for one in found]))
