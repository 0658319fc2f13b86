"""A line to a mail server while it is opened: bytes out, replies in, and never a wait without an end."""

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


class Replies:
    """Bytes in, whole replies out. `LineLost` for what is no reply, however it is cut."""

    def __init__(self) -> None:
        self._read = b""
        self._code: bytes | None = None
        self._texts: list[str] = []

    @property
    def has_some(self) -> bool:
        """Is there a piece of a reply that is not whole yet?"""
        return bool(self._read or self._texts)

    def feed(self, some: bytes) -> list[Reply]:
        """The replies that are whole with these bytes, in order."""
        *lines, self._read = (self._read + some).split(b"\n")
        if len(self._read) > LONGEST_REPLY_LINE:
            raise LineLost("nonsense")
        return [reply for line in lines if (reply := self._take(line.rstrip(b"\r"))) is not None]

    def _take(self, line: bytes) -> Reply | None:
        found = _REPLY_LINE.fullmatch(line)
        if not found or self._code not in (None, found[1]) or len(self._texts) >= MOST_REPLY_LINES:
            raise LineLost("nonsense")
        self._texts.append((found[3] or b"").decode("latin-1"))
        if found[2] == b"-":
            self._code = found[1]
            return None
        reply = Reply(int(found[1]), tuple(self._texts))
        self._code, self._texts = None, []
        return reply


class Line:
    """One connection. `hurry` gives the monotonic time by which every wait must end."""

    def __init__(self, sock: socket.socket, hurry: Callable[[], float]) -> None:
        self._sock = sock
        self._hurry = hurry
        self._reader = Replies()
        self._replies: list[Reply] = []
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
        if self._has_more:
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
        while not self._replies:
            self._replies += self._reader.feed(self._some(end))
            if not self._replies:
                self._still_time(end)  # or a server that drips one byte at a time would hold us for ever
        return self._replies.pop(0)

    def release(self) -> socket.socket:
        """Give the socket to whoever talks on without waiting. What was said unasked so far is not believed."""
        if self._has_more:
            raise LineLost("spoke too early")
        self._sock.setblocking(False)
        return self._sock

    @property
    def _has_more(self) -> bool:
        return bool(self._replies) or self._reader.has_some

    def close(self) -> None:
        with suppress(OSError):
            self._sock.close()

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
