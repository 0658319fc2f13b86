"""A group with a chair, a practice manager and a member, and the updates and thanks that they post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pcnppg.groups.rules import Role
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import Who
from pcnppg.store.session import session, transaction
from pcnppg.updates import actions
from pcnppg.updates.queries import today_in_england
from pcnppg.updates.rules import Content, Kind, Side, To, usual_days
from tests import making
from tests.groups.stories import chair_of


@dataclass(frozen=True, slots=True)
class Cast:
    """A group and its people, by numbers."""

    group: int
    chair: int
    manager: int
    member: int


def a_cast(slug: str = "elm-tree", practice: str = "Z99001") -> Cast:
    group = making.a_group(slug=slug, practice=practice, chair=f"chair-{slug}@example.com")
    manager = making.an_officer(group, role=Role.PRACTICE_MANAGER, name="Karen Doyle")
    member = making.an_officer(group, role=Role.MEMBER)
    return Cast(group, chair_of(group), manager, member)


def content(title: str = "The lift works again", *, kind: Kind = Kind.NEWS, **over: Any) -> Content:
    """Good words for an update of this kind, today."""
    review_on, ends_on = usual_days(today_in_england(now()))
    days = {"review_on": over.pop("review_on", review_on), "ends_on": over.pop("ends_on", ends_on)}
    plain = {"words": "You can use it from Monday."}
    parts = {
        Kind.SAID_DID: {"said": "The phones are slow.", "did": "Three more people answer at eight."},
        Kind.ROLE: {
            "helps": "Questions about your medicines.",
            "suits": "People who take several.",
            "how": "Ask at the desk.",
            "gp_first": "no",
            "place": "At the surgery, Mondays.",
        },
    }.get(kind, plain)
    return Content(kind=kind, title=title, parts={**parts, **over}, **days)


def posted(
    cast: Cast, title: str = "The lift works again", *, by: int = 0, side: Side = Side.PRACTICE, **over: Any
) -> int:
    """An update of the practice's, by its manager unless somebody else is named: its number."""
    with transaction():
        made = actions.post(cast.group, content(title, **over), side=side, by=Who.person(by or cast.manager), at=now())
        return made.id


def changed(cast: Cast, update_id: int, new: Content, *, version: int = 1, by: int = 0) -> None:
    with transaction():
        who = Who.person(by or cast.manager)
        actions.change(cast.group, update_id, new, version=version, by=who, at=now())


def withdrawn(cast: Cast, update_id: int, *, by: int = 0) -> None:
    with transaction():
        actions.withdraw(cast.group, update_id, by=Who.person(by or cast.manager), at=now())


def thanked(cast: Cast, words: str = "Thank you for the tea.", *, to: To = To.GROUP, by: int = 0) -> int:
    with transaction():
        who = Who.person(by or cast.manager)
        return actions.say_thanks(cast.group, to=to, words=words, side=Side.PRACTICE, by=who, at=now()).id


def in_days(days: int) -> date:
    return today_in_england(now()) + timedelta(days=days)


def fresh() -> None:
    """Read anew what a request changed."""
    session().rollback()
