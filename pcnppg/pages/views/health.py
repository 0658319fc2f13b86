"""How a group is doing, for those who run it."""

from __future__ import annotations

from flask import Response, g

from pcnppg.groups.rules import Permission
from pcnppg.kernel.clock import now
from pcnppg.pages.queries.health import doing_of
from pcnppg.pages.rules import Health
from pcnppg.pages.views.blueprints import group_bp
from pcnppg.web.access import open_to
from pcnppg.web.answers import show


@group_bp.get("/health")
@open_to(Permission.SEE_REPORT)
def health() -> Response:
    """Each side of its life in words and colour, and the one step that helps most."""
    return show("pages/health.html", doing=doing_of(g.group, now()), Health=Health)
