"""Request forgery, content security policy, cookies, headers, and how often an address may ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, make_response, request
from flask_wtf.csrf import CSRFProtect
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from pcnppg.kernel.settings import Settings

LARGEST_FORM = 512 * 1024
"""Bytes of a request body at most; a mailing of the longest kind is a fifth of it."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Hosts that development serves, and that a machine's own probes use in production."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
FRAMED_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For pages that show a mail as it arrives, inside a sandboxed frame: its own inline styles, and nothing that acts."""
EMBEDDED_POLICY = "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"
"""For the one kind of page that any website may show inside its own: nothing on it acts, so nobody can be tricked by it."""

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()


def init(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="pcnppg",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        TRUSTED_HOSTS=[*LOOPBACK] if settings.is_development else [settings.host, *LOOPBACK],
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=True,
    )
    # Before the token is looked for, which reads the whole body.
    app.before_request(_refuse_large)
    csrf.init_app(app)
    storage = storage_from_string(settings.redis_url or "memory://")
    app.extensions["limiter"] = MovingWindowRateLimiter(storage)
    app.after_request(_headers)
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]


def is_within(limit: str, *key: str) -> bool:
    """Count one more of `key` and say whether it is still within `limit` ("300 per hour")."""
    limiter = cast(MovingWindowRateLimiter, current_app.extensions["limiter"])
    return limiter.hit(_parsed(limit), *key)


def network_address() -> str:
    """Where the request came from, for counting only; never logged."""
    return request.remote_addr or "nowhere"


def without_token(view: View) -> View:
    """Let a view be posted to by machines that hold no CSRF token: its link alone is the authority."""
    csrf.exempt(view)
    return view


def takes_files(largest: int, *, too_large: str) -> Callable[[View], View]:
    """Let a view be sent a file of so many bytes; what is larger is refused in these words."""

    def declare(view: View) -> View:
        view.takes_files = largest, too_large  # type: ignore[attr-defined]
        return view

    return declare


def frame(html: str) -> Response:
    """A mail as an answer that our own pages may show in a sandboxed frame.

    Its links open a new tab: a frame cannot follow them, because our pages refuse to be framed.
    """
    g.framed = True
    return make_response(html.replace("<head>", '<head><base target="_blank">', 1))


def embedded(answer: Response) -> Response:
    """Let any website show this answer in a frame, or take it in: it is the same for everybody, and sets no cookie."""
    g.embedded = True
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def _parsed(limit: str) -> RateLimitItem:
    return parse(limit)


class TooLarge(RequestEntityTooLarge):
    """A refusal in words of its own."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


def _refuse_large() -> None:
    # Read the length before a form is parsed, so that the refusal is ours whatever the body claims to be.
    length = request.content_length or 0
    view = current_app.view_functions.get(request.endpoint or "")
    largest, words = getattr(view, "takes_files", (0, ""))
    if request.method == "POST" and largest:
        request.max_content_length = largest + LARGEST_FORM
        if length > request.max_content_length:
            raise TooLarge(words)
    elif length > LARGEST_FORM:
        raise RequestEntityTooLarge


def _headers(response: Response) -> Response:
    framed, anywhere = bool(g.get("framed")), bool(g.get("embedded"))
    policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    response.headers["Content-Security-Policy"] = EMBEDDED_POLICY if anywhere else FRAMED_POLICY if framed else policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    if not anywhere:  # this header has no word for "anywhere"
        response.headers["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), browsing-topics=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        # Libraries' computers keep no page of ours, and the Back button asks again.
        response.headers["Cache-Control"] = "no-store"
    return response
