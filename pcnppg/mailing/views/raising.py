"""Raising the promise: the new number and why, then everybody is told by an email under the old one."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import MOST, Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.mailing import actions, queries
from pcnppg.mailing.forms import RaiseForm
from pcnppg.mailing.queries import planned
from pcnppg.mailing.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/settings/promise/raise")
@open_to(Permission.CHANGE_PROMISE)
def promise_raise() -> Response:
    return _page(RaiseForm.fresh(promise=min(g.group.promise + 1, MOST)))


@bp.post("/settings/promise/raise")
@open_to(Permission.CHANGE_PROMISE)
def press_raise() -> Response:
    form = RaiseForm.posted()
    if not form.validate():
        return _page(form, status=422)
    try:
        with transaction():
            told = actions.raise_promise(g.group.id, form.promise.data, why=form.why.data or "", by=who(), at=now())
            mailing_id = told.id if told else None
    except RuleBroken as refusal:
        return _page(blame(form, refusal), status=422)
    if mailing_id is None:
        saying = "The promise is raised for whoever joins from now on. Everybody else is told at the head of their next email."
        return moved(url_for("group.membership.promise"), saying=saying)
    return moved(
        url_for(".mailing_report", mailing_id=mailing_id), saying="The promise is raised. This email tells everybody."
    )


def _page(form: RaiseForm, *, status: int = 200) -> Response:
    """What will happen to whom, in numbers, before it happens."""
    reach = queries.forecast_for(g.group.id, now())
    plans = planned.plans_of(g.group.id, now(), before_them=1 if reach.reached else 0)
    return show("mailing/promise_raise.html", status=status, form=form, reach=reach, plans=plans, most=MOST)
