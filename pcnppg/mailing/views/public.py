"""What anybody may know: the promise, each mailing sent, and its web copy."""

from __future__ import annotations

from flask import Response, g

from pcnppg.mailing import formats, queries
from pcnppg.mailing.views.blueprints import bp
from pcnppg.membership import queries as membership
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import show


@bp.get("/promise")
@open_to(ANYONE)
def promise() -> Response:
    """The promise in force, and every mailing that was sent under it."""
    return show(
        "mailing/promise.html",
        sent=queries.list_published(g.group.id),
        changes=membership.list_promise_changes(g.group.id),
    )


@bp.get("/mailings/<int:mailing_id>")
@open_to(ANYONE)
def web_copy(mailing_id: int) -> Response:
    """A mailing for those who do not get our emails. It names no receiver."""
    mailing = queries.get_published(g.group.id, mailing_id)
    return show("mailing/web_copy.html", mailing=mailing, words=formats.as_html(mailing.body))
