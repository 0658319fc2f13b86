"""A message on its way over one line, and the steps that a server answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from pcnppg.post.rules import Item, Outcome


class Stage(Enum):
    """What a reply answers."""

    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    DOT = auto()
    EMPTY = auto()  # the dot that ends a message without a receiver (RFC 2920 §3.1)
    RSET = auto()
    QUIT = auto()


ENVELOPE = (Stage.MAIL, Stage.RCPT, Stage.DATA)


@dataclass(slots=True, eq=False)
class Letter:
    """One message under way. `no` is the server's refusal in its envelope; `dot_at` where in the stream its last byte lies."""

    item: Item
    sender: str
    to: str
    data: bytes
    needs_utf8: bool = False
    moved: bool = False  # a line that had ended before was no fault of its own: so once, then it is
    no: Outcome | None = None
    dot_at: int | None = None

    @property
    def stuffed(self) -> bytes:
        """The message as it goes over the line, its dots doubled, with the final dot (RFC 5321 §4.5.2)."""
        data = self.data if self.data.endswith(b"\r\n") else self.data + b"\r\n"
        stuffed = data.replace(b"\r\n.", b"\r\n..")
        return b"".join((b"." if data.startswith(b".") else b"", stuffed, b".\r\n"))
