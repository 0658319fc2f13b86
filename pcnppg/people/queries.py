"""Reading accounts, sessions, codes and second factors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Row, func, select

from pcnppg.kernel.refusals import NotFound
from pcnppg.people.models import Person, RecoveryCode, SecondFactor, SignInRequest, SignInSession, SignInTry
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


def find_person(mailbox: str) -> Person | None:
    """The account of a mailbox (`EmailAddress.mailbox`), or None."""
    return session().scalar(select(Person).where(Person.mailbox == mailbox))


def get_person(person_id: int) -> Person:
    found = session().get(Person, person_id)
    if found is None:
        raise NotFound
    return found


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
