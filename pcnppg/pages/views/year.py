"""The record of a group's year."""

from __future__ import annotations

from flask import Response, g

from pcnppg.kernel.clock import now
from pcnppg.pages.queries.year import year_of
from pcnppg.pages.views.blueprints import group_bp
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import show


@group_bp.get("/years/<int:year>")
@open_to(ANYONE)
def year(year: int) -> Response:
    """What the group did in a year, and the thanks for it."""
    return show("pages/year.html", year=year_of(g.group, year, now()))
