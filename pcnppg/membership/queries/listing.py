"""The contact list as a page of fifty, and how it stands in numbers. No answer grows with the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_

from pcnppg.membership.models import Contact, SignUp
from pcnppg.membership.queries.contacts import count_stopped
from pcnppg.membership.queries.paper import NOT_BY_EMAIL, count_without_email
from pcnppg.membership.rules import (
    HERE,
    INVITED,
    PAGE,
    SEARCH_LENGTH,
    SIGN_UP_LASTS,
    Channel,
    Counts,
    Listed,
    ReachedBy,
    State,
    folded,
)
from pcnppg.store.session import session

SHOWN = (
    Contact.id,
    Contact.name,
    Contact.address,
    Contact.reached_by,
    Contact.postal_address,
    Contact.phone,
    Contact.state,
    Contact.channel,
    Contact.joined_at,
    Contact.paused_until,
    Contact.stopped_at,
    Contact.left_at,
)


@dataclass(frozen=True, slots=True)
class ListPage:
    """Up to fifty contacts, newest first. `newer` and `older` are the contacts to go on from, None at either end."""

    rows: Sequence[Any]
    newer: int | None
    older: int | None


def list_contacts(
    group_id: int, *, listed: Listed, search: str, at: datetime, older: int | None = None, newer: int | None = None
) -> ListPage:
    """One page of the list: from the newest, or next to the contact `older` or `newer`."""
    found = select(Contact.id, Contact.joined_at).where(*_among(group_id, listed, search, at))
    edge = _edge(group_id, older or newer)
    upwards = edge is not None and older is None
    order = (Contact.joined_at, Contact.id) if upwards else (Contact.joined_at.desc(), Contact.id.desc())
    if edge is not None:
        place = tuple_(Contact.joined_at, Contact.id)
        found = found.where(place > tuple_(*edge) if upwards else place < tuple_(*edge))
    # The inner select reads an index alone; only the fifty that are shown are fetched.
    inner = found.order_by(*order).limit(PAGE + 1).subquery()
    rows = list(session().execute(select(*SHOWN).join(inner, inner.c.id == Contact.id).order_by(*order)))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if upwards:
        rows.reverse()
    return ListPage(
        rows,
        newer=rows[0].id if rows and (more if upwards else edge is not None) else None,
        older=rows[-1].id if rows and (more or upwards) else None,
    )


def count_matching(group_id: int, *, listed: Listed, search: str, at: datetime) -> int:
    """How many contacts a search finds."""
    found = select(func.count()).select_from(Contact).where(*_among(group_id, listed, search, at))
    return session().scalar(found) or 0


def count_before(group_id: int, contact_id: int, *, listed: Listed, search: str, at: datetime) -> int:
    """How many stand before this contact where the newest come first."""
    edge = _edge(group_id, contact_id)
    if edge is None:
        return 0
    newer = tuple_(Contact.joined_at, Contact.id) > tuple_(*edge)
    found = select(func.count()).select_from(Contact).where(*_among(group_id, listed, search, at), newer)
    return session().scalar(found) or 0


def count_contacts(group_id: int, *, at: datetime) -> Counts:
    """How the list stands."""
    states = select(Contact.state, func.count()).where(Contact.group_id == group_id).group_by(Contact.state)
    by_state = {State(state): number for state, number in session().execute(states)}
    elsewhere = count_without_email(group_id)
    return Counts(
        post=elsewhere[ReachedBy.POST],
        phone=elsewhere[ReachedBy.PHONE],
        on_list=by_state.get(State.ACTIVE, 0),
        paused=session().scalar(_paused(group_id, at)) or 0,
        waiting=session().scalar(_waiting(group_id, at)) or 0,
        left=by_state.get(State.LEFT, 0),
        unverified=by_state.get(State.UNVERIFIED, 0),
        stopped=count_stopped(group_id),
    )


def count_invited(group_id: int) -> dict[Channel, int]:
    """How many people joined by each kind of printed invitation, whether they stayed or not. Counts, never who."""
    counted = (
        select(Contact.channel, func.count())
        .where(Contact.group_id == group_id, Contact.channel.in_(list(INVITED)))
        .group_by(Contact.channel)
    )
    found = {Channel(channel): people for channel, people in session().execute(counted)}
    return {channel: found.get(channel, 0) for channel in INVITED}


def _paused(group_id: int, at: datetime) -> Select[int]:
    return (
        select(func.count())
        .select_from(Contact)
        .where(Contact.group_id == group_id, Contact.paused_until > at, Contact.state == State.ACTIVE)
    )


def _waiting(group_id: int, at: datetime) -> Select[int]:
    """Mailboxes with a link that still works, and nobody on the list there."""
    there = exists().where(
        Contact.group_id == group_id, Contact.mailbox == SignUp.mailbox, Contact.state == State.ACTIVE
    )
    return select(func.count(SignUp.mailbox.distinct())).where(
        SignUp.group_id == group_id, SignUp.asked_at > at - SIGN_UP_LASTS, SignUp.used_at.is_(None), ~there
    )


def _edge(group_id: int, contact_id: int | None) -> tuple[datetime, int] | None:
    if contact_id is None:
        return None
    found = (
        session()
        .execute(select(Contact.joined_at, Contact.id).where(Contact.group_id == group_id, Contact.id == contact_id))
        .one_or_none()
    )
    return None if found is None else (found.joined_at, found.id)


def _among(group_id: int, listed: Listed, search: str, at: datetime) -> list[ColumnElement[bool]]:
    # Nothing longer can be found, and a database compares only so many words at once.
    # The longest first: it is found in the fewest, and nobody else is asked for the rest.
    words = sorted(folded(search)[:SEARCH_LENGTH].split(), key=len, reverse=True)
    among = [Contact.group_id == group_id, *(_holds(word) for word in words)]
    if listed is Listed.ALL:
        return [*among, Contact.state.in_([*HERE, State.LEFT])]
    if listed is Listed.UNVERIFIED:
        return [*among, Contact.state == State.UNVERIFIED]
    if listed is Listed.LEFT:
        return [*among, Contact.state == State.LEFT]
    if listed is Listed.STOPPED:
        among.append(Contact.stopped_at.is_not(None))
    elif listed is Listed.PAUSED:
        among.append(Contact.paused_until > at)
    elif listed in {Listed.POST, Listed.PHONE}:
        among += [NOT_BY_EMAIL, Contact.reached_by == listed.value]
    return [*among, Contact.state == State.ACTIVE]


def _holds(word: str) -> ColumnElement[bool]:
    """Looked for as it stands: no pattern, so no character of it means anything else."""
    place = func.strpos if session().get_bind().dialect.name == "postgresql" else func.instr
    return place(Contact.search, word) > 0
