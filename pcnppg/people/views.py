"""Pages of people."""

from __future__ import annotations

from flask import Blueprint

from pcnppg.kernel.who import Who
from pcnppg.web.access import SignedIn

bp = Blueprint("people", __name__)


def load(cookie: str) -> SignedIn | None:
    """Who a session cookie belongs to."""
    return None


def note_seen(what: str, by: Who, group_id: int) -> None:
    """Write down that somebody saw personal data."""
