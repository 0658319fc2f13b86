"""Reading the library: what the groups of a network share, and a group's own copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from pcnppg.federation.models import LibraryText, LibraryVersion
from pcnppg.federation.queries.belonging import find_inside, is_network, list_inside
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import NotFound
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Shelved:
    """A text on the shelf, with the name of the group that shares it."""

    row: LibraryText
    group: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A text that somebody of a group reads. `newer`: the text it was copied from has been changed since."""

    row: LibraryText
    group: str
    is_own: bool
    copy: LibraryText | None
    newer: LibraryText | None
    versions: Sequence[LibraryVersion]


def network_read_by(group_id: int) -> int | None:
    """The network whose library a group reads; None for a group in no network."""
    if is_network(groups.get_group(group_id)):
        return group_id
    place = find_inside(group_id)
    return place.network_id if place else None


def list_shelf(network_id: int) -> list[Shelved]:
    """What the network and its groups share now, by title."""
    names = {one.group.id: one.group.name for one in list_inside(network_id)}
    names[network_id] = groups.get_group(network_id).name
    found = select(LibraryText).where(
        LibraryText.network_id == network_id, LibraryText.withdrawn_at.is_(None), LibraryText.group_id.in_(names)
    )
    rows = session().scalars(found.order_by(LibraryText.title, LibraryText.id))
    return [Shelved(row, names[row.group_id]) for row in rows]


def list_copies(group_id: int) -> list[LibraryText]:
    """A group's own copies, by title."""
    found = select(LibraryText).where(
        LibraryText.group_id == group_id, LibraryText.network_id.is_(None), LibraryText.withdrawn_at.is_(None)
    )
    return list(session().scalars(found.order_by(LibraryText.title, LibraryText.id)))


def get_text(group_id: int, text_id: int) -> LibraryText:
    """A text that stands, of this group or on the shelf of its network."""
    row = _find(group_id, text_id)
    if row is None:
        raise NotFound
    return row


def get_own_text(group_id: int, text_id: int) -> LibraryText:
    """A text of this group that stands, locked."""
    found = select(LibraryText).where(
        LibraryText.id == text_id, LibraryText.group_id == group_id, LibraryText.withdrawn_at.is_(None)
    )
    row = session().scalar(found.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def find_copy(group_id: int, text_id: int) -> LibraryText | None:
    """A group's own copy of a text, if it keeps one."""
    found = select(LibraryText).where(
        LibraryText.group_id == group_id, LibraryText.taken_from == text_id, LibraryText.withdrawn_at.is_(None)
    )
    return session().scalar(found.order_by(LibraryText.id))


def open_text(group_id: int, text_id: int) -> Opened:
    """The same for its page. What it said before is for its own group alone."""
    row = get_text(group_id, text_id)
    is_own = row.group_id == group_id
    source = _find(group_id, row.taken_from) if is_own and row.taken_from else None
    return Opened(
        row=row,
        group=groups.get_group(row.group_id).name,
        is_own=is_own,
        copy=None if is_own else find_copy(group_id, text_id),
        newer=source if source is not None and source.version > (row.taken_version or 0) else None,
        versions=_before(row) if is_own else (),
    )


def _find(group_id: int, text_id: int) -> LibraryText | None:
    row = session().scalar(select(LibraryText).where(LibraryText.id == text_id, LibraryText.withdrawn_at.is_(None)))
    if row is None or row.group_id == group_id:
        return row
    network_id = network_read_by(group_id)
    if network_id is None or row.network_id != network_id:
        return None
    is_here = row.group_id == network_id or any(one.group.id == row.group_id for one in list_inside(network_id))
    return row if is_here else None


def _before(row: LibraryText) -> list[LibraryVersion]:
    found = select(LibraryVersion).where(LibraryVersion.text_id == row.id, LibraryVersion.version < row.version)
    return list(session().scalars(found.order_by(LibraryVersion.version.desc())))
