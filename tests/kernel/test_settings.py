"""A setting that is wrong stops the start with one line that names it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.settings import QuietHours, Settings, SettingsError

PRODUCTION = {
    "PCNPPG_ENV": "production",
    "PCNPPG_SECRET_KEY": "s" * 32,
    "PCNPPG_BASE_URL": "https://ppg.example/",
    "PCNPPG_MAIL_URL": "smtp://mail.example:25",
    "PCNPPG_MAIL_DOMAIN": "mail.example",
    "PCNPPG_OPERATOR_NAME": "Elm Vale network",
    "PCNPPG_OPERATOR_EMAIL": "help@example.com",
}


def test_an_empty_environment_is_a_development_on_this_machine() -> None:
    found = Settings.from_environment({}, port=5123)
    assert found.is_development
    assert found.base_url == "http://127.0.0.1:5123"
    assert found.host == "127.0.0.1"
    assert found.database_url == f"sqlite:///{Path('instance').absolute() / 'pcnppg.sqlite3'}"
    assert found.mail_url.startswith("file:")
    assert found.hold == timedelta(minutes=15)
    assert (found.trusted_proxies, found.mail_rate, found.redis_url, found.metrics_token) == (0, None, None, None)


def test_production_starts_when_everything_is_said() -> None:
    found = Settings.from_environment({**PRODUCTION, "PCNPPG_MAIL_RATE": "60", "PCNPPG_TRUSTED_PROXIES": "1"})
    assert not found.is_development
    assert found.base_url == "https://ppg.example"
    assert (found.mail_rate, found.trusted_proxies) == (60, 1)


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "PCNPPG_ENV"])
def test_production_asks_for_every_setting_it_cannot_guess(name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PCNPPG_ENV", "prod"),
        ("PCNPPG_ENV", "Production"),
        ("PCNPPG_DATABASE_URL", "mysql://localhost/x"),
        ("PCNPPG_DATABASE_URL", "postgresql://localhost/x"),
        ("PCNPPG_DATABASE_URL", "sqlite"),
        ("PCNPPG_BASE_URL", "ppg.example"),
        ("PCNPPG_BASE_URL", "ftp://127.0.0.1"),
        ("PCNPPG_BASE_URL", "http://ppg.example"),
        ("PCNPPG_BASE_URL", "http://10.0.0.7:5000"),
        ("PCNPPG_MAIL_URL", "mail.example"),
        ("PCNPPG_MAIL_URL", "smtp:"),
        ("PCNPPG_MAIL_URL", "http://mail.example"),
        ("PCNPPG_TRUSTED_PROXIES", "-1"),
        ("PCNPPG_TRUSTED_PROXIES", "one"),
        ("PCNPPG_MAIL_RATE", "1.5"),
        ("PCNPPG_HOLD_MINUTES", "a quarter"),
        ("PCNPPG_HOLD_MINUTES", "١٥"),
        ("PCNPPG_REDIS_URL", "localhost:6379"),
        ("PCNPPG_WORKER_LEASE", "0"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as wrong:
        Settings.from_environment({name: value})
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PCNPPG_BASE_URL", "http://ppg.example"),
        ("PCNPPG_SECRET_KEY", "short"),
        ("PCNPPG_MAIL_URL", "file:/var/mail"),
        ("PCNPPG_MAIL_DOMAIN", "pcnppg.test"),
    ],
)
def test_production_refuses_what_is_unsafe(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({**PRODUCTION, name: value})


def test_no_refusal_repeats_a_secret() -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment({**PRODUCTION, "PCNPPG_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(wrong.value)
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment({**PRODUCTION, "PCNPPG_MAIL_URL": "http://user:hunter2@mail.example"})
    assert "hunter2" not in str(wrong.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "localhost", "[::1]"])
def test_development_serves_loopback(host: str) -> None:
    assert Settings.from_environment({"PCNPPG_BASE_URL": f"http://{host}:5000"}).is_development


def test_an_empty_setting_is_one_that_is_not_set() -> None:
    assert Settings.from_environment({"PCNPPG_REDIS_URL": " ", "PCNPPG_HOLD_MINUTES": ""}).redis_url is None


def test_settings_are_asked_for_only_after_they_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_of, "_settings", None)
    with pytest.raises(RuntimeError, match="not read"):
        settings_of.current()
    found = Settings.from_environment({})
    settings_of.use(found)
    assert settings_of.current() is found


@pytest.mark.parametrize(
    "url",
    [
        "pop3://user:pass@mail.example",
        "imaps://mail.example/INBOX",
        "imaps://user@mail.example",
        "imaps://user:pass@",
        "imaps://user:pass@mail.example:many",
        "imap://user:pass@mail.example",
    ],
)
def test_the_mailbox_of_returned_mail_is_named_whole_and_read_in_private(url: str) -> None:
    with pytest.raises(SettingsError, match="INBOX_URL"):
        Settings.from_environment({"PCNPPG_INBOX_URL": url})


@pytest.mark.parametrize(
    "url", ["imaps://user:pass@mail.example/INBOX", "imap+starttls://u:p@mail.example", "imap://u:p@127.0.0.1:1143"]
)
def test_a_mailbox_of_returned_mail(url: str) -> None:
    assert Settings.from_environment({"PCNPPG_INBOX_URL": url}).inbox_url == url


def test_quiet_hours_are_two_hours_of_the_day_or_none() -> None:
    def read(text: str) -> QuietHours | None:
        return Settings.from_environment({"PCNPPG_QUIET_HOURS": text}).quiet_hours

    assert Settings.from_environment({}).quiet_hours == QuietHours(21, 8)
    assert (read("none"), read("22-07")) == (None, QuietHours(22, 7))
    for wrong in ("21", "21-24", "8-8", "8-08", "late-early", "-"):
        with pytest.raises(SettingsError, match="PCNPPG_QUIET_HOURS"):
            read(wrong)


NOTIFY = {
    **PRODUCTION,
    "PCNPPG_MAIL_URL": "notify:",
    "PCNPPG_NOTIFY_KEY": "elm_tree-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0",
    "PCNPPG_NOTIFY_TEMPLATE": "f33517ff-2a88-4f6e-b855-c550268ce08a",
    "PCNPPG_NOTIFY_TOKEN": "t" * 20,
}


def test_mail_by_notify_is_told_by_four_settings() -> None:
    one = "News@example.org=8e222534-7f05-4972-86e3-17c5d9f894e2"
    found = Settings.from_environment({**NOTIFY, "PCNPPG_NOTIFY_REPLY_TO": f"{one}, {one.replace('News', 'b')},"})
    assert found.notify is not None
    assert found.notify.api == "https://api.notifications.service.gov.uk"
    assert (found.notify.key, found.notify.token) == (NOTIFY["PCNPPG_NOTIFY_KEY"], "t" * 20)
    assert [address for address, _ in found.notify.reply_to] == ["news@example.org", "b@example.org"]
    other = Settings.from_environment({**NOTIFY, "PCNPPG_MAIL_URL": "notify://notify.example"})
    assert other.notify is not None
    assert other.notify.api == "https://notify.example"
    assert Settings.from_environment({**NOTIFY, "PCNPPG_MAIL_URL": "smtp://mail.example"}).notify is None


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"PCNPPG_NOTIFY_KEY": ""}, "NOTIFY_KEY"),
        ({"PCNPPG_NOTIFY_KEY": "elm_tree-26785a09"}, "NOTIFY_KEY"),
        ({"PCNPPG_NOTIFY_TEMPLATE": "newsletter"}, "NOTIFY_TEMPLATE"),
        ({"PCNPPG_NOTIFY_TOKEN": "short"}, "NOTIFY_TOKEN"),
        ({"PCNPPG_NOTIFY_TOKEN": ""}, "NOTIFY_TOKEN"),
        ({"PCNPPG_NOTIFY_REPLY_TO": "news@example.org"}, "NOTIFY_REPLY_TO"),
        ({"PCNPPG_MAIL_URL": "notify+http://notify.example"}, "MAIL_URL"),
        ({"PCNPPG_ENV": "development", "PCNPPG_BASE_URL": "http://127.0.0.1:5000"}, "BASE_URL"),
    ],
)
def test_what_notify_needs_is_asked_for_at_the_start(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=f"PCNPPG_{named}"):
        Settings.from_environment({**NOTIFY, **wrong})


def test_notify_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"pcnppg\[notify\]"):
        Settings.from_environment(NOTIFY)
