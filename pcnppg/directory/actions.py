"""Taking an edition of the directory: what is new is added, what changed is written, what is gone is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text, update

from pcnppg.audit import actions as audit
from pcnppg.directory import queries
from pcnppg.directory.models import DirectoryEdition, Network, Practice
from pcnppg.directory.rules import (
    Difference,
    Publication,
    PublishedPractice,
    Standing,
    difference,
    may_import,
    postcode_key,
    search_text,
)
from pcnppg.kernel.who import Who
from pcnppg.store.session import session

WAIT_FOR_OTHERS = {
    "sqlite": "SELECT 1",  # the transaction itself is the lock
    "postgresql": "LOCK TABLE directory_edition IN EXCLUSIVE MODE",
}


def import_directory(published: Publication, *, allow: bool = False, by: Who, at: datetime) -> Difference:
    """Make the directory say what the edition says, and tell what that changed. Taken twice, it changes nothing.

    Refused (`RuleBroken`) if `may_import` says no, unless `allow` is given: then somebody looked and meant it.
    """
    _one_import_at_a_time()
    last, standing = queries.last_edition(), queries.standing_practices()
    changes = difference(published, standing, queries.standing_networks())
    open_before = sum(was.is_open for was in standing.values())
    if not allow:
        may_import(
            published, changes, last_extract_on=last.extract_on if last else None, open_before=open_before
        ).enforce()
    if changes.is_nothing and last is not None and _is_same(last, published):
        return changes
    _write_networks(published, changes)
    _write_practices(published, changes, standing)
    _write_edition(published, changes, by=by, at=at)
    return changes


def _one_import_at_a_time() -> None:
    """A second import waits for the first one here; readers do not."""
    session().execute(text(WAIT_FOR_OTHERS[session().get_bind().dialect.name]))


def _is_same(last: DirectoryEdition, published: Publication) -> bool:
    """Was this very edition the last one taken? Without the ages it is the same as with them."""
    ages = published.ages_digest in (None, last.ages_digest)
    return ages and (last.extract_on, last.map_digest) == (published.extract_on, published.map_digest)


def _write_networks(published: Publication, changes: Difference) -> None:
    named = published.networks
    _add(Network, ({"code": code, "name": named[code]} for code in changes.networks_new))
    _alter(Network, ({"code": code, "name": named[code]} for code in changes.networks_renamed))
    _alter(Network, ({"code": code, "closed_on": None} for code in changes.networks_reopened))
    _alter(Network, ({"code": code, "closed_on": published.extract_on} for code in changes.networks_closed))


def _write_practices(published: Publication, changes: Difference, standing: Mapping[str, Standing]) -> None:
    listed = published.practices
    _add(Practice, (_row(listed[code]) for code in changes.new))
    rewritten = sorted({*changes.changed, *changes.moved, *changes.reopened})
    _alter(Practice, (_row(listed[code]) | {"closed_on": None} for code in rewritten))
    _alter(Practice, ({"code": code, "closed_on": published.extract_on} for code in changes.closed))
    _alter(Practice, _counted(published, standing))


def _row(practice: PublishedPractice) -> dict[str, Any]:
    return {
        "code": practice.code,
        "name": practice.name,
        "postcode": practice.postcode,
        "postcode_key": postcode_key(practice.postcode),
        "search": search_text(code=practice.code, name=practice.name, postcode=practice.postcode),
        "network_code": practice.network_code,
        "icb_code": practice.icb_code,
        "icb_name": practice.icb_name,
    }


def _counted(published: Publication, standing: Mapping[str, Standing]) -> Iterable[dict[str, Any]]:
    """The list sizes that differ from what stands, in number or in date. The ages may list more than the map."""
    counts = published.list_sizes or {}
    for code in sorted(counts.keys() & published.practices.keys()):
        was = standing.get(code)
        if was is None or (was.list_size, was.list_size_on) != (counts[code], published.extract_on):
            yield {"code": code, "list_size": counts[code], "list_size_on": published.extract_on}


def _write_edition(published: Publication, changes: Difference, *, by: Who, at: datetime) -> None:
    edition = DirectoryEdition(
        extract_on=published.extract_on,
        imported_at=at,
        map_digest=published.map_digest,
        ages_digest=published.ages_digest,
        practices_new=len(changes.new),
        practices_changed=len(changes.altered),
        practices_closed=len(changes.closed),
    )
    session().add(edition)
    session().flush()
    audit.note(
        "directory.imported", by=by, at=at, about=("directory_edition", edition.id), count=len(published.practices)
    )


def _add(model: type[Network | Practice], rows: Iterable[dict[str, Any]]) -> None:
    if listed := list(rows):
        session().execute(insert(model), listed)


def _alter(model: type[Network | Practice], rows: Iterable[dict[str, Any]]) -> None:
    """Bulk update by primary key."""
    if listed := list(rows):
        session().execute(update(model), listed)
