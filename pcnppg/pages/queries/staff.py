"""What practice staff find when they come: what waits for their answer, whom to thank, what they have on the page. Counts only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pcnppg.groups.rules import STAFF
from pcnppg.pages.queries.waiting import Life
from pcnppg.pages.rules import Asked
from pcnppg.updates import queries as updates
from pcnppg.updates.rules import Occasion, is_worth_thanks

Asks = Callable[[int, datetime], Iterable[Asked]]
Occasions = Callable[[int, datetime], Iterable[Occasion]]
_asks: list[Asks] = []
_occasions: list[Occasions] = []


@dataclass(frozen=True, slots=True)
class Staff:
    """For one group: what is asked of the practice, what is worth thanks now (or None), and how many updates stand."""

    asked: Sequence[Asked]
    occasion: Occasion | None
    standing: int


def lend_to_staff(*, asks: Iterable[Asks] = (), occasions: Iterable[Occasions] = ()) -> None:
    """What domains ask of a practice, and what in them is worth thanks: from a group's number and the moment."""
    _asks[:], _occasions[:] = asks, occasions


def staff_of(lives: Iterable[Life], at: datetime) -> dict[int, Staff]:
    """The same for each group in which somebody is of the practice's staff, by the group's number."""
    return {life.group.id: _staff(life.group.id, at) for life in lives if life.sight.roles & STAFF}


def _staff(group_id: int, at: datetime) -> Staff:
    return Staff(
        asked=[asked for ask in _asks for asked in ask(group_id, at)],
        occasion=_worth_thanks(group_id, at),
        standing=updates.count_standing(group_id, at=at),
    )


def _worth_thanks(group_id: int, at: datetime) -> Occasion | None:
    """The latest that nobody has said thanks for yet."""
    found = [occasion for occasions in _occasions for occasion in occasions(group_id, at)]
    if not found:
        return None
    last, today = updates.last_thanked_on(group_id), updates.today_in_england(at)
    worth = [occasion for occasion in found if is_worth_thanks(occasion, last, today)]
    return max(worth, key=lambda occasion: occasion.on, default=None)
