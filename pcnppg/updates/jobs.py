"""What wakes by itself: forgetting updates that ended long ago."""

from __future__ import annotations

from datetime import datetime

from pcnppg.store.session import transaction
from pcnppg.updates import actions


def forget_old(at: datetime) -> None:
    """Once a day."""
    with transaction():
        actions.forget_old(at=at)
