"""Finding one's group on the front page: by typing and by the button alike."""

from __future__ import annotations

import pytest
from flask import Flask

from pcnppg.groups.models import Group
from pcnppg.pages import queries
from pcnppg.pages.rules import LONGEST_SEARCH, MOST_FOUND
from pcnppg.store.session import session
from tests import making
from tests.visiting import Page, Visit

pytestmark = pytest.mark.counted


def links(page: Page) -> list[str]:
    return [str(a["href"]) for a in page.select("#found a")]


def test_an_empty_search_invites_and_lists_nothing(app: Flask, visit: Visit) -> None:
    making.a_group(app)
    page = visit("/")
    assert page.heading == "Find your patient group"
    assert links(page) == []
    assert "What happens then" in page.text


@pytest.mark.parametrize(
    "typed", ["elm tree", "ELM", "tree elm", "ZZ1 1ZZ", "zz11zz", "zz1", "z99001", "Patient Group", "CODE-OF-POSTER"]
)
def test_a_group_is_found_by_name_postcode_or_code(app: Flask, visit: Visit, typed: str) -> None:
    group_id = making.a_group(app)
    if typed == "CODE-OF-POSTER":
        with app.app_context():
            typed = session().get_one(Group, group_id).short_code.upper()
    page = visit("/").submit(q=typed)
    assert "Elm Tree Surgery, ZZ1 1ZZ. Practice code Z99001" in page.text
    assert links(page) == ["/groups/elm-tree"]
    assert "We found 1 patient group." in page.text
    assert page.one("#q")["value"] == typed
    assert page.click("Elm Tree Patient Group").heading == "About us"


def test_typing_gives_the_same_list_as_the_button(app: Flask, visit: Visit) -> None:
    making.a_group(app)
    whole, part = visit("/").submit(q="elm"), visit("/?q=elm", htmx=True)
    assert not part.select("html head title")
    assert part.one("#found").prettify() == whole.one("#found").prettify()
    form = whole.one("main form")
    assert form["hx-get"] == form["action"] == "/"
    assert "input" in str(form["hx-trigger"])
    assert "submit" in str(form["hx-trigger"])


def test_a_practice_without_a_group_gets_kind_words(app: Flask, visit: Visit) -> None:
    making.a_practice(app, code="Z99002", name="OLD TANNERY")
    page = visit("/").submit(q="tannery")
    assert links(page) == []
    assert "Old Tannery, ZZ1 1ZZ. Practice code Z99002" in page.text
    assert "Ask at its desk" in page.text
    assert "you could start one" in page.text


def test_groups_and_practices_without_one_are_told_apart(inside: Flask, visit: Visit) -> None:
    making.a_group()
    making.a_practice(code="Z99002", name="OLD TREE SURGERY")
    assert "We found 1 patient group, and 1 practice without one." in visit("/").submit(q="tree surgery").text


@pytest.mark.parametrize(
    ("typed", "meant"), [("wihty", "withy"), ("Witthy Bank", "withy bank"), ("surgry elm", "surgery elm")]
)
def test_a_near_miss_finds_what_was_meant_and_says_so(inside: Flask, visit: Visit, typed: str, meant: str) -> None:
    making.a_group()
    making.a_practice(code="Z99002", name="WITHY BANK SURGERY")
    page = visit("/").submit(q=typed)
    assert f"We found nothing for “{typed}”. Perhaps you meant “{meant}”. We found 1" in page.text
    assert len(page.select("#found .found li")) == 1


def test_a_word_of_a_groups_own_name_is_guessed_too(inside: Flask, visit: Visit) -> None:
    making.a_group(name="Friends of Fernway")
    assert links(visit("/").submit(q="fernwey")) == ["/groups/elm-tree"]


def test_too_far_astray_finds_nothing(inside: Flask, visit: Visit) -> None:
    making.a_practice(code="Z99002", name="WITHY BANK SURGERY")
    for typed in ("wolverhampton", "wtt", "zz9 9zz", "xithy"):
        assert "We found nothing" in visit("/").submit(q=typed).text
        assert "Perhaps" not in visit("/").submit(q=typed).text


def test_nothing_found_says_what_to_try(app: Flask, visit: Visit) -> None:
    page = visit("/").submit(q="nowhere <b>at all</b>")
    assert "We found nothing for “nowhere <b>at all</b>”." in page.text
    assert "What you can try" in page.text


@pytest.mark.parametrize("typed", ["%", "_", "!!!", "\x00", "' OR 1=1 --", "x" * 5000])
def test_signs_mean_nothing_but_themselves(app: Flask, visit: Visit, typed: str) -> None:
    making.a_group(app)
    page = visit("/", query_string={"q": typed})
    assert page.status == 200
    assert links(page) == []
    assert len(str(page.one("#q")["value"])) <= LONGEST_SEARCH


def test_a_group_comes_first_and_a_search_never_lists_everything(inside: Flask, visit: Visit) -> None:
    making.a_group()
    for number in range(MOST_FOUND + 5):
        making.a_practice(code=f"Z98{number:03}", name=f"AAA SURGERY {number}")
    page = visit("/").submit(q="surgery")
    assert links(page) == ["/groups/elm-tree"]
    assert len(page.select("#found li")) == MOST_FOUND
    assert f"Here are the first {MOST_FOUND}." in page.text


def test_a_search_that_just_fits_is_not_called_a_part(inside: Flask, visit: Visit) -> None:
    for number in range(MOST_FOUND):
        making.a_practice(code=f"Z98{number:03}", name=f"AAA SURGERY {number}")
    assert f"We found {MOST_FOUND} practices." in visit("/").submit(q="surgery").text
    found = queries.find_groups("surgery")
    assert (found.count, found.is_more) == (MOST_FOUND, False)
