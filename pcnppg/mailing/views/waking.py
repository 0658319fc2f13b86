"""Waking a list that heard nothing for two years: a page that says what that means, and a button."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.mailing import actions, queries
from pcnppg.mailing.views.blueprints import bp
from pcnppg.membership import queries as membership
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show


@bp.get("/mailings/wake")
@open_to(Permission.WAKE_LIST)
def mailings_wake() -> Response:
    return show(
        "mailing/wake.html",
        frozen=queries.is_frozen(g.group, now()),
        last=queries.last_sent_at(g.group.id),
        on_list=membership.count_active(g.group.id),
        renewed=membership.count_due_for_renewal(g.group, at=now()),
    )


@bp.post("/mailings/wake")
@open_to(Permission.WAKE_LIST)
def press_wake() -> Response:
    with transaction():
        actions.wake_list(g.group.id, by=who(), at=now())
    return moved(url_for(".mailings"), saying="The list is awake. You can send again.")
