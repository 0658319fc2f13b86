"""An address is what a person typed, and compares by one rule everywhere."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.kernel import email_address
from pcnppg.kernel.email_address import LONGEST, EmailAddress
from pcnppg.kernel.refusals import RuleBroken

LONG_DOMAIN = ".".join(["d" * 63] * 3)


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("pat@example.com", "pat@example.com"),
        ("  pat@example.com\n", "pat@example.com"),
        ("\u00a0pat@example.com\u2003", "pat@example.com"),
        ("Pat.Smith@Example.COM", "pat.smith@example.com"),
        ("pat+ppg@example.com", "pat+ppg@example.com"),
        ("p.a.t@example.com", "p.a.t@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("pat@elm-tree.example", "pat@elm-tree.example"),
        ("pat@bücher.example", "pat@xn--bcher-kva.example"),
        (unicodedata.normalize("NFD", "pat@bücher.example"), "pat@xn--bcher-kva.example"),
        ("pat@BÜCHER.example", "pat@xn--bcher-kva.example"),
        ("pat@xn--bcher-kva.example", "pat@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_compared_trimmed_folded_and_by_its_ascii_domain(typed: str, mailbox: str) -> None:
    assert EmailAddress.parse(typed).mailbox == mailbox


def test_what_the_person_typed_is_kept_for_showing() -> None:
    assert EmailAddress.parse(" Pat.Smith@Example.COM ").shown == "Pat.Smith@Example.COM"


def test_neither_dots_nor_plus_tags_are_folded_away() -> None:
    mailboxes = {EmailAddress.parse(f"{local}@example.com").mailbox for local in ("pat", "pat+ppg", "p.at", "p.a.t")}
    assert len(mailboxes) == 4


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter your email"),
        (" \t\n", "Enter your email"),
        ("pat", "with an @"),
        ("@example.com", "before the @ too"),
        ("pat@", "after the @ too"),
        ("@", "after the @ too"),
        ("pat@example.com\r\nBcc: all@example.com", "on one line"),
        ("pat@exa\nmple.com", "on one line"),
        ("pat\x00@example.com", "hidden characters"),
        ("pat\u200b@example.com", "hidden characters"),
        ("pat@example.com\u202e", "hidden characters"),
        ("pat\u2028@example.com", "on one line"),
        ("jörg@example.com", "accents"),
        (unicodedata.normalize("NFD", "jörg@example.com"), "accents"),
        ("пат@example.com", "accents"),
        ('"pat smith"@example.com', "Check the email"),
        ('"pat@home"@example.com', "Check the email"),
        ("pat smith@example.com", "Check the email"),
        ("pat@localhost", "Check the email"),
        ("pat@[127.0.0.1]", "Check the email"),
        ("pat@example..com", "Check the email"),
        (".pat@example.com", "Check the email"),
        ("pat@-example.com", "Check the email"),
        ("pat,sam@example.com", "Check the email"),
        ("Pat <pat@example.com>", "Check the email"),
        ("pat@example.com, sam@example.com", "Check the email"),
        (f"{'p' * 65}@example.com", "Check the email"),
        (f"{'p' * 64}@{LONG_DOMAIN}", "shorter"),
        ("p" * 1_000_000 + "@example.com", "shorter"),
        (f"{'p' * 60}@{'ü' * 36}.{'ü' * 36}.{'ü' * 36}.example", "Check the email"),
    ],
)
def test_what_we_could_not_write_to_is_refused_with_a_sentence_that_helps(typed: str, says: str) -> None:
    with pytest.raises(RuleBroken, match=says) as refusal:
        EmailAddress.parse(typed)
    assert refusal.value.field == "email"
    assert EmailAddress.find(typed) is None


def test_the_field_to_blame_can_be_named() -> None:
    with pytest.raises(RuleBroken) as refusal:
        EmailAddress.parse("", field="reply_address")
    assert refusal.value.field == "reply_address"


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_parser_or_gets_past_it_unfit_for_a_header(typed: str) -> None:
    found = EmailAddress.find(typed)
    if found is not None:
        assert found.mailbox.isascii()
        assert found.mailbox.isprintable()
        assert len(found.mailbox) <= LONGEST
        assert found.mailbox.count("@") == 1


@given(st.emails())
def test_an_address_parsed_again_is_the_same_mailbox(typed: str) -> None:
    found = EmailAddress.find(typed)
    if found is not None:
        assert EmailAddress.parse(found.mailbox).mailbox == found.mailbox
        assert EmailAddress.parse(found.shown).mailbox == found.mailbox


LOCALS = st.text("aZ9._+-'", max_size=70)
DOMAINS = st.sampled_from(
    ["example.org", "Example.ORG", "a.b.example", "example..org", "-x.example", "localhost", "x" * 63 + ".org"]
)


@given(LOCALS, DOMAINS)
def test_a_plain_address_is_taken_as_the_parser_takes_it(local: str, domain: str) -> None:
    """What was learnt of a domain must change nothing."""
    typed = f"{local}@{domain}"
    email_address._known.clear()
    first = EmailAddress.find(typed)
    EmailAddress.find(f"pat@{domain}")
    assert EmailAddress.find(typed) == first


def test_what_is_learnt_of_domains_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email_address, "MOST_KNOWN", 3)
    for number in range(8):
        EmailAddress.parse(f"pat@d{number}.example")
    assert len(email_address._known) <= 3
