"""Adding a line, and forgetting lines after six years. There is no other change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete

from pcnppg.audit.models import AuditEntry
from pcnppg.kernel.who import Who
from pcnppg.store.session import session
from pcnppg.store.triggers import KEPT_YEARS


def note(
    what: str,
    *,
    by: Who,
    at: datetime,
    group_id: int | None = None,
    about: tuple[str, int] | None = None,
    count: int | None = None,
) -> None:
    """Write down that `by` did `what` ("membership.left"), in the transaction of the deed. Never a name, never an address."""
    kind, row_id = about if about else (None, None)
    session().add(
        AuditEntry(
            at=at,
            by_kind=by.kind,
            by_id=by.id,
            group_id=group_id,
            what=what,
            about_kind=kind,
            about_id=row_id,
            count=count,
        )
    )


def forget_old(*, at: datetime) -> dict[str, int]:
    """Remove lines older than six years: in words, and how many. The database refuses to remove a younger one."""
    old = delete(AuditEntry).where(AuditEntry.at < at - timedelta(days=366 * KEPT_YEARS))
    gone = session().execute(old, execution_options={"synchronize_session": False})
    return {"lines about who did what": cast(CursorResult[Any], gone).rowcount}
