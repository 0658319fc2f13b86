"""The ages: `gp-reg-pat-prac-quin-age`, 43 lines for every practice, network, board and region.

We keep the list sizes only, but every line is checked, because a file that was cut short would be believed otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from pcnppg.directory.formats.cells import OneDay
from pcnppg.directory.formats.opening import Table
from pcnppg.directory.formats.practice_map import ODS_CODE

COLUMNS = ("EXTRACT_DATE", "ORG_TYPE", "ORG_CODE", "SEX", "AGE_GROUP_5", "NUMBER_OF_PATIENTS")
PRACTICE = "GP"
ALL = "ALL"
SEXES = ("FEMALE", "MALE")
BANDS = (*(f"{low}_{low + 4}" for low in range(0, 95, 5)), "95+")
CELLS = frozenset({(ALL, ALL), *product(SEXES, (ALL, *BANDS))})
"""What is counted for each: everybody, each sex, and each sex in twenty age groups."""

MOST_DIGITS = 9

Counts = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Ages:
    extract_on: date
    list_sizes: dict[str, int]


def read(table: Table) -> Ages:
    """The list size of every practice, or `RuleBroken`."""
    extract = OneDay(table)
    counted: dict[tuple[str, str], Counts] = {}
    for line, (written, kind, code, sex, band, number) in table.rows(COLUMNS, meant=_meant):
        extract.check(written, line)
        if (sex, band) not in CELLS:
            raise table.fault("SEX and AGE_GROUP_5 are not a pair that is published.", line=line)
        if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
            raise table.fault("NUMBER_OF_PATIENTS is not a whole number.", line=line)
        if kind == PRACTICE and not ODS_CODE.fullmatch(code):
            raise table.fault("ORG_CODE is not a letter and five digits.", line=line)
        counts = counted.setdefault((kind, code), {})
        if (sex, band) in counts:
            raise table.fault("the same is counted above.", line=line)
        counts[sex, band] = int(number)
    _check_sums(table, counted)
    sizes = {code: counts[ALL, ALL] for (kind, code), counts in counted.items() if kind == PRACTICE}
    if extract.day is None or not sizes:
        raise table.fault("there is no practice in it.")
    return Ages(extract.day, sizes)


def _check_sums(table: Table, counted: dict[tuple[str, str], Counts]) -> None:
    totals: dict[str, int] = {}
    for (kind, code), counts in counted.items():
        shown = code if code.isascii() and code.isalnum() else "one of them"
        if len(counts) != len(CELLS):
            raise table.fault(f"{shown} has {len(counts)} of {len(CELLS)} lines. Was the file cut short?")
        if counts[ALL, ALL] != sum(counts[sex, ALL] for sex in SEXES):
            raise table.fault(f"women and men of {shown} do not add up to all patients.")
        if any(counts[sex, ALL] != sum(counts[sex, band] for band in BANDS) for sex in SEXES):
            raise table.fault(f"the age groups of {shown} do not add up.")
        totals[kind] = totals.get(kind, 0) + counts[ALL, ALL]
    if len(set(totals.values())) > 1:
        raise table.fault("practices, networks and regions do not add up to the same. Was the file cut short?")


def _meant(header: Sequence[str]) -> str | None:
    if "PRACTICE_CODE" in header:
        return "this is the map, not the ages. Name the map first, then the ages."
    if "AGE" in header:
        return "this file counts single years of age. Take the one in five-year groups (quin-age)."
    return None
