"""Finding a group by what people know: its name, or their practice's name, postcode or code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.groups import queries as groups
from pcnppg.pages.rules import MOST_FOUND

if TYPE_CHECKING:
    from pcnppg.groups.models import Group


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: groups, each with where it belongs, then practices without a group. `is_more`: not all are here."""

    groups: Sequence[tuple[Group, str]] = ()
    practices: Sequence[tuple[str, str]] = ()  # name, postcode
    is_more: bool = False

    @property
    def count(self) -> int:
        return len(self.groups) + len(self.practices)


def find_groups(text: str) -> Found:
    """Groups by their own name, or by practice name, postcode or code; then practices that have none. Never many."""
    if not any(c.isalnum() for c in text):
        return Found()
    with_group = groups.list_groups_found(text, directory.codes_of_practices(text), limit=MOST_FOUND + 1)
    practices = directory.search_practices(text, limit=MOST_FOUND + 1)
    taken = groups.groups_of_practices(practice.code for practice in practices)
    without = [practice for practice in practices if practice.code not in taken]
    room = max(MOST_FOUND - len(with_group), 0)
    return Found(
        groups=_with_places(with_group[:MOST_FOUND]),
        practices=[(shown_name(practice.name), practice.postcode) for practice in without[:room]],
        is_more=len(with_group) > MOST_FOUND or len(practices) > MOST_FOUND or len(without) > room,
    )


def _with_places(found: Sequence[Group]) -> list[tuple[Group, str]]:
    practices = directory.practice_names([group.practice_code for group in found if group.practice_code])
    networks = directory.network_names([group.network_code for group in found if group.network_code])
    named = practices | networks
    return [(group, shown_name(named[group.practice_code or group.network_code or ""])) for group in found]
