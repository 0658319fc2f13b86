"""Was this request made by htmx, and does it want a fragment? The only file that names `htmx_flask`.

`htmx-flask` speaks the headers of htmx 2; htmx 4 says `HX-Request-Type: partial` when only a part is to be swapped.
"""

from __future__ import annotations

from flask import Flask, Response
from htmx_flask import Htmx, request

VARY = ("HX-Request", "HX-Request-Type")


def init(app: Flask) -> None:
    Htmx(app)
    app.after_request(_vary)


def is_htmx() -> bool:
    """True for any request that htmx made."""
    return bool(request.htmx)


def wants_fragment() -> bool:
    """True where only the fragment will be swapped in: not for boosted links, not for history."""
    partial = request.headers.get("HX-Request-Type") == "partial"
    return bool(request.htmx) and partial and not request.htmx.history_restore_request


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(VARY)
    return response
