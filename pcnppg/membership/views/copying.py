"""Taking a copy of the contact list: for a reason, with a code typed now, as a file that a spreadsheet opens."""

from __future__ import annotations

from typing import Any

from flask import Response, g, make_response

from pcnppg.groups.rules import Permission
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.spreadsheet import as_spreadsheet
from pcnppg.kernel.wording import day, moment
from pcnppg.membership import actions, queries
from pcnppg.membership.actions import Exported
from pcnppg.membership.forms import ExportForm
from pcnppg.membership.rules import EXPORT_KEPT, ReachedBy, is_paused
from pcnppg.membership.views.blueprints import bp
from pcnppg.people import actions as people
from pcnppg.store.session import transaction
from pcnppg.web.access import SignedIn, open_to, person
from pcnppg.web.answers import show
from pcnppg.web.forms import blame

HEADINGS = ("Name", "Reached by", "Email address", "Postal address", "Phone", "Joined", "Paused until")
REACHED = {ReachedBy.EMAIL: "email", ReachedBy.POST: "post", ReachedBy.PHONE: "phone"}


@bp.get("/contacts/export")
@open_to(Permission.EXPORT_CONTACTS)
def contact_export() -> Response:
    return _export_page(ExportForm.fresh())


@bp.post("/contacts/export")
@open_to(Permission.EXPORT_CONTACTS)
def contact_exported() -> Response:
    """The file itself. The code is asked for again, whenever this device gave one last; wrong ones count as at the door."""
    form, me = ExportForm.posted(), person()
    assert me is not None  # noqa: S101 - the door let them in
    if not form.validate():
        return _export_page(form, status=422)
    try:
        exported = _export(form, me)
    except RuleBroken as refusal:
        return _export_page(blame(form, refusal), status=422)
    return _file(exported, form.reason.data)


def _export(form: ExportForm, me: SignedIn) -> Exported:
    """A wrong code is counted, so its transaction is not rolled back: it is refused after."""
    with transaction():
        verdict = people.give_totp(me.person_id, session_id=me.session_id, totp=form.totp.data, by=me.who, at=now())
        if verdict:
            return actions.export_list(g.group.id, reason=form.reason.data, by=me.who, at=now())
    raise RuleBroken(verdict.because, field="totp")


def _file(exported: Exported, reason: str) -> Response:
    at = now()
    first_line = (
        f"Contact list of {g.group.name}. For: {reason}. Taken by {exported.by} on {moment(at)}. "
        f"Delete this copy by {day(exported.delete_by)}."
    )
    answer = make_response(as_spreadsheet(first_line, HEADINGS, (_row(row) for row in exported.rows)))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"contact-list-{g.group.slug}-{clock.local(at).date().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _row(row: Any) -> list[str]:
    paused = row.paused_until if is_paused(row.paused_until, now()) else None
    return [
        row.name or "",
        REACHED[ReachedBy(row.reached_by)],
        row.address or "",
        row.postal_address or "",
        row.phone or "",
        clock.local(row.joined_at).date().isoformat(),
        clock.local(paused).date().isoformat() if paused else "",
    ]


def _export_page(form: ExportForm, *, status: int = 200) -> Response:
    return show(
        "membership/contact_export.html",
        status=status,
        form=form,
        people=queries.count_contacts(g.group.id, at=now()).on_list,
        days=EXPORT_KEPT.days,
        exports=queries.list_exports(g.group.id),
    )
