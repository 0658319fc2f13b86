"""The arithmetic of decisions, on every small case there is: counted a second time here, in another way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations_with_replacement, product

import pytest

from pcnppg.federation.rules import decisions as rules
from pcnppg.federation.rules.decisions import (
    Ballot,
    Counting,
    OnTie,
    Outcome,
    Quorum,
    Result,
    Rule,
    Tally,
    Terms,
    Voter,
    count,
)
from pcnppg.federation.rules.wording import COUNTINGS, QUORUMS, RULES, TIES, conclusion, sums
from tests.conftest import THE_DAY

NAMES = ("Yes", "No", "Later")
SHARE = {Quorum.NONE: 0, Quorum.THIRD: 1 / 3, Quorum.HALF: 1 / 2, Quorum.TWO_THIRDS: 2 / 3, Quorum.ALL: 1}


def every_way(voters: int, options: int) -> Iterator[tuple[int | None, ...]]:
    """Each way in which so many might vote, whoever is who."""
    for cast in range(voters + 1):
        yield from combinations_with_replacement((*range(options), None), cast)


def naive(terms: Terms, cast: Sequence[int | None], on_roll: int) -> tuple[str, int | None]:
    """By hand: sort the votes into heaps and look at them."""
    if len(cast) + 1e-9 < SHARE[terms.quorum] * on_roll:
        return "no_quorum", None
    heaps = {option: cast.count(option) for option in range(terms.options)}
    spoke = [vote for vote in cast if vote is not None]
    if not spoke:
        return "nobody", None
    ranked = sorted(heaps, key=lambda option: (-heaps[option], option))
    best, others = heaps[ranked[0]], len(spoke) - heaps[ranked[0]]
    if terms.rule is Rule.CONSENT:
        return ("chosen", 0) if set(spoke) == {0} else ("not_reached", None)
    if terms.rule is Rule.UNANIMOUS:
        return ("chosen", spoke[0]) if len(set(spoke)) == 1 else ("not_reached", None)
    if terms.rule is Rule.TWO_THIRDS:
        return ("chosen", ranked[0]) if best >= 2 * others else ("not_reached", None)
    if best > others:
        return "chosen", ranked[0]
    if best == others and heaps[ranked[1]] == best:
        return ("chosen", ranked[0]) if terms.on_tie is OnTie.FIRST else ("tie", None)
    return "not_reached", None


@pytest.mark.parametrize("counting", [Counting.GROUPS, Counting.DELEGATES])
@pytest.mark.parametrize("rule", Rule)
def test_every_small_vote_is_counted_as_by_hand(rule: Rule, counting: Counting) -> None:
    for quorum, on_tie, options in product(Quorum, OnTie, (2, 3)):
        terms = Terms(rule, counting, quorum, on_tie, options)
        for voters in range(1, 7):
            for cast in every_way(voters, options):
                found = count(terms, range(voters), [Ballot(n, vote) for n, vote in enumerate(cast)])
                assert (found.outcome, found.option) == naive(terms, cast, voters), (terms, cast, voters)
                (tally,) = found.tallies
                assert tally.cast == len(cast)
                assert tally.on_roll == voters


def test_counted_both_ways_groups_and_delegates_must_choose_the_same() -> None:
    """Three groups with two, two and one delegates: each way in which all five might vote or stay away."""
    roll = [1, 1, 2, 2, 3]
    for rule, on_tie, quorum in product(Rule, OnTie, (Quorum.NONE, Quorum.TWO_THIRDS)):
        terms = Terms(rule, Counting.BOTH, quorum, on_tie, 2)
        for votes in product((0, 1, None, "away"), repeat=5):
            cast = [Ballot(group, vote) for group, vote in zip(roll, votes, strict=True) if vote != "away"]  # type: ignore[arg-type]
            voices = []
            for group in {ballot.group for ballot in cast}:
                mine = [ballot.option for ballot in cast if ballot.group == group and ballot.option is not None]
                split = mine.count(0) == mine.count(1)
                voices.append(None if split else max((0, 1), key=mine.count))
            by_delegates = naive(terms, [ballot.option for ballot in cast], 5)
            by_groups = naive(terms, voices, 3)
            found = count(terms, roll, cast)
            both = {by_delegates[0], by_groups[0]}
            if "no_quorum" in both:
                assert found.outcome is Outcome.NO_QUORUM
            elif by_delegates == by_groups:
                assert (found.outcome, found.option) == by_delegates
            else:
                assert found.outcome is not Outcome.CHOSEN
                assert found.option is None


@pytest.mark.parametrize("rule", Rule)
def test_nobody_is_favoured(rule: Rule) -> None:
    """Who votes first, and how the answers are numbered, changes nothing: but for consent, and a tie that says so."""
    terms = Terms(rule, Counting.DELEGATES, Quorum.NONE, OnTie.FALLS, 2)
    for cast in product((0, 1, None), repeat=4):
        plain = count(terms, range(4), [Ballot(0, vote) for vote in cast])
        assert count(terms, range(4), [Ballot(0, vote) for vote in reversed(cast)]) == plain
        if rule is not Rule.CONSENT:
            turned = count(terms, range(4), [Ballot(0, None if vote is None else 1 - vote) for vote in cast])
            assert turned.outcome == plain.outcome
            assert turned.option == (None if plain.option is None else 1 - plain.option)


def test_one_more_vote_for_what_is_chosen_never_loses_it() -> None:
    for rule, cast in product(Rule, every_way(5, 3)):
        terms = Terms(rule, Counting.DELEGATES, Quorum.NONE, OnTie.FALLS, 2 if rule is Rule.CONSENT else 3)
        if rule is Rule.CONSENT and 2 in cast:
            continue
        found = count(terms, range(6), [Ballot(0, vote) for vote in cast])
        if found.option is not None:
            more = count(terms, range(6), [Ballot(0, vote) for vote in (*cast, found.option)])
            assert more.option == found.option


def test_an_answer_that_nobody_chose_is_never_decided() -> None:
    for rule, on_tie, cast in product(Rule, OnTie, every_way(4, 3)):
        found = count(
            Terms(rule, Counting.DELEGATES, Quorum.NONE, on_tie, 3), range(4), [Ballot(0, vote) for vote in cast]
        )
        assert found.option is None or found.option in cast


def test_results_say_their_sum_in_words() -> None:
    terms = Terms(Rule.SIMPLE, Counting.GROUPS, Quorum.HALF, OnTie.FALLS, 2)
    found = count(terms, [1, 2, 3, 4], [Ballot(1, 0), Ballot(2, 0), Ballot(3, 1)])
    assert conclusion(found, NAMES[:2]) == "Decided: Yes."
    assert sums(terms, found, NAMES[:2]) == [
        "3 of the 4 groups on the roll voted.",
        "2 for “Yes”, 1 for “No”, 0 abstained.",
        "The most votes for one answer: 2 of the 3 that chose something.",
        "The rule asks for more than half.",
    ]


def test_results_without_a_decision_say_why() -> None:
    terms = Terms(Rule.SIMPLE, Counting.GROUPS, Quorum.HALF, OnTie.FALLS, 2)
    roll = [1, 2, 3, 4]
    said = {
        "Nothing is decided: too few voted.": [Ballot(1, 0)],
        "Nothing is decided: nobody chose anything.": [Ballot(1, None), Ballot(2, None)],
        "Nothing is decided: the votes are equal.": [Ballot(1, 0), Ballot(2, 1)],
    }
    for words, cast in said.items():
        assert conclusion(count(terms, roll, cast), NAMES) == words
    assert sums(terms, count(terms, roll, [Ballot(1, 0)]), NAMES[:2])[-1] == "At least 2 had to vote."
    nobody = count(terms, roll, [Ballot(1, None), Ballot(2, None)])
    assert sums(terms, nobody, NAMES[:2])[-1] == "0 for “Yes”, 0 for “No”, 2 abstained."
    all_agree = Terms(Rule.UNANIMOUS, Counting.DELEGATES, Quorum.NONE, OnTie.FALLS, 2)
    split = count(all_agree, roll, [Ballot(1, 0), Ballot(2, 1)])
    assert conclusion(split, NAMES) == "Nothing is decided: no answer got enough votes."
    assert "The rule asks for all of them." in sums(all_agree, split, NAMES[:2])


def test_a_tie_that_was_settled_before_says_so() -> None:
    terms = Terms(Rule.SIMPLE, Counting.DELEGATES, Quorum.NONE, OnTie.FIRST, 2)
    found = count(terms, [1, 2], [Ballot(1, 0), Ballot(2, 1)])
    assert found == Result(Outcome.CHOSEN, 0, (Tally((1, 1), 0, 2),), by_tie=True)
    assert "fixed before" in sums(terms, found, NAMES[:2])[-1]


def test_both_counts_are_shown_and_that_they_disagree() -> None:
    terms = Terms(Rule.SIMPLE, Counting.BOTH, Quorum.NONE, OnTie.FALLS, 2)
    found = count(terms, [1, 1, 1, 2, 3], [Ballot(1, 0)] * 3 + [Ballot(2, 1), Ballot(3, 1)])
    assert found.outcome is Outcome.NOT_REACHED
    said = sums(terms, found, NAMES[:2])
    assert said[0] == "5 of the 5 delegates on the roll voted."
    assert "3 of the 3 groups on the roll voted." in said
    assert said[-1] == "Delegates and groups must choose the same, and they did not."


def test_every_word_of_a_rule_is_there() -> None:
    assert set(RULES) == set(Rule)
    assert set(COUNTINGS) == set(Counting)
    assert set(QUORUMS) == set(Quorum)
    assert set(TIES) == set(OnTie)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"question": " "}, "Write the question"),
        ({"options": ["Yes"]}, "from two to 8"),
        ({"options": [str(n) for n in range(9)]}, "from two to 8"),
        ({"options": ["Yes", " yes "]}, "read the same"),
        ({"terms": Terms(Rule.CONSENT, Counting.GROUPS, Quorum.HALF, OnTie.FALLS, 3), "options": NAMES}, "consent"),
        ({"terms": Terms(Rule.SIMPLE, Counting.BOTH, Quorum.HALF, OnTie.FALLS, 2, is_secret=True)}, "secret"),
        ({"closes_at": THE_DAY}, "Choose a day"),
        ({"closes_at": THE_DAY + timedelta(days=121)}, "Choose a day"),
        ({"roll": 0}, "No group has sent a delegate"),
    ],
)
def test_a_vote_opens_only_when_all_is_said(change: dict[str, object], says: str) -> None:
    whole = {
        "terms": Terms(Rule.SIMPLE, Counting.GROUPS, Quorum.HALF, OnTie.FALLS, 2),
        "question": "Shall we?",
        "options": ["Yes", "No"],
        "roll": 3,
        "closes_at": THE_DAY + timedelta(days=7),
        "at": THE_DAY,
    }
    assert rules.may_open(**whole)  # type: ignore[arg-type]  # mixed on purpose
    verdict = rules.may_open(**{**whole, **change})  # type: ignore[arg-type]  # as above
    assert not verdict
    assert says in verdict.because


@pytest.mark.parametrize(
    ("voter", "over", "says"),
    [
        (Voter("Elm", True), {"is_closed": True}, "is closed"),
        (Voter("Elm", True), {"at": THE_DAY + timedelta(days=7)}, "is closed"),
        (Voter("", False), {}, "not on the roll"),
        (Voter("Elm", True, is_in_network=False), {}, "Elm has left"),
        (Voter("Elm", True, speaks_now=False), {}, "no longer speak for Elm"),
        (Voter("Elm", True, is_cast=True), {}, "given already"),
        (Voter("Elm", True, has_view=False), {"needs_view": True}, "what Elm thinks"),
    ],
)
def test_a_vote_that_does_not_count_says_why(voter: Voter, over: dict[str, object], says: str) -> None:
    given = {"needs_view": False, "closes_at": THE_DAY + timedelta(days=7), "is_closed": False, "at": THE_DAY}
    assert rules.may_vote(Voter("Elm", True, has_view=False), **given)  # type: ignore[arg-type]  # mixed on purpose
    verdict = rules.may_vote(voter, **{**given, **over})  # type: ignore[arg-type]  # as above
    assert not verdict
    assert says in verdict.because


def test_a_vote_closes_when_its_time_is_over_or_all_have_voted() -> None:
    later = THE_DAY + timedelta(hours=1)
    assert not rules.may_close(closes_at=later, cast=1, on_roll=2, at=THE_DAY)
    assert rules.may_close(closes_at=later, cast=2, on_roll=2, at=THE_DAY)
    assert rules.may_close(closes_at=THE_DAY, cast=0, on_roll=2, at=THE_DAY)
