"""Markdown becomes safe HTML, and plain text with the same words."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.mailing.formats import SCHEMES, TAGS, as_html, as_text

NEWS = """# Summer news

Dear all, come to the [hall](https://example.org/hall?a=1&b=2) on *Tuesday* **4 March**.
Bring <biscuits>.

- one
- two
  1. inner

> They said it

    typed as it is

* * *

See https://www.example.org/a_b_c. Write to <us@example.org> or [ring us](tel:01632960001).
"""


def test_the_html_of_a_text() -> None:
    assert as_html(NEWS).splitlines()[:4] == [
        "<h2>Summer news</h2>",
        '<p>Dear all, come to the <a href="https://example.org/hall?a=1&amp;b=2">hall</a> on <em>Tuesday</em> '
        "<strong>4 March</strong>.<br>",
        "Bring &lt;biscuits&gt;.</p>",
        "<ul>",
    ]


def test_the_plain_text_of_a_text() -> None:
    assert as_text(NEWS) == (
        "Summer news\n\n"
        "Dear all, come to the hall (https://example.org/hall?a=1&b=2) on Tuesday 4 March.\nBring <biscuits>.\n\n"
        "- one\n- two\n  1. inner\n\n"
        "> They said it\n\n"
        "    typed as it is\n\n"
        "* * *\n\n"
        "See https://www.example.org/a_b_c. Write to us@example.org or ring us (01632960001)."
    )


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "[x](/sign-out)",
        "![x](https://evil.example/pixel.png)",
        "<javascript:alert(1)>",
        '[x](https://a.example" onclick="alert(1))',
        "<a href='https://x.example' style='position:fixed'>x</a>",
    ],
)
def test_nothing_that_acts_comes_through(evil: str) -> None:
    _is_safe(as_html(evil))


@given(st.text(alphabet="ab <>[]()!*_`#-\n\"'&:/\\1.=", max_size=80))
def test_whatever_is_typed_the_html_is_safe(body: str) -> None:
    _is_safe(as_html(body))
    as_text(body)


@given(st.lists(st.sampled_from([*NEWS.split("\n\n"), "Two\nlines", "3. three\n\n4. four", "a `code` b"]), max_size=6))
def test_html_and_plain_text_say_the_same(blocks: list[str]) -> None:
    body = "\n\n".join(blocks)
    assert _words(BeautifulSoup(as_html(body), "html.parser").get_text(" ")) == _words(
        _without_addresses(as_text(body))
    )


def test_deep_nesting_and_long_texts_are_quick_and_harmless() -> None:
    for body in (
        ">" * 5000 + "x",
        "[" * 5000,
        "*" * 9000,
        "- " * 3000 + "x",
        "a](b" * 3000,
        "https://x.example " * 1000,
    ):
        _is_safe(as_html(body))
        as_text(body)


def _is_safe(html: str) -> None:
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= {"href", "start"}
        assert "href" not in tag.attrs or tag["href"].partition(":")[0].lower() in SCHEMES


def _without_addresses(text: str) -> str:
    return re.sub(r" \((?:https?:|\d)\S*\)", "", text)


def _words(text: str) -> list[str]:
    """Letters only, and no list's marks: how words are split by tags differs, the words do not."""
    return re.findall(r"[a-z]+", re.sub(r"\b\d+\. ", "", text.lower()))
