"""Putting mail into the outbox, taking it back, and what the worker writes down. Nothing here sends anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, cast

from cryptography.fernet import InvalidToken
from sqlalchemy import CursorResult, Integer, bindparam, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.sql.dml import Delete, Update

from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.post import emails, formats, queries
from pcnppg.post.models import JobRun, OutboxMessage, Worker
from pcnppg.post.queries import IS_ATTEMPTING, IS_QUEUED, is_silent
from pcnppg.post.rules import (
    KEPT,
    OPEN,
    UNCERTAIN,
    UNREADABLE,
    Fate,
    Item,
    MailClass,
    Outcome,
    Result,
    State,
    after,
    repeated_once,
)
from pcnppg.store import bell, journal
from pcnppg.store.journal import Line
from pcnppg.store.session import session

JSON = str | int | float | bool | None | date | Sequence["JSON"] | Mapping[str, "JSON"]
"""What may wait sealed; dates and moments come back as ISO 8601, which the filters of mail templates read."""


NONE_COUNTED: Mapping[Fate, int] = {}


def enqueue(
    *,
    kind: str,
    mail_class: MailClass,
    to: EmailAddress | str,
    values: Mapping[str, JSON],
    at: datetime,
    about: tuple[str, int] | None = None,
    expires_at: datetime | None = None,
) -> OutboxMessage:
    """Put a message into the outbox, in the transaction of the fact that causes it.

    `kind` is "<domain>/<message>", the folder of its templates. Receiver and values are sealed. `about` names the row by
    which `withdraw_about` finds it again. After `expires_at` it is not sent any more.
    """
    address = to if isinstance(to, EmailAddress) else EmailAddress.parse(to)
    kind_of_row, row_id = about or (None, None)
    message = OutboxMessage(
        mail_class=mail_class,
        kind=kind,
        sealed=formats.seal(keys.current().seal, {"to": address.mailbox, "values": values}),
        about_kind=kind_of_row,
        about_id=row_id,
        state=State.QUEUED,
        queued_at=at,
        due_at=at,
        expires_at=expires_at,
        tries=0,
        in_doubt=False,
        attempting_by=None,
        settled_at=None,
        answer=None,
    )
    session().add(message)
    session().flush()
    bell.ring()
    return message


def withdraw_about(about_kind: str, about_id: int, *, at: datetime) -> int:
    """Take back what still waits about a row, and forget whom it was for; how many there were.

    What a worker has in hand at this moment may still go, but is not tried again.
    """
    ours = (OutboxMessage.about_kind == about_kind) & (OutboxMessage.about_id == about_id)
    in_hand = update(OutboxMessage).where(ours, IS_ATTEMPTING)
    _changed(in_hand.values(expires_at=at))
    waiting = update(OutboxMessage).where(ours, IS_QUEUED)
    return _changed(waiting.values(state=State.WITHDRAWN, settled_at=at, sealed=None))


def withdraw_naming(mailbox: str, name: str, *, at: datetime) -> int:
    """Take back every message that waits for this mailbox, and office mail that names its owner; how many. For erasure.

    All that waits is opened: it is little, and it waits minutes. Service mail that has the name is a namesake's own.
    """
    waiting = session().execute(
        select(OutboxMessage.id, OutboxMessage.mail_class, OutboxMessage.sealed).where(IS_QUEUED)
    )
    ids = [row.id for row in waiting if _concerns(row, mailbox, name)]
    taken = update(OutboxMessage).where(OutboxMessage.id.in_(ids), IS_QUEUED)
    return _changed(taken.values(state=State.WITHDRAWN, settled_at=at, sealed=None))


def reword_waiting(kind: str, reword: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> int:
    """Seal anew what waits of these kinds ("meetings/" for all of a domain) where `reword` changes its values; how many.

    For erasure: a message to somebody else may name whoever is erased. It still goes, without the name.
    """
    key, done = keys.current().seal, 0
    waiting = select(OutboxMessage.id, OutboxMessage.sealed).where(
        OutboxMessage.kind.startswith(kind, autoescape=True), OutboxMessage.sealed.is_not(None)
    )
    for message_id, sealed in session().execute(waiting.order_by(OutboxMessage.id)).all():
        try:
            opened = formats.unseal(key, sealed or b"")
        except InvalidToken:
            continue
        values = reword(opened["values"])
        if values != opened["values"]:
            anew = formats.seal(key, {**opened, "values": values})
            still = update(OutboxMessage).where(OutboxMessage.id == message_id, OutboxMessage.sealed.is_not(None))
            done += _changed(still.values(sealed=anew))
    return done


def _concerns(row: Any, mailbox: str, name: str) -> bool:
    try:
        opened = formats.unseal(keys.current().seal, row.sealed)
    except InvalidToken:
        return False
    return opened["to"] == mailbox or (row.mail_class == MailClass.OFFICE and name in opened["values"].values())


class Outbox:
    """The queue of service messages and office mail."""

    name = "outbox"

    def claim(self, worker: str, *, at: datetime, limit: int) -> list[Item]:
        """Mark what is due *attempting*; settle what expired, and what cannot be read any more."""
        while rows := _due(at, limit):
            items = {row.id: item for row in rows if not _is_expired(row, at) and (item := _item(row, at))}
            _settle_all([row.id for row in rows if _is_expired(row, at)], State.EXPIRED, at)
            _settle_all(
                [row.id for row in rows if row.id not in items and not _is_expired(row, at)],
                State.GIVEN_UP,
                at,
                answer=UNREADABLE,
            )
            if items:
                mine = update(OutboxMessage).where(OutboxMessage.id.in_(items))
                _changed(mine.values(state=State.ATTEMPTING, attempting_by=worker))
                journal.note(session(), MARKED, ",".join(map(str, items)), at=at)
                return list(items.values())
        return []

    def settle(self, worker: str, results: Sequence[Result], *, at: datetime) -> None:
        """Record outcomes. A message in doubt goes back once (settled 5)."""
        outcomes = dict(results)
        found = select(OutboxMessage).where(OutboxMessage.id.in_(outcomes)).order_by(OutboxMessage.id).with_for_update()
        for message in session().scalars(found.execution_options(populate_existing=True)):
            if message.attempting_by == worker:
                _record(message, outcomes[message.id], at)
            elif _may_be_ours(message) and outcomes[message.id].fate is Fate.HANDED_OVER:
                _write(message, State.HANDED_OVER, outcomes[message.id].answer, at)

    def held(self) -> Mapping[str, Sequence[int]]:
        """Who has which messages in hand."""
        return queries.find_held()

    def abandon(self, worker: str, *, at: datetime) -> int:
        """What a dead worker had in hand is in doubt."""
        held = select(OutboxMessage.id).where(OutboxMessage.attempting_by == worker, IS_ATTEMPTING)
        ids = session().scalars(held).all()
        self.settle(worker, [(message_id, UNCERTAIN) for message_id in ids], at=at)
        return len(ids)


def note_arrived(message_id: int, *, at: datetime) -> bool:
    """Whoever carried a message says that it arrived. Was it in doubt? Then it is no more, nor repeated (settled 5)."""
    in_doubt = (OutboxMessage.state == State.UNCERTAIN) | (IS_QUEUED & OutboxMessage.in_doubt)
    arrived = update(OutboxMessage).where(OutboxMessage.id == message_id, in_doubt)
    return _changed(arrived.values(state=State.HANDED_OVER, settled_at=at, sealed=None)) > 0


MARKED = "message"
"""The journal's word for messages that a worker took in hand."""


def replay(lines: Iterable[Line], *, at: datetime) -> Counter[str]:
    """After a restore: what a worker took in hand since the backup may have arrived, so it does not go again."""
    numbers = sorted({int(number) for line in lines if line.what == MARKED for number in line.facts[0].split(",")})
    done = 0
    for start in range(0, len(numbers), AT_ONCE):
        gone = update(OutboxMessage).where(
            OutboxMessage.id.in_(numbers[start : start + AT_ONCE]), OutboxMessage.state.in_(OPEN)
        )
        done += _changed(gone.values(state=State.UNCERTAIN, settled_at=at, sealed=None, attempting_by=None))
    return Counter({"service messages that went already": done})


AT_ONCE = 500
"""Rows named in one statement."""


def start_worker(name: str, *, at: datetime) -> None:
    """A worker begins."""
    session().add(
        Worker(
            name=name,
            started_at=at,
            seen_at=at,
            ended_at=None,
            carried_at=None,
            handed_over=0,
            refused=0,
            put_off=0,
            in_doubt=0,
            a_minute=0,
        )
    )


def see_worker(name: str, *, at: datetime, counts: Mapping[Fate, int] = NONE_COUNTED, a_minute: int = 0) -> None:
    """A sign of life, with what it has done so far. It also revives a worker that was taken for dead by mistake."""
    _changed(_telling(name, at, counts).values(seen_at=at, ended_at=None, a_minute=a_minute))


def end_worker(name: str, *, at: datetime, counts: Mapping[Fate, int] = NONE_COUNTED, a_minute: int = 0) -> None:
    """A worker stopped with nothing in hand."""
    _changed(_telling(name, at, counts).values(ended_at=at, a_minute=a_minute))


def _telling(name: str, at: datetime, counts: Mapping[Fate, int]) -> Update:
    """Counts only grow. More handed over than before means that mail goes out."""
    telling = update(Worker).where(Worker.name == name)
    if not any(counts.values()):
        return telling
    handed_over = counts.get(Fate.HANDED_OVER, 0)
    return telling.values(
        carried_at=case((Worker.handed_over < handed_over, at), else_=Worker.carried_at),
        handed_over=handed_over,
        refused=counts.get(Fate.REFUSED, 0),
        put_off=counts.get(Fate.TEMPORARY, 0),
        in_doubt=counts.get(Fate.UNCERTAIN, 0),
    )


def bury_worker(name: str, *, at: datetime, lease: timedelta) -> bool:
    """Take a worker for dead, unless it showed a sign of life after all. True where it is."""
    silent = update(Worker).where(Worker.name == name, is_silent(at, lease))
    return _changed(silent.values(ended_at=at)) == 1 or not queries.may_live(name, at=at, lease=lease)


def claim_slot(job: str, slot: datetime, *, at: datetime) -> bool:
    """Is it ours to run `job` in this slot? Whoever inserts the row first runs it; nobody else does."""
    insert = insert_on_postgresql if session().get_bind().dialect.name == "postgresql" else insert_on_sqlite
    row = insert(JobRun).values(job=job, slot=slot, started_at=at, finished_at=None)
    return session().scalar(row.on_conflict_do_nothing().returning(JobRun.job)) is not None


def finish_slot(job: str, slot: datetime, *, at: datetime) -> None:
    _changed(update(JobRun).where(JobRun.job == job, JobRun.slot == slot).values(finished_at=at))


def tidy(*, at: datetime) -> dict[str, int]:
    """Remove settled messages, ended workers and past job runs that nobody will ask about; in words, how many messages."""
    _changed(delete(JobRun).where(JobRun.started_at < at - KEPT))
    _changed(delete(Worker).where(Worker.ended_at < at - KEPT))
    return {"marks of mail that went out": _changed(delete(OutboxMessage).where(OutboxMessage.settled_at < at - KEPT))}


_DUE = (
    select(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.sealed, OutboxMessage.expires_at)
    .where(IS_QUEUED, OutboxMessage.due_at <= bindparam("at", type_=OutboxMessage.due_at.type))
    .order_by(OutboxMessage.due_at, OutboxMessage.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
"""Asked before every batch of list mail, so built once."""


def _due(at: datetime, limit: int) -> Sequence[Any]:
    return session().connection().execute(_DUE, {"at": at, "limit": limit}).all()


def _is_expired(row: Any, at: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= at


def _item(row: Any, at: datetime) -> Item | None:
    try:
        sealed = formats.unseal(keys.current().seal, row.sealed)
    except InvalidToken:
        return None
    make = partial(emails.service_message, row.id, row.kind, sealed["to"], sealed["values"], at=at)
    return Item(key=row.id, envelope_from=emails.return_path(row.id), to=sealed["to"], make=make, is_urgent=True)


def _settle_all(ids: list[int], state: State, at: datetime, *, answer: str | None = None) -> None:
    if ids:
        done = update(OutboxMessage).where(OutboxMessage.id.in_(ids))
        _changed(done.values(state=state, settled_at=at, sealed=None, answer=answer))


def _record(message: OutboxMessage, outcome: Outcome, at: datetime) -> None:
    found = after(outcome, tries=message.tries, due_at=message.due_at, at=at)
    found = repeated_once(found, in_doubt=message.in_doubt, at=at)
    message.in_doubt = message.in_doubt or outcome.fate is Fate.UNCERTAIN
    message.tries, message.due_at = found.tries, found.due_at
    if found.state is State.QUEUED and _is_expired(message, at):
        _write(message, State.EXPIRED, found.answer, at)
    else:
        _write(message, found.state, found.answer, at)


def _write(message: OutboxMessage, state: State, answer: str | None, at: datetime) -> None:
    message.state, message.answer, message.attempting_by = state, answer, None
    if state not in OPEN:
        message.sealed, message.settled_at = None, at


def _may_be_ours(message: OutboxMessage) -> bool:
    """Taken from a worker that was only slow: the truth it brings is better than the doubt."""
    return message.state == State.UNCERTAIN or (message.state == State.QUEUED and message.in_doubt)


def _changed(statement: Update | Delete | Any) -> int:
    return cast(CursorResult[Any], session().execute(statement)).rowcount
