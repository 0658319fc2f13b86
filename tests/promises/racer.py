"""One of two processes that do something at the same instant: `python -m tests.promises.racer` obeys one line after another.

    send GROUP MAILING OFFICER · work · leave CONTACT · erase CONTACT · take_back GROUP MAILING OFFICER
    lower GROUP PROMISE OFFICER · let_go

It answers each with one line: what came of it. `RACE_WITHOUT_LOCK` takes the locks out, to see the proofs fail: the group's
row, and on SQLite the transaction that is one from its beginning.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from types import SimpleNamespace

from pcnppg.app import create_app
from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Refusal
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions
from pcnppg.mailing.jobs import Deliveries
from pcnppg.membership import actions as membership
from pcnppg.membership.rules import How
from pcnppg.post.rules import BATCH, handed_over
from pcnppg.store import session as store
from pcnppg.store.session import db, transaction

HOLD = timedelta(minutes=15)


def send(group: int, mailing: int, officer: int) -> str:
    with transaction():
        actions.send(group, mailing_id=mailing, version=1, by=Who.person(officer), at=now() - HOLD)
    return "sent"


def take_back(group: int, mailing: int, officer: int) -> str:
    with transaction():
        actions.take_back(group, mailing_id=mailing, by=Who.person(officer), at=now() - HOLD)
    return "taken_back"


def lower(group: int, promise: int, officer: int) -> str:
    with transaction():
        membership.lower_promise(group, promise, by=Who.person(officer), at=now())
    return "lowered"


def leave(contact: int) -> str:
    with transaction():
        membership.leave(contact, how=How.ONE_CLICK, by=Who.contact(contact), at=now())
    return "left"


def erase(contact: int) -> str:
    with transaction():
        membership.erase(contact, by=Who.contact(contact), at=now())
    return "erased"


def work() -> str:
    """Everything that is due, as the worker does it: the numbers of the deliveries that went out."""
    queue, went, results = Deliveries(), [], []
    while True:
        with transaction():
            queue.settle(NAME, results, at=now())
            items = queue.claim(NAME, at=now(), limit=BATCH)
        if not items:
            return ",".join(map(str, went)) or "none"
        time.sleep(0.005)  # handing over: meanwhile the other has its turn
        results = [(item.key, handed_over("250")) for item in items]
        went += [item.key for item in items]


def let_go() -> str:
    """Another test will begin, with another database file."""
    db.engine.dispose()
    return "let go"


DEEDS = {deed.__name__: deed for deed in (send, take_back, lower, leave, erase, work, let_go)}
NAME = f"racer {os.getpid()}"


def main() -> None:
    app = create_app()
    if os.environ.get("RACE_WITHOUT_LOCK"):
        groups.lock_group = groups.get_group
        store._writing = SimpleNamespace(get=lambda: False, set=lambda _: None, reset=lambda _: None)
    print("ready", flush=True)
    for line in sys.stdin:
        deed, *numbers = line.split()
        with app.app_context():
            try:
                answer = DEEDS[deed](*map(int, numbers))
            except Refusal as refusal:
                answer = f"refused {refusal.message}"
            except Exception as wrong:
                answer = f"broken {type(wrong).__name__}"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
