"""From a file on disk to rows of text: ZIP or CSV, encoding, header, complete lines. Knows nothing of what the rows say."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from pcnppg.kernel.refusals import RuleBroken

LARGEST = 200 * 1024 * 1024
"""Bytes of CSV at most. The largest file published is a tenth of that."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]")


def refused(name: str, fault: str, *, line: int | None = None) -> RuleBroken:
    """The refusal of a file: one line that names the file, the line and the fault."""
    where = f"{name}, line {line}: " if line else f"{name}: "
    return RuleBroken(where + fault)


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file in memory. `digest` is the SHA-256 of its bytes, unpacked."""

    name: str
    text: str
    digest: str

    @classmethod
    def open(cls, path: Path) -> Table:
        """Read a CSV file, or the only CSV file in a ZIP file."""
        name = UNPRINTABLE.sub("?", path.name)
        content = _unpacked(name, _bytes(path, name))
        return cls(name, _decoded(name, content), hashlib.sha256(content).hexdigest())

    def rows(
        self, columns: Sequence[str], *, meant: Callable[[Sequence[str]], str | None]
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Line number and the fields of `columns`, in their order, of every line. `meant` names a wrong file by its header."""
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        line = 1
        try:
            header = next(reader)
            pick = itemgetter(*self._places(header, columns, meant))
            width = len(header)
            for fields in reader:
                line = reader.line_num
                if len(fields) != width:
                    raise self.fault(f"it has {len(fields)} of {width} columns. Was the file cut short?", line=line)
                yield line, pick(fields)
        except csv.Error as error:
            raise self.fault(f"this is not CSV ({error}).", line=max(line, reader.line_num)) from None

    def _places(
        self, header: Sequence[str], columns: Sequence[str], meant: Callable[[Sequence[str]], str | None]
    ) -> list[int]:
        missing = [column for column in columns if header.count(column) != 1]
        if missing:
            raise self.fault(meant(header) or f"there should be one column {missing[0]} and there is not.", line=1)
        return [header.index(column) for column in columns]

    def fault(self, fault: str, *, line: int | None = None) -> RuleBroken:
        return refused(self.name, fault, line=line)


def _bytes(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise refused(name, "there is no such file.") from None
    except IsADirectoryError:
        raise refused(name, "this is a folder. Name the file in it.") from None
    except OSError as error:
        raise refused(name, f"the file cannot be read ({error.strerror}).") from None
    return _bounded(name, content)


def _bounded(name: str, content: bytes) -> bytes:
    if not content:
        raise refused(name, "the file is empty.")
    if len(content) > LARGEST:
        raise refused(name, f"there is more in it than {LARGEST // 1024**2} MB. This is not the published file.")
    return content


def _unpacked(name: str, content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = [one for one in packed.infolist() if _is_csv(one)]
            if len(members) != 1:
                raise refused(name, f"there should be one CSV file in it, and there are {len(members) or 'none'}.")
            with packed.open(members[0]) as member:
                return _bounded(name, member.read(LARGEST + 1))
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise refused(name, "this ZIP file is damaged or not complete. Download it again.") from None
    except (RuntimeError, NotImplementedError):
        raise refused(name, "this ZIP file is locked or packed in a way we cannot read.") from None


def _is_csv(member: zipfile.ZipInfo) -> bool:
    """Computers made by Apple add shadows of files to what they pack."""
    path = Path(member.filename)
    is_shadow = "__MACOSX" in path.parts or path.name.startswith("._")
    return not member.is_dir() and not is_shadow and path.suffix.lower() == ".csv"


def _decoded(name: str, content: bytes) -> str:
    if content.startswith(_UTF_16):
        raise refused(name, "the file is written in UTF-16. Take the file as published, which is UTF-8.")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise refused(name, "this is a web page, not the file. Download it again.")
    if b"\x00" in content:
        raise refused(name, "this is neither a CSV nor a ZIP file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused(name, "the text is not UTF-8. Take the file as published.", line=line) from None
    if not text.endswith("\n"):
        raise refused(name, "the last line has no end. The file was cut short.", line=text.count("\n") + 1)
    return text
