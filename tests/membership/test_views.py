"""The pages of joining, confirming, leaving, and of what is held: what a person sees, and what a machine is answered."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from pcnppg.groups.models import Group
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import OPERATOR
from pcnppg.membership import actions, queries
from pcnppg.membership.rules import ASKS_AN_HOUR
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.stories import (
    ask,
    confirm_token,
    contact_of,
    joined,
    leave,
    leave_token,
    letters,
    letters_to,
    sign_ups,
    the_group,
    what_happened,
)
from tests.visiting import Page, Visit

PAT = "Pat.Lee@example.com"


def words_on(page: Page, css: str = ".words") -> str:
    return "\n\n".join(" ".join(p.get_text().split()) for p in page.select(f"{css} p"))


def without_tokens(page: Page) -> str:
    """The page but for the tokens of its forms, which carry the time."""
    return re.sub(r'(name="csrf_token" value=)"[^"]+"', r"\1", page.html)


# Joining


def test_the_form_says_what_to_expect_before_the_box_and_the_box_is_empty(inside: Flask, visit: Visit) -> None:
    group = the_group()
    page = visit("/groups/elm-tree/join")
    assert page.heading == "Join the list"
    box = page.one("input[name=agree]")
    assert not box.has_attr("checked")
    label = " ".join(page.one("label[for=agree]").get_text().split())
    shown = queries.words_of(group)
    assert f"{words_on(page)}\n\n{label}" == shown.words
    for said in (
        "Elm Tree Surgery holds your name and email address",
        "at most 4 emails in any twelve months",
        "I am aged 16 or over",
        "or I care for one",
        "Every email has a link to leave",
        "Your care is not affected",
    ):
        assert said in shown.words


def test_joining_answers_with_check_your_email(inside: Flask, visit: Visit) -> None:
    group = the_group()
    page = visit("/groups/elm-tree/join").submit(email=PAT, name="Pat Lee", agree=True).follow()
    assert page.heading == "Check your email"
    (form,) = sign_ups(group)
    assert (form.address, form.name, form.channel) == (PAT, "Pat Lee", "web")


def test_the_page_after_the_form_is_true_for_all_and_repeats_what_was_typed(inside: Flask, visit: Visit) -> None:
    the_group()
    form = visit("/groups/elm-tree/join")
    pages = [form.submit(email=PAT, agree=True).follow() for _ in range(4)]
    assert len({page.html for page in pages}) == 1
    assert f"If all is well, an email is on its way to {PAT}." in pages[0].text
    assert "at most three of these emails to one address in a day" in pages[0].text
    assert "on its way to the address you gave." in visit.anew()("/groups/elm-tree/join/sent").text


@pytest.mark.parametrize(("button", "kept"), [("Yes, use", "pat@gmail.com"), ("No, Pat@gmial.com", "Pat@gmial.com")])
def test_a_slip_is_asked_about_and_stops_nobody(inside: Flask, visit: Visit, button: str, kept: str) -> None:
    group = the_group()
    page = visit("/groups/elm-tree/join?from=poster").submit(email="Pat@gmial.com", name="Pat Lee", agree=True)
    assert (page.status, page.heading) == (200, "Is your address right?")
    assert "You typed Pat@gmial.com . Did you mean pat@gmail.com ?" in page.text
    assert not sign_ups(group)
    (pressed,) = [b for b in page.select("main button") if b.get_text(strip=True).startswith(button)]
    assert page.submit(pressed.get_text(strip=True)).follow().heading == "Check your email"
    assert [(f.address, f.name, f.channel) for f in sign_ups(group)] == [(kept, "Pat Lee", "poster")]


def test_a_slip_in_a_form_with_the_hidden_box_asks_both_and_goes_on(inside: Flask, visit: Visit) -> None:
    group = the_group()
    page = visit("/groups/elm-tree/join").submit(email="pat@gmial.com", agree=True, website="x")
    page = page.submit("Yes, I am a person")
    assert page.submit("Yes, use pat@gmail.com").follow().heading == "Check your email"
    assert [form.address for form in sign_ups(group)] == ["pat@gmail.com"]


def test_who_came_from_the_poster_is_counted_so(inside: Flask, visit: Visit) -> None:
    group = the_group()
    visit("/groups/elm-tree/join?from=poster").submit(email=PAT, agree=True)
    visit("/groups/elm-tree/join?from=nowhere").submit(email="kim@example.com", agree=True)
    assert [form.channel for form in sign_ups(group)] == ["poster", "web"]


def test_nothing_happens_without_the_tick(inside: Flask, visit: Visit) -> None:
    group = the_group()
    page = visit("/groups/elm-tree/join").submit(email=PAT, name="Pat Lee")
    assert page.status == 422
    assert page.errors == ["Tick the box if you agree. We can only put you on the list if you do."]
    assert page.one("input[name=email]")["value"] == PAT
    assert page.one("input[name=name]")["value"] == "Pat Lee"
    assert not sign_ups(group)


BAD_ADDRESSES = [
    ("", "Enter your email address."),
    ("   ", "Enter your email address."),
    ("pat", "with an @ in it"),
    ("pat@", "after the @ too"),
    ("@example.com", "before the @ too"),
    ("pat@example", "should look like"),
    ("pat lee@example.com", "should look like"),
    ("pat@@example.com", "should look like"),
    ('"pat lee"@example.com', "should look like"),
    ("pat@[127.0.0.1]", "should look like"),
    ("Pat <pat@example.com>", "should look like"),
    ("pat@example.com, kim@example.com", "should look like"),
    ("pat@example.com\r\nBcc: kim@example.com", "on one line"),
    ("pat@exam\u200bple.com", "hidden characters"),
    ("p\u00f6t@example.com", "before the @"),
    ("po\u0308t@example.com", "before the @"),
    ("a" * 250 + "@example.com", "254 characters"),
    ("a" * 65 + "@example.com", "should look like"),
    ("pat@" + "b" * 64 + ".com", "should look like"),
]


@pytest.mark.parametrize(("typed", "said"), BAD_ADDRESSES)
def test_an_address_that_cannot_be_is_named_and_kept(inside: Flask, visit: Visit, typed: str, said: str) -> None:
    group = the_group()
    page = visit("/groups/elm-tree/join").submit(email=typed, agree=True)
    assert page.status == 422
    (error,) = page.errors
    assert said in error
    assert page.one("input[name=email]")["value"].split() == typed.split()
    assert page.one("input[name=agree]").has_attr("checked")
    assert not sign_ups(group)


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("  pat@example.com ", "pat@example.com"),
        ("PAT@Example.COM", "pat@example.com"),
        ("pat+ppg@example.com", "pat+ppg@example.com"),
        ("pat.lee@example.com", "pat.lee@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("pat@b\u00fccher.example", "pat@xn--bcher-kva.example"),
        ("pat@bu\u0308cher.example", "pat@xn--bcher-kva.example"),
        ("pat@xn--bcher-kva.example", "pat@xn--bcher-kva.example"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_address_with_tricks_is_understood(inside: Flask, visit: Visit, typed: str, mailbox: str) -> None:
    group = the_group()
    assert visit("/groups/elm-tree/join").submit(email=typed, agree=True).status == 303
    assert [form.mailbox for form in sign_ups(group)] == [mailbox]
    assert letters()[0]["to"] == mailbox


def test_a_name_is_one_short_line(inside: Flask, visit: Visit) -> None:
    group = the_group()
    form = visit("/groups/elm-tree/join")
    assert form.submit(email=PAT, name="n" * 101, agree=True).errors == [
        "Enter a shorter name. It can have 100 characters at most."
    ]
    assert form.submit(email=PAT, name="Pat\r\nBcc: kim", agree=True).errors == [
        "Enter your name on one line, without hidden characters."
    ]
    form.submit(email=PAT, name="  Pat   Lee ", agree=True)
    form.submit(email=PAT, name=" ", agree=True)
    assert [found.name for found in sign_ups(group)] == ["Pat Lee", None]


def test_whoever_fills_the_hidden_box_is_asked_once_more_and_gets_through(inside: Flask, visit: Visit) -> None:
    group = the_group()
    page = visit("/groups/elm-tree/join?from=poster").submit(
        email=PAT, name="Pat Lee", agree=True, website="http://example.com"
    )
    assert page.heading == "Are you a person?"
    assert not sign_ups(group)
    assert page.submit("Yes, I am a person").follow().heading == "Check your email"
    assert [(f.address, f.name, f.channel) for f in sign_ups(group)] == [(PAT, "Pat Lee", "poster")]


def test_over_a_limit_the_page_is_the_same_and_no_mail_goes(inside: Flask, visit: Visit) -> None:
    the_group()
    form = visit("/groups/elm-tree/join")
    answers = [form.submit(email=PAT, agree=True) for _ in range(4)]
    assert len({(a.status, a.location) for a in answers}) == 1
    assert len(letters_to(PAT)) == 3


def test_one_network_address_may_ask_three_hundred_times_an_hour(inside: Flask, visit: Visit) -> None:
    the_group()
    from limits import parse

    limiter = inside.extensions["limiter"]
    for _ in range(300):
        limiter.hit(parse(ASKS_AN_HOUR), "join", "127.0.0.1")
    page = visit("/groups/elm-tree/join").submit(email=PAT, agree=True).follow()
    assert page.heading == "Check your email"
    assert letters() == []


def test_a_body_that_is_no_form_is_refused_in_our_words(inside: Flask, visit: Visit) -> None:
    group = the_group()
    bodies: list[dict[str, Any]] = [
        {"json": {"email": PAT, "agree": True}},
        {"data": b"\x00\xff" * 50, "content_type": "application/octet-stream"},
        {"data": b"--nonsense", "content_type": "multipart/form-data"},
        {"data": b"<x/>", "content_type": "text/xml"},
        {},
    ]
    for body in bodies:
        page = visit.open("POST", "/groups/elm-tree/join", **body)
        assert page.status in {400, 415}
        assert "Nothing was changed" in page.text
    assert not sign_ups(group)


def test_a_form_of_five_megabytes_is_refused_in_our_words(inside: Flask, visit: Visit) -> None:
    the_group()
    page = visit.post("/groups/elm-tree/join", {"email": "a" * 5_000_000})
    assert page.status == 413
    assert "longer than we can take" in page.text


def test_a_token_from_another_session_is_refused(inside: Flask, visit: Visit) -> None:
    group = the_group()
    stolen = visit.anew()("/groups/elm-tree/join").one("main input[name=csrf_token]")["value"]
    visit("/groups/elm-tree/join")
    page = visit.post("/groups/elm-tree/join", {"email": PAT, "agree": "y", "csrf_token": stolen})
    assert page.status == 400
    assert not sign_ups(group)


@pytest.mark.parametrize("slug", ["no-such", "' or 1=1--", "elm-tree'", "..%2f", "ELM-TREE"])
def test_a_group_that_is_not_there_has_no_form(inside: Flask, visit: Visit, slug: str) -> None:
    the_group()
    assert visit(f"/groups/{slug}/join").status == 404


# Confirming


def test_the_link_opens_a_page_with_the_words_and_a_button_and_changes_nothing(inside: Flask, visit: Visit) -> None:
    group = the_group()
    ask(group, PAT)
    token = confirm_token(PAT)
    for method in ("GET", "HEAD", "GET"):
        assert visit.open(method, f"/confirm/{token}").status == 200
    page = visit(f"/confirm/{token}")
    assert words_on(page) == queries.words_of(group).words
    assert PAT not in page.text
    assert contact_of(group, PAT) is None


def test_the_button_puts_them_on_the_list(inside: Flask, visit: Visit) -> None:
    group = the_group()
    ask(group, PAT)
    form = visit(f"/confirm/{confirm_token(PAT)}")
    page = form.submit()
    assert (page.status, page.heading) == (200, "You are on the list")
    assert "at most 4 times in any twelve months" in page.text
    again = form.submit()
    assert (again.status, again.html) == (200, page.html)
    contact = contact_of(group, PAT)
    assert contact is not None
    assert len(what_happened(contact)) == 1


def test_words_that_changed_meanwhile_are_shown_again(inside: Flask, visit: Visit) -> None:
    group = the_group()
    ask(group, PAT)
    form = visit(f"/confirm/{confirm_token(PAT)}")
    with transaction():
        actions.lower_promise(group.id, 2, by=OPERATOR, at=THE_DAY)
    page = form.submit()
    assert page.status == 422
    assert "have changed since you opened this page" in page.text
    assert "at most 2 emails" in words_on(page)
    assert contact_of(group, PAT) is None
    assert page.submit().heading == "You are on the list"
    found = contact_of(group, PAT)
    assert found is not None
    assert found.promise == 2


def test_whoever_opens_their_used_link_again_is_told_that_they_are_on_the_list(inside: Flask, visit: Visit) -> None:
    group = the_group()
    ask(group, PAT)
    token = confirm_token(PAT)
    visit(f"/confirm/{token}").submit()
    page = visit(f"/confirm/{token}")
    assert (page.status, page.heading) == (200, "You are on the list already")
    assert page.one(".masthead__name").get_text(strip=True) == group.name
    assert PAT.lower() not in page.text.lower()
    with clock.at(THE_DAY + timedelta(days=7)):
        assert visit(f"/confirm/{token}").heading == "This link does not work any more"
    contact = contact_of(group, PAT)
    assert contact is not None
    leave(contact)
    page = visit(f"/confirm/{token}")
    assert (page.status, page.heading) == (404, "This link does not work any more")
    assert page.click("Join the list").heading == "Join the list"


def test_an_old_link_leads_to_its_group_and_unknown_ones_get_the_same_friendly_page(
    inside: Flask, visit: Visit
) -> None:
    group = the_group()
    with clock.at(THE_DAY - timedelta(days=8)):
        ask(group, "old@example.com")
    old = confirm_token("old@example.com")
    ask(group, PAT)
    whole = confirm_token(PAT)
    with transaction():
        actions.forget_old(at=THE_DAY)
    assert visit(f"/confirm/{old}").one(".masthead__name").get_text(strip=True) == group.name
    pages = [visit(f"/confirm/{t}") for t in ("wrong", whole[:-2], whole + "x", "%00", "\u00f6" * 300)]
    assert {page.status for page in pages} == {404}
    assert len({page.html for page in pages}) == 1
    assert pages[0].heading == "This link does not work any more"
    assert pages[0].select("main a[href='/']")


def test_pressing_the_button_of_a_dead_link_gets_the_same_page(inside: Flask, visit: Visit) -> None:
    group = the_group()
    ask(group, PAT)
    form = visit(f"/confirm/{confirm_token(PAT)}")
    with clock.at(THE_DAY + timedelta(days=7)):
        page = form.submit()
    assert (page.status, page.heading) == (404, "This link does not work any more")


# Leaving


def test_the_leave_page_shows_no_data_and_changes_nothing(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    for method in ("HEAD", "GET"):
        assert visit.open(method, f"/u/{leave_token(contact)}").status == 200
    page = visit(f"/u/{leave_token(contact)}")
    assert "Pat Lee" not in page.text
    assert PAT.lower() not in page.html.lower()
    assert page.one("main .nhsuk-button:not(.nhsuk-button--secondary)").get_text().strip() == "Leave the list"


def test_who_left_sees_that_and_what_they_can_do_now(inside: Flask, visit: Visit) -> None:
    contact = joined(the_group(), PAT, name="Pat Lee")
    leave(contact)
    page = visit(f"/u/{leave_token(contact)}")
    assert (page.status, page.heading) == (200, "You have left already")
    assert "Pat Lee" not in page.text
    assert [button.get_text(strip=True) for button in page.select("main form button")] == [
        "Email me a link to come back"
    ]
    assert page.click("Join the list.").heading == "Join the list"
    assert page.click("See or erase what we still hold about you.").heading == "Your details"
    with transaction():
        actions.erase(contact.id, by=OPERATOR, at=THE_DAY)
    page = visit(f"/u/{leave_token(contact)}")
    assert page.heading == "We hold nothing about you"
    assert "See or erase" not in page.text


def test_from_the_link_of_one_who_left_the_other_at_their_address_can_leave(inside: Flask, visit: Visit) -> None:
    group = the_group()
    pat = joined(group, PAT, name="Pat Lee")
    ask(group, PAT, name="Kim Lee")
    visit(f"/confirm/{letters_to(PAT)[-1]['values']['token']}").submit(name="Kim Lee")
    leave(pat)
    page = visit(f"/u/{leave_token(pat)}")
    assert "Kim Lee still gets our emails at this address." in page.text
    assert page.submit("Kim Lee leaves").heading == "You have left the list"
    assert "Kim" not in visit(f"/u/{leave_token(pat)}").text


ONE_CLICKS: list[dict[str, Any]] = [
    {},
    {"data": {"List-Unsubscribe": "One-Click"}},
    {"data": {"List-Unsubscribe": "One-Click"}, "content_type": "multipart/form-data"},
    {"data": b"List-Unsubscribe=One-Click", "content_type": "text/plain"},
    {"data": b"\xff\x00", "content_type": "multipart/form-data; boundary=x"},
    {"json": {"List-Unsubscribe": "One-Click"}},
    {"data": {"file": (io.BytesIO(b"x"), "x.txt")}, "content_type": "multipart/form-data"},
]


@pytest.mark.parametrize("body", ONE_CLICKS)
def test_one_click_leaves_without_a_cookie_whatever_the_body(inside: Flask, body: dict[str, Any]) -> None:
    group = the_group()
    contact = joined(group, PAT)
    client = inside.test_client(use_cookies=False)
    for _ in range(2):
        body = {k: dict(v) if isinstance(v, dict) else v for k, v in body.items()}
        if "file" in str(body):
            body["data"] = {"file": (io.BytesIO(b"x"), "x.txt")}
        answer = client.post(f"/u/{leave_token(contact)}", **body)
        assert answer.status_code == 200
        assert "Location" not in answer.headers
        assert "Set-Cookie" not in answer.headers
    assert what_happened(contact)[1:] == [("withdrawn", "one_click", None)]


def test_the_button_leaves_and_the_page_says_goodbye(inside: Flask, visit: Visit) -> None:
    contact = joined(the_group(), PAT)
    page = visit(f"/u/{leave_token(contact)}").submit("Leave the list")
    assert (page.status, page.heading) == (200, "You have left the list")
    assert "being sent at this very minute, it may still reach you" in page.text
    assert what_happened(contact)[-1][:2] == ("withdrawn", "leave_page")


def test_a_leave_link_never_expires_and_survives_capitals(inside: Flask, visit: Visit) -> None:
    contact = joined(the_group(), PAT)
    with clock.at(THE_DAY + timedelta(days=4000)):
        assert visit.post(f"/u/{leave_token(contact).upper()}").status == 200
    assert what_happened(contact)[-1][0] == "withdrawn"


def test_an_erased_contact_gets_the_same_answer(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact, other = joined(group, PAT), joined(group, "kim@example.com")
    with transaction():
        actions.erase(contact.id, by=OPERATOR, at=THE_DAY)
    assert visit.post(f"/u/{leave_token(contact)}").html == visit.post(f"/u/{leave_token(other)}").html


@pytest.mark.parametrize(
    "token", ["x", "1-", "-", "1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "zz-aaaa", "9" * 400, "\u0661-\u00f6"]
)
def test_a_wrong_token_is_simply_no_page(inside: Flask, visit: Visit, token: str) -> None:
    joined(the_group(), PAT)
    for method in ("GET", "POST"):
        page = visit.open(method, f"/u/{token}")
        assert (page.status, page.heading) == (404, "Page not found")


def test_a_token_for_another_purpose_does_not_leave(inside: Flask, visit: Visit) -> None:
    contact = joined(the_group(), PAT)
    from pcnppg.kernel import keys

    assert visit.post(f"/u/{keys.current().sign('bounce', contact.id)}").status == 404
    assert visit.post(f"/u/{keys.current().sign('leave', contact.id + 1)}").status == 404


def test_pausing_and_ending_the_pause(inside: Flask, visit: Visit) -> None:
    contact = joined(the_group(), PAT)
    page = visit(f"/u/{leave_token(contact)}").submit("Pause my emails", months="6")
    assert (page.status, page.heading) == (200, "Your emails are paused")
    assert "Saturday 4 September 2027" in page.text
    assert page.submit("End the pause").heading == "Your pause is over"
    assert [what for what, _, _ in what_happened(contact)] == ["agreed", "paused", "resumed"]


@pytest.mark.parametrize("months", [None, "0", "7", "-3", "three", "3" * 5000])
def test_a_pause_needs_a_choice(inside: Flask, visit: Visit, months: str | None) -> None:
    contact = joined(the_group(), PAT)
    values = {"act": "pause"} | ({"months": months} if months else {})
    page = visit.post(f"/u/{leave_token(contact)}", values)
    assert page.status == 422
    assert page.errors == ["Choose how long to pause."]
    assert len(what_happened(contact)) == 1


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_who_left_is_told_that_there_is_nothing_to_pause(inside: Flask, visit: Visit, act: str) -> None:
    contact = joined(the_group(), PAT)
    leave(contact)
    page = visit.post(f"/u/{leave_token(contact)}", {"act": act, "months": "3"})
    assert page.status == 422
    assert "not on the list" in page.errors[0]


# What is held


def test_asking_what_is_held_answers_the_same_and_by_mail(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, PAT)
    form = visit("/groups/elm-tree/my")
    for text in (PAT, "nobody@example.com"):
        assert form.submit(email=text).follow().heading == "Check your email"
    assert [letter["kind"] for letter in letters()[-2:]] == ["membership/my", "membership/nothing"]
    page = form.submit(email="nonsense")
    assert page.status == 422
    assert page.one("input[name=email]")["value"] == "nonsense"


def test_one_network_address_may_ask_what_is_held_three_hundred_times(inside: Flask, visit: Visit) -> None:
    the_group()
    from limits import parse

    for _ in range(300):
        inside.extensions["limiter"].hit(parse(ASKS_AN_HOUR), "my", "127.0.0.1")
    assert visit("/groups/elm-tree/my").submit(email=PAT).status == 303
    assert letters() == []


def test_nobody_joins_until_it_is_said_who_holds_the_data(inside: Flask, visit: Visit) -> None:
    the_group(is_open=False)
    page = visit("/groups/elm-tree/join")
    assert (page.status, page.heading) == (200, "You cannot join yet")
    assert "Ask the person named below" in page.text
    assert not page.select("main form")
    page = visit("/groups/elm-tree/join?from=poster")
    assert page.heading == "You cannot join yet"


def test_a_form_for_a_group_that_is_not_open_is_refused_kindly(inside: Flask, visit: Visit) -> None:
    group = the_group()
    form = visit("/groups/elm-tree/join")
    shut(group)
    page = form.submit(email="pat@example.com", agree=True)
    assert (page.status, page.heading) == (422, "You cannot join yet")
    assert "We kept nothing of what you typed" in page.text
    assert sign_ups(group) == []
    with pytest.raises(RuleBroken, match="has not said who holds"):
        ask(group, "pat@example.com")


def test_a_confirm_link_of_a_group_that_is_not_open_is_friendly_and_works_later(inside: Flask, visit: Visit) -> None:
    group = the_group()
    ask(group, "pat@example.com")
    token = confirm_token("pat@example.com")
    page = visit(f"/confirm/{token}")
    shut(group)
    assert (again := visit(f"/confirm/{token}")).heading == "You cannot join yet"
    assert again.status == 200
    refused = page.submit()
    assert (refused.status, refused.heading) == (422, "You cannot join yet")
    assert contact_of(group, "pat@example.com") is None
    with transaction():
        session().get_one(Group, group.id).notice_version = 1
    assert visit(f"/confirm/{token}").submit().heading == "You are on the list"


def shut(group: Group) -> None:
    with transaction():
        session().get_one(Group, group.id).notice_version = None
