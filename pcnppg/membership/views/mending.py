"""Mending an address that stopped working: try it again, or correct what was copied wrongly."""

from __future__ import annotations

from flask import Response, g, request, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import MendForm
from pcnppg.membership.rules import State, may_correct, may_mend
from pcnppg.membership.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/contacts/<int:contact_id>/address")
@open_to(Permission.CHANGE_CONTACT, seen="membership.contact_seen")
def contact_address(contact_id: int) -> Response:
    return _page(contact_id, MendForm.fresh(email=queries.get_contact(g.group.id, contact_id).address))


@bp.post("/contacts/<int:contact_id>/address")
@open_to(Permission.CHANGE_CONTACT)
def mend_address(contact_id: int) -> Response:
    """Try again, or correct: `act` says which."""
    form, corrects = MendForm.posted(), request.form.get("act") == "correct"
    if corrects and not form.validate():
        return _page(contact_id, form, status=422)
    try:
        with transaction():
            if corrects:
                actions.correct_address(g.group.id, contact_id, address=form.address, by=who(), at=now())
            else:
                actions.try_again(g.group.id, contact_id, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(contact_id, blame(form, refusal), status=422)
    saying = (
        "The address is corrected. We email them what you wrote down."
        if corrects
        else "The next mailing goes there again."
    )
    return moved(url_for(".contact", contact_id=contact_id), saying=saying)


def _page(contact_id: int, form: MendForm, *, status: int = 200) -> Response:
    found = queries.get_contact(g.group.id, contact_id)
    verdict = may_mend(State(found.state), found.stopped_at)
    if not verdict:
        return moved(url_for(".contact", contact_id=contact_id), saying=verdict.because)
    return show(
        "membership/contact_address.html",
        status=status,
        form=form,
        contact=found,
        may_correct=bool(may_correct(queries.find_agreed_how(found.id))),
    )
