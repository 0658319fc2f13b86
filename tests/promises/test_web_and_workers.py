"""Two workers and two web servers over one PostgreSQL, people joining and leaving meanwhile, while one of each is killed.

Whoever was told that they have left has left. Whoever was told to look at their mail gets that mail, once for each time they
asked. Each delivery is handed over once, in doubt, or stopped by a leaving. Where a server dies with the answer, people do
what people do: they press the button again, and meet the other server.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.kernel import clock, keys
from pcnppg.kernel.settings import Settings
from pcnppg.membership.models import Contact
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session
from tests.conftest import DATABASE
from tests.mailing.lists import a_list, contacts_of, deliveries, send
from tests.promises.processes import environ, start, talking, until
from tests.promises.test_kill_worker import SLOWLY, WORKERS, drain, start_one
from tests.sink import Sink

ROUNDS = max(4, int(os.environ.get("PROOF_KILLS", "25")) // 5)
"""In each a worker and a web server are killed."""
A_ROUND = 100
"""Deliveries: more than the server takes meanwhile."""
LONGEST = 0.4
"""Seconds between two kills, at most."""
TIMEOUT = 20.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(slots=True)
class Web:
    """The web servers that run, as a proxy before them knows them: their numbers, and the ports of those that answer."""

    starter: subprocess.Popen[str]
    running: list[tuple[int, int]] = field(default_factory=list)

    def start(self) -> None:
        assert self.starter.stdin
        assert self.starter.stdout
        self.starter.stdin.write("web\n")
        pid, port = (int(word) for word in self.starter.stdout.readline().split())
        self.running.append((pid, port))

    def kill_one(self) -> None:
        os.kill(self.running.pop(random.randrange(len(self.running)))[0], signal.SIGKILL)

    def ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, str, str] | None:
        """Status, cookie and page; None where the server died before it had answered."""
        _, port = random.choice(self.running)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return answer.status, answer.headers.get("Set-Cookie", "").partition(";")[0], page


@dataclass(slots=True)
class Crowd:
    """People who leave and join until they are told to stop; what they were answered."""

    web: Web
    leaving: Iterator[int]
    left: set[int] = field(default_factory=set)
    tried: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, int]] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def press_buttons(self) -> None:
        while not self.ends.is_set():
            self._leave()
            self._join(next(self.numbers))

    def _leave(self) -> None:
        contact = next(self.leaving, None)
        if contact is None:
            return
        path = f"/u/{keys.current().sign('leave', contact)}"
        if self._until_answered(lambda: self.web.ask("POST", path, "List-Unsubscribe=One-Click", FORM), 200):
            self.left.add(contact)

    def _join(self, n: int) -> None:
        email, path = f"new{n}@example.com", "/groups/elm-tree/join"
        at = {"X-Forwarded-For": f"10.0.{n // 250}.{n % 250}"}
        pages: list[tuple[int, str, str]] = []
        if not self._until_answered(lambda: self.web.ask("GET", path, "", at), 200, pages):
            return
        _, cookie, page = pages[0]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        filled = urlencode({"csrf_token": token[1], "email": email, "agree": "y"})

        def press() -> tuple[int, str, str] | None:
            self.tried[email] += 1
            return self.web.ask("POST", path, filled, {**FORM, **at, "Cookie": cookie})

        if self._until_answered(press, 303):
            self.told[email] += 1

    def _until_answered(
        self,
        asks: Callable[[], tuple[int, str, str] | None],
        expected: int,
        pages: list[tuple[int, str, str]] | None = None,
    ) -> bool:
        """Press the button until somebody answers; False where the story ended first, or the answer was another."""
        while not self.ends.is_set():
            answer = asks()
            if answer is not None:
                if answer[0] != expected:
                    self.wrong.append((answer[2][:200], answer[0]))
                if pages is not None:
                    pages.append(answer)
                return answer[0] == expected
        return False


if DATABASE == "postgresql":

    @pytest.mark.proof
    def test_killed_under_load_workers_and_web_servers_lose_and_double_nothing(
        inside: Flask, settings: Settings, tmp_path: Path, aloud: Callable[[str], None]
    ) -> None:
        began = time.monotonic()
        with clock.at(datetime.now(UTC) - timedelta(hours=1)):
            group, (joan, _) = a_list(A_ROUND * ROUNDS, promise=1)
            contacts = contacts_of(group)
            mailing_id = send(group, joan)
        session().rollback()
        leaving = random.sample(contacts, len(contacts) // 3)
        with Sink(tmp_path / "sink") as sink:
            env = environ(settings, PCNPPG_MAIL_URL=sink.url, PCNPPG_TRUSTED_PROXIES="1")
            sink.misbehave(SLOWLY)
            crowd = _kill_under_load(env, leaving)
            sink.misbehave()
            time.sleep(1.1)  # the last one's lease
            drain(env, mailing_id)
            assert until(lambda: _drained(env), seconds=60)
            accepted = Counter(message_id for _, message_id in sink.accepted())
        assert not crowd.wrong, crowd.wrong[:3]
        _leavings_hold(group, crowd)
        _mailing_is_whole(mailing_id, accepted, settings, len(contacts))
        _joins_arrive(crowd, accepted, settings)
        aloud(
            f"{ROUNDS} workers and {ROUNDS} web servers killed in {time.monotonic() - began:.0f} s, "
            f"{len(crowd.left)} left and {len(crowd.told)} asked to join meanwhile"
        )


@contextmanager
def _pressing(crowd: Crowd, hands: int = 3) -> Iterator[None]:
    threads = [threading.Thread(target=crowd.press_buttons) for _ in range(hands)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        crowd.ends.set()
        for thread in threads:
            thread.join()


def _kill_under_load(env: dict[str, str], leaving: list[int]) -> Crowd:
    with talking(start(WORKERS, env=env, talks=True)) as starter:
        workers, web = [start_one(starter), start_one(starter)], Web(starter)
        web.start()
        web.start()
        crowd = Crowd(web, iter(leaving))
        with _pressing(crowd):
            assert until(lambda: len(crowd.told) > 0), "nobody could join"
            for _ in range(ROUNDS):
                time.sleep(random.uniform(0.05, LONGEST))
                os.kill(workers.pop(random.randrange(2)), signal.SIGKILL)
                workers.append(start_one(starter))
                web.start()  # there are two again before one dies, as under a service manager
                web.kill_one()
        return crowd


def _drained(env: dict[str, str]) -> bool:
    """Is every service message on its way? One in doubt waits a minute before its repeat, so only what is due counts."""
    due = select(OutboxMessage.id).where(
        OutboxMessage.state.in_(["queued", "attempting"]), OutboxMessage.in_doubt.is_(False)
    )
    session().rollback()
    if session().scalars(due).first() is None:
        return True
    session().rollback()
    assert start(WORKERS, "worker", "--once", env=env).wait(300) == 0
    return False


def _leavings_hold(group: int, crowd: Crowd) -> None:
    found = select(Contact.id).where(Contact.group_id == group, Contact.state == "left")
    assert crowd.left, "nobody could leave"
    assert crowd.left <= set(session().scalars(found)), "somebody was told that they had left, and had not"


def _mailing_is_whole(mailing_id: int, accepted: Counter[str], settings: Settings, people: int) -> None:
    rows = deliveries(mailing_id)
    states = Counter(row.state for row in rows)
    assert len(rows) == people == states["handed_over"] + states["uncertain"] + states["withdrawn"], states
    ours = {row.id: accepted[f"<d.{keys.current().sign('delivery', row.id)}@{settings.mail_domain}>"] for row in rows}
    assert max(ours.values()) == 1, "something went out twice"
    assert all(ours[row.id] == 1 for row in rows if row.state == "handed_over"), "something was lost"
    assert not any(ours[row.id] for row in rows if row.state == "withdrawn"), "who had left got it all the same"


def _joins_arrive(crowd: Crowd, accepted: Counter[str], settings: Settings) -> None:
    """One row for each time that somebody pressed Join and was answered; at most one more where the answer was lost."""
    kinds = select(OutboxMessage.id, OutboxMessage.in_doubt, OutboxMessage.state).where(
        OutboxMessage.kind == "membership/confirm"
    )
    rows = session().execute(kinds).all()
    assert sum(crowd.told.values()) <= len(rows) <= sum(crowd.tried.values())
    for row in rows:
        times = accepted[f"<{keys.current().sign('message', row.id)}@{settings.mail_domain}>"]
        if row.in_doubt:
            assert times <= 2
        else:
            assert (row.state, times) == ("handed_over", 1)
