"""Updates as they stand, and how they came to say what they say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound
from pcnppg.people import queries as people
from pcnppg.store.session import session
from pcnppg.updates import formats
from pcnppg.updates.models import PostedUpdate, UpdateVersion
from pcnppg.updates.rules import KIND_WORDS, SIDE_WORDS, Kind, Side, State, Told, state_of, told

LISTED = 200
"""Updates on one page at most."""


@dataclass(frozen=True, slots=True)
class Posted:
    """An update for a page: no row of a table, so that nothing on the page can change it."""

    id: int
    kind: Kind
    side: Side
    title: str
    told: Sequence[Told]
    review_on: date
    ends_on: date
    version: int
    posted_at: datetime
    changed_at: datetime
    withdrawn_at: datetime | None
    state: State

    @property
    def kind_words(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def side_words(self) -> str:
        return SIDE_WORDS[self.side]

    @property
    def text(self) -> str:
        """All it says but its title, as one text."""
        return formats.plain(self.told)

    @property
    def is_changed(self) -> bool:
        return self.changed_at > self.posted_at


@dataclass(frozen=True, slots=True)
class Version:
    """What an update said from `at` on, and who wrote it."""

    number: int
    at: datetime
    by: str
    title: str
    told: Sequence[Told]
    review_on: date
    ends_on: date


def today_in_england(at: datetime) -> date:
    """The day of a moment, by the clock on the waiting room's wall."""
    return clock.local(at).date()


def get_row(group_id: int, update_id: int, *, lock: bool = False) -> PostedUpdate:
    """An update's row, in whatever state; another group's is not found."""
    found = select(PostedUpdate).where(PostedUpdate.group_id == group_id, PostedUpdate.id == update_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    row = session().scalar(found)
    if row is None:
        raise NotFound
    return row


def get_update(group_id: int, update_id: int, *, at: datetime) -> Posted:
    """An update of this group, in whatever state."""
    return posted(get_row(group_id, update_id), today_in_england(at))


def list_standing(group_id: int, *, at: datetime, limit: int = LISTED) -> list[Posted]:
    """What stands on the group's page now, the newest first."""
    today = today_in_england(at)
    rows = session().scalars(_standing(select(PostedUpdate), group_id, today).order_by(*_NEWEST).limit(limit))
    return [posted(row, today) for row in rows]


def count_standing(group_id: int, *, at: datetime) -> int:
    found = _standing(select(func.count()).select_from(PostedUpdate), group_id, today_in_england(at))
    return session().scalar(found) or 0


def list_to_review(group_id: int, sides: Iterable[Side], *, at: datetime) -> list[Posted]:
    """What stands, comes from one of these sides, and should be looked at again; the longest due first."""
    today = today_in_england(at)
    found = _standing(select(PostedUpdate), group_id, today).where(
        PostedUpdate.side.in_(list(sides)), PostedUpdate.review_on <= today
    )
    return [posted(row, today) for row in session().scalars(found.order_by(PostedUpdate.review_on, PostedUpdate.id))]


def find_standing(group_id: int, numbers: Collection[int], *, at: datetime) -> list[Posted]:
    """Those of a group's updates with these numbers that stand now, the newest first."""
    today = today_in_england(at)
    found = _standing(select(PostedUpdate), group_id, today).where(PostedUpdate.id.in_(numbers))
    return [posted(row, today) for row in session().scalars(found.order_by(*_NEWEST))]


def find_untouched(group_id: int, since: Mapping[int, datetime], *, at: datetime) -> list[Posted]:
    """The same of those that nobody changed, or found to be still true, since a moment of each."""
    last = (
        select(UpdateVersion.update_id, func.max(UpdateVersion.at))
        .where(UpdateVersion.update_id.in_(since))
        .group_by(UpdateVersion.update_id)
    )
    touched = dict(session().execute(last).all())
    return [one for one in find_standing(group_id, since, at=at) if touched[one.id] <= since[one.id]]


def list_all(group_id: int, *, at: datetime) -> list[Posted]:
    """Every update that there was, the newest first."""
    today = today_in_england(at)
    found = select(PostedUpdate).where(PostedUpdate.group_id == group_id).order_by(*_NEWEST).limit(LISTED)
    return [posted(row, today) for row in session().scalars(found)]


def list_versions(group_id: int, update_id: int) -> list[Version]:
    """All that an update has said, the newest first."""
    kind = Kind(get_row(group_id, update_id).kind)
    found = select(UpdateVersion).where(UpdateVersion.update_id == update_id).order_by(UpdateVersion.version.desc())
    rows = list(session().scalars(found))
    names = {person.id: person.name for person in people.list_people([row.by_person_id for row in rows])}
    return [
        Version(
            number=row.version,
            at=row.at,
            by=names[row.by_person_id],
            title=row.title,
            told=told(kind, formats.as_parts(row.parts)),
            review_on=row.review_on,
            ends_on=row.ends_on,
        )
        for row in rows
    ]


def tag_of(host: str, slug: str, update: Posted) -> str:
    """What an update is called in the feed, for good (RFC 4151)."""
    return f"tag:{host},{update.posted_at:%Y-%m-%d}:/groups/{slug}/updates/{update.id}"


def posted(row: PostedUpdate, today: date) -> Posted:
    """A row as a page takes it."""
    kind = Kind(row.kind)
    return Posted(
        id=row.id,
        kind=kind,
        side=Side(row.side),
        title=row.title,
        told=told(kind, formats.as_parts(row.parts)),
        review_on=row.review_on,
        ends_on=row.ends_on,
        version=row.version,
        posted_at=row.posted_at,
        changed_at=row.changed_at,
        withdrawn_at=row.withdrawn_at,
        state=state_of(row.ends_on, is_withdrawn=row.withdrawn_at is not None, today=today),
    )


_NEWEST = (PostedUpdate.posted_at.desc(), PostedUpdate.id.desc())


def _standing(found: Select[Any], group_id: int, today: date) -> Select[Any]:
    return found.where(
        PostedUpdate.group_id == group_id, PostedUpdate.withdrawn_at.is_(None), PostedUpdate.ends_on >= today
    )
