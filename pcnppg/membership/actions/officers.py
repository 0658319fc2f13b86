"""What is forgotten of those with an account who looked after a list, when their account is erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from pcnppg.groups import queries as groups
from pcnppg.kernel.who import Who
from pcnppg.membership.models import Evidence
from pcnppg.membership.rules import name_key
from pcnppg.people import queries as people
from pcnppg.people.rules import FORMER
from pcnppg.store.session import session


def forget_person(person_id: int, *, by: Who, at: datetime) -> None:
    """In the groups that they know: evidence no longer names them as who took a form. That it was taken, and when, stays."""
    key = name_key(people.get_person(person_id).name)
    theirs = Evidence.group_id.in_([group.id for group in groups.list_groups_known(person_id)])
    names = session().scalars(select(Evidence.taken_by).where(theirs, Evidence.taken_by.is_not(None)).distinct())
    same = [name for name in names if name_key(name) == key]
    session().execute(
        update(Evidence).where(theirs, Evidence.taken_by.in_(same)).values(taken_by=FORMER),
        execution_options={"synchronize_session": False},
    )
