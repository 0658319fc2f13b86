"""How minutes draft themselves from what was written down, and how their text is read back. Pure.

The text is the Markdown that mailings know, of which minutes need three things: headings, lists, paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from pcnppg.kernel.wording import day


@dataclass(frozen=True, slots=True)
class Decided:
    motion: str
    how: str
    count: str
    is_carried: bool


@dataclass(frozen=True, slots=True)
class Given:
    number: int
    words: str
    owner: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Part:
    """What was written down under one part of the agenda."""

    heading: str
    notes: Sequence[str] = ()
    decided: Sequence[Decided] = ()
    given: Sequence[Given] = ()
    came_of_it: str = ""


def drafted(parts: Iterable[Part]) -> str:
    """The draft, part by part. Parts about which nothing was written are named together at the end."""
    written = [(part, _part(part)) for part in parts]
    said = ["\n\n".join([f"## {_one_line(part.heading)}", *lines]) for part, lines in written if lines]
    silent = [_one_line(part.heading) for part, lines in written if not lines]
    if silent:
        said.append(f"Nothing was written down about: {'; '.join(silent)}.")
    return "\n\n".join(said).strip() + "\n"


def _part(part: Part) -> list[str]:
    said = [_plain(words) for words in part.notes]
    said += [_decision(one) for one in part.decided]
    if part.came_of_it:
        said.append(f"What came of it: {_sentence(part.came_of_it)}")
    if part.given:
        said.append("\n".join(f"- {_action(one)}" for one in part.given))
    return said


def _decision(one: Decided) -> str:
    count = f": {one.count}" if one.count else ""
    result = "" if one.is_carried and not one.count else " Carried." if one.is_carried else " Not carried."
    return f"Decision: {_sentence(one.motion)} {one.how}{count}.{result}"


def _action(one: Given) -> str:
    owner = f" {one.owner}" if one.owner else " Nobody yet"
    due = f", by {day(one.due_on)}" if one.due_on else ""
    return f"Action {one.number}: {_sentence(one.words)}{owner}{due}."


def _sentence(words: str) -> str:
    words = _one_line(words)
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _plain(words: str) -> str:
    """A note as one paragraph or several; a line of it cannot become a heading."""
    lines = (line.rstrip() for line in words.strip().splitlines())
    return "\n".join(line.lstrip("#").strip() if line.lstrip().startswith("#") else line for line in lines)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or a list with its lines."""

    kind: str
    words: str = ""
    lines: list[str] = field(default_factory=list)


def blocks(words: str) -> list[Block]:
    """The text as a page shows it."""
    found: list[Block] = []
    for piece in words.replace("\r\n", "\n").split("\n\n"):
        for line in piece.strip().splitlines():
            _take(line.strip(), found)
        found.append(Block("gap"))
    return [block for block in found if block.kind != "gap"]


def _take(line: str, found: list[Block]) -> None:
    if line.startswith("#"):
        found.append(Block("heading", line.lstrip("#").strip()))
    elif line.startswith(("- ", "* ")):
        if not (found and found[-1].kind == "list"):
            found.append(Block("list"))
        found[-1].lines.append(line[2:].strip())
    elif line:
        before = found.pop() if found and found[-1].kind == "paragraph" else None
        found.append(Block("paragraph", f"{before.words} {line}" if before else line))
