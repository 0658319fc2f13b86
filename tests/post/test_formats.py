"""The message filled in is the message built by the standard library, and nothing can break out of its place."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from pcnppg.post.formats import BadValue, Prepared, build_message, phrase, prepare, seal, slot, unseal

AT = datetime(2027, 3, 4, 10, 30, 5, 999, tzinfo=UTC)
KEY = bytes(range(32))
UNSUBSCRIBE = f"<https://groups.example.org/u/{slot('leave')}>, <mailto:u+{slot('leave')}@groups.example.org>"
TEXT = f"Dear {slot('name')},\n\n.\n..dots\nFrom here, ünder ‘quotes’ 😀  \n{'long line ' * 30}\n\tYour link: {slot('url')}\n"
HTML = f'<html><body><p>Dear {slot("name")}, ünder</p>\n<p><a href="{slot("url")}">leave</a></p></body></html>\n'

words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn", "Co"))
    | st.sampled_from('äöüß😀👩‍👩‍👧"\\,;:<>@()= _?.'),
    max_size=60,
).map(str.strip)
tokens = st.from_regex(r"[0-9a-f]{1,6}-[a-z2-7]{26}", fullmatch=True)


def ready(**over: Any) -> Prepared:
    given: dict[str, Any] = {
        "from_name": "Friends of Mill Lane",
        "from_address": "news@groups.example.org",
        "reply_to": "friends@example.net",
        "subject": "Our spring meeting",
        "text": TEXT,
        "html": HTML,
        "headers": {"List-Unsubscribe": UNSUBSCRIBE, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    }
    return prepare(**(given | over))


def fill(prepared: Prepared, **over: Any) -> bytes:
    given: dict[str, Any] = {
        "values": {"name": "Ann", "url": "https://groups.example.org/u/1-abc", "leave": "1-abc"},
        "to_name": "Ann",
        "to_address": "ann@example.com",
        "message_id": "<d1@groups.example.org>",
        "date": AT,
    }
    values = given | over
    return prepared.fill(values.pop("values"), **values)


def read(data: bytes) -> EmailMessage:
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def standard(*, subject: str, from_name: str, to_name: str, name: str, url: str, leave: str) -> EmailMessage:
    """The same message, built afresh by the standard library alone."""
    message = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit", max_line_length=900))
    message["From"] = Address(from_name, addr_spec="news@groups.example.org")
    message["Reply-To"] = "friends@example.net"
    message["To"] = Address(to_name, addr_spec="ann@example.com")
    message["Subject"] = subject
    message["Message-ID"] = "<d1@groups.example.org>"
    message["Date"] = AT.replace(microsecond=0)
    message["List-Unsubscribe"] = UNSUBSCRIBE.replace(slot("leave"), leave)
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(TEXT.replace(slot("name"), name).replace(slot("url"), url))
    html = HTML.replace(slot("name"), str(escape(name))).replace(slot("url"), str(escape(url)))
    message.add_alternative(html, subtype="html")
    return message


def spelt(message: EmailMessage, name: str) -> str:
    """A header's words. Read with the old decoder: the new one puts spaces between the encoded words of a name."""
    raw = next(str(value) for key, value in message.raw_items() if key == name)
    return str(make_header(decode_header(raw.replace("\r\n ", " ").replace("\n ", " "))))


@given(subject=words, from_name=words, to_name=words, name=words, leave=tokens)
def test_a_filled_message_says_what_the_standard_library_would_say(
    subject: str, from_name: str, to_name: str, name: str, leave: str
) -> None:
    url = f"https://groups.example.org/u/{leave}"
    values = {"name": name, "url": url, "leave": leave}
    ours = read(fill(ready(subject=subject, from_name=from_name), values=values, to_name=to_name))
    theirs = standard(subject=subject, from_name=from_name, to_name=to_name, name=name, url=url, leave=leave)
    for part in ("plain", "html"):
        our_part, their_part = ours.get_body((part,)), theirs.get_body((part,))
        assert our_part is not None
        assert their_part is not None
        assert our_part.get_content().splitlines() == their_part.get_content().splitlines()
        assert our_part.get_content_type() == their_part.get_content_type()
    for header in ("Reply-To", "Message-ID", "Date", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version"):
        assert ours[header] == theirs[header], header
    assert ours.get_content_type() == theirs.get_content_type() == "multipart/alternative"
    assert spelt(ours, "Subject") == subject
    assert [a.addr_spec for a in ours["To"].addresses] == ["ann@example.com"]
    assert [a.addr_spec for a in ours["From"].addresses] == ["news@groups.example.org"]


@given(name=words)
def test_a_name_arrives_as_it_was_given(name: str) -> None:
    header = read(fill(ready(), to_name=name))["To"]
    if name.isascii() and "=?" not in name:
        assert header.addresses[0].display_name == name
    else:
        raw = phrase(name).replace("\r\n ", " ")
        assert str(make_header(decode_header(raw))) == name


@given(name=words, subject=words)
def test_every_line_is_short_ascii_and_ends_with_cr_lf(name: str, subject: str) -> None:
    data = fill(ready(subject=subject), values={"name": name, "url": "u", "leave": "1-a"}, to_name=name)
    assert data.isascii()
    for line in data.split(b"\r\n"):
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 400
    body = data.split(b"\r\n\r\n", 1)[1]
    assert max(map(len, body.split(b"\r\n"))) <= 76


def test_a_message_filled_is_the_same_bytes_as_one_built_whole() -> None:
    whole = build_message(
        from_name="Friends of Mill Lane",
        from_address="news@groups.example.org",
        reply_to="friends@example.net",
        subject="Our spring meeting",
        text=TEXT.replace(slot("name"), "Zoë").replace(slot("url"), "https://x.example"),
        html=HTML.replace(slot("name"), "Zoë").replace(slot("url"), "https://x.example"),
        headers={
            "List-Unsubscribe": UNSUBSCRIBE.replace(slot("leave"), "1-abc"),
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        to_name="Zoë",
        to_address="ann@example.com",
        message_id="<d1@groups.example.org>",
        date=AT,
    )
    values = {"name": "Zoë", "url": "https://x.example", "leave": "1-abc"}
    assert fill(ready(), values=values, to_name="Zoë") == whole


def test_the_address_to_unsubscribe_at_is_not_mangled() -> None:
    leave = "f423f-abcdefghijklmnopqrstuvwxyz"
    data = fill(ready(), values={"name": "Ann", "url": "u", "leave": leave})
    line = f"List-Unsubscribe: <https://groups.example.org/u/{leave}>, <mailto:u+{leave}@groups.example.org>\r\n"
    assert line.encode() in data
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in data


@pytest.mark.parametrize(
    "bad", ["a\rb", "a\nb", "a\r\nBcc: x@example.com", "a\0b", "\u2028", "\x85", "\x0b", "\x1e", "\ud800"]
)
def test_a_value_that_could_end_a_line_is_refused(bad: str) -> None:
    with pytest.raises(BadValue):
        fill(ready(), values={"name": bad, "url": "u", "leave": "l"})
    with pytest.raises(BadValue):
        fill(ready(), to_name=bad)
    with pytest.raises(BadValue):
        ready(subject=bad)
    with pytest.raises(BadValue):
        ready(from_name=bad)
    with pytest.raises(BadValue):
        ready(headers={"List-Id": bad})


@pytest.mark.parametrize(
    "bad",
    ["", "ann", "ann@", "a b@example.com", "a@example.com>", "ann@example.com\r\nRCPT TO:<x@y.z>", "ö@example.com"],
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(BadValue):
        fill(ready(), to_address=bad)


@pytest.mark.parametrize("headers", [{"List-Id": "grün"}, {"Li:st": "x"}, {"X": "x" * 1000}, {"A\r\nB": "x"}])
def test_a_header_that_mail_cannot_carry_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadValue):
        ready(headers=headers)


def test_a_header_value_that_hides_a_second_header_behind_a_fold_is_refused() -> None:
    with pytest.raises(BadValue):
        ready(headers={"List-Id": "x\r\n y\r\nBcc: z@example.com"})


def test_a_place_holder_in_a_header_takes_no_value_outside_ascii() -> None:
    with pytest.raises(UnicodeEncodeError):
        fill(ready(), values={"name": "Ann", "url": "u", "leave": "ü"})


def test_a_forgotten_value_is_noticed() -> None:
    with pytest.raises(KeyError):
        fill(ready(), values={"name": "Ann"})


def test_values_are_escaped_in_html_and_plain_in_text() -> None:
    message = read(fill(ready(), values={"name": "<b>Ann & co</b>", "url": "u", "leave": "l"}))
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "Dear <b>Ann & co</b>," in plain.get_content()
    assert "Dear &lt;b&gt;Ann &amp; co&lt;/b&gt;," in html.get_content()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ann Lee", "Ann Lee"),
        ('Ann "Bee" Lee', r'"Ann \"Bee\" Lee"'),
        ("Lee, Ann", '"Lee, Ann"'),
        ("Zoë", "=?utf-8?q?Zo=C3=AB?="),
        ("=?utf-8?q?Zo=C3=AB?=", "=?utf-8?q?=3D=3Futf-8=3Fq=3FZo=3DC3=3DAB=3F=3D?="),
    ],
)
def test_how_a_name_is_written(name: str, written: str) -> None:
    assert phrase(name) == written


def test_what_waits_is_sealed_and_opens_only_with_the_key() -> None:
    sealed = seal(KEY, {"to": "ann@example.com", "on": AT.date(), "at": AT})
    assert b"ann" not in sealed
    assert unseal(KEY, sealed) == {"to": "ann@example.com", "on": "2027-03-04", "at": AT.isoformat()}
    with pytest.raises(InvalidToken):
        unseal(bytes(32), sealed)


def test_only_plain_words_can_wait() -> None:
    with pytest.raises(TypeError):
        seal(KEY, {"what": object()})
