"""Lowering the promise: it binds at once, for everybody on the list (rule 3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, literal, select, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import FEWEST
from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.membership.models import ConsentRecord, Contact, PromiseChange
from pcnppg.membership.rules import Consent, How, State, may_lower
from pcnppg.store.session import session


def lower_promise(group_id: int, promise: int, *, by: Who, at: datetime) -> int:
    """Promise fewer mailings, to everybody on the list and whoever joins. How many contacts it now binds."""
    group = groups.lock_group(group_id)
    may_lower(promise, group.promise, fewest=FEWEST).enforce(field="promise")
    group.promise = promise
    session().add(PromiseChange(group_id=group_id, promise=promise, at=at, by_person_id=by.person_id))
    on_list = (Contact.group_id == group_id, Contact.state == State.ACTIVE)
    lines = select(
        Contact.group_id,
        Contact.id,
        literal(Consent.LOWERED.value),
        literal(at, Contact.joined_at.type),
        literal(How.GROUP.value),
        literal(promise),
        literal(by.person_id, ConsentRecord.by_person_id.type),
    ).where(*on_list)
    columns = ["group_id", "contact_id", "what", "at", "how", "promise", "by_person_id"]
    session().execute(insert(ConsentRecord).from_select(columns, lines))
    session().execute(
        update(Contact)
        .where(*on_list, Contact.promise > promise)
        .values(promise=promise)
        .execution_options(synchronize_session=False)
    )
    audit.note("membership.promise_lowered", by=by, at=at, group_id=group_id, count=promise)
    return queries.count_active(group_id)
