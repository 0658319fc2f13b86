"""The operator's page: how the mail stands, in sentences and numbers. Opened by what opens `/metrics`, and never about a person."""

from __future__ import annotations

from flask import Response, make_response

from pcnppg.kernel import settings
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.pages import queries
from pcnppg.pages.rules import RETURN_WORDS
from pcnppg.pages.views.blueprints import bp
from pcnppg.pages.views.machines import has_token, may_measure
from pcnppg.web.access import OPERATOR, open_to
from pcnppg.web.answers import show
from pcnppg.web.htmx import wants_fragment


@bp.get("/operator")
@open_to(OPERATOR)
def operator() -> Response:
    """A browser asks for the token as for a password; whose name is given there does not matter."""
    ours = settings.current()
    if not may_measure() and not has_token(as_password=True):
        if ours.metrics_token is None:
            raise NotFound
        answer = make_response(show("pages/operator_shut.html", status=401))
        answer.headers["WWW-Authenticate"] = 'Basic realm="how the mail stands", charset="UTF-8"'
        return answer
    at = now()
    found = queries.how_mail_stands(at, lease_time=ours.worker_lease)
    template = "pages/_standing.html" if wants_fragment() else "pages/operator.html"
    return show(template, found=found, at=at, return_words=RETURN_WORDS)
