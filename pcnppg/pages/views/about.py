"""Help, privacy, accessibility and cookies: what is true of the whole site, and of one group."""

from __future__ import annotations

from flask import Response

from pcnppg.pages.views.blueprints import bp, group_bp
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import show


@bp.get("/help")
@open_to(ANYONE)
def help_page() -> Response:
    return show("pages/help.html")


@bp.get("/privacy")
@open_to(ANYONE)
def privacy() -> Response:
    return show("pages/privacy.html")


@bp.get("/accessibility")
@open_to(ANYONE)
def accessibility() -> Response:
    return show("pages/accessibility.html")


@bp.get("/cookies")
@open_to(ANYONE)
def cookies() -> Response:
    return show("pages/cookies.html")


@group_bp.get("/privacy")
@open_to(ANYONE)
def group_privacy() -> Response:
    return show("pages/group_privacy.html")
