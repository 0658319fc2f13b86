"""Messages as bytes (RFC 5322), prepared once and filled in per receiver; and the seal on what waits. No templates here.

Every other header or body line is encoded once. Only lines with a place-holder are encoded again for each receiver, so a
filled message is what a fresh one would be, at a hundredth of the cost.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from email.charset import QP, Charset
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet
from markupsafe import escape

from pcnppg.kernel.email_address import EmailAddress

Values = Mapping[str, str]
Blank = Callable[[Values], bytes]

BOUNDARY = "=_pcnppg_alternative_="
"""Never in a body: quoted-printable writes every = as =3D."""
LONGEST_LINE = 998
"""RFC 5322 §2.1.1, without the line's end."""

_SLOT = re.compile("\ue000([a-z_]+)\ue001")
_ENDS_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_FOLD = "\r\n "
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z-]*")
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = QP


class BadValue(ValueError):
    """A value that must not go into a message: it could end a header, or is no address. The text is not repeated."""


def slot(name: str) -> str:
    """A place-holder for templates and headers: in the finished message stands what `fill` is given for `name`."""
    return f"\ue000{name}\ue001"


def phrase(text: str) -> str:
    """A name as it may stand before an address or a List-Id: plain, quoted, or in encoded words (RFC 2047)."""
    refuse_line_ends(text)
    if not text.isascii() or "=?" in text:
        return _encoded_words(text)
    if _ATOMS.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def refuse_line_ends(text: str) -> None:
    """Raise `BadValue` for CR, LF, NUL and everything else that some program may take for the end of a line."""
    if _ENDS_A_LINE.search(text):
        raise BadValue("a value with a line end or a control character")


def refuse_address(address: str) -> None:
    """Raise `BadValue` for what is not a plain address, local part and domain in ASCII."""
    if not _ADDRESS.fullmatch(address):
        raise BadValue("not an address that mail can carry")


class Prepared:
    """A message with place-holders. Made by `prepare`; `fill` makes the bytes for one receiver."""

    def __init__(self, parts: Iterator[bytes | Blank]) -> None:
        self._parts: list[bytes | Blank] = []
        for part in parts:
            if isinstance(part, bytes) and self._parts and isinstance(self._parts[-1], bytes):
                self._parts[-1] += part
            else:
                self._parts.append(part)

    def fill(self, values: Values, *, to_name: str, to_address: str, message_id: str, date: datetime) -> bytes:
        """The finished message. `KeyError` for a place-holder without a value, `BadValue` for one that must not go in."""
        for value in values.values():
            refuse_line_ends(value)
        all_values = {
            **values,
            "to": mailbox(to_name, to_address),
            "message_id": message_id,
            "date": _spelt_date(date.replace(microsecond=0)),
        }
        return b"".join(part if isinstance(part, bytes) else part(all_values) for part in self._parts)


def prepare(
    *,
    from_name: str,
    from_address: str,
    reply_to: str | None,
    subject: str,
    text: str,
    html: str,
    headers: Mapping[str, str],
) -> Prepared:
    """A message for many receivers. `text`, `html` and the values of `headers` may hold `slot`s; `html` is complete.

    Values go into the HTML escaped. `headers` are further ones, in ASCII; they are never folded, because programs read
    `List-Unsubscribe` with eyes of their own.
    """

    def parts() -> Iterator[bytes | Blank]:
        yield _header("Date", slot("date"))
        yield _header("From", mailbox(from_name, from_address))
        if reply_to:
            yield _header("Reply-To", mailbox("", _on_the_wire(reply_to)))
        yield _header("To", slot("to"))
        yield _header("Subject", _unstructured(subject))
        yield _header("Message-ID", slot("message_id"))
        for name, value in headers.items():
            yield _header(name, value)
        yield f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n'.encode()
        yield from _body("plain", text, str)
        yield from _body("html", html, lambda value: str(escape(value)))
        yield f"\r\n--{BOUNDARY}--\r\n".encode()

    return Prepared(parts())


def build_message(
    *,
    from_name: str,
    from_address: str,
    to_name: str,
    to_address: str,
    reply_to: str | None,
    subject: str,
    text: str,
    html: str,
    headers: Mapping[str, str],
    message_id: str,
    date: datetime,
) -> bytes:
    """One message for one receiver."""
    prepared = prepare(
        from_name=from_name,
        from_address=from_address,
        reply_to=reply_to,
        subject=subject,
        text=text,
        html=html,
        headers=headers,
    )
    return prepared.fill({}, to_name=to_name, to_address=to_address, message_id=message_id, date=date)


def mailbox(name: str, address: str) -> str:
    """A name and an address as a header's value, folded where long."""
    refuse_address(address)
    if not name:
        return address
    named = phrase(name)
    fold = _FOLD if len(named) + len(address) > 68 else " "
    return f"{named}{fold}<{address}>"


def _on_the_wire(address: str) -> str:
    """An address as somebody typed it, its domain as mail carries it (A-labels). What is none is refused later."""
    found = EmailAddress.find(address)
    return found.mailbox if found else address


def seal(key: bytes, words: Any) -> bytes:
    """JSON under the installation's key; dates and moments go in as ISO 8601."""
    return _fernet(key).encrypt(json.dumps(words, default=_iso, separators=(",", ":")).encode())


def unseal(key: bytes, sealed: bytes) -> Any:
    return json.loads(_fernet(key).decrypt(sealed))


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot wait in the outbox")


@lru_cache(maxsize=4)
def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))


@lru_cache(maxsize=64)
def _spelt_date(moment: datetime) -> str:
    return format_datetime(moment)


def _encoded_words(text: str) -> str:
    return Header(text, _UTF8, maxlinelen=74, header_name="Subject").encode(linesep="\r\n")


def _unstructured(text: str) -> str:
    refuse_line_ends(text)
    return text if text.isascii() and "=?" not in text else _encoded_words(text)


def _header(name: str, value: str) -> bytes | Blank:
    if not _HEADER_NAME.fullmatch(name) or len(name) + max(map(len, value.split(_FOLD))) > LONGEST_LINE - 2:
        raise BadValue("not a header that mail can carry")
    pieces = _SLOT.split(value)
    for literal in pieces[::2]:
        refuse_line_ends(literal.replace(_FOLD, ""))
        if not literal.isascii():
            raise BadValue("a header outside ASCII")
    if len(pieces) == 1:
        return f"{name}: {value}\r\n".encode()
    return _Line(pieces, str, lambda filled: f"{name}: {filled}\r\n".encode("ascii"))


def _body(subtype: str, body: str, written: Callable[[str], str]) -> Iterator[bytes | Blank]:
    yield (
        f'\r\n--{BOUNDARY}\r\nContent-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()
    lines = body.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    for line in lines:
        pieces = _SLOT.split(line)
        yield _quoted(line) if len(pieces) == 1 else _Line(pieces, written, _quoted)


class _Line:
    """A line with place-holders. What it made last is kept: most receivers have the same number and date."""

    def __init__(self, pieces: list[str], written: Callable[[str], str], encode: Callable[[str], bytes]) -> None:
        self._pieces, self._names = pieces, pieces[1::2]
        self._written, self._encode = written, encode
        self._last: tuple[list[str], bytes] = [], b""

    def __call__(self, values: Values) -> bytes:
        wanted = [values[name] for name in self._names]
        filled, line = self._last
        if filled != wanted:
            texts = list(self._pieces)
            texts[1::2] = [self._written(value) for value in wanted]
            line = self._encode("".join(texts))
            self._last = wanted, line
        return line


def _quoted(line: str) -> bytes:
    """One line as quoted-printable with its end, softly broken after 75 characters (RFC 2045 §6.7)."""
    return binascii.b2a_qp(line.encode("utf-8", "replace")).replace(b"\n", b"\r\n") + b"\r\n"
