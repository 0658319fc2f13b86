"""The promise: how many mailings a year at most. It is lowered here at once; `mailing` raises it, because that must be told."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import FEWEST, MOST, Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.membership import actions, queries
from pcnppg.membership.forms import PromiseForm
from pcnppg.membership.rules import may_lower
from pcnppg.membership.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/settings/promise")
@open_to(Permission.CHANGE_PROMISE)
def promise() -> Response:
    return _promise_page(PromiseForm.fresh())


@bp.get("/settings/promise/lower")
@open_to(Permission.CHANGE_PROMISE)
def promise_lower() -> Response:
    """What will happen to whom, before it happens."""
    form = PromiseForm.asked()
    if not form.validate():
        return _promise_page(form, status=422)
    verdict = may_lower(form.promise.data, g.group.promise, fewest=FEWEST)
    if not verdict:
        return _promise_page(blame(form, RuleBroken(verdict.because, field="promise")), status=422)
    wanted = form.promise.data
    return show(
        "membership/promise_lower.html",
        wanted=wanted,
        bound=queries.count_active(g.group.id),
        none_left=queries.count_used_up(g.group.id, wanted, now()),
    )


@bp.post("/settings/promise/lower")
@open_to(Permission.CHANGE_PROMISE)
def press_lower() -> Response:
    form = PromiseForm.posted()
    if not form.validate():
        return _promise_page(form, status=422)
    try:
        with transaction():
            actions.lower_promise(g.group.id, form.promise.data, by=who(), at=now())
    except RuleBroken as refusal:
        return _promise_page(blame(form, refusal), status=422)
    return moved(url_for(".promise"), saying="The promise is lowered. It counts from this moment.")


def _promise_page(form: PromiseForm, *, status: int = 200) -> Response:
    bound = queries.count_by_promise(g.group.id)
    return show("membership/promise.html", status=status, form=form, bound=bound, most=MOST)
