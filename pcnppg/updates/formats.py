"""Updates as other programs take them: an Atom feed, a section of a mailing's Markdown; and a text's paragraphs. Pure."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pcnppg.updates.rules import Told

ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot say at all, not even as an entity: a control character would make every reader drop the whole feed."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of so many lines, or a list of so many items."""

    lines: Sequence[str]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An update for the feed. `tag` never changes, whatever else does."""

    tag: str
    title: str
    address: str
    text: str
    author: str
    category: str
    posted_at: datetime
    changed_at: datetime


def blocks(text: str) -> list[Block]:
    """A plain text as a page sets it: paragraphs apart by empty lines; lines that all begin with a dash are a list."""
    found = [[line.strip() for line in part.split("\n") if line.strip()] for part in re.split(r"\n\s*\n", text)]
    return [_block(lines) for lines in found if lines]


def _block(lines: list[str]) -> Block:
    if all(re.match(r"[-*•] ", line) for line in lines):
        return Block([line[2:].strip() for line in lines], is_list=True)
    return Block(lines)


def plain(told: Iterable[Told]) -> str:
    """All parts as one text, each heading on a line of its own."""
    return "\n\n".join(f"{part.heading}\n{part.words}" if part.heading else part.words for part in told)


def atom(*, tag: str, title: str, page: str, feed: str, updated_at: datetime, entries: Iterable[Entry]) -> bytes:
    """RFC 4287."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    _say(root, "id", tag)
    _say(root, "title", title)
    _say(root, "updated", updated_at.isoformat())
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    for one in entries:
        entry = ET.SubElement(root, "entry")
        _say(entry, "id", one.tag)
        _say(entry, "title", one.title)
        _say(entry, "published", one.posted_at.isoformat())
        _say(entry, "updated", one.changed_at.isoformat())
        _say(ET.SubElement(entry, "author"), "name", one.author)
        ET.SubElement(entry, "category", {"term": one.category})
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": one.address})
        _say(entry, "content", one.text).set("type", "text")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _say(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = _NOT_XML.sub("", text)
    return element


def as_markdown(title: str, told: Iterable[Told], address: str) -> str:
    """One update as a part of a mailing's text, its words as they stand. The link says which update it is (`picked`)."""
    parts = ["### " + _quiet(title).replace("#", "\\#")]  # else its last ones would close the heading
    for part in told:
        parts += [f"**{_quiet(part.heading)}**"] if part.heading else []
        parts.append("\n".join(_quiet_line(line) for line in part.words.split("\n")))
    parts.append(f"Read it on our page: {address}")
    return "\n\n".join(parts)


_SPECIAL = re.compile(r"[\\`*\[\]<&~]|(?<!\w)_|_(?!\w)")
_NUMBER = re.compile(r"(\d{1,9})([.)](?:\s.*)?)")
_MARK = re.compile(r"#{1,6}(?:\s|$)|>|\+(?:\s|$)|=+$|(?:- ?)+$")


def _quiet(text: str) -> str:
    """Text of people's own, told so that Markdown sees nothing in it."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text)


def _quiet_line(line: str) -> str:
    """The same for a whole line, at whose start more has a meaning. A dash begins an item of a list, as people type it."""
    line = _quiet(line.strip())
    if number := _NUMBER.fullmatch(line):
        return f"{number[1]}\\{number[2]}"
    return f"\\{line}" if _MARK.match(line) else line


def picked(body: str, path: str) -> set[int]:
    """The updates that a mailing's text tells: those whose page it links to. `path` is the group's page of updates."""
    return {int(number) for number in re.findall(re.escape(path) + r"/(\d{1,15})(?!\d)", body)}


def as_kept(parts: Mapping[str, str]) -> str:
    """Parts as a row keeps them."""
    return json.dumps(dict(parts), ensure_ascii=False)


def as_parts(kept: str) -> dict[str, str]:
    """The same read back."""
    return dict(json.loads(kept))
