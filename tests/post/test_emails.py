"""What a message says: the same in both bodies, in the shared frame, without Flask."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from jinja2 import UndefinedError

from pcnppg.kernel.clock import now
from pcnppg.post import emails

pytestmark = pytest.mark.usefixtures("inside")


def made(**values: object) -> EmailMessage:
    given = {"name": "Zoë <b>", "when": now().isoformat()} | values
    data = emails.service_message(7, "tests/hello", "ann@example.com", given, at=now())
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_service_message_carries_its_headers_and_no_list_headers() -> None:
    message = made()
    assert message["From"] == "Patient groups <no-reply@pcnppg.test>"
    assert message["To"] == "ann@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "Hello Zoë <b>"
    assert message["Reply-To"] is None
    assert not [name for name in message if name.lower().startswith("list-")]


def test_the_group_is_named_and_answers_where_it_wants_to() -> None:
    message = made(from_name="Friends of Mill Lane", reply_to="friends@example.net")
    assert message["From"] == "Friends of Mill Lane <no-reply@pcnppg.test>"
    assert message["Reply-To"] == "friends@example.net"
    assert "You can reply to this email." in body(message, "plain")
    assert "Nobody reads replies" in body(made(), "plain")


def test_the_last_line_leads_to_the_group_where_there_is_one() -> None:
    assert body(made(), "plain").rstrip().endswith("Patient groups: http://127.0.0.1:5000/")
    ours = made(from_name="Friends of Mill Lane", slug="mill-lane")
    assert body(ours, "plain").rstrip().endswith("Friends of Mill Lane: http://127.0.0.1:5000/groups/mill-lane")
    assert 'href="http://127.0.0.1:5000/groups/mill-lane"' in body(ours, "html")


def test_the_message_id_stays_the_same_however_often_the_message_is_made() -> None:
    later = emails.service_message(
        7, "tests/hello", "ann@example.com", {"name": "A", "when": now()}, at=now() + timedelta(1)
    )
    again = message_from_bytes(later, policy=policy.default)
    assert again["Message-ID"] == made()["Message-ID"]
    assert again["Message-ID"].endswith("@pcnppg.test>")


def test_text_is_plain_and_html_is_escaped_and_both_say_the_same() -> None:
    message = made()
    assert "Dear Zoë <b>," in body(message, "plain")
    assert "Dear Zoë &lt;b&gt;," in body(message, "html")
    for kind in ("plain", "html"):
        assert "it is Thursday 4 March 2027 at 10:30am." in body(message, kind)
        assert "operator@pcnppg.test" in body(message, kind)


def test_styles_are_inlined_and_nothing_is_fetched() -> None:
    html = body(made(), "html")
    assert "<style" not in html
    assert 'style="' in html
    assert "font-size: 18px" in html
    assert "<img" not in html
    assert "url(" not in html


def test_a_misspelt_name_raises() -> None:
    with pytest.raises(UndefinedError):
        emails.render("tests/broken", {})


def test_a_subject_is_one_line(inside: Flask) -> None:
    assert emails.render("tests/hello", {"name": "Ann\n\n  Lee", "when": now()}).subject == "Hello Ann Lee"


def test_a_date_that_waited_as_text_is_spelt_as_a_day() -> None:
    day = emails._jinja().filters["day"]
    assert day("2027-03-04") == day(now()) == day(now().isoformat()) == "Thursday 4 March 2027"
