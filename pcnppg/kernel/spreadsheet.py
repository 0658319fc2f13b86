"""A table as a file that spreadsheet programs open and never calculate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""


def safe_cell(text: str) -> str:
    """`text` as a cell that no spreadsheet calculates: on one line, and behind an apostrophe where it looks like a formula."""
    calm = ", ".join(line.strip() for line in text.splitlines() if line.strip()) if "\n" in text.strip() else text
    return f"'{calm}" if calm.startswith(_ACTS) else calm


def as_spreadsheet(first_line: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A file that spreadsheet programs open: UTF-8 with its mark, every cell in quotes, none of them a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in ([first_line], headings, *rows))
    return file.getvalue().encode("utf-8-sig")
