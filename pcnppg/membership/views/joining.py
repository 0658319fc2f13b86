"""Joining: the form, "check your email", and the page whose button puts people on the list."""

from __future__ import annotations

from flask import Response, g, request, url_for

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import may_join
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import JoinForm
from pcnppg.membership.rules import ASKS_AN_HOUR, Channel
from pcnppg.membership.views.blueprints import bp, dead_link, inside_group, outside
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, HOLDER, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.security import is_within, network_address


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
    if is_within(ASKS_AN_HOUR, "join", network_address()):
        with transaction():
            actions.join(g.group.id, address=form.address, name=form.known_as, channel=_channel(), by=who(), at=now())
    return moved(url_for(".join_sent"))


@bp.get("/join/sent")
@open_to(ANYONE)
def join_sent() -> Response:
    return show("membership/join_sent.html")


@outside.get("/confirm/<token>")
@open_to(HOLDER)
def confirm(token: str) -> Response:
    return _confirm_page(token)


@outside.post("/confirm/<token>")
@open_to(HOLDER)
def press_confirm(token: str) -> Response:
    try:
        with transaction():
            contact = actions.confirm(token, digest=request.form.get("digest", ""), at=now())
            group_id, promise = contact.group_id, contact.promise
    except RuleBroken as refusal:
        return _confirm_page(token, status=422, changed=refusal.message)
    except NotFound:
        return dead_link("membership/confirm_dead.html")
    inside_group(group_id)
    return show("membership/confirmed.html", promise=promise)


def _join_page(form: JoinForm, *, status: int = 200) -> Response:
    if not may_join(g.group.notice_version):
        return _closed()
    shown = queries.words_of(g.group)
    return show("membership/join.html", status=status, form=form, shown=shown, channel=_channel())


def _confirm_page(token: str, *, status: int = 200, changed: str = "") -> Response:
    found = queries.find_open_sign_up(token, at=now())
    if found is None:
        return dead_link("membership/confirm_dead.html")
    inside_group(found.group_id)
    if not may_join(g.group.notice_version):
        return _closed(status=status)
    shown = queries.words_of(groups.get_group(found.group_id))
    return show("membership/confirm.html", status=status, shown=shown, changed=changed, token=token)


def _closed(*, status: int = 200) -> Response:
    """Nobody can join yet. The address on the poster is right and answers, so this is no "not found"; a form is refused."""
    return show("membership/join_closed.html", status=status)


def _channel() -> Channel:
    return Channel.POSTER if request.args.get("from") == Channel.POSTER else Channel.WEB
