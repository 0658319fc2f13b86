"""A new address: asked for with the link to one's details, confirmed with the link in the new mailbox."""

from __future__ import annotations

from flask import Response, request, url_for

from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import NewAddressForm
from pcnppg.membership.rules import HERE, How
from pcnppg.membership.views.blueprints import Mine, dead_link, inside_group, of_my_link, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, open_to
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

DEAD = "membership/address_dead.html"


@outside.get("/my/<token>/address")
@open_to(HOLDER)
@of_my_link
def my_address(mine: Mine) -> Response:
    return _ask_page(mine, NewAddressForm.fresh())


@outside.post("/my/<token>/address")
@open_to(HOLDER)
@of_my_link
def press_my_address(mine: Mine) -> Response:
    """Ask for a new address; or stop a change that waits, where `act` says so."""
    form = NewAddressForm.posted()
    if request.form.get("act") == "keep":
        with transaction():
            actions.keep_address(mine.contact.id, by=mine.me, at=now())
        return mine.back("The change is stopped. We go on writing to the address that you have here.")
    if not form.validate():
        return _ask_page(mine, form, status=422)
    try:
        with transaction():
            actions.change_address(mine.contact.id, address=form.address, how=How.MY_PAGE, by=mine.me, at=now())
    except RuleBroken as refusal:
        return _ask_page(mine, blame(form, refusal), status=422)
    return moved(url_for(".my_address_sent", **mine.link))


@outside.get("/my/<token>/address/sent")
@open_to(HOLDER)
@of_my_link
def my_address_sent(mine: Mine) -> Response:
    return mine.page("my_address_sent")


@outside.get("/address/<token>")
@open_to(HOLDER)
def address(token: str) -> Response:
    return _confirm_page(token)


@outside.post("/address/<token>")
@open_to(HOLDER)
def press_address(token: str) -> Response:
    """Confirm the address; or say that it was not them, where `act` says so."""
    at, refuses, digest = now(), request.form.get("act") == "not-me", request.form.get("digest", "")
    try:
        with transaction():
            if refuses:
                group_id = actions.refuse_address(token, at=at)
            else:
                contact = actions.confirm_address(token, digest=digest, at=at)
                group_id, written_to = contact.group_id, contact.address
    except RuleBroken as refusal:
        return _confirm_page(token, status=422, refused=refusal.message)
    except NotFound:
        return dead_link(DEAD)
    inside_group(group_id)
    if refuses:
        return show("membership/address_refused.html")
    return show("membership/address_confirmed.html", written_to=written_to, agreed=bool(digest))


def _ask_page(mine: Mine, form: NewAddressForm, *, status: int = 200) -> Response:
    waiting = queries.list_waiting_changes(mine.contact.id, at=now())
    return mine.page("my_address", status=status, form=form, waiting=waiting, here=mine.contact.state in HERE)


def _confirm_page(token: str, *, status: int = 200, refused: str = "") -> Response:
    found = queries.find_open_change(token, at=now())
    if found is None:
        return dead_link(DEAD)
    inside_group(found.group_id)
    contact = queries.find_contact(found.contact_id)
    is_first = contact is not None and contact.mailbox is None  # reached by post or phone: they read what they agree to
    shown = queries.words_of(groups.get_group(found.group_id)) if is_first else None
    values = {"token": token, "refused": refused, "written_to": found.address, "shown": shown}
    return show("membership/address.html", status=status, **values)
