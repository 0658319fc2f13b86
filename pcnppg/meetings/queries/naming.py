"""Whom words for everybody to read may name: people outside office, who are reduced to initials or role unless they agreed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sqlalchemy import select

from pcnppg.groups.rules import OFFICERS, STAFF
from pcnppg.meetings.models import Action, Attendance, Item, Meeting
from pcnppg.meetings.queries.day import belonging
from pcnppg.meetings.queries.items import proposer_name
from pcnppg.meetings.rules.naming import initials, may_still_name, public_name, reduced
from pcnppg.membership import queries as membership
from pcnppg.store.session import session

CAPITALS = re.compile(r"[^\W\d_a-z][\w'’-]*(?:\s+[^\W\d_a-z][\w'’-]*)+")
"""Words one after the other that each begin with a capital: a full name is among them."""
LONGEST_NAME = 4
"""Words of a name that is looked for on the contact list."""


def swaps_of(group_id: int) -> dict[str, str]:
    """The names that words for everybody must not say, and what stands for each: of people with a role, and of owners."""
    agreed = _agreed(group_id)
    swaps = {}
    for person_id, (name, role) in belonging(group_id).items():
        instead = public_name(name, role, agreed=person_id in agreed)
        if instead != name:
            swaps[name] = instead
    owners = select(Action.owner_name).where(Action.group_id == group_id, Action.owner_name.is_not(None)).distinct()
    for owner in session().scalars(owners):
        swaps.setdefault(owner or "", initials(owner or ""))
    return swaps


def for_all(group_id: int) -> Callable[[str | None], str]:
    """What reduces words for everybody to read. Looked up once for all words of a page."""
    swaps = swaps_of(group_id)
    return lambda words: reduced(words or "", swaps)


def named_in(group_id: int, words: str, *, item: Item | None = None, by_officer: bool = True) -> list[str]:
    """Names that these words may say of people outside office: who wrote them looks twice before everybody can read them.

    Only officers are told of a name on the contact list, or of a proposer's: nobody else learns who is on it (rule 6).
    The practice's staff may name each other.
    """
    staff = {name for name, role in belonging(group_id).values() if role in STAFF and not by_officer}
    names = [name for name in swaps_of(group_id) if name not in staff]
    if by_officer and item is not None and not _is_officer(group_id, item.person_id):
        names.append(proposer_name(item))
    found = set(may_still_name(words, names))
    if by_officer:
        found |= set(membership.list_named(group_id, set(_full_names(words))))
    return sorted(found)


def _is_officer(group_id: int, person_id: int | None) -> bool:
    return person_id is not None and belonging(group_id).get(person_id, ("", None))[1] in OFFICERS


def _agreed(group_id: int) -> set[int]:
    """Who said of the newest meeting about which they said anything that their full name may be printed."""
    found = (
        select(Attendance.person_id, Attendance.is_named)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Attendance.group_id == group_id, Attendance.said.is_not(None), Attendance.person_id.is_not(None))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    last: dict[int | None, bool] = dict(session().execute(found).all())
    return {person_id for person_id, is_named in last.items() if person_id is not None and is_named}


def _full_names(words: str) -> Iterator[str]:
    for match in CAPITALS.finditer(words):
        parts = [part.removesuffix("'s").removesuffix("’s") for part in match[0].split()]
        for start in range(len(parts) - 1):
            for end in range(start + 2, min(len(parts), start + LONGEST_NAME) + 1):
                yield " ".join(parts[start:end])
