"""Somebody's rights over their own account: see all of it, take it away, be erased; and accounts that nobody uses."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from pcnppg.groups import actions as groups
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.mailing.models import Mailing
from pcnppg.pages import jobs
from pcnppg.pages.actions.forgetting import FORGETTERS, NOTHING_TO_FORGET, see_to_unused
from pcnppg.pages.queries.told_of_person import NOTHING_TO_TELL, TELLERS
from pcnppg.people import queries as people_queries
from pcnppg.people.models import Person
from pcnppg.people.rules import FORMER, UNUSED_AFTER, UNUSED_NOTICE
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import chair_of, end_role, held_by
from tests.house.test_floors import PACKAGE, SHARED, TOP
from tests.mailing.lists import a_draft, a_list, send
from tests.people.stories import begun, deeds, letters
from tests.visiting import Visit

SECOND = timedelta(seconds=1)


def domains() -> set[str]:
    """Every package of the product that is a domain."""
    folders = {path.parent.name for path in Path(PACKAGE).glob("*/__init__.py")}
    return folders - SHARED - TOP


def test_no_domain_can_forget_to_tell() -> None:
    assert set(TELLERS) | set(NOTHING_TO_TELL) == domains()
    assert not set(TELLERS) & set(NOTHING_TO_TELL)


def test_no_domain_can_forget_to_forget() -> None:
    assert set(FORGETTERS) | set(NOTHING_TO_FORGET) == domains()
    assert not set(FORGETTERS) & set(NOTHING_TO_FORGET)
    assert list(FORGETTERS)[-1] == "people"  # last: the others ask it for the mailbox


# Seeing


def test_the_page_shows_all_of_it_in_plain_words(inside: Flask, visit: Visit) -> None:
    group_id, (chair, _) = a_list()
    send(group_id, chair)
    browser = visit.as_(chair)
    browser("/groups/elm-tree/members")
    page = browser("/account").click("See all that we keep about you")
    assert page.heading == "What we keep about you"
    for says in (
        "Firefox on Windows",
        "Our summer meeting",
        "chair",
        "looked at the members",
        "signed in",
        "sent a mailing",
        "Thursday 4 March 2027",
    ):
        assert says in page.text, says
    assert "What there is nothing of" in page.text


def test_nobody_else_is_named_and_no_contact(inside: Flask, visit: Visit) -> None:
    group_id, (chair, secretary) = a_list()
    other = session().get_one(Person, secretary).name
    held = held_by(secretary, group_id).id
    with transaction():
        groups.set_term(group_id, held, ends_on=None, by=Who.person(chair), at=THE_DAY)
    for person in (chair, secretary):
        page = visit.as_(person)("/account/kept")
        others = [session().get_one(Person, one).name for one in (chair, secretary) if one != person]
        assert not [name for name in others if name in page.text]
    assert other
    assert "Somebody else of the group" in visit.as_(secretary)("/account/kept").text


def test_both_downloads_hold_what_the_page_shows_and_more(
    inside: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pcnppg.pages.views import account

    monkeypatch.setattr(account, "MOST_KEPT_SHOWN", 1)
    group_id, (chair, _) = a_list()
    a_draft(group_id, chair, subject="News")
    browser = visit.as_(chair)
    page = browser("/account/kept")
    assert "These are 1 of 2 lines." in page.text
    read = browser("/account/kept/page")
    assert "attachment" in read.headers["Content-Disposition"]
    assert "As of Thursday 4 March 2027 at 10:30am." in read.text
    assert "stylesheet" not in read.html
    copy = browser("/account/kept/copy")
    assert "what-we-keep.json" in copy.headers["Content-Disposition"]
    held = json.loads(copy.answer.get_data(as_text=True))
    assert list(held) != []
    assert set(held) == {"as_of", *TELLERS}
    assert held["people"]["Your account"][0]["Name"] in read.text
    assert held["mailing"]["Mailings that you wrote or sent"] == [
        {
            "Subject": "News",
            "You began it": THE_DAY.isoformat(),
            "You changed it": THE_DAY.isoformat(),
            "You planned it for": None,
            "You sent it": None,
        }
    ]
    done = held["audit"]["What was done by you, or to your account"]
    assert {"Who": "You", "What": "began a mailing"}.items() <= next(
        line for line in done if line["What"] == "began a mailing"
    ).items()


def test_it_is_ones_own_and_nobody_elses(inside: Flask, visit: Visit) -> None:
    sam, kim = making.a_person(), making.a_person(name="Kim Keen", address="kim@example.net")
    assert "Kim" not in visit.as_(sam, second_factor=False)("/account/kept").text
    assert "Kim Keen" in visit.as_(kim, second_factor=False)("/account/kept").text
    assert str(visit("/account/kept").location).startswith("/sign-in")


# Erasing


def test_the_page_says_in_numbers_what_will_happen(inside: Flask, visit: Visit) -> None:
    group_id, (chair, secretary) = a_list()
    send(group_id, secretary)
    begun(secretary)
    address = session().get_one(Person, secretary).address or ""
    making.an_officer(making.a_group(slug="oak-hill", practice="Z99002"), role=Role.MEMBER, address=address)
    with transaction():
        groups.invite(group_id, role=Role.GP, address=making.EmailAddress.parse(address), by=OPERATOR, at=THE_DAY)
    page = visit.as_(secretary)("/account").click("Erase your account")
    for says in (
        "You give up 2 roles: a member of Elm Tree Patient Group; the secretary of Patients of Elm Tree.",
        "You are signed out on 2 devices",
        "1 invitation to your address no longer works.",
        "1 mailing that you wrote or sent",
    ):
        assert says in page.text, says
    assert session().get_one(Person, secretary).erased_at is None
    assert chair


def test_after_that_nothing_says_who_it_was_and_the_groups_work_stands(inside: Flask, visit: Visit) -> None:
    group_id, (chair, secretary) = a_list()
    sent = send(group_id, secretary)
    browser, phone = visit.as_(secretary), Visit(visit.app, secretary)
    done = browser("/account/erase").submit("Erase my account").follow()
    assert done.heading == "Your account is erased"
    for device in (browser, phone):
        assert device("/account").location == "/sign-in?next=/account"
        assert str(device("/groups/elm-tree/members").location).startswith("/sign-in")
    session().rollback()
    person = session().get_one(Person, secretary)
    assert (person.name, person.address, person.mailbox, person.erased_at) == (FORMER, None, None, THE_DAY)
    assert session().get_one(Mailing, sent).sent_by == secretary
    members = visit.as_(chair)("/groups/elm-tree/members")
    past = members.click("Past members")
    assert "A former member Secretary" in past.text
    assert "The account was erased" in past.text
    assert [line.by_id for line in deeds("people.erased")] == [secretary]


def test_erased_twice_is_erased_once(inside: Flask) -> None:
    sam = making.a_person()
    from pcnppg.pages.actions import erase_account

    for _ in range(2):
        with transaction():
            erase_account(sam, by=Who.person(sam), at=THE_DAY)
    assert len(deeds("people.erased")) == 1


def test_the_last_officer_is_refused_with_the_way_forward(inside: Flask, visit: Visit) -> None:
    group = making.a_group()
    browser = visit.as_(chair_of(group))
    stale_sue = making.an_officer(group)
    page = browser("/account/erase")
    end_role(group, stale_sue)
    late = page.submit("Erase my account")
    assert (late.status, "without an officer" in late.text) == (422, True)
    page = browser("/account/erase")
    assert "You are the last officer who can act for Elm Tree Patient Group." in page.text
    assert page.click("Hand over the role of chair").status == 200
    assert not page.select("form[action='/account/erase']")


def test_the_address_is_free_afterwards_for_somebody_new(inside: Flask) -> None:
    sam = making.a_person(address="sam@example.net")
    from pcnppg.pages.actions import erase_account

    with transaction():
        erase_account(sam, by=Who.person(sam), at=THE_DAY)
    assert making.a_person(address="sam@example.net") != sam


# Accounts that nobody uses


def after(days: float) -> None:
    with clock.at(THE_DAY + timedelta(days=days)):
        jobs.forget_unused(clock.now())
    session().rollback()


def is_erased(person_id: int) -> bool:
    session().rollback()
    return session().get_one(Person, person_id).erased_at is not None


YEARS = UNUSED_AFTER.days
NOTICE = UNUSED_NOTICE.days


def test_an_unused_account_is_told_a_month_before_it_is_erased(inside: Flask) -> None:
    sam = making.a_person(address="sam@example.net")
    after(YEARS - 1)
    assert not letters("people/account_unused")
    after(YEARS)
    (told,) = letters("people/account_unused")
    assert (told.to, told.values["until"][:10]) == ("sam@example.net", "2029-04-04")
    after(YEARS + NOTICE - 1)
    assert not is_erased(sam)
    assert len(letters("people/account_unused")) == 1
    after(YEARS + NOTICE)
    assert is_erased(sam)
    assert [line.by_kind for line in deeds("people.erased")] == ["machine"]
    after(YEARS + NOTICE + 1)
    assert len(deeds("people.erased")) == 1


def test_it_is_looked_at_again_before_it_is_told_or_erased(inside: Flask) -> None:
    sue = making.an_officer(making.a_group())
    with transaction():
        assert not see_to_unused(sue, at=THE_DAY + timedelta(days=YEARS))
    assert not letters("people/account_unused")


def test_two_years_begin_with_the_end_of_the_last_role(inside: Flask) -> None:
    group = making.a_group()
    sue = making.an_officer(group)
    with clock.at(THE_DAY + timedelta(days=400)):
        end_role(group, sue)
    after(YEARS + 399)
    assert not letters("people/account_unused")
    after(YEARS + 400)
    assert len(letters("people/account_unused")) == 1
    after(2 * YEARS + 400)
    assert is_erased(sue)
    assert not is_erased(chair_of(group))


def test_who_signs_in_after_the_notice_keeps_the_account(inside: Flask) -> None:
    sam = making.a_person()
    after(YEARS)
    with clock.at(THE_DAY + timedelta(days=YEARS + 5)):
        begun(sam)
    after(YEARS + NOTICE)
    assert not is_erased(sam)
    after(2 * YEARS + 5)
    assert len(letters("people/account_unused")) == 2
    assert not is_erased(sam)


def test_who_takes_up_a_role_after_the_notice_keeps_the_account(inside: Flask) -> None:
    sam = making.a_person(address="sam@example.net")
    group = making.a_group()
    after(YEARS)
    with clock.at(THE_DAY + timedelta(days=YEARS + 5)):
        making.an_officer(group, role=Role.MEMBER, address="sam@example.net")
    after(2 * YEARS)
    assert not is_erased(sam)


def test_the_job_looks_again_before_it_erases(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sam = making.a_person()
    begun(sam)
    monkeypatch.setattr(people_queries, "list_unseen", lambda *, since: [sam, 4711])
    after(YEARS - 1)
    assert not letters("people/account_unused")
