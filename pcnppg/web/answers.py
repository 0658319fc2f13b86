"""The two ways a view answers: show a page, or move on after a change."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template


def show(template: str, *, status: int = 200, **values: Any) -> Response:
    """A rendered page or fragment."""
    return make_response(render_template(template, **values), status)


def moved(address: str, *, saying: str = "") -> Response:
    """303 after a POST, with a sentence that the next page shows once."""
    if saying:
        flash(saying)
    return make_response(redirect(address, 303))
