"""The daily digest: what waits for somebody, in numbers and kinds, group by group. It names nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from pcnppg.pages.rules import Waits
from pcnppg.post import actions as post
from pcnppg.post.rules import MailClass

GOOD_FOR = timedelta(hours=20)
"""A digest that could not be handed over by then is old news: the next one says it better."""


def digest(person_id: int, mailbox: str, waiting: Iterable[Waits], *, at: datetime) -> None:
    """One mail for all groups of one person."""
    groups: dict[str, Counter[str]] = {}
    for one in waiting:
        groups.setdefault(one.group, Counter())[one.what.value] += 1
    post.enqueue(
        kind="pages/digest",
        mail_class=MailClass.OFFICE,
        to=mailbox,
        values={
            "number": sum(kinds.total() for kinds in groups.values()),
            "groups": [{"name": name, "kinds": list(map(list, kinds.items()))} for name, kinds in groups.items()],
        },
        at=at,
        about=("person", person_id),
        expires_at=at + GOOD_FOR,
    )
