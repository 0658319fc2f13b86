"""DKIM signatures (RFC 6376, rsa-sha256), for whoever's mail server does not sign. Off unless a key is set.

Relaxed in head and body. Header fields that are there are signed, and From once more than it is there, so that nobody adds one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from pcnppg.kernel.settings import Settings, SettingsError
from pcnppg.post.rules import Item, Queue, Result

SIGNED = (
    b"from", b"to", b"reply-to", b"subject", b"date", b"message-id", b"list-id", b"list-unsubscribe",
    b"list-unsubscribe-post", b"auto-submitted", b"mime-version", b"content-type", b"content-transfer-encoding",
)  # fmt: skip
SHORTEST_RSA = 2048
_SPACE = re.compile(rb"[ \t]+")
_SPACE_AT_END = re.compile(rb"[ \t]+(?=\r\n)")
_FOLDED = re.compile(rb"\r\n(?=[ \t])")
WIDTH = 72


class Signer:
    """A key, and the name under which its public half stands in the domain."""

    def __init__(self, key: RSAPrivateKey, *, domain: str, selector: str) -> None:
        self.selector = selector
        self._key = key
        self._domain = domain

    @property
    def public(self) -> bytes:
        """The public half, as it stands in the record of the domain."""
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def record(self) -> str:
        """The TXT record that the domain needs."""
        return f"v=DKIM1; k=rsa; p={base64.b64encode(self.public).decode()}"

    def sign(self, message: bytes) -> bytes:
        """The complete message (CRLF) with a signature before it."""
        head, _, body = message.partition(b"\r\n\r\n")
        fields = _fields(head + b"\r\n")
        names = [name for name in SIGNED for found, _ in fields if found == name]
        unsigned = self._field(b":".join((*names, b"from")).decode(), hashlib.sha256(relaxed_body(body)).digest())
        rest = fields.copy()
        hashed = b"".join(_take_last(rest, name) for name in names)
        whole = hashed + relaxed(b"DKIM-Signature", unsigned.partition(b":")[2])
        signature = self._key.sign(whole, PKCS1v15(), SHA256())
        return unsigned + _folded(base64.b64encode(signature)) + b"\r\n" + message

    def _field(self, names: str, body_hash: bytes) -> bytes:
        told = (
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={self._domain};\r\n"
            f" s={self.selector}; h={names.replace(':list', chr(13) + chr(10) + '  :list', 1)};\r\n"
            f" bh={base64.b64encode(body_hash).decode()};\r\n b="
        )
        return told.encode()


def signer_for(settings: Settings) -> Signer | None:
    """What the settings name; None where nothing is to be signed here."""
    if settings.dkim_key is None:
        return None
    try:
        key = load_pem_private_key(Path(settings.dkim_key).read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise SettingsError("PCNPPG_DKIM_KEY: there is no private key in this file that can be read") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST_RSA:
        raise SettingsError("PCNPPG_DKIM_KEY: must be an RSA key of 2048 bits or more")
    return Signer(key, domain=settings.mail_domain, selector=settings.dkim_selector)


class Signing:
    """A queue whose messages are signed when they are made."""

    def __init__(self, queue: Queue, signer: Signer) -> None:
        self.name = queue.name
        self._queue = queue
        self._signer = signer

    def claim(self, worker: str, *, at: datetime, limit: int) -> Sequence[Item]:
        items = self._queue.claim(worker, at=at, limit=limit)
        return [replace(item, make=partial(self._make, item.make)) for item in items]

    def settle(self, worker: str, results: Sequence[Result], *, at: datetime) -> None:
        self._queue.settle(worker, results, at=at)

    def held(self) -> Mapping[str, Sequence[int]]:
        return self._queue.held()

    def abandon(self, worker: str, *, at: datetime) -> int:
        return self._queue.abandon(worker, at=at)

    def _make(self, make: Callable[[], bytes]) -> bytes:
        return self._signer.sign(make())


def relaxed(name: bytes, value: bytes) -> bytes:
    """A header field as it is hashed (RFC 6376 §3.4.2), without the end of its line."""
    return name.strip().lower() + b":" + _SPACE.sub(b" ", _FOLDED.sub(b"", value)).strip()


def relaxed_body(body: bytes) -> bytes:
    """The body as it is hashed (RFC 6376 §3.4.4)."""
    calm = _SPACE.sub(b" ", _SPACE_AT_END.sub(b"", body if body.endswith(b"\r\n") or not body else body + b"\r\n"))
    end = len(calm)
    while calm.endswith(b"\r\n", 0, end):
        end -= 2
    return calm[:end] + b"\r\n" if end else b""


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """Header fields in their order: the name in small letters, and the field as it is hashed."""
    found = []
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, colon, value = line.partition(b":")
        if colon:
            found.append((name.strip().lower(), relaxed(name, value)))
    return found


def _take_last(fields: list[tuple[bytes, bytes]], name: bytes) -> bytes:
    """The last field of this name that was not taken yet, with the end of its line (RFC 6376 §5.4.2)."""
    at = next(n for n in range(len(fields) - 1, -1, -1) if fields[n][0] == name)
    return fields.pop(at)[1] + b"\r\n"


def _folded(text: bytes) -> bytes:
    return b"\r\n ".join(text[start : start + WIDTH] for start in range(0, len(text), WIDTH))
