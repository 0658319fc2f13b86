"""What a published edition says, how it differs from what stands, and whether it may be taken (settled 28)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from pcnppg.kernel.verdict import YES, Verdict, no

NO_NETWORK = "U"
"""`PCN_CODE` of a practice that belongs to no network ("Unallocated")."""

INVENTED = "Z99"
"""Codes that begin so are invented: NHS England gives no practice a Z."""

CLOSURES_IN_100 = 3
"""More closures than this in 100 open practices look like a file cut short."""


@dataclass(frozen=True, slots=True)
class PublishedPractice:
    """One line of the map, with names as published."""

    code: str
    name: str
    postcode: str
    network_code: str | None  # None: in no network
    icb_code: str
    icb_name: str


@dataclass(frozen=True, slots=True)
class Publication:
    """The files of one month, checked. The digests are those of the CSV text, packed or not."""

    extract_on: date
    practices: Mapping[str, PublishedPractice]
    networks: Mapping[str, str]  # code → name as published
    list_sizes: Mapping[str, int] | None  # None: without the ages file
    map_digest: str
    ages_digest: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A practice as the directory has it now."""

    practice: PublishedPractice
    list_size: int | None
    list_size_on: date | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class StandingNetwork:
    name: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edition would change, as codes in order. One practice may stand in several of the middle four."""

    new: tuple[str, ...]
    reopened: tuple[str, ...]
    changed: tuple[str, ...]  # name, postcode or integrated care board
    moved: tuple[str, ...]  # to another network, or into or out of one
    resized: tuple[str, ...]
    closed: tuple[str, ...]
    networks_new: tuple[str, ...]
    networks_reopened: tuple[str, ...]
    networks_renamed: tuple[str, ...]
    networks_closed: tuple[str, ...]

    @property
    def altered(self) -> frozenset[str]:
        """Practices that stood before and go on, but not as they were."""
        return frozenset(self.reopened + self.changed + self.moved + self.resized)

    @property
    def is_nothing(self) -> bool:
        networks = self.networks_new + self.networks_reopened + self.networks_renamed + self.networks_closed
        return not (self.new or self.closed or self.altered or networks)


def is_invented(code: str) -> bool:
    """Is this a practice of the demonstration?"""
    return code.startswith(INVENTED)


def difference(
    published: Publication, standing: Mapping[str, Standing], networks: Mapping[str, StandingNetwork]
) -> Difference:
    """Compare an edition with what stands."""
    listed, named, sizes = published.practices, published.networks, published.list_sizes or {}
    known = [(code, listed[code], standing[code]) for code in sorted(listed.keys() & standing.keys())]
    closed = _closing(listed, standing)
    inhabited = named.keys() | _networks_of_unlisted(listed, standing, closed)
    return Difference(
        new=tuple(sorted(listed.keys() - standing.keys())),
        reopened=tuple(code for code, _, was in known if not was.is_open),
        changed=tuple(code for code, now, was in known if _details(now) != _details(was.practice)),
        moved=tuple(code for code, now, was in known if now.network_code != was.practice.network_code),
        resized=tuple(code for code, _, was in known if sizes.get(code, was.list_size) != was.list_size),
        closed=closed,
        networks_new=tuple(sorted(named.keys() - networks.keys())),
        networks_reopened=_in_order(networks, lambda code, was: code in inhabited and not was.is_open),
        networks_renamed=_in_order(networks, lambda code, was: named.get(code, was.name) != was.name),
        networks_closed=_in_order(networks, lambda code, was: code not in inhabited and was.is_open),
    )


def _details(practice: PublishedPractice) -> tuple[str, ...]:
    return practice.name, practice.postcode, practice.icb_code, practice.icb_name


def _closing(listed: Collection[str], standing: Mapping[str, Standing]) -> tuple[str, ...]:
    """Open practices that the edition no longer lists. NHS files know nothing of invented practices: those stay."""
    knows_invented = any(is_invented(code) for code in listed)
    return tuple(
        sorted(
            code
            for code, was in standing.items()
            if was.is_open and code not in listed and (knows_invented or not is_invented(code))
        )
    )


def _networks_of_unlisted(
    listed: Collection[str], standing: Mapping[str, Standing], closed: Collection[str]
) -> set[str | None]:
    """Networks of those practices that stay open although the edition does not list them."""
    gone = {*listed, *closed}
    return {was.practice.network_code for code, was in standing.items() if was.is_open and code not in gone}


def _in_order(
    networks: Mapping[str, StandingNetwork], is_meant: Callable[[str, StandingNetwork], bool]
) -> tuple[str, ...]:
    return tuple(code for code, was in sorted(networks.items(), key=lambda one: one[0]) if is_meant(code, was))


def may_import(
    published: Publication, changes: Difference, *, last_extract_on: date | None, open_before: int
) -> Verdict:
    """May this edition be taken without somebody's word that it is right?"""
    if last_extract_on is not None and published.extract_on < last_extract_on:
        return no(
            f"These files are of {old_day(published.extract_on)}, older than the last import, which was of "
            f"{old_day(last_extract_on)}. If you mean to go back, add --allow."
        )
    if published.list_sizes is not None and published.list_sizes.keys() != published.practices.keys():
        return no(_disagreement(published.practices.keys(), published.list_sizes.keys()))
    if len(changes.closed) * 100 > CLOSURES_IN_100 * open_before:
        return no(
            f"This would close {len(changes.closed):,} of {open_before:,} practices, more than {CLOSURES_IN_100} in 100. "
            "The map may be cut short. If it is right, add --allow."
        )
    return YES


def _disagreement(mapped: Collection[str], counted: Collection[str]) -> str:
    only_counted, only_mapped = sorted(set(counted) - set(mapped)), sorted(set(mapped) - set(counted))
    fuller, shorter, missing = ("ages", "map", only_counted) if only_counted else ("map", "ages", only_mapped)
    return (
        f"The {shorter} file does not list {len(missing):,} of the practices in the {fuller} file, such as {missing[0]}. "
        "It may be cut short. If it is right, add --allow."
    )


def old_day(day: date) -> str:
    """A day of the past, without its weekday: 1 July 2026."""
    return f"{day.day} {day:%B %Y}"
