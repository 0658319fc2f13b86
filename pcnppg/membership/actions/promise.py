"""The promise: a lower number binds at once, a higher one whoever has been told it (rule 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, literal, select, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import FEWEST, MOST
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.membership.actions.evidence import keep_wording, record
from pcnppg.membership.actions.leaving import LOWERED
from pcnppg.membership.actions.mending import trust_again
from pcnppg.membership.models import ConsentRecord, Contact, PromiseChange
from pcnppg.membership.rules import Consent, How, State, may_lower, may_raise, may_say_why
from pcnppg.store import journal
from pcnppg.store.session import session


def lower_promise(group_id: int, promise: int, *, by: Who, at: datetime) -> int:
    """Promise fewer mailings, to everybody on the list and whoever joins. How many contacts it now binds."""
    group = groups.lock_group(group_id)
    may_lower(promise, group.promise, fewest=FEWEST).enforce(field="promise")
    group.promise = promise
    journal.note(session(), LOWERED, group_id, promise, at=at)
    session().add(PromiseChange(group_id=group_id, promise=promise, why=None, at=at, by_person_id=by.person_id))
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


def raise_promise(group_id: int, promise: int, *, why: str, by: Who, at: datetime) -> None:
    """Promise more to whoever joins from now on. For those on the list their old number binds until they are told."""
    group = groups.lock_group(group_id)
    may_raise(promise, group.promise, most=MOST).enforce(field="promise")
    may_say_why(why).enforce(field="why")
    group.promise = promise
    session().add(PromiseChange(group_id=group_id, promise=promise, why=why.strip(), at=at, by_person_id=by.person_id))
    audit.note("membership.promise_raised", by=by, at=at, group_id=group_id, count=promise)


def tell_promise(group_id: int, contact_ids: Sequence[int], promise: int, *, at: datetime) -> None:
    """These contacts have been told a higher number by a mailing handed over now: it binds them, unless lowered since."""
    number = min(promise, groups.share_group(group_id).promise)
    told = (Contact.group_id == group_id, Contact.id.in_(contact_ids), Contact.promise < number)
    lines = select(
        Contact.group_id,
        Contact.id,
        literal(Consent.TOLD.value),
        literal(at, Contact.joined_at.type),
        literal(How.MAILING.value),
        literal(number),
    ).where(*told)
    columns = ["group_id", "contact_id", "what", "at", "how", "promise"]
    session().execute(insert(ConsentRecord).from_select(columns, lines))
    session().execute(update(Contact).where(*told).values(promise=number).execution_options(synchronize_session=False))


def renew(contact_id: int, *, digest: str, at: datetime) -> Contact:
    """They say yes again, to the words that the group shows now. Safe to repeat; `RuleBroken` where the words have changed."""
    found = queries.find_contact(contact_id)
    if found is None:
        raise NotFound
    group = groups.share_group(found.group_id)
    contact = queries.lock_contact(contact_id)
    shown = queries.words_of(group)
    if contact.state != State.ACTIVE:
        raise RuleBroken("You are not on the list any more, so there is nothing to say yes to. You can join again.")
    if digest != shown.digest:
        raise RuleBroken("The words below have changed since you opened this page. Read them again before you agree.")
    contact.agreed_at, contact.promise = at, shown.promise
    trust_again(contact, at=at)
    contact.wording_id = keep_wording(group.id, shown, at=at)
    me = Who.contact(contact.id)
    record(
        contact,
        Consent.AGREED,
        how=How.RENEWAL_PAGE,
        by=me,
        at=at,
        promise=shown.promise,
        wording_id=contact.wording_id,
    )
    audit.note("membership.renewed", by=me, at=at, group_id=group.id, about=("contact", contact.id))
    return contact
