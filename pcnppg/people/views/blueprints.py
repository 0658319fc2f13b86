"""The blueprint that the pages hang on, and what several of them need."""

from __future__ import annotations

from flask import Blueprint, url_for

from pcnppg.people.rules import is_local_path
from pcnppg.web.access import SignedIn, person

bp = Blueprint("people", __name__)


def onward(address: str | None) -> str:
    """Where somebody was going: a page of ours, or the front page of whoever is signed in."""
    return address if address and is_local_path(address) else url_for("pages.home")


def myself() -> SignedIn:
    """Who is signed in. Only for pages whose door has asked."""
    someone = person()
    assert someone is not None  # noqa: S101 - the door let them in
    return someone
