"""A year of updates and thanks in the demonstration: what the practices and groups had to say, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pcnppg.groups.rules import STAFF, Role
from pcnppg.kernel import clock
from pcnppg.kernel.who import Who
from pcnppg.store.session import transaction
from pcnppg.updates import actions
from pcnppg.updates.queries import today_in_england
from pcnppg.updates.rules import READY, Content, GpFirst, Job, Kind, Side, To, sides_of, usual_days


@dataclass(frozen=True, slots=True)
class Notice:
    """An update: how many days before today it was posted, for how many it stands, and who posted it."""

    days_ago: int
    by: Role
    kind: Kind
    title: str
    parts: Mapping[str, str]
    stands: int = 0  # 0: as long as usual
    later: Mapping[str, str] = field(default_factory=dict)  # what it was changed to two days later
    withdrawn_after: int = 0  # days; 0: never


@dataclass(frozen=True, slots=True)
class Praise:
    """Thanks, and how many days before today they were said."""

    days_ago: int
    by: Role
    to: To
    words: str


def role(job: Job, place: str) -> dict[str, str]:
    """The ready words, and where."""
    ready = READY[job]
    return {
        "helps": ready.helps,
        "suits": ready.suits,
        "how": ready.how,
        "gp_first": GpFirst(ready.gp_first).value,
        "place": place,
    }


NOTICES: Mapping[str, tuple[Notice, ...]] = {
    "withy-bank": (
        Notice(
            250,
            Role.PRACTICE_MANAGER,
            Kind.SAID_DID,
            "You said: the phones. We did: three more people at eight o'clock",
            {
                "said": "It takes too long to get through at eight in the morning.",
                "did": "Three more people answer between 8am and 9:30am. You can ask to be called back.",
            },
            stands=120,
        ),
        Notice(
            128,
            Role.PRACTICE_MANAGER,
            Kind.PREMISES,
            "The front door has a ramp",
            {"words": "The ramp is finished, and the bell is lower.\n\nThe door opens by itself from 8am to 6:30pm."},
        ),
        Notice(
            90,
            Role.PRACTICE_MANAGER,
            Kind.ROLE,
            READY[Job.FIRST_CONTACT_PHYSIOTHERAPIST].title,
            role(Job.FIRST_CONTACT_PHYSIOTHERAPIST, "At the surgery, Tuesdays and Fridays."),
            stands=300,
        ),
        Notice(
            48,
            Role.PRACTICE_MANAGER,
            Kind.ACCESS,
            "Closed for training on Thursday afternoon",
            {"words": "We close at midday. If you need help then, ring 111."},
            stands=9,
        ),
        Notice(
            33,
            Role.PRACTICE_MANAGER,
            Kind.NEWS,
            "A new screen in the waiting room",
            {"words": "It says names aloud as well."},
            withdrawn_after=3,
        ),
        Notice(
            24,
            Role.CHAIR,
            Kind.NEWS,
            "Our coffee morning is on the last Friday",
            {
                "words": "In the back room, at half past ten. Come as you are.\n\n- tea and coffee\n- biscuits\n- a listening ear"
            },
        ),
        Notice(
            6,
            Role.PRACTICE_MANAGER,
            Kind.ACCESS,
            "Ring between ten and midday for test results",
            {"words": "The lines are quieter then."},
            later={"words": "The lines are quieter then. From Monday you can also read them online."},
        ),
    ),
    "st-agathas": (
        Notice(
            240,
            Role.PRACTICE_MANAGER,
            Kind.ROLE,
            READY[Job.PHARMACIST].title,
            role(Job.PHARMACIST, "At the health centre, Mondays to Thursdays."),
            stands=365,
        ),
        Notice(
            20,
            Role.PRACTICE_MANAGER,
            Kind.SAID_DID,
            "You said: softer chairs. We could not, because they must be wiped clean",
            {
                "said": "The chairs in the waiting room are hard.",
                "did": "Soft ones cannot be wiped clean. We have put four chairs with arms by the door instead.",
            },
        ),
    ),
    "old-tannery": (
        Notice(
            60,
            Role.GP,
            Kind.ROLE,
            READY[Job.SOCIAL_PRESCRIBER].title,
            role(Job.SOCIAL_PRESCRIBER, "At the Old Tannery, Wednesdays; or at your home."),
        ),
    ),
}

PRAISES: Mapping[str, tuple[Praise, ...]] = {
    "withy-bank": (
        Praise(
            205,
            Role.PRACTICE_MANAGER,
            To.GROUP,
            "Thank you for going through 64 replies about the phones. Without you we would have guessed.",
        ),
        Praise(
            115,
            Role.PRACTICE_MANAGER,
            To.MEMBERS,
            "Eleven of you stood in the rain to look at a door. It is better for it.",
        ),
        Praise(
            12, Role.CHAIR, To.SECRETARY, "For two years of minutes that say what we meant. And for the shortbread."
        ),
    ),
    "st-agathas": (
        Praise(
            150, Role.PRACTICE_MANAGER, To.CHAIR, "You told us hard things kindly. The waiting room is better for it."
        ),
    ),
}


def post(group_id: int, notice: Notice, by: Mapping[Role, Who]) -> None:
    """Post it, and do with it what was done later."""
    who, at = by[notice.by], clock.now()
    today = today_in_england(at)
    review_on, ends_on = usual_days(today)
    if notice.stands:
        ends_on = today + timedelta(days=notice.stands)
        review_on = min(review_on, ends_on)
    said = Content(notice.kind, notice.title, notice.parts, review_on, ends_on)
    with transaction():
        side = Side.PRACTICE if notice.by in STAFF else Side.GROUP
        update_id = actions.post(group_id, said, side=side, by=who, at=at).id
    if notice.later:
        changed = Content(notice.kind, notice.title, notice.later, review_on, ends_on)
        _later(at, 2, lambda: actions.change(group_id, update_id, changed, version=1, by=who, at=clock.now()))
    if notice.withdrawn_after:
        _later(at, notice.withdrawn_after, lambda: actions.withdraw(group_id, update_id, by=who, at=clock.now()))


def thank(group_id: int, praise: Praise, by: Mapping[Role, Who]) -> None:
    """Say it, for the side of whoever does."""
    (side,) = sides_of([praise.by])
    who, at = by[praise.by], clock.now()
    with transaction():
        actions.say_thanks(group_id, to=praise.to, words=praise.words, side=side, by=who, at=at)


def _later(at: datetime, days: int, act: Any) -> None:
    with clock.at(at + timedelta(days=days)), transaction():
        act()
