"""A group's own page."""

from __future__ import annotations

from flask import Response, g

from pcnppg.federation import queries as federation
from pcnppg.groups import queries as groups
from pcnppg.kernel.clock import now
from pcnppg.mailing import queries as mailing
from pcnppg.meetings.queries import items, meetings
from pcnppg.meetings.queries.naming import for_all
from pcnppg.membership import queries as membership
from pcnppg.pages import queries
from pcnppg.pages.rules import LATEST, runs_it
from pcnppg.pages.views.blueprints import group_bp
from pcnppg.updates import queries as updates
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import show


@group_bp.get("")
@open_to(ANYONE)
def group() -> Response:
    """What it is, who runs it, what it promises, and how to join."""
    place = queries.where_is(g.group)
    return show(
        "pages/group.html",
        place=place.name,
        where=place,
        run_by=runs_it(groups.count_roles(g.group.id)),
        reach=membership.reach(g.group.id),
        next_meeting=meetings.find_next(g.group.id, now()),
        outcomes=items.list_settled(g.group.id, limit=LATEST),
        as_shown=for_all(g.group.id),
        network=federation.on_page(g.group, now()),
        latest=mailing.list_published(g.group.id)[:LATEST],
        updates=updates.list_standing(g.group.id, at=now(), limit=LATEST),
        thanks=updates.list_thanks(g.group.id, limit=1),
    )
