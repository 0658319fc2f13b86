"""What a group raises to its network, and what comes back; where an item of a network's meeting comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pcnppg.groups.rules import STAFF, Role
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.meetings.rules.items import Origin

SOURCE_LENGTH = 100
"""Letters of what a guest's body is called."""


def may_raise(*, has_network: bool, is_held: bool) -> Verdict:
    """Can an officer pass this item to the network? Other groups read it there."""
    if not has_network:
        return no("Your group is in no network that meets, so this cannot be passed there. Answer it yourself.")
    if is_held:
        return no("Other groups will read this item. Read it once more and show it to everybody first.")
    return YES


def origin_there(roles: Collection[Role], *, has_home: bool) -> Origin:
    """Whose item it is at a network: of a group's patients, of a practice, or of the network itself."""
    if roles and not set(roles) - STAFF:
        return Origin.PRACTICE
    return Origin.PATIENTS if has_home else Origin.NETWORK


def answer_from(network: str, words: str) -> str:
    """A network's answer, as the group at home and its people read it."""
    return f"{network}: {words}"


def by_source(minutes: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Minutes by where items come from, the most first, then by name; what has no source is left out."""
    found: dict[str, int] = {}
    for source, taken in minutes:
        if source:
            found[source] = found.get(source, 0) + taken
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))
