"""Stopping a mailing while it goes out: what nobody has attempted is taken back, and its allowance given back (settled 4)."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.who import Who
from pcnppg.mailing import queries
from pcnppg.mailing.actions.journalling import STOPPED
from pcnppg.mailing.actions.sending import free_slots
from pcnppg.mailing.rules import State
from pcnppg.mailing.rules.life import may_stop
from pcnppg.store import journal
from pcnppg.store.session import session


def stop(group_id: int, *, mailing_id: int, by: Who, at: datetime) -> int:
    """Stop it for good; how many people do not get it. Safe to repeat.

    What is in a worker's hand at this moment may still arrive. It is not tried again where a mail server puts it off.
    """
    groups.lock_group(group_id)
    mailing = queries.get_mailing(group_id, mailing_id, lock=True)
    if mailing.state == State.STOPPED:
        return 0
    may_stop(State(mailing.state), mailing.held_until, at).enforce()
    freed = free_slots(mailing.id)
    mailing.state, mailing.finished_at = State.STOPPED, at
    journal.note(session(), STOPPED, group_id, mailing.id, at=at)
    audit.note("mailing.stopped", by=by, at=at, group_id=group_id, about=("mailing", mailing.id), count=freed)
    return freed
