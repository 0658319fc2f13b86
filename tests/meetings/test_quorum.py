"""A meeting decides only with those its group's own rule asks for: tried with every small group, and by machine."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.groups.rules import OFFICERS, STAFF, Role
from pcnppg.meetings.rules.deciding import Casting, Votes, count_words, is_carried, may_count, may_decide
from pcnppg.meetings.rules.meetings import Habits, QuorumKind
from pcnppg.meetings.rules.quorum import Heads, heads_of, is_quorate, needed, rule_words
from pcnppg.meetings.rules.record import DecisionHow

SMALL = range(5)
RULES = [
    Habits(
        quorum_kind=kind,
        quorum_number=number,
        quorum_share=share,
        quorum_patients_only=patients,
        quorum_needs_officer=officer,
    )
    for kind, number, share, patients, officer in product(
        QuorumKind, (2, 3), (1, 33, 50, 100), (True, False), (True, False)
    )
]


@pytest.mark.parametrize("habits", RULES)
def test_a_meeting_is_quorate_exactly_where_its_rule_says(habits: Habits) -> None:
    of = Heads(patients=7, staff=2, officers=2)
    for patients, staff, officers in product(SMALL, SMALL, SMALL):
        if officers > patients:
            continue
        all_of_them = 7 if habits.quorum_patients_only else 9
        there = patients if habits.quorum_patients_only else patients + staff
        # As a secretary would work it out: whole people, never fewer than two of a share, and an officer where the rule wants one.
        by_number = habits.quorum_kind is QuorumKind.NUMBER
        share = there * 100 >= habits.quorum_share * all_of_them and there >= 2
        enough = there >= habits.quorum_number if by_number else share
        want = enough and (officers > 0 or not habits.quorum_needs_officer)
        found = is_quorate(habits, Heads(patients, staff, officers), of)
        assert bool(found) == want, (habits, patients, staff, officers)
        assert bool(found.because) != want


@given(
    st.sampled_from(RULES),
    st.tuples(st.integers(0, 60), st.integers(0, 20), st.integers(0, 60)),
    st.tuples(st.integers(1, 60), st.integers(0, 20)),
)
def test_one_more_person_never_takes_the_quorum_away(
    habits: Habits, here: tuple[int, int, int], all_of_them: tuple[int, int]
) -> None:
    patients, staff, officers = here
    officers, of = min(officers, patients), Heads(*all_of_them, officers=1)
    if is_quorate(habits, Heads(patients, staff, officers), of):
        assert is_quorate(habits, Heads(patients + 1, staff, officers), of)
        assert is_quorate(habits, Heads(patients, staff + 1, officers), of)


@given(st.integers(1, 100), st.integers(0, 500), st.booleans())
def test_a_share_is_rounded_up_and_never_below_two(share: int, members: int, patients_only: bool) -> None:
    habits = Habits(quorum_kind=QuorumKind.SHARE, quorum_share=share, quorum_patients_only=patients_only)
    least = needed(habits, Heads(members, 0, 0))
    assert least >= 2
    assert least == 2 or (least - 1) * 100 < share * members <= least * 100


def test_heads_are_counted_by_the_role_that_people_sit_in() -> None:
    for role in Role:
        heads = heads_of([role])
        assert heads.staff == (role in STAFF)
        assert heads.patients == 1 - heads.staff
        assert heads.officers == (role in OFFICERS)
    assert heads_of([]) == Heads(0, 0, 0)


def test_a_rule_reads_as_a_sentence() -> None:
    assert rule_words(Habits()) == "At least 4 patients, the chair, vice chair or secretary among them"
    plain = Habits(quorum_patients_only=False, quorum_needs_officer=False)
    assert rule_words(plain) == "At least 4 members"
    share = replace(plain, quorum_kind=QuorumKind.SHARE)
    assert rule_words(share) == "At least 33 in every 100 members"
    assert rule_words(replace(share, quorum_patients_only=True)) == "At least 33 in every 100 patient members"


def test_what_is_missing_is_said_in_numbers() -> None:
    habits, of = Habits(quorum_number=3), Heads(5, 1, 1)
    said = is_quorate(habits, Heads(0, 1, 0), of).because
    assert said == "3 patients must be here to decide something. Nobody is here now."
    assert "One is here now" in is_quorate(habits, Heads(1, 1, 1), of).because
    assert "2 are here now" in is_quorate(habits, Heads(2, 1, 1), of).because
    assert "None of them is" in is_quorate(habits, Heads(3, 1, 0), of).because
    whoever = replace(habits, quorum_patients_only=False)
    assert is_quorate(whoever, Heads(1, 1, 1), of).because.startswith("3 members must")


def test_a_meeting_without_its_quorum_notes_and_does_not_decide() -> None:
    habits, of = Habits(quorum_number=2, quorum_needs_officer=False), Heads(5, 1, 1)
    assert may_decide(is_quorate(habits, Heads(2, 0, 0), of))
    refused = may_decide(is_quorate(habits, Heads(1, 0, 0), of))
    assert not refused
    assert refused.because.endswith("Until then this meeting can write notes, and decide nothing.")


COUNTS = range(-1, 4)


def test_what_carries_a_decision_is_more_for_it_than_against_it() -> None:
    for how, yes, against, abstained, casting in product(DecisionHow, COUNTS, COUNTS, COUNTS, (None, *Casting)):
        votes = Votes(yes, against, abstained)
        if not may_count(how, votes, casting, here=6):
            continue
        assert how is not DecisionHow.AGREED
        assert min(yes, against, abstained) >= 0
        assert 0 < votes.total <= 6
        assert is_carried(how, votes, casting) == (yes > against or (yes == against and casting is Casting.IN_FAVOUR))
        assert casting is None or yes == against


def test_what_everybody_agreed_to_has_no_count() -> None:
    assert may_count(DecisionHow.AGREED, None, None, here=3)
    assert not may_count(DecisionHow.AGREED, Votes(3, 0), None, here=3)
    assert not may_count(DecisionHow.AGREED, None, Casting.IN_FAVOUR, here=3)
    assert is_carried(DecisionHow.AGREED, None, None)


@pytest.mark.parametrize(
    ("votes", "casting", "because"),
    [
        (None, None, "Write down how many"),
        (Votes(0, 0, 0), None, "Write down how many"),
        (Votes(-1, 2, 0), None, "less than nought"),
        (Votes(3, 2, 2), None, "7 votes, and only 6 people"),
        (Votes(3, 2, 0), Casting.AGAINST, "only where the votes are even"),
    ],
)
def test_a_count_that_cannot_be_is_asked_for_again(votes: Votes | None, casting: Casting | None, because: str) -> None:
    assert because in may_count(DecisionHow.BALLOT, votes, casting, here=6).because


def test_a_count_reads_as_it_was_called_out() -> None:
    assert count_words(None, None) == ""
    assert count_words(Votes(5, 1, 0), None) == "5 for, 1 against, nobody abstained"
    assert count_words(Votes(2, 2, 1), Casting.AGAINST) == (
        "2 for, 2 against, 1 abstained, the chair's second vote against it"
    )
