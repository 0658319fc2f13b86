"""The contact list and the promise as officers see them: who may look, what is shown, and what is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.audit.models import AuditEntry
from pcnppg.kernel import clock
from pcnppg.kernel.who import OPERATOR
from pcnppg.membership import actions, queries
from pcnppg.membership.rules import How
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.membership.stories import ask, contact_of, joined, leave, letters, the_group, what_happened
from tests.membership.test_queries import many
from tests.visiting import Visit

PAT = "Pat.Lee@example.com"


def deeds(what: str) -> list[tuple[int | None, int | None]]:
    session().rollback()
    found = session().scalars(select(AuditEntry).where(AuditEntry.what == what))
    return [(line.by_id, line.about_id) for line in found]


def test_the_list_begins_with_reach_in_a_sentence(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, PAT, name="Pat Lee")
    joined(group, "kim@example.com")
    ask(group, "waits@example.com")
    leave(joined(group, "left@example.com"))
    page = visit.as_officer(group)("/groups/elm-tree/contacts")
    assert page.heading == "Contact list"
    assert "2 of 3,484 patients get our emails. That is 0.1 in every 100." in page.text
    assert "1 person asked to join and has not confirmed yet. They get no mailing." in page.text
    assert "1 person has left the list." in page.text
    assert "The mark on the bar stands for 10 in every 100." in page.text
    assert "waits@example.com" not in page.text
    assert [row.get_text(" ", strip=True) for row in page.select("tbody tr")] == [
        "No name given kim@example.com Thursday 4 March 2027 , on the website On the list",
        f"Pat Lee {PAT} Thursday 4 March 2027 , on the website On the list",
    ]


def test_an_empty_list_invites(inside: Flask, visit: Visit) -> None:
    group = the_group(list_size=None)
    page = visit.as_officer(group)("/groups/elm-tree/contacts")
    assert "0 people on the list" in page.text
    assert "Print the poster" in page.text
    assert not page.select("table")


def test_a_search_gives_a_part_or_a_page(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, PAT, name="Pat Lee")
    joined(group, "kim@example.com", name="Kim")
    chair = visit.as_officer(group)
    for htmx in (False, True):
        page = chair("/groups/elm-tree/contacts").submit("Search", search="PAT", htmx=htmx)
        assert [row.get_text(" ", strip=True)[:7] for row in page.select("tbody tr")] == ["Pat Lee"]
        assert "1 contact found" in page.text
        assert bool(page.select("h1")) is not htmx
    assert page.one("body > #contacts-found")
    assert "Nobody found" in chair("/groups/elm-tree/contacts?search=nobody").text
    assert "Nobody is in this part" in chair("/groups/elm-tree/contacts?state=paused").text


def test_the_list_turns_its_pages_and_keeps_the_search(inside: Flask, visit: Visit) -> None:
    group = the_group()
    many(group, 120)
    chair = visit.as_officer(group)
    first = chair("/groups/elm-tree/contacts?search=person&state=all")
    assert "120 contacts found" in first.text
    second = first.click("Older →")
    assert "search=person" in second.url
    assert second.select("tbody tr a")[0].get_text() == "Person 69"
    assert second.click("← Newer").select("tbody tr a")[0].get_text() == "Person 119"
    third = second.click("Older →")
    assert not third.select("a[rel=next]")
    pages = (first, second, third, third.click("← Newer"))
    assert [page.one("nav.pager span").get_text() for page in pages] == [
        "1 to 50 of 120",
        "51 to 100 of 120",
        "101 to 120 of 120",
        "51 to 100 of 120",
    ]
    assert chair("/groups/elm-tree/contacts").one("nav.pager span").get_text() == "1 to 50 of 120"


@pytest.mark.parametrize(
    "query", ["state=nonsense", "older=x", "older=" + "9" * 40, "newer=-1", "search=%00%27", "older=4711"]
)
def test_nonsense_in_the_address_shows_the_list(inside: Flask, visit: Visit, query: str) -> None:
    group = the_group()
    joined(group, PAT)
    assert visit.as_officer(group)(f"/groups/elm-tree/contacts?{query}").status == 200


def test_states_are_shown_and_filtered(inside: Flask, visit: Visit) -> None:
    group = the_group()
    paused = joined(group, PAT, name="Pat Lee")
    with transaction():
        actions.pause(paused.id, months=3, how=How.MY_PAGE, by=OPERATOR, at=THE_DAY)
    leave(joined(group, "left@example.com", name="Lou"))
    chair = visit.as_officer(group)
    assert "Paused until Friday 4 June 2027" in chair("/groups/elm-tree/contacts?state=paused").text
    assert "Left on Thursday 4 March 2027" in chair("/groups/elm-tree/contacts?state=left").text
    assert "On the list, paused until Friday 4 June 2027" in chair(f"/groups/elm-tree/contacts/{paused.id}").text


def test_looking_is_written_down(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    officer_id = making.an_officer(group)
    chair = visit.as_(officer_id)
    chair("/groups/elm-tree/contacts")
    chair(f"/groups/elm-tree/contacts/{contact.id}")
    assert [by for by, _ in deeds("membership.list_seen")] == [officer_id]
    assert [by for by, _ in deeds("membership.contact_seen")] == [officer_id]


def test_one_contact_with_the_evidence(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    page = visit.as_officer(group)(f"/groups/elm-tree/contacts/{contact.id}")
    assert page.heading == "Pat Lee"
    for said in (PAT, "Agreed to at most 4 emails a year", "with the button of the page in our email"):
        assert said in page.text
    assert "Elm Tree Surgery holds your name" in page.text


def test_please_take_me_off_is_recorded(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    officer = making.an_officer(group, role="secretary")
    page = visit.as_(officer)(f"/groups/elm-tree/contacts/{contact.id}").click("Take them off the list")
    mails = len(letters())
    refused = page.submit()
    assert (refused.status, refused.errors) == (422, ["Choose how they asked to be taken off."])
    assert refused.submit(how="phone").follow().status == 200
    found = contact_of(group, PAT)
    assert found is not None
    assert (found.state, found.left_how) == ("left", "phone")
    assert what_happened(contact)[-1] == ("withdrawn", "phone", None)
    again = visit.as_(officer)(f"/groups/elm-tree/contacts/{contact.id}/take-off")
    assert again.follow().heading == "Pat Lee"
    assert len(letters()) == mails


def test_a_way_of_asking_that_there_is_not(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    chair = visit.as_officer(group)
    form = chair(f"/groups/elm-tree/contacts/{contact.id}/take-off")
    csrf = form.one("main input[name=csrf_token]")["value"]
    assert chair.post(form.url, {"how": "one_click", "csrf_token": csrf}).status == 422
    assert len(what_happened(contact)) == 1


def test_one_group_does_not_see_into_another(inside: Flask, visit: Visit) -> None:
    group, other = the_group(), the_group("oak-hill")
    contact = joined(other, PAT)
    chair = visit.as_officer(group)
    for url in (
        f"/groups/elm-tree/contacts/{contact.id}",
        f"/groups/elm-tree/contacts/{contact.id}/take-off",
        f"/groups/oak-hill/contacts/{contact.id}",
        "/groups/oak-hill/contacts",
        "/groups/oak-hill/settings/promise",
    ):
        assert chair(url).status == 404, url
    assert PAT not in chair("/groups/elm-tree/contacts?state=all&search=pat").text


@pytest.mark.parametrize("role", ["member", "practice_manager", "gp", "practice_staff"])
def test_who_is_no_officer_sees_no_contact(inside: Flask, visit: Visit, role: str) -> None:
    group = the_group()
    contact = joined(group, PAT)
    browser = visit.as_officer(group, role=role)
    for url in ("contacts", f"contacts/{contact.id}", f"contacts/{contact.id}/take-off", "settings/promise"):
        page = browser(f"/groups/elm-tree/{url}")
        assert page.status == 403
        assert PAT not in page.html


def test_the_promise_is_lowered_after_a_page_that_says_what_happens(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    chair = visit.as_officer(group)
    page = chair("/groups/elm-tree/settings/promise")
    assert "at most 4 emails in any twelve months" in page.text
    page = page.submit(promise="2")
    assert page.heading == "Lower the promise to 2 emails a year"
    assert "1 person on the list will get at most 2 emails" in page.text
    assert queries.find_contact(contact.id).promise == 4  # type: ignore[union-attr]
    page = page.submit().follow()
    assert "at most 2 emails in any twelve months" in page.text
    session().rollback()
    assert (contact.promise, group.promise) == (2, 2)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("5", "A higher number is a new promise."),
        ("4", "The promise is 4 mailings a year already."),
        ("0", "Enter a number of at least 1."),
        ("-1", "Enter a number of at least 1."),
        ("", "Enter a number in digits"),
        ("three", "Enter a number in digits"),
        ("9" * 5000, "Enter a number in digits"),
    ],
)
def test_a_number_that_cannot_be_promised_is_refused_kindly(inside: Flask, visit: Visit, typed: str, said: str) -> None:
    group = the_group()
    chair = visit.as_officer(group)
    form = chair("/groups/elm-tree/settings/promise/lower?promise=2")
    csrf = form.one("main input[name=csrf_token]")["value"]
    asked = chair("/groups/elm-tree/settings/promise").submit(promise=typed)
    pressed = chair.post("/groups/elm-tree/settings/promise/lower", {"promise": typed, "csrf_token": csrf})
    for page in (asked, pressed):
        assert page.status == 422
        (error,) = page.errors
        assert error.startswith(said)
        assert page.one("input[name=promise]")["value"] == typed
    session().rollback()
    assert group.promise == 4


def test_a_promise_of_one_cannot_go_lower(inside: Flask, visit: Visit) -> None:
    group = the_group(promise=1)
    page = visit.as_officer(group)("/groups/elm-tree/settings/promise")
    assert not page.select("main form")
    assert "A higher number is a new promise" in page.text


def test_the_list_page_asks_as_much_of_the_database_for_many_as_for_few(inside: Flask, visit: Visit) -> None:
    from tests.promises.test_sameness import statements

    group, big = the_group(), the_group("oak-hill")
    joined(group, PAT)
    many(big, 300)
    numbers = []
    for slug, of in (("elm-tree", group), ("oak-hill", big)):
        chair = visit.as_officer(of)
        chair(f"/groups/{slug}/contacts")
        with statements() as seen, clock.at(THE_DAY + timedelta(days=1)):
            page = chair(f"/groups/{slug}/contacts")
        numbers.append(len(seen))
        assert len(page.select("tbody tr")) <= 50
    assert numbers[0] == numbers[1]


def test_a_number_that_no_database_holds_is_no_page(inside: Flask, visit: Visit) -> None:
    making.a_group(inside)
    for digits in (16, 20, 5000):
        assert visit(f"/groups/elm-tree/mailings/{'9' * digits}").status == 404
    assert visit(f"/groups/elm-tree/mailings/{'9' * 15}").status == 404


def test_a_very_long_search_finds_nothing_and_breaks_nothing(inside: Flask, visit: Visit) -> None:
    officer = visit.as_officer(making.a_group(inside))
    assert officer(f"/groups/elm-tree/contacts?search={'+'.join(['a'] * 2000)}").status == 200
