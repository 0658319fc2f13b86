"""Correcting one's address: it counts when a code from the new mailbox was typed, and tells nobody who has an account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.verdict import Verdict
from pcnppg.kernel.who import Who
from pcnppg.people import actions, queries
from pcnppg.people.models import AddressChange, SignInRequest
from pcnppg.people.rules import CHANGES_A_DAY, TAKEN, TOO_MANY_TRIES, WRONG_CHANGE_CODE
from pcnppg.store.session import transaction
from tests import making
from tests.conftest import THE_DAY
from tests.membership.test_races import at_once
from tests.people.stories import address, ask, code_for, count, deeds, give, letters, other_than
from tests.promises.test_sameness import rows, statements
from tests.visiting import Visit

NEW = "Samuel@example.net"


@pytest.fixture
def sam(inside: Flask) -> int:
    return making.a_person(address="Sam@example.net")


def move(person_id: int, text: str = NEW) -> None:
    with transaction():
        actions.ask_new_address(person_id, address=address(text), by=Who.person(person_id), at=clock.now())


def code() -> str:
    return str(letters("people/address_code")[-1].values["code"])


def confirm(person_id: int, typed: str) -> Verdict:
    with transaction():
        return actions.confirm_address(person_id, code=typed, by=Who.person(person_id), at=clock.now())


def mailbox(person_id: int) -> str:
    return str(queries.address_of(person_id))


def test_nothing_changes_until_the_code_is_typed(sam: int) -> None:
    move(sam)
    (letter,) = letters("people/address_code")
    assert (letter.to, letter.mail_class) == ("samuel@example.net", "service")
    assert mailbox(sam) == "Sam@example.net"
    assert not confirm(sam, other_than(code()))
    assert mailbox(sam) == "Sam@example.net"
    assert confirm(sam, f"{code()[:3]} {code()[3:]}")
    assert mailbox(sam) == NEW
    assert len(deeds("people.address_changed")) == 1


def test_the_old_address_is_told_and_signs_in_no_more(sam: int) -> None:
    old = code_for("Sam@example.net")
    move(sam)
    confirm(sam, code())
    assert [one.to for one in letters("people/address_changed")] == ["sam@example.net"]
    assert isinstance(give(old, "Sam@example.net"), Verdict)
    ask("Sam@example.net")
    assert [one.to for one in letters("people/no_account")] == ["sam@example.net"]
    assert not isinstance(give(code_for(NEW), NEW), Verdict)
    assert count(SignInRequest) == 2
    assert count(AddressChange) == 0


def test_the_last_code_asked_for_is_the_one_that_works(sam: int) -> None:
    move(sam, "first@example.net")
    first = code()
    move(sam)
    assert confirm(sam, first).because == WRONG_CHANGE_CODE or first == code()
    confirm(sam, code())
    assert mailbox(sam) == NEW


def test_a_code_works_for_an_hour_once_and_only_for_who_asked(sam: int) -> None:
    kim = making.a_person(address="kim@example.net", name="Kim")
    move(sam)
    typed = code()
    with pytest.raises(RuleBroken, match="no new address to confirm"):
        confirm(kim, typed)
    move(kim, "kim2@example.net")
    if typed != code():
        assert not confirm(kim, typed)
    with clock.at(THE_DAY + timedelta(hours=1)), pytest.raises(RuleBroken, match="no new address to confirm"):
        confirm(sam, typed)
    confirm(sam, typed)
    with pytest.raises(RuleBroken, match="no new address to confirm"):
        confirm(sam, typed)


def test_five_wrong_codes_are_enough(sam: int) -> None:
    move(sam)
    wrong = other_than(code())
    assert [confirm(sam, wrong).because for _ in range(5)] == [WRONG_CHANGE_CODE] * 5
    assert confirm(sam, code()).because == TOO_MANY_TRIES
    assert mailbox(sam) == "Sam@example.net"


def test_an_address_in_use_gets_a_mail_of_its_own_and_no_code(sam: int) -> None:
    making.a_person(address="kim@example.net", name="Kim")
    move(sam, "KIM@example.net")
    assert [one.to for one in letters("people/address_in_use")] == ["kim@example.net"]
    assert letters("people/address_in_use")[0].values == {}
    assert not letters("people/address_code")


def test_ones_own_address_may_be_spelt_anew(sam: int) -> None:
    move(sam, "SAM@example.net")
    confirm(sam, code())
    assert mailbox(sam) == "SAM@example.net"


def test_whoever_takes_the_address_first_keeps_it(sam: int) -> None:
    move(sam)
    typed = code()
    making.a_person(address=NEW, name="Samuel")
    assert confirm(sam, typed).because == TAKEN
    assert mailbox(sam) == "Sam@example.net"


def test_so_many_in_a_day_and_no_more(sam: int) -> None:
    for number in range(CHANGES_A_DAY + 2):
        move(sam, f"sam{number}@example.net")
    assert len(letters("people/address_code")) == CHANGES_A_DAY
    with clock.at(THE_DAY + timedelta(days=1)):
        move(sam)
    assert len(letters("people/address_code")) == CHANGES_A_DAY + 1


def test_one_mailbox_is_not_bothered_by_many(inside: Flask) -> None:
    for number in range(CHANGES_A_DAY + 2):
        move(making.a_person(address=f"p{number}@example.net", name="P"))
    assert len(letters("people/address_code")) == CHANGES_A_DAY


def test_what_nobody_confirmed_is_forgotten_after_a_day(sam: int) -> None:
    move(sam)
    for later, left in ((timedelta(days=1), 1), (timedelta(days=1, seconds=1), 0)):
        with transaction():
            actions.tidy(at=THE_DAY + later)
        assert count(AddressChange) == left


def test_who_is_erased_moves_nowhere(sam: int) -> None:
    move(sam)
    typed = code()
    with transaction():
        actions.forget_person(sam, by=Who.person(sam), at=THE_DAY)
    with pytest.raises(RuleBroken):
        confirm(sam, typed)
    with pytest.raises(NotFound):
        move(sam)
    with pytest.raises(NotFound):
        queries.address_of(sam)


@pytest.mark.parametrize("turn", range(4))
def test_two_who_take_one_address_at_once_leave_it_with_one(inside: Flask, turn: int) -> None:
    people, codes = [], []
    for name in ("a", "b"):
        people.append(making.a_person(address=f"{name}@example.net", name=name))
        move(people[-1])
        codes.append(code())
    acts = [
        lambda person=person, typed=typed: actions.confirm_address(
            person, code=typed, by=Who.person(person), at=THE_DAY
        )
        for person, typed in zip(people, codes, strict=True)
    ]
    outcomes = at_once(inside, *acts)
    assert sorted(bool(one) for one in outcomes) == [False, True]
    assert sorted(mailbox(person) for person in people)[0] == NEW


# Pages


def test_the_pages_lead_from_the_account_to_the_new_address(sam: int, visit: Visit) -> None:
    browser = visit.as_(sam, second_factor=False)
    page = browser("/account").click("Change your email address")
    assert "You sign in with Sam@example.net now." in page.text
    wrong = page.submit(email="nobody")
    assert (wrong.status, wrong.one("input[name=email]")["value"]) == (422, "nobody")
    page = page.submit(email=NEW).follow()
    assert NEW in page.text
    assert page.submit(code="abc").status == 422
    wrong = page.submit(code=other_than(code()))
    assert (wrong.status, wrong.errors) == (422, [WRONG_CHANGE_CODE])
    done = page.submit(code=code()).follow()
    assert "Your email address is changed. We told the old one." in done.text
    assert f"You sign in with {NEW}." in done.text
    assert browser("/account/address/code").location == "/account/address"
    again = page.submit(code="123456")
    assert again.location == "/account/address" or again.status == 422


def test_the_answer_is_the_same_whether_or_not_the_address_has_an_account(sam: int, visit: Visit) -> None:
    making.a_person(address="kim@example.net", name="Kim")
    browser = visit.as_(sam, second_factor=False)
    found = []
    for text in ("kim@example.net", "nob@example.net"):
        before = rows()
        with statements() as said:
            page = browser("/account/address").submit(email=text)
        shown = page.follow()
        wrong = shown.submit(code="000000")
        found.append((page.status, page.location, shown.text.replace(text, ""), wrong.errors, len(said)))
        assert {table: number - before[table] for table, number in rows().items() if number != before[table]} == {
            "address_change": 1,
            "outbox_message": 1,
            "audit_entry": 1,
            "sign_in_try": 1,
        }
    assert found[0] == found[1]


def test_whoever_has_an_authenticator_gives_its_code_first(inside: Flask, visit: Visit) -> None:
    officer = making.an_officer(making.a_group())
    browser = visit.as_(officer, second_factor=False)
    for url in ("/account/address", "/account/kept", "/account/erase", "/account/kept/copy", "/account/kept/page"):
        assert str(browser(url).location).startswith("/second-factor?next="), url
    token = _token(browser)
    for url in ("/account/address", "/account/address/code", "/account/erase"):
        page = browser.post(url, {"csrf_token": token, "email": NEW, "code": "123456"})
        assert str(page.location).startswith("/second-factor?next="), url
    assert count(AddressChange) == 0


def _token(browser: Visit) -> str:
    return str(browser("/account").select("input[name=csrf_token]")[0]["value"])
