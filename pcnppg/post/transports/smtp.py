"""A real SMTP conversation (RFC 5321) over one connection that stays open, pipelined where the server can (RFC 2920).

Why not `smtplib`: it waits for each reply, and it does not say on which side of the final dot a line was lost. That is the
difference between a message that may be tried again and one that may not.
"""

from __future__ import annotations

import base64
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pcnppg.post.formats import BadValue, refuse_address
from pcnppg.post.rules import LINE_LOST, UNCERTAIN, Outcome, handed_over, refused, temporary
from pcnppg.post.transports.line import Line, LineLost, Reply
from pcnppg.post.transports.transport import Trouble

GREETING_SECONDS = 30.0
COMMAND_SECONDS = 60.0
BODY_SECONDS = 120.0
FINAL_SECONDS = 120.0
QUIT_SECONDS = 2.0
REST_AFTER = 20.0
"""Seconds of idleness after which the connection is given back to the server."""
ASK_AFTER = 1.0
"""Seconds of idleness after which we look whether the server hung up meanwhile."""
CLOSING = 421
WANTS_SIGN_IN = {530, 534, 535, 538}
"""Replies to MAIL that concern us and the server, not the message (RFC 4954 §6)."""
NO_ADDRESS = "553 5.1.3"
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


class SmtpTransport:
    """One conversation at a time, opened when the first message comes."""

    def __init__(self, server: Server, *, helo: str, hurry: Callable[[], float]) -> None:
        self._server = server
        self._helo = helo
        self._hurry = hurry
        self._line: Line | None = None
        self._offers: frozenset[str] = frozenset()

    def hand_over(self, envelope_from: str, to: str, data: bytes) -> Outcome:
        """Hand one message over. A kept connection that the server has meanwhile closed is replaced without a word."""
        try:
            refuse_address(envelope_from)
            refuse_address(to)
        except BadValue:
            return refused(NO_ADDRESS)
        if self._line is not None:
            try:
                return self._attempt(self._line, envelope_from, to, data)
            except _Stale:
                self._hang_up()
        return self._attempt(self._open(), envelope_from, to, data, fresh=True)

    def check(self) -> None:
        self._open()
        self.close()

    def rest(self) -> None:
        if self._line is not None and time.monotonic() - self._line.used_at > REST_AFTER:
            self.close()

    def close(self) -> None:
        """QUIT, and do not wait long for the answer."""
        if self._line is not None:
            try:
                self._line.send(b"QUIT\r\n", QUIT_SECONDS)
                self._line.reply(QUIT_SECONDS)
            except LineLost:
                pass
            self._hang_up()

    def _attempt(self, line: Line, envelope_from: str, to: str, data: bytes, *, fresh: bool = False) -> Outcome:
        no = self._envelope(line, envelope_from, to, fresh=fresh)
        if no is not None:
            return no
        self._body(line, data)
        try:
            reply = line.reply(FINAL_SECONDS)
        except LineLost as lost:
            raise self._trouble(f"final dot: {lost}", UNCERTAIN) from None
        if reply.is_yes:
            return handed_over(reply.answer)
        return self._no("final dot", reply, otherwise=UNCERTAIN)

    def _envelope(self, line: Line, envelope_from: str, to: str, *, fresh: bool) -> Outcome | None:
        """MAIL, RCPT and DATA: None when the server waits for the message, otherwise what it made of it."""
        commands = (f"MAIL FROM:<{envelope_from}>\r\n".encode(), f"RCPT TO:<{to}>\r\n".encode(), b"DATA\r\n")
        if not fresh and time.monotonic() - line.used_at > ASK_AFTER and line.has_word_unasked():
            raise _Stale
        try:
            if "PIPELINING" in self._offers:
                line.send(b"".join(commands), COMMAND_SECONDS)
                commands = (b"", b"", b"")
            mail = self._say(line, commands[0])
        except LineLost as lost:
            if not fresh:
                raise _Stale from None
            raise self._trouble(f"mail: {lost}", temporary(LINE_LOST)) from None
        if mail.code == CLOSING and not fresh:
            raise _Stale
        try:
            return self._rest_of_envelope(line, mail, commands)
        except LineLost as lost:
            raise self._trouble(f"envelope: {lost}", temporary(LINE_LOST)) from None

    def _rest_of_envelope(self, line: Line, mail: Reply, commands: tuple[bytes, ...]) -> Outcome | None:
        if mail.code in WANTS_SIGN_IN:
            raise self._trouble(f"mail: {mail.answer}")
        pipelined = not commands[1]
        replies = [mail]
        for command in commands[1:]:
            said_no = not all(reply.is_yes for reply in replies)
            if replies[-1].code == CLOSING or (said_no and not pipelined):
                break
            try:
                replies.append(self._say(line, command))
            except LineLost:
                if not said_no:
                    raise
                break  # it said no and hung up: the no stands
        if len(replies) == len(commands) and replies[-1].code == 354 and all(reply.is_yes for reply in replies[:-1]):
            return None
        first_no = next((reply for reply in replies if not reply.is_yes and reply.code != 354), mail)
        outcome = self._no("envelope", first_no, otherwise=temporary(LINE_LOST))
        self._start_over(line, in_data=replies[-1].code == 354)
        return outcome

    def _body(self, line: Line, data: bytes) -> None:
        try:
            line.send(_stuffed(data), BODY_SECONDS)
        except LineLost as lost:
            # The final dot has not left, so nothing was accepted. The server may have said why before it hung up.
            try:
                reply = line.reply(QUIT_SECONDS)
            except LineLost:
                raise self._trouble(f"body: {lost}", temporary(LINE_LOST)) from None
            outcome = refused(reply.answer) if reply.code // 100 == 5 else temporary(reply.answer)
            raise self._trouble(f"body: {reply.answer}", outcome) from None

    def _no(self, stage: str, reply: Reply, *, otherwise: Outcome) -> Outcome:
        if reply.code == CLOSING:
            raise self._trouble(f"{stage}: {reply.answer}", temporary(reply.answer))
        if reply.code // 100 == 4:
            return temporary(reply.answer)
        if reply.code // 100 == 5:
            return refused(reply.answer)
        raise self._trouble(f"{stage}: {reply.code}", otherwise)

    def _start_over(self, line: Line, *, in_data: bool) -> None:
        """RSET after a refusal; a server that will not is left.

        Pipelined DATA that was let in without a receiver is ended empty first (RFC 2920 §3.1).
        """
        try:
            if in_data:
                self._say(line, b".\r\n")
            if self._say(line, b"RSET\r\n").is_yes:
                return
        except LineLost:
            pass
        self._hang_up()

    def _open(self) -> Line:
        self._hang_up()
        stage = "connect"
        try:
            self._line = line = Line.connect(self._server.host, self._server.port, self._hurry)
            if self._server.scheme == "smtps":
                stage = "tls"
                line.secure(ssl.create_default_context(), self._server.host)
            stage = "greeting"
            self._expect(line, b"", stage)
            stage = "ehlo"
            self._ehlo(line)
            if self._server.scheme == "smtp+starttls":
                stage = "starttls"
                self._start_tls(line)
            stage = "auth"
            self._sign_in(line)
        except (LineLost, OSError) as wrong:
            raise self._trouble(f"{stage}: {wrong if isinstance(wrong, LineLost) else type(wrong).__name__}") from None
        return line

    def _ehlo(self, line: Line) -> None:
        reply = self._expect(line, f"EHLO {self._helo}\r\n".encode(), "ehlo")
        self._offers = frozenset(text.strip().upper() for text in reply.texts[1:])

    def _start_tls(self, line: Line) -> None:
        if "STARTTLS" not in self._offers:
            raise self._trouble("starttls: not offered")
        self._expect(line, b"STARTTLS\r\n", "starttls")
        line.secure(ssl.create_default_context(), self._server.host)
        self._ehlo(line)

    def _sign_in(self, line: Line) -> None:
        if self._server.user is None:
            return
        user, password = self._server.user.encode(), self._server.password.encode()
        ways = {way for offer in self._offers if offer.startswith("AUTH ") for way in offer.split()[1:]}
        if "PLAIN" in ways:
            self._expect(line, b"AUTH PLAIN " + base64.b64encode(b"\0" + user + b"\0" + password) + b"\r\n", "auth")
        elif "LOGIN" in ways:
            self._expect(line, b"AUTH LOGIN\r\n", "auth", code=334)
            self._expect(line, base64.b64encode(user) + b"\r\n", "auth", code=334)
            self._expect(line, base64.b64encode(password) + b"\r\n", "auth")
        else:
            raise self._trouble("auth: not offered")

    def _expect(self, line: Line, command: bytes, stage: str, *, code: int | None = None) -> Reply:
        reply = self._say(line, command, GREETING_SECONDS if stage == "greeting" else None)
        if reply.code != code if code else not reply.is_yes:
            raise self._trouble(f"{stage}: {reply.answer}")
        return reply

    def _say(self, line: Line, command: bytes, seconds: float | None = None) -> Reply:
        """Send a command and read its reply; an empty one was sent already."""
        if command:
            line.send(command, COMMAND_SECONDS)
        return line.reply(seconds or COMMAND_SECONDS)

    def _trouble(self, reason: str, outcome: Outcome | None = None) -> Trouble:
        self._hang_up()
        return Trouble(reason) if outcome is None else Trouble(reason, outcome)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class _Stale(Exception):
    """The kept connection had ended before this message; a new one is worth a try."""


def _stuffed(data: bytes) -> bytes:
    """The message as it goes over the line, its dots doubled, with the final dot (RFC 5321 §4.5.2)."""
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    return b"".join((b"." if data.startswith(b".") else b"", stuffed, b".\r\n"))
