"""The installation's keys: made once, kept in the instance folder, part of every backup, never rotated by themselves.

`link` signs what goes into mailings and never expires; `suppression` hashes mailboxes; `seal` encrypts queued mail and
authenticator secrets. None of them is the session key.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

FOLDER = "keys"
NAMES = ("session", "link", "suppression", "seal")
LENGTH = 32
MAC_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Keys:
    """Four secrets of 32 bytes."""

    session: bytes
    link: bytes
    suppression: bytes
    seal: bytes

    def mailbox_hash(self, mailbox: str) -> str:
        """The keyed hash by which a mailbox is recognised without being kept: 64 hexadecimal characters."""
        return hmac.digest(self.suppression, mailbox.encode(), "sha256").hex()

    def sign(self, purpose: str, row_id: int) -> str:
        """A token for a row, safe in a URL and in a local part: the id and a 128-bit HMAC over purpose and id."""
        mac = hmac.digest(self.link, f"{purpose}:{row_id}".encode(), "sha256")[:MAC_LENGTH]
        return f"{row_id:x}-{_base32(mac)}"

    def keyed_hash(self, purpose: str, text: str) -> str:
        """How a short code is stored, so that reading the database does not tell it: 64 hexadecimal characters."""
        return hmac.new(self.link, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()

    def read(self, purpose: str, token: str) -> int | None:
        """The row's id in a token that `sign` made for this purpose, or None. Case does not matter: mail servers fold it."""
        row_id = claimed(token)
        if row_id is None:
            return None
        ours = self.sign(purpose, row_id)
        return row_id if hmac.compare_digest(ours.encode(), token.lower().encode("utf-8", "replace")) else None


_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [a + b for a in _LETTERS for b in _LETTERS]


def _base32(mac: bytes) -> str:
    """RFC 4648 in small letters without padding, for 16 bytes: three times as fast as the library, which mailings feel."""
    bits = int.from_bytes(mac) << 2
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(120, -1, -10)])


_keys: Keys | None = None


def use(keys: Keys) -> None:
    """Make these the keys of this process."""
    global _keys
    _keys = keys


def current() -> Keys:
    """The keys of this process; `app.create_app` set them."""
    if _keys is None:
        raise RuntimeError("the installation's keys are not loaded")
    return _keys


def load(instance: Path) -> Keys:
    """Read the keys from `instance`, making those that are missing. Safe when two processes start at once."""
    folder = instance / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Keys(**{name: _read_or_make(folder / name) for name in NAMES})


def _read_or_make(path: Path) -> bytes:
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(LENGTH).hex().encode())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return bytes.fromhex(path.read_text().strip())


def claimed(token: str) -> int | None:
    """The row's id that a signed token speaks of, or None. Nothing is proved by it: `Keys.read` does that."""
    head, dash, _ = token.lower().partition("-")
    if not dash or not head or len(head) > MAC_LENGTH or set(head) - set("0123456789abcdef"):
        return None
    return int(head, 16)


def new_token() -> tuple[str, str]:
    """A random single-purpose token for a link, and the SHA-256 under which it is stored."""
    token = secrets.token_hex(20)  # no sign at its end that a mail program takes for the end of the link
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """How a random token is stored: 64 hexadecimal characters."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
