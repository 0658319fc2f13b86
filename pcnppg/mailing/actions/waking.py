"""Waking a list that heard nothing for two years (settled 30)."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.who import Who
from pcnppg.mailing import queries


def wake_list(group_id: int, *, by: Who, at: datetime) -> None:
    """Let the group write again. Safe to repeat; a list that is not frozen stays as it is.

    Whoever agreed more than two years ago is asked again in the next mailing, as ever.
    """
    group = groups.lock_group(group_id)
    if queries.is_frozen(group, at):
        group.woken_at = at
        audit.note("mailing.list_woken", by=by, at=at, group_id=group_id)
