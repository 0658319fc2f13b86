"""A list as text with separators (.csv, .txt): which letters, which separator, and its rows."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership.rules.columns import HEAD, MOST_COLUMNS, MOST_ROWS, find_columns

SEPARATORS = (",", ";", "\t", "|")
MOST_LINES = 10
"""Lines of one row. More are a quotation mark that somebody forgot to close."""
ADDRESS = re.compile(r"[^\s@,;|\"]+@[^\s@,;|\"]+\.[^\s@,;|\"]+")
NOT_TEXT = (
    "This does not look like a spreadsheet: it has no readable text. Nothing was kept. "
    "In the program that made it, choose “Save as” and take .xlsx or .csv."
)
TOO_WIDE = (
    f"There are more than {MOST_COLUMNS} columns in it. Nothing was kept. Take a list with a name and an address."
)
TOO_LONG = f"There are more than {MOST_ROWS:,} rows in it. Nothing was kept. Bring the list in parts."


def decode(content: bytes) -> str:
    """The text, whatever wrote it: UTF-8 or UTF-16 with or without a mark, Windows-1252, or lines of both kinds."""
    text = _decoded(content)
    sample = text[:20_000]
    strange = sum(ord(c) < 32 and c not in "\t\r\n\x0c\x00" for c in sample)
    if sample.count("\x00") * 4 > len(sample) or strange * 20 > len(sample):
        raise RuleBroken(NOT_TEXT, field="file")
    return text


def separator_of(text: str) -> str:
    """Which sign stands between the cells: the one that leaves most addresses and headings by themselves."""
    first = text[:8].partition("\n")[0].strip().strip('"').lower()
    if first.startswith("sep=") and first[4:] in SEPARATORS:
        return first[4:]
    return max(SEPARATORS, key=lambda sign: _promise_of(text, sign))


def rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, as a spreadsheet would count it. `RuleBroken` where it is no table of people."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number, line, full = 0, 0, 0
    try:
        for number, cells in enumerate(reader, 1):
            if reader.line_num - line > MOST_LINES:
                raise RuleBroken(_unclosed(number), field="file")
            line = reader.line_num
            kept = trimmed(cells)
            full += bool(kept)
            if len(kept) > MOST_COLUMNS:
                raise RuleBroken(TOO_WIDE, field="file")
            if full > MOST_ROWS:
                raise RuleBroken(TOO_LONG, field="file")
            yield number, kept
    except csv.Error:
        raise RuleBroken(_unclosed(number + 1), field="file") from None


def trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells at its end, of which spreadsheets save thousands."""
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _unclosed(number: int) -> str:
    return (
        f"Row {number:,} opens a quotation mark that is not closed, so the rows after it run together. "
        "Nothing was kept. Mend that row in the file, and send it again."
    )


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if wide := _wide(content):
        return content.decode(wide, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Line by line, because lists are pasted together from files of both kinds.
        return "".join(map(_decoded_line, content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)))


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of English text is zero."""
    sample = content[:2000]
    half = len(sample) // 2
    if half < 2 or sample.count(0) < half * 0.8:
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"


def _promise_of(text: str, separator: str) -> tuple[bool, int, int]:
    reader = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=separator)
    head: list[tuple[int, list[str]]] = []
    try:
        head = list(itertools.islice(((n, cells[:MOST_COLUMNS]) for n, cells in enumerate(reader, 1)), HEAD))
    except csv.Error:
        return False, 0, 0
    alone = sum(bool(ADDRESS.fullmatch(cell.strip())) for _, cells in head for cell in cells)
    columns = find_columns(head)
    return columns is not None, alone, sum(len(cells) > 1 for _, cells in head)
