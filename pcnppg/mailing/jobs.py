"""The queue of deliveries, which the worker drains after the outbox: from one mailing a batch, each mailing in its turn."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pcnppg.groups import queries as groups
from pcnppg.kernel import settings
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.mailing import actions, emails, queries
from pcnppg.mailing.emails import Beside
from pcnppg.mailing.queries import planned
from pcnppg.mailing.rules.life import is_quiet
from pcnppg.membership import queries as membership
from pcnppg.membership.rules import is_due_for_renewal
from pcnppg.post.formats import BadValue, Prepared
from pcnppg.post.rules import BATCH, Item, Result
from pcnppg.store.session import transaction

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.mailing.actions.delivering import Claimed
    from pcnppg.mailing.models import Mailing

log = logging.getLogger(__name__)

PREPARED = 8
"""Messages kept prepared at most."""


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
        self._last = 0

    def claim(self, worker: str, *, at: datetime, limit: int) -> Sequence[Item]:
        """A batch of one mailing; the next time of the next, so that a long list holds up no other group. At night, nothing."""
        if is_quiet(at, settings.current().quiet_hours):
            actions.close_finished(at=at)
            return []
        due = queries.list_due(at)
        turn = [row for row in due if row.id > self._last] + [row for row in due if row.id <= self._last]
        for row in turn:
            claimed = actions.claim(row.id, row.group_id, worker=worker, at=at, limit=min(limit, BATCH))
            if claimed:
                self._last = row.id
                actions.write_marks(row.group_id, row.id, claimed, at=at)
                return self._items(row.id, row.group_id, claimed, at=at)
        actions.close_finished(at=at)
        return []

    def settle(self, worker: str, results: Sequence[Result], *, at: datetime) -> None:
        """Record outcomes."""
        actions.write_outcomes(results, at=at)
        actions.settle(worker, results, at=at)

    def abandon(self, worker: str, *, at: datetime) -> int:
        """What a dead worker had in hand is uncertain."""
        return actions.abandon(worker, at=at)

    def _items(self, mailing_id: int, group_id: int, claimed: Sequence[Claimed], *, at: datetime) -> Sequence[Item]:
        mailing, group = queries.get_mailing(group_id, mailing_id), groups.get_group(group_id)
        words = membership.list_wordings_like_now(group)
        items = []
        for message in claimed:
            renews = is_due_for_renewal(
                message.contact.agreed_at, same_words=message.contact.wording_id in words, at=at
            )
            beside = Beside(message.tells, renews)
            items.append(emails.item_for(self._message(mailing, group, beside), message, at=at))
        return items

    def _message(self, mailing: Mailing, group: Group, beside: Beside) -> Prepared:
        """The prepared message, made anew where the group has changed what stands in it."""
        key = (mailing.subject, mailing.body, beside, *emails.about(mailing, group).values())
        if key not in self._prepared:
            self._prepared[key] = _prepare(mailing, group, beside)
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


def _prepare(mailing: Mailing, group: Group, beside: Beside) -> Prepared:
    try:
        return emails.prepare_mailing(mailing, group, beside)
    except BadValue:
        return _Unmade()
