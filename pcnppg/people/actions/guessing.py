"""Wrong guesses, counted.

What counts them never raises for a wrong one: raising would roll the count back. It returns a verdict instead.
"""

from __future__ import annotations

from datetime import datetime

from pcnppg.kernel import keys
from pcnppg.kernel.verdict import Verdict
from pcnppg.people import queries, rules
from pcnppg.people.models import SignInTry
from pcnppg.store.session import session


def may_try(key: str, at: datetime, *, because: str = rules.TOO_MANY_TRIES) -> Verdict:
    return rules.may_try(queries.count_tries(key, since=at - rules.TRIES_WINDOW), because=because)


def count_try(key: str, at: datetime) -> None:
    session().add(SignInTry(key_hash=key, at=at))
    session().flush()


def guess_key(what: str, person_id: int) -> str:
    return keys.current().keyed_hash(what, str(person_id))
