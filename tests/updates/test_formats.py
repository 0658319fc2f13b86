"""The feed as other programs read it, and updates inside a mailing's Markdown."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import feedparser
from hypothesis import given, settings
from hypothesis import strategies as st

from pcnppg.mailing import formats as mailing
from pcnppg.updates import formats
from pcnppg.updates.formats import Block, Entry
from pcnppg.updates.rules import Told, digest

AT = datetime(2027, 3, 4, 10, 30, tzinfo=UTC)
ADDRESS = "https://groups.example.org/groups/elm-tree/updates/7"
PATH = "/groups/elm-tree/updates"


def feed(title: str, text: str = "Words.") -> feedparser.FeedParserDict:
    entry = Entry("tag:x,2027-03-04:/u/7", title, ADDRESS, text, "The practice", "News", AT, AT)
    made = formats.atom(
        tag="tag:x,2027-01-01:/u", title="Updates", page=ADDRESS, feed=f"{ADDRESS}.atom", updated_at=AT, entries=[entry]
    )
    found = feedparser.parse(made)
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_a_feed_reader_reads_the_feed() -> None:
    found = feed("The lift works")
    assert found.version == "atom10"
    assert found.feed.title == "Updates"
    assert [link.rel for link in found.feed.links] == ["self", "alternate"]
    (entry,) = found.entries
    assert (entry.title, entry.link, entry.id) == ("The lift works", ADDRESS, "tag:x,2027-03-04:/u/7")
    assert entry.updated_parsed[:5] == (2027, 3, 4, 10, 30)
    assert (entry.author, entry.tags[0].term, entry.content[0].value) == ("The practice", "News", "Words.")


def test_what_xml_cannot_say_is_left_out_of_the_feed() -> None:
    assert feed("A\x00 lift\x0b & <b>\ufffe\ud800 works").entries[0].title == "A lift & <b> works"


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_title_breaks_the_feed(title: str) -> None:
    feed(title, title)


def test_a_text_has_paragraphs_and_lists() -> None:
    assert formats.blocks(" One\ntwo \n\n\n- three\n• four\n\n- five\nsix\n") == [
        Block(["One", "two"]),
        Block(["three", "four"], is_list=True),
        Block(["- five", "six"]),
    ]


def test_an_update_stands_in_a_mailing_with_its_headings_and_a_link() -> None:
    told = [Told("What they help with", "Medicines.\n\n- old ones\n- new ones"), Told("", "Ask at the desk.")]
    text = mailing.as_text(formats.as_markdown("Meet our pharmacist #", told, ADDRESS))
    assert text.split("\n\n") == [
        "Meet our pharmacist #",
        "What they help with",
        "Medicines.",
        "- old ones\n- new ones",
        "Ask at the desk.",
        f"Read it on our page: {ADDRESS}",
    ]


LINE = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")) | st.just(" "), min_size=1, max_size=30)


@given(st.lists(LINE.map(str.strip).filter(lambda line: line and line[0] not in "-*•"), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_markdown_sees_nothing_in_what_people_type(lines: list[str]) -> None:
    """What the practice typed arrives as it was typed: no heading, emphasis, number or link comes of it."""
    typed = "\n".join(lines)
    body = formats.as_markdown("T", [Told("", typed)], ADDRESS)
    words = mailing.as_text(body).split("\n\n")[1:-1]
    assert "".join("".join(words).split()) == "".join(typed.split())
    html = mailing.as_html(body)
    assert re.findall(r"<(?!/|p>|br>|a )[a-z0-9]+", html) == ["<h4"]


def test_what_a_mailing_tells_is_what_it_links_to() -> None:
    body = f"See {ADDRESS}, https://x.example{PATH}/8) and /groups/elm-tree/updates and /groups/oak/updates/9."
    assert formats.picked(body, PATH) == {7, 8}


def test_parts_are_kept_and_read_back() -> None:
    parts = {"words": "Größe – “ok”"}
    assert formats.as_parts(formats.as_kept(parts)) == parts
    assert digest(["a", "b"]) != digest(["ab", ""])
