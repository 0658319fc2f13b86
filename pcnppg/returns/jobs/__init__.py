"""What takes in mail that comes back: a command for a mail server's pipe, and a look into a mailbox every few minutes."""

from __future__ import annotations

from datetime import datetime

from pcnppg.returns import actions
from pcnppg.store.session import transaction


def forget_old(at: datetime) -> None:
    """Retention, once a day."""
    with transaction():
        actions.forget_old(at=at)
