"""What a network's meeting is for: drafted first, agreed by the groups, and only then items and agenda."""

from __future__ import annotations

from collections.abc import Sequence

from pcnppg.kernel.verdict import YES, Verdict, no

PURPOSE_LENGTH = 1000
"""Letters of a purpose, and of what should change in it."""


def may_draft(words: str, *, before: str | None, is_published: bool) -> Verdict:
    """Can these words be put before the groups?"""
    if is_published:
        return no("The agenda is published, so what the meeting is for stays as the groups agreed it.")
    if not words.strip():
        return no("Say in a few sentences what the meeting is for.")
    if len(words) > PURPOSE_LENGTH:
        return no(f"Make it shorter: {PURPOSE_LENGTH:,} letters at most. Nothing is lost.")
    if words.strip() == before:
        return no("These are the same words as before, so nothing was changed. What the groups said still stands.")
    return YES


def may_answer(*, version: int, read: int, speaks: bool, is_awake: bool, is_published: bool) -> Verdict:
    """Can somebody say for their group what it thinks of this version, having read that one? 0 is no draft."""
    if not speaks:
        return no("Only somebody whom a group sent can answer for it. Ask your group's chair to send you.")
    if not is_awake:
        return no("Your group rests, and the network speaks for it. Wake it first.")
    if is_published:
        return no("The agenda is published already, so this is settled.")
    if not version:
        return no("There is nothing to agree to yet. The network's officers write it first.")
    if version != read:
        return no("Somebody wrote it anew since you opened this page. Read the new words before you answer.")
    return YES


def may_say(words: str, *, agrees: bool) -> Verdict:
    """A group that asks for a change says which."""
    if not agrees and not words.strip():
        return no("Say what should change.")
    if len(words) > PURPOSE_LENGTH:
        return no(f"Make it shorter: {PURPOSE_LENGTH:,} letters at most. Nothing is lost.")
    return YES


def groups_needed(wanted: int, awake: int) -> int:
    """How many groups must agree. `wanted` is what their agreement says, 0 for all; groups that rest are not counted."""
    return max(1, min(wanted or awake, awake))


def is_agreed(agreed: int, *, needed: int) -> bool:
    """Do enough groups agree?"""
    return agreed >= needed


def standing_words(agreed: int, needed: int, missing: Sequence[str]) -> str:
    """How far it is, as a sentence; where it is not enough, who has not agreed yet, by name."""
    if is_agreed(agreed, needed=needed):
        return f"{agreed} {'group has' if agreed == 1 else 'groups have'} agreed. {needed} had to."
    if not missing:
        return "No group can agree yet: none is in the network and awake."
    names = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
    return f"{agreed} of {needed} have agreed. Not yet: {names}."
