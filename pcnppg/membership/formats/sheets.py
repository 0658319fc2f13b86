"""A list as somebody brings it: which kind of file it is, what is refused at the door, and its rows as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership.formats import separated, workbook

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes. A list of 50,000 people is a third of it."""

SAVE_AS = "In the program that made it, choose “Save as” and take .xlsx or .csv. Then send us that file."
OLD_WORKBOOK = (
    "This is a spreadsheet of the old kind (.xls), or one that is locked by a password. Open it, take the password off, "
    "choose “Save as” and take “Excel Workbook (.xlsx)”. Then send us that file."
)
KINDS = (
    (b"%PDF", f"This is a PDF, not a spreadsheet. {SAVE_AS}"),
    (b"{\\rtf", f"This is a written document, not a spreadsheet. {SAVE_AS}"),
    (b"\xd0\xcf\x11\xe0", OLD_WORKBOOK),
    (b"\x09\x08", OLD_WORKBOOK),
    (b"\x1f\x8b", f"This file is packed. Unpack it first. {SAVE_AS}"),
    (b"Rar!", f"This file is packed. Unpack it first. {SAVE_AS}"),
    (b"7z\xbc\xaf", f"This file is packed. Unpack it first. {SAVE_AS}"),
    (b"\x89PNG", f"This is a picture, not a spreadsheet. {SAVE_AS}"),
    (b"\xff\xd8\xff", f"This is a picture, not a spreadsheet. {SAVE_AS}"),
)
"""How files that are no list begin, whatever their names say, and what to do."""
WEB_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head")

Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of text. `rows` begins anew each time; `about` is how many rows it seems to have, `others` counts further
    sheets of the same file, which nobody reads."""

    rows: Callable[[], Rows]
    about: int
    name: str | None = None
    others: int = 0


def inspect(content: bytes) -> None:
    """Refuse at once what is no list, what is too large, and what would swell when unpacked."""
    if not content.strip():
        raise RuleBroken("The file is empty. Nothing was kept. Choose another file.", field="file")
    if len(content) > LARGEST_FILE:
        raise RuleBroken("The file is larger than 10 MB. Nothing was kept. Choose a smaller file.", field="file")
    if content.startswith(b"PK"):
        workbook.inspect(content)
        return
    for start, words in KINDS:
        if content.startswith(start):
            raise RuleBroken(words, field="file")
    if content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(WEB_PAGES):
        raise RuleBroken(f"This is a web page, not a spreadsheet. {SAVE_AS}", field="file")


def open_sheet(content: bytes) -> Sheet:
    """The table in a file, or `RuleBroken` with a sentence that says what to do. Its rows may still be refused."""
    inspect(content)
    if content.startswith(b"PK"):
        chosen = workbook.choose(content)
        about = workbook.count_rows(content, chosen.part)
        return Sheet(lambda: workbook.rows(content, chosen), about, chosen.name, chosen.others)
    text = separated.decode(content)
    separator = separated.separator_of(text)
    return Sheet(lambda: separated.rows(text, separator), text.count("\n") + 1)
