"""What we hold about you at a glance, links that open it, two people at one mailbox, and being erased."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.groups.models import Group
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions as mailing
from pcnppg.membership import actions, queries
from pcnppg.membership.models import ConsentRecord, Contact, Evidence, MyLink, SignUp, Suppression
from pcnppg.membership.rules import How, State
from pcnppg.post.jobs.command import worker_of
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.membership.forms import by_post, written_down
from tests.membership.stories import (
    ask,
    ask_change,
    beside,
    contact_of,
    erase_by,
    joined,
    leave,
    letters,
    my_token,
    sign_ups,
    the_group,
    what_happened,
)
from tests.visiting import Page, Visit

PAT = "Pat.Lee@example.com"
SUBPAGES = ("", "/all", "/copy", "/erase", "/name", "/reach", "/address", "/address/sent", "/pause", "/network")


def copy_of(page: Page) -> dict[str, Any]:
    answer = page.visit(re.sub(r"(/my/\w+).*", r"\1/copy", page.url)).answer
    assert answer.headers["Content-Disposition"].startswith("attachment")
    told: dict[str, Any] = json.loads(answer.data)
    return told


def send(group: Group, officer: int, subject: str) -> int:
    by = Who.person(officer)
    with transaction():
        draft = mailing.begin(group.id, subject=subject, body="Please come.", by=by, at=clock.now())
        mailing.send(group.id, mailing_id=draft.id, version=draft.version, by=by, at=clock.now())
    return draft.id


# At a glance


def test_the_page_shows_how_one_stands_with_a_way_to_change_each_thing(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, PAT, name="Pat Lee")
    page = visit(f"/my/{my_token(group, PAT)}")
    assert page.heading == "What we hold about you"
    for said in (PAT, "Pat Lee", "On. You are on the list.", "Thursday 4 March 2027", "At most 4 emails", "no mailing"):
        assert said in page.text
    assert [link.get_text(" ", strip=True) for link in page.select(".facts__do a")] == [
        "Change your name",
        "Change your email address",
        "Take a break",
    ]
    for link in page.select("main a[href^='/my/']"):
        assert visit(str(link["href"])).status == 200


def test_the_page_counts_the_mailings_that_count_under_the_promise(inside: Flask, visit: Visit) -> None:
    group = the_group()
    officer = making.an_officer(group)
    joined(group, PAT)
    for subject in ("Spring news", "Summer news"):
        send(group, officer, subject)
    with clock.at(THE_DAY + timedelta(hours=1)):
        worker_of(inside).run(once=True)
        page = visit(f"/my/{my_token(group, PAT)}")
    assert "we sent you 2 mailings, of at most 4" in page.text
    with clock.at(THE_DAY + timedelta(days=366)):
        assert "We sent you no mailing" in visit(f"/my/{my_token(group, PAT)}").text


def test_a_name_is_changed_and_kept_to_one_line(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    form = visit(f"/my/{my_token(group, PAT)}/name")
    assert "Your name is changed." in form.submit(name="Pat Lee").follow().text
    wrong = form.submit(name="n" * 101)
    assert wrong.errors == ["Enter a shorter name. It can have 100 characters at most."]
    assert wrong.one("input[name=name]")["value"] == "n" * 101
    session().rollback()
    assert contact.name == "Pat Lee"
    assert "You gave none" in form.submit(name="").follow().text


def test_leaving_is_one_press_on_the_page(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    page = visit(f"/my/{my_token(group, PAT)}").submit("Leave the list").follow()
    assert "You left the list on Thursday 4 March 2027" in page.text
    assert not page.select("main form")
    assert what_happened(contact)[-1][:2] == ("withdrawn", "my_page")
    assert "no address to change" in visit(f"{page.url}/address").text


def test_who_is_known_from_an_older_list_is_told_so_and_can_leave(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    with transaction():
        session().get_one(Contact, contact.id).state = State.UNVERIFIED
    page = visit(f"/my/{my_token(group, PAT)}")
    assert "known from an older list. We do not email you" in page.text
    page.submit("Leave the list")
    session().rollback()
    assert contact.state == State.LEFT


# Links


@pytest.fixture
def dead(inside: Flask) -> str:
    group = the_group()
    joined(group, PAT)
    return my_token(group, PAT)


@pytest.mark.parametrize("part", SUBPAGES)
def test_wrong_cut_and_erased_links_get_the_same_page(dead: str, visit: Visit, part: str) -> None:
    pages = [visit(f"/my/{token}{part}") for token in ("wrong", dead[:-1], f"{dead}0")]
    erase_by(dead)
    pages.append(visit(f"/my/{dead}{part}"))
    assert {page.status for page in pages} == {404}
    assert len({page.html for page in pages}) == 1
    assert pages[0].heading == "This link does not work any more"


@pytest.mark.parametrize("part", ["", "/all", "/name", "/complain"])
def test_an_old_link_leads_to_a_new_one_while_its_group_is_known(dead: str, visit: Visit, part: str) -> None:
    with clock.at(THE_DAY + timedelta(hours=24)):
        page = visit(f"/my/{dead}{part}")
        assert (page.status, page.heading) == (404, "This link does not work any more")
        assert "Elm Tree Patient Group" in page.text
        assert PAT.lower() not in page.html.lower()
        assert page.click("Ask for a new link").url.endswith("/groups/elm-tree/my")
        with transaction():
            actions.forget_old(at=clock.now())
        assert "Elm Tree" not in visit(f"/my/{dead}{part}").text


@pytest.mark.parametrize("part", ["/erase", "/name", "/reach", "/address", "/pause", "/network", "/leave"])
def test_pressing_a_button_of_a_dead_link_changes_nothing(dead: str, visit: Visit, part: str) -> None:
    csrf = visit(f"/my/{dead}/name").one("main input[name=csrf_token]")["value"]
    before = what_happened(1)
    with clock.at(THE_DAY + timedelta(hours=24)):
        page = visit.post(
            f"/my/{dead}{part}",
            {"csrf_token": csrf, "name": "X", "months": "3", "agree": "y", "email": "x@example.com"},
        )
    assert (page.status, page.heading) == (404, "This link does not work any more")
    assert what_happened(1) == before


def test_a_link_opens_nobody_of_another_group_or_mailbox(inside: Flask, visit: Visit) -> None:
    group, other = the_group(), the_group("oak-hill")
    joined(group, PAT)
    kim, elsewhere = joined(group, "kim@example.com"), joined(other, PAT)
    token = my_token(group, PAT)
    csrf = visit(f"/my/{token}/name").one("main input[name=csrf_token]")["value"]
    for who in (kim.id, elsewhere.id, 4711, "x", "-1", "1" * 400, "\u0661"):
        for part in SUBPAGES:
            page = visit(f"/my/{token}{part}?who={who}")
            assert (page.status, page.heading) == (404, "Page not found")
        for part in ("/name", "/reach", "/address", "/pause", "/network", "/leave", "/erase"):
            assert visit.post(f"/my/{token}{part}", {"csrf_token": csrf, "who": str(who), "name": "X"}).status == 404
    session().rollback()
    assert [(one.state, one.name) for one in (kim, elsewhere)] == [("active", None)] * 2


# Two people at one mailbox


@pytest.fixture
def pair(inside: Flask) -> tuple[Group, Contact, Contact]:
    group = the_group()
    pat = joined(group, PAT, name="Pat Lee")
    return group, pat, beside(pat, None)


def test_whoever_shares_a_mailbox_is_asked_whose_details_to_see(
    pair: tuple[Group, Contact, Contact], visit: Visit
) -> None:
    group, pat, _ = pair
    page = visit(f"/my/{my_token(group, PAT)}")
    assert page.heading == "Whose details do you want to see?"
    assert [a.get_text(strip=True) for a in page.select("main .found a")] == ["Pat Lee", "The person without a name"]
    assert len(letters("my")) == 1
    mine = page.click("Pat Lee")
    assert "These are the details of Pat Lee" in mine.text
    assert f"who={pat.id}" in mine.url
    assert mine.click("See somebody else at this address").heading == page.heading


@pytest.mark.parametrize("part", SUBPAGES[1:])
def test_every_page_asks_first_who_it_is_about(pair: tuple[Group, Contact, Contact], visit: Visit, part: str) -> None:
    page = visit(f"/my/{my_token(pair[0], PAT)}{part}").follow()
    assert page.heading == "Whose details do you want to see?"


@pytest.mark.parametrize("part", ["/name", "/reach", "/address", "/pause", "/network", "/leave"])
def test_a_form_that_does_not_say_whom_it_is_about_changes_nobody(
    pair: tuple[Group, Contact, Contact], visit: Visit, part: str
) -> None:
    group, pat, other = pair
    token = my_token(group, PAT)
    csrf = visit(f"/my/{token}/name?who={pat.id}").one("main input[name=csrf_token]")["value"]
    fields = {"csrf_token": csrf, "name": "X", "months": "3", "agree": "y", "email": "x@example.com"}
    assert visit.post(f"/my/{token}{part}", fields).status == 404
    session().rollback()
    assert [(one.state, one.name, one.paused_until) for one in (pat, other)] == [
        ("active", "Pat Lee", None),
        ("active", None, None),
    ]


def test_each_change_is_for_one_person(pair: tuple[Group, Contact, Contact], visit: Visit) -> None:
    group, pat, other = pair
    overview = f"/my/{my_token(group, PAT)}?who={other.id}"
    page = visit(overview).click("Change your name")
    assert "This is about the person without a name" in page.text
    page = page.submit(name="Kim Lee").follow()
    assert "These are the details of Kim Lee" in page.text
    page = page.click("Take a break").submit("Pause my emails", months="3").follow()
    page = page.click("Change your email address").submit(email="kim@new.example").follow()
    page = page.click("Back to what we hold about you")
    assert "button in our email to kim@new.example" in page.text
    page = page.submit("Leave the list").follow()
    session().rollback()
    assert (pat.state, pat.paused_until, pat.name) == ("active", None, "Pat Lee")
    assert (other.state, other.name) == ("left", "Kim Lee")
    assert len(what_happened(pat)) == 1


@pytest.mark.counted
def test_two_people_keep_names_of_their_own(pair: tuple[Group, Contact, Contact], visit: Visit) -> None:
    group, pat, other = pair
    token = my_token(group, PAT)
    same = visit(f"/my/{token}/name?who={other.id}").submit(name=" PAT lee")
    assert (same.status, same.errors) == (
        422,
        ["Somebody else at this address has this name. Enter a name that tells you apart."],
    )
    none = visit(f"/my/{token}/name?who={pat.id}").submit(name="")
    assert none.errors == ["Somebody else at this address gave no name. Enter a name, so that we can tell you apart."]
    session().rollback()
    assert (pat.name, other.name) == ("Pat Lee", None)


def test_erasing_one_leaves_the_other_and_their_link(pair: tuple[Group, Contact, Contact], visit: Visit) -> None:
    group, pat, other = pair
    ask(group, PAT, name="Pat Lee")
    ask(group, PAT, name="Kim")
    token = my_token(group, PAT)
    page = visit(f"/my/{token}/erase?who={pat.id}")
    assert "erases the details of Pat Lee only" in page.text
    page = page.submit()
    assert page.heading == "Your details are erased"
    rest = page.click("See their details")
    assert (rest.heading, rest.url) == ("What we hold about you", f"{visit.base_url}/my/{token}")
    assert "Pat Lee" not in rest.text
    session().rollback()
    assert (pat.state, other.state, other.mailbox) == ("erased", "active", PAT.lower())
    assert [form.name for form in sign_ups(group) if form.mailbox] == ["Kim"]
    visit(f"/my/{token}/erase").submit()
    session().rollback()
    assert other.state == "erased"
    assert session().scalars(select(MyLink)).all() == session().scalars(select(SignUp)).all() == []


def test_who_left_but_is_still_known_is_among_them(inside: Flask, visit: Visit) -> None:
    group = the_group()
    pat = joined(group, PAT, name="Pat Lee")
    beside(pat, "Kim", state=State.LEFT)
    page = visit(f"/my/{my_token(group, PAT)}")
    assert "Left the list, since Thursday 4 March 2027" in page.text
    assert page.click("Kim").status == 200


# What nobody has confirmed, and being erased


def test_who_waits_sees_takes_away_and_erases_their_form(inside: Flask, visit: Visit) -> None:
    group = the_group()
    ask(group, PAT, name="Pat Lee")
    page = visit(f"/my/{my_token(group, PAT)}")
    assert "Forms nobody has confirmed" in page.text
    assert "Pat Lee" in page.text
    assert copy_of(page)["forms_waiting"][0]["address"] == PAT
    assert visit(f"{page.url}/all").follow().heading == page.heading
    for part in ("/name", "/pause", "/address", "/network"):
        assert visit(f"{page.url}{part}").follow().heading == page.heading
    page.click("Erase my details").submit()
    assert not sign_ups(group)


def test_a_mailbox_that_somebody_wants_to_move_to_sees_and_erases_that(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, "kim@example.com", name="Kim Lee")
    ask_change(contact, PAT)
    page = visit(f"/my/{my_token(group, PAT)}")
    assert "Somebody on our list asked us to write to your address" in page.text
    assert "Kim" not in page.html
    assert copy_of(page)["addresses_waiting"][0]["address"] == PAT
    page.click("Erase my details").submit()
    assert queries.list_address_changes(contact.id) == []


def test_erasing_says_first_what_will_happen_and_then_that_it_is_done(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, PAT, name="Pat Lee")
    link = f"/my/{my_token(group, PAT)}"
    page = visit(link).click("Erase my details")
    assert contact_of(group, PAT) is not None
    assert "What remains, and why" in page.text
    page = page.submit()
    assert (page.status, page.heading) == (200, "Your details are erased")
    assert contact_of(group, PAT) is None
    assert letters() == []
    assert visit(link).heading == "This link does not work any more"


def test_who_left_and_is_erased_leaves_no_free_text_of_evidence(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT)
    with transaction():
        for kind in ("paper", "list"):
            evidence = Evidence(
                group_id=group.id, kind=kind, given_at="a desk", taken_by="Iris", kept_at="a drawer", written_at=THE_DAY
            )
            session().add(evidence)
            session().flush()
            session().add(
                ConsentRecord(
                    group_id=group.id,
                    contact_id=contact.id,
                    what="agreed",
                    at=THE_DAY,
                    how="paper",
                    evidence_id=evidence.id,
                )
            )
    leave(contact)
    with transaction():
        actions.erase(contact.id, by=Who.contact(contact.id), at=THE_DAY)
    found = {row.kind: (row.given_at, row.taken_by, row.kept_at) for row in session().scalars(select(Evidence))}
    assert found == {"paper": (None, None, None), "list": ("a desk", "Iris", "a drawer")}


@pytest.mark.parametrize("part", [part for part in SUBPAGES if part != "/copy"])
def test_the_navigation_knows_that_one_is_at_ones_details(dead: str, visit: Visit, part: str) -> None:
    page = visit(f"/my/{dead}{part}")
    assert [link.get_text(strip=True) for link in page.select("nav a[aria-current]")] == ["Your details"]


def test_a_link_to_two_people_erases_nobody_until_one_is_named(pair: tuple[Group, Contact, Contact]) -> None:
    token = my_token(pair[0], PAT)
    with pytest.raises(NotFound), transaction():
        actions.erase_by_link(token, at=THE_DAY)
    session().rollback()
    assert [one.state for one in pair[1:]] == ["active", "active"]


def test_nobody_who_is_unknown_has_a_name_to_change(inside: Flask) -> None:
    with pytest.raises(NotFound), transaction():
        actions.correct_name(4711, name="Pat", by=Who.contact(4711), at=THE_DAY)


def test_who_is_reached_by_post_is_erased_without_a_mailbox(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    with transaction():
        found = session().get_one(Contact, contact.id)
        found.reached_by, found.postal_address = "post", "1 Elm Road"
        found.address = found.mailbox = None
    with transaction():
        actions.erase(contact.id, how=How.LETTER, by=Who.person(7), at=THE_DAY)
    assert (contact.state, contact.postal_address, contact.left_how) == ("erased", None, "letter")
    assert session().scalars(select(Suppression)).all() == []


def test_a_link_shows_nobody_whose_mailbox_it_does_not_lie_in(dead: str) -> None:
    with transaction():  # whatever changed the address, and forgot the links
        contact = session().query(Contact).one()
        contact.address = contact.mailbox = "elsewhere@example.com"
    assert queries.open_link(dead, who=None, at=THE_DAY).people == []


@pytest.mark.counted
def test_a_postal_address_and_phone_that_are_known_are_shown_corrected_and_forgotten(
    inside: Flask, visit: Visit
) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    with transaction():
        known = session().get_one(Contact, contact.id)
        known.postal_address, known.phone = "2 Elm Road\nWithy", "01632 960 777"
    page = visit(f"/my/{my_token(group, PAT)}")
    assert "2 Elm Road, Withy" in page.text
    form = page.click("Change your postal address")
    assert form.submit(phone="12").errors == ["Check the phone number. It has too few digits."]
    page = form.submit(postal_address="9 Mill Row\nWithy", phone="").follow()
    assert "9 Mill Row, Withy" in page.text
    assert "01632 960 777" not in page.text
    assert session().get_one(Contact, contact.id).search == "pat lee pat.lee@example.com 9 mill row withy"
    assert "changed your postal address or phone number" in page.click("Read or print everything").text


def test_ways_are_changed_only_of_who_gets_emails(inside: Flask) -> None:
    contact = written_down(the_group(), by_post())
    with pytest.raises(NotFound), transaction():
        actions.correct_ways(contact.id, postal_address=None, phone=None, by=Who.contact(contact.id), at=THE_DAY)
