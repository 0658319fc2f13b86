"""The pages of members: terms, ends, handing over the role of chair, past members, and giving up one's own role."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from pcnppg.groups import actions, queries
from pcnppg.groups.rules import CHAIR_AWAY, Role
from pcnppg.kernel import clock
from pcnppg.kernel.who import OPERATOR
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import NEW, accept, chair_of, end_role, held_by, invitations, invite
from tests.people.stories import letters
from tests.visiting import Page, Visit

MEMBERS = "/groups/elm-tree/members"


@pytest.fixture
def group(inside: Flask) -> int:
    return making.a_group()


def set_term(group_id: int, person_id: int, *, days: int) -> None:
    held, ends_on = held_by(person_id, group_id).id, THE_DAY.date() + timedelta(days=days)
    with transaction():
        actions.set_term(group_id, held, ends_on=ends_on, by=OPERATOR, at=THE_DAY)


def row_of(page: Page, name: str) -> str:
    return next(" ".join(row.get_text(" ").split()) for row in page.select("main tbody tr") if name in row.get_text())


def token(browser: Visit) -> str:
    return str(browser("/account").select("input[name=csrf_token]")[0]["value"])


# Terms


def test_terms_and_their_ends_are_shown(group: int, visit: Visit) -> None:
    sue = making.an_officer(group, name="Sue")
    making.an_officer(group, role=Role.MEMBER, name="Mia")
    set_term(group, sue, days=21)
    page = visit.as_(chair_of(group))(MEMBERS)
    assert "until Thursday 25 March 2027 ends in 3 weeks" in row_of(page, "Sue")
    assert "No end" in row_of(page, "Mia")


def test_a_term_that_is_over_says_so(group: int, visit: Visit) -> None:
    sue = making.an_officer(group, name="Sue")
    set_term(group, sue, days=21)
    with clock.at(THE_DAY + timedelta(days=36)):
        page = visit.as_(chair_of(group))(MEMBERS)
    assert "until Thursday 25 March 2027 ended 2 weeks ago" in row_of(page, "Sue")


def test_the_chair_renews_a_term(group: int, visit: Visit) -> None:
    sue = making.an_officer(group, name="Sue")
    set_term(group, sue, days=21)
    page = visit.as_(chair_of(group))(f"{MEMBERS}/{held_by(sue, group).id}/term")
    assert page.heading == "How long Sue is the secretary"
    assert page.one("input[name=ends_on]")["value"] == "25 March 2028"
    for wrong, says in (
        ("soon", "a day that the calendar has"),
        ("30 February 2028", "a day that the calendar has"),
        ("3/3/2027", "is over"),
    ):
        refused = page.submit(ends_on=wrong)
        kept = "3 March 2027" if wrong == "3/3/2027" else wrong
        assert (refused.status, refused.one("input[name=ends_on]")["value"]) == (422, kept)
        assert says in refused.errors[0]
    assert "The term is saved." in page.submit().follow().text
    assert held_by(sue, group).term_ends_on == date(2028, 3, 25)
    page.submit(ends_on="")
    assert held_by(sue, group).term_ends_on is None


@pytest.mark.parametrize(
    "typed",
    ["4 March 2028", "4 mar 2028", "Saturday 4 March 2028", "4/3/2028", "04.03.2028", "2028-03-04", " 4 3 2028 "],
)
def test_a_day_is_read_as_people_write_it(typed: str, group: int, visit: Visit) -> None:
    sue = making.an_officer(group)
    visit.as_(chair_of(group))(f"{MEMBERS}/{held_by(sue, group).id}/term").submit(ends_on=typed)
    assert held_by(sue, group).term_ends_on == date(2028, 3, 4)


def test_the_form_suggests_the_usual_end_and_keeps_one_that_is_far_off(group: int, visit: Visit) -> None:
    sue, mia = making.an_officer(group), making.an_officer(group, role=Role.MEMBER)
    browser = visit.as_(chair_of(group))
    suggested = {
        person: browser(f"{MEMBERS}/{held_by(person, group).id}/term").one("input[name=ends_on]").get("value")
        for person in (sue, mia)
    }
    assert suggested[sue] == "4 March 2028"
    assert not suggested[mia]
    set_term(group, sue, days=200)
    page = browser(f"{MEMBERS}/{held_by(sue, group).id}/term")
    assert page.one("input[name=ends_on]")["value"] == "20 September 2027"


def test_an_invitation_says_how_long_the_role_lasts(group: int, visit: Visit) -> None:
    page = visit.as_(chair_of(group))(MEMBERS)
    refused = page.submit("Send the invitation", email=NEW, role="secretary", term="day")
    assert refused.errors == ["Enter the day on which the role ends, or choose another answer."]
    over = page.submit("Send the invitation", email=NEW, role="secretary", term="day", ends_on="3 March 2027")
    assert (over.status, over.one("input[name=ends_on]")["value"]) == (422, "3 March 2027")
    for term, role, ends_on in (
        ("usual", "secretary", date(2028, 3, 4)),
        ("usual", "member", None),
        ("none", "vice_chair", None),
        ("day", "gp", date(2029, 1, 1)),
    ):
        page.submit("Send the invitation", email=NEW, role=role, term=term, ends_on="1 January 2029")
        assert invitations()[-1].term_ends_on == ends_on
    offered = visit(f"/invitations/{letters('groups/invitation', to=NEW)[-1].values['token']}")
    assert "The term ends on Monday 1 January 2029." in offered.text


# What each role may do


def test_the_table_of_roles_stands_beside_members_and_invitations(group: int, visit: Visit) -> None:
    for page in (visit.as_(chair_of(group))(MEMBERS), visit(f"/invitations/{invite(group)}")):
        row = next(row for row in page.select("details tr") if "See who is on the contact list" in row.get_text())
        assert [cell.get_text(strip=True) for cell in row.select("td")] == ["Yes", "Yes", "Yes", "–", "–", "–"]


def test_a_chair_who_works_for_the_practice_is_noticed_kindly(group: int, visit: Visit) -> None:
    browser = visit.as_(chair_of(group))
    assert "far from ideal" not in browser(MEMBERS).text
    accept(invite(group, "ruth@example.com", role=Role.PRACTICE_MANAGER))
    assert "Ruth Carver is the chair, and works for the practice too." in browser(MEMBERS).text


# Past members


def test_officers_see_who_held_which_role_and_why_it_ended(group: int, visit: Visit) -> None:
    officer = visit.as_officer(group, role="vice_chair")
    assert "Nobody has left yet" in officer(f"{MEMBERS}/past").text
    end_role(group, making.an_officer(group, name="Sue"), words="With our thanks")
    row = row_of(officer(MEMBERS).click("Past members"), "Sue")
    assert row == "Sue Secretary Thursday 4 March 2027 Thursday 4 March 2027 The term is over: With our thanks"


def test_another_groups_past_is_not_seen(group: int, visit: Visit) -> None:
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    end_role(other, making.an_officer(other, name="Otto"))
    assert "Otto" not in visit.as_(chair_of(group))(f"{MEMBERS}/past").text
    theirs = held_by(chair_of(other), other).id
    for page in ("term", "end"):
        assert visit.as_(chair_of(group))(f"{MEMBERS}/{theirs}/{page}").status == 404
        answer = visit.as_(chair_of(group)).post(
            f"{MEMBERS}/{theirs}/{page}", {"csrf_token": token(visit.as_(chair_of(group))), "because": "other"}
        )
        assert answer.status == 404
    session().rollback()
    assert held_by(chair_of(other), other).until is None


# Handing over


def test_the_chair_hands_over_and_is_signed_out(group: int, visit: Visit) -> None:
    mia = making.an_officer(group, role=Role.MEMBER, name="Mia")
    making.an_officer(group, role=Role.GP, name="Dr Gray")
    browser = visit.as_(chair_of(group))
    page = browser(MEMBERS).click("Hand over the role of chair")
    offered = [label.get_text(strip=True) for label in page.select(".nhsuk-radios__label")]
    assert offered == ["Mia, member", "Somebody new", "I stay in the group as a member", "I leave the group"]
    assert page.one("input[name=ends_on]")["value"] == "4 March 2028"
    assert page.submit().errors == ["Choose who is the next chair."]
    over = page.submit(who=mia, ends_on="3 March 2027")
    assert (over.status, "is over" in over.errors[0]) == (422, True)
    done = page.submit(who=mia).follow()
    assert "You handed over the role of chair. Thank you." in done.text
    assert str(browser("/account").location).startswith("/sign-in")
    assert visit.as_(mia)(MEMBERS).status == 200


def test_somebody_new_is_invited_and_the_chair_stays(group: int, visit: Visit) -> None:
    browser = visit.as_(chair_of(group))
    page = browser(f"{MEMBERS}/hand-over")
    wrong = page.submit(who="new", email="nobody")
    assert (wrong.status, wrong.one("input[name=email]")["value"]) == (422, "nobody")
    mine = page.submit(who="new", email="ruth@example.com")
    assert mine.errors == ["This person is chair of the group already."]
    done = page.submit(who="new", email=NEW, then="go").follow()
    assert "Nothing changes until they accept." in done.text
    assert "Chair (the next one)" in row_of(done, NEW)
    offered = visit(f"/invitations/{letters('groups/invitation', to=NEW)[-1].values['token']}")
    assert "you follow the chair" in offered.text
    offered.submit(name="Nora New")
    assert str(browser("/account").location).startswith("/sign-in")
    session().rollback()
    assert [one.name for one in queries.list_members(group)] == ["Nora New"]


def test_other_officers_see_why_they_cannot_until_the_chair_was_long_away(group: int, visit: Visit) -> None:
    sue = making.an_officer(group, name="Sue")
    browser = visit.as_(sue)
    assert "Hand over the role of chair" not in [a.get_text() for a in browser(MEMBERS).select("main a")]
    page = browser(f"{MEMBERS}/hand-over")
    assert "The chair hands over this role." in page.text
    refused = browser.post(f"{MEMBERS}/hand-over", {"csrf_token": token(browser), "who": str(sue)})
    assert refused.status == 422
    with clock.at(THE_DAY + CHAIR_AWAY):
        later = visit.anew().as_(sue)
        page = later(MEMBERS).click("Hand over the role of chair")
        assert "the chair has not signed in for 90 days" in page.text
        done = page.submit(who=sue)
        assert done.location == "/home"
        session().rollback()
        assert chair_of(group) == sue


# What waits


def home(visit: Visit, person: int) -> str:
    return visit.anew().as_(person)("/home").text


def test_terms_near_their_end_wait_for_the_chair(group: int, visit: Visit) -> None:
    sue = making.an_officer(group, name="Sue")
    set_term(group, sue, days=61)
    assert "The term of Sue" not in home(visit, chair_of(group))
    with clock.at(THE_DAY + timedelta(days=1)):
        page = visit.anew().as_(chair_of(group))("/home")
        assert "It ends on Tuesday 4 May 2027. Renew it, or end the role." in page.text
        assert page.click("The term of Sue as the secretary ends soon").status == 200
        assert "The term of Sue" not in home(visit, sue)
    with clock.at(THE_DAY + timedelta(days=62)):
        assert "The term of Sue as the secretary is over" in home(visit, chair_of(group))


def test_a_missing_chair_waits_for_the_other_officers(group: int, visit: Visit) -> None:
    sue, mia = making.an_officer(group), making.an_officer(group, role=Role.MEMBER)
    assert "no chair who can act" not in home(visit, sue)
    with clock.at(THE_DAY + CHAIR_AWAY):
        page = visit.anew().as_(sue)("/home")
        assert page.click("Your group has no chair who can act").heading == "Hand over the role of chair"
        assert "no chair who can act" not in home(visit, mia)


# One's own roles


def test_somebody_gives_up_their_own_role(group: int, visit: Visit) -> None:
    sue = making.an_officer(group, name="Sue")
    browser = visit.as_(sue)
    page = browser("/account").click("Your roles, and giving one up")
    page = page.click("Give up this role as the secretary of Elm Tree Patient Group")
    assert "1 officer of the group gets an email" in page.text
    done = page.submit("Give up this role").follow()
    assert "Your role has ended. Thank you for all that you did." in done.text
    assert str(browser("/account").location).startswith("/sign-in")
    assert "You hold no role in a group now" in visit.anew().as_(sue)("/account/roles").text


def test_the_last_officer_is_told_what_to_do_first(group: int, visit: Visit) -> None:
    ruth = chair_of(group)
    sue = making.an_officer(group)
    browser, url = visit.as_(ruth), f"/account/roles/{held_by(ruth, group).id}/leave"
    page = browser(url)
    assert "the group has no chair until" in page.text
    end_role(group, sue)
    late = page.submit("Give up this role")
    assert (late.status, "without an officer" in late.text) == (422, True)
    assert browser(url).click("Hand over the role of chair").status == 200


def test_nobody_elses_role_can_be_given_up(group: int, visit: Visit) -> None:
    browser = visit.as_(making.an_officer(group, role=Role.MEMBER))
    url = f"/account/roles/{held_by(chair_of(group), group).id}/leave"
    assert browser(url).status == 404
    assert browser.post(url, {"csrf_token": token(browser)}).status == 404
