"""What a single field may say: a day, a line of text, a whole number."""

from __future__ import annotations

import contextlib
import re
from datetime import date

from pcnppg.directory.formats.opening import UNPRINTABLE, Table


def is_line_of_text(text: str, *, longest: int) -> bool:
    """Something to read, on one line, without hidden characters, no longer than that."""
    return bool(text.strip()) and len(text) <= longest and not UNPRINTABLE.search(text)


_DAYS = (re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), re.compile(r"\d{2}[A-Za-z]{3}\d{4}", re.ASCII))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def day(text: str) -> date | None:
    """2026-07-01, 01Jul2026 or 01JUL2026; None for anything else."""
    with contextlib.suppress(ValueError):
        if _DAYS[0].fullmatch(text):
            return date.fromisoformat(text)
        if _DAYS[1].fullmatch(text):
            return date(int(text[5:]), _MONTHS.index(text[2:5].lower()) + 1, int(text[:2]))
    return None


class OneDay:
    """The extract date that every line must repeat."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.written = ""
        self.day: date | None = None

    def check(self, text: str, line: int) -> None:
        if text == self.written:
            return
        found = day(text)
        if found is None:
            raise self.table.fault("EXTRACT_DATE is not a date such as 01Jul2026 or 2026-07-01.", line=line)
        if self.day is not None and found != self.day:
            raise self.table.fault(f"EXTRACT_DATE is {text}, but {self.written} above.", line=line)
        self.written, self.day = text, found
