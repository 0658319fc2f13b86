"""Asking what is held: the form, and "check your email". The answer goes to the mailbox alone."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.kernel.clock import now
from pcnppg.membership import actions
from pcnppg.membership.forms import AddressForm
from pcnppg.membership.rules import ASKS_AN_HOUR
from pcnppg.membership.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.security import is_within, network_address


@bp.get("/my")
@open_to(ANYONE)
def ask_my() -> Response:
    return show("membership/ask_my.html", form=AddressForm.fresh())


@bp.post("/my")
@open_to(ANYONE)
def send_my() -> Response:
    form = AddressForm.posted()
    if not form.validate():
        return show("membership/ask_my.html", status=422, form=form)
    if is_within(ASKS_AN_HOUR, "my", network_address()):
        with transaction():
            actions.tell_my_link(g.group.id, address=form.address, by=who(), at=now())
    return moved(url_for(".my_sent"))


@bp.get("/my/sent")
@open_to(ANYONE)
def my_sent() -> Response:
    return show("membership/my_sent.html")
