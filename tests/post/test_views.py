"""The caught mail of development, read as a person would read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from pcnppg.app import create_app
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.settings import Settings
from pcnppg.post import actions
from pcnppg.post.jobs.worker import Worker
from tests.visiting import Visit


@pytest.fixture
def caught(inside: Flask, settings: Settings, write: Callable[..., int]) -> None:
    write("ann@example.com", values={"name": "Zoë <script>", "when": "2027-03-04T10:30:00+00:00"})
    write("bea@example.com")
    Worker(settings, queues=(actions.Outbox(),)).run(once=True)


def test_nothing_caught_yet_says_what_to_do(visit: Visit) -> None:
    page = visit("/dev/mailbox")
    assert "No emails yet" in page.text


@pytest.mark.usefixtures("caught")
def test_the_newest_stand_first_and_lead_to_the_message(visit: Visit) -> None:
    page = visit("/dev/mailbox")
    rows = page.select("tbody tr")
    assert ["bea@example.com" in str(rows[0]), "ann@example.com" in str(rows[1])] == [True, True]
    assert "Thursday 4 March 2027 at 10:30am" in page.text
    message = visit(str(page.select("tbody a")[1]["href"]))
    assert message.heading == "Hello Zoë <script>"
    assert "Dear Zoë <script>," in message.one("pre").text
    links = [link["href"] for link in message.select("pre a")]
    assert links == ["mailto:operator@pcnppg.test", "http://127.0.0.1:5000/"]
    assert "auto-generated" in message.one("details").text
    assert "no-reply@pcnppg.test" in message.one("details").text


@pytest.mark.usefixtures("caught")
def test_the_page_of_a_message_is_framed_and_can_do_nothing(visit: Visit) -> None:
    page = visit("/dev/mailbox")
    message = visit(str(page.select("tbody a")[1]["href"]))
    frame = message.one("iframe")
    assert " ".join(frame["sandbox"]) == "allow-popups allow-popups-to-escape-sandbox"
    framed = visit(str(frame["src"]))
    assert "sandbox" in framed.headers["Content-Security-Policy"]
    assert "script-src" not in framed.headers["Content-Security-Policy"]
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Dear Zoë &lt;script&gt;," in framed.html
    assert '<base target="_blank">' in framed.html


@pytest.mark.parametrize("name", ["nothing", "00000000000000000000-00000000", "..%2fkeys%2fseal"])
@pytest.mark.parametrize("end", ["", "/html"])
def test_what_was_not_caught_is_not_found(visit: Visit, name: str, end: str) -> None:
    assert visit(f"/dev/mailbox/{name}{end}").status == 404


def test_with_a_mail_server_nothing_is_caught(visit: Visit, settings: Settings) -> None:
    settings_of.use(replace(settings, mail_url="smtp://127.0.0.1:25"))
    try:
        assert "none are caught here" in visit("/dev/mailbox").text
        assert visit("/dev/mailbox/00000000000000000000-00000000").status == 404
    finally:
        settings_of.use(settings)


def test_in_production_there_is_no_such_page(inside: Flask, settings: Settings) -> None:
    production = replace(
        settings,
        env="production",
        base_url="https://groups.example.org",
        secret_key="x" * 40,
        mail_url="smtp://localhost",
    )
    try:
        rules = create_app(production, testing=True).url_map.iter_rules()
        assert not [rule for rule in rules if rule.rule.startswith("/dev")]
    finally:
        settings_of.use(settings)
