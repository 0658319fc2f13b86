"""Planning a mailing for a moment, making it a draft again, and what to do where its moment was missed."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.settings import current
from pcnppg.kernel.wording import moment
from pcnppg.mailing import actions, queries, rules
from pcnppg.mailing.forms import PlanForm
from pcnppg.mailing.queries import planned
from pcnppg.mailing.rules import life
from pcnppg.mailing.views.blueprints import bp
from pcnppg.mailing.views.sending import not_twice, to_report
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/mailings/<int:mailing_id>/plan")
@open_to(Permission.SEND_MAILING)
def mailing_plan(mailing_id: int) -> Response:
    mailing = queries.get_mailing(g.group.id, mailing_id)
    if not rules.may_write(rules.State(mailing.state)):
        return to_report(mailing_id)
    return _page(mailing_id, PlanForm.fresh(time="9am"))


@bp.post("/mailings/<int:mailing_id>/plan")
@open_to(Permission.SEND_MAILING)
def mailing_planned(mailing_id: int) -> Response:
    form = PlanForm.posted()
    if not form.validate():
        return _page(mailing_id, form, status=422)
    try:
        with transaction():
            actions.schedule(
                g.group.id,
                mailing_id=mailing_id,
                version=form.version.data,
                moment=form.moment,
                by=who(),
                at=now(),
            )
    except Conflict as refusal:
        return not_twice(mailing_id, refusal)
    except RuleBroken as refusal:
        return _page(mailing_id, blame(form, refusal), status=422)
    return moved(
        url_for(".mailing_report", mailing_id=mailing_id),
        saying=f"It is planned for {moment(form.moment)}. It goes out by itself then.",
    )


@bp.post("/mailings/<int:mailing_id>/unplan")
@open_to(Permission.SEND_MAILING)
def mailing_unplan(mailing_id: int) -> Response:
    with transaction():
        actions.unschedule(g.group.id, mailing_id=mailing_id, by=who(), at=now())
    return moved(
        url_for(".mailing_write", mailing_id=mailing_id), saying="It is a draft again. It does not go out by itself."
    )


@bp.get("/mailings/<int:mailing_id>/late")
@open_to(Permission.SEND_MAILING)
def mailing_late(mailing_id: int) -> Response:
    """A planned mailing whose moment was missed: what would happen to whom if it went now."""
    mailing = queries.get_mailing(g.group.id, mailing_id)
    if not life.may_send_late(rules.State(mailing.state), mailing.scheduled_for, now()):
        return to_report(mailing_id)
    return show(
        "mailing/late.html",
        mailing=mailing,
        reach=queries.forecast_for(g.group.id, now()),
        plans=planned.plans_of(g.group.id, now(), before_them=1, but=mailing_id),
        quiet_until=life.quiet_ends(now(), current().quiet_hours),
    )


@bp.post("/mailings/<int:mailing_id>/late")
@open_to(Permission.SEND_MAILING)
def mailing_send_late(mailing_id: int) -> Response:
    with transaction():
        actions.send_late(g.group.id, mailing_id=mailing_id, by=who(), at=now())
    return to_report(mailing_id)


def _page(mailing_id: int, form: PlanForm, *, status: int = 200) -> Response:
    mailing = queries.get_mailing(g.group.id, mailing_id)
    return show(
        "mailing/plan.html",
        status=status,
        mailing=mailing,
        form=form,
        plans=planned.plans_of(g.group.id, now()),
        quiet=life.quiet_words(current().quiet_hours),
    )
