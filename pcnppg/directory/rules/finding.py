"""What somebody means who types part of a practice's name, a postcode or a code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

LONGEST_SEARCH = 320
"""Characters that the `search` column holds."""

MOST_WORDS = 8
"""Words of a search that count; the rest of a pasted page does not."""

ALSO = {
    "st": ("saint", "street"),
    "dr": ("doctor",),
    "drs": ("doctors",),
    "ctr": ("centre",),
    "ctrs": ("centres",),
    "cntr": ("centre",),
    "cnt": ("centre",),
    "centr": ("centre",),
    "center": ("centre",),
    "hc": ("health", "centre"),
    "mc": ("medical", "centre"),
    "med": ("medical",),
    "hlth": ("health",),
    "hth": ("health",),
    "fam": ("family",),
    "pract": ("practice",),
    "prac": ("practice",),
    "surg": ("surgery",),
    "grp": ("group",),
    "rd": ("road",),
    "ave": ("avenue",),
    "tce": ("terrace",),
    "gt": ("great",),
    "ptnr": ("partner",),
    "ptnrs": ("partners",),
    "partn": ("partners",),
    "pship": ("partnership",),
    "ltd": ("limited",),
}
"""How published names shorten words, and what people type instead."""

SILENT = {"and"}
"""Words that count for nothing: "&" and "and" are the same."""

_OUTWARD = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?")
_INWARD = re.compile(r"[0-9][a-z]{0,2}")


@dataclass(frozen=True, slots=True)
class Sought:
    """What every practice found must have in its `search`: words that stand there, and beginnings of words."""

    whole: tuple[str, ...]
    beginnings: tuple[str, ...]


def postcode_key(postcode: str) -> str:
    """A postcode as it is compared: capitals, no spaces."""
    return "".join(postcode.upper().split())


def search_text(*, code: str, name: str, postcode: str) -> str:
    """All by which a practice can be found: its words, what its short words stand for, its code, its postcode's parts."""
    words = words_in(name)
    for word in tuple(words):
        words.extend(ALSO.get(word, ()))
    key = postcode_key(postcode).casefold()
    exact = (code.casefold(), key[:-3], key)
    kept = " " + " ".join(dict.fromkeys((*exact, *words))) + " "
    return kept if len(kept) <= LONGEST_SEARCH else kept[: kept.rindex(" ", 0, LONGEST_SEARCH) + 1]


def sought(text: str) -> Sought:
    """Read a search. Nothing typed seeks nothing: both parts are empty."""
    words = words_in(text)[:MOST_WORDS]
    whole: list[str] = []
    beginnings: list[str] = []
    at = 0
    while at < len(words):
        word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
        at += 1
        if _OUTWARD.fullmatch(word):
            whole.append(word)
            if _INWARD.fullmatch(following):
                beginnings.append(word + following)
                at += 1
        else:
            beginnings.append(word)
    return Sought(tuple(whole), tuple(beginnings))


def near_word(word: str, among: Iterable[str]) -> str | None:
    """The word of `among` that somebody most likely meant, or None. A word that is known, or that begins one, is no slip."""
    known = set(among)
    if any(one.startswith(word) for one in known):
        return None
    near = get_close_matches(
        word, sorted(one for one in known if abs(len(one) - len(word)) <= MOST_ASTRAY), n=1, cutoff=0.75
    )
    return near[0] if near else None


MOST_ASTRAY = 2
"""Letters by which a slip is longer or shorter at most."""
SHORTEST_SLIP = 4
"""Letters of a word from which we guess what was meant."""


def words_in(text: str) -> list[str]:
    """The words by which a text is found: without accents, capitals and apostrophes."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    without_apostrophes = re.sub(r"['’‘`]", "", plain.casefold())
    return [word for word in re.findall(r"[^\W_]+", without_apostrophes) if word not in SILENT]
