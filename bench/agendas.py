"""Pages of an agenda with 200 items and 1,000 backings, and the calendar feed, asked for one after the other in one process."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from tempfile import TemporaryDirectory

import flask_migrate
from flask import Flask

from pcnppg.app import create_app
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock, keys
from pcnppg.kernel.settings import Settings
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import agenda, items, planning, proposing
from pcnppg.meetings.models import Backing, Meeting
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.items import Wish
from pcnppg.meetings.rules.meetings import MeetingKind, Plan
from pcnppg.store.session import db, session, transaction
from tests import making

ITEMS, BACKINGS = 200, 1000
TIMES = 40
GOAL = 50
"""Milliseconds."""


def main(count: int = ITEMS, backings: int = BACKINGS) -> None:
    """Print the medians."""
    with TemporaryDirectory(prefix="pcnppg-bench-") as folder:
        app = create_app(Settings.from_environment({"PCNPPG_INSTANCE": folder}), testing=False)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            flask_migrate.upgrade()
            chair, meeting_id = build(count, backings)
        print(
            f"An agenda of {count} items and {backings:,} backings: milliseconds of the processor, median and slowest of {TIMES}"
        )
        at = f"/groups/elm-tree/meetings/{meeting_id}"
        pages = (
            ("as everybody reads it", at, None),
            ("as officers put it in order", f"{at}/agenda", chair),
            ("on paper", f"{at}/print", None),
            ("what people want to talk about", "/groups/elm-tree/items", None),
            ("the calendar feed", "/groups/elm-tree/meetings.ics", None),
        )
        for name, path, person in pages:
            middle, slowest = timed(app, path, person)
            print(f"  {name:<34}{middle:8.1f} {slowest:8.1f}   {'' if middle < GOAL else 'over the goal'}")
        with app.app_context():
            db.engine.dispose()


def build(count: int, backings: int) -> tuple[int, int]:
    """A group with one meeting, all its items on the agenda, published: the chair's number and the meeting's."""
    group_id = making.a_group()
    chair = making.an_officer(group_id, role=Role.VICE_CHAIR)
    by, at = Who.person(chair), clock.now()
    start = at + timedelta(weeks=6)
    with transaction():
        plan = Plan(MeetingKind.ORDINARY, start, start + timedelta(hours=2), place="The hall")
        meeting_id = planning.plan_meeting(group_id, plan, by=by, at=at).id
    made: list[int] = []
    for n in range(count):
        with clock.at(at + timedelta(days=2 * n // 30)), transaction():
            wish = Wish(f"Item {n}: something that could be better for patients")
            made.append(proposing.propose(group_id, meeting_id, wish, by=by, at=clock.now()).id)
            how = {"minutes": 5, "purpose": Purpose.DISCUSS, "by": by, "at": clock.now()}
            items.accept(group_id, made[-1], meeting_id=meeting_id, **how)
    with transaction():
        for n in range(backings):
            kept = {"mailbox_hash": keys.current().mailbox_hash(f"pat{n}@example.com"), "backed_at": at}
            session().add(Backing(group_id=group_id, item_id=made[n % count], **kept))
        version = session().get_one(Meeting, meeting_id).agenda_version
        agenda.publish_agenda(group_id, meeting_id, version=version, by=by, at=at)
    return chair, meeting_id


def timed(app: Flask, path: str, person: int | None) -> tuple[float, float]:
    """Median and slowest, in milliseconds."""
    client = app.test_client()
    if person is not None:
        making.sign_in(client, person)
    base_url, took = app.config["SETTINGS"].base_url, []
    for _ in range(TIMES):
        start = time.process_time()
        answer = client.get(path, base_url=base_url)
        took.append((time.process_time() - start) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return statistics.median(took), max(took)


if __name__ == "__main__":
    main()
