"""Stopping a mailing while it goes out, on a page of its own that says what that means in numbers."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.wording import count
from pcnppg.mailing import actions, queries, rules
from pcnppg.mailing.rules import life
from pcnppg.mailing.views.blueprints import bp
from pcnppg.mailing.views.sending import to_report
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show


@bp.get("/mailings/<int:mailing_id>/stop")
@open_to(Permission.SEND_MAILING)
def mailing_stop(mailing_id: int) -> Response:
    mailing = queries.get_mailing(g.group.id, mailing_id)
    if not life.may_stop(rules.State(mailing.state), mailing.held_until, now()):
        return to_report(mailing_id)
    return show("mailing/stop.html", mailing=mailing, outcomes=queries.outcomes_of(mailing_id))


@bp.post("/mailings/<int:mailing_id>/stop")
@open_to(Permission.SEND_MAILING)
def mailing_stopped(mailing_id: int) -> Response:
    with transaction():
        spared = actions.stop(g.group.id, mailing_id=mailing_id, by=who(), at=now())
    people = count(spared, "person does", "people do")
    saying = f"The mailing was stopped. {people} not get it, and it uses none of their allowance."
    return moved(url_for(".mailing_report", mailing_id=mailing_id), saying=saying)
