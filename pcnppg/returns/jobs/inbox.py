"""The installation's mailbox, looked into every few minutes over IMAP (RFC 3501).

A message is marked as seen only after what follows from it is committed; where the line breaks in between it comes again,
and is recognised. Nothing is deleted: the mailbox forgets by its own rules.
"""

from __future__ import annotations

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from sqlalchemy.exc import OperationalError

from pcnppg.kernel import settings
from pcnppg.returns import actions
from pcnppg.returns.rules import LARGEST_MAIL
from pcnppg.store.session import transaction

log = logging.getLogger(__name__)

TIMEOUT = 30.0
"""Seconds to wait for each answer of the server."""
AT_ONCE = 500
"""Messages that one look takes in at most; the next takes the others."""
_LOST = (OSError, imaplib.IMAP4.error, ssl.SSLError)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where the mailbox is. `way` is imaps, imap+starttls, or plain imap, which settings allow on this machine alone."""

    way: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, url: str) -> Inbox:
        parts = urlsplit(url)
        return cls(
            way=parts.scheme,
            host=parts.hostname or "",
            port=parts.port or (993 if parts.scheme == "imaps" else 143),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )


def look_into_inbox(at: datetime) -> int:
    """Take in all that is new; how many messages. Nothing where no mailbox is set."""
    url = settings.current().inbox_url
    if not url:
        return 0
    try:
        with _opened(Inbox.of(url)) as box:
            return sum(_take(box, uid, at=at) for uid in _new(box)[:AT_ONCE])
    except _LOST as wrong:
        log.warning("the mailbox of returned mail cannot be read now (%s)", type(wrong).__name__)
        return 0


@contextmanager
def _opened(inbox: Inbox) -> Iterator[imaplib.IMAP4]:
    trusted = ssl.create_default_context()
    if inbox.way == "imaps":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(inbox.host, inbox.port, ssl_context=trusted, timeout=TIMEOUT)
    else:
        box = imaplib.IMAP4(inbox.host, inbox.port, timeout=TIMEOUT)
    try:
        if inbox.way == "imap+starttls":
            box.starttls(trusted)
        box.login(inbox.user, inbox.password)
        status, _ = box.select(_quoted(inbox.folder))
        if status != "OK":
            raise imaplib.IMAP4.error("no such folder")
        yield box
    finally:
        _leave(box)


def _leave(box: imaplib.IMAP4) -> None:
    """Say goodbye, or just hang up. Neither may hide why we leave."""
    try:
        box.logout()
    except _LOST:
        with suppress(*_LOST):
            box.shutdown()


def _new(box: imaplib.IMAP4) -> list[str]:
    status, found = box.uid("SEARCH", "UNSEEN")
    numbers = b" ".join(part for part in found if part).split() if status == "OK" else []
    return [number.decode("ascii") for number in numbers if number.isdigit()]


def _take(box: imaplib.IMAP4, uid: str, *, at: datetime) -> bool:
    """Take in one message, and only then mark it as seen. One that fails stays new, and the others come in."""
    raw = _fetch(box, uid)
    if raw is None:
        return False
    try:
        with transaction():
            actions.take(raw, (), at=at)
    except OperationalError:
        raise
    except Exception as wrong:
        log.error("returned mail %s could not be taken in: %s", uid, type(wrong).__name__)
        return False
    box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
    return True


def _fetch(box: imaplib.IMAP4, uid: str) -> bytes | None:
    """The beginning of a message, without marking it as seen."""
    status, parts = box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST_MAIL}>)")
    bodies = [part[1] for part in parts if isinstance(part, tuple)] if status == "OK" else []
    return bytes(bodies[0]) if bodies else None


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
