"""What wakes by itself: forgetting."""

from __future__ import annotations

from datetime import datetime

from pcnppg.membership import actions
from pcnppg.store.session import transaction


def forget_old(at: datetime) -> None:
    """Retention, once a day."""
    with transaction():
        actions.forget_old(at=at)


def forget_presses(at: datetime) -> None:
    """Every few minutes: which network pressed what."""
    with transaction():
        actions.forget_presses(at=at)
