"""What stands on every agenda of a group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.who import Who
from pcnppg.meetings.models import AgendaEntry, Meeting, StandingItem
from pcnppg.meetings.queries import agenda as queries
from pcnppg.meetings.rules.agenda import Standing, may_stand
from pcnppg.store.session import session


def put_standing(meeting: Meeting, *, at: datetime) -> None:
    """Begin a new agenda with what opens and closes every meeting."""
    for position, standing in enumerate(queries.list_standing(meeting.group_id), start=1):
        session().add(
            AgendaEntry(
                group_id=meeting.group_id,
                meeting_id=meeting.id,
                title=standing.title,
                position=position,
                minutes=standing.minutes,
                purpose=standing.purpose,
                lead=standing.lead,
                added_at=at,
            )
        )
    session().flush()


def keep_standing(group_id: int, standing: Sequence[Standing], *, by: Who, at: datetime) -> None:
    """Write the template anew. Agendas that have begun already stay as they are."""
    groups.lock_group(group_id)
    may_stand(standing).enforce()
    session().execute(delete(StandingItem).where(StandingItem.group_id == group_id))
    for position, one in enumerate(standing, start=1):
        session().add(
            StandingItem(
                group_id=group_id,
                place=one.place,
                position=position,
                title=one.title,
                minutes=one.minutes,
                purpose=one.purpose,
                lead=one.lead,
            )
        )
    session().flush()
    audit.note("meetings.standing_kept", by=by, at=at, group_id=group_id, count=len(standing))
