"""Saying thanks, and taking them back."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.who import Who
from pcnppg.store.session import session
from pcnppg.updates import queries
from pcnppg.updates.actions.updates import account
from pcnppg.updates.models import Thanks
from pcnppg.updates.rules import Side, To, may_take_part, sides_of


def say_thanks(group_id: int, *, to: To, words: str, side: Side, by: Who, at: datetime) -> Thanks:
    """Thank the group, or a volunteer by role, on the group's page and in the record of its year."""
    person_id = account(by)
    may_take_part(side, sides_of(groups.roles_of(person_id, group_id))).enforce(field="side")
    said = Thanks(group_id=group_id, to_whom=to, side=side, words=words, said_at=at, said_by=person_id)
    session().add(said)
    session().flush()
    audit.note("updates.thanked", by=by, at=at, group_id=group_id, about=("thanks", said.id))
    return said


def take_thanks_back(group_id: int, thanks_id: int, *, by: Who, at: datetime) -> None:
    """Take thanks off the page, by the side that said them. Safe to repeat."""
    person_id = account(by)
    said = queries.get_thanks(group_id, thanks_id, lock=True)
    may_take_part(Side(said.side), sides_of(groups.roles_of(person_id, group_id))).enforce()
    if said.withdrawn_at is not None:
        return
    said.withdrawn_at, said.withdrawn_by = at, person_id
    audit.note("updates.thanks_taken_back", by=by, at=at, group_id=group_id, about=("thanks", said.id))
