"""The tokens in the addresses that a message came to: the only thing in it that leads to anybody."""

from __future__ import annotations

import pytest

from pcnppg.returns import formats
from pcnppg.returns.rules import Token, What

TOKEN = "2a-bbbbbbbbbbbbbbbbbbbbbbbbbb"


def leaving(raw: bytes) -> list[str]:
    return [token.text for token in formats.read(raw, (), "pcnppg.test").tokens if token.of == "u"]


@pytest.mark.parametrize(
    "head",
    [
        f"To: u+{TOKEN}@pcnppg.test",
        f"To: Leave <u+{TOKEN}@pcnppg.test>",
        f"To: kim@example.com, u+{TOKEN}@pcnppg.test",
        f"TO: U+{TOKEN.upper()}@PCNPPG.TEST",
        f"Delivered-To: u+{TOKEN}@pcnppg.test",
        f"X-Original-To: u+{TOKEN}@pcnppg.test",
        f"Envelope-To: <u+{TOKEN}@pcnppg.test>",
        f"To: undisclosed-recipients:;\r\nDelivered-To: u+{TOKEN}@pcnppg.test",
        f"To: kim@example.com,\r\n u+{TOKEN}@pcnppg.test",
        f"To: u+{TOKEN}@pcnppg.test\r\nDelivered-To: u+{TOKEN}@pcnppg.test",
    ],
)
def test_the_token_stands_in_whatever_header_names_the_receiver(head: str) -> None:
    raw = f"From: pat@example.com\r\n{head}\r\nSubject: x\r\n\r\nunsubscribe\r\n".encode()
    assert leaving(raw) == [TOKEN]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"no headers at all",
        f"From: u+{TOKEN}@pcnppg.test\n\n".encode(),
        f"Reply-To: u+{TOKEN}@pcnppg.test\n\n".encode(),
        f"Subject: u+{TOKEN}@pcnppg.test\n\n".encode(),
        f"To: kim@example.com\n\nu+{TOKEN}@pcnppg.test".encode(),
        f"To: u+{TOKEN}@elsewhere.test\n\n".encode(),
        f"To: u+{TOKEN}@pcnppg.test.evil.example\n\n".encode(),
        f"To: xu+{TOKEN}@pcnppg.test\n\n".encode(),
        f"To: b+{TOKEN}@pcnppg.test\n\n".encode(),
        b"To: u+@pcnppg.test\n\n",
        b"To: u+" + b"a" * 500_000 + b"@pcnppg.test\n\n",
        b"To: " + b"\xff" * 100 + b"\n\n",
    ],
)
def test_nothing_else_is_a_leaving_address(raw: bytes) -> None:
    assert leaving(raw) == []


def test_the_envelope_is_believed_before_the_head() -> None:
    reading = formats.read(b"To: kim@example.com\n\nBye", [f"u+{TOKEN}@pcnppg.test"], "pcnppg.test")
    assert (reading.what, reading.tokens) == (What.UNSUBSCRIBE, (Token("u", TOKEN),))


def test_a_complaint_carries_the_return_path_of_the_mail_it_is_about() -> None:
    raw = (
        b"To: fbl@pcnppg.test\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n"
        b"--x\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n"
        b"--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <d." + TOKEN.encode() + b"@pcnppg.test>\n\n--x--\n"
    )
    reading = formats.read(raw, (), "pcnppg.test")
    assert (reading.what, reading.tokens, reading.quoted) == (What.COMPLAINT, (), (Token("d", TOKEN),))
