"""Help, privacy, accessibility and cookies: what is true of the whole site, and of one group."""

from __future__ import annotations

from typing import Any

from flask import Response, g, url_for

from pcnppg.groups import queries as groups
from pcnppg.groups.rules import COMPLAINTS, Kept
from pcnppg.kernel import settings
from pcnppg.pages.views.blueprints import bp, group_bp
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import moved, show


@bp.get("/help")
@open_to(ANYONE)
def help_page() -> Response:
    return _page("pages/help.html")


@bp.get("/privacy")
@open_to(ANYONE)
def privacy() -> Response:
    return _page("pages/privacy.html", kept=Kept())


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
    """The privacy notice in force, and the way to earlier ones."""
    return _notice(g.group.notice_version)


@group_bp.get("/privacy/<int:version>")
@open_to(ANYONE)
def group_privacy_version(version: int) -> Response:
    """What the group told people before."""
    if version == g.group.notice_version:
        return moved(url_for(".group_privacy"))
    return _notice(version)


def _notice(version: int | None) -> Response:
    return show(
        "pages/group_privacy.html",
        published=None if version is None else groups.get_notice(g.group.id, version),
        others=[one for one in groups.list_notices(g.group.id) if one.version != version],
        in_force=version == g.group.notice_version,
    )


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
