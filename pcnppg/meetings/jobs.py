"""What wakes by itself about meetings."""

from __future__ import annotations

from datetime import datetime

from pcnppg.meetings.actions import proposing
from pcnppg.store.session import transaction


def forget_old(at: datetime) -> None:
    """Retention, once a day."""
    with transaction():
        proposing.forget_old(at=at)
