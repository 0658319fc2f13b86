"""The authenticator: set up, asked for, lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import delete, update

from pcnppg.audit import actions as audit
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.kernel.who import Who
from pcnppg.people import emails, formats, queries, rules
from pcnppg.people.actions.ending import sign_out_everywhere
from pcnppg.people.actions.guessing import count_try, guess_key, may_try
from pcnppg.people.formats import FreshCode
from pcnppg.people.models import RecoveryCode, SecondFactor, SignInSession
from pcnppg.store.session import session

Teller = Callable[[int, str, datetime], None]
_tellers: list[Teller] = []

USED_A_RECOVERY_CODE = "used a recovery code"
RESET = "had their authenticator taken off"


def on_recovery(tell: Teller) -> None:
    """Have `tell(person_id, what, at)` run in the transaction in which somebody got past a lost authenticator."""
    if tell not in _tellers:
        _tellers.append(tell)


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
    key = guess_key("recovery", person_id)
    if not (allowed := may_try(key, at)):
        return allowed
    typed = rules.recovery_code(code)
    number = int(typed[0]) if typed[:1].isascii() and typed[:1].isdigit() else -1
    kept = queries.find_recovery_code(person_id, number)
    if kept is None or not formats.is_recovery_code(code, kept.code_hash):
        count_try(key, at)
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


def _try_totp(
    person_id: int, sealed: bytes, typed: str, *, last_step: int | None, at: datetime
) -> tuple[Verdict, int | None]:
    key = guess_key("totp", person_id)
    if not (allowed := may_try(key, at)):
        return allowed, None
    step = formats.matching_step(sealed, rules.digits(typed), rules.steps_to_try(at, last_step))
    if step is None:
        count_try(key, at)
        return no(rules.WRONG_TOTP), None
    return YES, step


def _pass_second_factor(session_id: int, person_id: int, at: datetime) -> None:
    passed = update(SignInSession).where(SignInSession.id == session_id, SignInSession.person_id == person_id)
    session().execute(passed.values(second_factor_at=at, seen_at=at))


def _tell(person_id: int, what: str, at: datetime) -> None:
    for tell in _tellers:
        tell(person_id, what, at)
