"""The parts of an .xlsx workbook as text: elements, the strings that cells share, and the cells of a sheet, row by row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership.formats.separated import TOO_WIDE, trimmed
from pcnppg.membership.rules.columns import MOST_COLUMNS

PIECE = 256 * 1024
"""Bytes read at once."""

Attributes = dict[str, str]
Start = Callable[[str, Attributes], object]
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
DIGITS = "0123456789"
HEARD = frozenset({"t", "v"})


def read_elements(packed: zipfile.ZipFile, part: str, start: Start) -> None:
    """Call `start` with the plain name and attributes of every element of a part."""
    parser = _parser()
    parser.StartElementHandler = lambda name, found: start(_plain(name), {_plain(key): v for key, v in found.items()})
    for piece in _pieces(packed, part):
        parser.Parse(piece)
    parser.Parse(b"", True)


def read_strings(packed: zipfile.ZipFile, part: str) -> list[str]:
    """The strings that cells name by number."""
    strings: list[str] = []
    texts = _Texts("si", lambda text: strings.append(_unescaped(text)))
    for piece in _pieces(packed, part):
        texts.parser.Parse(piece)
    texts.parser.Parse(b"", True)
    return strings


def read_rows(packed: zipfile.ZipFile, part: str, strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The number and cells of each row that has anything in it."""
    rows = _Rows(strings)
    for piece in _pieces(packed, part):
        rows.parser.Parse(piece)
        yield from rows.taken()
    rows.parser.Parse(b"", True)
    yield from rows.taken()


def _pieces(packed: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with packed.open(part) as member:
        yield from iter(lambda: member.read(PIECE), b"")


def _parser() -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entity
    return parser


def _refuse_entity(*_: Any) -> None:
    raise ValueError("a workbook defines no entities")


def _plain(name: str) -> str:
    """Without its namespace, of which there are two, for the two editions of the standard."""
    return name[name.rfind(" ") + 1 :]


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    # Half a character is none: of what a name like _xD800_ says, only that it cannot be read.
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "replace").decode(), text)


class _Texts:
    """Gathers the text of each element `whole`: what its `t` and `v` say, without how it is pronounced (`rPh`)."""

    def __init__(self, whole: str, done: Callable[[str], object]) -> None:
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._say
        self._whole, self._done = whole, done
        self._text: list[str] = []
        self._hears = self._is_sound = False

    def _start(self, name: str, attributes: Attributes) -> None:
        tag = _plain(name)
        if tag in HEARD:
            self._hears = not self._is_sound
        elif tag == self._whole:
            self._text.clear()
            self._begin(attributes)
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "rPh":
            self._is_sound = True

    def _end(self, name: str) -> None:
        tag = _plain(name)
        if tag in HEARD:
            self._hears = False
        elif tag == self._whole:
            self._done("".join(self._text))
        elif tag == "row":
            self._end_row()
        elif tag == "rPh":
            self._is_sound = False

    def _say(self, text: str) -> None:
        if self._hears:
            self._text.append(text)

    def _begin(self, attributes: Attributes) -> None: ...

    def _begin_row(self, attributes: Attributes) -> None: ...

    def _end_row(self) -> None: ...


class _Rows(_Texts):
    """Gathers the rows of a sheet."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__("c", self._put)
        self._strings = strings
        self._rows: list[tuple[int, list[str]]] = []
        self._places: dict[str, int] = {}
        self._cells: list[str] = []
        self._number = 0
        self._place, self._kind = -1, "n"

    def taken(self) -> list[tuple[int, list[str]]]:
        """What was gathered since this was last asked."""
        rows, self._rows = self._rows, []
        return rows

    def _begin_row(self, attributes: Attributes) -> None:
        self._number = int(attributes.get("r") or self._number + 1)
        self._cells, self._place = [], -1

    def _end_row(self) -> None:
        if trimmed(self._cells):
            self._rows.append((self._number, self._cells))

    def _begin(self, attributes: Attributes) -> None:
        name = attributes.get("r")
        self._place = self._place_of(name.rstrip(DIGITS)) if name else self._place + 1
        self._kind = attributes.get("t", "n")

    def _place_of(self, letters: str) -> int:
        """A is 0; counted here without an end, so that a column too many is noticed."""
        if letters not in self._places:
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - ord("A") + 1
            self._places[letters] = place - 1
        return self._places[letters]

    def _put(self, text: str) -> None:
        if self._kind == "s":
            text = self._strings[int(text)] if text else ""
        elif self._kind == "n":
            text = text.removesuffix(".0")
        elif "_x" in text:
            text = _unescaped(text)
        text = text.strip()
        if not text:
            return
        if self._place >= MOST_COLUMNS:
            raise RuleBroken(TOO_WIDE, field="file")
        self._cells += [""] * (self._place - len(self._cells) + 1)
        self._cells[self._place] = text
