"""What we hold about you: asking for the link, seeing, correcting, pausing, leaving, taking a copy, being erased."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask import Response, g, jsonify, request, url_for

from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import AddressForm, NameForm, PauseForm
from pcnppg.membership.rules import ASKS_AN_HOUR, How, is_paused
from pcnppg.membership.views.blueprints import bp, dead_link, inside_group, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, HOLDER, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame
from pcnppg.web.security import is_within, network_address

if TYPE_CHECKING:
    from pcnppg.membership.models import MyLink

DEAD = "membership/my_dead.html"


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


@outside.get("/my/<token>")
@open_to(HOLDER)
def my(token: str) -> Response:
    link = _link(token)
    return _my_page(token, link, PauseForm.fresh()) if link else dead_link(DEAD)


@outside.post("/my/<token>")
@open_to(HOLDER)
def change_my(token: str) -> Response:
    """Pause, resume, leave, or correct the name: `act` says which."""
    link = _link(token)
    if link is None:
        return dead_link(DEAD)
    if link.contact_id is None:
        raise NotFound
    pause, named = PauseForm.posted(), NameForm.posted()
    act = request.form.get("act", "")
    if act == "name" and not named.validate():
        return _my_page(token, link, PauseForm.fresh(), named, status=422)
    try:
        with transaction():
            said = _change(act, link.contact_id, pause, named, at=now())
    except RuleBroken as refusal:
        return _my_page(token, link, blame(pause, refusal), status=422)
    return moved(url_for(".my", token=token), saying=said)


@outside.get("/my/<token>/erase")
@open_to(HOLDER)
def my_erase(token: str) -> Response:
    return show("membership/my_erase.html", token=token) if _link(token) else dead_link(DEAD)


@outside.post("/my/<token>/erase")
@open_to(HOLDER)
def press_erase(token: str) -> Response:
    _link(token)
    try:
        with transaction():
            actions.erase_by_link(token, at=now())
    except NotFound:
        return dead_link(DEAD)
    return show("membership/erased.html")


@outside.get("/my/<token>/copy")
@open_to(HOLDER)
def my_copy(token: str) -> Response:
    """All that the page shows, as a file that another program can read."""
    link = _link(token)
    if link is None:
        return dead_link(DEAD)
    answer = jsonify(queries.copy_of(link, at=now()))
    answer.headers["Content-Disposition"] = "attachment; filename=what-we-hold.json"
    return answer


def _link(token: str) -> MyLink | None:
    """The link while it works; the page takes the look of its group."""
    try:
        link = queries.get_my_link(token, at=now())
    except NotFound:
        return None
    inside_group(link.group_id)
    return link


def _change(act: str, contact_id: int, pause: PauseForm, named: NameForm, *, at: datetime) -> str:
    me = Who.contact(contact_id)
    if act == "pause":
        actions.pause(contact_id, months=pause.chosen, how=How.MY_PAGE, by=me, at=at)
        return "Your emails are paused."
    if act == "resume":
        actions.resume(contact_id, how=How.MY_PAGE, by=me, at=at)
        return "The pause is over. We will email you again."
    if act == "leave":
        actions.leave(contact_id, how=How.MY_PAGE, by=me, at=at)
        return "You have left the list. A mailing that is being sent at this very minute may still reach you."
    if act == "name":
        actions.correct_name(contact_id, name=named.known_as, by=me, at=at)
        return "Your name is changed."
    raise RuleBroken("Choose what to change.")


def _my_page(
    token: str, link: MyLink, pause: PauseForm, named: NameForm | None = None, *, status: int = 200
) -> Response:
    held = queries.held_by(link, at=now())
    paused = held.contact is not None and is_paused(held.contact.paused_until, now())
    name = held.contact.name if held.contact else ""
    return show(
        "membership/my.html",
        status=status,
        token=token,
        held=held,
        paused=paused,
        pause=pause,
        named=named or NameForm.fresh(name=name),
        form=named or pause,
        until=link.expires_at,
    )
