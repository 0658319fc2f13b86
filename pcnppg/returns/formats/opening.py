"""A raw message taken apart: its head, its words, the machine-readable parts, and the head of the mail it returns.

Takes what stands there, however broken: wrong charsets, bytes outside ASCII in a head, parts cut short or nested too deep.
"""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr

from pcnppg.returns.rules import LARGEST_MAIL, MOST_REPLY

MOST_PARTS = 100
MOST_HEADERS = 300
LONGEST_HEADER = 2000
LONGEST_TEXT = 60_000
"""Characters of a part that are looked at."""
MOST_BOUNDARIES = 60
"""No honest mail nests so often; the parser's time grows with the depth."""

STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
RETURNED_PARTS = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
DISPOSITION_PARTS = ("message/disposition-notification", "message/global-disposition-notification")

_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bq])\?([^?]*)\?=", re.I)
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:+-]+)", re.I)
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?([\w-]+)", re.I)
_UNSEEN = re.compile(r"<(style|script|head|title)\b.*?(?:</\1\s*>|$)", re.I | re.S)
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]{0,200}>", re.I)
_TAGS = re.compile(r"<[^<>]{1,2000}>")
_COPY = re.compile(
    r"^(?:[-=_>* ]*(?:"
    r"below this line is a copy of the message"
    r"|this is a copy of (?:the|your) message"
    r"|(?:the )?(?:body|header)s? of (?:the|your) original message"
    r"|original message (?:headers?|follows)"
    r"|(?:begin )?(?:original|returned|unsent|undelivered) message(?: (?:headers?|follows|below))?[-=_:* ]*$"
    r"|message headers? follow|included is a copy of the message"
    r"|a copy of (?:the|your) (?:original )?message"
    r"|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale"
    r"|diagnostic information for administrators))",
    re.I | re.M,
)
"""Where the copy of the mail that is returned begins; what its writer wrote says nothing about its delivery."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An opened message. `head` has lower-case names. `text` is what a reader sees, without the mail that is returned."""

    head: Mapping[str, list[str]]
    report_type: str
    kinds: frozenset[str]
    text: str
    fields: str
    """What stands in parts that say how delivery went (RFC 3464)."""
    feedback: str
    """What stands in the part that says how somebody complained (RFC 5965)."""
    returned: str
    """The head of the mail that is returned, as text."""

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self.head.get(name, ())]

    def first(self, name: str) -> str:
        return next(iter(self.head.get(name, ())), "")


def open_letter(raw: bytes) -> Letter:
    """Take a raw message apart."""
    raw = raw[:LARGEST_MAIL]
    try:
        if raw.lower().count(b"boundary=") > MOST_BOUNDARIES:
            raise RecursionError
        return _opened(BytesParser(policy=compat32).parsebytes(raw))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError):
        # The standard library's parser gives up on some: nests too deep, or a head that it stumbles over.
        return _opened_flat(raw)


def words_of(raw: bytes) -> tuple[str, str]:
    """Subject and text of somebody's reply, calmed and cut, to be passed on."""
    letter = open_letter(raw)
    return " ".join(letter.first("subject").split())[:200], letter.text.strip()[:MOST_REPLY]


def sender_of(raw: bytes) -> str:
    """The address that a message says it is from; empty where it says none."""
    letter = open_letter(raw)
    return parseaddr(letter.first("from"))[1][:320]


def _opened(message: Message) -> Letter:
    plain: list[str] = []
    marked: list[str] = []
    fields: list[str] = []
    feedback: list[str] = []
    returned: list[str] = []
    kinds: set[str] = set()
    waiting: list[Message] = [message]
    while waiting and len(kinds) < MOST_PARTS:
        part = waiting.pop(0)
        kind = part.get_content_type()
        kinds.add(kind)
        if kind in STATUS_PARTS:
            fields.append(_flat(part))
        elif kind == "message/feedback-report":
            feedback.append(_flat(part))
        elif kind in RETURNED_PARTS and part is not message:
            returned.append(_head_of(part))
        elif kind.startswith("multipart/") or kind in RETURNED_PARTS:
            payload = part.get_payload()
            waiting[:0] = (
                [one for one in payload[:MOST_PARTS] if isinstance(one, Message)] if isinstance(payload, list) else []
            )
            if isinstance(payload, str):  # a part was promised and none came
                plain.append(_as_text(part))
        elif kind == "text/html":
            marked.append(_without_tags(_as_text(part)))
        elif kind.startswith("text/"):
            plain.append(_as_text(part))
    text = "\n".join(plain) if "".join(plain).strip() else "\n".join(marked)
    found = _REPORT_TYPE.search(_raw(message, "content-type"))
    return Letter(
        head=_head(message.raw_items()),
        report_type=found[1].lower() if found else "",
        kinds=frozenset(kinds),
        text=_before_copy(text),
        fields="\n\n".join(fields),
        feedback="\n\n".join(feedback),
        returned="\n".join(returned),
    )


def _opened_flat(raw: bytes) -> Letter:
    """Head and text alone, for what cannot be taken apart."""
    lines, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    pairs = (line.partition(b":") for line in re.sub(rb"\n[ \t]+", b" ", lines).split(b"\n"))
    head = _head((_decoded(name, None), _decoded(value, None)) for name, colon, value in pairs if colon)
    text = _before_copy(_decoded(body[:LONGEST_TEXT], None))
    return Letter(head, "", frozenset(), text, "", "", "")


def _head(items: Iterable[tuple[str, object]]) -> dict[str, list[str]]:
    head: dict[str, list[str]] = {}
    for n, (name, value) in enumerate(items):
        if n >= MOST_HEADERS:
            break
        head.setdefault(name.strip().lower(), []).append(_header(str(value)))
    return head


def _raw(part: Message, name: str) -> str:
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")


def _header(value: str) -> str:
    """A head's value as somebody reads it, on one line."""
    value = " ".join(_unescaped(value[:LONGEST_HEADER]).split())
    return _WORD.sub(_decoded_word, _BETWEEN_WORDS.sub(r"\1", value))


def _decoded_word(found: re.Match[str]) -> str:
    charset, way, text = found.groups()
    data = text.encode("ascii", "replace")
    try:
        raw = base64.b64decode(data + b"==") if way in "bB" else quopri.decodestring(data, header=True)
    except (binascii.Error, ValueError):
        return text
    return _decoded(raw, charset.partition("*")[0])


def _unescaped(text: str) -> str:
    """Bytes outside ASCII that the parser carried along, as the letters they probably are."""
    if text.isascii():
        return text
    return _decoded(text.encode("utf-8", "surrogateescape"), None)


def _decoded(raw: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8", "cp1252"):
        try:
            if name:
                return raw.decode(name).replace("\0", "")
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1").replace("\0", "")


def _as_text(part: Message) -> str:
    payload = part.get_payload()
    text = payload if isinstance(payload, str) else ""
    raw = _untransferred(text[: 3 * LONGEST_TEXT], _raw(part, "content-transfer-encoding"))
    charset = _CHARSET.search(_raw(part, "content-type"))
    return _decoded(raw, charset[1] if charset else None)[:LONGEST_TEXT]


def _untransferred(text: str, encoding: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    encoding = encoding.strip().lower()
    try:
        if encoding == "base64":
            letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
            letters = letters[: len(letters) - (len(letters) % 4 == 1)]
            return base64.b64decode(letters + b"=" * (-len(letters) % 4))
        if encoding == "quoted-printable":
            return quopri.decodestring(raw)
    except (binascii.Error, ValueError):
        pass
    return raw


def _flat(part: Message) -> str:
    """Fields of a machine-readable part as lines, with an empty line between its blocks, whatever it was wrapped in."""
    payload = part.get_payload()
    if isinstance(payload, str):
        return _as_text(part)
    blocks = []
    for block in payload[:MOST_PARTS] if isinstance(payload, list) else []:
        if isinstance(block, Message):
            lines = [f"{name}: {_header(str(value))}" for name, value in list(block.raw_items())[:MOST_HEADERS]]
            rest = block.get_payload()
            blocks.append("\n".join([*lines, rest[:LONGEST_TEXT]] if isinstance(rest, str) and rest.strip() else lines))
    text = "\n\n".join(blocks)[:LONGEST_TEXT]
    encoding = _raw(part, "content-transfer-encoding")
    if encoding.strip().lower() in {"base64", "quoted-printable"} and ":" not in text.partition("\n")[0]:
        return _decoded(_untransferred(text, encoding), None)
    return _unescaped(text)


def _head_of(part: Message) -> str:
    """The head of a returned mail."""
    payload = part.get_payload()
    if isinstance(payload, str):
        return _as_text(part)
    inner = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inner, Message):
        return ""
    return "\n".join(f"{name}: {_header(str(value))}" for name, value in list(inner.raw_items())[:MOST_HEADERS])


def _without_tags(text: str) -> str:
    return html.unescape(_TAGS.sub(" ", _BREAKS.sub("\n", _UNSEEN.sub(" ", text))))


def _before_copy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("’", "'").replace("\xa0", " ")
    found = _COPY.search(text)
    return text[: found.start()] if found else text
