"""Adding a line. There is no other change."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit.models import AuditEntry
from pcnppg.kernel.who import Who
from pcnppg.store.session import session


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
