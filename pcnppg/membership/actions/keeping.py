"""Forgetting what is no longer needed, by itself, every day."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, and_, delete, or_, update

from pcnppg.membership.models import AddressChange, MyLink, SignUp
from pcnppg.membership.rules import DAY, UNCONFIRMED_KEPT
from pcnppg.store.session import session


def forget_old(*, at: datetime) -> int:
    """Remove sign-ups after 14 days, changes of address after seven and links to what is held after one.

    Used sign-ups stop counting after a day, and changes of address that are over go with it.
    """
    gone = _changed(delete(SignUp).where(SignUp.asked_at <= at - UNCONFIRMED_KEPT))
    gone += _changed(delete(MyLink).where(MyLink.expires_at <= at))
    is_over = and_(AddressChange.mailbox.is_(None), AddressChange.asked_at <= at - DAY)
    gone += _changed(delete(AddressChange).where(or_(AddressChange.expires_at <= at, is_over)))
    _changed(
        update(SignUp)
        .where(SignUp.mailbox.is_(None), SignUp.mailbox_hash.is_not(None), SignUp.asked_at <= at - DAY)
        .values(mailbox_hash=None)
    )
    return gone


def _changed(statement: Delete | Update) -> int:
    return cast(CursorResult[Any], session().execute(statement)).rowcount
