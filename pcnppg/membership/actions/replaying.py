"""After a restore: who left, paused or was erased since the backup, and which promise was lowered, as the journals tell it.

Whoever asked for silence keeps it. That somebody ended a pause early is not told: their page does it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.who import MACHINE
from pcnppg.membership import queries
from pcnppg.membership.actions.evidence import suppress
from pcnppg.membership.actions.leaving import (
    ERASED,
    LEFT,
    LOWERED,
    NO_MAILBOX,
    NO_NETWORK_NEWS,
    PAUSED,
    keep_silent,
    leave,
)
from pcnppg.membership.actions.network import stop_network_news
from pcnppg.membership.actions.promise import lower_promise
from pcnppg.membership.actions.rights import erase
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import HERE, Because, How
from pcnppg.store.journal import Line


def replay(lines: Iterable[Line]) -> Counter[str]:
    """Do again what these lines tell, in the order in which it happened; in words, how many of each."""
    done: Counter[str] = Counter()
    for line in lines:
        if line.what in {LEFT, ERASED}:
            group_id, contact_id, mailbox_hash, how = line.facts
            gone = _withdraw(line.what, int(group_id), int(contact_id), mailbox_hash, How(how), line.at)
            done["leavings" if line.what == LEFT else "erasures"] += gone
        elif line.what == PAUSED:
            group_id, contact_id, until, how = line.facts
            contact = _still_here(int(group_id), int(contact_id), line.at)
            done["pauses"] += _pause(contact, datetime.fromisoformat(until), How(how), line.at)
        elif line.what == NO_NETWORK_NEWS:
            group_id, contact_id, how = line.facts
            contact = _still_here(int(group_id), int(contact_id), line.at)
            done["people who want no more news of their network"] += _stop_news(contact, How(how), line.at)
        elif line.what == LOWERED:
            done["promises lowered"] += _lower(int(line.facts[0]), int(line.facts[1]), line.at)
    return done


def _withdraw(what: str, group_id: int, contact_id: int, mailbox_hash: str, how: How, at: datetime) -> int:
    """Take the contact off, or erase them where the mailbox is the same; keep from coming back whom the backup does not know."""
    if groups.find_by_number(group_id) is None:
        return 0
    contact = queries.find_contact(contact_id)
    is_known = contact is not None and contact.group_id == group_id
    is_same = contact is not None and is_known and _hash_of(contact.mailbox) in {mailbox_hash, NO_MAILBOX}
    if not is_same and mailbox_hash != NO_MAILBOX:
        because = Because.LEFT if what == LEFT else Because.ERASED
        suppress(group_id, mailbox_hash, because=because, contact_id=None, at=at)
    if contact is None or not is_known:
        return 1
    if contact.joined_at > at:  # back by a new opt-in of their own
        return 0
    if what == ERASED and is_same:
        erase(contact_id, how=how, by=MACHINE, at=at)
    else:  # with another mailbox it is still their number: nothing goes there, and an officer may erase the rest
        leave(contact_id, how=how, by=MACHINE, at=at)
    return 1


def _still_here(group_id: int, contact_id: int, at: datetime) -> Contact | None:
    """Who was on this group's list at that moment, and is."""
    contact = queries.find_contact(contact_id)
    is_theirs = contact is not None and contact.group_id == group_id and contact.joined_at <= at
    return contact if contact is not None and is_theirs and contact.state in HERE else None


def _pause(contact: Contact | None, until: datetime, how: How, at: datetime) -> int:
    """Where the backup knows of a longer one, that stays."""
    if contact is None or (contact.paused_until is not None and contact.paused_until >= until):
        return 0
    keep_silent(contact.id, until=until, how=how, by=MACHINE, at=at)
    return 1


def _stop_news(contact: Contact | None, how: How, at: datetime) -> int:
    if contact is None or contact.network_news_at is None or contact.network_news_at > at:
        return 0
    stop_network_news(contact.id, how=how, by=MACHINE, at=at)
    return 1


def _hash_of(mailbox: str | None) -> str:
    return keys.current().mailbox_hash(mailbox) if mailbox else NO_MAILBOX


def _lower(group_id: int, promise: int, at: datetime) -> int:
    group = groups.find_by_number(group_id)
    if group is None or group.promise <= promise:
        return 0
    lower_promise(group_id, promise, by=MACHINE, at=at)
    return 1
