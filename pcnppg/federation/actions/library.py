"""The library: sharing a text, taking a copy of one, changing one's own, putting it away."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.federation import queries
from pcnppg.federation.models import LibraryText, LibraryVersion
from pcnppg.federation.queries import library
from pcnppg.federation.rules.library import TextKind, may_borrow, may_keep
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.store.session import session

CHANGED = "Somebody else changed this text while you were writing. Nothing was lost, and yours is not saved yet. Read theirs first."
SAME = "You changed nothing, so there is nothing to save. The text stays as it is."


def share_text(group_id: int, *, kind: TextKind, title: str, body: str, by: Who, at: datetime) -> LibraryText:
    """Put a text of the group's, or of the network's own, on the shelf of the network."""
    group = groups.get_group(group_id)
    network_id = group_id if queries.is_network(group) else queries.get_inside(group_id).network_id
    text = LibraryText(group_id=group_id, network_id=network_id, kind=kind, version=0)
    _write(text, title, body, at=at)
    audit.note("federation.text_shared", by=by, at=at, group_id=group_id, about=("library_text", text.id))
    return text


def take_text(group_id: int, text_id: int, *, by: Who, at: datetime) -> LibraryText:
    """Make the group a copy of its own. What becomes of the text that it came from is then no matter to it."""
    groups.lock_group(group_id)
    source = library.get_text(group_id, text_id)
    has_copy = library.find_copy(group_id, text_id) is not None
    may_borrow(is_own=source.group_id == group_id, has_copy=has_copy).enforce()
    text = LibraryText(
        group_id=group_id, kind=source.kind, version=0, taken_from=source.id, taken_version=source.version
    )
    _write(text, source.title, source.body, at=at)
    audit.note("federation.text_taken", by=by, at=at, group_id=group_id, about=("library_text", text.id))
    return text


def change_text(
    group_id: int, text_id: int, *, title: str, body: str, version: int, by: Who, at: datetime
) -> LibraryText:
    """Give one's own text other words. `version` is the one that the writer began from."""
    text = library.get_own_text(group_id, text_id)
    if text.version != version:
        raise Conflict(CHANGED)
    if (text.title, text.body) == (title.strip(), body.strip()):
        raise RuleBroken(SAME)
    _write(text, title, body, at=at)
    audit.note("federation.text_changed", by=by, at=at, group_id=group_id, about=("library_text", text.id))
    return text


def withdraw_text(group_id: int, text_id: int, *, by: Who, at: datetime) -> None:
    """Take one's own off the shelf, or put a copy away. Copies that other groups took stay theirs."""
    text = library.get_own_text(group_id, text_id)
    text.withdrawn_at = at
    session().flush()
    audit.note("federation.text_withdrawn", by=by, at=at, group_id=group_id, about=("library_text", text.id))


def _write(text: LibraryText, title: str, body: str, *, at: datetime) -> None:
    """The words as they stand now, and the same as one more version."""
    may_keep(title, body).enforce()
    text.title, text.body = title.strip(), body.strip()
    text.version, text.written_at = text.version + 1, at
    session().add(text)
    session().flush()
    session().add(LibraryVersion(text_id=text.id, version=text.version, title=text.title, body=text.body, at=at))
    session().flush()
