"""Mail caught in a folder: one `.eml` a message, the newest five hundred. For development; nothing leaves the machine."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

from pcnppg.post.rules import Outcome, handed_over
from pcnppg.post.transports.transport import Trouble

KEPT = 500
SWEEP_EVERY = 25
_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


def folder_of(mail_url: str) -> Path:
    """The folder that a `file:` address names, with or without the two slashes."""
    rest = unquote(mail_url.removeprefix("file:"))
    return Path(rest.removeprefix("//") if rest.startswith("//") else rest)


class FileTransport:
    """Catches every message. Older ones than the newest `KEPT` go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._since_sweep = SWEEP_EVERY

    def hand_over(self, envelope_from: str, to: str, data: bytes) -> Outcome:
        """Write the message under its envelope, whole or not at all."""
        name = f"{time.time_ns():020}-{secrets.token_hex(4)}"
        envelope = f"Return-Path: <{envelope_from}>\r\nX-Envelope-To: <{to}>\r\n".encode()
        draft = self.folder / f".{name}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_bytes(envelope + data)
            os.replace(draft, self.folder / f"{name}.eml")
            self._sweep()
        except OSError as wrong:
            raise Trouble(f"folder: {type(wrong).__name__}") from None
        return handed_over("250 2.0.0")

    def check(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as wrong:
            raise Trouble(f"folder: {type(wrong).__name__}") from None
        if not os.access(self.folder, os.W_OK):
            raise Trouble("folder: PermissionError")

    def rest(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _sweep(self) -> None:
        self._since_sweep += 1
        if self._since_sweep < SWEEP_EVERY:
            return
        self._since_sweep = 0
        for path in _files(self.folder)[KEPT:]:
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Caught:
    """One caught message, as a list shows it. `name` is its place in the folder and in the address of its page."""

    name: str
    to: str
    subject: str
    sent_at: datetime | None


def list_caught(folder: Path, *, limit: int) -> list[Caught]:
    """What was caught last, newest first."""
    return [_caught(path.stem, message) for path, message in _messages(_files(folder)[:limit])]


def find_caught(folder: Path, name: str) -> tuple[Caught, EmailMessage] | None:
    """One caught message with all its parts, or None."""
    if not _NAME.fullmatch(name):
        return None
    try:
        message = _read(folder / f"{name}.eml")
    except FileNotFoundError:
        return None
    return _caught(name, message), message


def discard_to(folder: Path, mailbox: str) -> int:
    """Delete every caught message to this mailbox, as erasure asks; how many there were."""
    gone = 0
    for path, message in _messages(_files(folder)):
        if str(message["X-Envelope-To"]).strip("<> ").casefold() == mailbox.casefold():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def discard_naming(folder: Path, mailbox: str, name: str) -> int:
    """Delete every caught message to this mailbox, or in whose plain text it or its owner is named; how many there were."""
    gone = discard_to(folder, mailbox)
    for path, message in _messages(_files(folder), headers_only=False):
        part = message.get_body(("plain",))
        text = f"{message['Subject']}\n{part.get_content() if part else ''}".casefold()
        if any(re.search(rf"(?<!\w){re.escape(needle.casefold())}(?!\w)", text) for needle in (mailbox, name)):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _caught(name: str, message: EmailMessage) -> Caught:
    to = str(message["X-Envelope-To"] or "").strip("<> ")
    date = message["Date"]
    return Caught(name, to, str(message["Subject"] or ""), date.datetime if date else None)


def _messages(paths: list[Path], *, headers_only: bool = True) -> Iterator[tuple[Path, EmailMessage]]:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):  # swept meanwhile
            yield path, _read(path, headers_only=headers_only)


def _read(path: Path, *, headers_only: bool = False) -> EmailMessage:
    data = path.read_bytes()
    if headers_only:
        data = data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    return message_from_bytes(data, policy=policy.default)


def _files(folder: Path) -> list[Path]:
    """Newest first; a draft is not there yet."""
    return sorted((path for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)
