"""Actions: the group's list, one action and its story, and what became of it all for everybody to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import local, now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.meetings.actions import following as actions
from pcnppg.meetings.forms.day import ActionForm
from pcnppg.meetings.forms.following import CloseForm, ReplyForm
from pcnppg.meetings.queries import following as queries
from pcnppg.meetings.queries.day import belonging
from pcnppg.meetings.queries.naming import named_in
from pcnppg.meetings.rules.following import ACTION_WORDS, DID_WORDS, Reply
from pcnppg.meetings.rules.record import ActionState
from pcnppg.meetings.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import ANYONE, can, open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame

if TYPE_CHECKING:
    from pcnppg.meetings.models import Action


@bp.get("/actions")
@open_to(Permission.SEE_OFFICE)
def action_list() -> Response:
    """What is still to be done, one's own first."""
    mine = who().person_id
    open_ = queries.list_open(g.group.id)
    return show(
        "meetings/actions.html",
        mine=[one for one in open_ if one.action.owner_person_id == mine],
        others=[one for one in open_ if one.action.owner_person_id != mine],
        closed=queries.list_closed(g.group.id),
        today=local(now()).date(),
        states=ACTION_WORDS,
    )


@bp.get("/actions/new")
@open_to(Permission.KEEP_ACTIONS)
def action_new() -> Response:
    return _new_page(ActionForm.blank(None).offer(_choices()))


@bp.post("/actions/new")
@open_to(Permission.KEEP_ACTIONS)
def action_given() -> Response:
    """Outside a meeting too something is given to somebody."""
    form = ActionForm.posted().offer(_choices())
    if not form.validate():
        return _new_page(form, status=422)
    try:
        with transaction():
            given = actions.give(
                g.group.id, words=form.todo.data or "", owner=form.who, due_on=form.due_on.data, by=who(), at=now()
            )
            number = given.number
    except RuleBroken as refusal:
        return _new_page(blame(form, refusal), status=422)
    return moved(url_for(".action_list"), saying=f"It is action {number}.")


@bp.get("/actions/<int:action_id>")
@open_to(Permission.SEE_OFFICE)
def action(action_id: int) -> Response:
    return _page(action_id, ReplyForm.fresh())


@bp.post("/actions/<int:action_id>")
@open_to(Permission.SEE_OFFICE)
def action_reply(action_id: int) -> Response:
    """Its owner says how it stands."""
    form = ReplyForm.posted()
    if not form.validate():
        return _page(action_id, form, status=422)
    answer = Reply(form.reply.data)
    try:
        with transaction():
            actions.reply(g.group.id, action_id, answer, words=form.text, by_day=form.by_day.data, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(action_id, blame(form, refusal), status=422)
    return moved(url_for(".action", action_id=action_id), saying="Thank you. It is written down.")


@bp.get("/actions/<int:action_id>/close")
@open_to(Permission.KEEP_ACTIONS)
def action_close(action_id: int) -> Response:
    return _close_page(action_id, CloseForm.fresh())


@bp.post("/actions/<int:action_id>/close")
@open_to(Permission.KEEP_ACTIONS)
def action_closed(action_id: int) -> Response:
    form = CloseForm.posted()
    as_done = form.ends.data != "dropped"
    if as_done and not form.is_looked_at(named_in(g.group.id, form.text)):
        return _close_page(action_id, form, status=422)
    try:
        with transaction():
            actions.close(g.group.id, action_id, as_done=as_done, words=form.text, by=who(), at=now())
    except RuleBroken as refusal:
        return _close_page(action_id, blame(form, refusal), status=422)
    return moved(url_for(".action", action_id=action_id), saying="The action is closed.")


@bp.get("/actions/<int:action_id>/pass-on")
@open_to(Permission.KEEP_ACTIONS)
def action_pass_on(action_id: int) -> Response:
    found = queries.get_action(g.group.id, action_id)
    return _pass_page(action_id, ActionForm.blank(None, due_on=found.due_on).offer(_choices()))


@bp.post("/actions/<int:action_id>/pass-on")
@open_to(Permission.KEEP_ACTIONS)
def action_passed(action_id: int) -> Response:
    form = ActionForm.posted().offer(_choices())
    if not form.validate():
        return _pass_page(action_id, form, status=422)
    try:
        with transaction():
            actions.pass_on(g.group.id, action_id, form.who, due_on=form.due_on.data, by=who(), at=now())
    except RuleBroken as refusal:
        return _pass_page(action_id, blame(form, refusal), status=422)
    return moved(url_for(".action", action_id=action_id), saying="It is with somebody else now.")


@bp.post("/actions/<int:action_id>/reopen")
@open_to(Permission.KEEP_ACTIONS)
def action_reopen(action_id: int) -> Response:
    try:
        with transaction():
            actions.reopen(g.group.id, action_id, by=who(), at=now())
    except RuleBroken as refusal:
        return _page(action_id, blame(ReplyForm.fresh(), refusal), status=422)
    return moved(url_for(".action", action_id=action_id), saying="The action is open again.")


@bp.get("/you-said-we-did")
@open_to(ANYONE)
def you_said() -> Response:
    """What came of what people asked for, for everybody to read."""
    return show("meetings/you_said.html", came=queries.list_came(g.group.id))


def _choices() -> dict[int, str]:
    return {number: name for number, (name, _) in belonging(g.group.id).items()}


def _page(action_id: int, form: Form, *, status: int = 200) -> Response:
    found = queries.get_action(g.group.id, action_id)
    return show(
        "meetings/action.html",
        status=status,
        form=form,
        **_known(found),
        is_mine=found.owner_person_id is not None and found.owner_person_id == who().person_id,
        updates=queries.list_updates(found),
        states=ACTION_WORDS,
        did=DID_WORDS,
        may_keep=can(Permission.KEEP_ACTIONS),
    )


def _known(found: Action) -> dict[str, Any]:
    return {
        "action": found,
        "owner": queries.owner_of(found),
        "is_open": found.state == ActionState.OPEN,
        "today": local(now()).date(),
    }


def _new_page(form: ActionForm, *, status: int = 200) -> Response:
    return show("meetings/action_new.html", status=status, form=form)


def _close_page(action_id: int, form: CloseForm, *, status: int = 200) -> Response:
    return show(
        "meetings/action_close.html", status=status, form=form, **_known(queries.get_action(g.group.id, action_id))
    )


def _pass_page(action_id: int, form: ActionForm, *, status: int = 200) -> Response:
    return show(
        "meetings/action_pass_on.html", status=status, form=form, **_known(queries.get_action(g.group.id, action_id))
    )
