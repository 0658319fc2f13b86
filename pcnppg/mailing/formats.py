"""What a mailing's Markdown becomes: HTML from an allow-list, and plain text with the same words. Pure, no templates.

No picture, no script, no raw HTML; links to the web, to a mailbox or a phone only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h2",
    "h3",
    "h4",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
}
SCHEMES = {"http", "https", "mailto", "tel"}
RULE = "* * *"

_BARE = re.compile(r"https?://[^\s<>()\[\]\"']+[^\s<>()\[\]\"'.,;:!?]")
_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}


def as_html(body: str) -> str:
    """The HTML of a text, safe to print as it is. Headings begin at the second level: the first is the page's own."""
    return nh3.clean(
        str(_parser().render(body)),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel=None,
    )


def as_text(body: str) -> str:
    """The same words as plain text. A link is followed by its address unless it says it already."""
    return "\n\n".join(_blocks(SyntaxTreeNode(_parser().parse(body)).children))


def as_paper(body: str) -> str:
    """The HTML of a text for a letter: no link can be pressed there, so its address stands behind its words."""
    return nh3.clean(str(_paper().render(body)), tags=TAGS - {"a"}, attributes={"ol": {"start"}}, url_schemes=SCHEMES)


class _Parser(MarkdownIt):
    """Leaves a link that goes nowhere we allow standing as it was typed."""

    def validateLink(self, url: str) -> bool:
        return url.partition(":")[0].lower() in SCHEMES


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "breaks": True})
    parser.core.ruler.push("headings", _lower_headings)
    parser.core.ruler.push("addresses", _link_addresses)
    parser.add_render_rule("image", _say_picture)
    return parser


@lru_cache(maxsize=1)
def _paper() -> MarkdownIt:
    parser = _parser.__wrapped__()
    parser.add_render_rule("link_close", _say_address)
    return parser


def _say_address(_: RendererHTML, tokens: Sequence[Token], at: int, *__: Any) -> str:
    start = next(n for n in range(at, -1, -1) if tokens[n].type == "link_open")
    said = "".join(token.content for token in tokens[start:at])
    bare = _bare_address(str(tokens[start].attrs["href"]))
    return "" if bare in said else nh3.clean_text(f" ({bare})")


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)


def _link_addresses(state: StateCore) -> None:
    """Make a link of each address that stands in the text by itself, as people type them."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_linked(token.children))


def _linked(children: Sequence[Token]) -> Iterator[Token]:
    inside = 0
    for child in children:
        inside += child.nesting if child.type in {"link_open", "link_close"} else 0
        if child.type == "text" and not inside:
            yield from _split(child.content)
        else:
            yield child


def _split(content: str) -> Iterator[Token]:
    end = 0
    for found in _BARE.finditer(content):
        yield _words(content[end : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": found[0]})
        yield _words(found[0])
        yield Token("link_close", "a", -1)
        end = found.end()
    yield _words(content[end:])


def _words(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _say_picture(_: RendererHTML, tokens: Sequence[Token], at: int, *__: Any) -> str:
    return nh3.clean_text(tokens[at].content)


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Iterator[str]:
    for node in nodes:
        block = "\n".join(_lines(node)).rstrip()
        if block:
            yield block


def _lines(node: SyntaxTreeNode) -> Iterator[str]:
    """One block as lines: quotes behind a mark, list items behind theirs."""
    if node.type in {"bullet_list", "ordered_list"}:
        yield from _list(node)
    elif node.type == "blockquote":
        yield from _hung("\n\n".join(_blocks(node.children)), "> ", "> ")
    elif node.type in {"fence", "code_block"}:
        yield from _hung(node.content.rstrip("\n"), "    ", "    ")
    elif node.type == "hr":
        yield RULE
    elif node.type == "inline":
        yield from "".join(_inline(node.children)).split("\n")
    else:
        for child in node.children:
            yield from _lines(child)


def _list(node: SyntaxTreeNode) -> Iterator[str]:
    number = int(node.attrs.get("start", 1))
    tight = "\n" if all(_is_tight(item) for item in node.children) else "\n\n"
    for at, item in enumerate(node.children):
        mark = f"{number + at}. " if node.type == "ordered_list" else "- "
        yield from _hung(tight.join(_blocks(item.children)), mark, " " * len(mark))
        if tight == "\n\n":
            yield ""


def _is_tight(item: SyntaxTreeNode) -> bool:
    return all(child.hidden for child in item.children if child.type == "paragraph")


def _hung(text: str, first: str, rest: str) -> Iterator[str]:
    for at, line in enumerate(text.split("\n")):
        yield ((first if at == 0 else rest) + line).rstrip()


def _inline(nodes: Sequence[SyntaxTreeNode]) -> Iterator[str]:
    for node in nodes:
        if node.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif node.type == "link":
            yield from _link(node)
        elif node.children and node.type != "image":
            yield from _inline(node.children)
        else:
            yield node.content


def _link(node: SyntaxTreeNode) -> Iterator[str]:
    words, address = "".join(_inline(node.children)), str(node.attrs["href"])
    yield words
    bare = _bare_address(address)
    if bare not in words:
        yield f" ({bare})"


def _bare_address(address: str) -> str:
    return address.removeprefix("mailto:").removeprefix("tel:")
