"""Help, privacy, accessibility and cookies: what is true of the whole site, and of one group."""

from __future__ import annotations

from typing import Any

from flask import Response, g

from pcnppg.groups.rules import Controller
from pcnppg.kernel import settings
from pcnppg.pages import queries
from pcnppg.pages.views.blueprints import bp, group_bp
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import show

COMPLAINTS = "https://ico.org.uk/make-a-complaint/"
"""Where the Information Commissioner's Office takes complaints."""


@bp.get("/help")
@open_to(ANYONE)
def help_page() -> Response:
    return _page("pages/help.html")


@bp.get("/privacy")
@open_to(ANYONE)
def privacy() -> Response:
    return _page("pages/privacy.html")


@bp.get("/accessibility")
@open_to(ANYONE)
def accessibility() -> Response:
    return _page("pages/accessibility.html")


@bp.get("/cookies")
@open_to(ANYONE)
def cookies() -> Response:
    return _page("pages/cookies.html")


@group_bp.get("/privacy")
@open_to(ANYONE)
def group_privacy() -> Response:
    """What this group holds, and who answers for it in law."""
    place = queries.place_of(g.group)
    holder = place if g.group.controller == Controller.PRACTICE else g.group.name
    return _page("pages/group_privacy.html", place=place, holder=holder)


def _page(template: str, **values: Any) -> Response:
    """A page that names who runs this site."""
    ours = settings.current()
    return show(
        template,
        complaints=COMPLAINTS,
        operator=ours.operator_name,
        operator_email=ours.operator_email,
        **values,
    )
