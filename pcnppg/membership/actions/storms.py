"""Counting presses from one network, minute by minute. It never refuses: whoever leaves has left already."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.dialects import postgresql, sqlite

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.membership.models.storms import PressCount, Storm
from pcnppg.membership.queries import storms
from pcnppg.membership.rules import How
from pcnppg.membership.rules.storms import COUNTS_KEPT, FEWEST, Pressed, is_storm, network_of
from pcnppg.store.session import session


def note_press(group_id: int, what: Pressed, *, how: How, network_address: str, at: datetime) -> None:
    """Count one more who joined or left from this network, as the last thing in the transaction of their deed."""
    is_program = how is How.ONE_CLICK
    presses, by_program = _count(group_id, what, network_address, is_program=is_program, at=at)
    if presses < FEWEST:
        return
    storm = storms.find_storm(group_id, what, at=at)
    if storm is not None:
        storm.presses += 1
        storm.by_program += int(is_program)
        storm.last_at = at
    elif presses % FEWEST == 0:  # asked now and then: it reads a year of records
        usual = storms.usually(group_id, what, at=at)
        if is_storm(presses, usual):
            _begin(group_id, what, presses, by_program, usual, at=at)


def see_storm(group_id: int, storm_id: int, *, by: Who, at: datetime) -> None:
    """An officer has looked at it. Safe to repeat."""
    groups.share_group(group_id)
    storm = storms.get_storm(group_id, storm_id)
    if storm.seen_at is None:
        storm.seen_at, storm.seen_by = at, by.person_id
        audit.note("membership.storm_seen", by=by, at=at, group_id=group_id, about=("storm", storm_id))


def forget_presses(*, at: datetime) -> dict[str, int]:
    """Forget which network pressed what, minutes ago: in words, and how many counts."""
    found = session().execute(delete(PressCount).where(PressCount.minute <= at - COUNTS_KEPT))
    return {"counts of presses": cast(CursorResult[Any], found).rowcount}


def _count(group_id: int, what: Pressed, network_address: str, *, is_program: bool, at: datetime) -> tuple[int, int]:
    """How often it was pressed there in this minute, and how often by a mail program's own button."""
    network_hash = keys.current().keyed_hash(f"network:{group_id}", network_of(network_address))
    insert: Any = (postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert)(
        PressCount
    )
    row = insert.values(
        group_id=group_id,
        what=what,
        network_hash=network_hash,
        minute=at.replace(second=0, microsecond=0),
        presses=1,
        by_program=int(is_program),
    )
    key = ["group_id", "what", "network_hash", "minute"]
    more = {"presses": PressCount.presses + 1, "by_program": PressCount.by_program + int(is_program)}
    counted = row.on_conflict_do_update(index_elements=key, set_=more)
    presses, by_program = session().execute(counted.returning(PressCount.presses, PressCount.by_program)).one()
    return presses, by_program


def _begin(group_id: int, what: Pressed, presses: int, by_program: int, usual: int, *, at: datetime) -> None:
    storm = Storm(
        group_id=group_id,
        what=what,
        began_at=at,
        last_at=at,
        presses=presses,
        by_program=by_program,
        usual=usual,
        seen_at=None,
        seen_by=None,
    )
    session().add(storm)
    session().flush()
    audit.note("membership.storm", by=MACHINE, at=at, group_id=group_id, about=("storm", storm.id), count=presses)
