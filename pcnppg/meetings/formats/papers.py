"""What a file is, by its content: its name and what the browser says of it are not believed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from pcnppg.kernel.refusals import RuleBroken

START = 16
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
MOST_PARTS = 5000


@dataclass(frozen=True, slots=True)
class FileKind:
    """`media_type` is what it is served as, `ending` what its name ends with."""

    media_type: str
    ending: str
    words: str


PDF = FileKind("application/pdf", "pdf", "PDF")
PNG = FileKind("image/png", "png", "picture")
JPEG = FileKind("image/jpeg", "jpg", "picture")
GIF = FileKind("image/gif", "gif", "picture")
WEBP = FileKind("image/webp", "webp", "picture")
WORD = FileKind(f"{OFFICE}wordprocessingml.document", "docx", "document")
SHEET = FileKind(f"{OFFICE}spreadsheetml.sheet", "xlsx", "spreadsheet")
SLIDES = FileKind(f"{OFFICE}presentationml.presentation", "pptx", "slides")
ODT = FileKind(f"{OPEN_DOCUMENT}text", "odt", "document")
ODS = FileKind(f"{OPEN_DOCUMENT}spreadsheet", "ods", "spreadsheet")
ODP = FileKind(f"{OPEN_DOCUMENT}presentation", "odp", "slides")
KINDS = (PDF, PNG, JPEG, GIF, WEBP, WORD, SHEET, SLIDES, ODT, ODS, ODP)

STARTS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
)
PARTS = (("word/document.xml", WORD), ("xl/workbook.xml", SHEET), ("ppt/presentation.xml", SLIDES))
REFUSED = (
    "This file is of a kind that we do not take. Save it as a PDF, or choose a document or a picture (.docx, .odt, .jpg, "
    ".png). Nothing was changed."
)
MACROS = "This document holds a program (a macro). Save it without, or as a PDF. Nothing was changed."


def kind_of(content: bytes) -> FileKind:
    """What the file is. `RuleBroken` for everything but PDF, documents and pictures."""
    head = content[:START]
    for start, kind in STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"PK\x03\x04"):
        return _document(content)
    raise RuleBroken(REFUSED, field="file")


def safe_name(name: str, ending: str) -> str:
    """A name for the download: letters, digits, spaces and dashes, and the ending that the content has."""
    stem = name.rpartition(".")[0] if name.lower().endswith(tuple(f".{kind.ending}" for kind in KINDS)) else name
    kept = " ".join("".join(c if c.isalnum() or c in " -_()" else " " for c in stem).split())
    return f"{kept[:80] or 'paper'}.{ending}"


def _document(content: bytes) -> FileKind:
    """A document is an archive; what lies in it says which."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if len(names) > MOST_PARTS:
                raise RuleBroken(REFUSED, field="file")
            if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
                raise RuleBroken(MACROS, field="file")
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                said = archive.read("mimetype").decode("ascii", "replace").strip()
                found = next((kind for kind in (ODT, ODS, ODP) if kind.media_type == said), None)
                if found is not None:
                    return found
            for part, kind in PARTS:
                if part in names and "[Content_Types].xml" in names:
                    return kind
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        raise RuleBroken(REFUSED, field="file") from None
    raise RuleBroken(REFUSED, field="file")
