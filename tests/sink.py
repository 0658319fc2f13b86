"""A real SMTP server in a process of its own, which writes down durably what it accepted, and misbehaves on request.

Before each 250 to a final dot it appends one line to its log: receiver, Message-ID, and is on disk before the reply leaves.
`python -m tests.sink LOG` prints its port and serves until it is ended. `Sink` starts and asks it from a test.

How it is to misbehave stands in a file beside the log that may change at any time: a list of rules, each with `at`
(connect, ehlo, auth, starttls, mail, rcpt, data, dot, rset), `do` (reply, hang, close, slow, and at the dot `drop`: accept,
then hang up without a word), and if wanted `code`, `seconds`, `to` (only for receivers that hold this text), `from_` (only
from the n-th time on, 1 the first) and `times` (so often, then never again).
"""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

USER, PASSWORD = "postmaster", "a secret: ü%"


class Server:
    """The server's side."""

    def __init__(self, log: Path, *, certificate: Path | None, offers: list[str]) -> None:
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.rules_file = log.with_suffix(".rules")
        self.seen_file = log.with_suffix(".seen")
        self.kept_mail = log.with_suffix(".mbox")
        self.offers = offers
        self.tls = None
        if certificate is not None:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self.used: dict[str, int] = {}
        self.lock = threading.Lock()

    def serve(self, listener: socket.socket, *, wrapped: bool) -> None:
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=self.meet, args=(sock, wrapped), daemon=True).start()

    def meet(self, sock: socket.socket, wrapped: bool) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError, Goodbye):
            if wrapped and self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            Conversation(self, sock).hold()
        with suppress(OSError):
            sock.close()

    def rule_for(self, stage: str, to: str) -> dict[str, Any] | None:
        try:
            rules = json.loads(self.rules_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        with self.lock:
            for rule in rules:
                if rule["at"] != stage or rule.get("to", "") not in to:
                    continue
                key = json.dumps(rule, sort_keys=True)
                n = self.used[key] = self.used.get(key, 0) + 1
                if n >= rule.get("from_", 1) and n - rule.get("from_", 1) < rule.get("times", 1_000_000_000):
                    return dict(rule)
        return None

    def accept(self, receivers: list[str], message: bytes) -> None:
        found = re.search(rb"(?im)^message-id:[ \t]*(\S+)", message)
        message_id = found[1].decode() if found else "-"
        with self.lock:
            for to in receivers:
                os.write(self.log, f"{to} {message_id}\n".encode())
            os.fsync(self.log)
            if self.kept_mail.exists():
                with self.kept_mail.open("ab") as file:
                    file.write(message + b"\0")

    def note(self, what: str) -> None:
        with self.lock, self.seen_file.open("a") as file:
            file.write(what + "\n")


class Goodbye(Exception):
    """The line is closed on purpose."""


class Conversation:
    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self.file = sock.makefile("rb")
        self.receivers: list[str] = []
        self.sender: str | None = None
        self.secured = isinstance(sock, ssl.SSLSocket)

    def hold(self) -> None:
        self.server.note("connect")
        self.answer("connect", "220 sink ESMTP")
        while line := self.file.readline(8192):
            words = line.decode("latin-1").strip()
            verb = words.split(" ")[0].upper()
            act = getattr(self, f"on_{verb.lower()}", None)
            if act is None:
                self.say("502 5.5.2 unknown")
            else:
                act(words)

    def on_ehlo(self, words: str) -> None:
        offers = ["sink", *self.server.offers]
        if self.server.tls and not self.secured:
            offers.append("STARTTLS")
        lines = [f"250{'-' if n < len(offers) - 1 else ' '}{offer}" for n, offer in enumerate(offers)]
        self.answer("ehlo", "\r\n".join(lines))

    def on_starttls(self, words: str) -> None:
        self.answer("starttls", "220 2.0.0 go ahead")
        assert self.server.tls
        self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)
        self.file = self.sock.makefile("rb")
        self.secured = True

    def on_auth(self, words: str) -> None:
        _, how, *given = words.split(" ")
        if how.upper() == "PLAIN":
            right = base64.b64decode(given[0]).decode() == f"\0{USER}\0{PASSWORD}"
        else:
            self.say("334 VXNlcm5hbWU6")
            user = base64.b64decode(self.file.readline()).decode()
            self.say("334 UGFzc3dvcmQ6")
            right = (user, base64.b64decode(self.file.readline()).decode()) == (USER, PASSWORD)
        self.server.note(f"auth {how} {right}")
        self.answer("auth", "235 2.7.0 yes" if right else "535 5.7.8 no")

    def on_mail(self, words: str) -> None:
        self.receivers, self.sender = [], None
        if self.answer("mail", "250 2.1.0 ok"):
            self.sender = words

    def on_rcpt(self, words: str) -> None:
        to = words[words.index("<") + 1 : words.rindex(">")]
        if self.sender is None:
            self.say("503 5.5.1 MAIL first")
        elif self.answer("rcpt", "250 2.1.5 ok", to=to):
            self.receivers.append(to)

    def on_data(self, words: str) -> None:
        if not self.receivers:
            self.say("503 5.5.1 RCPT first")
            return
        if not self.answer("data", "354 go ahead", to=self.receivers[0]):
            return
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise Goodbye
            lines.append(line[1:] if line.startswith(b".") else line)
        self.final_dot(b"".join(lines))

    def final_dot(self, message: bytes) -> None:
        to = self.receivers[0]
        rule = self.server.rule_for("dot", to)
        if rule and rule["do"] == "drop":
            self.server.accept(self.receivers, message)
            raise Goodbye
        if self.obey(rule):
            self.server.accept(self.receivers, message)
            self.say("250 2.0.0 kept")
        self.receivers, self.sender = [], None

    def on_rset(self, words: str) -> None:
        self.receivers, self.sender = [], None
        self.answer("rset", "250 2.0.0 ok")

    def on_noop(self, words: str) -> None:
        self.say("250 2.0.0 ok")

    def on_quit(self, words: str) -> None:
        self.server.note("quit")
        self.say("221 2.0.0 bye")
        raise Goodbye

    def answer(self, stage: str, usual: str, *, to: str = "") -> bool:
        if not self.obey(self.server.rule_for(stage, to or (self.sender or ""))):
            return False
        self.say(usual)
        return True

    def obey(self, rule: dict[str, Any] | None) -> bool:
        """Misbehave as told; True where the usual answer is still to be given."""
        if rule is None:
            return True
        if rule["do"] == "slow":
            time.sleep(rule["seconds"])
            return True
        if rule["do"] == "hang":
            time.sleep(rule.get("seconds", 3600))
            raise Goodbye
        if rule["do"] == "close":
            raise Goodbye
        self.say(rule["code"])
        if rule["code"].startswith("421") or rule.get("then") == "close":
            raise Goodbye
        return False

    def say(self, words: str) -> None:
        self.sock.sendall(words.encode("latin-1") + b"\r\n")


class Sink:
    """The test's side: start it with `with`, tell it how to misbehave, ask what it accepted."""

    def __init__(
        self,
        folder: Path,
        *,
        certificate: Path | None = None,
        wrapped: bool = False,
        offers: tuple[str, ...] = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"),
        keep_mail: bool = False,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "accepted.log"
        self.log.touch()
        if keep_mail:
            self.log.with_suffix(".mbox").touch()
        self._arguments = [str(self.log), "--offers", ",".join(offers)]
        if certificate is not None:
            self._arguments += ["--certificate", str(certificate), *(["--wrapped"] if wrapped else [])]
        self.port = 0

    def __enter__(self) -> Sink:
        self._process = subprocess.Popen(
            [sys.executable, __file__, *self._arguments, "--port", str(self.port)],
            stdout=subprocess.PIPE,
            text=True,
            close_fds=True,
        )
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())
        return self

    def be_killed(self) -> None:
        """Killed without a word; `with` starts it again at the same place, and ends it."""
        self.__exit__()

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def misbehave(self, *rules: dict[str, Any]) -> None:
        """From now on; none: behave."""
        path = self.log.with_suffix(".rules")
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(rules))
        draft.replace(path)

    def accepted(self) -> list[tuple[str, str]]:
        """Receiver and Message-ID of all that was accepted, in order."""
        return [(to, message_id) for to, _, message_id in (line.partition(" ") for line in self._lines(".log"))]

    def receivers(self) -> list[str]:
        return [to for to, _ in self.accepted()]

    def seen(self) -> list[str]:
        """Connections, sign-ins and farewells."""
        return self._lines(".seen")

    def messages(self) -> list[bytes]:
        """The messages themselves, where `keep_mail` was asked for."""
        return self.log.with_suffix(".mbox").read_bytes().split(b"\0")[:-1]

    def _lines(self, suffix: str) -> list[str]:
        path = self.log.with_suffix(suffix)
        return path.read_text().splitlines() if path.exists() else []


def main() -> None:
    import argparse

    arguments = argparse.ArgumentParser()
    arguments.add_argument("log", type=Path)
    arguments.add_argument("--certificate", type=Path)
    arguments.add_argument("--wrapped", action="store_true")
    arguments.add_argument("--offers", default="PIPELINING")
    arguments.add_argument("--port", type=int, default=0)
    given = arguments.parse_args()
    listener = socket.create_server(("127.0.0.1", given.port), backlog=64)
    print(listener.getsockname()[1], flush=True)
    offers = [offer for offer in given.offers.split(",") if offer]
    Server(given.log, certificate=given.certificate, offers=offers).serve(listener, wrapped=given.wrapped)


if __name__ == "__main__":
    main()
