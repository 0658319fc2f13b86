"""Opening and ending sessions, proving who one is, setting up and losing an authenticator.

What counts wrong guesses never raises for a wrong one: raising would roll the count back. It returns a verdict instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, update

from pcnppg.audit import actions as audit
from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.kernel.who import Who
from pcnppg.people import emails, formats, queries, rules
from pcnppg.people.formats import FreshCode
from pcnppg.people.models import Person, RecoveryCode, SecondFactor, SignInRequest, SignInSession, SignInTry
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

Teller = Callable[[int, str, datetime], None]
_tellers: list[Teller] = []

USED_A_RECOVERY_CODE = "used a recovery code"
RESET = "had their authenticator taken off"


def on_recovery(tell: Teller) -> None:
    """Have `tell(person_id, what, at)` run in the transaction in which somebody got past a lost authenticator."""
    if tell not in _tellers:
        _tellers.append(tell)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: whose, and what its cookie says."""

    person_id: int
    session_id: int
    cookie: str


def make_account(*, address: EmailAddress, name: str, by: Who, at: datetime) -> Person:
    """An account for somebody who proved that the mailbox is theirs."""
    person = Person(name=name, address=address.shown, mailbox=address.mailbox, created_at=at, last_seen_at=None)
    session().add(person)
    session().flush()
    audit.note("people.account_made", by=by, at=at, about=("person", person.id))
    return person


def rename(person_id: int, *, name: str, by: Who, at: datetime) -> None:
    """Change the name that others see."""
    queries.get_person(person_id).name = name
    audit.note("people.renamed", by=by, at=at, about=("person", person_id))


def ask_to_sign_in(*, address: EmailAddress, at: datetime) -> None:
    """Mail a code and a link, or that there is no account: the same rows, statements and limits for every address."""
    key = keys.current().keyed_hash("sign-in", address.mailbox)
    one_at_a_time(key)
    soon = queries.count_requests(key, since=at - rules.TRIES_WINDOW)
    a_day = queries.count_requests(key, since=at - rules.DAY)
    person = queries.find_person(address.mailbox)
    if not rules.may_mail(soon, a_day):
        return
    code, (token, link_hash) = formats.make_code(), keys.new_token()
    request = SignInRequest(
        mailbox_hash=key,
        person_id=person.id if person else None,
        code_hash=_code_hash(key, code),
        link_hash=link_hash,
        asked_at=at,
        expires_at=at + rules.CODE_LASTS,
        used_at=None,
    )
    session().add(request)
    session().flush()
    emails.sign_in(address, request_id=request.id, code=code, token=token, known=person is not None, at=at)


def sign_in_with_code(
    *, mailbox: str, code: str, device: str, at: datetime, instead_of: int | None = None
) -> Opened | Verdict:
    """A session for whoever read the code in the mailbox, or why not."""
    key = keys.current().keyed_hash("sign-in", mailbox)
    one_at_a_time(key)
    # By the time that they may try again, every code that was mailed is too old.
    if not (allowed := _may_try(key, at, because=rules.TOO_MANY_CODES)):
        return allowed
    requests = queries.list_open_requests(key, at=at)
    place = rules.is_among(_code_hash(key, code), [request.code_hash for request in requests])
    if place is None or (person_id := requests[place].person_id) is None:
        _count_try(key, at)
        return no(rules.WRONG_CODE)
    requests[place].used_at = at
    return begin_session(person_id, device=device, at=at, instead_of=instead_of)


def sign_in_with_link(token: str, *, device: str, at: datetime, instead_of: int | None = None) -> Opened | None:
    """A session on the device that pressed the button, or None where the link is used, old or not ours."""
    request = queries.find_request(keys.token_hash(token), at=at)
    if request is None or request.person_id is None:
        return None
    request.used_at = at
    return begin_session(request.person_id, device=device, at=at, instead_of=instead_of)


def begin_session(person_id: int, *, device: str, at: datetime, instead_of: int | None = None) -> Opened:
    """A new session, never the continuation of one; `instead_of` is the session that this device had before."""
    if instead_of is not None:
        _end([SignInSession.id == instead_of], because="signed in again", at=at)
    secret, secret_hash = keys.new_token()
    row = SignInSession(
        person_id=person_id,
        secret_hash=secret_hash,
        device=device,
        began_at=at,
        seen_at=at,
        second_factor_at=None,
        ended_at=None,
        ended_because=None,
    )
    session().add(row)
    queries.get_person(person_id).last_seen_at = at
    session().flush()
    audit.note("people.signed_in", by=Who.person(person_id), at=at, about=("session", row.id))
    if queries.second_factor_needed(person_id):
        prepare_second_factor(person_id, at=at)
    return Opened(person_id=person_id, session_id=row.id, cookie=f"{row.id}.{secret}")


def note_last_seen(session_id: int, *, at: datetime) -> None:
    """The door's own line: when this session and its person were last seen."""
    owner = update(SignInSession).where(SignInSession.id == session_id).values(seen_at=at)
    person_id = session().scalar(owner.returning(SignInSession.person_id))
    session().execute(update(Person).where(Person.id == person_id).values(last_seen_at=at))


def sign_out(session_id: int, *, by: Who, at: datetime) -> None:
    """End the session of this device, or of another device of the same person."""
    ended = _end([SignInSession.id == session_id, SignInSession.person_id == by.person_id], because="signed out", at=at)
    if not ended:
        raise NotFound("That device is signed out already. Nothing was changed.")
    audit.note("people.signed_out", by=by, at=at, about=("session", session_id))


def sign_out_everywhere(person_id: int, *, by: Who, at: datetime, because: str = "signed out everywhere") -> int:
    """End every session of a person; how many there were."""
    ended = _end([SignInSession.person_id == person_id], because=because, at=at)
    audit.note("people.signed_out_everywhere", by=by, at=at, about=("person", person_id), count=ended)
    return ended


def prepare_second_factor(person_id: int, *, at: datetime) -> None:
    """Have a secret ready to show, so that looking at it changes nothing. A secret that is there stays."""
    if queries.lock_second_factor(person_id) is None:
        row = SecondFactor(
            person_id=person_id,
            sealed_secret=formats.make_sealed_secret(),
            started_at=at,
            confirmed_at=None,
            last_step=None,
            next_sealed_secret=None,
        )
        session().add(row)
        session().flush()


def start_next_second_factor(person_id: int, *, by: Who, at: datetime) -> None:
    """Have a secret ready for a new phone; the old one works until the new one did."""
    factor = queries.lock_second_factor(person_id)
    if factor is None or factor.confirmed_at is None:
        raise RuleBroken("You have no authenticator yet. Set one up first.")
    factor.next_sealed_secret = formats.make_sealed_secret()
    audit.note("people.next_second_factor_started", by=by, at=at, about=("person", person_id))


def confirm_second_factor(
    person_id: int, *, session_id: int, totp: str, codes: Sequence[FreshCode], by: Who, at: datetime
) -> Verdict:
    """The first right code of an authenticator: from now on it is asked for, and `codes` replace older recovery codes."""
    factor = queries.lock_second_factor(person_id)
    sealed = None if factor is None else factor.next_sealed_secret if factor.confirmed_at else factor.sealed_secret
    if factor is None or sealed is None:
        raise RuleBroken("There is nothing to confirm. Go to your account page and start again.")
    # A secret never used before has no used step.
    verdict, step = _try_totp(person_id, sealed, totp, last_step=None, at=at)
    if step is None:
        return verdict
    factor.sealed_secret, factor.next_sealed_secret = sealed, None
    factor.confirmed_at, factor.last_step = at, step
    renew_recovery_codes(person_id, codes=codes, by=by, at=at)
    _pass_second_factor(session_id, person_id, at)
    audit.note("people.second_factor_confirmed", by=by, at=at, about=("person", person_id))
    return verdict


def give_totp(person_id: int, *, session_id: int, totp: str, by: Who, at: datetime) -> Verdict:
    """The authenticator's code, which opens this session's further doors. No code works twice."""
    factor = queries.lock_second_factor(person_id)
    if factor is None or factor.confirmed_at is None:
        raise RuleBroken("You have no authenticator yet. Set one up first.")
    verdict, step = _try_totp(person_id, factor.sealed_secret, totp, last_step=factor.last_step, at=at)
    if step is not None:
        factor.last_step = step
        _pass_second_factor(session_id, person_id, at)
        audit.note("people.second_factor_given", by=by, at=at, about=("person", person_id))
    return verdict


def give_recovery_code(person_id: int, *, session_id: int, code: str, by: Who, at: datetime) -> Verdict:
    """A recovery code in place of the authenticator. Each works once."""
    queries.lock_second_factor(person_id)
    key = _guess_key("recovery", person_id)
    if not (allowed := _may_try(key, at)):
        return allowed
    typed = rules.recovery_code(code)
    number = int(typed[0]) if typed[:1].isascii() and typed[:1].isdigit() else -1
    kept = queries.find_recovery_code(person_id, number)
    if kept is None or not formats.is_recovery_code(code, kept.code_hash):
        _count_try(key, at)
        return no(rules.WRONG_RECOVERY_CODE)
    kept.used_at = at
    _pass_second_factor(session_id, person_id, at)
    audit.note("people.recovery_code_used", by=by, at=at, about=("person", person_id))
    _tell(person_id, USED_A_RECOVERY_CODE, at)
    return YES


def renew_recovery_codes(person_id: int, *, codes: Sequence[FreshCode], by: Who, at: datetime) -> None:
    """Keep the hashes of these ten codes; older ones stop working."""
    session().execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session().add_all(
        RecoveryCode(person_id=person_id, number=code.number, code_hash=code.hash, used_at=None) for code in codes
    )
    session().flush()
    audit.note("people.recovery_codes_made", by=by, at=at, about=("person", person_id), count=len(codes))


def reset_second_factor(person_id: int, *, by: Who, at: datetime) -> None:
    """Take a lost authenticator off an account; who tells the officers of its groups is lent. Every session ends."""
    person = queries.get_person(person_id)
    session().execute(delete(SecondFactor).where(SecondFactor.person_id == person_id))
    session().execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    sign_out_everywhere(person_id, by=by, at=at, because="authenticator taken off")
    audit.note("people.second_factor_reset", by=by, at=at, about=("person", person_id))
    emails.second_factor_reset(person, at=at)
    _tell(person_id, RESET, at)


def tidy(*, at: datetime) -> None:
    """Remove codes, guesses and ended sessions that nothing is counted by any more."""
    session().execute(delete(SignInRequest).where(SignInRequest.asked_at < at - rules.DAY))
    session().execute(delete(SignInTry).where(SignInTry.at < at - rules.TRIES_WINDOW))
    session().execute(delete(SignInSession).where(SignInSession.ended_at < at - rules.KEPT_AFTER_END))
    session().execute(
        delete(SignInSession).where(SignInSession.began_at < at - rules.SESSION_LASTS - rules.KEPT_AFTER_END)
    )


def _try_totp(
    person_id: int, sealed: bytes, typed: str, *, last_step: int | None, at: datetime
) -> tuple[Verdict, int | None]:
    key = _guess_key("totp", person_id)
    if not (allowed := _may_try(key, at)):
        return allowed, None
    step = formats.matching_step(sealed, rules.digits(typed), rules.steps_to_try(at, last_step))
    if step is None:
        _count_try(key, at)
        return no(rules.WRONG_TOTP), None
    return YES, step


def _may_try(key: str, at: datetime, *, because: str = rules.TOO_MANY_TRIES) -> Verdict:
    return rules.may_try(queries.count_tries(key, since=at - rules.TRIES_WINDOW), because=because)


def _count_try(key: str, at: datetime) -> None:
    session().add(SignInTry(key_hash=key, at=at))
    session().flush()


def _guess_key(what: str, person_id: int) -> str:
    return keys.current().keyed_hash(what, str(person_id))


def _code_hash(key: str, code: str) -> str:
    """Bound to the mailbox: the same six digits mean nothing for another."""
    return keys.current().keyed_hash("code", f"{key}:{rules.digits(code)}")


def _pass_second_factor(session_id: int, person_id: int, at: datetime) -> None:
    passed = update(SignInSession).where(SignInSession.id == session_id, SignInSession.person_id == person_id)
    session().execute(passed.values(second_factor_at=at, seen_at=at))


def _end(which: Sequence[ColumnElement[bool]], *, because: str, at: datetime) -> int:
    open_ones = update(SignInSession).where(*which, SignInSession.ended_at.is_(None))
    ended = session().scalars(open_ones.values(ended_at=at, ended_because=because).returning(SignInSession.id))
    return len(ended.all())


def _tell(person_id: int, what: str, at: datetime) -> None:
    for tell in _tellers:
        tell(person_id, what, at)
