"""The privacy notice: its words from who holds the data, its parts for a page, and what one changes against another. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from pcnppg.groups.rules import Holder, Kept
from pcnppg.kernel import paths

NOTICE = "groups/notice.txt"


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, a paragraph, or the items of a list, in the order in which a notice is read."""

    heading: str = ""
    words: str = ""
    listed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a notice says that another did not, and what it says no more."""

    new: Sequence[str]
    gone: Sequence[str]


def notice(holder: Holder, *, group_name: str, place: str, operator: str) -> str:
    """The words of a group's privacy notice: paragraphs apart by empty lines, headings after `##`, items after `-`."""
    address = ", ".join(line.strip().rstrip(",") for line in holder.holder_address.splitlines() if line.strip())
    values = {"group_name": group_name, "place": place, "operator": operator, "address": address}
    text = _template().render(holder=holder, kept=Kept(), **values)
    return "\n\n".join(_tidy(block) for block in text.split("\n\n") if block.strip())


def digest(words: str) -> str:
    """By what two notices are compared: 64 hexadecimal characters."""
    return hashlib.sha256(words.encode()).hexdigest()


def parts(words: str) -> list[Part]:
    """A notice as a page sets it."""
    return [_part(block) for block in words.split("\n\n")]


def changes(before: str, after: str) -> Changes:
    """What changes from one notice to the next, line by line."""
    old, new = _lines(before), _lines(after)
    return Changes(new=[line for line in new if line not in old], gone=[line for line in old if line not in new])


def _part(block: str) -> Part:
    if block.startswith("## "):
        return Part(heading=block[3:])
    if block.startswith("- "):
        return Part(listed=[line[2:] for line in block.split("\n")])
    return Part(words=block)


def _lines(words: str) -> list[str]:
    return [line.removeprefix("## ").removeprefix("- ") for line in words.split("\n") if line]


def _tidy(block: str) -> str:
    return "\n".join(" ".join(line.split()) for line in block.split("\n") if line.strip())


@cache
def _template() -> Template:
    # Text, so nothing is escaped here; the page that shows it escapes it.
    found = Environment(
        loader=FileSystemLoader(paths.TEMPLATES), undefined=StrictUndefined, autoescape=select_autoescape(())
    )
    return found.get_template(NOTICE)
