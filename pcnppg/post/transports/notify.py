"""GOV.UK Notify: each message goes over its interface, into a template that is all ours. For practices that bring a key.

Notify makes the mail itself, of a subject and of words in its own Markdown; our HTML and our headers have no place there.
Beside them it is told how to leave with one click, and a reference that comes back with the delivery receipt. Nothing is
tried twice by its client: what went out and got no answer is in doubt.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from pcnppg.kernel.settings import Notify
from pcnppg.post.rules import NOT_ATTEMPTED, UNCERTAIN, Outcome, handed_over, refused, temporary
from pcnppg.post.transports.notify_words import as_notify
from pcnppg.post.transports.transport import Trouble

CONNECT_SECONDS = 8.0
ANSWER_SECONDS = 20.0
"""Less than a service manager waits for a worker that was asked to stop."""
FRESH = 10.0
"""Seconds after which a line that was not used is opened anew: one that the other side has left would leave us in doubt."""
ACCEPTED = "201"
CONCERNS_MESSAGE = (400, 413, 422)
NOT_NOW = (429, 500, 503)
"""Too many in a minute or a day, and what Notify says of its own faults: it did not take the message, send it again."""
_LEAVE = re.compile(r"<(https://[^>]+)>")
_KIND = re.compile(r"[A-Za-z]{1,40}")
UNFIT = "notify: the template must be an email with ((subject)) as its subject and ((body)) as its message"


class NotifyTransport:
    """A counter (`post.transports.transport`). `hurry` is less than infinite once the worker is asked to stop."""

    def __init__(self, notify: Notify, *, hurry: Callable[[], float]) -> None:
        # It logs what the service answers, which may quote an address.
        logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)
        self._notify = notify
        self._hurry = hurry
        self._client: Any = _Client(notify.key, notify.api, (CONNECT_SECONDS, ANSWER_SECONDS))
        self._reply_to = dict(notify.reply_to)
        self._used_at = time.monotonic()

    def hand_over(self, envelope_from: str, to: str, data: bytes) -> Outcome:
        if self._hurry() < float("inf"):
            return NOT_ATTEMPTED
        self.rest()
        message = message_from_bytes(data, policy=policy.default)
        try:
            said = self._client.send_email_notification(
                email_address=to,
                template_id=self._notify.template,
                personalisation=_words(message),
                reference=envelope_from.partition("@")[0],
                email_reply_to_id=self._reply_to.get(str(message["Reply-To"] or "").casefold()),
                one_click_unsubscribe_url=_leaving(message),
            )
        except APIError as wrong:
            return self._judge(wrong)
        finally:
            self._used_at = time.monotonic()
        if not (isinstance(said, dict) and said.get("id")):
            raise Trouble("notify: an answer that says nothing", UNCERTAIN)
        return handed_over(ACCEPTED)

    def check(self) -> None:
        """Do the key and the template work? Nothing is sent."""
        try:
            template = self._client.get_template(self._notify.template)
        except APIError as wrong:
            raise Trouble(f"notify: {_reason(wrong)}") from None
        if not (isinstance(template, dict) and _fits(template)):
            raise Trouble(UNFIT)

    def rest(self) -> None:
        if time.monotonic() - self._used_at > FRESH:
            self._client.request_session.close()

    def close(self) -> None:
        self._client.request_session.close()

    def _judge(self, wrong: APIError) -> Outcome:
        """What an error makes of the message: its status and its kind count, for the words may change."""
        reason, status = _reason(wrong), wrong.status_code
        if wrong.response is None:
            raise Trouble(f"notify: {reason}", UNCERTAIN if self._client.has_begun else NOT_ATTEMPTED) from None
        if status in CONCERNS_MESSAGE:
            self.check()  # where key or template no longer work, it is no fault of the message's
            return refused(reason)
        if status in NOT_NOW:
            raise Trouble(f"notify: {reason}", temporary(reason)) from None
        may_have_it = status >= 500 or not isinstance(wrong, HTTPError)
        raise Trouble(f"notify: {reason}", UNCERTAIN if may_have_it else NOT_ATTEMPTED) from None


class _Client(NotificationsAPIClient):
    """Knows whether anything of a message has gone out: a body is read only once the line stands and its head is said."""

    def __init__(self, key: str, api: str, timeout: tuple[float, float]) -> None:
        super().__init__(key, api, timeout)  # type: ignore[no-untyped-call]
        self._body = _Body(b"")
        self.request_session.max_redirects = 0

    @property
    def has_begun(self) -> bool:
        return self._body.is_read

    def _serialize_data(self, data: Any) -> io.BytesIO:
        self._body = _Body(super()._serialize_data(data).encode())  # type: ignore[no-untyped-call]
        return self._body


class _Body(io.BytesIO):
    is_read = False

    def read(self, size: int | None = -1) -> bytes:
        self.is_read = True
        return super().read(size)


def _words(message: EmailMessage) -> dict[str, str]:
    subject = " ".join(str(message["Subject"] or "").split())
    part = message.get_body(("plain",))
    return {"subject": subject, "body": as_notify(str(part.get_content()) if part else "", heading=subject)}


def _leaving(message: EmailMessage) -> str | None:
    found = _LEAVE.search(str(message["List-Unsubscribe"] or ""))
    return found[1] if found else None


def _fits(template: dict[str, Any]) -> bool:
    subject, body = ("".join(str(template.get(part) or "").lower().split()) for part in ("subject", "body"))
    return template.get("type") == "email" and "((subject))" in subject and "((body))" in body


def _reason(wrong: APIError) -> str:
    """Status and kind of an error ("400 BadRequestError"), never its words; without an answer, what broke."""
    if wrong.response is None:
        return type(wrong.__cause__).__name__
    said = wrong.message
    kind = said[0].get("error") if isinstance(said, list) and said and isinstance(said[0], dict) else None
    known = isinstance(kind, str) and _KIND.fullmatch(kind)
    return f"{wrong.status_code} {kind}" if known else str(wrong.status_code)
