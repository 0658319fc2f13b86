"""What somebody probably meant who slipped on the keyboard after the @."""

from __future__ import annotations

import pytest

from pcnppg.kernel.slips import OFTEN, is_one_slip_away, probably_meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.cmo", "gmail.com"),
        ("gmial.con", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmail.co.ul", "hotmail.co.uk"),
        ("hotmail.couk", "hotmail.co.uk"),
        ("btinternt.com", "btinternet.com"),
        ("elm.con", "elm.com"),
        ("elm.co.ukk", "elm.co.uk"),
        ("elm.orgg.uk", "elm.org.uk"),
    ],
)
def test_a_slip_is_noticed(typed: str, meant: str) -> None:
    assert probably_meant(f"pat.lee@{typed}") == f"pat.lee@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        *OFTEN,
        "ymail.com",
        "mail.com",
        "nhs.net",
        "sky.com",
        "elm.example",
        "elm.co",
        "disco.u",
        "yahoo.ca",
        "live.co.uk",
    ],
)
def test_a_good_address_is_left_alone(domain: str) -> None:
    assert probably_meant(f"pat@{domain}") is None


def test_one_slip_is_one_letter() -> None:
    for typed in ("abcd", "ab", "acb", "abx", "xabc", "bac", "xbc"):
        assert is_one_slip_away(typed, "abc"), typed
    for typed in ("abc", "cba", "abcde", "a", "", "xyc"):
        assert not is_one_slip_away(typed, "abc"), typed
