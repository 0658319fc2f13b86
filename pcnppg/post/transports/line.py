"""A line to a mail server: bytes out, replies in, and never a wait without an end."""

from __future__ import annotations

import errno
import re
import select
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

CONNECT_SECONDS = 15.0
SLICE = 0.25
"""Seconds between two looks at whether the worker is to stop."""
LONGEST_REPLY_LINE = 4096
MOST_REPLY_LINES = 200

_REPLY_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:\s|$)")
_CONNECTING = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN, getattr(errno, "WSAEWOULDBLOCK", errno.EAGAIN)}


class LineLost(Exception):
    """Closed, reset, silent for too long, or talking nonsense. `Exception.args[0]` says which, in our words."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's reply. `texts` is for reading what EHLO offers; it is never kept, because it may quote an address."""

    code: int
    texts: tuple[str, ...]

    @property
    def answer(self) -> str:
        """Code and enhanced status, as kept: "550 5.1.1"."""
        found = _ENHANCED.match(self.texts[-1])
        return f"{self.code} {found[1]}" if found else str(self.code)

    @property
    def is_yes(self) -> bool:
        return self.code // 100 == 2


class Line:
    """One connection. `hurry` gives the monotonic time by which every wait must end."""

    def __init__(self, sock: socket.socket, hurry: Callable[[], float]) -> None:
        self._sock = sock
        self._hurry = hurry
        self._read = b""
        self.used_at = time.monotonic()
        sock.settimeout(SLICE)

    @classmethod
    def connect(cls, host: str, port: int, hurry: Callable[[], float]) -> Line:
        """Try the host's addresses one after another. `OSError` from the last, `LineLost` when none answers in time."""
        wrong: Exception = LineLost("no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            sock = socket.socket(family, kind, protocol)
            try:
                _connect(sock, address, hurry)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return cls(sock, hurry)
            except (OSError, LineLost) as failed:
                sock.close()
                wrong = failed
        raise wrong

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Go on encrypted. What was said before, and not read, is not believed."""
        if self._read:
            raise LineLost("spoke too early")
        self._sock.settimeout(CONNECT_SECONDS)
        self._sock = context.wrap_socket(self._sock, server_hostname=host)
        self._sock.settimeout(SLICE)

    def send(self, data: bytes, seconds: float) -> None:
        """Send all of it, or raise `LineLost`: then its last byte has not left."""
        end = time.monotonic() + seconds
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._sock.send(rest) :]
            except TimeoutError:
                self._still_time(end)
            except OSError as wrong:
                raise LineLost(type(wrong).__name__) from None

    def reply(self, seconds: float) -> Reply:
        """The next reply, whole."""
        end = time.monotonic() + seconds
        code, texts = None, []
        for _ in range(MOST_REPLY_LINES):
            found = _REPLY_LINE.fullmatch(self._one_line(end))
            if not found or (code is not None and found[1] != code):
                raise LineLost("nonsense")
            code = found[1]
            texts.append((found[3] or b"").decode("latin-1"))
            if found[2] != b"-":
                self.used_at = time.monotonic()
                return Reply(int(code), tuple(texts))
        raise LineLost("nonsense")

    def has_word_unasked(self) -> bool:
        """Did the server say something, or hang up, while we were silent?"""
        return bool(self._read or select.select([self._sock], [], [], 0)[0])

    def close(self) -> None:
        with suppress(OSError):
            self._sock.close()

    def _one_line(self, end: float) -> bytes:
        while b"\n" not in self._read:
            if len(self._read) > LONGEST_REPLY_LINE:
                raise LineLost("nonsense")
            self._read += self._some(end)
            if b"\n" not in self._read:
                self._still_time(end)  # or a server that drips one byte at a time would hold us for ever
        line, _, self._read = self._read.partition(b"\n")
        return line.rstrip(b"\r")

    def _some(self, end: float) -> bytes:
        while True:
            try:
                some = self._sock.recv(4096)
            except TimeoutError:
                self._still_time(end)
                continue
            except OSError as wrong:
                raise LineLost(type(wrong).__name__) from None
            if not some:
                raise LineLost("closed")
            return some

    def _still_time(self, end: float) -> None:
        if time.monotonic() >= min(end, self._hurry()):
            raise LineLost("silent")


def _connect(sock: socket.socket, address: Any, hurry: Callable[[], float]) -> None:
    end = time.monotonic() + CONNECT_SECONDS
    sock.setblocking(False)
    wrong = sock.connect_ex(address)
    while wrong in _CONNECTING:
        if time.monotonic() >= min(end, hurry()):
            raise LineLost("silent")
        if select.select([], [sock], [sock], SLICE)[1]:
            wrong = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            break
    if wrong:
        raise OSError(wrong, "connect")
