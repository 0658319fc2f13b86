"""How long sessions live, which steps of an authenticator count, and which addresses are safe to go on to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.people import rules
from tests.conftest import THE_DAY

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("wrong", "allowed"), [(0, True), (4, True), (5, False), (6, False)])
def test_five_wrong_codes_are_enough(wrong: int, allowed: bool) -> None:
    verdict = rules.may_try(wrong)
    assert bool(verdict) is allowed
    assert allowed or "Wait 15 minutes" in verdict.because


@pytest.mark.parametrize(
    ("soon", "a_day", "allowed"), [(0, 0, True), (4, 29, True), (5, 5, False), (0, 30, False), (4, 30, False)]
)
def test_five_mails_soon_and_thirty_a_day(soon: int, a_day: int, allowed: bool) -> None:
    assert rules.may_mail(soon, a_day) is allowed


def is_open(*, began: timedelta, seen: timedelta, factor: bool = False, ended: datetime | None = None) -> bool:
    return rules.is_session_open(
        began_at=THE_DAY - began,
        seen_at=THE_DAY - seen,
        second_factor_at=THE_DAY - began if factor else None,
        ended_at=ended,
        at=THE_DAY,
    )


def test_a_session_by_mail_alone_lasts_thirty_days_used_or_not() -> None:
    month = timedelta(days=30)
    assert is_open(began=month - SECOND, seen=month - SECOND)
    assert not is_open(began=month, seen=SECOND)


def test_a_session_with_an_authenticator_code_ends_after_twelve_idle_hours() -> None:
    half_a_day = timedelta(hours=12)
    assert is_open(began=timedelta(days=3), seen=half_a_day - SECOND, factor=True)
    assert not is_open(began=timedelta(days=3), seen=half_a_day, factor=True)
    assert not is_open(began=timedelta(days=30), seen=SECOND, factor=True)


def test_an_ended_session_is_over() -> None:
    assert not is_open(began=SECOND, seen=SECOND, ended=THE_DAY)


def test_being_seen_is_noted_every_ten_minutes() -> None:
    assert not rules.is_worth_noting(THE_DAY - timedelta(minutes=10) + SECOND, THE_DAY)
    assert rules.is_worth_noting(THE_DAY - timedelta(minutes=10), THE_DAY)


def test_an_authenticators_clock_may_be_half_a_minute_off_and_no_step_counts_twice() -> None:
    now = rules.totp_step(THE_DAY)
    assert now == int(THE_DAY.timestamp()) // 30
    assert rules.steps_to_try(THE_DAY, None) == [now - 1, now, now + 1]
    assert rules.steps_to_try(THE_DAY, now - 1) == [now, now + 1]
    assert rules.steps_to_try(THE_DAY, now) == [now + 1]
    assert rules.steps_to_try(THE_DAY, now + 1) == []


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "12\u201334\u00a056", "1 2 3 4 5 6\n"])
def test_spaces_and_dashes_between_digits_do_not_matter(typed: str) -> None:
    assert rules.digits(typed) == "123456"


def test_capitals_and_dashes_of_a_recovery_code_do_not_matter() -> None:
    assert rules.recovery_code(" 3-ABCDE-fgh23 ") == rules.recovery_code("3abcdefgh23")


def test_a_code_is_found_among_several() -> None:
    assert rules.is_among("b", ["a", "b", "c"]) == 1
    assert rules.is_among("d", ["a", "b", "c"]) is None
    assert rules.is_among("d", []) is None
    assert rules.is_among("\u00e9", ["a"]) is None


@pytest.mark.parametrize("text", ["/", "/home", "/groups/elm-tree/contacts?page=2&q=a%20b", "/a//b", "/account#name"])
def test_our_own_pages_are_safe_to_go_on_to(text: str) -> None:
    assert rules.is_local_path(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "home",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        " /home",
        "/home\n",
        "/\t/evil.example",
        "/home\r\nSet-Cookie: a=b",
        "/caf\u00e9",
        "@evil.example",
        "/" + "a" * 4000,
    ],
)
def test_nothing_that_a_browser_could_read_as_another_site_is(text: str) -> None:
    assert not rules.is_local_path(text)


@given(st.text(max_size=40))
def test_whatever_is_safe_begins_with_one_slash_and_has_no_break(text: str) -> None:
    if rules.is_local_path(text):
        assert text.startswith("/")
        assert text[1:2] not in {"/", "\\"}
        assert text.isascii()
        assert text.isprintable()
        assert " " not in text


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/128.0 Safari/537.36 Edg/128.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/128.0 Mobile Safari/537.36", "Chrome on Android"),
        ("", "A browser on a device we do not know"),
        ("curl/8.5", "A browser on a device we do not know"),
    ],
)
def test_a_device_is_told_by_browser_and_system_and_no_more(user_agent: str, words: str) -> None:
    assert rules.device_words(user_agent) == words
