"""What the door in `web` is lent: who a cookie belongs to, and the two lines that the door itself writes (settled 22)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from pcnppg.audit import actions as audit
from pcnppg.kernel import keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import Who
from pcnppg.people import actions, queries
from pcnppg.people.rules import is_session_open, is_worth_noting
from pcnppg.store.session import transaction
from pcnppg.web.access import SignedIn


def load(cookie: str) -> SignedIn | None:
    """Who a session cookie belongs to, or None where the session is over or was never ours."""
    number, _, secret = cookie.partition(".")
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        return None
    found = queries.find_session(int(number))
    if found is None or not hmac.compare_digest(found[0].secret_hash, keys.token_hash(secret)):
        return None
    session, name, at = found[0], found[1], now()
    if not is_session_open(
        began_at=session.began_at,
        seen_at=session.seen_at,
        second_factor_at=session.second_factor_at,
        ended_at=session.ended_at,
        at=at,
    ):
        return None
    someone = SignedIn(
        person_id=session.person_id,
        session_id=session.id,
        name=name,
        cookie=cookie,
        has_second_factor=session.second_factor_at is not None,
    )
    if is_worth_noting(session.seen_at, at):
        with transaction():
            actions.note_last_seen(someone.session_id, at=at)
    return someone


ABOUT = {"contact_id": "contact", "request_id": "data_request"}
"""What a page is about, by the name of the number in its address."""


def note_seen(what: str, by: Who, group_id: int, values: Mapping[str, Any]) -> None:
    """Write down that somebody saw personal data; about which contact or request, where the page asked for is about one."""
    about = next(((kind, values[name]) for name, kind in ABOUT.items() if name in values), None)
    with transaction():
        audit.note(what, by=by, at=now(), group_id=group_id, about=about)
