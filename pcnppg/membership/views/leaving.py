"""Leaving and pausing by the link in every mailing. It shows no data, because mail is forwarded."""

from __future__ import annotations

from flask import Response, request

from pcnppg.kernel import keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import PauseForm
from pcnppg.membership.rules import How
from pcnppg.membership.views.blueprints import inside_group, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, open_to
from pcnppg.web.answers import show
from pcnppg.web.forms import blame
from pcnppg.web.security import without_token


@outside.get("/u/<token>")
@open_to(HOLDER)
def leave(token: str) -> Response:
    _whose(token)
    return _leave_page(token, PauseForm.fresh())


@outside.post("/u/<token>")
@without_token
@open_to(HOLDER)
def press_leave(token: str) -> Response:
    """Whatever the body is, it means leaving, unless our own page's second button says otherwise (RFC 8058 §3.2)."""
    contact_id = _whose(token)
    act = request.form.get("act", "")
    if act == "pause":
        return _pause(token, contact_id)
    if act == "resume":
        return _resume(token, contact_id)
    how = How.LEAVE_PAGE if act else How.ONE_CLICK
    with transaction():
        actions.leave(contact_id, how=how, by=Who.contact(contact_id), at=now())
    return show("membership/left.html")


def _pause(token: str, contact_id: int) -> Response:
    form = PauseForm.posted(meta={"csrf": False})
    try:
        with transaction():
            contact = actions.pause(
                contact_id, months=form.chosen, how=How.LEAVE_PAGE, by=Who.contact(contact_id), at=now()
            )
            until = contact.paused_until
    except RuleBroken as refusal:
        return _leave_page(token, blame(form, refusal), status=422)
    return show("membership/paused.html", token=token, until=until)


def _resume(token: str, contact_id: int) -> Response:
    try:
        with transaction():
            actions.resume(contact_id, how=How.LEAVE_PAGE, by=Who.contact(contact_id), at=now())
    except RuleBroken as refusal:
        return _leave_page(token, blame(PauseForm.fresh(), refusal), status=422)
    return show("membership/resumed.html", token=token)


def _whose(token: str) -> int:
    """The number of the contact that the link was made for; the page takes the look of their group."""
    contact_id = keys.current().read("leave", token)
    contact = queries.find_contact(contact_id) if contact_id is not None else None
    if contact is None:
        raise NotFound
    inside_group(contact.group_id)
    return contact.id


def _leave_page(token: str, form: PauseForm, *, status: int = 200) -> Response:
    return show("membership/leave.html", status=status, token=token, form=form)
