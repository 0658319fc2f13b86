"""After a restore: what the journals know of mailings that the backup does not. Whoever was sent one is never sent it twice.

A handover that was marked and whose outcome the journals do not tell is uncertain. A mailing that began after the backup comes
back without its words, so that it counts for those who got it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from pcnppg.groups import queries as groups
from pcnppg.mailing.actions.journalling import MARKED, OUTCOME, SENT, STOPPED, TAKEN_BACK
from pcnppg.mailing.actions.sending import free_slots
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import State
from pcnppg.mailing.rules.life import fingerprint
from pcnppg.membership import queries as membership
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.journal import Line
from pcnppg.store.session import session

LOST = "A mailing whose words were lost"
STATES = {"h": DeliveryState.HANDED_OVER, "u": DeliveryState.UNCERTAIN, "r": DeliveryState.REFUSED}
NOT_YET = (DeliveryState.QUEUED, DeliveryState.ATTEMPTING, DeliveryState.UNCERTAIN)


@dataclass(slots=True)
class _Handed:
    """One delivery as the journals tell of it. `state` is None where it went back into the queue."""

    group_id: int
    mailing_id: int
    contact_id: int
    carrier: int
    at: datetime
    state: DeliveryState | None = DeliveryState.UNCERTAIN


def replay(lines: Iterable[Line], *, at: datetime) -> Counter[str]:
    """Write down what these lines tell, in the order in which it happened; in words, how many of each."""
    done: Counter[str] = Counter()
    handed: dict[int, _Handed] = {}
    messages: dict[int, list[int]] = {}
    for line in lines:
        if line.what == SENT:
            group_id, mailing_id, person_id = map(int, line.facts)
            done["mailings that began after the backup"] += _sent(group_id, mailing_id, person_id, line.at)
        elif line.what == MARKED:
            _marked(line, handed, messages)
        elif line.what == OUTCOME:
            _outcome(line, handed, messages)
        elif line.what in {TAKEN_BACK, STOPPED}:
            done["mailings taken back or stopped"] += _put_away(line)
    for number in sorted(handed):
        done["handovers"] += _write(number, handed[number])
    return done


def _marked(line: Line, handed: dict[int, _Handed], messages: dict[int, list[int]]) -> None:
    group_id, mailing_id = int(line.facts[0]), int(line.facts[1])
    marked: dict[int, list[int]] = {}
    for one in line.facts[2].split(","):
        carrier, number, contact_id = map(int, one.split(":"))
        handed[number] = _Handed(group_id, mailing_id, contact_id, carrier, line.at)
        marked.setdefault(carrier, []).append(number)
    messages.update(marked)


def _outcome(line: Line, handed: dict[int, _Handed], messages: dict[int, list[int]]) -> None:
    for one in line.facts[0].split(","):
        key, _, letter = one.partition(":")
        for number in messages.get(int(key), ()):
            found = handed[number]
            found.state = STATES.get(letter)
            found.at = max(found.at, line.at)


def _sent(group_id: int, mailing_id: int, person_id: int, at: datetime) -> int:
    """A draft of the backup that was sent after it, or a mailing that the backup does not know."""
    mailing = session().get(Mailing, mailing_id)
    if mailing is None:
        return int(_stand_in(group_id, mailing_id, person_id, at) is not None)
    if mailing.group_id != group_id or mailing.sent_at is not None:
        return 0
    mailing.state, mailing.sent_at, mailing.sent_by = State.SENT, at, person_id or mailing.edited_by
    mailing.held_until = mailing.finished_at = at
    mailing.fingerprint = fingerprint(mailing.subject, mailing.body)
    session().flush()
    return 1


def _stand_in(group_id: int, mailing_id: int, person_id: int, at: datetime) -> Mailing | None:
    officers = groups.list_officers(group_id) if groups.find_by_number(group_id) else []
    known = {officer.person_id for officer in officers}
    if not known:
        return None
    by = person_id if person_id in known else min(known)
    mailing = Mailing(
        id=mailing_id, group_id=group_id, state=State.SENT, subject=LOST, body="", version=1,
        begun_by=by, begun_at=at, edited_by=by, edited_at=at, sent_by=by, sent_at=at, held_until=at, finished_at=at,
    )  # fmt: skip
    session().add(mailing)
    session().flush()
    return mailing


def _put_away(line: Line) -> int:
    mailing = session().get(Mailing, int(line.facts[1]))
    if mailing is None or mailing.group_id != int(line.facts[0]) or mailing.state not in {State.HELD, State.GOING}:
        return 0
    free_slots(mailing.id)
    mailing.state, mailing.finished_at = State(line.what), line.at
    session().flush()
    return 1


def _write(number: int, told: _Handed) -> int:
    row = session().get(Delivery, number)
    if row is None:
        return _add(number, told) if told.state in STATES.values() else 0
    if (row.mailing_id, row.contact_id) != (told.mailing_id, told.contact_id) or row.state not in NOT_YET:
        return 0
    if told.state is None:
        if row.state == DeliveryState.ATTEMPTING:
            row.state, row.attempting_by, row.at = DeliveryState.QUEUED, None, None
        return 0
    arrived = told.state is not DeliveryState.REFUSED
    row.state, row.attempting_by, row.at = told.state, None, told.at if arrived else None
    _published(told)
    return 1


def _add(number: int, told: _Handed) -> int:
    """A delivery that the backup does not know: it counts all the same. Whoever joined after the backup is not known either."""
    contact = membership.find_contact(told.contact_id)
    if contact is None or contact.group_id != told.group_id or told.state is None:
        return 0
    mailing = session().get(Mailing, told.mailing_id) or _stand_in(told.group_id, told.mailing_id, 0, told.at)
    if mailing is None or mailing.group_id != told.group_id:
        return 0
    earlier = select(Delivery.id).where(
        Delivery.mailing_id == mailing.id, Delivery.contact_id == contact.id, Delivery.sent_again_at.is_(None)
    )
    for old in session().scalars(earlier):
        session().execute(update(Delivery).where(Delivery.id == old).values(sent_again_at=told.at))
    arrived = told.state is not DeliveryState.REFUSED
    row = Delivery(
        id=number, mailing_id=mailing.id, contact_id=contact.id, state=told.state, queued_at=told.at, due_at=told.at,
        tries=0, at=told.at if arrived else None,
    )  # fmt: skip
    session().add(row)
    session().flush()
    _published(told)
    return 1


def _published(told: _Handed) -> None:
    """The web copy of what went out is public. What lost its words has none."""
    if told.state is DeliveryState.HANDED_OVER:
        first = update(Mailing).where(
            Mailing.id == told.mailing_id, Mailing.first_handed_over_at.is_(None), Mailing.body != ""
        )
        session().execute(first.values(first_handed_over_at=told.at))
