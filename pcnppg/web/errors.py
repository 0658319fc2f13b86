"""Refusals and HTTP errors become pages in the product's own language. The 500 page touches neither database nor session."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, make_response, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from pcnppg.kernel.refusals import Refusal
from pcnppg.web.answers import show

log = logging.getLogger(__name__)

TITLES = {
    400: "We could not read that",
    403: "You cannot open this page",
    404: "Page not found",
    405: "That button does not work here",
    409: "Somebody else was faster",
    413: "That is too much at once",
    415: "We could not read that",
    422: "That did not work",
    429: "Please wait a moment",
}
WORDS = {
    400: "Something was missing or damaged in what reached us. Nothing was changed. Go back and try again.",
    403: "This page is for other roles of this group. Yours does not open it.",
    404: "We cannot find that page. Check the address, or start from the front page.",
    405: "Nothing was changed. Go back to the page you came from and use its button.",
    409: "Nothing was changed. Go back to see how things stand now.",
    413: "What you sent is longer than we can take. Nothing was kept. Send something shorter.",
    415: "What reached us was not a filled-in form. Nothing was changed. Go back and try again.",
    422: "Nothing was changed. Go back and try again.",
    429: "This came too often from where you are. Nothing was lost. Try again in a few minutes.",
}
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
STALE_FORM = (
    "This page was open for so long, or in so many windows, that its form went out of date. Nothing was changed. "
    "Go back, reload the page and press the button again."
)


def init(app: Flask) -> None:
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _refusal(refusal: Refusal) -> Response:
    return _page(refusal.status, refusal.message)


def _csrf(_error: CSRFError) -> Response:
    if request.mimetype and request.mimetype not in FORM_TYPES:
        return _page(415, WORDS[415])
    return _page(400, STALE_FORM)


def _http(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if isinstance(error, SecurityError):
        # An address that is not ours has no URLs of ours to link to.
        return make_response(
            "This site does not answer under that name.", 400, {"Content-Type": "text/plain; charset=utf-8"}
        )
    if code >= 500:
        return _broken(error)
    answer = _page(code, getattr(error, "words", WORDS.get(code, WORDS[400])))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _page(status: int, words: str) -> Response:
    return show(
        "errors/refused.html",
        status=status,
        heading=TITLES.get(status, TITLES[400]),
        words=words,
        is_shut=status == 403,
    )


def _broken(error: Exception) -> Response:
    # The endpoint names the view; the address in the bar may hold a token and is never logged.
    log.error("a page failed: %s in %s", type(error).__name__, request.endpoint, exc_info=_scrubbed(error))
    status = 503 if isinstance(error, OperationalError) else 500
    # Past Flask's own way of rendering, which would first ask the database who is signed in.
    return make_response(current_app.jinja_env.get_template("errors/broken.html").render(), status)


def _scrubbed(error: Exception) -> Exception:
    """The same traceback without the message: a database's words quote the row, and any message may quote an address."""
    return RuntimeError("message withheld").with_traceback(error.__traceback__)
