"""The worker against a real mail server in each misbehaviour: nothing lost, nothing sent twice by itself."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.settings import Settings
from pcnppg.post import actions
from pcnppg.post.jobs import hand as hand_module
from pcnppg.post.jobs import worker as worker_module
from pcnppg.post.jobs.command import worker_of
from pcnppg.post.jobs.periodic import Job
from pcnppg.post.jobs.stop import Stop
from pcnppg.post.jobs.worker import Worker
from pcnppg.post.models import JobRun, OutboxMessage
from pcnppg.post.models import Worker as WorkerRow
from pcnppg.post.rules import BATCH, Fate, Item, MailClass, Result, State
from pcnppg.store.session import session, transaction
from tests.sink import Sink

pytestmark = pytest.mark.usefixtures("impatient")

Write = Callable[..., int]
Look = Callable[[int], OutboxMessage]
Work = Callable[..., Worker]


def states(*ids: int) -> list[str]:
    session().rollback()
    found = dict(session().execute(select(OutboxMessage.id, OutboxMessage.state)).all())  # type: ignore[arg-type]
    return [found[n] for n in ids]


def test_what_is_due_goes_and_is_written_down(write: Write, look: Look, work: Work, sink: Sink) -> None:
    ids = [write(f"p{n}@example.com") for n in range(45)]
    worker = work()
    assert sink.receivers() == [f"p{n}@example.com" for n in range(45)]
    assert sink.seen() == ["connect", "quit"]
    assert set(states(*ids)) == {State.HANDED_OVER}
    assert look(ids[0]).answer == "250 2.0.0"
    assert worker.counts[Fate.HANDED_OVER] == 45
    assert b"Dear Ann," in sink.messages()[0]


def test_with_nothing_due_nobody_is_called(inside: Flask, work: Work, sink: Sink) -> None:
    assert work().trouble == ""
    assert sink.seen() == []


def test_a_refused_message_blocks_nobody(write: Write, look: Look, work: Work, sink: Sink) -> None:
    ids = [write(f"{name}@example.com") for name in ("ann", "bad", "cleo")]
    sink.misbehave({"at": "rcpt", "do": "reply", "code": "550 5.1.1 <bad@example.com> unknown", "to": "bad@"})
    work()
    assert states(*ids) == [State.HANDED_OVER, State.REFUSED, State.HANDED_OVER]
    assert look(ids[1]).answer == "550 5.1.1"


def test_a_temporary_refusal_is_tried_again_when_its_pause_is_over(
    write: Write, look: Look, work: Work, sink: Sink
) -> None:
    message_id = write()
    sink.misbehave({"at": "rcpt", "do": "reply", "code": "452 4.2.2 full", "times": 2})
    for minutes, tries in ((0, 1), (0.5, 1), (1, 2), (5, 2)):
        with clock.at(now() + timedelta(minutes=minutes)):
            work()
        assert (look(message_id).state, look(message_id).tries) == (State.QUEUED, tries)
    with clock.at(now() + timedelta(minutes=6)):
        work()
    assert look(message_id).state == State.HANDED_OVER
    assert len(sink.accepted()) == 1


def test_after_two_days_a_message_is_given_up_with_the_reason(write: Write, look: Look, work: Work, sink: Sink) -> None:
    message_id = write()
    sink.misbehave({"at": "dot", "do": "reply", "code": "451 4.3.0 later"})
    work()
    with clock.at(now() + timedelta(days=2)):
        work()
    row = look(message_id)
    assert (row.state, row.answer, row.sealed) == (State.GIVEN_UP, "451 4.3.0", None)


def test_an_expired_code_is_not_sent(write: Write, look: Look, work: Work, sink: Sink) -> None:
    message_id = write(expires_at=now() + timedelta(minutes=10))
    with clock.at(now() + timedelta(minutes=11)):
        work()
    assert look(message_id).state == State.EXPIRED
    assert sink.accepted() == []


@pytest.mark.parametrize("deed", ["drop", "close", "hang"])
def test_a_message_in_doubt_is_tried_once_more_and_then_never(
    write: Write, look: Look, work: Work, sink: Sink, deed: str
) -> None:
    message_id = write()
    sink.misbehave({"at": "dot", "do": deed})
    work()
    assert (look(message_id).state, look(message_id).in_doubt) == (State.QUEUED, True)
    for minutes in (2, 60, 6000):
        with clock.at(now() + timedelta(minutes=minutes)):
            work()
    assert look(message_id).state == State.UNCERTAIN
    assert len(sink.accepted()) == (2 if deed == "drop" else 0)
    assert len({message_id for _, message_id in sink.accepted()}) <= 1, "both carry one Message-ID"


@pytest.mark.parametrize(
    "rule",
    [
        {"at": "rcpt", "do": "close", "to": "bad@"},
        {"at": "rcpt", "do": "hang", "to": "bad@"},
        {"at": "rcpt", "do": "reply", "code": "421 4.7.0 too many", "to": "bad@"},
        {"at": "dot", "do": "drop", "to": "bad@"},
    ],
)
def test_a_message_that_always_breaks_the_line_blocks_nobody(
    write: Write, work: Work, sink: Sink, rule: dict[str, Any]
) -> None:
    ids = [write(f"{name}@example.com") for name in ("ann", "bad", "cleo", "dan")]
    sink.misbehave(rule)
    work()
    assert states(*ids) == [State.HANDED_OVER, State.QUEUED, State.HANDED_OVER, State.HANDED_OVER]
    assert [to for to in sink.receivers() if not to.startswith("bad")] == [
        "ann@example.com",
        "cleo@example.com",
        "dan@example.com",
    ]


@pytest.mark.parametrize("code", ["554 5.7.1 go away", "421 4.3.2 busy"])
def test_a_server_that_will_not_talk_costs_no_message_a_try(
    write: Write, look: Look, work: Work, sink: Sink, code: str
) -> None:
    ids = [write() for _ in range(3)]
    sink.misbehave({"at": "connect", "do": "reply", "code": code})
    worker = work()
    assert worker.trouble == f"greeting: {code[:9]}"
    assert set(states(*ids)) == {State.QUEUED}
    assert look(ids[0]).tries == 0
    sink.misbehave()
    work()
    assert set(states(*ids)) == {State.HANDED_OVER}


def test_after_trouble_the_worker_pauses_for_longer_each_time(
    write: Write, inside: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[int] = []

    def pause(troubles: int) -> timedelta:
        pauses.append(troubles)
        if len(pauses) == 4:
            worker.stop.ask()
        return timedelta(milliseconds=10)

    monkeypatch.setattr(hand_module, "worker_pause", pause)
    message_id = write()
    worker = Worker(replace(settings, mail_url="smtp://127.0.0.1:1"), queues=(actions.Outbox(),))
    worker.run()
    assert pauses == [1, 2, 3, 4]
    assert states(message_id) == [State.QUEUED]


def test_what_is_known_is_recorded_before_a_pause(
    write: Write, inside: Flask, sink: Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [write(f"{name}@example.com") for name in ("ann", "bad", "cleo")]
    sink.misbehave({"at": "rcpt", "do": "reply", "code": "421 4.3.2 busy", "to": "bad@"})
    monkeypatch.setattr(hand_module, "worker_pause", lambda n: timedelta(seconds=60))
    worker = Worker(replace(settings, mail_url=sink.url, mail_connections=1), queues=(actions.Outbox(),))
    seen: list[str] = []

    def wait(seconds: float) -> None:
        seen.extend(states(*ids))
        worker.stop.ask()

    monkeypatch.setattr(worker.stop, "wait", wait)
    worker.run()
    assert seen[:3] == [State.HANDED_OVER, State.QUEUED, State.QUEUED]


def test_a_message_that_cannot_be_made_blocks_nobody(write: Write, look: Look, work: Work) -> None:
    bad, good = write(kind="tests/broken"), write()
    work()
    assert states(bad, good) == [State.QUEUED, State.HANDED_OVER]
    assert (look(bad).answer, look(bad).tries) == ("not made", 1)


class Listed:
    """A queue of list mail, as another domain lends it: numbers in memory instead of rows."""

    name = "list"

    def __init__(self, count: int) -> None:
        self.waiting = list(range(1, count + 1))
        self.settled: dict[int, Fate] = {}
        self.until: dict[int, datetime] = {}
        self.on_claim: Callable[[], None] = lambda: None

    def claim(self, worker: str, *, at: datetime, limit: int) -> Sequence[Item]:
        self.on_claim()
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        made = b"Subject: list\r\n\r\nHello\r\n"
        return [Item(n, "b+1@pcnppg.test", f"list{n}@example.com", lambda: made) for n in taken]

    def settle(self, worker: str, results: Sequence[Result], *, at: datetime) -> None:
        self.settled |= {key: outcome.fate for key, outcome in results}
        self.until |= {key: outcome.until for key, outcome in results if outcome.until}

    def held(self) -> Mapping[str, Sequence[int]]:
        return {}

    def abandon(self, worker: str, *, at: datetime) -> int:
        return 0


def test_service_messages_overtake_list_mail(write: Write, inside: Flask, sink: Sink, settings: Settings) -> None:
    listed = Listed(60)
    asked: list[str] = ["code@example.com"]

    def on_claim() -> None:  # somebody asks for a code while the list is going out
        if len(listed.waiting) < 50 and asked:
            values = {"name": "Ann", "when": now()}
            actions.enqueue(kind="tests/hello", mail_class=MailClass.SERVICE, to=asked.pop(), values=values, at=now())

    listed.on_claim = on_claim
    write("first@example.com")
    one_line = replace(settings, mail_url=sink.url, mail_connections=1)  # of several, one may be slow
    Worker(one_line, queues=(actions.Outbox(), listed)).run(once=True)
    order = sink.receivers()
    assert order[0] == "first@example.com"
    assert len(order) == 62
    between = order.index("code@example.com")
    assert 10 < between < 61, "before the list is through"
    assert set(listed.settled.values()) == {Fate.HANDED_OVER}


def test_a_queue_whose_code_fails_does_not_stop_the_others(
    write: Write, work: Work, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    broken, listed = Listed(1), Listed(3)
    broken.name = "broken"
    broken.on_claim = lambda: 1 // 0
    message_id = write("ann@example.com")
    work(queues=(broken, actions.Outbox(), listed))
    assert states(message_id) == [State.HANDED_OVER]
    assert len(sink.accepted()) == 4
    assert "the queue broken failed: ZeroDivisionError" in caplog.text


def test_an_outcome_that_cannot_be_written_does_not_stop_the_others(work: Work, sink: Sink) -> None:
    listed = Listed(3)
    settle = listed.settle

    def picky(worker: str, results: Sequence[Result], *, at: datetime) -> None:
        if any(key == 2 for key, _ in results):
            raise ValueError
        settle(worker, results, at=at)

    listed.settle = picky  # type: ignore[method-assign]
    work(queues=(listed,))
    assert set(listed.settled) == {1, 3}
    assert len(sink.accepted()) == 3


def test_the_agreed_rate_is_kept_and_service_messages_still_go_first(
    write: Write, inside: Flask, sink: Sink, settings: Settings
) -> None:
    listed = Listed(6)
    write("code@example.com")
    worker = Worker(
        replace(settings, mail_url=sink.url, mail_rate=600), queues=(actions.Outbox(), listed)
    )  # ten a second
    began = time.monotonic()
    worker.run(once=True)
    assert time.monotonic() - began >= 0.6
    assert sink.receivers()[0] == "code@example.com"
    assert len(sink.accepted()) == 7


def test_never_more_than_twenty_are_in_doubt_however_many_lines(
    write: Write, inside: Flask, sink: Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(120):
        write(f"p{n}@example.com")
    sink.misbehave({"at": "dot", "do": "slow", "seconds": 0.01})
    worker = Worker(replace(settings, mail_url=sink.url, mail_connections=8), queues=(actions.Outbox(),))
    seen: list[int] = []
    wait = worker._wait

    def watched(seconds: float) -> None:
        session().rollback()
        in_hand = select(func.count()).where(OutboxMessage.state == State.ATTEMPTING)
        seen.append(session().scalar(in_hand) or 0)
        wait(seconds)

    monkeypatch.setattr(worker, "_wait", watched)
    worker.run(once=True)
    assert max(seen) == BATCH
    assert worker.counts[Fate.HANDED_OVER] == 120
    assert sink.seen().count("connect") == 8


def test_one_domain_gets_no_more_than_its_rate_while_others_and_urgent_mail_go_on(
    write: Write, look: Look, work: Work, sink: Sink
) -> None:
    listed = Listed(12)  # all to one domain
    code = write("code@example.com")
    work(queues=(actions.Outbox(), listed), mail_domain_rate=60)
    assert look(code).state == State.HANDED_OVER
    put_off = [key for key, fate in listed.settled.items() if fate is Fate.NOT_ATTEMPTED]
    assert len(listed.settled) - len(put_off) in {0, 1}, "one a second, and the code had the first turn"
    turns = [listed.until[key] - now() for key in put_off]
    assert turns == [timedelta(seconds=n) for n in range(turns[0].seconds, turns[0].seconds + len(turns))]


def test_a_worker_last_seen_in_the_future_is_dead_the_clock_was_set_back(write: Write, look: Look, work: Work) -> None:
    message_id = write()
    with clock.at(now() + timedelta(hours=1)), transaction():
        actions.start_worker("dead", at=now())
        actions.Outbox().claim("dead", at=now(), limit=20)
    work()
    assert (look(message_id).state, look(message_id).in_doubt) == (State.QUEUED, True)


def test_a_dead_workers_messages_are_in_doubt_after_the_lease(write: Write, look: Look, work: Work, sink: Sink) -> None:
    message_id = write()
    with transaction():
        actions.start_worker("dead", at=now())
        actions.Outbox().claim("dead", at=now(), limit=20)
    work()
    assert look(message_id).state == State.ATTEMPTING, "the lease is not over"
    with clock.at(now() + timedelta(seconds=61)):
        work()
        assert (look(message_id).state, look(message_id).in_doubt) == (State.QUEUED, True)
        assert session().get(WorkerRow, "dead").ended_at == now()  # type: ignore[union-attr]
    with clock.at(now() + timedelta(minutes=3)):
        work()
    assert look(message_id).state == State.HANDED_OVER


def test_a_worker_that_is_seen_after_all_keeps_what_it_has_in_hand(
    write: Write, look: Look, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = write()
    with transaction():
        actions.start_worker("slow", at=now())
        actions.Outbox().claim("slow", at=now(), limit=20)
    monkeypatch.setattr(worker_module.queries, "list_silent_workers", lambda at, *, lease: ["slow"])
    work()
    assert look(message_id).attempting_by == "slow"


def test_a_worker_shows_signs_of_life_while_a_server_hangs(
    write: Write, inside: Flask, sink: Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    sink.misbehave({"at": "dot", "do": "slow", "seconds": 1.5})
    monkeypatch.setattr("pcnppg.post.transports.conversation.FINAL_SECONDS", 5.0)
    beats: list[str] = []
    see = actions.see_worker
    monkeypatch.setattr(actions, "see_worker", lambda name, **told: (beats.append(name), see(name, **told)))
    short = replace(settings, mail_url=sink.url, worker_lease=timedelta(seconds=1))
    worker = Worker(short, queues=(actions.Outbox(),))
    worker.run(once=True)
    assert len(beats) >= 4
    assert set(beats) == {worker.name}
    assert session().get(WorkerRow, worker.name).ended_at == now()  # type: ignore[union-attr]


def test_two_workers_side_by_side_send_nothing_twice(
    write: Write, inside: Flask, sink: Sink, settings: Settings
) -> None:
    ids = [write(f"p{n}@example.com") for n in range(120)]
    wrong: list[BaseException] = []

    def one() -> None:
        try:
            with inside.app_context():
                one_line = replace(settings, mail_url=sink.url, mail_connections=1)
                Worker(one_line, queues=(actions.Outbox(),)).run(once=True)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert Counter(sink.receivers()) == Counter(f"p{n}@example.com" for n in range(120))
    assert set(states(*ids)) == {State.HANDED_OVER}
    assert sink.seen().count("connect") == 2


def test_a_job_runs_once_in_its_slot_however_many_workers(inside: Flask, work: Work) -> None:
    ran: list[datetime] = []
    jobs = (Job("tests.hourly", timedelta(hours=1), ran.append),)
    for minutes in (0, 5, 29, 30, 40, 95):
        with clock.at(now() + timedelta(minutes=minutes)):
            work(jobs=jobs)
    assert [at - now() for at in ran] == [timedelta(minutes=m) for m in (0, 30, 95)]
    assert session().scalars(select(JobRun.finished_at)).all().count(None) == 0


def test_a_job_that_fails_stops_neither_the_mail_nor_its_next_slot(
    write: Write, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    message_id = write()
    ran: list[datetime] = []

    def fail(at: datetime) -> None:
        ran.append(at)
        raise ValueError("ann@example.com")

    jobs = (Job("tests.hourly", timedelta(hours=1), fail),)
    work(jobs=jobs)
    with clock.at(now() + timedelta(hours=1)):
        work(jobs=jobs)
    assert states(message_id) == [State.HANDED_OVER]
    assert len(ran) == 2
    assert "the job tests.hourly failed: ValueError" in caplog.text
    assert "ann@" not in caplog.text


def test_no_address_reaches_the_log(write: Write, work: Work, sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    write("secret@example.com")
    write("other@example.com", kind="tests/broken")
    for rule in (
        {"at": "rcpt", "do": "reply", "code": "421 4.1.1 <secret@example.com> no"},
        {"at": "dot", "do": "drop"},
        {"at": "rcpt", "do": "reply", "code": "550 5.1.1 <secret@example.com> no"},
    ):
        sink.misbehave(rule)
        with clock.at(now() + timedelta(days=1)):
            work()
    assert "example.com" not in caplog.text
    assert caplog.records


def test_a_database_that_does_not_answer_for_a_while_loses_nothing(
    write: Write, inside: Flask, sink: Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    monkeypatch.setattr(worker_module, "DATABASE_PAUSE", 0.01)
    ids = [write(f"p{n}@example.com") for n in range(5)]
    outbox = actions.Outbox()
    settle, failures = outbox.settle, [1, 2, 3]

    def away(worker: str, results: Sequence[Result], *, at: datetime) -> None:
        if failures:
            failures.pop()
            raise OperationalError("settle", {}, Exception("away"))
        settle(worker, results, at=at)

    monkeypatch.setattr(outbox, "settle", away)
    Worker(replace(settings, mail_url=sink.url), queues=(outbox,)).run(once=True)
    assert set(states(*ids)) == {State.HANDED_OVER}
    assert len(sink.accepted()) == 5


def test_marks_that_were_written_unheard_of_are_undone_when_the_database_is_back(
    write: Write, inside: Flask, sink: Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wrote them, and was gone before it said so: these rows were never begun, and nothing of them is in doubt."""
    from sqlalchemy.exc import OperationalError

    monkeypatch.setattr(worker_module, "DATABASE_PAUSE", 0.01)
    ids = [write(f"p{n}@example.com") for n in range(5)]
    worker = Worker(replace(settings, mail_url=sink.url), queues=(actions.Outbox(),))
    settle_and_claim = worker._settle_and_claim

    def unheard_of() -> None:
        monkeypatch.setattr(worker, "_settle_and_claim", settle_and_claim)
        settle_and_claim()
        raise OperationalError("COMMIT", {}, Exception("gone"))

    monkeypatch.setattr(worker, "_settle_and_claim", unheard_of)
    worker.run(once=True)
    assert set(states(*ids)) == {State.HANDED_OVER}
    assert len(sink.accepted()) == 5
    assert not any(session().scalars(select(OutboxMessage.in_doubt)))


def test_a_worker_that_waits_notices_new_mail_and_gives_the_line_back(
    write: Write, inside: Flask, sink: Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "IDLE", 30.0)  # the bell wakes it
    monkeypatch.setattr("pcnppg.post.transports.smtp.REST_AFTER", 0.0)
    worker = Worker(replace(settings, mail_url=sink.url), queues=(actions.Outbox(),))

    def run() -> None:
        with inside.app_context():
            worker.run()

    thread = threading.Thread(target=run)
    thread.start()
    for n in range(2):
        write(f"p{n}@example.com")
        until(lambda n=n: sink.seen().count("quit") == n + 1)  # type: ignore[misc]
    worker.stop.ask()
    thread.join()
    assert sink.receivers() == ["p0@example.com", "p1@example.com"]


def test_before_a_pause_an_outcome_that_cannot_be_written_does_not_stop_the_others(work: Work, sink: Sink) -> None:
    listed = Listed(3)
    settle = listed.settle

    def picky(worker: str, results: Sequence[Result], *, at: datetime) -> None:
        if any(key == 1 for key, _ in results):
            raise ValueError
        settle(worker, results, at=at)

    listed.settle = picky  # type: ignore[method-assign]
    sink.misbehave({"at": "rcpt", "do": "reply", "code": "421 4.3.2 busy", "to": "list3", "times": 1})
    work(queues=(listed,))
    assert set(listed.settled) == {2, 3}
    assert listed.settled[2] is Fate.HANDED_OVER


def test_a_transaction_that_fails_for_no_message_ends_the_worker_loudly(
    inside: Flask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise ValueError("broken")

    monkeypatch.setattr(worker_module, "transaction", broken)
    with pytest.raises(ValueError, match="broken"):
        work()


def test_a_database_that_stays_away_at_the_end_leaves_the_doubt_to_the_next_worker(
    write: Write, look: Look, inside: Flask, sink: Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    monkeypatch.setattr(worker_module, "DATABASE_PAUSE", 0.01)
    message_id = write()
    outbox = actions.Outbox()
    worker = Worker(replace(settings, mail_url=sink.url), queues=(outbox,))

    def away(name: str, results: Sequence[Result], *, at: datetime) -> None:
        worker.stop.ask()
        raise OperationalError("settle", {}, Exception("away"))

    monkeypatch.setattr(outbox, "settle", away)
    worker.run()
    monkeypatch.undo()
    assert look(message_id).state == State.ATTEMPTING
    assert len(sink.accepted()) == 1
    with clock.at(now() + timedelta(seconds=61)):
        Worker(settings, queues=(actions.Outbox(),)).run(once=True)
    assert (look(message_id).state, look(message_id).in_doubt) == (State.QUEUED, True)


def test_a_worker_that_breaks_leaves_its_rows_to_be_found(
    write: Write, look: Look, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    message_id = write()
    with monkeypatch.context() as broken_for_now:
        broken_for_now.setattr(Worker, "_take", broken)
        with pytest.raises(ZeroDivisionError):
            work()
    with clock.at(now() + timedelta(seconds=61)):
        work()
    assert (look(message_id).state, look(message_id).in_doubt) == (State.QUEUED, True)


def test_what_a_worker_marks_after_it_was_taken_for_dead_is_found_when_it_dies(
    write: Write, look: Look, work: Work
) -> None:
    message_id = write()
    with transaction():
        actions.start_worker("slow", at=now())
        actions.end_worker("slow", at=now())  # another worker was mistaken
        actions.Outbox().claim("slow", at=now(), limit=20)
    with clock.at(now() + timedelta(seconds=30)):
        work()
        assert look(message_id).attempting_by == "slow", "it may live, and will sign again"
    with clock.at(now() + timedelta(seconds=61)):
        work()
        assert (look(message_id).state, look(message_id).in_doubt) == (State.QUEUED, True)


def test_a_sign_of_life_that_cannot_be_written_is_tried_again(
    write: Write, inside: Flask, sink: Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    from sqlalchemy.exc import OperationalError

    def away(name: str, **_: Any) -> None:
        raise OperationalError("see", {}, Exception("away"))

    monkeypatch.setattr(actions, "see_worker", away)
    sink.misbehave({"at": "dot", "do": "slow", "seconds": 0.5})
    message_id = write()
    short = replace(settings, mail_url=sink.url, worker_lease=timedelta(seconds=1))
    Worker(short, queues=(actions.Outbox(),)).run(once=True)
    assert states(message_id) == [State.HANDED_OVER]
    assert "no sign of life could be written: OperationalError" in caplog.text


def test_a_job_that_another_worker_has_claimed_is_left_to_it(inside: Flask, work: Work) -> None:
    ran: list[str] = []
    jobs = [Job(f"tests.{n}", timedelta(hours=1), lambda at, n=n: ran.append(n)) for n in "ab"]  # type: ignore[misc]
    with transaction():
        actions.claim_slot("tests.a", now().replace(minute=0), at=now())
    work(jobs=jobs)
    assert ran == ["b"], "another worker has the first in hand"


def test_an_application_knows_what_its_workers_drain(inside: Flask) -> None:
    worker = worker_of(inside)
    assert worker._queues[0].name == "outbox"
    assert worker.run(once=True)


# Real processes: theirs is the system's clock.

LONG_DUE = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def process(settings: Settings, sink: Sink, *arguments: str, **over: str) -> Any:
    environ = {
        **os.environ,
        "PCNPPG_INSTANCE": str(settings.instance),
        "PCNPPG_DATABASE_URL": settings.database_url,
        "PCNPPG_MAIL_URL": sink.url,
        "PCNPPG_MAIL_CONNECTIONS": "1",
        "PCNPPG_WORKER_LEASE": "1",
        "PCNPPG_QUIET_HOURS": "none",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.post.worker_process", "worker", *arguments],
        env=environ | over,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate()


def until(true: Callable[[], bool], *, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@pytest.mark.parametrize("asked_by", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_finishes_the_message_in_hand_and_gives_back_the_rest(
    write: Write, sink: Sink, settings: Settings, asked_by: signal.Signals
) -> None:
    ids = [write(f"p{n}@example.com", at=LONG_DUE) for n in range(10)]
    sink.misbehave({"at": "dot", "do": "slow", "seconds": 0.7})
    with process(settings, sink) as running:
        until(lambda: len(sink.accepted()) >= 2)
        running.send_signal(asked_by)
        assert running.wait(timeout=40) == 0
        said = running.stdout.read()
    gone = len(sink.accepted())
    assert 2 <= gone < 10
    assert states(*ids) == [State.HANDED_OVER] * gone + [State.QUEUED] * (10 - gone)
    assert f"{gone} handed over" in said
    assert "example.com" not in said
    assert sink.seen() == ["connect", "quit"]
    assert session().scalars(select(WorkerRow.ended_at)).all().count(None) == 0


def test_asked_to_stop_it_does_not_wait_long_for_a_server_that_hangs(
    write: Write, sink: Sink, settings: Settings
) -> None:
    message_id = write(at=LONG_DUE)
    sink.misbehave({"at": "rcpt", "do": "hang"})
    with process(settings, sink) as running:
        until(lambda: "connect" in sink.seen())
        time.sleep(0.3)
        running.terminate()
        assert running.wait(timeout=40) == 0
    assert states(message_id) == [State.QUEUED]


def test_once_says_so_when_the_mail_server_cannot_be_reached(write: Write, sink: Sink, settings: Settings) -> None:
    message_id = write(at=LONG_DUE)
    with process(settings, sink, "--once", PCNPPG_MAIL_URL="smtp://127.0.0.1:1") as running:
        assert running.wait(timeout=120) == 1
        said = running.stdout.read()
    assert "Some mail waits for the next run" in said
    assert states(message_id) == [State.QUEUED]


def test_without_a_database_it_says_what_to_do(sink: Sink, settings: Settings, tmp_path: Path) -> None:
    missing = f"sqlite:///{tmp_path / 'nothing.sqlite3'}"
    with process(settings, sink, "--once", PCNPPG_DATABASE_URL=missing) as running:
        assert running.wait(timeout=120) == 1
        said = running.stdout.read()
    assert "pcnppg db upgrade" in said
    assert "Traceback" not in said


def test_a_wish_to_stop_can_be_repeated() -> None:
    stop = Stop()
    stop.ask()
    first = stop.hurry()
    stop.ask()
    assert stop.hurry() == first
    began = time.monotonic()
    stop.wait(5)
    assert time.monotonic() - began < 1
