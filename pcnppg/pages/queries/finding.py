"""Finding a group by what people know: its name, or their practice's name, postcode or code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcnppg.directory import queries as directory
from pcnppg.directory.rules import MOST_WORDS, SHORTEST_SLIP, near_word, shown_name, words_in
from pcnppg.groups import queries as groups
from pcnppg.pages.rules import MOST_FOUND

if TYPE_CHECKING:
    from pcnppg.directory.models import Practice
    from pcnppg.groups.models import Group

LOOKED_AT = 400
"""Names that are looked through at most for what somebody meant by a word that is not there."""


@dataclass(frozen=True, slots=True)
class Place:
    """The practice or network that a group belongs to, so that people can tell theirs. A network has no postcode."""

    name: str
    code: str
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: groups, each with where it belongs, then practices without a group. `is_more`: not all are here.

    `instead` is the text that this was found for where what was typed found nothing.
    """

    groups: Sequence[tuple[Group, Place]] = ()
    practices: Sequence[Place] = ()
    is_more: bool = False
    instead: str = ""

    @property
    def count(self) -> int:
        return len(self.groups) + len(self.practices)


def find_groups(text: str) -> Found:
    """Groups by their own name, their poster's code, or practice name, postcode or code; then practices without one.

    Never many. Where nothing is found, what a word nearby finds.
    """
    found = _find(text)
    if found.count or not (near := _near(text)):
        return found
    guessed = _find(near)
    return replace(guessed, instead=near) if guessed.count else found


def _find(text: str) -> Found:
    if not any(c.isalnum() for c in text):
        return Found()
    with_group = groups.list_groups_found(text, directory.codes_of_practices(text), limit=MOST_FOUND + 1)
    practices = directory.search_practices(text, limit=MOST_FOUND + 1)
    taken = groups.groups_of_practices(practice.code for practice in practices)
    without = [practice for practice in practices if practice.code not in taken]
    room = max(MOST_FOUND - len(with_group), 0)
    return Found(
        groups=_with_places(with_group[:MOST_FOUND]),
        practices=[_practice_place(practice) for practice in without[:room]],
        is_more=len(with_group) > MOST_FOUND or len(practices) > MOST_FOUND or len(without) > room,
    )


def _near(text: str) -> str:
    """The same text with each word that is nowhere put right, as far as a word begins alike; empty where none can be."""
    typed = words_in(text)[:MOST_WORDS]
    meant = [_meant(word) for word in typed]
    return "" if meant == typed else " ".join(meant)


def _meant(word: str) -> str:
    if len(word) < SHORTEST_SLIP or not word.isalpha():
        return word
    for length in (3, 2):
        beginning = word[:length]
        names = directory.list_words_like(beginning, limit=LOOKED_AT) + groups.list_names_like(
            beginning, limit=LOOKED_AT
        )
        among = {one for name in names for one in words_in(name) if one.startswith(beginning) and one.isalpha()}
        near = near_word(word, among)
        if near:
            return near
    return word


def _with_places(found: Sequence[Group]) -> list[tuple[Group, Place]]:
    practices = directory.list_by_codes([group.practice_code for group in found if group.practice_code])
    networks = directory.network_names([group.network_code for group in found if group.network_code])
    places = {code: _practice_place(practice) for code, practice in practices.items()}
    places |= {code: Place(shown_name(name), code) for code, name in networks.items()}
    return [(group, places[group.practice_code or group.network_code or ""]) for group in found]


def _practice_place(practice: Practice) -> Place:
    return Place(shown_name(practice.name), practice.code, practice.postcode)


def where_is(group: Group) -> Place:
    """The practice or network that a group belongs to."""
    if group.practice_code:
        return _practice_place(directory.get_practice(group.practice_code))
    network = directory.get_network(group.network_code or "")
    return Place(shown_name(network.name), network.code)
