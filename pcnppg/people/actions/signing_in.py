"""A mailed code or link, and the session that it opens."""

from __future__ import annotations

from datetime import datetime

from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.verdict import Verdict, no
from pcnppg.people import emails, formats, queries, rules
from pcnppg.people.actions.guessing import count_try, may_try
from pcnppg.people.actions.sessions import Opened, begin_session
from pcnppg.people.models import SignInRequest
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session


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
    if not (allowed := may_try(key, at, because=rules.TOO_MANY_CODES)):
        return allowed
    requests = queries.list_open_requests(key, at=at)
    place = rules.is_among(_code_hash(key, code), [request.code_hash for request in requests])
    if place is None or (person_id := requests[place].person_id) is None:
        count_try(key, at)
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


def _code_hash(key: str, code: str) -> str:
    """Bound to the mailbox: the same six digits mean nothing for another."""
    return keys.current().keyed_hash("code", f"{key}:{rules.digits(code)}")
