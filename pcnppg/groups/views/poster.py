"""The poster for the waiting room, and the short address that is printed on it."""

from __future__ import annotations

import segno
from flask import Response, g, url_for
from markupsafe import Markup

from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.groups import queries
from pcnppg.groups.views.blueprints import bp, outside
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.settings import current
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import moved, show


@bp.get("/poster")
@open_to(ANYONE)
def poster() -> Response:
    site, path = current().base_url, url_for("groups_outside.short", code=g.group.short_code)
    practice = directory.get_practice(g.group.practice_code) if g.group.practice_code else None
    return show(
        "groups/poster.html",
        qr=_qr(f"{site}{path}"),
        site=site.partition("://")[2],
        path=path,
        practice=shown_name(practice.name) if practice else "",
    )


@outside.get("/j/<code>")
@open_to(ANYONE)
def short(code: str) -> Response:
    group = queries.find_by_short_code(code)
    if group is None:
        raise NotFound("We know no group by this short address. Check the letters, or find your group by its practice.")
    return moved(f"{url_for('group.membership.join', slug=group.slug)}?from=poster")


def _qr(address: str) -> Markup:
    """The code as a picture that says in words where it leads. Drawn with a quarter in reserve: posters get creased."""
    made = segno.make(address, error="q", micro=False)
    return Markup(made.svg_inline(scale=4, border=2, svgclass="qr", omitsize=True, title=f"Opens {address}"))  # noqa: S704 - our own drawing
