"""Where GOV.UK Notify tells what became of a mail. Nobody comes here with a browser."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, request

from pcnppg.kernel import settings
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.returns import actions, formats
from pcnppg.returns.rules import Did
from pcnppg.store.session import transaction
from pcnppg.web.access import MACHINES, open_to
from pcnppg.web.security import without_token

bp = Blueprint("returns", __name__)

LARGEST = 16 * 1024
"""Bytes of a receipt at most; one has a few hundred."""


@bp.post("/notify/receipts")
@without_token
@open_to(MACHINES)
def receipt() -> Response:
    """Notify comes again, five times, only after a status of 500 or more."""
    ours = settings.current().notify
    if ours is None or ours.token is None:
        raise NotFound
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {ours.token}".encode()):
        return _plain("not you\n", 403)
    request.max_content_length = LARGEST
    reading = formats.read_receipt(request.get_data())
    if reading is None:
        return _plain("not a receipt\n", 400)
    with transaction():
        did = actions.take_receipt(reading, at=now())
    return _plain(f"{did}\n", 503 if did is Did.LATER else 200)


def _plain(words: str, status: int) -> Response:
    return Response(words, status, content_type="text/plain; charset=utf-8")
