"""The poster for the waiting room, and the short address that is printed on it."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.directory import queries as directory
from pcnppg.directory.rules import shown_name
from pcnppg.groups import queries
from pcnppg.groups.views.blueprints import bp, outside
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.settings import current
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import moved, show
from pcnppg.web.qr import qr


@bp.get("/poster")
@open_to(ANYONE)
def poster() -> Response:
    site, path = current().base_url, url_for("groups_outside.short", code=g.group.short_code)
    practice = directory.get_practice(g.group.practice_code) if g.group.practice_code else None
    return show(
        "groups/poster.html",
        qr=qr(f"{site}{path}"),
        site=site.partition("://")[2],
        path=path,
        practice=shown_name(practice.name) if practice else "",
    )


@outside.get("/j/<code>")
@open_to(ANYONE)
def short(code: str) -> Response:
    found = queries.find_by_code(code)
    if found is None:
        raise NotFound("We know no group by this short address. Check the letters, or find your group by its practice.")
    group, what = found
    return moved(f"{url_for('group.membership.join', slug=group.slug)}?from={what}")
