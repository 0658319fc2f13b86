"""The daily digest of somebody with a role: once a day, and only where something waits that the last one did not say."""

from __future__ import annotations

from datetime import datetime

from pcnppg.kernel.clock import local
from pcnppg.pages import emails, queries
from pcnppg.pages.rules import digest_of
from pcnppg.people import actions as people_actions
from pcnppg.people import queries as people


def send_digest(person_id: int, *, at: datetime) -> bool:
    """Make up today's digest of one person, if nobody has yet; was there one to send?"""
    if not people_actions.claim_digest(person_id, on=local(at).date()):
        return False
    factor = people.find_second_factor(person_id)
    proven = factor is not None and factor.confirmed_at is not None
    lives = queries.lives_of(person_id, has_second_factor=proven)
    waiting = digest_of(queries.list_waiting(person_id, lives, has_second_factor=proven, at=at))
    if not waiting.keys() - people_actions.note_told(person_id, waiting.keys()):
        return False
    emails.digest(person_id, people.address_of(person_id), waiting.values(), at=at)
    return True
