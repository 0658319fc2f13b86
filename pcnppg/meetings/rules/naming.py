"""How people are named where everybody can read it: officers by name, staff by role, everybody else by initials. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pcnppg.groups.rules import OFFICERS, STAFF, Role, as_role

TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "sir", "dame", "rev", "lady", "lord"})
SOMEBODY = "somebody"
FORMER = "a former member"


def name_parts(name: str) -> list[str]:
    """The parts of a name, without titles."""
    parts = name.split()
    kept = [part for part in parts if part.rstrip(".").casefold() not in TITLES]
    return kept or parts


def initials(name: str) -> str:
    """ "DO" for Derek Okafor, "RM" for Dr Rosa Moreno; somebody, where a name has no letter."""
    firsts = (next((c for c in part if c.isalpha()), "") for part in name_parts(name))
    return "".join(firsts).upper()[:4] or SOMEBODY


def public_name(name: str, role: str | None, *, agreed: bool) -> str:
    """The name for all to read. `role` is the one held at the meeting, None for a guest."""
    if agreed or role in OFFICERS:
        return name
    if role in STAFF:
        return as_role(Role(role))
    return initials(name)


def reduced(words: str, swaps: Mapping[str, str]) -> str:
    """A text in which each name of `swaps`, as words of their own, gives way to what stands for it. The longest goes first.

    A name of one word stays: May and Will are words too. `may_still_name` points to it.
    """
    known = {" ".join(name.split()).casefold(): instead for name, instead in swaps.items() if len(name.split()) > 1}
    if not known:
        return words
    longest_first = sorted(known, key=lambda name: (-len(name), name))
    found = re.compile(rf"(?<!\w)(?:{'|'.join(_pattern(name) for name in longest_first)})(?!\w)", re.IGNORECASE)
    return found.sub(lambda match: _instead(match, known), words)


def _instead(match: re.Match[str], known: Mapping[str, str]) -> str:
    """What stands for a name; with a capital where it begins a sentence."""
    instead = known.get(" ".join(match[0].split()).casefold(), SOMEBODY)
    before = match.string[: match.start()].rstrip(" ")
    begins = not before or before[-1] in ".?!:\n-#"
    return instead[:1].upper() + instead[1:] if begins else instead


def _pattern(name: str) -> str:
    return r"\s+".join(re.escape(part) for part in name.split())


def may_still_name(words: str, names: list[str]) -> list[str]:
    """Parts of these names that a text still has as words of their own: somebody looks at it before all can read it."""
    parts = {part for name in names for part in name_parts(name) if len(part) > 2}
    return sorted(part for part in parts if re.search(rf"(?<!\w){re.escape(part)}(?!\w)", words))
