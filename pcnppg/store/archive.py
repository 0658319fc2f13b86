"""A backup as one file: a manifest, the keys and the database, packed and checked whole before anything of it is believed."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
DAMAGED = "The backup is damaged or cut short. Nothing was changed. Take another one."
NO_BACKUP = "This file is no backup of pcnppg. Nothing was changed."
TOO_NEW = "The backup was made by a newer version of pcnppg. Nothing was changed. Install that version first."


class BadArchive(Exception):
    """The file cannot be restored; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `version` is its newest migration, `tables` how many rows each table has, `files` their SHA-256."""

    format: int
    made_at: str
    version: str
    dialect: str
    tables: dict[str, int]
    columns: dict[str, list[str]]
    files: dict[str, str]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def pack(folder: Path, manifest: Manifest, target: Path) -> None:
    """Pack what lies in `folder` into `target`: readable by its owner alone, and there whole or not at all."""
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as packed:
                for name in (MANIFEST, *manifest.files):
                    packed.add(folder / name, arcname=name, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder and check every byte. `BadArchive` says in one line what is wrong."""
    try:
        with gzip.open(source) as whole:
            while whole.read(CHUNK):
                pass
        with tarfile.open(source, "r:gz") as packed:
            manifest = _manifest(packed)
            _extract(packed, manifest, folder)
    except (gzip.BadGzipFile, tarfile.ReadError) as wrong:
        raise BadArchive(DAMAGED if _is_gzip(source) else NO_BACKUP) from wrong
    except (EOFError, zlib.error, tarfile.TarError, KeyError, TypeError, ValueError, UnicodeError) as wrong:
        raise BadArchive(DAMAGED) from wrong
    return manifest


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(packed: tarfile.TarFile) -> Manifest:
    first = packed.next()
    file = packed.extractfile(first) if first is not None and first.name == MANIFEST else None
    if file is None:
        raise BadArchive(NO_BACKUP)
    told = json.loads(file.read(CHUNK))
    if told["format"] > FORMAT:
        raise BadArchive(TOO_NEW)
    return Manifest(**told)


def _extract(packed: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    """Only what the manifest names, only plain files, only below `folder`."""
    missing = dict(manifest.files)
    for member in list(packed)[1:]:  # the first is the manifest
        expected = missing.pop(member.name, None)
        path = (folder / member.name).resolve()
        if expected is None or not member.isfile() or not path.is_relative_to(folder.resolve()):
            raise BadArchive(DAMAGED)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = packed.extractfile(member)
        assert file is not None  # noqa: S101 - a plain file has content
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            shutil.copyfileobj(file, out, CHUNK)
        if digest(path) != expected:
            raise BadArchive(DAMAGED)
    if missing:
        raise BadArchive(DAMAGED)


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"
