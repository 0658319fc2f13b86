"""The ways out: a mail server over SMTP, GOV.UK Notify, or a folder of `.eml` files for development."""

from __future__ import annotations

import math
from collections.abc import Callable

from pcnppg.kernel.settings import Settings
from pcnppg.post.transports.file import FileTransport, folder_of
from pcnppg.post.transports.opening import Server
from pcnppg.post.transports.smtp import SmtpTransport
from pcnppg.post.transports.transport import OneByOne, Transport


def never() -> float:
    """No hurry."""
    return math.inf


def transport_for(settings: Settings, *, hurry: Callable[[], float] = never) -> Transport:
    """What `PCNPPG_MAIL_URL` names. `hurry` gives the monotonic time by which every wait must end: a stop is near."""
    if settings.notify is not None:
        from pcnppg.post.transports.notify import NotifyTransport  # an extra, which few installations bring

        return OneByOne(NotifyTransport(settings.notify, hurry=hurry))
    if settings.mail_url.startswith("file:"):
        return OneByOne(FileTransport(folder_of(settings.mail_url)))
    server = Server.parse(settings.mail_url)
    return SmtpTransport(server, helo=settings.mail_domain, hurry=hurry, connections=settings.mail_connections)
