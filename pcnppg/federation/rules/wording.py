"""Decisions in words: how each rule reads, and a result with its sum."""

from __future__ import annotations

from collections.abc import Sequence

from pcnppg.federation.rules.decisions import (
    SHARES,
    Counting,
    OnTie,
    Outcome,
    Quorum,
    Result,
    Rule,
    Tally,
    Terms,
    has_quorum,
)
from pcnppg.kernel.wording import count

RULES = {
    Rule.SIMPLE: "A simple majority: more than half of the votes that choose something",
    Rule.TWO_THIRDS: "Two thirds: at least two of every three votes that choose something",
    Rule.UNANIMOUS: "All of one mind: every vote that chooses something chooses the same",
    Rule.CONSENT: "Consent: at least one vote for it, and nobody objects",
}
COUNTINGS = {
    Counting.GROUPS: "One vote for each group",
    Counting.DELEGATES: "One vote for each delegate",
    Counting.BOTH: "Both: most delegates, and most groups, must choose the same",
}
QUORUMS = {
    Quorum.NONE: "However few vote",
    Quorum.THIRD: "At least a third must vote",
    Quorum.HALF: "At least half must vote",
    Quorum.TWO_THIRDS: "At least two thirds must vote",
    Quorum.ALL: "All must vote",
}
TIES = {
    OnTie.FALLS: "Nothing is decided",
    OnTie.FIRST: "The one that stands first in the list is chosen",
}
ENOUGH = {
    Rule.SIMPLE: "more than half",
    Rule.TWO_THIRDS: "two thirds or more",
    Rule.UNANIMOUS: "all of them",
    Rule.CONSENT: "all of them, and nobody objects",
}


def conclusion(result: Result, options: Sequence[str]) -> str:
    """What was decided, in one sentence."""
    if result.outcome is Outcome.CHOSEN and result.option is not None:
        return f"Decided: {options[result.option]}."
    return {
        Outcome.TIE: "Nothing is decided: the votes are equal.",
        Outcome.NO_QUORUM: "Nothing is decided: too few voted.",
        Outcome.NOBODY: "Nothing is decided: nobody chose anything.",
    }.get(result.outcome, "Nothing is decided: no answer got enough votes.")


def sums(terms: Terms, result: Result, options: Sequence[str]) -> list[str]:
    """How that follows from the votes: sentences that anybody can check."""
    delegates, groups = ("delegate", "delegates"), ("group", "groups")
    who = {Counting.GROUPS: [groups], Counting.DELEGATES: [delegates], Counting.BOTH: [delegates, groups]}[
        terms.counting
    ]
    found: list[str] = []
    for (one, many), tally in zip(who, result.tallies, strict=True):
        found += _sum(terms, result, tally, options, one, many)
    if terms.counting is Counting.BOTH and result.outcome is Outcome.NOT_REACHED:
        found.append("Delegates and groups must choose the same, and they did not.")
    return found


def _sum(terms: Terms, result: Result, tally: Tally, options: Sequence[str], one: str, many: str) -> list[str]:
    lines = [f"{tally.cast} of the {count(tally.on_roll, one, many)} on the roll voted."]
    if not has_quorum(terms.quorum, tally):
        needed = -(-SHARES[terms.quorum].numerator * tally.on_roll // SHARES[terms.quorum].denominator)
        return [*lines, f"At least {needed} had to vote."]
    shown = [f"{votes} for “{words}”" for votes, words in zip(tally.votes, options, strict=True)]
    shown.append(f"{tally.abstained} abstained")
    lines.append(f"{', '.join(shown)}.")
    if tally.chose:
        top = max(tally.votes)
        lines.append(f"The most votes for one answer: {top} of the {tally.chose} that chose something.")
        lines.append(f"The rule asks for {ENOUGH[terms.rule]}.")
    if result.by_tie:
        lines.append("The votes were equal. It was fixed before that the first answer in the list is chosen then.")
    return lines
