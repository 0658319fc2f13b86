"""What is kept about somebody, in a shape that each domain fills and every copy can show: a page, or a file for a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

Value = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing: a heading, the names of its columns, and a row for each. None is what was never given."""

    heading: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]
