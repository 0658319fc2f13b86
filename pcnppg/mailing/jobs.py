"""The queue of deliveries, which the worker drains after the outbox: from one mailing a batch, each mailing in its turn."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pcnppg.groups import queries as groups
from pcnppg.kernel import settings
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.mailing import actions, emails, queries
from pcnppg.mailing.emails import Beside, Written
from pcnppg.mailing.queries import planned
from pcnppg.mailing.rules.life import is_quiet
from pcnppg.membership import queries as membership
from pcnppg.membership.rules import is_due_for_renewal
from pcnppg.post.formats import BadValue, Prepared
from pcnppg.post.rules import BATCH, Item, Result
from pcnppg.store.session import transaction

if TYPE_CHECKING:
    from pcnppg.groups.queries import Letterhead
    from pcnppg.mailing.actions.delivering import Claimed

log = logging.getLogger(__name__)

PREPARED = 8
"""Messages kept prepared at most."""
ASK_AGAIN = timedelta(seconds=0.25)
"""How long it is taken as known which mailings have something due. Each row is asked for anew all the same."""
REMEMBERED = 1000
"""Deliveries remembered at most as sharing no mailbox: many more than are ever in hand."""


def forget_old(at: datetime) -> None:
    """Retention, once a day."""
    with transaction():
        actions.forget_old(at=at)


def send_due(at: datetime) -> None:
    """Send what was planned for about now, each mailing in a transaction of its own."""
    for mailing_id, group_id in planned.list_due_plans(at):
        try:
            with transaction():
                actions.send_due(group_id, mailing_id=mailing_id, at=at)
        except RuleBroken as refusal:
            log.warning("the planned mailing %s cannot go yet: %s", mailing_id, type(refusal).__name__)


class Deliveries:
    """The worker's way into this domain (`post.rules.Queue`). Every method runs in the worker's transaction."""

    name = "deliveries"

    def __init__(self) -> None:
        self._prepared: OrderedDict[tuple[Any, ...], Prepared] = OrderedDict()
        self._due: deque[tuple[int, int]] = deque()
        self._asked_at: datetime | None = None
        self._mailings: dict[int, Written] = {}
        self._wordings: dict[int, set[int]] = {}
        self._published: set[int] = set()
        self._just_published: set[int] = set()
        self._alone: set[int] = set()

    def claim(self, worker: str, *, at: datetime, limit: int) -> Sequence[Item]:
        """A batch of one mailing; the next time of the next, so that a long list holds up no other group. At night, nothing."""
        if is_quiet(at, settings.current().quiet_hours):
            actions.close_finished(at=at)
            return []
        if self._asked_at is None or not timedelta() <= at - self._asked_at < ASK_AGAIN:
            self._ask(at)
        if items := self._next(worker, at=at, limit=limit):
            return items
        self._ask(at)
        items = self._next(worker, at=at, limit=limit)
        if not items:
            actions.close_finished(at=at)
        return items

    def settle(self, worker: str, results: Sequence[Result], *, at: datetime) -> None:
        """Record outcomes."""
        actions.write_outcomes(results, at=at)
        sure = actions.Sure(self._alone, self._published, {mailing_id for mailing_id, _ in self._due})
        self._just_published = actions.settle(worker, results, at=at, sure=sure)

    def held(self) -> Mapping[str, Sequence[int]]:
        """Who has which deliveries in hand."""
        return queries.find_held()

    def abandon(self, worker: str, *, at: datetime) -> int:
        """What a dead worker had in hand is uncertain."""
        return actions.abandon(worker, at=at)

    def _ask(self, at: datetime) -> None:
        """Which mailings have something to hand over: asked a few times a second, not for each batch."""
        self._asked_at = at
        last = self._due[-1][0] if self._due else 0
        found = [(row.id, row.group_id) for row in queries.list_due(at)]
        self._due = deque([one for one in found if one[0] > last] + [one for one in found if one[0] <= last])
        self._mailings, self._wordings, self._published = {}, {}, set()

    def _next(self, worker: str, *, at: datetime, limit: int) -> Sequence[Item]:
        while self._due:
            mailing_id, group_id = self._due[0]
            claimed = actions.claim(mailing_id, group_id, worker=worker, at=at, limit=min(limit, BATCH))
            if claimed:
                self._due.rotate(-1)
                actions.write_marks(group_id, mailing_id, claimed, at=at)
                return self._items(mailing_id, group_id, claimed, at=at)
            self._due.popleft()
            actions.close_if_finished(mailing_id, at=at)
        return ()

    def _items(self, mailing_id: int, group_id: int, claimed: Sequence[Claimed], *, at: datetime) -> Sequence[Item]:
        if mailing_id not in self._mailings:
            self._mailings[mailing_id] = Written.of(queries.get_mailing(group_id, mailing_id))
            self._wordings[group_id] = membership.list_wordings_like_now(groups.get_group(group_id))
        self._remember(mailing_id, claimed)
        items = []
        for message in claimed:
            same_words = message.contact.wording_id in self._wordings[group_id]
            renews = is_due_for_renewal(message.contact.agreed_at, same_words=same_words, at=at)
            beside = Beside(message.tells, renews)
            prepared = self._message(self._mailings[mailing_id], message.letterhead, beside)
            items.append(emails.item_for(prepared, message, beside, at=at))
        return items

    def _remember(self, mailing_id: int, claimed: Sequence[Claimed]) -> None:
        if claimed[0].is_published and mailing_id not in self._just_published:
            self._published.add(mailing_id)  # what was published in this very transaction may still be undone
        if len(self._alone) > REMEMBERED:
            self._alone = set()
        for message in claimed:
            (self._alone.add if len(message.sharing) == 1 else self._alone.discard)(message.delivery.id)

    def _message(self, mailing: Written, letterhead: Letterhead, beside: Beside) -> Prepared:
        """The prepared message, made anew where the group has changed what stands in it."""
        key = (mailing, letterhead, beside)
        if key not in self._prepared:
            self._prepared[key] = _prepare(mailing, letterhead, beside)
        self._prepared.move_to_end(key)
        while len(self._prepared) > PREPARED:
            self._prepared.popitem(last=False)
        return self._prepared[key]


class _Unmade(Prepared):
    """Stands for a message that cannot be made: each of its rows is put off by itself, and no other group waits for it."""

    def __init__(self) -> None:
        super().__init__(iter(()))

    def fill(self, *_: Any, **__: Any) -> bytes:
        raise BadValue("not a message that mail can carry")


def _prepare(mailing: Written, letterhead: Letterhead, beside: Beside) -> Prepared:
    try:
        return emails.prepare_mailing(mailing, letterhead, beside)
    except BadValue:
        return _Unmade()
