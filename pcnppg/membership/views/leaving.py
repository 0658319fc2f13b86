"""Leaving and pausing by the link in every mailing. It shows no data, because mail is forwarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from pcnppg.kernel import keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import PauseForm
from pcnppg.membership.rules import HERE, How, State
from pcnppg.membership.rules.storms import Pressed
from pcnppg.membership.views.blueprints import inside_group, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, open_to
from pcnppg.web.answers import show
from pcnppg.web.forms import blame
from pcnppg.web.security import network_address, without_token

if TYPE_CHECKING:
    from pcnppg.membership.models import Contact


@outside.get("/u/<token>")
@open_to(HOLDER)
def leave(token: str) -> Response:
    return _leave_page(token, _whose(token), PauseForm.fresh())


@outside.post("/u/<token>")
@without_token
@open_to(HOLDER)
def press_leave(token: str) -> Response:
    """Whatever the body is, it means leaving, unless our own page's second button says otherwise (RFC 8058 §3.2)."""
    contact = _whose(token)
    act = request.form.get("act", "")
    if act == "pause":
        return _pause(token, contact)
    if act == "resume":
        return _resume(token, contact)
    if act == "come_back":
        return _mail_way_back(contact)
    chosen, on_list = _chosen(contact), contact.state in HERE
    how = How.LEAVE_PAGE if act else How.ONE_CLICK
    with transaction():
        if not act or chosen is None:
            actions.leave_mailbox(contact.id, how=how, by=Who.contact(contact.id), at=now())
        else:
            actions.leave(chosen, how=how, by=Who.contact(chosen), at=now())
        if on_list:
            where = network_address()
            actions.note_press(contact.group_id, Pressed.LEFT, how=how, network_address=where, at=now())
    return show("membership/left.html", staying=queries.list_sharing(contact))


def _mail_way_back(contact: Contact) -> Response:
    """This link brings nobody back by itself: mail is forwarded. The one that we mail now does."""
    with transaction():
        actions.ask_to_come_back(contact.id, at=now())
    return show("membership/come_back_sent.html")


def _chosen(contact: Contact) -> int | None:
    """Whom of those who share the mailbox the buttons name; None for all of them. Nobody of another mailbox."""
    who = request.form.get("who", str(contact.id))
    sharing = {str(one.id): one.id for one in queries.list_sharing(contact)}
    return None if who == "all" else sharing.get(who, contact.id)


def _pause(token: str, contact: Contact) -> Response:
    form, contact_id = PauseForm.posted(meta={"csrf": False}), _chosen(contact) or contact.id
    try:
        with transaction():
            paused = actions.pause(
                contact_id, months=form.chosen, how=How.LEAVE_PAGE, by=Who.contact(contact_id), at=now()
            )
            until = paused.paused_until
    except RuleBroken as refusal:
        return _leave_page(token, contact, blame(form, refusal), status=422)
    return show("membership/paused.html", token=token, who=contact_id, until=until)


def _resume(token: str, contact: Contact) -> Response:
    contact_id = _chosen(contact) or contact.id
    try:
        with transaction():
            actions.resume(contact_id, how=How.LEAVE_PAGE, by=Who.contact(contact_id), at=now())
    except RuleBroken as refusal:
        return _leave_page(token, contact, blame(PauseForm.fresh(), refusal), status=422)
    return show("membership/resumed.html", token=token)


def _whose(token: str) -> Contact:
    """The contact that the link was made for; the page takes the look of their group."""
    contact_id = keys.current().read("leave", token)
    contact = queries.find_contact(contact_id) if contact_id is not None else None
    if contact is None:
        raise NotFound
    inside_group(contact.group_id)
    return contact


def _leave_page(token: str, contact: Contact, form: PauseForm, *, status: int = 200) -> Response:
    """Names are shown only where several people share the mailbox: mail is forwarded (settled 16)."""
    sharing = queries.list_sharing(contact)
    if contact.state not in HERE:
        erased = contact.state == State.ERASED
        return show(
            "membership/left_already.html", status=status, token=token, form=form, erased=erased, staying=sharing
        )
    return show(
        "membership/leave.html",
        status=status,
        token=token,
        form=form,
        sharing=sharing if len(sharing) > 1 else (),
    )
