"""How a question is put, who may vote, and how votes are counted: the same answer whoever counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from pcnppg.kernel.verdict import YES, Verdict, no

MOST_OPTIONS = 8
LONGEST_QUESTION = 200
LONGEST_FACTS = 4000
LONGEST_OPTION = 120
LONGEST_VIEW = 1000
LONGEST_OPEN = timedelta(days=120)


class Rule(StrEnum):
    SIMPLE = "simple"
    TWO_THIRDS = "two_thirds"
    UNANIMOUS = "unanimous"
    CONSENT = "consent"


class Counting(StrEnum):
    """What has one vote."""

    GROUPS = "groups"
    DELEGATES = "delegates"
    BOTH = "both"


class Quorum(StrEnum):
    """How many of those on the roll must have voted."""

    NONE = "none"
    THIRD = "third"
    HALF = "half"
    TWO_THIRDS = "two_thirds"
    ALL = "all"


class OnTie(StrEnum):
    FALLS = "falls"
    FIRST = "first"


class Outcome(StrEnum):
    CHOSEN = "chosen"
    TIE = "tie"
    NOT_REACHED = "not_reached"
    NO_QUORUM = "no_quorum"
    NOBODY = "nobody"


class How(StrEnum):
    """How a vote came."""

    PAGE = "page"
    PHONE = "phone"


SHARES = {
    Quorum.NONE: Fraction(0),
    Quorum.THIRD: Fraction(1, 3),
    Quorum.HALF: Fraction(1, 2),
    Quorum.TWO_THIRDS: Fraction(2, 3),
    Quorum.ALL: Fraction(1),
}
WE_AGREE, WE_OBJECT = "We can live with it", "We object"
"""The two answers to a question that is decided by consent."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is fixed about a decision when it opens."""

    rule: Rule
    counting: Counting
    quorum: Quorum
    on_tie: OnTie
    options: int
    is_secret: bool = False
    needs_view: bool = False


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote: of which group (0 where a secret vote does not say), for which option, counted from 0; None abstains."""

    group: int
    option: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """One count: votes for each option, how many abstained, and how many could have voted."""

    votes: tuple[int, ...]
    abstained: int
    on_roll: int

    @property
    def chose(self) -> int:
        return sum(self.votes)

    @property
    def cast(self) -> int:
        return self.chose + self.abstained


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a decision. `option` is counted from 0, None unless one is chosen; two tallies where both are counted."""

    outcome: Outcome
    option: int | None
    tallies: tuple[Tally, ...]
    by_tie: bool = False


def count(terms: Terms, roll: Sequence[int], ballots: Iterable[Ballot]) -> Result:
    """The result, from the groups of the votes on the roll (one entry a vote) and the votes that were cast."""
    cast = list(ballots)
    tallies = tuple(_tallies(terms, roll, cast))
    if not all(has_quorum(terms.quorum, tally) for tally in tallies):
        return Result(Outcome.NO_QUORUM, None, tallies)
    found = [_decide(terms, tally) for tally in tallies]
    outcomes = {outcome for outcome, _, _ in found}
    options = {option for _, option, _ in found}
    if outcomes == {Outcome.CHOSEN}:
        if len(options) == 1:
            return Result(Outcome.CHOSEN, options.pop(), tallies, by_tie=any(by_tie for _, _, by_tie in found))
        return Result(Outcome.NOT_REACHED, None, tallies)
    for outcome in (Outcome.NOBODY, Outcome.NOT_REACHED):
        if outcome in outcomes:
            return Result(outcome, None, tallies)
    return Result(Outcome.TIE, None, tallies)


def has_quorum(quorum: Quorum, tally: Tally) -> bool:
    """Have enough of those on the roll voted? Who abstains has voted."""
    return tally.cast >= SHARES[quorum] * tally.on_roll


def _tallies(terms: Terms, roll: Sequence[int], cast: Sequence[Ballot]) -> Iterable[Tally]:
    yield _tally(terms.options, [ballot.option for ballot in cast], len(roll))
    if terms.counting is Counting.BOTH:
        groups: dict[int, list[int | None]] = {}
        for ballot in cast:
            groups.setdefault(ballot.group, []).append(ballot.option)
        yield _tally(terms.options, [_voice(options) for options in groups.values()], len(set(roll)))


def _tally(options: int, cast: Sequence[int | None], on_roll: int) -> Tally:
    counted = Counter(cast)
    return Tally(tuple(counted[option] for option in range(options)), counted[None], on_roll)


def _voice(options: Sequence[int | None]) -> int | None:
    """A group's one vote from those of its delegates: what most of them chose; it abstains where they are split."""
    ranked = Counter(option for option in options if option is not None).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _decide(terms: Terms, tally: Tally) -> tuple[Outcome, int | None, bool]:
    """Outcome, option, and whether the rule for a tie chose it. Votes that abstain weigh on no side."""
    chose = tally.chose
    if chose == 0:
        return Outcome.NOBODY, None, False
    for option, votes in enumerate(tally.votes):
        if _is_enough(terms.rule, option, votes, chose):
            return Outcome.CHOSEN, option, False
    tied = [option for option, votes in enumerate(tally.votes) if 2 * votes == chose]
    if terms.rule is Rule.SIMPLE and len(tied) == 2:
        return (Outcome.CHOSEN, tied[0], True) if terms.on_tie is OnTie.FIRST else (Outcome.TIE, None, False)
    return Outcome.NOT_REACHED, None, False


def _is_enough(rule: Rule, option: int, votes: int, chose: int) -> bool:
    if rule is Rule.SIMPLE:
        return 2 * votes > chose
    if rule is Rule.TWO_THIRDS:
        return 3 * votes >= 2 * chose
    if rule is Rule.CONSENT and option > 0:
        return False
    return votes == chose


def may_open(
    terms: Terms, *, question: str, options: Sequence[str], roll: int, closes_at: datetime, at: datetime
) -> Verdict:
    """Is all said that must be fixed before anybody votes?"""
    named = [words.strip().casefold() for words in options]
    return _first_of(
        (not question.strip(), "Write the question first."),
        (not 2 <= len(named) <= MOST_OPTIONS, f"Give from two to {MOST_OPTIONS} options, each on a line of its own."),
        (len(set(named)) < len(named), "Two options read the same. Nobody could tell them apart."),
        (
            terms.rule is Rule.CONSENT and len(named) != 2,
            "A question decided by consent has two answers: we can live with it, or we object.",
        ),
        (
            terms.is_secret and terms.counting is Counting.BOTH,
            "A secret vote cannot be counted both ways: that would show how each group voted.",
        ),
        (
            not at < closes_at <= at + LONGEST_OPEN,
            f"Choose a day on which it closes, from today on and within {LONGEST_OPEN.days} days.",
        ),
        (not roll, "No group has sent a delegate yet, so nobody could vote."),
    )


def _first_of(*wrong: tuple[bool, str]) -> Verdict:
    """No, with the first reason that is true; yes where none is."""
    return next((no(because) for is_so, because in wrong if is_so), YES)


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody who would vote for a group, and how things stand with them and their vote."""

    group: str
    is_on_roll: bool
    speaks_now: bool = True
    is_in_network: bool = True
    has_view: bool = True
    is_cast: bool = False


def may_vote(voter: Voter, *, needs_view: bool, closes_at: datetime, is_closed: bool, at: datetime) -> Verdict:
    """Does this vote count? If not, why."""
    group = voter.group
    return _first_of(
        (is_closed or at >= closes_at, "The vote is closed. Your vote was not counted, and nothing has changed."),
        (not voter.is_on_roll, "You are not on the roll of this vote. It was fixed when the vote opened."),
        (
            not voter.is_in_network,
            f"{group} has left the network, so it can vote here no more. Votes given before still count.",
        ),
        (
            not voter.speaks_now,
            f"You no longer speak for {group}. A substitute who was on the roll can give this vote.",
        ),
        (voter.is_cast, f"This vote of {group} was given already. It counts once, and cannot be changed."),
        (
            needs_view and not voter.has_view,
            f"Write down first what {group} thinks. This question needs the view of each group.",
        ),
    )


def may_close(*, closes_at: datetime, cast: int, on_roll: int, at: datetime) -> Verdict:
    """Is the time over, or has everybody voted?"""
    if at < closes_at and cast < on_roll:
        return no("The vote is still open. It can be closed before its time only when all votes are given.")
    return YES
