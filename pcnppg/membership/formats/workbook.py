"""A list as an .xlsx workbook (ISO/IEC 29500): refused by its packing before it is parsed; then one sheet, row by row.

Read with Python's own parser, because of a list nothing is wanted but text: no styles, no dates, no formulas. Of a formula
the value that was last worked out is read.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership.formats.cells import PIECE, Attributes, read_elements, read_rows, read_strings
from pcnppg.membership.formats.separated import TOO_LONG
from pcnppg.membership.rules.columns import HEAD, MOST_ROWS, find_columns

LARGEST_UNPACKED = 80 * 1024 * 1024
"""Bytes of all parts together. A list of 50,000 people unpacks to a tenth of it."""
MOST_PARTS = 2000
SAVE_AS = "Open it, choose “Save as” and take .xlsx or .csv. Then send us that file."
DAMAGED = "This file is damaged, or only a part of it arrived. Nothing was kept. Open it, save it again and send it."
SWELLS = (
    "This file is small, but what is packed in it is huge, so we did not open it. Nothing was kept. "
    "Copy the names and addresses into a new spreadsheet, save it as .xlsx or .csv, and send us that file."
)
LOCKED = "This file is locked by a password. Open it, take the password off, save it and send it again."


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sheet to read: its name, its part of the packed file, and the strings that its cells name. `others` counts further
    sheets with something in them."""

    name: str
    part: str
    strings: list[str]
    others: int


def inspect(content: bytes) -> None:
    """Refuse a packed file that is no workbook, or that is larger unpacked than it may be: first by what it says, then
    by unpacking it piece by piece into nothing."""
    with _damage_is_refused(), zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        _refuse_others({part.filename for part in parts}, packed)
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise RuleBroken(SWELLS, field="file")
        left = LARGEST_UNPACKED
        for part in parts:
            left = _unpack_into_nothing(packed, part, left)


def choose(content: bytes) -> Chosen:
    """The first sheet with headings that we know; else the first with an address; else the first with anything."""
    with _damage_is_refused(), zipfile.ZipFile(io.BytesIO(content)) as packed:
        strings = _strings(packed)
        found = []
        for name, part in _sheets(packed):
            head = list(itertools.islice(read_rows(packed, part, strings), HEAD))
            if any(cells for _, cells in head):
                found.append((_promise_of(head), name, part))
        if not found:
            raise RuleBroken("There is nothing in this file. Nothing was kept. Choose another file.", field="file")
        _, name, part = max(found, key=lambda sheet: sheet[0])
        return Chosen(name, part, strings, len(found) - 1)


def rows(content: bytes, sheet: Chosen) -> Iterator[tuple[int, list[str]]]:
    """Each row of a sheet that has anything in it, with its number."""
    with _damage_is_refused(), zipfile.ZipFile(io.BytesIO(content)) as packed:
        for full, row in enumerate(read_rows(packed, sheet.part, sheet.strings), 1):
            if full > MOST_ROWS:
                raise RuleBroken(TOO_LONG, field="file")
            yield row


def count_rows(content: bytes, part: str) -> int:
    """How many rows a sheet holds, without reading them."""
    with _damage_is_refused(), zipfile.ZipFile(io.BytesIO(content)) as packed, packed.open(part) as member:
        return sum(piece.count(b"</row>") for piece in iter(lambda: member.read(PIECE), b""))


def _sheets(packed: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name and part of each sheet that can be seen, in their order; of all where none can."""
    targets: dict[str, str] = {}
    listed: list[Attributes] = []

    def relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")

    def sheet(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            listed.append(attributes)

    read_elements(packed, "xl/_rels/workbook.xml.rels", relation)
    read_elements(packed, "xl/workbook.xml", sheet)
    seen = [found for found in listed if found.get("state", "visible") == "visible"] or listed
    there = set(packed.namelist())
    pairs = [(found["name"], targets.get(found["id"], "")) for found in seen]
    return [(name, part) for name, part in pairs if part in there and "worksheet" in part]


def _strings(packed: zipfile.ZipFile) -> list[str]:
    part = next((name for name in packed.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    return read_strings(packed, part) if part else []


@contextmanager
def _damage_is_refused() -> Iterator[None]:
    try:
        yield
    except (RuleBroken, MemoryError, GeneratorExit):
        raise
    except Exception as wrong:  # the library and its parsers raise whatever they stumble over
        raise RuleBroken(DAMAGED, field="file") from wrong


def _refuse_others(names: set[str], packed: zipfile.ZipFile) -> None:
    if "xl/workbook.xml" in names:
        return
    if "mimetype" in names and b"opendocument" in packed.open("mimetype").read(200):
        raise RuleBroken(f"This is an OpenDocument file (.ods), which we cannot read. {SAVE_AS}", field="file")
    if "xl/workbook.bin" in names:
        raise RuleBroken(
            f"This is a spreadsheet of another kind (.xlsb), which we cannot read. {SAVE_AS}", field="file"
        )
    if any(name.startswith("word/") for name in names):
        raise RuleBroken(
            "This is a written document, not a spreadsheet. Copy the list into a spreadsheet, save it as .xlsx or .csv, "
            "and send us that file.",
            field="file",
        )
    if any(name.startswith("Index/") for name in names):
        raise RuleBroken(
            "This is a Numbers file, which we cannot read. In Numbers, choose “Export to” and take Excel or CSV. "
            "Then send us that file.",
            field="file",
        )
    raise RuleBroken(f"This is a packed file, not a spreadsheet. Unpack it first. {SAVE_AS}", field="file")


def _unpack_into_nothing(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """How many bytes may still come, after this part."""
    if part.flag_bits & 1:
        raise RuleBroken(LOCKED, field="file")
    try:
        with packed.open(part) as member:
            while piece := member.read(PIECE):
                left -= len(piece)
                # A document that defines its own entities can make a few letters into millions.
                if left < 0 or b"<!ENTITY" in piece:
                    raise RuleBroken(SWELLS, field="file")
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise RuleBroken(DAMAGED, field="file") from None
    return left


def _promise_of(head: list[tuple[int, list[str]]]) -> tuple[bool, bool]:
    return find_columns(head) is not None, any("@" in cell for _, cells in head for cell in cells)
