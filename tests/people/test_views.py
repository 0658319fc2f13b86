"""The pages of accounts and doors: coming in, being asked for an authenticator code, seeing and ending sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from pcnppg.groups.models import RoleHeld
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.people.models import Person, SecondFactor
from pcnppg.store.session import transaction
from tests import making
from tests.conftest import THE_DAY
from tests.people.stories import count, deeds, letters, other_than, secret, totp
from tests.promises.test_sameness import rows, statements
from tests.visiting import Page, Visit

SAM, NOBODY = "sam@example.net", "nob@example.net"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def sam(inside: Flask) -> int:
    """An account without any role."""
    return making.a_person()


@pytest.fixture
def group(inside: Flask) -> int:
    return making.a_group()


@pytest.fixture
def chair(group: int) -> Person:
    """Ruth, who has set up no authenticator yet."""
    with transaction() as open_:
        return open_.query(Person).filter_by(name="Ruth Carver").one()


def ask(visit: Visit, text: str = SAM, *, url: str = "/sign-in") -> Page:
    """Ask for a code, and see the page that wants it."""
    return visit(url).submit(email=text).follow()


def code() -> str:
    return str(letters("people/sign_in")[-1].values["code"])


def link() -> str:
    return f"/sign-in/link/{letters('people/sign_in')[-1].values['token']}"


def come_in(visit: Visit, text: str = SAM, *, url: str = "/sign-in") -> Page:
    """Sign in by the mailed code: the answer to the code."""
    return ask(visit, text, url=url).submit(code=code())


def set_up(visit: Visit, person_id: int) -> Page:
    """From a first sign-in to the page of recovery codes."""
    page = come_in(visit, "ruth@example.com").follow()
    return page.submit(totp=totp(person_id))


# --- by mail ---------------------------------------------------------------------------------------------------------


def test_a_mailed_code_opens_a_session_and_leads_on(sam: int, visit: Visit) -> None:
    page = ask(visit, url="/sign-in?next=/account")
    assert page.heading == "Check your email"
    assert SAM in page.text
    answer = page.submit(code=f" {code()[:3]} {code()[3:]} ")
    assert (answer.status, answer.location) == (303, "/account")
    assert answer.follow().heading == "Your account"


def test_where_nobody_said_where_to_go_home_is_next(sam: int, visit: Visit) -> None:
    assert come_in(visit).location == "/home"


@pytest.mark.parametrize("onto", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(onto: str, sam: int, visit: Visit) -> None:
    form = visit("/sign-in", query_string={"next": onto})
    assert form.submit(email=SAM).follow().submit(code=code()).location == "/home"


def test_a_signed_out_visitor_comes_back_to_the_page_they_asked_for(sam: int, visit: Visit) -> None:
    sent = visit("/account")
    assert (sent.status, sent.location) == (303, "/sign-in?next=/account")
    assert sent.follow().submit(email=SAM).follow().submit(code=code()).location == "/account"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter your email address."),
        ("sam", "Enter an email address with an @ in it, like name@example.com."),
        ("sam@example.net\r\nBcc: x@example.com", "Enter an email address on one line, without hidden characters."),
    ],
)
def test_a_slip_in_the_address_is_said_and_kept(typed: str, says: str, sam: int, visit: Visit) -> None:
    page = visit("/sign-in")
    token = page.one("main input[name=csrf_token]")["value"]
    answer = visit.post("/sign-in", {"email": typed, "csrf_token": token, "next": "/account"})
    assert (answer.status, answer.errors) == (422, [says])
    assert answer.one("input[name=next]")["value"] == "/account"
    assert answer.title.startswith("Error: ")
    assert letters() == []


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "twelve", "１２３４５６"])
def test_what_is_no_code_is_said_and_costs_no_try(typed: str, sam: int, visit: Visit) -> None:
    page = ask(visit)
    for _ in range(6):
        answer = page.submit(code=typed)
        assert answer.status == 422
        assert answer.errors
    assert page.submit(code=code()).status == 303


def test_a_wrong_code_is_said_and_after_five_the_right_one_waits(sam: int, visit: Visit) -> None:
    page = ask(visit)
    wrong = other_than(code())
    for _ in range(5):
        assert page.submit(code=wrong).errors == ["That code does not work. Check it, or ask for a new one."]
    late = page.submit(code=code())
    assert late.errors == ["That was five wrong codes. Nothing was lost. Wait 15 minutes, then ask for a new code."]
    assert "The last three codes work" not in late.text
    assert "too old" in late.text
    with clock.at(THE_DAY + timedelta(minutes=16)):
        page = ask(visit)
        assert page.submit(code=code()).status == 303


def test_without_having_asked_there_is_no_code_to_type(sam: int, visit: Visit) -> None:
    assert visit("/sign-in/code").location == "/sign-in"
    token = visit("/sign-in").one("main input[name=csrf_token]")["value"]
    assert visit.post("/sign-in/code", {"code": "123456", "csrf_token": token}).location == "/sign-in"


def test_looking_at_the_link_signs_nobody_in_and_pressing_signs_this_device_in(sam: int, visit: Visit) -> None:
    ask(visit)
    address, tablet, scanner = link(), visit.anew(), visit.anew()
    assert scanner(address).heading == "Sign in on this device"
    assert scanner("/account").status == 303
    assert tablet(address).submit().location == "/home"
    assert tablet("/account").heading == "Your account"
    assert visit("/account").status == 303


@pytest.mark.parametrize("bend", [lambda a: a[:-3], lambda a: a + "x", lambda a: "/sign-in/link/x"])
def test_a_damaged_link_is_a_friendly_page(bend: Any, sam: int, visit: Visit) -> None:
    ask(visit)
    page = visit(bend(link()))
    assert (page.status, page.heading) == (404, "This link does not work any more")
    assert page.click("Ask for a new link").heading == "Sign in"


def test_a_used_or_old_link_is_a_friendly_page_even_when_its_button_is_pressed(sam: int, visit: Visit) -> None:
    ask(visit)
    shown = visit(link())
    with clock.at(THE_DAY + timedelta(minutes=10)):
        assert shown.submit().heading == "This link does not work any more"
    shown = visit(link())
    assert shown.submit().status == 303
    assert visit(link()).status == 404


def test_who_is_signed_in_is_not_asked_again(sam: int, visit: Visit) -> None:
    come_in(visit)
    assert visit("/sign-in?next=/account").location == "/account"


def test_from_one_network_address_so_many_ask_and_no_more_and_the_page_is_the_same(sam: int, visit: Visit) -> None:
    for number in range(60):
        ask(visit, f"one-of-many-{number}@example.net")
    before = len(letters())
    assert ask(visit).heading == "Check your email"
    assert len(letters()) == before == 60


# --- nobody learns who has an account ---------------------------------------------------------------------------------


def leave_traces(visit: Visit, text: str, *typed: str) -> tuple[list[Any], list[str], dict[str, int]]:
    """Ask, and type codes, in a browser of its own: what could be compared, less what the browser sent itself."""
    browser = visit.anew()
    form, before, pages = browser("/sign-in"), rows(), []
    with statements() as seen:
        pages.append(form.submit(email=text))
        pages.append(page := pages[0].follow())
        pages.extend(page.submit(code=code) for code in typed)
    after = rows()
    return [_bare(page, text) for page in pages], seen, {name: after[name] - before[name] for name in after}


def _bare(page: Page, text: str) -> tuple[int, list[str], str]:
    html = re.sub(r'name="csrf_token" value="[^"]*"', "", page.html).replace(text, "ADDRESS")
    return page.status, sorted(page.headers.keys()), html


def test_a_known_and_an_unknown_address_leave_the_same_traces(sam: int, visit: Visit) -> None:
    for text in ("warm@example.com", SAM):
        leave_traces(visit, text)
    wrong = ["000000"] * 6
    known, unknown = leave_traces(visit, SAM, *wrong), leave_traces(visit, NOBODY, *wrong)
    assert len(known[1]) > 10
    assert {name: number for name, number in known[2].items() if number} == {
        "outbox_message": 1,
        "sign_in_request": 1,
        "sign_in_try": 5,
    }
    assert unknown == known


def test_over_the_limit_the_traces_are_the_same_and_no_mail_goes(sam: int, visit: Visit) -> None:
    first = leave_traces(visit, SAM)
    for text in (SAM, NOBODY):
        for _ in range(5):
            leave_traces(visit, text)
    known, unknown = leave_traces(visit, SAM), leave_traces(visit, NOBODY)
    assert known == unknown
    assert not any(known[2].values())
    assert known[0] == first[0]


# --- sessions are not handed on ---------------------------------------------------------------------------------------


def test_the_form_of_before_does_not_work_after_signing_in(sam: int, visit: Visit) -> None:
    stale = visit("/sign-in").one("main input[name=csrf_token]")["value"]
    come_in(visit)
    answer = visit.post("/account", {"name": "Mallory", "csrf_token": stale})
    assert answer.status == 400
    assert visit("/account").one("main input[name=name]")["value"] == "Sam Stranger"


def test_a_token_from_another_session_is_refused(sam: int, visit: Visit) -> None:
    other = visit.anew()("/sign-in").one("main input[name=csrf_token]")["value"]
    come_in(visit)
    assert visit.post("/account/sign-out-everywhere", {"csrf_token": other}).status == 400
    assert visit("/account").status == 200


def test_signing_in_changes_the_cookie(sam: int, visit: Visit) -> None:
    ask(visit)
    with visit.client.session_transaction(base_url=visit.base_url) as before:
        assert "asked" in before
    visit("/sign-in/code").submit(code=code())
    with visit.client.session_transaction(base_url=visit.base_url) as after:
        assert "asked" not in after
        assert "." in after["_user_id"]


def test_a_cookie_is_worth_nothing_once_its_session_has_ended(sam: int, visit: Visit) -> None:
    come_in(visit)
    with visit.client.session_transaction(base_url=visit.base_url) as kept:
        cookie = kept["_user_id"]
    visit("/account").submit("Sign out here")
    thief = visit.anew()
    with thief.client.session_transaction(base_url=visit.base_url) as stolen:
        stolen["_user_id"] = cookie
    assert thief("/account").location == "/sign-in?next=/account"


# --- the authenticator ------------------------------------------------------------------------------------------------


def test_a_first_sign_in_with_a_role_that_needs_it_leads_to_setting_up(chair: Person, visit: Visit) -> None:
    answer = come_in(visit, "ruth@example.com", url="/sign-in?next=/groups/elm-tree/members")
    assert answer.location == "/second-factor?next=/groups/elm-tree/members"
    page = answer.follow()
    assert page.heading == "Set up your authenticator"
    assert page.one("#totp-secret").text == secret(chair.id)
    assert {len(part.text) for part in page.select("#totp-secret span")} == {4}  # easier to copy out
    assert page.select("svg.qr")
    assert not page.select("main [style]")
    assert visit("/groups/elm-tree/members").location == "/second-factor?next=/groups/elm-tree/members"


def test_looking_at_the_secret_again_shows_the_same(chair: Person, visit: Visit) -> None:
    first = come_in(visit, "ruth@example.com").follow().one("#totp-secret").text
    assert visit("/second-factor").one("#totp-secret").text == first
    assert count(SecondFactor) == 1


def test_setting_up_shows_ten_recovery_codes_once_and_opens_the_door(chair: Person, visit: Visit) -> None:
    page = come_in(visit, "ruth@example.com", url="/sign-in?next=/groups/elm-tree/members").follow()
    shown = page.submit(totp=totp(chair.id))
    assert (shown.status, shown.heading) == (200, "Keep these recovery codes")
    assert len({code.text for code in shown.select(".codes code")}) == 10
    assert shown.click("I have kept them").heading == "Members"
    assert visit("/second-factor").status == 303


def test_a_wrong_first_code_is_said_beside_the_same_secret(chair: Person, visit: Visit) -> None:
    page = come_in(visit, "ruth@example.com").follow()
    answer = page.submit(totp=other_than(totp(chair.id), totp(chair.id, steps=1), totp(chair.id, steps=-1)))
    assert answer.status == 422
    assert answer.errors == ["That code does not work. Wait for the next code in your app and type that one."]
    assert answer.one("#totp-secret").text == secret(chair.id)
    assert page.submit(totp="").errors == ["Enter the six digits."]


def test_later_the_code_alone_is_asked_and_none_works_twice(chair: Person, visit: Visit) -> None:
    set_up(visit, chair.id)
    again = visit.anew()
    page = come_in(again, "ruth@example.com", url="/sign-in?next=/account").follow()
    assert page.heading == "Your authenticator code"
    assert not page.select("#totp-secret")
    used = page.submit(totp=totp(chair.id))
    assert (used.status, len(used.errors)) == (422, 1)
    with clock.at(THE_DAY + timedelta(seconds=30)):
        assert page.submit(totp=totp(chair.id)).location == "/account"


def test_five_wrong_authenticator_codes_and_the_right_one_waits(chair: Person, visit: Visit) -> None:
    set_up(visit, chair.id)
    page = come_in(visit.anew(), "ruth@example.com").follow()
    with clock.at(THE_DAY + timedelta(minutes=1)):
        wrong = other_than(*(totp(chair.id, steps=step) for step in (-1, 0, 1)))
        answers = [page.submit(totp=wrong) for _ in range(5)]
        assert {answer.status for answer in answers} == {422}
        assert "five wrong codes" in page.submit(totp=totp(chair.id)).errors[0]


def test_a_recovery_code_opens_the_door_once(chair: Person, visit: Visit) -> None:
    kept = set_up(visit, chair.id).select(".codes code")[3].text
    phone_lost = visit.anew()
    page = come_in(phone_lost, "ruth@example.com").follow().click("I do not have my authenticator")
    assert page.submit(recovery="").errors == ["Enter one of your recovery codes."]
    assert page.submit(recovery="3-aaaaa-bbbbb").status == 422
    assert page.submit(recovery=kept.upper()).follow().heading == "Your account"
    assert phone_lost("/groups/elm-tree/members").status == 200
    third = visit.anew()
    page = come_in(third, "ruth@example.com").follow().click("I do not have my authenticator")
    assert page.submit(recovery=kept).status == 422


def test_who_needs_no_authenticator_is_sent_on(sam: int, visit: Visit) -> None:
    come_in(visit)
    assert visit("/second-factor?next=/account").location == "/account"


def test_a_role_that_came_to_need_one_is_asked_to_begin(chair: Person, sam: int, group: int, visit: Visit) -> None:
    come_in(visit)
    with transaction() as open_:
        open_.add(
            RoleHeld(group_id=group, person_id=sam, role="secretary", since=now(), until=None, ended_because=None)
        )
    page = visit("/groups/elm-tree/members").follow()
    assert page.heading == "Set up an authenticator"
    begun = page.submit("Start")
    assert begun.location == "/second-factor?next=/groups/elm-tree/members"
    assert begun.follow().submit(totp=totp(sam)).heading == "Keep these recovery codes"


def test_moving_to_a_new_phone_keeps_the_old_one_until_then(chair: Person, visit: Visit) -> None:
    set_up(visit, chair.id)
    page = visit("/account").submit("Move to a new phone").follow()
    assert page.heading == "Set up your new authenticator"
    assert page.one("#totp-secret").text == secret(chair.id, new=True) != secret(chair.id)
    assert page.submit(totp="12").status == 422
    assert page.submit(totp=totp(chair.id, new=True)).heading == "Keep these recovery codes"
    assert visit("/account/authenticator").location == "/account"


def test_new_recovery_codes_are_shown_once(chair: Person, visit: Visit) -> None:
    old = {code.text for code in set_up(visit, chair.id).select(".codes code")}
    shown = visit("/account").submit("Make ten new recovery codes")
    assert shown.status == 200
    new = {code.text for code in shown.select(".codes code")}
    assert len(new) == 10
    assert not new & old


@pytest.mark.parametrize("path", ["/account/recovery-codes", "/account/authenticator/new", "/account/authenticator"])
def test_without_the_code_nobody_changes_codes_or_authenticator(path: str, chair: Person, visit: Visit) -> None:
    set_up(visit, chair.id)
    by_mail_alone = visit.anew()
    come_in(by_mail_alone, "ruth@example.com")
    before = (secret(chair.id), len(deeds("people.recovery_codes_made")))
    token = by_mail_alone("/account").select("main input[name=csrf_token]")[0]["value"]
    answer = by_mail_alone.post(path, {"csrf_token": token, "totp": "123456"})
    assert answer.location == "/second-factor?next=/account"
    assert (secret(chair.id), len(deeds("people.recovery_codes_made"))) == before


def test_the_new_authenticator_is_not_shown_to_who_has_the_mailbox_alone(chair: Person, visit: Visit) -> None:
    set_up(visit, chair.id)
    visit("/account").submit("Move to a new phone")
    by_mail_alone = visit.anew()
    come_in(by_mail_alone, "ruth@example.com")
    assert by_mail_alone("/account/authenticator").location == "/second-factor?next=/account"


# --- the account ------------------------------------------------------------------------------------------------------


def test_the_account_shows_each_device_and_signs_one_out(sam: int, visit: Visit) -> None:
    tablet = visit.anew()
    ask(visit)
    visit(link(), headers={"User-Agent": FIREFOX})
    token = visit("/sign-in/code").one("main input[name=csrf_token]")["value"]
    visit.post("/sign-in/code", {"code": code(), "csrf_token": token}, headers={"User-Agent": FIREFOX})
    come_in(tablet)
    page = tablet("/account")
    assert "Firefox on Windows" in page.text
    assert "(this one)" in page.text
    devices = [form for form in page.select("main form") if "/sessions/" in str(form["action"])]
    assert len(devices) == 1
    assert page.submit(f"form[action='{devices[0]['action']}']").follow().status == 200
    assert visit("/account").status == 303
    assert tablet("/account").status == 200


def test_nobody_ends_the_session_of_another(sam: int, chair: Person, visit: Visit) -> None:
    come_in(visit)
    other = visit.anew()
    come_in(other, "ruth@example.com")
    theirs = int(_session_id(other))
    token = visit("/account").select("main input[name=csrf_token]")[0]["value"]
    assert visit.post(f"/account/sessions/{theirs}/end", {"csrf_token": token}).status == 404
    assert other("/account").status == 200


def _session_id(visit: Visit) -> str:
    with visit.client.session_transaction(base_url=visit.base_url) as kept:
        return str(kept["_user_id"]).partition(".")[0]


def test_signing_out_everywhere_shuts_every_device(sam: int, visit: Visit) -> None:
    tablet = visit.anew()
    come_in(tablet)
    come_in(visit)
    assert "signed out everywhere" in visit("/account").submit("Sign out everywhere").follow().text
    assert (visit("/account").status, tablet("/account").status) == (303, 303)


def test_signing_out_from_a_stale_page_changes_nothing(sam: int, visit: Visit) -> None:
    come_in(visit)
    page = visit("/account")
    token = page.select("main input[name=csrf_token]")[0]["value"]
    assert page.submit("Sign out here").location == "/"
    assert visit.post("/sign-out", {"csrf_token": token}).status == 400


def test_a_new_name_is_kept_and_a_wrong_one_said(sam: int, visit: Visit) -> None:
    come_in(visit)
    page = visit("/account")
    assert page.submit("Save your name", name="  Sam Strange ").follow().one("main input[name=name]")["value"] == (
        "Sam Strange"
    )
    assert page.submit("Save your name", name=" ").errors == ["Enter your name."]
    long = page.submit("Save your name", name="x" * 101)
    assert "100 characters" in long.errors[0]
    assert long.one("main input[name=name]")["value"] == "x" * 101
    assert "hidden characters" in page.submit("Save your name", name="Sam\u202eSam").errors[0]


def test_the_page_says_how_long_one_stays_signed_in(sam: int, visit: Visit) -> None:
    come_in(visit)
    assert "after 30 days" in visit("/account").text
    assert "12 hours without use" in visit("/account").text


def test_an_officers_session_ends_after_twelve_idle_hours(chair: Person, visit: Visit) -> None:
    set_up(visit, chair.id)
    with clock.at(THE_DAY + timedelta(hours=11, minutes=59)):
        assert visit("/groups/elm-tree/members").status == 200
    with clock.at(THE_DAY + timedelta(hours=24)):
        assert visit("/groups/elm-tree/members").location == "/sign-in?next=/groups/elm-tree/members"


def test_a_role_that_ends_shuts_its_doors_in_open_sessions(chair: Person, visit: Visit) -> None:
    set_up(visit, chair.id)
    with transaction() as open_:
        open_.execute(update(RoleHeld).values(until=now(), ended_because="other"))
    assert visit("/groups/elm-tree/members").status == 404


def test_a_request_asks_the_database_once_who_is_there(sam: int, visit: Visit) -> None:
    come_in(visit)
    with statements() as seen:
        visit("/second-factor/recovery")
    assert len([text for text in seen if "FROM sign_in_session" in text]) == 1
