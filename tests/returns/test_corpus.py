"""Raw messages of many systems, each with what it must be read as; and that no bytes at all make the reader stumble."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pcnppg.returns.formats import read, sender_of, words_of
from pcnppg.returns.rules import RETURNED, What

HERE = Path(__file__).parent
TABLE = [line.split() for line in (HERE / "verdicts.txt").read_text().splitlines() if line and not line.startswith("#")]
VERDICTS = {name: What(what) for name, what, _ in TABLE}


def raw(name: str) -> bytes:
    return (HERE / "mail" / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(("name", "what", "status"), TABLE)
def test_each_message_is_read_as_what_it_is(name: str, what: str, status: str) -> None:
    reading = read(raw(name))
    assert reading.what == what
    if reading.what in RETURNED:
        assert (reading.status or "-") == status


def test_the_table_names_every_message_and_enough_of_them() -> None:
    assert sorted(VERDICTS) == sorted(path.stem for path in (HERE / "mail").glob("*.eml"))
    kinds = Counter(VERDICTS.values())
    assert sum(kinds[what] for what in (*RETURNED, What.DELAYED, What.NOTICE, What.COMPLAINT)) >= 60
    assert sum(kinds[what] for what in (What.AUTO_REPLY, What.CHALLENGE, What.REPLY)) >= 15


def test_how_well_reports_are_told_from_other_mail(aloud: Callable[[str], None]) -> None:
    """Precision and recall over the whole table, for each kind from which something follows."""
    found = {name: read(raw(name)).what for name in VERDICTS}
    for what in (What.HARD, What.SOFT, What.COMPLAINT, What.UNSUBSCRIBE, What.REPLY):
        said = {name for name, one in found.items() if one is what}
        right = {name for name, one in VERDICTS.items() if one is what}
        precision, recall = len(said & right) / len(said), len(said & right) / len(right)
        aloud(
            f"mail that comes back: {what.value}: precision {precision:.2f}, recall {recall:.2f}, of {len(right)} messages"
        )
        assert (precision, recall) == (1, 1)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
@example(b"")
@example(b"\xff\xfe\x00" * 50)
@example(b"Content-Type: multipart/report; boundary=\n\n--\n--")
@example(b"Content-Type: text/plain; charset=idna\nContent-Transfer-Encoding: base64\n\n\xff\xff==")
@example(b"Subject: =?utf-7?B?////?= =?x?q?=ZZ?=\nFrom: \xf0\n\n\xed\xa0\x80")
def test_no_bytes_make_the_reader_stumble(noise: bytes) -> None:
    assert read(noise).what in What
    words_of(noise), sender_of(noise)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(VERDICTS)), st.integers(0, 4000), st.integers(0, 60), st.binary(max_size=60))
def test_a_message_cut_and_damaged_is_read_without_stumbling(name: str, at: int, gone: int, noise: bytes) -> None:
    whole = raw(name)
    assert read(whole[:at] + noise + whole[at + gone :]).what in What
    assert read(whole[:at]).what in What


@pytest.mark.parametrize("nested", [b"message/rfc822", b"multipart/mixed; boundary=b%d"])
def test_deep_nesting_ends_soon(nested: bytes) -> None:
    parts = [b"From: MAILER-DAEMON@x.example\nSubject: Undelivered Mail Returned to Sender\n"]
    for n in range(5000):
        kind = nested.replace(b"%d", b"%d" % n)
        parts.append(b"Content-Type: " + kind + b"\n\n" + (b"--b%d\n" % n if b"boundary" in kind else b""))
    began = time.monotonic()
    assert read(b"".join(parts)).what in What
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("filling", [b"x" * 5_000_000, b"<" * 2_000_000, b"a@b " * 500_000, b"\n> " * 500_000])
def test_a_huge_message_is_read_in_a_moment(filling: bytes) -> None:
    head = b"From: MAILER-DAEMON@x.example\nSubject: Undelivered Mail Returned to Sender\n\n550 5.1.1 User unknown\n"
    began = time.monotonic()
    assert read(head + filling).what is What.HARD
    assert time.monotonic() - began < 5


def test_line_ends_of_mail_on_the_wire_make_no_difference() -> None:
    for name, what in VERDICTS.items():
        assert read(raw(name).replace(b"\n", b"\r\n")).what == what


def test_a_reply_is_passed_on_as_it_was_written() -> None:
    assert words_of(raw("reply-base64")) == ("Re: Our spring meeting", "Count me in. It's a good idea!")
    assert sender_of(raw("reply-html")) == "pat.lee@mailbox.example"
    assert words_of(raw("reply-html"))[1] == "Yes please, put me down for  two ."
    assert sender_of(b"\n") == ""
