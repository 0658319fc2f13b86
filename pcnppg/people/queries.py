"""Reading accounts, sessions, codes and second factors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Row, func, or_, select

from pcnppg.kernel.kept import Kept
from pcnppg.kernel.refusals import NotFound
from pcnppg.people.models import (
    AddressChange,
    Person,
    RecoveryCode,
    SecondFactor,
    SignInRequest,
    SignInSession,
    SignInTry,
)
from pcnppg.people.rules import CODES_VALID, SESSION_LASTS
from pcnppg.store.session import session

_asked: Callable[[int], bool] | None = None


def lend_second_factor_needed(answer: Callable[[int], bool]) -> None:
    """Who can say whether a person's roles need an authenticator: `app.py` lends what `groups` knows."""
    global _asked
    _asked = answer


def second_factor_needed(person_id: int) -> bool:
    """Does this person hold a role that opens doors with an authenticator code only?"""
    return _asked is not None and _asked(person_id)


def is_here(person_id: int) -> bool:
    """Is there an account of this number, not erased?"""
    return session().scalar(select(Person.id).where(Person.id == person_id, Person.erased_at.is_(None))) is not None


def find_person(mailbox: str) -> Person | None:
    """The account of a mailbox (`EmailAddress.mailbox`), or None."""
    return session().scalar(select(Person).where(Person.mailbox == mailbox))


def get_person(person_id: int) -> Person:
    found = session().get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def address_of(person_id: int) -> str:
    """Where somebody with an account signs in, as they typed it; who was erased is not found."""
    found = get_person(person_id).address
    if found is None:
        raise NotFound
    return found


def lock_person(person_id: int) -> Person:
    """An account, locked; who was erased meanwhile is not found."""
    found = select(Person).where(Person.id == person_id, Person.erased_at.is_(None))
    person = session().scalar(found.with_for_update().execution_options(populate_existing=True))
    if person is None:
        raise NotFound
    return person


def list_people(ids: list[int]) -> list[Person]:
    """These people, by name."""
    return list(session().scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.name, Person.id)))


def find_session(session_id: int) -> Row[SignInSession, str] | None:
    """A session with its person's name, or None."""
    found = select(SignInSession, Person.name).join(Person, Person.id == SignInSession.person_id)
    return session().execute(found.where(SignInSession.id == session_id)).one_or_none()


def list_sessions(person_id: int, *, at: datetime) -> list[SignInSession]:
    """The sessions of a person that are not ended, newest first."""
    found = select(SignInSession).where(
        SignInSession.person_id == person_id,
        SignInSession.ended_at.is_(None),
        SignInSession.began_at > at - SESSION_LASTS,
    )
    return list(session().scalars(found.order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())))


def count_requests(mailbox_hash: str, *, since: datetime) -> int:
    """Sign-in mails asked for at a mailbox after `since`."""
    found = select(func.count()).where(SignInRequest.mailbox_hash == mailbox_hash, SignInRequest.asked_at > since)
    return session().scalar(found) or 0


def list_open_requests(mailbox_hash: str, *, at: datetime) -> list[SignInRequest]:
    """The last mailed codes of a mailbox that are still good, newest first."""
    last = (
        select(SignInRequest.id)
        .where(SignInRequest.mailbox_hash == mailbox_hash)
        .order_by(SignInRequest.asked_at.desc(), SignInRequest.id.desc())
        .limit(CODES_VALID)
    )
    found = select(SignInRequest).where(
        SignInRequest.id.in_(last), SignInRequest.used_at.is_(None), SignInRequest.expires_at > at
    )
    return list(session().scalars(found.order_by(SignInRequest.asked_at.desc(), SignInRequest.id.desc())))


def find_request(link_hash: str, *, at: datetime) -> SignInRequest | None:
    """The request behind a mailed link that is still good, or None. For update: two presses, one session."""
    found = select(SignInRequest).where(
        SignInRequest.link_hash == link_hash,
        SignInRequest.person_id.is_not(None),
        SignInRequest.used_at.is_(None),
        SignInRequest.expires_at > at,
    )
    return session().scalar(found.with_for_update())


def is_link_good(link_hash: str, *, at: datetime) -> bool:
    """Would a mailed link still sign somebody in? For the page before its button."""
    found = select(SignInRequest.id).where(
        SignInRequest.link_hash == link_hash,
        SignInRequest.person_id.is_not(None),
        SignInRequest.used_at.is_(None),
        SignInRequest.expires_at > at,
    )
    return session().scalar(found) is not None


def count_tries(key_hash: str, *, since: datetime) -> int:
    """Wrong codes tried after `since`."""
    found = select(func.count()).where(SignInTry.key_hash == key_hash, SignInTry.at > since)
    return session().scalar(found) or 0


def find_second_factor(person_id: int) -> SecondFactor | None:
    return session().scalar(select(SecondFactor).where(SecondFactor.person_id == person_id))


def lock_second_factor(person_id: int) -> SecondFactor | None:
    """The authenticator, locked: no code opens two doors at once."""
    found = select(SecondFactor).where(SecondFactor.person_id == person_id)
    return session().scalar(found.with_for_update().execution_options(populate_existing=True))


def find_recovery_code(person_id: int, number: int) -> RecoveryCode | None:
    """The unused recovery code that begins with this digit, or None."""
    return session().scalar(
        select(RecoveryCode).where(
            RecoveryCode.person_id == person_id, RecoveryCode.number == number, RecoveryCode.used_at.is_(None)
        )
    )


def count_recovery_codes(person_id: int) -> int:
    """Recovery codes not used yet."""
    found = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session().scalar(found) or 0


def count_changes(*, since: datetime, person_id: int | None = None, mailbox_hash: str | None = None) -> int:
    """New addresses asked for after `since`: by one person, or for one mailbox."""
    whose = AddressChange.person_id == person_id if person_id else AddressChange.mailbox_hash == mailbox_hash
    return session().scalar(select(func.count()).where(AddressChange.asked_at > since, whose)) or 0


def find_change(person_id: int, *, at: datetime) -> AddressChange | None:
    """The last new address that this person asked for and has not confirmed, or None."""
    found = select(AddressChange).where(AddressChange.person_id == person_id, AddressChange.expires_at > at)
    return session().scalar(found.order_by(AddressChange.id.desc()).limit(1))


def list_changes(person_id: int) -> list[AddressChange]:
    """New addresses that wait or waited for a code, oldest first. They are kept for a day."""
    found = select(AddressChange).where(AddressChange.person_id == person_id)
    return list(session().scalars(found.order_by(AddressChange.id)))


def list_unseen(*, since: datetime) -> list[int]:
    """Accounts that are older than `since` and were not signed in to after it."""
    found = select(Person.id).where(
        Person.erased_at.is_(None),
        Person.created_at <= since,
        or_(Person.last_seen_at.is_(None), Person.last_seen_at <= since),
    )
    return list(session().scalars(found.order_by(Person.id)))


def needs_code_now(person_id: int, *, has_second_factor: bool) -> bool:
    """Must somebody give their authenticator code before they see or change what is kept about them?"""
    if has_second_factor:
        return False
    factor = find_second_factor(person_id)
    return second_factor_needed(person_id) or (factor is not None and factor.confirmed_at is not None)


def tell_about_person(person_id: int, at: datetime) -> list[Kept]:
    """The account, how it is kept safe, and the devices that were signed in."""
    person, factor = get_person(person_id), find_second_factor(person_id)
    devices = session().scalars(
        select(SignInSession).where(SignInSession.person_id == person_id).order_by(SignInSession.id.desc())
    )
    asked = session().scalars(
        select(SignInRequest).where(SignInRequest.person_id == person_id).order_by(SignInRequest.id.desc())
    )
    account = (person.name, person.address, person.created_at, person.last_seen_at)
    digest = ("Switched off" if person.digest_off_at else "Comes when something new waits", person.digest_on)
    guard = (factor.confirmed_at if factor else None, count_recovery_codes(person_id))
    return [
        Kept("Your account", ("Name", "Email address", "Made", "Last seen"), [account]),
        Kept("Your daily email about what needs you", ("How it stands", "Last made up"), [digest]),
        Kept("Your authenticator", ("Set up", "Recovery codes left"), [guard]),
        Kept(
            "Devices that were signed in",
            ("Device", "Since", "Last seen", "Signed out", "Why"),
            [(row.device, row.began_at, row.seen_at, row.ended_at, row.ended_because) for row in devices],
        ),
        Kept("Codes mailed to you in the last day", ("Asked", "Used"), [(row.asked_at, row.used_at) for row in asked]),
        Kept(
            "New addresses that you asked for",
            ("Address", "Asked"),
            [(row.address, row.asked_at) for row in list_changes(person_id)],
        ),
    ]
