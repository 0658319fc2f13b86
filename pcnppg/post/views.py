"""`/dev/mailbox`: mail that development caught in a folder, as its receiver would read it. Not there in production."""

from __future__ import annotations

from email.message import EmailMessage

from flask import Blueprint, Response

from pcnppg.kernel import settings
from pcnppg.kernel.refusals import NotFound
from pcnppg.post.transports.file import Caught, find_caught, folder_of, list_caught
from pcnppg.web.access import ANYONE, open_to
from pcnppg.web.answers import show
from pcnppg.web.security import frame

bp = Blueprint("post", __name__, url_prefix="/dev/mailbox")

SHOWN = 100


@bp.get("")
@open_to(ANYONE)
def mailbox() -> Response:
    ours = settings.current()
    caught = list_caught(folder_of(ours.mail_url), limit=SHOWN) if ours.mail_url.startswith("file:") else None
    return show("post/mailbox.html", caught=caught, shown=SHOWN)


@bp.get("/<name>")
@open_to(ANYONE)
def message(name: str) -> Response:
    caught, found = _find(name)
    return show("post/message.html", caught=caught, text=_body(found, "plain"), headers=found.items())


@bp.get("/<name>/html")
@open_to(ANYONE)
def message_html(name: str) -> Response:
    """The HTML part as it arrived, for a sandboxed frame."""
    _, found = _find(name)
    return frame(_body(found, "html"))


def _find(name: str) -> tuple[Caught, EmailMessage]:
    ours = settings.current()
    found = find_caught(folder_of(ours.mail_url), name) if ours.mail_url.startswith("file:") else None
    if found is None:
        raise NotFound("This message is no longer kept here. Only the newest are.")
    return found


def _body(found: EmailMessage, kind: str) -> str:
    part = found.get_body((kind,))
    return str(part.get_content()) if part else ""
