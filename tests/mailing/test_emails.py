"""A mailing as it arrives, byte by byte: who it is from, how to leave, and the same words twice."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from pcnppg.groups.models import Group
from pcnppg.kernel import clock, keys
from pcnppg.kernel.clock import now
from pcnppg.mailing import emails
from pcnppg.mailing.jobs import PREPARED, Deliveries
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.membership.models import Contact
from pcnppg.post import actions as post
from pcnppg.post.rules import BATCH, Item
from pcnppg.store.session import session, transaction
from tests.mailing.lists import a_draft, a_list, contacts_of, deliveries, send
from tests.mailing.test_actions import HOLD

BODY = "# Café\n\nCome to [our café](https://example.org/café?x=1&y=2), it costs £2.\n\n- tea\n- cake"


@pytest.fixture
def arrived(inside: Flask) -> tuple[list[Item], list[EmailMessage], list[Delivery]]:
    """A mailing to three people: the items, the messages, the deliveries."""
    group, (joan, _) = a_list(3)
    with transaction():
        session().get_one(Contact, contacts_of(group)[0]).name = 'Zoë "Zo" O’Hara, née Fry'
    mailing_id = send(group, joan, mailing_id=a_draft(group, joan, subject="Café & cake: ünsere Pläne", body=BODY))
    with clock.at(now() + HOLD), transaction():
        items = list(Deliveries().claim("w1", at=now(), limit=BATCH))
    read = [email.message_from_bytes(item.make(), policy=email.policy.default) for item in items]
    return items, read, deliveries(mailing_id)  # type: ignore[return-value]


def test_the_headers_are_those_of_the_contract(arrived) -> None:
    items, messages, rows = arrived
    for item, message, row in zip(items, messages, rows, strict=True):
        leave = keys.current().sign("leave", row.contact_id)
        assert str(message["From"]) == "Patients of Elm Tree <elm-tree@pcnppg.test>"
        assert message["Reply-To"] == "elm-tree@example.org"
        assert message["Subject"] == "Café & cake: ünsere Pläne"
        assert [a.addr_spec for a in message["To"].addresses] == [item.to]
        assert message["Message-ID"] == f"<d.{keys.current().sign('delivery', row.id)}@pcnppg.test>"
        assert message["List-Id"] == "Patients of Elm Tree <elm-tree.pcnppg.test>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message["List-Unsubscribe"].count("http") == 1
        assert message["Auto-Submitted"] is None
        assert item.envelope_from == f"b+{keys.current().sign('bounce', row.id)}@pcnppg.test"
        raw = item.make()
        unsubscribe = (
            f"List-Unsubscribe: <http://127.0.0.1:5000/u/{leave}>, <mailto:u+{leave}@pcnppg.test?subject=leave>"
        )
        assert unsubscribe.encode() + b"\r\n" in raw
        assert raw.isascii()
        assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert messages[0]["To"].addresses[0].display_name == 'Zoë "Zo" O’Hara, née Fry'
    assert messages[1]["To"].addresses[0].display_name == "Pat Number 1"


def test_each_receiver_has_their_own_link_and_nobody_elses(arrived) -> None:
    _, messages, rows = arrived
    for message, row in zip(messages, rows, strict=True):
        for part in ("plain", "html"):
            found = set(re.findall(r"/u/([0-9a-z-]+)", _body(message, part)))
            assert found == {keys.current().sign("leave", row.contact_id)}


def test_text_and_html_say_the_same(arrived) -> None:
    _, messages, _ = arrived
    for message in messages:
        assert _words(_body(message, "plain")) == _words(_readable(_body(message, "html")))


def test_the_footer_says_who_why_which_number_and_how_to_leave(arrived) -> None:
    text = _body(arrived[1][0], "plain")
    for words in (
        "Patients of Elm Tree writes this to you",
        "because you joined our contact list",
        "the 1st of at most 4 emails in twelve months",
        "Leave or pause with one button: http://127.0.0.1:5000/u/",
        "no place for medical questions",
        "Ruth Carver will help: 01632 960 001",
        "/groups/elm-tree/mailings/",
    ):
        assert words in text


def test_no_pixel_no_picture_no_script_no_attachment_no_rewritten_link(arrived) -> None:
    message = arrived[1][0]
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    html = BeautifulSoup(_body(message, "html"), "html.parser")
    assert not html.select("img, script, link, iframe, object, form, style")
    assert "url(" not in str(html)
    assert "https://example.org/caf%C3%A9?x=1&y=2" in [a["href"] for a in html.select("a")]


def test_what_a_writer_types_fills_no_place_holder(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    send(group, joan, mailing_id=a_draft(group, joan, body="Please come \ue000leave\ue001 \ue000nothing\ue001"))
    with clock.at(now() + HOLD), transaction():
        (item,) = Deliveries().claim("w1", at=now(), limit=BATCH)
    assert b"Please come leave nothing" in item.make()


def test_a_group_that_changes_its_name_is_named_so_from_then_on(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    send(group, joan)
    queue = Deliveries()
    for name in ("Old Elm", "New Elm"):
        with transaction():
            session().get_one(Group, group).name = name
        with clock.at(now() + HOLD), transaction():
            (item,) = queue.claim("w1", at=now(), limit=1)
        assert f"From: {name} <".encode() in item.make()


def test_only_a_few_messages_are_kept_prepared(inside: Flask) -> None:
    group, (joan, _) = a_list(1, promise=12)
    for _ in range(PREPARED + 1):
        send(group, joan)
    queue = Deliveries()
    with clock.at(now() + HOLD):
        for _ in range(PREPARED + 1):
            with transaction():
                queue.claim("w1", at=now(), limit=1)
    assert len(queue._prepared) == PREPARED


def test_a_test_is_marked_as_one_and_says_the_same_twice(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    mailing = session().get_one(Mailing, a_draft(group, joan, body=BODY))
    with transaction():
        emails.send_test(mailing, session().get_one(Group, group), to="joan@example.org", at=now())
    with transaction():
        (item,) = post.Outbox().claim("w1", at=now(), limit=1)
    message = email.message_from_bytes(item.make(), policy=email.policy.default)
    assert message["Subject"] == "Test: Our summer meeting"
    assert message["List-Unsubscribe"] is None
    assert "This is a test. Only you got it." in _body(message, "plain")
    assert _words(_body(message, "plain")) == _words(_readable(_body(message, "html")))


def _body(message, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content())


def _readable(html: str) -> str:
    """What a reader of the HTML sees, each link followed by its address where the words do not say it."""
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.select("a[href]"):
        if str(link["href"]) not in link.get_text():
            link.append(f" ({link['href']})")
    found = soup.select_one(".sheet") or soup
    for sender in found.select("p.from"):
        sender.extract()
    return found.get_text(" ")


def _words(text: str) -> list[str]:
    return re.findall(r"[\w£]+", text.replace("- ", " "))
