"""A real IMAP server on this machine, in memory: pymap, started as a process of its own."""

from __future__ import annotations

import contextlib
import imaplib
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

USER, PASSWORD = "returned", "mail/pass word"


class Imap:
    """The server while a `with` block lasts; with a certificate it offers STARTTLS."""

    def __init__(self, certificate: Path | None = None) -> None:
        self._certificate = certificate
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    def __enter__(self) -> Imap:
        tls = ["--cert", str(self._certificate), "--key", str(self._certificate)] if self._certificate else ["--no-tls"]
        command = [
            *(str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(self.port), *tls),
            *("dict", "--demo-user", USER, "--demo-password", PASSWORD),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                if line.recv(4).startswith(b"* OK"):
                    return self
            time.sleep(0.05)
        self._process.kill()
        raise RuntimeError("the IMAP server did not start")

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)

    def box(self) -> imaplib.IMAP4:
        """Signed in, as whoever owns the mailbox."""
        box = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        if self._certificate:
            box.starttls()
        box.login(USER, PASSWORD)
        return box

    def deliver(self, *messages: bytes) -> None:
        with self.box() as box:
            for raw in messages:
                status, said = box.append("INBOX", None, None, raw.replace(b"\n", b"\r\n"))
                assert status == "OK", said

    def seen(self) -> list[bool]:
        """For each message, oldest first: is it marked as seen?"""
        with self.box() as box:
            box.select("INBOX", readonly=True)
            _, found = box.uid("FETCH", "1:*", "(FLAGS)")
            return [b"\\Seen" in line for line in found if isinstance(line, bytes)]
