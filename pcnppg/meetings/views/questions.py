"""What was passed to the practice, for its staff: two minutes, one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.forms.items import ReplyForm
from pcnppg.meetings.queries import items
from pcnppg.meetings.queries.naming import named_in
from pcnppg.meetings.rules.items import ANSWER_WORDS, Answer, ItemState, PassedTo
from pcnppg.meetings.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

if TYPE_CHECKING:
    from pcnppg.meetings.models import Item

ANSWERED = 20
"""Answers shown at most."""


@bp.get("/questions")
@open_to(Permission.ANSWER_ITEM)
def questions() -> Response:
    waiting = items.list_passed(g.group.id, PassedTo.PRACTICE)
    return show(
        "meetings/questions.html",
        waiting=waiting,
        backings=items.backings_of(waiting),
        asked={one.id: items.asked_of(one) for one in waiting},
        answered=items.list_replied(g.group.id, limit=ANSWERED),
        words={answer.value: ANSWER_WORDS[answer] for answer in Answer},
    )


@bp.get("/questions/<int:item_id>")
@open_to(Permission.ANSWER_ITEM)
def question(item_id: int) -> Response:
    return _page(item_id, ReplyForm.fresh(version=_get(item_id).version))


@bp.post("/questions/<int:item_id>")
@open_to(Permission.ANSWER_ITEM)
def answer_question(item_id: int) -> Response:
    form = ReplyForm.posted()
    if not form.validate() or not form.is_looked_at(named_in(g.group.id, form.words.data or "", by_officer=False)):
        return _page(item_id, form, status=422)
    try:
        with transaction():
            actions.reply(
                g.group.id,
                item_id,
                answer=form.chosen,
                words=form.words.data or "",
                due_on=form.due_on.data,
                version=form.version.data,
                by=who(),
                at=now(),
            )
    except (Conflict, RuleBroken) as refusal:
        return _page(item_id, blame(form, refusal), status=refusal.status)
    return moved(url_for(".questions"), saying="Thank you. Your answer is with the chair, who passes it on.")


def _get(item_id: int) -> Item:
    """Only what was passed to the practice: everything else of the tray is the officers'."""
    found = items.get_item(g.group.id, item_id)
    if found.passed_to != PassedTo.PRACTICE or found.state not in {ItemState.PASSED, ItemState.REPLIED}:
        raise NotFound
    return found


def _page(item_id: int, form: ReplyForm, *, status: int = 200) -> Response:
    found = _get(item_id)
    if found.state != ItemState.PASSED and status == 200:
        return moved(url_for(".questions"), saying="This one is answered already.")
    return show("meetings/question.html", status=status, item=found, form=form, asked=items.asked_of(found))
