"""The front page: find your group."""

from __future__ import annotations

from flask import Response, url_for

from pcnppg.pages import queries
from pcnppg.pages.forms import FindForm
from pcnppg.pages.views.blueprints import bp
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import show
from pcnppg.web.htmx import wants_fragment


@bp.get("/")
@open_to(ANYONE)
def find() -> Response:
    """Typing narrows the same list that the button shows."""
    form = FindForm.asked()
    text = form.q.data or ""
    template = "pages/_found.html" if wants_fragment() else "pages/find.html"
    return show(template, search=form, text=text, found=queries.find_groups(text), here=url_for(".find"))
