"""Telling updates in a mailing: officers press once, and what waits stands in their draft."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pcnppg.kernel import settings
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing import queries as mailings
from pcnppg.updates import formats, queries
from pcnppg.updates.queries.mailings import path_of

HEADING = "## What is new"
NONE_CHOSEN = "Tick the updates that your mailing should tell. Your text is saved."


def pick(group_id: int, mailing_id: int, *, chosen: Collection[int], by: Who, at: datetime) -> int:
    """Add the chosen updates of those that wait to the end of a draft; how many. What it tells already is not told twice."""
    draft = mailings.get_mailing(group_id, mailing_id, lock=True)
    waiting = {one.id for one in queries.list_waiting(group_id, at)}
    numbers = [number for number in sorted(chosen) if number in waiting]
    if not numbers:
        raise RuleBroken(NONE_CHOSEN)
    page = settings.current().base_url + path_of(group_id)
    parts = [draft.body.rstrip()] if draft.body.strip() else []
    parts += [] if HEADING in draft.body else [HEADING]
    for number in numbers:
        update = queries.get_update(group_id, number, at=at)
        parts.append(formats.as_markdown(update.title, update.told, f"{page}/{number}"))
    mailing.save(
        group_id,
        mailing_id=mailing_id,
        subject=draft.subject,
        body="\n\n".join(parts) + "\n",
        version=draft.version,
        by=by,
        at=at,
    )
    return len(numbers)
