"""A network of 31 groups with 5,000 contacts each: how the groups are doing, the home page of practice staff, and a
mailing to all of them, on both databases.

One contact in ten is on the list of a neighbouring group too. While the mailing is queued, somebody reads the page of a group and
somebody else changes another: how long each of them waits at most is what "without blocking" means.
`python -m bench.federation [CONTACTS]`
"""

from __future__ import annotations

import contextvars
import itertools
import statistics
import sys
import threading
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask, current_app

from bench.mailing import _databases, _house, _settle_down
from pcnppg.directory.models import Practice
from pcnppg.federation import actions, queries
from pcnppg.federation.jobs import send_mailings
from pcnppg.federation.models import Belonging
from pcnppg.federation.rules.belonging import USUAL
from pcnppg.groups import queries as groups
from pcnppg.groups.models import Group
from pcnppg.groups.rules import Kind, Role
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import Who
from pcnppg.membership import queries as membership
from pcnppg.store.session import db, session, transaction
from tests import making
from tests.federation.lists import many
from tests.mailing.lists import a_list

GROUPS, CONTACTS = 31, 5000
PAGE, HOME, QUEUE = 0.1, 0.05, 10.0
"""Seconds that the numbers of the groups, the home page of staff, and the queueing may take."""
TIMES = 15


def main(contacts: int) -> int:
    warnings.simplefilter("ignore")
    heads = f"{'numbers':>11}{'staff home':>12}{'queued in':>12}{'our CPU':>11}{'longest read':>15}{'change':>12}"
    print(f"{'database':<12}{'contacts':>9}{heads}")
    worst = [0.0, 0.0, 0.0]
    for name, url in _databases():
        with _house(url):
            network, officer, homes = _network(contacts)
            _settle_down()
            page = statistics.median(_timed(partial(_numbers, network)) for _ in range(TIMES))
            home = statistics.median(contextvars.Context().run(_staff_home, _the_app(), homes[0]))
            queued, cpu, read, changed = _queue(network, officer, homes)
            worst = [max(worst[0], page), max(worst[1], home), max(worst[2], queued)]
            print(
                f"{name:<12}{GROUPS * contacts:>9,}{page * 1000:>8.0f} ms{home * 1000:>9.0f} ms{queued:>10.2f} s{cpu:>9.2f} s"
                f"{read * 1000:>12.0f} ms"
                f"{changed * 1000:>9.0f} ms",
                flush=True,
            )
    print(
        f"\nThe slowest: {worst[0] * 1000:.0f} ms of {PAGE * 1000:.0f} allowed, {worst[1] * 1000:.0f} ms of "
        f"{HOME * 1000:.0f} allowed, {worst[2]:.1f} s of {QUEUE:.0f} allowed."
    )
    return 0


def _network(contacts: int) -> tuple[int, int, list[int]]:
    """The network group, its officer, and its groups with their lists."""
    network, (officer,) = a_list(0, slug="riverside", officers=1)
    homes = [_home(n, contacts) for n in range(GROUPS)]
    by = Who.person(officer)
    with transaction():
        actions.publish(network, USUAL, over=0, by=by, at=now())
        for home in homes:
            session().add(
                Belonging(
                    network_id=network,
                    group_id=home,
                    invited_at=now(),
                    invited_by=officer,
                    accepted_at=now(),
                    version=1,
                )
            )
    return network, officer, homes


def _home(n: int, contacts: int) -> int:
    """A practice group; every tenth of its contacts is on the next one's list too."""
    group_id, _ = a_list(0, slug=f"home-{n}", officers=1)
    code = f"Z9{n:04}"
    with transaction() as open_:
        known = {"name": "ELM", "postcode": "ZZ1 1ZZ", "postcode_key": "ZZ11ZZ", "search": "elm", "icb_code": "QZZ"}
        open_.add(Practice(code=code, icb_name="INVENTED", list_size=40_000, list_size_on=now().date(), **known))
        open_.flush()
        group = open_.get_one(Group, group_id)
        group.kind, group.practice_code, group.network_code = Kind.PRACTICE, code, None
    own = [f"p{i}-{n}@example.org" for i in range(contacts - contacts // 10)]
    shared = [f"p{i}-{(n + 1) % GROUPS}@example.org" for i in range(contacts // 10)]
    many(group_id, own + shared)
    return group_id


def _staff_home(app: Flask, group_id: int) -> list[float]:
    """Seconds of the home page of a practice manager, by the whole application, as of a request of its own."""
    with app.app_context():
        manager = making.an_officer(group_id, role=Role.PRACTICE_MANAGER)
    client = app.test_client()
    making.sign_in(client, manager)
    address = app.config["SETTINGS"].base_url
    return [_timed(lambda: _is_fine(client.get("/home", base_url=address))) for _ in range(TIMES)]


def _is_fine(answer: Any) -> None:
    assert answer.status_code == 200
    assert b"Post an update" in answer.data


def _queue(network: int, officer: int, homes: list[int]) -> tuple[float, float, float, float]:
    """Seconds for queueing for all, and of our processor; the longest that a reader waited meanwhile, and somebody who changes."""
    by = Who.person(officer)
    with transaction():
        number = actions.offer_mailing(network, subject="Hello", body="Please come.", by=by, at=now()).id
        for home in homes:
            actions.answer_mailing(home, number, is_taken=True, by=by, at=now())
        actions.send_mailing(network, number, by=by, at=now())
    app = _the_app()
    over = threading.Event()
    waits: dict[str, list[float]] = {"read": [0.0], "change": [0.0]}
    others = [
        threading.Thread(target=contextvars.Context().run, args=(_meanwhile, app, over, what, homes, waits[what]))
        for what in waits
    ]
    for other in others:
        other.start()
    began = time.thread_time()
    queued = _timed(partial(send_mailings, now()))
    cpu = time.thread_time() - began
    over.set()
    for other in others:
        other.join()
    assert queries.get_mailing(network, number).repeats == GROUPS * (membership.count_active(homes[0]) // 10)
    return queued, cpu, max(waits["read"]), max(waits["change"])


def _the_app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]


def _meanwhile(app: Flask, over: threading.Event, what: str, homes: list[int], waits: list[float]) -> None:
    with app.app_context():
        turns = itertools.cycle(homes)
        while not over.is_set():
            waits.append(_timed(partial(_do, what, next(turns))))
            time.sleep(0.01)
        db.session.remove()


def _numbers(network: int) -> None:
    queries.list_numbers(network, now())


def _do(what: str, home: int) -> None:
    if what == "read":
        queries.on_page(groups.get_group(home), now())
        session().rollback()
        return
    with transaction():
        groups.lock_group(home).helper_name = "Joan Ellis"


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else CONTACTS))
