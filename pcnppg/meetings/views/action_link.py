"""The page of somebody who has an action and no account. Looking changes nothing; a link of an earlier owner is told so."""

from __future__ import annotations

from flask import Response

from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import local, now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.meetings.actions import following as actions
from pcnppg.meetings.forms.following import ReplyForm
from pcnppg.meetings.queries import following as queries
from pcnppg.meetings.rules.following import ACTION_WORDS, DID_WORDS, Reply
from pcnppg.meetings.rules.record import ActionState
from pcnppg.meetings.views.blueprints import outside
from pcnppg.store.session import transaction
from pcnppg.web.access import HOLDER, be_inside, open_to
from pcnppg.web.answers import show
from pcnppg.web.forms import Form, blame

DEAD = "meetings/action_dead.html"


@outside.get("/action/<token>")
@open_to(HOLDER)
def action_link(token: str) -> Response:
    return _page(token, ReplyForm.fresh())


@outside.post("/action/<token>")
@open_to(HOLDER)
def action_link_reply(token: str) -> Response:
    form = ReplyForm.posted()
    linked = _inside(token)
    if linked is None or not linked.is_theirs:
        return _page(token, form, status=409)
    if not form.validate():
        return _page(token, form, status=422)
    answer = Reply(form.reply.data)
    try:
        with transaction():
            actions.reply_by_link(token, answer, words=form.text, by_day=form.by_day.data, at=now())
    except NotFound:
        return show(DEAD, status=404)
    except RuleBroken as refusal:
        return _page(token, blame(form, refusal), status=422)
    return _page(token, ReplyForm.fresh(), thanks=True)


@outside.get("/action/<token>/erase")
@open_to(HOLDER)
def action_link_erase(token: str) -> Response:
    linked = _inside(token)
    if linked is None:
        return show(DEAD, status=404)
    return show("meetings/action_erase.html", token=token, linked=linked, form=Form.fresh())


@outside.post("/action/<token>/erase")
@open_to(HOLDER)
def action_link_erased(token: str) -> Response:
    linked = _inside(token)
    if linked is None:
        return show(DEAD, status=404)
    try:
        with transaction():
            actions.forget_by_link(token, at=now())
    except RuleBroken:
        return _page(token, ReplyForm.fresh(), status=409)
    return show("meetings/action_erased.html")


def _inside(token: str) -> queries.Linked | None:
    """The action that the link was mailed about; the page shows the name and the helper of its group."""
    linked = queries.find_linked(token)
    if linked is not None:
        be_inside(groups.get_group(linked.action.group_id))
    return linked


def _page(token: str, form: ReplyForm, *, thanks: bool = False, status: int = 200) -> Response:
    linked = _inside(token)
    if linked is None:
        return show(DEAD, status=404)
    if not linked.is_theirs:
        return show("meetings/action_moved_on.html", status=status)
    return show(
        "meetings/action_link.html",
        status=status,
        form=form,
        token=token,
        thanks=thanks,
        action=linked.action,
        is_open=linked.action.state == ActionState.OPEN,
        states=ACTION_WORDS,
        updates=queries.list_updates(linked.action),
        did=DID_WORDS,
        today=local(now()).date(),
    )
