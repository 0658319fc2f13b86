"""The copy that an officer hands to whoever asked what is held about them: the same as on their own page."""

from __future__ import annotations

from flask import Response, g

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership import queries as contacts
from pcnppg.membership.rules import day_in_england
from pcnppg.pages import queries
from pcnppg.pages.views.blueprints import group_bp
from pcnppg.web.access import open_to
from pcnppg.web.answers import show


@group_bp.get("/data-requests/<int:request_id>/copy")
@open_to(Permission.ANSWER_REQUESTS, seen="membership.copy_seen")
def data_request_copy(request_id: int) -> Response:
    """All that is held about whoever asks, to print or to read out."""
    at = now()
    asked = contacts.get_asked(g.group.id, request_id, today=day_in_england(at))
    if asked.contact is None:
        raise NotFound
    return show("pages/request_copy.html", asked=asked, told=queries.tell_all(asked.contact.id, at))
