"""Opening a conversation: greeting, EHLO, encryption with a verified certificate, sign-in. It waits, so threads do it."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pcnppg.post.transports.conversation import COMMAND_SECONDS, Conversation
from pcnppg.post.transports.line import Line, LineLost, Reply
from pcnppg.post.transports.transport import Trouble

GREETING_SECONDS = 30.0
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes, from `PCNPPG_MAIL_URL`."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str

    @classmethod
    def parse(cls, url: str) -> Server:
        """`smtp://user:pass@host:port`, `smtps://…`, `smtp+starttls://…`."""
        found = urlsplit(url)
        user = unquote(found.username) if found.username else None
        port = found.port or PORTS[found.scheme]
        return cls(found.scheme, found.hostname or "localhost", port, user, unquote(found.password or ""))


def open_conversation(server: Server, *, helo: str, hurry: Callable[[], float]) -> Conversation:
    """A conversation in which mail can be begun. Raises `Trouble`, which concerns no message."""
    opening = _Opening(server, helo)
    try:
        return opening.run(hurry)
    except (LineLost, OSError) as wrong:
        opening.close()
        reason = wrong if isinstance(wrong, LineLost) else type(wrong).__name__
        raise Trouble(f"{opening.stage}: {reason}") from None
    except Trouble:
        opening.close()
        raise


class _Opening:
    """`stage` says how far it has come."""

    def __init__(self, server: Server, helo: str) -> None:
        self.stage = "connect"
        self._server = server
        self._helo = helo
        self._line: Line | None = None

    def run(self, hurry: Callable[[], float]) -> Conversation:
        self._line = line = Line.connect(self._server.host, self._server.port, hurry)
        if self._server.scheme == "smtps":
            self.stage = "tls"
            line.secure(ssl.create_default_context(), self._server.host)
        self._expect(line, b"", "greeting", seconds=GREETING_SECONDS)
        offers = self._ehlo(line)
        if self._server.scheme == "smtp+starttls":
            offers = self._start_tls(line, offers)
        self._sign_in(line, offers)
        return Conversation(line, offers)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _ehlo(self, line: Line) -> frozenset[str]:
        reply = self._expect(line, f"EHLO {self._helo}\r\n".encode(), "ehlo")
        return frozenset(text.strip().upper() for text in reply.texts[1:])

    def _start_tls(self, line: Line, offers: frozenset[str]) -> frozenset[str]:
        if "STARTTLS" not in offers:
            raise Trouble("starttls: not offered")
        self._expect(line, b"STARTTLS\r\n", "starttls")
        line.secure(ssl.create_default_context(), self._server.host)
        return self._ehlo(line)

    def _sign_in(self, line: Line, offers: frozenset[str]) -> None:
        if self._server.user is None:
            return
        user, password = self._server.user.encode(), self._server.password.encode()
        ways = {way for offer in offers if offer.startswith("AUTH ") for way in offer.split()[1:]}
        if "PLAIN" in ways:
            self._expect(line, b"AUTH PLAIN " + base64.b64encode(b"\0" + user + b"\0" + password) + b"\r\n", "auth")
        elif "LOGIN" in ways:
            self._expect(line, b"AUTH LOGIN\r\n", "auth", code=334)
            self._expect(line, base64.b64encode(user) + b"\r\n", "auth", code=334)
            self._expect(line, base64.b64encode(password) + b"\r\n", "auth")
        else:
            raise Trouble("auth: not offered")

    def _expect(
        self, line: Line, command: bytes, stage: str, *, code: int | None = None, seconds: float | None = None
    ) -> Reply:
        self.stage = stage
        if command:
            line.send(command, COMMAND_SECONDS)
        reply = line.reply(COMMAND_SECONDS if seconds is None else seconds)
        if reply.code != code if code else not reply.is_yes:
            raise Trouble(f"{stage}: {reply.answer}")
        return reply
