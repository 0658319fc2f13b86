"""The words that people agree to."""

from __future__ import annotations

from pcnppg.membership import formats

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
