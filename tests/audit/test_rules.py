"""Every line of the audit can be read by the person whom it concerns."""

from __future__ import annotations

import re

import pytest

from pcnppg.audit.rules import WORDS, deed_words
from pcnppg.kernel import paths
from tests.house.test_words import JARGON

CODE = re.compile(r"(?:note\(\s*|seen=)\"([a-z_]+\.[a-z_]+)\"")
DEEDS = sorted({code for path in (paths.ROOT / "pcnppg").rglob("*.py") for code in CODE.findall(path.read_text())})


@pytest.mark.parametrize("what", DEEDS)
def test_a_deed_has_words_without_jargon(what: str) -> None:
    words = deed_words(what)
    assert words
    assert "_" not in words
    assert "second factor" not in words
    assert not set(words.split()) & {word for word in JARGON if " " not in word}


def test_the_words_are_of_deeds_that_are_done() -> None:
    assert set(WORDS) <= set(DEEDS)
    assert deed_words("some.thing_else") == "thing else"
