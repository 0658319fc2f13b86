"""Sending a mailing on a page of its own, taking it back, and what became of it in numbers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.settings import current
from pcnppg.mailing import actions, emails, queries, rules
from pcnppg.mailing.forms import VersionForm
from pcnppg.mailing.queries import planned
from pcnppg.mailing.rules import life, wondering
from pcnppg.mailing.views import enclosing
from pcnppg.mailing.views.blueprints import bp
from pcnppg.mailing.views.writing import name_of
from pcnppg.membership.rules import ReachedBy
from pcnppg.store import lease
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame
from pcnppg.web.htmx import wants_fragment

if TYPE_CHECKING:
    from pcnppg.mailing.models import Mailing


@bp.get("/mailings/<int:mailing_id>/send")
@open_to(Permission.SEND_MAILING)
def mailing_send(mailing_id: int) -> Response:
    """What will happen to whom, in numbers."""
    if not rules.may_write(rules.State(queries.get_mailing(g.group.id, mailing_id).state)):
        return to_report(mailing_id)
    return _before_sending(mailing_id, VersionForm.fresh())


@bp.post("/mailings/<int:mailing_id>/send")
@open_to(Permission.SEND_MAILING)
def mailing_sent(mailing_id: int) -> Response:
    form = VersionForm.posted()
    if not form.validate():
        return _before_sending(mailing_id, form, status=422)
    try:
        with transaction():
            actions.send(g.group.id, mailing_id=mailing_id, version=form.version.data, by=who(), at=now())
    except Conflict as refusal:
        return not_twice(mailing_id, refusal)
    except RuleBroken as refusal:
        return _before_sending(mailing_id, blame(form, refusal), status=422)
    return to_report(mailing_id)


@bp.post("/mailings/<int:mailing_id>/take-back")
@open_to(Permission.SEND_MAILING)
def mailing_take_back(mailing_id: int) -> Response:
    with transaction():
        draft = actions.take_back(g.group.id, mailing_id=mailing_id, by=who(), at=now())
        draft_id = draft.id
    saying = "The mailing was taken back. Nobody got it, and it used no allowance. Here is its text as a new draft."
    return moved(url_for(".mailing_write", mailing_id=draft_id), saying=saying)


@bp.get("/mailings/<int:mailing_id>/report")
@open_to(Permission.SEE_REPORT)
def mailing_report(mailing_id: int) -> Response:
    """What became of it: numbers, never who."""
    mailing = queries.get_mailing(g.group.id, mailing_id)
    state = rules.State(mailing.state)
    if state is rules.State.DRAFT:
        return moved(url_for(".mailing_write", mailing_id=mailing_id))
    at = now()
    return show(
        "mailing/_report.html" if wants_fragment() else "mailing/report.html",
        mailing=mailing,
        outcomes=queries.outcomes_of(mailing_id),
        expected=queries.expect(mailing, at) if state is rules.State.HELD else None,
        may_take_back=rules.may_take_back(state, mailing.held_until, at),
        held_back=lease.why_held(at),
        may_stop=life.may_stop(state, mailing.held_until, at),
        quiet_until=life.quiet_ends(max(at, mailing.held_until or at), current().quiet_hours),
        **_planned(mailing, state, at),
        elsewhere=_elsewhere(mailing, state),
        sent_by=name_of(mailing.sent_by) if mailing.sent_by else "",
        raises=mailing.kind == rules.Kind.RAISE,
        text=emails.preview(mailing, g.group).text,
    )


def _planned(mailing: Mailing, state: rules.State, at: datetime) -> dict[str, Any]:
    """Whom a planned mailing would reach at its moment, who planned it, and what speaks against it."""
    if state is not rules.State.SCHEDULED:
        return {}
    return {
        "plan": next((plan for plan in planned.plans_of(mailing.group_id, at) if plan.mailing_id == mailing.id), None),
        "planned_by": name_of(mailing.scheduled_by) if mailing.scheduled_by else "",
        "late": life.may_send_late(state, mailing.scheduled_for, at),
        "may_say": planned.may_say(mailing, at),
    }


def _elsewhere(mailing: Mailing, state: rules.State) -> dict[str, rules.Round]:
    """Who gets a letter or a call instead, once the mailing can no longer be taken back."""
    if not rules.may_go_round(rules.Kind(mailing.kind), state, mailing.held_until, now()):
        return {}
    return {way.value: queries.round_of(mailing, way, at=now()) for way in (ReachedBy.POST, ReachedBy.PHONE)}


def _before_sending(mailing_id: int, form: VersionForm, *, status: int = 200) -> Response:
    mailing = queries.get_mailing(g.group.id, mailing_id)
    return show(
        "mailing/send.html",
        status=status,
        form=form,
        mailing=mailing,
        text=emails.preview(mailing, g.group).text,
        reach=queries.forecast_for(g.group.id, now()),
        may_send=rules.may_send(mailing.subject, mailing.body),
        held_back=lease.why_held(now()),
        may_say=planned.may_say(mailing, now()),
        plans=planned.plans_of(g.group.id, now(), before_them=1),
        quiet_until=life.quiet_ends(now() + current().hold, current().quiet_hours),
        frozen=queries.is_frozen(g.group, now()),
        wonders=wondering.warnings(mailing.subject, mailing.body),
        concerns=enclosing.lent().find_concerns(g.group.id, mailing_id, now()),
        hold=int(current().hold.total_seconds() // 60),
    )


def to_report(mailing_id: int) -> Response:
    return moved(url_for(".mailing_report", mailing_id=mailing_id))


def not_twice(mailing_id: int, refusal: Conflict) -> Response:
    mailing = queries.get_mailing(g.group.id, mailing_id)
    return show("mailing/not_sent.html", status=refusal.status, mailing=mailing, words=refusal.message)
