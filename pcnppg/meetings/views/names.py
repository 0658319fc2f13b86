"""How words that somebody typed are shown: whole to people of the group, without names to everybody else."""

from __future__ import annotations

from collections.abc import Callable

from flask import g

from pcnppg.groups.rules import Permission
from pcnppg.meetings.queries.naming import for_all
from pcnppg.web.access import can


def as_shown() -> Callable[[str | None], str]:
    """What a page passes such words through. Looked up once a page."""
    return _whole if can(Permission.SEE_OFFICE) else for_all(g.group.id)


def _whole(words: str | None) -> str:
    return words or ""
