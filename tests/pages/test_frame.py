"""What stands around every page: where each role can go, where one is, and who helps."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask import Flask

from pcnppg.groups.models import Group
from pcnppg.groups.rules import OFFICERS, STAFF, Role
from pcnppg.kernel import settings
from pcnppg.store.session import session, transaction
from tests import making
from tests.visiting import Page, Visit

PUBLIC = ["About us", "Updates", "Join", "Meetings", "Our promise", "Your details"]
OFFICE = ["Meetings", "Mailings", "Contact list", "Network", "Post updates"]
MEMBERS = ["Meetings", "Network", "Poster"]
STAFFS = ["Meetings", "Questions", "Post updates", "Invitations"]
RARE = ["Requests", "Members", "Invitations", "Group settings", "As patients see us"]
SIGNED_IN = ["What needs you", "Your account", "Sign out"]


def ways(page: Page, kind: str) -> list[str]:
    return [words(tag) for tag in page.select(f"nav.ways--{kind} li:not(.ways__more)")]


def current(page: Page) -> list[tuple[str, str]]:
    return [(words(tag), str(tag["aria-current"])) for tag in page.select("nav [aria-current]")]


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_a_visitor_sees_the_site_and_then_the_group(app: Flask, visit: Visit) -> None:
    making.a_group(app)
    front, group = visit("/"), visit("/groups/elm-tree")
    assert ways(front, "public") == ["Find your group", "Help"]
    assert ways(front, "account") == ways(group, "account") == ["Sign in"]
    assert ways(group, "public") == PUBLIC
    assert ways(group, "office") == []
    assert words(group.one(".masthead__name")) == "Elm Tree Patient Group"
    assert "pcnppg" in words(group.one("footer"))


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_doors_and_each_of_them_opens(inside: Flask, visit: Visit, role: Role) -> None:
    browser = visit.as_officer(making.a_group(), role=role)
    page = browser("/groups/elm-tree")
    office = STAFFS if role in STAFF else MEMBERS
    assert ways(page, "office") == ([*OFFICE, *RARE] if role in OFFICERS else [*office, "As patients see us"])
    assert ways(page, "public") == PUBLIC
    assert page.one("header details.menu summary").get_text() == "Menu"
    assert ways(page, "account") == SIGNED_IN
    for link in page.select("nav a"):
        assert browser(str(link["href"])).status == 200, link


def test_officers_see_the_patients_row_on_the_patients_pages_alone(inside: Flask, visit: Visit) -> None:
    officer = visit.as_officer(making.a_group())
    page = officer("/groups/elm-tree/contacts")
    assert (ways(page, "office"), ways(page, "public")) == ([*OFFICE, *RARE], [])
    assert ways(page.click("As patients see us"), "public") == PUBLIC


def test_what_is_rare_stands_behind_more_which_is_open_around_ones_page(inside: Flask, visit: Visit) -> None:
    officer = visit.as_officer(making.a_group())
    for url, is_open in (("/contacts", False), ("", False), ("/members", True), ("/data-requests/new", True)):
        more = officer(f"/groups/elm-tree{url}").one("nav.ways--office .ways__more details")
        assert [words(tag) for tag in more.select("li")] == RARE
        assert more.has_attr("open") is is_open, url
    assert not visit.as_officer(making.a_group(slug="oak", name="Oak", practice="Z99002"), role=Role.MEMBER)(
        "/groups/oak"
    ).select(".ways__more")


def test_a_visitor_has_no_menu_to_open(inside: Flask, visit: Visit) -> None:
    making.a_group()
    assert not visit("/groups/elm-tree").select("details.menu")


def test_a_page_for_other_roles_leads_back_to_what_needs_one(inside: Flask, visit: Visit) -> None:
    page = visit.as_officer(making.a_group(), role=Role.PRACTICE_MANAGER)("/groups/elm-tree/contacts")
    assert page.status == 403
    assert "This page is for other roles of this group." in page.text
    assert page.click("Go to “What needs you”").heading == "What needs you"


def test_in_another_group_one_is_a_visitor(inside: Flask, visit: Visit) -> None:
    making.a_practice(code="Z99002", name="OAK HILL SURGERY")
    making.a_group(slug="oak-hill", name="Oak Hill", practice="Z99002", chair="olive@example.com")
    page = visit.as_officer(making.a_group())("/groups/oak-hill")
    assert ways(page, "office") == []
    assert ways(page, "account") == SIGNED_IN


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("/groups/elm-tree", [("About us", "page"), ("As patients see us", "page")]),
        ("/groups/elm-tree/join/sent", [("Join", "true"), ("As patients see us", "true")]),
        ("/groups/elm-tree/my/sent", [("Your details", "true"), ("As patients see us", "true")]),
        ("/groups/elm-tree/contacts", [("Contact list", "page")]),
        ("/groups/elm-tree/mailings/new", [("Mailings", "true")]),
        ("/groups/elm-tree/settings/promise", [("Group settings", "true")]),
        ("/groups/elm-tree/settings/privacy", [("Group settings", "true")]),
        ("/groups/elm-tree/data-requests", [("Requests", "page")]),
        ("/groups/elm-tree/data-requests/new", [("Requests", "true")]),
        ("/groups/elm-tree/privacy", []),
        ("/home", [("What needs you", "page")]),
        ("/help", [("Help", "page")]),
    ],
)
def test_the_navigation_knows_where_one_is(inside: Flask, visit: Visit, url: str, here: list[tuple[str, str]]) -> None:
    assert current(visit.as_officer(making.a_group())(url)) == here


def test_patients_are_helped_by_the_group_and_officers_by_the_operator(inside: Flask, visit: Visit) -> None:
    group = making.a_group()
    ours = settings.current()
    assert "Ruth Carver will help: 01632 960 001" in words(visit("/groups/elm-tree").one("aside"))
    assert ours.operator_email in words(visit("/").one("aside"))
    assert ours.operator_email in words(visit.as_officer(group)("/groups/elm-tree").one("aside"))
    with transaction():
        session().get_one(Group, group).helper_contact = ""
    assert ours.operator_email in words(visit.anew()("/groups/elm-tree").one("aside"))
