"""What was out of step: many who joined or left from one network within a minute."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.membership import actions
from pcnppg.membership.queries import storms
from pcnppg.membership.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show


@bp.get("/contacts/storms/<int:storm_id>")
@open_to(Permission.SEE_CONTACTS)
def contact_storm(storm_id: int) -> Response:
    return show("membership/contact_storm.html", storm=storms.get_storm(g.group.id, storm_id))


@bp.post("/contacts/storms/<int:storm_id>")
@open_to(Permission.SEE_CONTACTS)
def see_storm(storm_id: int) -> Response:
    with transaction():
        actions.see_storm(g.group.id, storm_id, by=who(), at=now())
    return moved(url_for(".contacts"), saying="We will not show you that again.")
