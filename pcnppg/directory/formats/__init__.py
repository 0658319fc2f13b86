"""The two files that NHS England publishes each month, read whole and checked, or refused with one line."""

from __future__ import annotations

from pathlib import Path

from pcnppg.directory.formats import ages, practice_map
from pcnppg.directory.formats.opening import Table, refused
from pcnppg.directory.rules import Publication, old_day

__all__ = ["read_publication"]


def read_publication(map_file: Path, ages_file: Path | None = None) -> Publication:
    """Both files, CSV or ZIP as published; or `RuleBroken` with one line that names file, line and fault."""
    mapped_file = Table.open(map_file)
    mapped = practice_map.read(mapped_file)
    counted_file = Table.open(ages_file) if ages_file else None
    counted = ages.read(counted_file) if counted_file else None
    if counted_file and counted and counted.extract_on != mapped.extract_on:
        raise refused(
            counted_file.name,
            f"it is of {old_day(counted.extract_on)}, but the map is of {old_day(mapped.extract_on)}. "
            "Take both files of the same month.",
        )
    return Publication(
        extract_on=mapped.extract_on,
        practices=mapped.practices,
        networks=mapped.networks,
        list_sizes=counted.list_sizes if counted else None,
        map_digest=mapped_file.digest,
        ages_digest=counted_file.digest if counted_file else None,
    )
