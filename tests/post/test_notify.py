"""Mail by GOV.UK Notify: the real client and the real worker against a server that speaks as its documentation does."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from pcnppg.kernel import clock
from pcnppg.kernel.settings import Settings
from pcnppg.post import actions
from pcnppg.post.jobs.worker import Worker
from pcnppg.post.models import OutboxMessage
from pcnppg.post.rules import WORKER_PAUSES, State
from pcnppg.post.transports import notify as transport_module
from pcnppg.post.transports import transport_for
from pcnppg.post.transports.notify import UNFIT
from pcnppg.post.transports.notify_words import as_notify
from pcnppg.post.transports.transport import Trouble
from tests.notify import KEY, REPLY_TO, SERVICE, TEMPLATE, NotifyServer
from tests.post.test_worker import LONG_DUE, process, until
from tests.sink import Sink

pytestmark = pytest.mark.usefixtures("impatient")

Write = Callable[..., int]
Look = Callable[[int], OutboxMessage]
Carry = Callable[..., Worker]


@pytest.fixture
def notify() -> Iterator[NotifyServer]:
    with NotifyServer() as server:
        yield server


@pytest.fixture
def carry(inside: Flask, notify: NotifyServer, settings: Settings) -> Carry:
    """Let a worker do once what is due, by Notify."""

    def carry(**over: Any) -> Worker:
        worker = Worker(replace(settings, notify=notify.settings(**over)), queues=(actions.Outbox(),))
        worker.run(once=True)
        return worker

    return carry


def test_a_message_goes_as_subject_and_words_with_a_reference(
    write: Write, look: Look, carry: Carry, notify: NotifyServer
) -> None:
    message_id = write()
    carry()
    [taken] = notify.taken
    reference = taken["reference"]
    assert taken == {
        "email_address": "ann@example.com",
        "template_id": TEMPLATE,
        "personalisation": taken["personalisation"],
        "reference": reference,
    }
    assert taken["personalisation"]["subject"] == "Hello Ann"
    assert taken["personalisation"]["body"].startswith("Dear Ann,\n\nit is ")
    assert reference.startswith("m+")
    assert "example.com" not in reference
    row = look(message_id)
    assert (row.state, row.answer, row.sealed) == (State.HANDED_OVER, "201", None)


def test_replies_go_where_the_group_wants_them(write: Write, carry: Carry, notify: NotifyServer) -> None:
    write(values={"name": "Ann", "when": clock.now(), "reply_to": "Elm-Tree@example.org"})
    write(values={"name": "Ann", "when": clock.now(), "reply_to": "other@example.org"})
    carry()
    assert [taken.get("email_reply_to_id") for taken in notify.taken] == [REPLY_TO, None]


AUTH = (403, "AuthError", "Invalid token: API key not found")


@pytest.mark.parametrize(
    ("said", "state", "answer", "tries", "in_doubt"),
    [
        ((400, "ValidationError", "email_address no@example.com is wrong"), State.REFUSED, "400 ValidationError", 0, False),
        ((400, "BadRequestError", "in trial mode"), State.REFUSED, "400 BadRequestError", 0, False),
        ((413, "<odd>", "too long"), State.REFUSED, "413", 0, False),
        (AUTH, State.QUEUED, None, 0, False),
        ((404, "NoResultFound", "No result found"), State.QUEUED, None, 0, False),
        ((429, "RateLimitError", "3000 in 60 seconds"), State.QUEUED, "429 RateLimitError", 1, False),
        ((429, "TooManyRequestsError", "for today"), State.QUEUED, "429 TooManyRequestsError", 1, False),
        ((500, "Exception", "Internal server error"), State.QUEUED, "500 Exception", 1, False),
        ((502, "Exception", "Bad gateway"), State.QUEUED, None, 0, True),
        ("hang up unread", State.QUEUED, None, 0, True),
        ("drop", State.QUEUED, None, 0, True),
        ("hang", State.QUEUED, None, 0, True),
        ("<html>a gateway that knows better</html>", State.QUEUED, None, 0, True),
        ({"nothing": "known"}, State.QUEUED, None, 0, True),
    ],
)  # fmt: skip
def test_each_answer_becomes_what_it_means(
    write: Write,
    look: Look,
    carry: Carry,
    notify: NotifyServer,
    monkeypatch: pytest.MonkeyPatch,
    said: Any,
    state: State,
    answer: str | None,
    tries: int,
    in_doubt: bool,
) -> None:
    """A service message in doubt goes once more (settled 5): so it waits, marked as in doubt. Nothing is asked twice."""
    monkeypatch.setattr(transport_module, "ANSWER_SECONDS", 0.2)
    notify.misbehave(*[said] * (1 if state is State.REFUSED or in_doubt or tries else 9))
    message_id = write()
    worker = carry()
    row = look(message_id)
    assert (row.state, row.answer, row.tries, row.in_doubt) == (state, answer, tries, in_doubt)
    assert bool(worker.trouble) == (state is State.QUEUED)
    assert notify.asked == 1


def test_a_service_that_cannot_be_reached_costs_no_message_a_try(write: Write, look: Look, carry: Carry) -> None:
    first, second = write(), write()
    worker = carry(api="http://127.0.0.1:1")
    assert worker.trouble == "notify: ConnectionError"
    assert [(look(one).state, look(one).tries, look(one).in_doubt) for one in (first, second)] == [
        (State.QUEUED, 0, False)
    ] * 2


def test_a_refusal_that_is_the_templates_fault_costs_no_message_its_turn(
    write: Write, look: Look, carry: Carry, notify: NotifyServer
) -> None:
    notify.template["body"] = "((body)) ((new_part))"
    message_id = write()
    carry()
    assert look(message_id).state == State.REFUSED  # the template still fits us: this one message was at fault
    notify.template["body"] = "Somebody wrote over it. ((other))"
    message_id = write()
    assert carry().trouble == UNFIT
    assert (look(message_id).state, look(message_id).tries) == (State.QUEUED, 0)


def test_trouble_with_one_holds_back_the_next(write: Write, look: Look, carry: Carry, notify: NotifyServer) -> None:
    notify.misbehave(*[(429, "RateLimitError", "too many")] * len(WORKER_PAUSES))
    ids = [write() for _ in range(3)]
    carry()
    assert {look(one).state for one in ids} <= {State.QUEUED, State.HANDED_OVER}
    assert len(notify.taken) == sum(look(one).state == State.HANDED_OVER for one in ids)


def test_no_address_reaches_the_log(
    write: Write, carry: Carry, notify: NotifyServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    write("secret@example.com")
    notify.misbehave((429, "RateLimitError", "secret@example.com is not to be said"))
    carry()
    write("secret@example.com")
    notify.misbehave((400, "ValidationError", "secret@example.com is wrong"))
    carry()
    assert "429 RateLimitError" in caplog.text
    assert "example.com" not in caplog.text


def test_key_and_template_are_looked_at_before_anything_is_sent(notify: NotifyServer, settings: Settings) -> None:
    def check(**over: Any) -> None:
        transport_for(replace(settings, notify=notify.settings(**over))).check()

    check()
    notify.template["subject"] = "(( Subject )): news"
    check()
    wrong_key = f"{KEY[:-1]}f"
    other = TEMPLATE.replace("f", "e")
    for over, said in (
        ({"key": wrong_key}, "notify: 403 AuthError"),
        ({"template": other}, "notify: 404 NoResultFound"),
        ({"key": wrong_key.replace(SERVICE, other)}, "notify: 403 AuthError"),
        ({"api": "http://127.0.0.1:1"}, "notify: ConnectionError"),
    ):
        with pytest.raises(Trouble, match=said):
            check(**over)
    for part, words in (("type", "sms"), ("body", "Hello"), ("subject", "News")):
        notify.template = {"type": "email", "subject": "((subject))", "body": "((body))"} | {part: words}
        with pytest.raises(Trouble) as unfit:
            check()
        assert unfit.value.reason == UNFIT
    assert not notify.taken


def test_asked_to_stop_it_begins_no_further_message(notify: NotifyServer, settings: Settings) -> None:
    transport = transport_for(replace(settings, notify=notify.settings()), hurry=lambda: 5.0)
    assert (
        transport._counter.hand_over("m+1@x", "ann@example.com", b"Subject: x\r\n\r\nx").fate.value == "not_attempted"
    )  # type: ignore[attr-defined]
    assert not notify.asked


@pytest.mark.proof
def test_a_worker_killed_before_the_answer_leaves_the_message_in_doubt(
    write: Write, look: Look, carry: Carry, notify: NotifyServer, settings: Settings, sink: Sink
) -> None:
    """The service has it, the answer never came: nobody sends it again by himself before the doubt was written down."""
    message_id = write(at=LONG_DUE)
    notify.misbehave("hang")
    environ = {
        "PCNPPG_MAIL_URL": notify.url,
        "PCNPPG_NOTIFY_KEY": KEY,
        "PCNPPG_NOTIFY_TEMPLATE": TEMPLATE,
        "PCNPPG_BASE_URL": "https://127.0.0.1:5000",
    }
    with process(settings, sink, **environ) as running:
        until(lambda: bool(notify.taken))
        assert look(message_id).state == State.ATTEMPTING
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    carry()
    assert (look(message_id).state, look(message_id).in_doubt) == (State.QUEUED, True)
    assert len(notify.taken) == 1


def test_words_arrive_as_they_were_written() -> None:
    """Whatever Notify's Markdown would take for more than words is marked as words."""
    assert as_notify("News\n\nCome.", heading="News") == "# News\n\nCome."
    assert as_notify("News\n\nCome.", heading="Other") == "News\n\nCome."
    for said, told in {
        "19.30 we meet": "19\\.30 we meet",
        "1. tea\n2. cake": "1\\. tea\n2\\. cake",
        "# of patients": "\\# of patients",
        "-5 degrees": "\\-5 degrees",
        "*a star": "\\*a star",
        "```": "\\```",
        "- tea\n  - black": "* tea\n  * black",
        "- tea\n\n  with milk": "* tea\n\n  with milk",
        "> they said\n> this": "^ they said\n^ this",
        "    code": "code",
        "one\n\n    two": "one\n\ntwo",
        "a | b": "a \\| b",
        "see [1] or \\": "see \\[1] or \\\\",
        "https://example.org/a_b|c[1]": "https://example.org/a_b|c[1]",
        "one\n---": "one\n\n---",
        "one\n===": "one\n\n===",
        "one\n\n* * *\n\ntwo": "one\n\n* * *\n\ntwo",
        "2 people": "2 people",
        ".5 or so": ".5 or so",
    }.items():
        assert as_notify(said, heading="") == told, said
