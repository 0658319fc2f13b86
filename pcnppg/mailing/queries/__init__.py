"""Reading mailings, what became of them in numbers, and how much allowance is left. Always bounded by a group."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from pcnppg.groups import queries as groups
from pcnppg.kernel import settings
from pcnppg.kernel.clock import YEAR
from pcnppg.kernel.kept import Kept
from pcnppg.kernel.refusals import NotFound
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import (
    Forecast,
    Kind,
    LeftOut,
    Outcomes,
    Reached,
    Round,
    State,
    Told,
    expected,
    forecast,
    letters_used,
    numbers_in_a_year,
)
from pcnppg.mailing.rules.life import overdue
from pcnppg.membership import queries as membership
from pcnppg.membership import rules as membership_rules
from pcnppg.membership.rules import ReachedBy
from pcnppg.post.queries import by_holder
from pcnppg.post.rules import ARRIVED_OR_MAY_HAVE, OPEN
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

IS_QUEUED = Delivery.state == literal_column("'queued'")
"""Written out, not bound: only so do both databases use the index of what is queued."""
IN_DOUBT = (Delivery.state == DeliveryState.UNCERTAIN, Delivery.sent_again_at.is_(None))
IN_FLIGHT = Mailing.state.in_([literal_column("'held'"), literal_column("'going'")])
NAMED = 500
"""Rows named in one statement."""
Named = TypeVar("Named")
LISTED = 100
"""Mailings on the officers' page at most; at twelve a year that is eight years."""


@dataclass(frozen=True, slots=True)
class Published:
    """A mailing as the public may know it. `number` is the how-manieth of the 365 days that end with it."""

    id: int
    subject: str
    at: datetime
    number: int


def get_mailing(group_id: int, mailing_id: int, *, lock: bool = False) -> Mailing:
    """A mailing of this group, in whatever state; another group's is not found."""
    found = select(Mailing).where(Mailing.group_id == group_id, Mailing.id == mailing_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    mailing = session().scalar(found)
    if mailing is None:
        raise NotFound
    return mailing


def get_published(group_id: int, mailing_id: int) -> Mailing:
    """A mailing whose web copy is public: it has been handed over to somebody."""
    mailing = get_mailing(group_id, mailing_id)
    if mailing.first_handed_over_at is None:
        raise NotFound
    return mailing


def list_mailings(group_id: int) -> list[Mailing]:
    """The group's mailings, the last edited or sent first, without what was thrown away."""
    found = (
        select(Mailing)
        .where(Mailing.group_id == group_id, Mailing.state != State.DISCARDED)
        .order_by(func.coalesce(Mailing.sent_at, Mailing.edited_at).desc(), Mailing.id.desc())
        .limit(LISTED)
    )
    return list(session().scalars(found))


def list_bodies(group_id: int, *, since: datetime) -> list[str]:
    """The texts that were written on after `since` and went out, or may yet; not those put away."""
    put_away = (State.DISCARDED, State.TAKEN_BACK)
    found = select(Mailing.body).where(
        Mailing.group_id == group_id, Mailing.edited_at >= since, Mailing.state.not_in(put_away)
    )
    return list(session().scalars(found.order_by(Mailing.id)))


def list_published(group_id: int) -> list[Published]:
    """Every mailing that went out, the newest first."""
    found = (
        select(Mailing.id, Mailing.subject, Mailing.first_handed_over_at)
        .where(Mailing.group_id == group_id, Mailing.first_handed_over_at.is_not(None))
        .order_by(Mailing.first_handed_over_at, Mailing.id)
    )
    rows = [(row_id, subject, at) for row_id, subject, at in session().execute(found) if at]
    numbers = numbers_in_a_year(at for _, _, at in rows)
    return [Published(*row, number) for row, number in zip(rows, numbers, strict=True)][::-1]


def used_by(contact_id: ColumnElement[int], at: datetime) -> ScalarSelect[int]:
    """How much allowance a contact's deliveries use at `at` (settled 1): counted from the history, never kept."""
    return used_since(contact_id, at - YEAR)


def used_since(contact_id: ColumnElement[int], since: datetime | BindParameter[datetime]) -> ScalarSelect[int]:
    """The same, given the beginning of the 365 days."""
    found = select(func.count()).where(Delivery.contact_id == contact_id, _is_counted(since))
    return found.correlate_except(Delivery).scalar_subquery()


def count_used(contact_ids: list[int], at: datetime) -> Counter[int]:
    """The same for some contacts at once."""
    found = session().connection().execute(_USED, {"ids": contact_ids, "since": at - YEAR})
    return Counter(dict(found.all()))


def select_allowances(group_id: int, at: datetime) -> Any:
    """Everybody on the list with what they have used.

    `id`, `mailbox`, `promise`, `paused_until`, `stopped_at`, `network_news_at`, `used`.
    """
    # Without an order of its own: one inside would keep the database from looking people up by their numbers in a join.
    on_list = membership.select_active(group_id).order_by(None).subquery("on_list")
    told = ("id", "mailbox", "promise", "paused_until", "stopped_at", "network_news_at")
    wanted = tuple(on_list.c[name] for name in told)
    return select(*wanted, used_by(on_list.c.id, at).label("used")).select_from(on_list)


def forecast_for(group_id: int, at: datetime, *, planned: int = 0) -> Forecast:
    """Whom a mailing would reach if it were sent at `at`, after so many that are planned and go to the same people."""
    people = select_allowances(group_id, at).subquery("people")
    is_paused = and_(people.c.paused_until.is_not(None), people.c.paused_until > at)
    facts = ((people.c.used + literal_column(str(planned))).label("used"), people.c.promise, is_paused)
    works = people.c.stopped_at.is_(None)
    counted = [tuple(row) for row in session().execute(select(*facts, func.count()).where(works).group_by(*facts))]
    sharing = select(people.c.id, people.c.mailbox, *facts).where(works).order_by(people.c.id)
    shared = for_each(shared_in(group_id), sharing, people.c.id)
    found = forecast(counted, [Reached(*row) for row in shared])
    elsewhere = membership.count_without_email(group_id, paused_at=at).total()
    return replace(found, elsewhere=elsewhere, stopped=membership.count_stopped(group_id))


def expect(mailing: Mailing, at: datetime) -> Outcomes:
    """What would become of a held mailing if it went at `at`, by the rule that is asked at each handover.

    Its rows are so new that PostgreSQL may take them for a handful and join them with the list in the square of its length;
    so both are read by themselves, and meet here.
    """
    people = {row.id: row for row in session().execute(select_allowances(mailing.group_id, at))}
    waiting = select(Delivery.id, Delivery.contact_id, Delivery.of_at_most, Delivery.carried_by).where(
        Delivery.mailing_id == mailing.id, IS_QUEUED
    )
    messages = []
    for row in session().execute(waiting.order_by(Delivery.id)):
        if one := people.get(row.contact_id):
            is_paused = membership_rules.is_paused(one.paused_until, at)
            messages.append((row.carried_by or row.id, (one.used, one.promise, row.of_at_most, is_paused)))
    counted = Counter(facts for _, facts in messages)
    shared = {message for message, times in Counter(message for message, _ in messages).items() if times > 1}
    sharing = sorted(((message, *facts) for message, facts in messages if message in shared), key=itemgetter(0))
    return expected([(*facts, times) for facts, times in counted.items()], sharing)


def count_used_up(group_id: int, promise: int, at: datetime) -> int:
    """How many on the list would have none left if at most `promise` mailings a year bound them."""
    people = select_allowances(group_id, at).subquery("people")
    return session().scalar(select(func.count()).select_from(people).where(people.c.used >= promise)) or 0


def shared_in(group_id: int) -> dict[int, str]:
    """The mailbox of everybody on the list who shares it with another there."""
    return {row.id: row.mailbox for row in session().execute(membership.select_shared(group_id))}


def for_each(ids: Collection[int], asked: Select[*tuple[Any, ...]], column: Any) -> Iterator[tuple[Any, ...]]:
    """What is asked, for these alone: named, and not joined, so that no database can take the wrong way round."""
    for some in at_once(sorted(ids)):
        for row in session().execute(asked.where(column.in_(some))):
            yield tuple(row)


def at_once(named: Sequence[Named]) -> Iterator[Sequence[Named]]:
    """So many of them as one statement names."""
    return (named[start : start + NAMED] for start in range(0, len(named), NAMED))


def round_of(mailing: Mailing, by: ReachedBy, *, at: datetime) -> Round:
    """Who gets this mailing by letter or by phone: on the list when it was sent and now, not paused, and no email of it."""
    assert mailing.sent_at is not None  # noqa: S101 - asked before: only a sent mailing goes round
    sent = list(session().scalars(_sent_with(mailing)))
    got_email = select(Delivery.contact_id).where(
        Delivery.mailing_id == mailing.id, Delivery.state.in_(ARRIVED_OR_MAY_HAVE)
    )
    people = membership.list_without_email(mailing.group_id, by, at=at, but_for=got_email)
    meant = [
        (person, letters_used(sent, joined_at=person.joined_at, at=mailing.sent_at))
        for person in people
        if person.joined_at <= mailing.sent_at
    ]
    has_some = [(person, number) for person, number in meant if number <= person.promise]
    return Round(has_some, none_left=len(meant) - len(has_some))


def _sent_with(mailing: Mailing) -> Select[Any]:
    """When this mailing and those of the year before it were sent; what was taken back was not."""
    assert mailing.sent_at is not None  # noqa: S101 - asked before
    return select(Mailing.sent_at).where(
        Mailing.group_id == mailing.group_id,
        Mailing.kind == Kind.MAILING,
        Mailing.state.in_([State.HELD, State.GOING, State.SENT, State.STOPPED]),  # its letters may be out
        Mailing.sent_at > mailing.sent_at - YEAR,
        Mailing.sent_at <= mailing.sent_at,
    )


def outcomes_of(mailing_id: int) -> Outcomes:
    """What became of a mailing, in numbers: counted, or as kept when its deliveries were forgotten."""
    kept = session().scalar(select(Mailing.counts).where(Mailing.id == mailing_id))
    if kept:
        return Outcomes(**json.loads(kept))
    plain = Counter(_count_by(Delivery.state, mailing_id))
    left = Counter[str](_count_by(Delivery.left_out_because, mailing_id) if plain[DeliveryState.LEFT_OUT] else {})
    came_back = _count_came_back(mailing_id)
    return Outcomes(
        delivered=plain[DeliveryState.HANDED_OVER] - came_back,
        came_back=came_back,
        waiting=plain[DeliveryState.QUEUED] + plain[DeliveryState.ATTEMPTING],
        again=_count_again(mailing_id) if plain[DeliveryState.QUEUED] else 0,
        refused=plain[DeliveryState.REFUSED],
        given_up=plain[DeliveryState.GIVEN_UP],
        uncertain=plain[DeliveryState.UNCERTAIN],
        withdrawn=plain[DeliveryState.WITHDRAWN],
        taken_back=plain[DeliveryState.TAKEN_BACK],
        none_left=left[LeftOut.NONE_LEFT],
        shared=left[LeftOut.SHARED],
        paused=left[LeftOut.PAUSED],
        promise_lowered=left[LeftOut.PROMISE_LOWERED],
        stopped=left[LeftOut.STOPPED],
    )


def list_uncertain(group_id: int, *, since: datetime) -> Sequence[tuple[Mailing, int]]:
    """Mailings sent after `since` of which we do not know whether all arrived, the newest first, each with how many."""
    found = (
        select(Mailing, func.count(Delivery.id))
        .join(Delivery, Delivery.mailing_id == Mailing.id)
        .where(Mailing.group_id == group_id, Mailing.sent_at > since, *IN_DOUBT)
        .group_by(Mailing.id)
    )
    rows = [(mailing, people) for mailing, people in session().execute(found)]
    return sorted(rows, key=lambda row: row[0].id, reverse=True)


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """How the deliveries of all groups stand: counts. `overdue` is how long the oldest of those queued has been due."""

    waiting: int
    overdue: timedelta
    uncertain: int
    left_out: int


def delivery_facts(at: datetime, *, lately: timedelta = timedelta(days=30)) -> DeliveryFacts:
    """Counts at `at`; uncertain ones of the mailings sent `lately`. Answered from indexes, whatever was sent before."""
    in_flight = Delivery.mailing_id.in_(select(Mailing.id).where(IN_FLIGHT))
    of_late = Delivery.mailing_id.in_(select(Mailing.id).where(Mailing.sent_at > at - lately))
    count = select(func.count()).select_from(Delivery)
    oldest = session().scalar(select(func.min(Delivery.due_at)).where(in_flight, IS_QUEUED))
    return DeliveryFacts(
        waiting=session().scalar(count.where(in_flight, Delivery.state.in_(OPEN))) or 0,
        overdue=overdue(oldest, at, settings.current().quiet_hours),
        uncertain=session().scalar(count.where(of_late, *IN_DOUBT)) or 0,
        left_out=session().scalar(count.where(of_late, Delivery.state == DeliveryState.LEFT_OUT)) or 0,
    )


def list_waiting_by_mailing() -> Sequence[tuple[int, str, int]]:
    """Of all groups: each mailing with something in the queue, by its number and its group's slug, and for how many people."""
    found = (
        select(Mailing.id, Mailing.group_id, func.count(Delivery.id))
        .join(Delivery, and_(Delivery.mailing_id == Mailing.id, IS_QUEUED))
        .where(IN_FLIGHT)
        .group_by(Mailing.id, Mailing.group_id)
        .order_by(Mailing.id)
    )
    rows = session().execute(found).all()
    return [(mailing_id, groups.get_group(group_id).slug, people) for mailing_id, group_id, people in rows]


def find_held() -> dict[str, list[int]]:
    """The deliveries that workers have in hand, by worker; without those that another one carries."""
    held = select(Delivery.attempting_by, Delivery.id).where(
        Delivery.state == literal_column("'attempting'"), Delivery.carried_by.is_(None)
    )
    return by_holder(session().execute(held))


def list_due(at: datetime) -> Sequence[Row[int, int]]:
    """Mailings with something to hand over at `at`: pairs of their number and their group's."""
    return session().connection().execute(_DUE, {"at": at}).all()


_WAITS = exists().where(
    Delivery.mailing_id == Mailing.id,
    IS_QUEUED,
    Delivery.carried_by.is_(None),
    Delivery.due_at <= bindparam("at", type_=Delivery.due_at.type),
)
_DUE = (
    select(Mailing.id, Mailing.group_id)
    .where(IN_FLIGHT, Mailing.held_until <= bindparam("at", type_=Delivery.due_at.type), _WAITS)
    .order_by(Mailing.id)
)
"""Asked before every batch, so built once."""


def list_told(contact_id: int, at: datetime) -> list[Told]:
    """The mailings that a contact was sent in the 365 days before `at`, or may have been, newest first."""
    found = (
        select(Delivery.at, Mailing.subject)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.contact_id == contact_id, Delivery.state.in_(ARRIVED_OR_MAY_HAVE), Delivery.at > at - YEAR)
        .order_by(Delivery.at.desc(), Delivery.id.desc())
    )
    return [Told(sent_at, subject) for sent_at, subject in session().execute(found) if sent_at]


def list_by_person(person_id: int) -> list[Mailing]:
    """In every group: mailings that this person began, changed last, planned or sent, the newest first."""
    acts = (Mailing.begun_by, Mailing.edited_by, Mailing.sent_by, Mailing.scheduled_by)
    theirs = or_(*(act == person_id for act in acts))
    return list(session().scalars(select(Mailing).where(theirs).order_by(Mailing.begun_at.desc(), Mailing.id.desc())))


def tell_about_person(person_id: int, at: datetime) -> list[Kept]:
    """Mailings that somebody with an account wrote or sent, by subject and date."""
    rows = [
        (
            row.subject,
            row.begun_at if row.begun_by == person_id else None,
            row.edited_at if row.edited_by == person_id else None,
            row.scheduled_for if row.scheduled_by == person_id else None,
            row.sent_at if row.sent_by == person_id else None,
        )
        for row in list_by_person(person_id)
    ]
    return [
        Kept(
            "Mailings that you wrote or sent",
            ("Subject", "You began it", "You changed it", "You planned it for", "You sent it"),
            rows,
        )
    ]


def tell_about_contact(contact_id: int, at: datetime) -> Mapping[str, Any]:
    """Every mailing that was meant for a contact, and what became of it, newest first.

    The subject of one that nobody was sent yet is the group's own until then: None.
    """
    found = (
        select(Delivery, Mailing.subject, Mailing.sent_at, Mailing.first_handed_over_at)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.contact_id == contact_id)
        .order_by(Mailing.sent_at.desc(), Delivery.id.desc())
    )
    return {
        "mailings": [
            {
                "subject": subject if published else None,
                "sent_at": sent_at,
                "at": delivery.at,
                "state": delivery.state,
                "number": delivery.ordinal,
                "of_at_most": delivery.of_at_most,
                "left_out_because": delivery.left_out_because,
                "told_promise": delivery.tells,
            }
            for delivery, subject, sent_at, published in session().execute(found)
        ]
    }


def last_sent_at(group_id: int) -> datetime | None:
    """When the group's last mailing was first handed over, or None."""
    return session().scalar(select(func.max(Mailing.first_handed_over_at)).where(Mailing.group_id == group_id))


def is_frozen(group: Group, at: datetime) -> bool:
    """Has this group's list heard nothing for two years (settled 30)?"""
    return membership_rules.is_frozen(last_sent_at(group.id), group.created_at, group.woken_at, at)


def last_sent_in(group_ids: Collection[int]) -> dict[int, datetime]:
    """When each group's last mailing was first handed over, for those that sent one."""
    found = select(Mailing.group_id, func.max(Mailing.first_handed_over_at)).where(
        Mailing.group_id.in_(group_ids), Mailing.first_handed_over_at.is_not(None)
    )
    return {group_id: at for group_id, at in session().execute(found.group_by(Mailing.group_id)) if at is not None}


def list_drafts(group_id: int) -> list[Mailing]:
    """Drafts, the last edited first."""
    found = select(Mailing).where(Mailing.group_id == group_id, Mailing.state == State.DRAFT)
    return list(session().scalars(found.order_by(Mailing.edited_at.desc(), Mailing.id.desc())))


def list_held(group_id: int) -> list[Mailing]:
    """Mailings that are held or going out, the oldest first."""
    found = select(Mailing).where(Mailing.group_id == group_id, IN_FLIGHT)
    return list(session().scalars(found.order_by(Mailing.held_until, Mailing.id)))


def _count_by(fact: Any, mailing_id: int) -> dict[str, int]:
    """Rows of people, each once: what was sent again is counted by its second row."""
    found = (
        select(fact, func.count())
        .where(Delivery.mailing_id == mailing_id, Delivery.sent_again_at.is_(None))
        .group_by(fact)
    )
    return {word: people for word, people in session().execute(found) if word is not None}


def _is_counted(since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Handed over or uncertain after `since` (365 × 24 hours before), with no upper end; or about to be."""
    lately = and_(Delivery.state.in_(ARRIVED_OR_MAY_HAVE), Delivery.at > since)
    return or_(lately, Delivery.state.in_(OPEN))


_USED = (
    select(Delivery.contact_id, func.count())
    .where(
        Delivery.contact_id.in_(bindparam("ids", expanding=True)),
        _is_counted(bindparam("since", type_=Delivery.at.type)),
    )
    .group_by(Delivery.contact_id)
)
"""Asked for every batch, so built once."""


def _count_again(mailing_id: int) -> int:
    found = select(func.count()).where(Delivery.mailing_id == mailing_id, IS_QUEUED, Delivery.tries > literal(0))
    return session().scalar(found) or 0


def _count_came_back(mailing_id: int) -> int:
    came_back = (Delivery.state == DeliveryState.HANDED_OVER, Delivery.returned.is_not(None))
    return session().scalar(select(func.count()).where(Delivery.mailing_id == mailing_id, *came_back)) or 0


def find_group_of_delivery(delivery_id: int) -> int | None:
    """The number of the group whose mailing this delivery is of, or None."""
    found = select(Mailing.group_id).join(Delivery, Delivery.mailing_id == Mailing.id)
    return session().scalar(found.where(Delivery.id == delivery_id))


def find_contact_of_delivery(delivery_id: int) -> int | None:
    """The number of the contact to whom this delivery went, or None."""
    return session().scalar(select(Delivery.contact_id).where(Delivery.id == delivery_id))


def find_mailing_of_delivery(delivery_id: int) -> int | None:
    """The number of the mailing that this delivery is of, or None."""
    return session().scalar(select(Delivery.mailing_id).where(Delivery.id == delivery_id))


def is_in_hand(delivery_id: int) -> bool:
    """Has a worker this delivery in hand at this moment?"""
    return session().scalar(select(Delivery.state).where(Delivery.id == delivery_id)) == DeliveryState.ATTEMPTING
