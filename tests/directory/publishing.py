"""A publisher of invented months: editions for the rules and actions, and files in the form that NHS England uses."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from pcnppg.directory.formats import read_publication
from pcnppg.directory.jobs import DEMO_FILES
from pcnppg.directory.rules import Publication, PublishedPractice

JULY = date(2026, 7, 1)
AUGUST = date(2026, 8, 1)
RIVER = ("U99990", "RIVER VALLEY PCN")
MOOR = ("U99991", "MOOR & FELL PCN")
NO_NETWORK = ("U", "Unallocated")
BOARD = ("Q99", "NHS Invented Shires Integrated Care Board")

MAP_HEADER, AGES_HEADER = (file.read_text().splitlines()[0].split(",") for file in DEMO_FILES)
BANDS = [*(f"{low}_{low + 4}" for low in range(0, 95, 5)), "95+"]


@dataclass(frozen=True)
class Surgery:
    """A practice as we would have it published."""

    code: str
    name: str = "WITHY BANK SURGERY"
    postcode: str = "ZZ1 1AA"
    network: tuple[str, str] = RIVER
    board: tuple[str, str] = BOARD
    size: int = 8000

    def but(self, **changes: object) -> Surgery:
        return replace(self, **changes)  # type: ignore[arg-type]


WITHY = Surgery("Z99001")
AGATHA = Surgery("Z99002", "ST AGATHA'S MEDICAL CENTRE", "ZZ1 2BD", size=12_035)
FERNWAY = Surgery("Z99003", "DR A B FERNWAY & PARTNERS", "ZZ12 4EF", network=MOOR, size=3484)
TANNERY = Surgery("Z99004", "THE OLD TANNERY PRACTICE", "ZZ2 1GH", network=NO_NETWORK, size=6210)
FOUR = (WITHY, AGATHA, FERNWAY, TANNERY)


def hundred(count: int = 100) -> list[Surgery]:
    """So many practices in one network."""
    return [Surgery(f"Z{99000 + number}", f"SURGERY {number}") for number in range(count)]


def edition(surgeries: Iterable[Surgery], *, on: date = JULY, ages: bool = True) -> Publication:
    """What reading the files of a month would give."""
    listed = list(surgeries)
    return Publication(
        extract_on=on,
        practices={
            s.code: PublishedPractice(
                s.code, s.name, s.postcode, None if s.network == NO_NETWORK else s.network[0], *s.board
            )
            for s in listed
        },
        networks=dict(s.network for s in listed if s.network != NO_NETWORK),
        list_sizes={s.code: s.size for s in listed} if ages else None,
        map_digest=sha256(repr((on, [s.but(size=0) for s in listed])).encode()).hexdigest(),
        ages_digest=sha256(repr((on, listed)).encode()).hexdigest() if ages else None,
    )


@dataclass
class Month:
    """The files of one month, as lists of lines that a test may damage before they are written."""

    surgeries: Sequence[Surgery] = FOUR
    on: date = JULY
    map_lines: list[list[str]] = field(init=False)
    ages_lines: list[list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.map_lines = [list(MAP_HEADER), *(self._map_line(s) for s in self.surgeries)]
        self.ages_lines = [list(AGES_HEADER)]
        total = self._counts(0)
        for surgery in self.surgeries:
            total = {key: total[key] + number for key, number in self._counts(surgery.size).items()}
        self._count("Comm Region", "Y99", total)
        for surgery in self.surgeries:
            self._count("GP", surgery.code, self._counts(surgery.size))

    def _map_line(self, s: Surgery) -> list[str]:
        head = ["GP_PRAC_PAT_LIST", f"{self.on:%d%b%Y}", s.code, s.name, s.postcode, *s.network]
        return [
            *head,
            "E38000999",
            "99Z",
            "NHS Invented Shires ICB - 99Z",
            "E54000099",
            *s.board,
            "E40000099",
            "Y99",
            "X",
            "Y",
        ]

    @staticmethod
    def _counts(size: int) -> dict[tuple[str, str], int]:
        women, men = size // 2, size - size // 2
        counts = {("ALL", "ALL"): size}
        for sex, number in (("FEMALE", women), ("MALE", men)):
            counts |= {(sex, band): number // 20 for band in BANDS}
            counts[sex, "95+"] += number % 20
            counts[sex, "ALL"] = number
        return counts

    def _count(self, kind: str, code: str, counts: dict[tuple[str, str], int]) -> None:
        for (sex, band), number in counts.items():
            self.ages_lines.append(
                ["GP_PRAC_PAT_LIST", f"{self.on:%Y-%m-%d}", kind, code, "", "", sex, band, str(number)]
            )

    def map_csv(self) -> bytes:
        return csv_of(self.map_lines)

    def ages_csv(self) -> bytes:
        return csv_of(self.ages_lines)

    def written(self, folder: Path) -> tuple[Path, Path]:
        """Both as CSV files."""
        return put(folder / "map.csv", self.map_csv()), put(folder / "ages.csv", self.ages_csv())

    def read(self, folder: Path) -> Publication:
        return read_publication(*self.written(folder))


def csv_of(lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def zip_of(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
