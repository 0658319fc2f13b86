"""Pages for machines: alive, ready, measured. They tell strangers nothing."""

from __future__ import annotations

import hmac
import ipaddress

from flask import Response, request

from pcnppg.kernel import settings
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound
from pcnppg.pages import formats, queries
from pcnppg.pages.views.blueprints import bp
from pcnppg.store import standing
from pcnppg.web.access import MACHINES, open_to

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
"""What a proxy adds: with one of these, a request from this machine may be anybody's."""


@bp.get("/healthz")
@open_to(MACHINES)
def healthz() -> Response:
    """This process answers."""
    return _plain("alive\n")


@bp.get("/readyz")
@open_to(MACHINES)
def readyz() -> Response:
    """The database answers, and is as this code needs it."""
    return _plain("ready\n") if standing.look().is_ready else _plain("not ready\n", 503)


@bp.get("/metrics")
@open_to(MACHINES)
def metrics() -> Response:
    """How the queues stand, for Prometheus."""
    if not may_measure():
        raise NotFound
    facts = queries.measures(now(), lease=settings.current().worker_lease)
    answer = _plain(formats.prometheus(facts))
    answer.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    return answer


def may_measure() -> bool:
    """With the token, where one is set; else from this very machine, past no proxy."""
    if settings.current().metrics_token:
        return has_token()
    return _is_loopback(request.remote_addr or "") and not any(name in request.headers for name in FORWARDED)


def has_token(*, as_password: bool = False) -> bool:
    """Does the request bring the token: as a machine does, or as a browser sends a password?"""
    token = settings.current().metrics_token
    if not token:
        return False
    if not as_password:
        said = request.headers.get("Authorization", "")
        return hmac.compare_digest(said.encode(), f"Bearer {token}".encode())
    typed = request.authorization.password if request.authorization else None
    return hmac.compare_digest((typed or "").encode(), token.encode())


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _plain(words: str, status: int = 200) -> Response:
    return Response(words, status, content_type="text/plain; charset=utf-8")
