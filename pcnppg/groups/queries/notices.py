"""Reading who holds a group's data, and the privacy notices that say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.groups import formats
from pcnppg.groups.models import Group, PrivacyNotice
from pcnppg.groups.rules import Holder
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.settings import current
from pcnppg.store.session import session


def place_of(group: Group) -> str:
    """The name of the practice or network that a group belongs to, fit to read."""
    if group.practice_code:
        return shown_name(directory.get_practice(group.practice_code).name)
    return shown_name(directory.get_network(group.network_code or "").name)


def find_notice(group_id: int, version: int | None) -> PrivacyNotice | None:
    """A group's privacy notice of this version, or None."""
    return session().scalar(
        select(PrivacyNotice).where(PrivacyNotice.group_id == group_id, PrivacyNotice.version == version)
    )


def list_notices(group_id: int) -> list[PrivacyNotice]:
    """Every privacy notice that a group published, newest first."""
    found = select(PrivacyNotice).where(PrivacyNotice.group_id == group_id).order_by(PrivacyNotice.version.desc())
    return list(session().scalars(found))


@dataclass(frozen=True, slots=True)
class Notice:
    """A published privacy notice, in parts as a page sets it."""

    version: int
    published_at: datetime
    parts: list[formats.Part]


def get_notice(group_id: int, version: int) -> Notice:
    """A group's privacy notice of this version."""
    found = find_notice(group_id, version)
    if found is None:
        raise NotFound
    return Notice(found.version, found.published_at, formats.parts(found.words))


def notice_for(group: Group, holder: Holder) -> str:
    """What the notice of this group says if this is who holds its data."""
    operator = current().operator_name
    return formats.notice(holder, group_name=group.name, place=place_of(group), operator=operator)


def notice_in_force(group: Group) -> str:
    """What the notice in force says, empty where there is none."""
    found = find_notice(group.id, group.notice_version)
    return found.words if found is not None else ""
