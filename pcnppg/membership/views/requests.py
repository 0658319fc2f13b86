"""The desk for requests about people's data: what is open, what came of the rest, and writing one down."""

from __future__ import annotations

from flask import Response, g, request, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.forms.requests import LookForm, RequestForm
from pcnppg.membership.rules import CameBy, RequestKind, day_in_england
from pcnppg.membership.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/data-requests")
@open_to(Permission.ANSWER_REQUESTS, seen="membership.requests_seen")
def data_requests() -> Response:
    return show(
        "membership/requests.html",
        asked=queries.list_open(g.group.id, today=day_in_england(now())),
        closed=queries.count_closed(g.group.id),
    )


@bp.get("/data-requests/closed")
@open_to(Permission.ANSWER_REQUESTS, seen="membership.requests_seen")
def data_requests_closed() -> Response:
    return show("membership/requests_closed.html", asked=queries.list_closed(g.group.id, today=day_in_england(now())))


@bp.get("/data-requests/new")
@open_to(Permission.ANSWER_REQUESTS, seen="membership.list_searched")
def data_request_new() -> Response:
    """Whoever asks is looked for on the list first; the form below takes them, or somebody who is not on it."""
    contact_id = request.args.get("contact_id", "")
    return _new_page(RequestForm.fresh(received_on=day_in_england(now()), contact_id=contact_id))


@bp.post("/data-requests/new")
@open_to(Permission.ANSWER_REQUESTS)
def write_down_request() -> Response:
    form = RequestForm.posted()
    if not form.validate():
        return _new_page(form, status=422)
    kind = RequestKind(form.kind.data)
    try:
        with transaction():
            made = actions.write_down_request(
                g.group.id,
                kind=kind,
                came_by=CameBy(form.came_by.data),
                received_on=form.received_on.data,
                contact_id=form.contact,
                who=form.who.data,
                answer_to=form.answer_to.data,
                asked=form.asked.data,
                by=who(),
                at=now(),
            )
            request_id = made.id
    except RuleBroken as refusal:
        return _new_page(blame(form, refusal), status=422)
    saying = "The request is written down."
    if kind is RequestKind.OBJECTION:
        saying += " We send them nothing more."
    return moved(url_for(".data_request", request_id=request_id), saying=saying)


def _new_page(form: RequestForm, *, status: int = 200) -> Response:
    look = LookForm.asked()
    contact = queries.get_contact(g.group.id, form.contact) if form.contact is not None else None
    return show(
        "membership/request_new.html",
        status=status,
        form=form,
        look=look,
        contact=contact,
        found=queries.find_like(g.group.id, look.words, at=now()) if look.words and contact is None else [],
    )
