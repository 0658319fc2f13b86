"""Ten years of meetings: the pages that show them, whole requests on the embedded database. `python -m bench.history`"""

from __future__ import annotations

import os
import statistics
import time
from datetime import timedelta
from tempfile import TemporaryDirectory

import flask_migrate

from pcnppg.app import create_app
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.settings import Settings
from pcnppg.meetings.models import Action, Attendance, Meeting, Minutes
from pcnppg.store.session import transaction

YEARS, A_YEAR, PEOPLE = 10, 12, 12
TIMES = 20
GOAL = 100.0
"""Milliseconds."""


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings.from_environment({"PCNPPG_INSTANCE": folder}))
        with app.app_context():
            flask_migrate.upgrade()
            secretary, newest = _ten_years()
        from tests import making

        client = app.test_client()
        making.sign_in(client, secretary)
        visitor = app.test_client()
        pages = {
            "all meetings, as a visitor": (visitor, "/groups/elm-tree/meetings"),
            "all meetings, as the secretary": (client, "/groups/elm-tree/meetings"),
            "minutes, as a visitor": (visitor, f"/groups/elm-tree/meetings/{newest}/minutes"),
            "actions, as the secretary": (client, "/groups/elm-tree/actions"),
            "you said, we did": (visitor, "/groups/elm-tree/you-said-we-did"),
            "how the meetings go": (client, "/groups/elm-tree/meetings/how-they-go"),
            "what needs you": (client, "/home"),
        }
        print(f"{YEARS * A_YEAR} meetings in {YEARS} years, {PEOPLE} people at each; the goal is {GOAL:.0f} ms a page")
        base_url = app.config["SETTINGS"].base_url
        for words, (browser, path) in pages.items():
            spent = []
            for _ in range(TIMES):
                began = time.perf_counter()
                answer = browser.get(path, base_url=base_url)
                spent.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200, (path, answer.status_code)
            median = statistics.median(spent)
            print(f"{words:34} {median:7.1f} ms median {'' if median < GOAL else ' OVER THE GOAL'}", flush=True)


def _ten_years() -> tuple[int, int]:
    """The secretary's account, and the newest meeting."""
    from tests import making

    group = making.a_group()
    people = [making.an_officer(group, role=Role.SECRETARY, name="Priya Shah")]
    people += [
        making.an_officer(group, role=Role.MEMBER, name=f"Member {n}", address=f"m{n}@example.com")
        for n in range(PEOPLE)
    ]
    now, newest = clock.now(), 0
    with transaction() as open_:
        for n in range(YEARS * A_YEAR, 0, -1):
            at = now - timedelta(days=30 * n)
            meeting = Meeting(
                group_id=group,
                kind="ordinary",
                starts_at=at,
                ends_at=at + timedelta(hours=2),
                place="The library",
                link="",
                access="",
                speaker="",
                about="",
                items_close_at=at,
                agenda_due_at=at,
                planned_at=at,
                changed_at=at,
                began_at=at,
                ended_at=at + timedelta(hours=2),
                is_quorate=True,
                quorum_at=at,
                quorum_present=PEOPLE,
                quorum_needed=4,
                quorum_words="At least 4 patients",
            )
            open_.add(meeting)
            open_.flush()
            newest = meeting.id
            sat = {"group_id": group, "meeting_id": newest, "side": "patients", "here": "present", "here_at": at}
            open_.add_all(Attendance(person_id=person, as_role="member", **sat) for person in people)
            words = "## Item\n\n" + "What was said about it, in a sentence of some length.\n\n" * 30
            stamps = {
                "drafted_at": at,
                "edited_at": at,
                "accepted_at": at,
                "published_at": at,
                "accepted_at_meeting": newest,
            }
            open_.add(
                Minutes(group_id=group, meeting_id=newest, state="published", words=words, public_words=words, **stamps)
            )
            done = {"state": "done", "closed_at": at, "outcome": "It was done, and everybody was glad."}
            open_.add(
                Action(group_id=group, number=newest, words="Something to do", given_at=at, meeting_id=newest, **done)
            )
    return people[0], newest


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
