"""One SMTP conversation that is open (RFC 5321), driven by replies: nothing in it waits.

Where the server can (RFC 2920), the body of one message and the envelope of the next leave in one write. Why not `smtplib`:
it waits for each reply, and it does not say on which side of the final dot a line was lost. That is the difference between
a message that may be tried again and one that may not.
"""

from __future__ import annotations

import ssl
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from pcnppg.post.rules import LINE_LOST, NOT_ATTEMPTED, UNCERTAIN, Outcome, handed_over, refused, temporary
from pcnppg.post.transports.letter import ENVELOPE, Letter, Stage
from pcnppg.post.transports.line import Line, LineLost, Replies, Reply
from pcnppg.post.transports.transport import Trouble

COMMAND_SECONDS = 60.0
BODY_SECONDS = 120.0
FINAL_SECONDS = 120.0
ASK_AFTER = 1.0
"""Seconds of idleness after which the server may have hung up meanwhile."""
CLOSING = 421
GO_AHEAD = 354
WANTS_SIGN_IN = {530, 534, 535, 538}
"""Replies to MAIL that concern us and the server, not the message (RFC 4954 §6)."""
NO_8BIT = "554 5.6.3"
NO_UTF8 = "553 5.6.7"
TOO_BIG = "552 5.3.4"
"""Answers of our own: the message needs what this server does not offer (RFC 6152, RFC 6531, RFC 1870)."""
READ_AT_ONCE = 65536


@dataclass(slots=True)
class End:
    """A conversation is over: what became of its letters, which may go over another line, and whether that is trouble."""

    known: list[tuple[Letter, Outcome]] = field(default_factory=list)
    back: list[Letter] = field(default_factory=list)
    trouble: Trouble | None = None


class Conversation:
    """`known` gathers outcomes; `end` is set when nothing more can be said. `offers` is what EHLO offered, in capitals."""

    def __init__(self, line: Line, offers: frozenset[str]) -> None:
        self.sock = line.release()
        self.known: list[tuple[Letter, Outcome]] = []
        self.end: End | None = None
        self.used_at = time.monotonic()
        self._offers = frozenset(offer.partition(" ")[0] for offer in offers)
        self._pipelines = "PIPELINING" in self._offers
        self._largest = next((int(o[5:]) for o in offers if o.startswith("SIZE ") and o[5:].isdigit()), 0)
        self._replies = Replies()
        self._out = bytearray()
        self._written = 0  # bytes that the system has taken
        self._queued = 0  # bytes meant for it so far
        self._awaited: deque[tuple[Stage, Letter | None]] = deque()
        self._unsaid: deque[tuple[Stage, Letter, bytes]] = deque()  # without pipelining: commands that wait for a reply
        self._since = self._writing_since = self.used_at
        self._is_used = False

    @property
    def is_idle(self) -> bool:
        return not self._awaited

    @property
    def has_room(self) -> bool:
        """May another letter's envelope be said now?"""
        if self.end is not None:
            return False
        if not self._pipelines:
            return self.is_idle
        return all(stage is Stage.DOT or stage is Stage.RSET for stage, _ in self._awaited)

    @property
    def wants_to_write(self) -> bool:
        return bool(self._out)

    @property
    def deadline(self) -> float:
        """The monotonic time by which the server must have said or read something."""
        if not self._awaited:
            return float("inf")
        if self._out:
            return self._writing_since + BODY_SECONDS
        return self._since + (FINAL_SECONDS if self._awaited[0][0] is Stage.DOT else COMMAND_SECONDS)

    def begin(self, letter: Letter) -> None:
        """Say the envelope; the body follows when the server asks for it."""
        self._is_used = self._is_used or time.monotonic() - self.used_at > ASK_AFTER
        no = self._cannot(letter)
        if no is not None:
            self.known.append((letter, no))
            return
        eight_bit = " BODY=8BITMIME" if "8BITMIME" in self._offers and not letter.data.isascii() else ""
        parameters = eight_bit + (" SMTPUTF8" if letter.needs_utf8 else "")
        mail = f"MAIL FROM:<{letter.sender}>{parameters}\r\n".encode()
        commands = [
            (Stage.MAIL, letter, mail),
            (Stage.RCPT, letter, f"RCPT TO:<{letter.to}>\r\n".encode()),
            (Stage.DATA, letter, b"DATA\r\n"),
        ]
        if self._pipelines:
            self._say(b"".join(command for _, _, command in commands), *((stage, letter) for stage in ENVELOPE))
        else:
            self._unsaid.extend(commands)
            self._say_next()

    def write(self) -> None:
        """As much as the line takes now."""
        while self._out:
            try:
                count = self.sock.send(self._out)
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError, InterruptedError):
                return
            except OSError as wrong:
                self._hear_last_words(type(wrong).__name__)
                return
            del self._out[:count]
            self._written += count
            if not self._out:
                self._since = time.monotonic()  # only now can the server be waited for

    def read(self) -> None:
        """What the server has said."""
        while self.end is None:
            try:
                some = self.sock.recv(READ_AT_ONCE)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError, InterruptedError):
                return
            except OSError as wrong:
                self.lose(type(wrong).__name__)
                return
            self._hear(some)
            if len(some) < READ_AT_ONCE and not isinstance(self.sock, ssl.SSLSocket):
                return

    def lose(self, reason: str) -> None:
        """The line is lost, or given up as silent: what that makes of each letter on it."""
        if self.end is None:
            self._finish(reason, None)

    def farewell(self) -> None:
        """QUIT. Whoever hangs up afterwards need not wait for long."""
        if self.end is None and self.is_idle:
            self._say(b"QUIT\r\n", (Stage.QUIT, None))
            self.write()

    def hang_up(self) -> None:
        with suppress(OSError):
            self.sock.close()

    def _cannot(self, letter: Letter) -> Outcome | None:
        if letter.needs_utf8 and "SMTPUTF8" not in self._offers:
            return refused(NO_UTF8)
        if "8BITMIME" not in self._offers and not letter.data.isascii():
            return refused(NO_8BIT)
        if self._largest and len(letter.data) > self._largest:
            return refused(TOO_BIG)
        return None

    def _say(self, words: bytes, *awaited: tuple[Stage, Letter | None]) -> None:
        if not self._awaited:
            self._since = self.used_at = time.monotonic()
        if not self._out:
            self._writing_since = time.monotonic()
        self._awaited.extend(awaited)
        self._out += words
        self._queued += len(words)

    def _say_next(self) -> None:
        if self._unsaid and not self._awaited:
            stage, letter, command = self._unsaid.popleft()
            self._say(command, (stage, letter))

    def _hear(self, some: bytes) -> None:
        if not some:
            self.lose("closed")
            return
        try:
            for reply in self._replies.feed(some):
                self._take(reply)
                if self.end is not None:
                    return
        except LineLost as lost:
            self.lose(str(lost))
        self._say_next()

    def _hear_last_words(self, reason: str) -> None:
        """The server reads no further. It may have said why before it hung up."""
        with suppress(OSError):
            self.sock.setblocking(False)
            self._hear(self.sock.recv(READ_AT_ONCE))
        self.lose(reason)

    def _take(self, reply: Reply) -> None:
        stage, letter = self._awaited[0] if self._awaited else (Stage.QUIT, None)
        if letter is None:
            self._take_aside(stage, reply)
        elif stage is Stage.DOT:
            self._take_verdict(letter, reply)
        else:
            self._take_envelope(stage, letter, reply)

    def _answered(self) -> None:
        """The reply that was waited for the longest has come."""
        self._awaited.popleft()
        self._since = self.used_at = time.monotonic()

    def _take_aside(self, stage: Stage, reply: Reply) -> None:
        """RSET, QUIT, empty messages and words unasked concern no letter: the line is left without a word."""
        if stage is Stage.QUIT or reply.code == CLOSING or (stage is Stage.RSET and not reply.is_yes):
            self._finish("", None)
        else:
            self._answered()

    def _take_verdict(self, letter: Letter, reply: Reply) -> None:
        if letter.dot_at is None or self._written < letter.dot_at:
            # An answer before the end of the message: nothing was accepted, and its rest would be taken for commands.
            self._finish(f"body: {reply.answer}", _no(reply))
        elif reply.code == CLOSING:
            self._finish(f"final dot: {reply.answer}", _no(reply))
        elif reply.code // 100 not in (2, 4, 5):
            self._finish(f"final dot: {reply.code}", UNCERTAIN)
        else:
            self._settle(letter, handed_over(reply.answer) if reply.is_yes else _no(reply))
            self._answered()

    def _take_envelope(self, stage: Stage, letter: Letter, reply: Reply) -> None:
        if stage is Stage.MAIL and reply.code in WANTS_SIGN_IN:
            self._finish(f"mail: {reply.answer}", NOT_ATTEMPTED)
            return
        wanted = reply.code == GO_AHEAD if stage is Stage.DATA else reply.is_yes
        if reply.code == CLOSING or (not wanted and letter.no is None and reply.code // 100 not in (4, 5)):
            outcome = _no(reply) if reply.code == CLOSING else temporary(LINE_LOST)
            self._finish(f"{stage.name.lower()}: {reply.answer}", outcome)
            return
        if not wanted and letter.no is None:
            letter.no = _no(reply)
        self._answered()
        if stage is Stage.DATA and letter.no is None:
            self._say(letter.stuffed, (Stage.DOT, letter))
            letter.dot_at = self._queued
        elif letter.no is not None and (stage is Stage.DATA or not self._pipelines):
            self._refuse(letter, letter.no, in_data=reply.code == GO_AHEAD)

    def _refuse(self, letter: Letter, no: Outcome, *, in_data: bool) -> None:
        """After a no in the envelope: start over. Pipelined DATA that was let in all the same is ended empty first."""
        self._settle(letter, no)
        self._unsaid.clear()
        if in_data:
            self._say(b".\r\n", (Stage.EMPTY, None))
        self._say(b"RSET\r\n", (Stage.RSET, None))

    def _settle(self, letter: Letter, outcome: Outcome) -> None:
        self._is_used = True
        self.known.append((letter, outcome))

    def _finish(self, reason: str, outcome: Outcome | None) -> None:
        """End it. `outcome` becomes of the letter at the head; with None, what a lost line makes of it."""
        self.end = end = End()
        is_head = True
        letters: dict[int, Letter] = {}
        for stage, letter in [*self._awaited, *((stage, letter) for stage, letter, _ in self._unsaid)]:
            if letter is not None and id(letter) not in letters:
                letters[id(letter)] = letter
                self._sort_out(end, letter, stage, reason if is_head else "", outcome)
            is_head = False
        self._awaited.clear()
        self._unsaid.clear()

    def _sort_out(self, end: End, letter: Letter, stage: Stage, reason: str, outcome: Outcome | None) -> None:
        """Only the letter at the head can have had its final dot sent: each body waits for its own envelope's replies."""
        if letter.no is not None:
            end.known.append((letter, letter.no))  # it said no and hung up: the no stands
            return
        may_be_old = stage is Stage.MAIL and self._is_used and not letter.moved and outcome is not NOT_ATTEMPTED
        if not reason or may_be_old:
            letter.moved = True
            end.back.append(letter)
            return
        if outcome is None:
            has_left = letter.dot_at is not None and self._written >= letter.dot_at
            outcome = UNCERTAIN if has_left else temporary(LINE_LOST)
            reason = f"{stage.name.lower()}: {reason}"
        end.known.append((letter, outcome))
        end.trouble = Trouble(reason, outcome)


def _no(reply: Reply) -> Outcome:
    return refused(reply.answer) if reply.code // 100 == 5 else temporary(reply.answer)
