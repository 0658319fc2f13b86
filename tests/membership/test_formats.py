"""The words that people agree to, and leaving addresses in raw mail."""

from __future__ import annotations

import pytest

from pcnppg.membership import formats

TOKEN = "2a-" + "b" * 26
VALUES = {
    "holder": "Elm Tree Surgery",
    "privacy_contact": "privacy@elm-tree.example",
    "group_name": "Elm & Ash <Group>",
    "practice_name": "Elm Tree Surgery",
}


def test_the_words_say_the_number_and_are_plain_text() -> None:
    one, four = formats.shown(**VALUES, promise=1), formats.shown(**VALUES, promise=4)
    assert "at most 1 email in any twelve months" in one.words
    assert "at most 4 emails in any twelve months" in four.words
    assert "Elm & Ash <Group> will send you emails" in four.words
    assert one.digest != four.digest
    assert four.digest == formats.digest(four.words)
    assert not any(line.startswith((" ", "\t")) for line in four.words.splitlines())


def test_short_sentences() -> None:
    sentences = formats.shown(**VALUES, promise=4).words.replace("\n", " ").split(". ")
    assert sum(len(s.split()) for s in sentences) / len(sentences) < 15


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
    assert formats.leave_tokens(raw, "pcnppg.test") == [TOKEN]


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
    assert formats.leave_tokens(raw, "pcnppg.test") == []
