"""A mail server that misbehaves on request, and messages to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pcnppg.kernel.clock import now
from pcnppg.kernel.settings import Settings
from pcnppg.post import actions, rules
from pcnppg.post.jobs.worker import Worker
from pcnppg.post.models import OutboxMessage
from pcnppg.post.rules import MailClass
from pcnppg.post.transports import conversation, opening
from pcnppg.store.session import transaction
from tests.post.words import use_test_words
from tests.sink import Sink


@pytest.fixture(scope="session", autouse=True)
def test_words() -> None:
    use_test_words()


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with Sink(tmp_path / "sink", keep_mail=True) as sink:
        yield sink


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait briefly for a server, and pause briefly after trouble."""
    for name in ("COMMAND_SECONDS", "FINAL_SECONDS", "BODY_SECONDS"):
        monkeypatch.setattr(conversation, name, 0.6)
    for name in ("COMMAND_SECONDS", "GREETING_SECONDS"):
        monkeypatch.setattr(opening, name, 0.6)
    monkeypatch.setattr(rules, "WORKER_PAUSES", (timedelta(milliseconds=20),))


@pytest.fixture
def write(inside: Flask) -> Callable[..., int]:
    """Put a message into the outbox; its number."""

    def write(to: str = "ann@example.com", **over: Any) -> int:
        given: dict[str, Any] = {
            "kind": "tests/hello",
            "mail_class": MailClass.SERVICE,
            "to": to,
            "values": {"name": "Ann", "when": now()},
            "at": now(),
        }
        with transaction():
            return actions.enqueue(**(given | over)).id

    return write


@pytest.fixture
def look(inside: Flask) -> Callable[[int], OutboxMessage]:
    """The row as it stands now."""

    def look(message_id: int) -> OutboxMessage:
        from pcnppg.store.session import session

        session().rollback()
        found = session().get(OutboxMessage, message_id)
        assert found is not None
        return found

    return look


@pytest.fixture
def work(inside: Flask, sink: Sink, settings: Settings) -> Callable[..., Worker]:
    """Let a worker do once what is due, with the sink as its mail server and one line to it."""

    def work(**over: Any) -> Worker:
        queues = over.pop("queues", (actions.Outbox(),))
        jobs = over.pop("jobs", ())
        one_line = {"mail_url": sink.url, "mail_connections": 1}
        worker = Worker(replace(settings, **(one_line | over)), queues=queues, jobs=jobs)
        worker.run(once=True)
        return worker

    return work
