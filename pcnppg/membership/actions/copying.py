"""Taking a copy of the contact list out of the house: with a reason, told to the other officers, for thirty days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import emails, queries
from pcnppg.membership.models import ListExport
from pcnppg.membership.rules import EXPORT_KEPT
from pcnppg.store.session import session


@dataclass(frozen=True, slots=True)
class Exported:
    """The rows of a copy, who took it, and until when it may be kept."""

    rows: Sequence[Any]
    by: str
    delete_by: date


def export_list(group_id: int, *, reason: str, by: Who, at: datetime) -> Exported:
    """Everybody on the list, once why is written down. The view has asked for a fresh authenticator code before."""
    groups.share_group(group_id)
    rows = queries.list_for_export(group_id)
    return write_down_copy(group_id, rows, reason=reason, by=by, at=at)


def write_down_copy(group_id: int, rows: Sequence[Any], *, reason: str, by: Who, at: datetime) -> Exported:
    """The same for a copy that names only some of the list: kept with its reason, and told to the other officers."""
    group = groups.share_group(group_id)
    if by.person_id is None or not reason.strip():
        raise RuleBroken("Say what the copy is for.", field="reason")
    taken = ListExport(
        group_id=group_id,
        by_person_id=by.person_id,
        at=at,
        reason=reason.strip(),
        people=len(rows),
        delete_by=clock.local(at + EXPORT_KEPT).date(),
    )
    session().add(taken)
    session().flush()
    about = ("list_export", taken.id)
    audit.note("membership.list_exported", by=by, at=at, group_id=group_id, about=about, count=len(rows))
    officer = queries.names_of([by.person_id])[by.person_id]
    emails.tell_of_export(group, taken, by=officer)
    return Exported(rows, officer, taken.delete_by)
