"""A few SMTP conversations at once, opened as mail needs them and kept open; whatever comes back is told in one place."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from pcnppg.kernel.email_address import EmailAddress
from pcnppg.post.formats import BadValue, refuse_address, refuse_line_ends
from pcnppg.post.rules import NOT_ATTEMPTED, NOT_MADE, Fate, Item, Outcome, asks_for_less, refused, temporary
from pcnppg.post.transports.conversation import Conversation
from pcnppg.post.transports.letter import Letter
from pcnppg.post.transports.opening import Server, open_conversation
from pcnppg.post.transports.transport import Known, Trouble, made

SLICE = 0.25
"""Seconds between two looks at whether the worker is to stop."""
GAP = 0.001
"""Seconds without a further outcome after which those that are known are worth writing down."""
LONGEST_GATHERING = 0.05
QUIT_SECONDS = 2.0
REST_AFTER = 20.0
"""Seconds of idleness after which a conversation is ended."""
SHY = 60.0
"""Seconds in which no more lines are tried than a server has let us open."""
TRUST = 40
"""Messages accepted in a row before one more line is used again, after a server asked for less."""
NO_ADDRESS = "553 5.1.3"


class SmtpTransport:
    """At most `connections` lines to one server. Not for several threads, though each line is opened in one of its own."""

    def __init__(self, server: Server, *, helo: str, hurry: Callable[[], float], connections: int = 1) -> None:
        self.trouble: Trouble | None = None
        self._server = server
        self._helo = helo
        self._hurry = hurry
        self._most = connections
        self._allowed = connections
        self._shy_until = 0.0
        self._trusted = 0
        self._waiting: deque[Letter] = deque()
        self._known: list[Known] = []
        self._open: list[Conversation] = []
        self._selector = selectors.DefaultSelector()
        self._bell, self._rung = socket.socketpair()
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._bell.setblocking(False)
        self._opened: deque[Conversation | Trouble] = deque()
        self._opening = 0
        self._is_closed = False

    @property
    def lines(self) -> int:
        return self._allowed

    def take(self, items: Sequence[Item]) -> None:
        self.trouble = None
        for item in items:
            letter = self._letter(item)
            if isinstance(letter, Letter):
                self._waiting.append(letter)
            else:
                self._known.append((item, letter))

    def wait(self, seconds: float) -> list[Known]:
        end = time.monotonic() + seconds
        gathered_until = end
        while True:
            self._go_on()
            if not self._is_busy or time.monotonic() >= min(end, gathered_until):
                break
            if self._known:
                gathered_until = min(gathered_until, time.monotonic() + LONGEST_GATHERING)
            if not self._listen(GAP if self._known else min(SLICE, end - time.monotonic())) and self._known:
                break
        known, self._known = self._known, []
        return known

    def check(self) -> None:
        self._adopt(open_conversation(self._server, helo=self._helo, hurry=self._hurry))
        self._take_leave(self._open[-1:])

    def rest(self) -> None:
        idle = [one for one in self._open if one.is_idle and time.monotonic() - one.used_at > REST_AFTER]
        self._take_leave(idle)

    def close(self) -> None:
        """QUIT on every line, and do not wait long for the answers. What is still under way is lost with its line."""
        self._is_closed = True
        self._take_leave([one for one in self._open if one.is_idle])
        for conversation in list(self._open):
            self._drop(conversation)
        end = time.monotonic() + QUIT_SECONDS
        while self._opening and (rest := end - time.monotonic()) > 0:
            self._listen(rest)
        self._selector.close()
        self._bell.close()
        if not self._opening:
            self._rung.close()

    @property
    def _is_busy(self) -> bool:
        return bool(self._waiting) or any(not one.is_idle for one in self._open)

    def _letter(self, item: Item) -> Letter | Outcome:
        try:
            sender, to = _on_the_wire(item.envelope_from), _on_the_wire(item.to)
        except BadValue:
            return refused(NO_ADDRESS)
        data = made(item)
        if data is None:
            return temporary(NOT_MADE)
        return Letter(item, sender, to, data, needs_utf8=not (sender.isascii() and to.isascii()))

    def _go_on(self) -> None:
        """Begin what can be begun, hear what was said, end what has lasted too long."""
        if self.trouble is not None or self._hurry() < float("inf"):
            self._give_back()
        self._distribute()
        now = time.monotonic()
        hurry = self._hurry()
        for conversation in self._open:
            conversation.write()
            if not conversation.is_idle and now >= min(conversation.deadline, hurry):
                conversation.lose("silent")
        self._gather()

    def _give_back(self) -> None:
        self._known += [(letter.item, NOT_ATTEMPTED) for letter in self._waiting]
        self._waiting.clear()

    def _distribute(self) -> None:
        usable = self._open[: self._allowed]
        for conversation in sorted(usable, key=lambda one: not one.is_idle):
            while self._waiting and conversation.has_room:
                conversation.begin(self._waiting.popleft())
        wanted = min(self._allowed, len(self._waiting) + len(usable))
        for _ in range(wanted - len(self._open) - self._opening):
            self._open_another()

    def _open_another(self) -> None:
        if self._open and time.monotonic() < self._shy_until:
            return
        self._opening += 1
        threading.Thread(target=self._open_in_background, name="opening a line", daemon=True).start()

    def _open_in_background(self) -> None:
        try:
            opened: Conversation | Trouble = open_conversation(
                self._server, helo=self._helo, hurry=lambda: 0.0 if self._is_closed else self._hurry()
            )
        except Trouble as trouble:
            opened = trouble
        except Exception as wrong:  # nothing may end this thread without a word: the pool would wait for it
            opened = Trouble(f"connect: {type(wrong).__name__}")
        self._opened.append(opened)
        with suppress(OSError):  # the pool has waited long enough for us and is gone
            self._rung.send(b"!")

    def _listen(self, seconds: float) -> bool:
        """Wait until somebody says something. False where nobody did."""
        for conversation in self._open:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if conversation.wants_to_write else 0)
            key = self._selector.get_key(conversation.sock)
            if key.events != wanted:
                self._selector.modify(conversation.sock, wanted, conversation)
        found = self._selector.select(max(0.0, seconds))
        for key, events in found:
            if key.data is None:
                self._receive_opened()
            elif events & selectors.EVENT_READ:
                key.data.read()
        return bool(found)

    def _receive_opened(self) -> None:
        with suppress(BlockingIOError):
            self._bell.recv(64)
        while self._opened:
            opened = self._opened.popleft()
            self._opening -= 1
            if isinstance(opened, Trouble):
                self._could_not_open(opened)
            elif self._is_closed:
                opened.hang_up()
            else:
                self._adopt(opened)

    def _adopt(self, conversation: Conversation) -> None:
        self._open.append(conversation)
        self._selector.register(conversation.sock, selectors.EVENT_READ, conversation)

    def _could_not_open(self, trouble: Trouble) -> None:
        """Where other lines are open, the server has only said how many it likes; else nothing can go out now."""
        if self._open or self._opening:
            self._shy_until = time.monotonic() + SHY
        else:
            self.trouble = trouble

    def _gather(self) -> None:
        for conversation in list(self._open):
            self._learn(conversation.known)
            conversation.known = []
            if conversation.end is not None:
                self._learn(conversation.end.known)
                self._waiting.extendleft(reversed(conversation.end.back))
                self.trouble = conversation.end.trouble or self.trouble
                self._drop(conversation)
        if self.trouble is not None:
            self._give_back()

    def _drop(self, conversation: Conversation) -> None:
        self._open.remove(conversation)
        self._selector.unregister(conversation.sock)
        conversation.hang_up()

    def _learn(self, known: list[tuple[Letter, Outcome]]) -> None:
        for letter, outcome in known:
            self._known.append((letter.item, outcome))
            if outcome.fate is Fate.HANDED_OVER:
                self._trusted += 1
                if self._trusted % TRUST == 0:
                    self._allowed = min(self._most, self._allowed + 1)
            elif asks_for_less(outcome):
                self._trusted, self._allowed = 0, max(1, self._allowed // 2)

    def _take_leave(self, leaving: list[Conversation]) -> None:
        end = min(time.monotonic() + QUIT_SECONDS, self._hurry())
        for conversation in leaving:
            conversation.farewell()
        while any(one.end is None for one in leaving) and (rest := end - time.monotonic()) > 0:
            self._listen(rest)
        for conversation in leaving:
            self._drop(conversation)


def _on_the_wire(address: str) -> str:
    """An address as mail carries it: the domain as A-labels, the local part as it is. `BadValue` for what is none."""
    if address.isascii():
        refuse_address(address)
        return address
    local, _, domain = address.rpartition("@")
    if local.isascii():
        found = EmailAddress.find(address)
        if found is None:
            raise BadValue("not an address that mail can carry")
        return found.mailbox
    refuse_line_ends(local)
    refuse_address(f"x@{domain.encode('idna').decode()}")
    if any(sign in local for sign in ' <>()[]\\,;:"@'):
        raise BadValue("not an address that mail can carry")
    return address
