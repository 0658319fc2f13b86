"""The library: texts that groups lend one another, and a group's own copies of them. Pure."""

from __future__ import annotations

from enum import StrEnum

from pcnppg.kernel.verdict import YES, Verdict, no

LONGEST_TITLE = 120
LONGEST_TEXT = 20_000


class TextKind(StrEnum):
    TERMS = "terms"
    POSTER = "poster"
    SURVEY = "survey"
    OTHER = "other"


TEXT_WORDS = {
    TextKind.TERMS: "Terms of reference",
    TextKind.POSTER: "Poster",
    TextKind.SURVEY: "Survey",
    TextKind.OTHER: "Another text",
}


def may_keep(title: str, body: str) -> Verdict:
    """Is a text whole?"""
    if not title.strip() or not body.strip():
        return no("A text needs a title and words.")
    if len(title) > LONGEST_TITLE or len(body) > LONGEST_TEXT:
        return no(f"Make it shorter: {LONGEST_TITLE} characters for the title, {LONGEST_TEXT:,} for the text.")
    return YES


def may_borrow(*, is_own: bool, has_copy: bool) -> Verdict:
    """Can a group take a copy of a text?"""
    if is_own:
        return no("This text is your own group's already. Change it as it is.")
    if has_copy:
        return no("Your group has a copy of this text already. You find it under your copies.")
    return YES
