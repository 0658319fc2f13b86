"""GOV.UK Notify as its documentation tells it, in a thread of its own: what it takes is kept, what is wrong it refuses.

It looks at the token (HS256 with the service's secret, our clock within thirty seconds), at every argument, and at the
template's placeholders. `misbehave` says what it does to the next messages, one word or answer for each.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from uuid import uuid4

import jwt

from pcnppg.kernel.settings import Notify

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"patients_of_elm_tree-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
REPLY_TO = "8e222534-7f05-4972-86e3-17c5d9f894e2"
TOKEN = "a token that Notify says to us"
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ARGUMENTS = {
    "email_address",
    "template_id",
    "personalisation",
    "reference",
    "email_reply_to_id",
    "one_click_unsubscribe_url",
    "sanitise_content_for",
}

Error = tuple[int, str, str]


class NotifyServer:
    """Use it with `with`. `taken` are the messages that it accepted, in order."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        self.template: dict[str, Any] = {"type": "email", "subject": "((subject))", "body": "((body))", "version": 1}
        self.next: deque[Any] = deque()
        self.may_go_on = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"notify+http://127.0.0.1:{self._server.server_port}"

    def settings(self, **over: Any) -> Notify:
        api = self.url.removeprefix("notify+")
        replies = (("elm-tree@example.org", REPLY_TO),)
        return Notify(**({"api": api, "key": KEY, "template": TEMPLATE, "token": TOKEN, "reply_to": replies} | over))

    def misbehave(self, *how: Any) -> None:
        self.next.extend(how)

    def __enter__(self) -> NotifyServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.may_go_on.set()
        self._server.shutdown()
        self._server.server_close()

    def who(self, authorization: str) -> Error | None:
        """Is this our service, with its own secret, at this hour?"""
        if not authorization.startswith("Bearer "):
            return 401, "AuthError", "Unauthorized: authentication token must be provided"
        try:
            told = jwt.decode(
                authorization.removeprefix("Bearer "),
                SECRET,
                algorithms=["HS256"],
                options={"enforce_minimum_key_length": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return 403, "AuthError", "Invalid token: API key not found"
        if told.get("iss") != SERVICE:
            return 403, "AuthError", "Invalid token: service not found"
        if abs(time.time() - told["iat"]) > 30:
            return 403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"
        return None

    def refuse(self, said: dict[str, Any]) -> Error | None:
        """What the documentation says of wrong arguments."""
        unknown = set(said) - ARGUMENTS
        if unknown:
            return 400, "ValidationError", f"Additional properties are not allowed ({unknown})"
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", str(said.get("email_address", ""))):
            return 400, "ValidationError", "email_address is not a valid email address"
        if not UUID.fullmatch(str(said.get("template_id", ""))):
            return 400, "ValidationError", "template_id is not a valid UUID"
        if said["template_id"] != TEMPLATE:
            return 400, "BadRequestError", "Template not found"
        wanted = set(re.findall(r"\(\((\w+)\)\)", self.template["subject"] + self.template["body"]))
        if missing := wanted - set(said.get("personalisation", {})):
            return 400, "BadRequestError", f"Missing personalisation: {', '.join(sorted(missing))}"
        if not str(said.get("one_click_unsubscribe_url", "https://")).startswith("https://"):
            return 400, "ValidationError", "one_click_unsubscribe_url is not a valid https url"
        if said.get("email_reply_to_id", REPLY_TO) != REPLY_TO:
            return 400, "BadRequestError", "email_reply_to_id does not exist in database for service id"
        return None

    def take(self, said: dict[str, Any]) -> dict[str, Any]:
        number = str(uuid4())
        self.taken.append(said)
        return {
            "id": number,
            "reference": said.get("reference"),
            "content": {**said["personalisation"], "from_email": "elm.tree@notifications.service.gov.uk"},
            "uri": f"https://api.notifications.service.gov.uk/v2/notifications/{number}",
            "template": {"id": TEMPLATE, "version": 1, "uri": f"https://api.example/v2/template/{TEMPLATE}"},
        }


def receipt(reference: str | None, status: str, **over: Any) -> dict[str, Any]:
    """A delivery receipt as the documentation lists it. The address in it is nobody's."""
    return {
        "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
        "reference": reference,
        "to": "somebody.else@example.net",
        "status": status,
        "created_at": "2027-03-04T10:46:00.000000Z",
        "completed_at": "2027-03-04T10:46:09.000000Z",
        "sent_at": "2027-03-04T10:46:02.000000Z",
        "notification_type": "email",
        "template_id": TEMPLATE,
        "template_version": 1,
    } | over


def _handler(server: NotifyServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            error = server.who(self.headers.get("Authorization", ""))
            if error is None and self.path != f"/v2/template/{TEMPLATE}":
                error = 404, "NoResultFound", "No result found"
            self.answer(*error) if error else self.say(200, {"id": TEMPLATE, **server.template})

        def do_POST(self) -> None:
            server.asked += 1
            how = server.next.popleft() if server.next else "take"
            if how == "hang up unread":
                self.connection.close()
                return
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            error = server.who(self.headers.get("Authorization", ""))
            if error is None and self.path != "/v2/notifications/email":
                error = 404, "NoResultFound", "No result found"
            error = error or (how if isinstance(how, tuple) else server.refuse(said))
            if error is not None:
                self.answer(*error)
                return
            answer = server.take(said)
            if how == "hang":
                server.may_go_on.wait(20)
            elif how == "drop":
                self.close_connection = True
                self.connection.shutdown(2)
            else:
                self.say(201, answer if how == "take" else how)

        def answer(self, status: int, kind: str, message: str) -> None:
            self.say(status, {"status_code": status, "errors": [{"error": kind, "message": message}]})

        def say(self, status: int, words: Any) -> None:
            body = words.encode() if isinstance(words, str) else json.dumps(words).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
