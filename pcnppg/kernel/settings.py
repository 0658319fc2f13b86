"""The installation's settings: typed, frozen, read once from the environment, and loud when wrong."""

from __future__ import annotations

import importlib.util
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "PCNPPG_"
INBOX_SCHEMES = ("imaps", "imap+starttls", "imap")
MAIL_SCHEMES = ("file", "smtp", "smtps", "smtp+starttls", "notify", "notify+http")
DATABASE_SCHEMES = ("sqlite", "postgresql+psycopg")
NOTIFY_API = "https://api.notifications.service.gov.uk"

_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_NOTIFY_KEY = re.compile(rf".*-{_UUID}-{_UUID}")
_REPLY_TO = re.compile(rf"[^\s=,]+@[^\s=,]+={_UUID}")


class SettingsError(Exception):
    """A setting is wrong. The message is one line that names it."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From this hour to that no mailing goes out, by the clock on a wall in England. `start` 21 and `end` 8: over midnight."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Notify:
    """What a practice brings that sends by GOV.UK Notify: its key, and the number of a template that is all ours.

    `token` is what Notify says with each delivery receipt. `reply_to` are pairs of a group's address for replies and the
    number that it has there.
    """

    api: str
    key: str
    template: str
    token: str | None
    reply_to: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What `PCNPPG_…` says, with every default filled in."""

    env: str
    database_url: str
    secret_key: str | None
    base_url: str
    mail_url: str
    mail_domain: str
    operator_name: str
    operator_email: str
    trusted_proxies: int
    metrics_token: str | None
    mail_rate: int | None
    mail_domain_rate: int | None
    mail_connections: int
    hold: timedelta
    redis_url: str | None
    instance: Path
    worker_lease: timedelta
    inbox_url: str | None
    quiet_hours: QuietHours | None
    dkim_key: str | None
    dkim_selector: str
    notify: Notify | None

    @property
    def host(self) -> str:
        """The host name that links carry."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_development(self) -> bool:
        return self.env == "development"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, port: int = 5000) -> Settings:
        """Read all settings; raise `SettingsError` naming the first that is wrong."""
        read = _Reader(environ)
        env = read.choice("ENV", "development", ("development", "production"))
        production = env == "production"
        instance = Path(read.text("INSTANCE", "instance")).absolute()
        settings = cls(
            env=env,
            database_url=read.url("DATABASE_URL", f"sqlite:///{instance / 'pcnppg.sqlite3'}", DATABASE_SCHEMES),
            secret_key=read.text("SECRET_KEY", "", required=production) or None,
            base_url=read.url("BASE_URL", f"http://127.0.0.1:{port}", ("http", "https"), required=production).rstrip(
                "/"
            ),
            mail_url=read.url("MAIL_URL", f"file:{instance / 'mail'}", MAIL_SCHEMES, required=production),
            mail_domain=read.text("MAIL_DOMAIN", "pcnppg.test", required=production),
            operator_name=read.text("OPERATOR_NAME", "Ros Tanner", required=production),
            operator_email=read.text("OPERATOR_EMAIL", "operator@pcnppg.test", required=production),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0),
            metrics_token=read.maybe("METRICS_TOKEN"),
            mail_rate=read.number("MAIL_RATE", 0) or None,
            mail_domain_rate=read.number("MAIL_DOMAIN_RATE", 0) or None,
            mail_connections=read.number("MAIL_CONNECTIONS", 4, least=1),
            hold=timedelta(minutes=read.number("HOLD_MINUTES", 15)),
            redis_url=read.url("REDIS_URL", "redis://none", ("redis", "rediss", "unix"))
            if read.maybe("REDIS_URL")
            else None,
            instance=instance,
            worker_lease=timedelta(seconds=read.number("WORKER_LEASE", 45, least=1)),
            inbox_url=read.url("INBOX_URL", "imaps:", INBOX_SCHEMES) if read.maybe("INBOX_URL") else None,
            quiet_hours=read.hours("QUIET_HOURS", "21-8"),
            dkim_key=read.maybe("DKIM_KEY"),
            dkim_selector=read.text("DKIM_SELECTOR", "pcnppg"),
            notify=read.notify("MAIL_URL"),
        )
        _refuse_unsafe(settings)
        return settings


def _refuse_unsafe(settings: Settings) -> None:
    _refuse_unsafe_inbox(settings.inbox_url)
    _refuse_unsafe_notify(settings)
    host = urlsplit(settings.base_url).hostname or ""
    if settings.is_development:
        if not _is_loopback(host):
            raise SettingsError(
                f"{PREFIX}BASE_URL: development serves this machine only; set {PREFIX}ENV=production for {host}"
            )
        return
    if not settings.base_url.startswith("https://"):
        raise SettingsError(f"{PREFIX}BASE_URL: production needs an https:// address")
    if len(settings.secret_key or "") < 32:
        raise SettingsError(f"{PREFIX}SECRET_KEY: production needs at least 32 characters")
    if settings.mail_url.startswith("file:"):
        raise SettingsError(f"{PREFIX}MAIL_URL: production needs a mail server, not a folder")
    if settings.mail_domain.endswith(".test"):
        raise SettingsError(f"{PREFIX}MAIL_DOMAIN: production needs a real domain")


def _refuse_unsafe_inbox(url: str | None) -> None:
    """The mailbox is read over a line that nobody else can read, or on this machine."""
    if url is None:
        return
    try:
        parts = urlsplit(url)
        is_complete = bool(parts.hostname and parts.username and parts.password) and (parts.port or 1) > 0
    except ValueError:
        is_complete = False
    if not is_complete:
        raise SettingsError(f"{PREFIX}INBOX_URL: must be like imaps://user:password@host/INBOX")
    if parts.scheme == "imap" and not _is_loopback(parts.hostname or ""):
        raise SettingsError(f"{PREFIX}INBOX_URL: needs imaps: or imap+starttls: for another machine")


def _refuse_unsafe_notify(settings: Settings) -> None:
    if settings.notify is None:
        return
    if importlib.util.find_spec("notifications_python_client") is None:
        raise SettingsError(f"{PREFIX}MAIL_URL: notify: needs the extra: pip install 'pcnppg[notify]'")
    api = urlsplit(settings.notify.api)
    if api.scheme == "http" and not _is_loopback(api.hostname or ""):
        raise SettingsError(f"{PREFIX}MAIL_URL: notify+http: is for this machine only; use notify:")
    if not settings.base_url.startswith("https://"):
        raise SettingsError(f"{PREFIX}BASE_URL: GOV.UK Notify takes only https:// links for leaving")
    if settings.notify.token is None and not settings.is_development:
        raise SettingsError(f"{PREFIX}NOTIFY_TOKEN: needed to hear of addresses that do not work")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def maybe(self, name: str) -> str | None:
        return self.environ.get(PREFIX + name, "").strip() or None

    def text(self, name: str, default: str, *, required: bool = False) -> str:
        found = self.maybe(name)
        if found is None and required:
            raise SettingsError(f"{PREFIX}{name}: production needs this setting")
        return found if found is not None else default

    def choice(self, name: str, default: str, among: tuple[str, ...]) -> str:
        found = self.text(name, default)
        if found not in among:
            raise SettingsError(f"{PREFIX}{name}: {found!r} is not one of {', '.join(among)}")
        return found

    def url(self, name: str, default: str, schemes: tuple[str, ...], *, required: bool = False) -> str:
        found = self.text(name, default, required=required)
        scheme, colon, rest = found.partition(":")
        if not colon or scheme not in schemes or not (rest or scheme == "notify"):
            raise SettingsError(f"{PREFIX}{name}: must start with {' or '.join(f'{s}:' for s in schemes)}")
        return found

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        found = self.maybe(name)
        if found is None:
            return default
        if not (found.isascii() and found.isdigit()) or int(found) < least:
            raise SettingsError(f"{PREFIX}{name}: must be a whole number of at least {least}")
        return int(found)

    def notify(self, name: str) -> Notify | None:
        """Read only where mail goes by GOV.UK Notify. `notify:` is the service itself, `notify://host` another of its kind."""
        scheme, _, rest = self.text(name, "").partition(":")
        if not scheme.startswith("notify"):
            return None
        return Notify(
            api=f"{'http' if scheme == 'notify+http' else 'https'}:{rest}" if rest else NOTIFY_API,
            key=self.shaped("NOTIFY_KEY", _NOTIFY_KEY, "the whole key that GOV.UK Notify showed, with its name"),
            template=self.shaped("NOTIFY_TEMPLATE", re.compile(_UUID), "the ID of an email template at GOV.UK Notify"),
            token=self.long_enough("NOTIFY_TOKEN", 20),
            reply_to=self.replies("NOTIFY_REPLY_TO"),
        )

    def shaped(self, name: str, shape: re.Pattern[str], words: str) -> str:
        found = self.maybe(name) or ""
        if not shape.fullmatch(found):
            raise SettingsError(f"{PREFIX}{name}: must be {words}")
        return found

    def long_enough(self, name: str, least: int) -> str | None:
        found = self.maybe(name)
        if found is not None and len(found) < least:
            raise SettingsError(f"{PREFIX}{name}: must have at least {least} characters")
        return found

    def replies(self, name: str) -> tuple[tuple[str, str], ...]:
        said = [one.strip() for one in (self.maybe(name) or "").split(",") if one.strip()]
        if not all(_REPLY_TO.fullmatch(one) for one in said):
            raise SettingsError(f"{PREFIX}{name}: must be like news@example.org=ID,other@example.org=ID")
        return tuple((address.casefold(), number) for address, _, number in (one.rpartition("=") for one in said))

    def hours(self, name: str, default: str) -> QuietHours | None:
        found = self.text(name, default)
        if found == "none":
            return None
        start, end = (
            int(part) if part.isascii() and part.isdigit() and int(part) < 24 else -1
            for part in found.partition("-")[::2]
        )
        if -1 in (start, end) or start == end:
            raise SettingsError(f"{PREFIX}{name}: must be two different hours like {default}, or none")
        return QuietHours(start, end)


_settings: Settings | None = None


def use(settings: Settings) -> None:
    """Make these the settings of this process."""
    global _settings
    _settings = settings


def current() -> Settings:
    """The settings of this process; `app.create_app` set them. For floors that have no request: mail and jobs."""
    if _settings is None:
        raise RuntimeError("the settings are not read yet")
    return _settings
