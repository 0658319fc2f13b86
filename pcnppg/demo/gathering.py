"""The network's meetings in the demonstration: what they are for, agreed by the groups, and items from several places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pcnppg.federation import actions
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import agenda, backing, items, planning, proposing
from pcnppg.meetings.queries import items as item_queries
from pcnppg.meetings.queries import meetings
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.items import CameBy, PassedTo, Wish
from pcnppg.meetings.rules.meetings import MeetingKind, Plan
from pcnppg.meetings.rules.times import in_england
from pcnppg.store.session import transaction

if TYPE_CHECKING:
    from pcnppg.demo.network import Together

PLACE = "The Withy Hall, Mill Street"
FIRST = "To hear how our practices use the nurses that they share."
THEN = (
    "To agree how our practices share their nurses, so that every patient can be seen within a week.\n"
    "Afterwards each group knows whom to ask, and when we look at it again."
)
NEXT = "To learn from the winter: what kept people from being seen, and what we ask for before the next one."
RAISED = Wish(
    "Blood pressure checks near home, for those who cannot travel",
    now_words="The shared nurses work at two of our practices only.",
    better_words="A morning a month at each practice.",
)
FROM_GROUP = Wish("One leaflet about the shared nurses, for all practices")
FROM_GUEST = Wish("What patients told us about reaching their practice by phone")


@dataclass
class Gathering:
    """Two meetings of the network: one with its agenda, one whose groups are still talking about what it is for."""

    together: Together
    first: int = 0

    @property
    def network_id(self) -> int:
        return self.together.network_id

    @property
    def chair(self) -> Who:
        return self.together.by

    def events(self, today: datetime) -> Iterator[tuple[datetime, int, Callable[[], None]]]:
        """What happens when, in no order."""
        yield today - timedelta(days=26), 8, partial(self.agree, today)
        yield today - timedelta(days=10), 8, self.gather
        yield today - timedelta(days=4), 8, partial(self.begin_next, today)

    def agree(self, today: datetime) -> None:
        """The first words please all but one group; the second please all."""
        self.first = self.plan(today + timedelta(days=13))
        self.draft(self.first, FIRST, over=0)
        self.say(self.first, 0)
        self.say(self.first, 1, change="Say what should be different afterwards, or it is another talk.")
        with clock.at(clock.now() + timedelta(days=3)):
            self.draft(self.first, THEN, over=1)
        with clock.at(clock.now() + timedelta(days=6)):
            for n in range(len(self.together.lives)):
                self.say(self.first, n, read=2)

    def gather(self) -> None:
        """An item raised by a group, one of a delegate, one of a guest: on the agenda, which is published."""
        raised = self.raise_from_home()
        with transaction():
            by = self.together.chair(1)
            own = proposing.propose(self.network_id, self.first, FROM_GROUP, by=by, at=clock.now()).id
        with transaction():
            more: dict[str, Any] = {"came_by": CameBy.POST, "name": "", "address": None, "guest_of": "Healthwatch"}
            guest = proposing.propose_for(
                self.network_id, self.first, FROM_GUEST, **more, by=self.chair, at=clock.now()
            ).id
        for number, minutes in ((raised, 25), (own, 15), (guest, 10)):
            with transaction():
                how: dict[str, Any] = {"minutes": minutes, "purpose": Purpose.DISCUSS, "by": self.chair}
                items.accept(self.network_id, number, meeting_id=self.first, **how, at=clock.now())
        with transaction():
            version = meetings.get_meeting(self.network_id, self.first).agenda_version
            agenda.publish_agenda(self.network_id, self.first, version=version, by=self.chair, at=clock.now())

    def raise_from_home(self) -> int:
        """Two more of the group back it before its chair passes it on."""
        home = self.together.lives[0]
        coming = meetings.find_next(home.group_id, clock.now())
        meeting_id = (
            coming.id if coming else self.plan(clock.now() + timedelta(days=40), home.group_id, home.by[Role.CHAIR])
        )
        with transaction():
            number = proposing.propose(home.group_id, meeting_id, RAISED, by=home.by[Role.SECRETARY], at=clock.now()).id
        for role in (Role.CHAIR, Role.VICE_CHAIR):
            if role in home.by:
                with transaction():
                    backing.back(home.group_id, number, by=home.by[role], at=clock.now())
        with transaction():
            asked: dict[str, Any] = {"passed_to": PassedTo.NETWORK, "words": "Other groups say the same."}
            items.pass_on(home.group_id, number, **asked, by=home.by[Role.CHAIR], at=clock.now())
        return item_queries.list_tray(self.network_id)[-1].id

    def begin_next(self, today: datetime) -> None:
        """Two groups have agreed, one asks for a change, the others have yet to speak."""
        later = self.plan(today + timedelta(days=76))
        self.draft(later, NEXT, over=0)
        self.say(later, 0)
        self.say(later, 1, change="Could it be about the summer too?")

    def plan(self, day: datetime, group_id: int = 0, by: Who | None = None) -> int:
        on = clock.local(day).date()
        plan = Plan(MeetingKind.ORDINARY, in_england(on, time(18, 30)), in_england(on, time(20)), place=PLACE)
        with transaction():
            return planning.plan_meeting(group_id or self.network_id, plan, by=by or self.chair, at=clock.now()).id

    def draft(self, meeting_id: int, words: str, *, over: int) -> None:
        with transaction():
            actions.draft_purpose(self.network_id, meeting_id, words=words, over=over, by=self.chair, at=clock.now())

    def say(self, meeting_id: int, n: int, *, read: int = 1, change: str = "") -> None:
        with transaction():
            actions.answer_purpose(
                self.network_id,
                meeting_id,
                read=read,
                agrees=not change,
                words=change,
                by=self.together.chair(n),
                at=clock.now(),
            )
