"""Plain text as GOV.UK Notify reads it: it takes every text for its own Markdown, so what is none must say so.

Its Markdown has headings, bullets, rules, insets behind `^`, and no emphasis. It numbers lists anew, takes "19.30" at the
head of a line for one, and drops tables: whatever could change our words is escaped.
"""

from __future__ import annotations

import re

_LINK = re.compile(r"(https?://[^\s<]+)")
_MEANS_MORE = re.compile(r"[\\\[|]")
_QUOTED = re.compile(r"(?:> ?)+")
_RULE = re.compile(r"[-*_](?: *[-*_]){2,} *")
_UNDERLINE = re.compile(r"(?:=+|-+) *")
_BULLET = "- "
_BEGINS = re.compile(r"(\d*)(#|[-*](?! )|\.|```|~~~)")


def as_notify(text: str, *, heading: str) -> str:
    """The same words, to be put into a template of Notify's. A first line that repeats `heading` becomes one."""
    lines = text.rstrip().splitlines()
    told = []
    if lines and lines[0].strip() == heading:
        told, lines = [f"# {_inline(heading)}"], lines[1:]
    in_list, before = False, ""
    for line in lines:
        bare = line.lstrip()
        if bare and bare == line:
            in_list = line.startswith(_BULLET)
        if before and _UNDERLINE.fullmatch(bare):
            told.append("")  # under a line of words it would make a heading of them
        told.append(_line(line if in_list else bare))
        before = bare
    return "\n".join(told)


def _line(line: str) -> str:
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    if _RULE.fullmatch(bare):
        return bare
    if quoted := _QUOTED.match(bare):
        return "^ " + _line(bare[quoted.end() :])
    if bare.startswith(_BULLET):
        return f"{indent}* {_inline(bare.removeprefix(_BULLET))}"
    begins = _BEGINS.match(bare)
    if begins and (begins[1] != "") == (begins[2] == "."):
        return f"{indent}{begins[1]}\\{begins[2]}{_inline(bare[begins.end() :])}"
    return indent + _inline(bare)


def _inline(words: str) -> str:
    """A link stays as it is: the sign before a mark would become part of it."""
    pieces = _LINK.split(words)
    pieces[::2] = [_MEANS_MORE.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    return "".join(pieces)
