"""Joining: the form, "check your email", and the page whose button puts people on the list."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, g, request, session, url_for

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import may_join
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import JoinForm, NameForm
from pcnppg.membership.rules import ASKS_AN_HOUR, INVITED, Channel, How, State
from pcnppg.membership.rules.storms import Pressed
from pcnppg.membership.views.blueprints import bp, dead_link, inside_group, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, HOLDER, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.security import is_within, network_address

ASKED = "joining"


@bp.get("/join")
@open_to(ANYONE)
def join() -> Response:
    return _join_page(JoinForm.fresh())


@bp.post("/join")
@open_to(ANYONE)
def ask_to_join() -> Response:
    form = JoinForm.posted()
    if not may_join(g.group.notice_version):
        return _closed(status=422)
    if not form.validate():
        return _join_page(form, status=422)
    if form.is_doubtful:
        return show("membership/join_once_more.html", form=form, channel=_channel())
    if form.meant:
        return show("membership/join_slip.html", form=form, meant=form.meant, channel=_channel())
    if is_within(ASKS_AN_HOUR, "join", network_address()):
        with transaction():
            actions.join(g.group.id, address=form.address, name=form.known_as, channel=_channel(), by=who(), at=now())
    session[ASKED] = form.address.shown
    return moved(url_for(".join_sent"))


@bp.get("/join/sent")
@open_to(ANYONE)
def join_sent() -> Response:
    """It repeats the address to whoever typed it, from the cookie of their own browser."""
    return show("membership/join_sent.html", address=session.get(ASKED, ""))


@outside.get("/confirm/<token>")
@open_to(HOLDER)
def confirm(token: str) -> Response:
    return _confirm_page(token)


@outside.post("/confirm/<token>")
@open_to(HOLDER)
def press_confirm(token: str) -> Response:
    form = NameForm.posted()
    if not form.validate():
        return _confirm_page(token, form, status=422)
    at = now()
    try:
        with transaction():
            contact = actions.confirm(token, digest=request.form.get("digest", ""), name=form.known_as, at=at)
            group_id, promise = contact.group_id, contact.promise
            if contact.joined_at == at:
                where = network_address()
                actions.note_press(group_id, Pressed.JOINED, how=How.CONFIRM_PAGE, network_address=where, at=at)
    except RuleBroken as refusal:
        return _confirm_page(token, form, status=422, changed=refusal.message)
    except NotFound:
        return _dead(token)
    inside_group(group_id)
    return show("membership/confirmed.html", promise=promise)


def _join_page(form: JoinForm, *, status: int = 200) -> Response:
    if not may_join(g.group.notice_version):
        return _closed()
    shown = queries.words_of(g.group)
    return show("membership/join.html", status=status, form=form, shown=shown, channel=_channel())


def _confirm_page(token: str, form: NameForm | None = None, *, status: int = 200, changed: str = "") -> Response:
    found = queries.find_open_sign_up(token, at=now())
    if found is None:
        return _used(token) or _dead(token)
    inside_group(found.group_id)
    if not may_join(g.group.notice_version):
        return _closed(status=status)
    shown = queries.words_of(groups.get_group(found.group_id))
    here = [one for one in queries.list_at_mailbox(found.group_id, found.mailbox or "") if one.state == State.ACTIVE]
    if not here:
        return show("membership/confirm.html", status=status, shown=shown, changed=changed, token=token)
    return show(
        "membership/confirm_shared.html",
        status=status,
        shown=shown,
        changed=changed,
        token=token,
        names=[one.name or "somebody without a name" for one in here],
        form=form or NameForm.fresh(name=found.name),
    )


def _used(token: str) -> Response | None:
    """Whoever opens their link again after pressing its button is on the list already; None where that is not so."""
    contact = queries.find_confirmed(token, at=now())
    if contact is None:
        return None
    inside_group(contact.group_id)
    return show("membership/confirmed_before.html", promise=contact.promise)


def _dead(token: str) -> Response:
    """The page for a link that works no more, with the look of its group while we know which that is."""
    with suppress(NotFound):
        inside_group(queries.get_sign_up(token).group_id)
    return dead_link("membership/confirm_dead.html")


def _closed(*, status: int = 200) -> Response:
    """Nobody can join yet. The address on the poster is right and answers, so this is no "not found"; a form is refused."""
    return show("membership/join_closed.html", status=status)


def _channel() -> Channel:
    """Where the short address was printed that led here; the website where none did."""
    return next((channel for channel in INVITED if channel == request.args.get("from")), Channel.WEB)
