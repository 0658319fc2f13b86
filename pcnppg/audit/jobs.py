"""What wakes by itself: forgetting, once a day."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions
from pcnppg.store.session import transaction


def forget_old(at: datetime) -> None:
    with transaction():
        actions.forget_old(at=at)
