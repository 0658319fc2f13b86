"""Keeping updates: all there were, what each has said, changing one, saying that it is still true, withdrawing it."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.settings import current
from pcnppg.kernel.verdict import Verdict
from pcnppg.store.session import transaction
from pcnppg.updates import actions, formats, queries, rules
from pcnppg.updates.forms import FORMS, UpdateForm
from pcnppg.updates.queries import Posted
from pcnppg.updates.rules import Kind, may_change
from pcnppg.updates.views.blueprints import bp, my_sides
from pcnppg.updates.views.posting import doubts_left, speaking
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import Form, blame


@bp.get("/updates/all")
@open_to(Permission.POST_UPDATE)
def all_updates() -> Response:
    """What stands, ended and was withdrawn."""
    at = now()
    today = queries.today_in_england(at)
    found = queries.list_all(g.group.id, at=at)
    due = {one.id for one in found if rules.is_due_for_review(one.review_on, today)}
    site = current().base_url
    return show("updates/all.html", updates=found, due=due, State=rules.State, mine=my_sides(), site=site)


@bp.get("/updates/<int:update_id>/history")
@open_to(Permission.POST_UPDATE)
def update_history(update_id: int) -> Response:
    """All that an update has said, who wrote it and when; and what can be done with it now."""
    return _history(update_id, Form.fresh())


@bp.post("/updates/<int:update_id>/history")
@open_to(Permission.POST_UPDATE)
def press_still_true(update_id: int) -> Response:
    try:
        with transaction():
            kept = actions.still_true(g.group.id, update_id, by=who(), at=now())
            title = kept.title
    except RuleBroken as refusal:
        return _history(update_id, blame(Form.fresh(), refusal), status=422)
    saying = f"Thank you. “{title}” stays on the group's page. We ask you again in three months."
    return moved(url_for(".all_updates"), saying=saying)


@bp.get("/updates/<int:update_id>/change")
@open_to(Permission.POST_UPDATE)
def change_update(update_id: int) -> Response:
    row = queries.get_row(g.group.id, update_id)
    form = FORMS[Kind(row.kind)].fresh(
        title=row.title,
        review_on=row.review_on,
        ends_on=row.ends_on,
        version=row.version,
        **formats.as_parts(row.parts),
    )
    return _page(update_id, speaking(form))


@bp.post("/updates/<int:update_id>/change")
@open_to(Permission.POST_UPDATE)
def save_update(update_id: int) -> Response:
    kind = queries.get_update(g.group.id, update_id, at=now()).kind
    form = speaking(FORMS[kind].posted())
    if form.side is not None:
        del form.side  # whose update it is does not change
    if not form.validate():
        return _page(update_id, form, status=422)
    content = form.content(kind)
    if doubts := doubts_left(form, content.texts):
        return _page(update_id, form, doubts=doubts)
    try:
        with transaction():
            version = form.version.data or 0
            actions.change(g.group.id, update_id, content, version=version, by=who(), at=now())
    except Conflict as refusal:
        form.version.raw_data = None
        form.version.data = queries.get_row(g.group.id, update_id).version
        return _page(update_id, blame(form, refusal), status=refusal.status)
    except RuleBroken as refusal:
        return _page(update_id, blame(form, refusal), status=422)
    return moved(url_for(".update", update_id=update_id), saying="Your changes are on the group's page now.")


@bp.get("/updates/<int:update_id>/withdraw")
@open_to(Permission.POST_UPDATE)
def withdraw_update(update_id: int) -> Response:
    found = queries.get_update(g.group.id, update_id, at=now())
    return show("updates/withdraw.html", update=found, verdict=_may_change(found), form=Form.fresh())


@bp.post("/updates/<int:update_id>/withdraw")
@open_to(Permission.POST_UPDATE)
def press_withdraw(update_id: int) -> Response:
    with transaction():
        actions.withdraw(g.group.id, update_id, by=who(), at=now())
    return moved(url_for(".all_updates"), saying="The update was withdrawn. It is no longer on the group's page.")


def _may_change(found: Posted) -> Verdict:
    return may_change(found.side, my_sides(), is_withdrawn=found.withdrawn_at is not None)


def _history(update_id: int, form: Form, *, status: int = 200) -> Response:
    found = queries.get_update(g.group.id, update_id, at=now())
    return show(
        "updates/history.html",
        status=status,
        form=form,
        update=found,
        versions=queries.list_versions(g.group.id, update_id),
        may_change=_may_change(found),
        stands=found.state is rules.State.STANDS,
    )


def _page(
    update_id: int, form: UpdateForm, *, status: int = 200, doubts: list[rules.Doubted] | None = None
) -> Response:
    found = queries.get_update(g.group.id, update_id, at=now())
    verdict = _may_change(found)
    if not verdict:
        return show("updates/not_yours.html", status=422, update=found, because=verdict.because)
    return show(
        "updates/write.html",
        status=status,
        form=form,
        kind=found.kind,
        parts=rules.PARTS[found.kind],
        heading=found.kind_words,
        doubts=doubts or [],
        here=url_for(".save_update", update_id=update_id),
        before=url_for(".update_history", update_id=update_id),
        changes=found,
    )
