"""Which open items say nearly the same: words in common, without the small ones and without their endings."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SMALL = """
a about after all also am an and any are as at be because been before being but by can cannot could did do does doing done
each for from get gets getting give go had has have having he her here him his how i if in into is it its just let like
make many may me more most much must my need needs no not of off on one only or other our out over own people please
practice patients patient surgery same she should so some such than that the their them then there these they this those
to too up us use very want was we were what when where which while who whom why will with would you your
"""
SMALL = frozenset(_SMALL.split())
WORD = re.compile(r"[^\W\d_]+|\d+")
ENDING = re.compile(r"(?:ings?|ed|es|s|ly)$")
ENOUGH = 0.5
MOST = 3


def keywords(text: str) -> frozenset[str]:
    """The words that say what it is about."""
    return frozenset(_stem(word) for word in WORD.findall(text.casefold()) if word not in SMALL and len(word) > 1)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1: the share of the shorter one's words that the longer has; one word in common is not enough for more."""
    shared, shorter = len(one & other), min(len(one), len(other))
    if shared < min(2, shorter) or not shorter:
        return 0.0
    return shared / shorter


def most_like(text: str, others: Iterable[tuple[int, str]]) -> list[int]:
    """The numbers of the open items most like `text`, at most three."""
    words = keywords(text)
    found = ((likeness(words, keywords(title)), number) for number, title in others)
    near = sorted((score, number) for score, number in found if score >= ENOUGH)
    return [number for _, number in sorted(near, key=lambda pair: (-pair[0], pair[1]))[:MOST]]


def _stem(word: str) -> str:
    return ENDING.sub("", word) if len(word) > 4 else word
