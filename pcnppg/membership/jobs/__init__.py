"""What wakes by itself: forgetting."""

from __future__ import annotations

from datetime import datetime

from pcnppg.membership import actions
from pcnppg.store.session import transaction


def forget_old(at: datetime) -> None:
    """Retention, once a day: sign-ups that nobody confirmed, links that no longer work, who asked what long ago."""
    with transaction():
        actions.forget_old(at=at)
        actions.forget_closed_requests(at=at)


def forget_presses(at: datetime) -> None:
    """Every few minutes: which network pressed what."""
    with transaction():
        actions.forget_presses(at=at)
