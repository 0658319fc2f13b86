"""Posting an update: what kind, its form, and one question where the text may name a patient or give advice."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Response, g, request, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.store.session import transaction
from pcnppg.updates import actions, queries, rules
from pcnppg.updates.forms import FORMS, SpeakingForm, UpdateForm
from pcnppg.updates.rules import JOB_WORDS, KIND_WORDS, READY, Job, Kind
from pcnppg.updates.views.blueprints import bp, my_sides
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

Filled = TypeVar("Filled", bound=SpeakingForm)


@bp.get("/updates/new")
@open_to(Permission.POST_UPDATE)
def new_update() -> Response:
    """What is it about? One press leads to the right form."""
    return show("updates/kinds.html", kinds=KIND_WORDS, jobs=JOB_WORDS, Kind=Kind)


@bp.get("/updates/new/<kind>")
@open_to(Permission.POST_UPDATE)
def write_update(kind: str) -> Response:
    found = _kind(kind)
    review_on, ends_on = rules.usual_days(queries.today_in_england(now()))
    form = FORMS[found].fresh(review_on=review_on, ends_on=ends_on, **_ready(found))
    return _page(found, speaking(form))


@bp.post("/updates/new/<kind>")
@open_to(Permission.POST_UPDATE)
def post_update(kind: str) -> Response:
    found = _kind(kind)
    form = speaking(FORMS[found].posted())
    if not form.validate():
        return _page(found, form, status=422)
    content = form.content(found)
    if doubts := doubts_left(form, content.texts):
        return _page(found, form, doubts=doubts)
    try:
        with transaction():
            posted = actions.post(g.group.id, content, side=form.spoken_for, by=who(), at=now())
            update_id = posted.id
    except RuleBroken as refusal:
        return _page(found, blame(form, refusal), status=422)
    saying = "Your update is on the group's page now. It sends no email by itself."
    return moved(url_for(".update", update_id=update_id), saying=saying)


def speaking(form: Filled) -> Filled:
    """The form of somebody with these roles."""
    form.from_sides(my_sides())
    return form


def doubts_left(form: SpeakingForm, texts: tuple[str, ...]) -> list[rules.Doubted]:
    """What its writer should look at once more before everybody reads it; nothing where they were asked about this text."""
    found = rules.doubts(texts)
    asked = form.looked.data == rules.digest(texts)
    form.looked.data = rules.digest(texts) if found else ""
    return [] if asked else found


def _kind(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError:
        raise NotFound from None


def _ready(kind: Kind) -> dict[str, Any]:
    """Words to begin with, where a role was chosen."""
    try:
        ready = READY[Job(request.args.get("job", ""))]
    except ValueError:
        return {}
    if kind is not Kind.ROLE:
        return {}
    return {
        "title": ready.title,
        "helps": ready.helps,
        "suits": ready.suits,
        "how": ready.how,
        "gp_first": ready.gp_first.value,
    }


def _page(kind: Kind, form: UpdateForm, *, status: int = 200, doubts: list[rules.Doubted] | None = None) -> Response:
    return show(
        "updates/write.html",
        status=status,
        form=form,
        kind=kind,
        parts=rules.PARTS[kind],
        heading=KIND_WORDS[kind],
        doubts=doubts or [],
        here=url_for(".post_update", kind=kind.value),
        before=url_for(".new_update"),
        changes=None,
    )
