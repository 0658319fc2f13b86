"""Changing an address: the new one confirms itself, the old one is told, and nobody learns whose the new one is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.audit.models import AuditEntry
from pcnppg.groups.models import Group
from pcnppg.groups.queries import get_group
from pcnppg.kernel import clock, keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact, ContactMove, MyLink, Suppression
from pcnppg.membership.rules import How, Listed, State
from pcnppg.post.emails import render
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.stories import (
    address,
    ask_change,
    beside,
    change_token,
    contact_of,
    joined,
    leave,
    letters,
    letters_to,
    my_token,
    press_change,
    the_group,
    what_happened,
)
from tests.membership.test_races import at_once
from tests.promises.test_sameness import Trace, look, rows, statements
from tests.visiting import Visit

PAT, NEW = "Pat.Lee@example.com", "Pat@New.example"


def count(model: type) -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(model)) or 0


def erase(contact: Contact) -> None:
    with transaction():
        actions.erase(contact.id, by=Who.contact(contact.id), at=clock.now())


# Asking


def test_until_the_button_is_pressed_the_old_address_counts(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT)
    ask_change(contact, NEW)
    assert (contact.address, contact.mailbox) == (PAT, PAT.lower())
    (change,) = queries.list_waiting_changes(contact.id, at=THE_DAY)
    assert (change.address, change.mailbox, change.how) == (NEW, NEW.lower(), "my_page")
    assert change.expires_at == THE_DAY + timedelta(days=7)


def test_one_mail_goes_to_each_address_and_neither_names_the_other(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    before = len(letters())
    ask_change(contact, NEW)
    old, new = letters()[before:]
    assert (old["kind"], old["to"]) == ("membership/address_old", PAT.lower())
    assert (new["kind"], new["to"]) == ("membership/address_new", NEW.lower())
    assert NEW.lower() not in str(old).lower()
    assert not {PAT.lower(), "pat lee"} & {str(value).lower() for value in new["values"].values()}
    assert "token" not in old["values"]


def test_the_link_is_stored_as_a_hash_only(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    ask_change(contact, NEW)
    (change,) = queries.list_address_changes(contact.id)
    assert change.token_hash == keys.token_hash(change_token(NEW))


def test_where_people_share_the_address_the_mail_says_whose_it_is_about(inside: Flask) -> None:
    contact = joined(the_group(), PAT, name="Pat Lee")
    ask_change(contact, NEW)
    beside(contact, "Kim Lee")
    ask_change(contact, NEW)
    assert [letter["values"]["name"] for letter in letters("address_old")] == [None, "Pat Lee"]


@pytest.mark.parametrize("name", [None, "Kim & Lee"])
def test_what_the_two_mails_say(inside: Flask, name: str | None) -> None:
    contact = joined(the_group(), PAT, name=name)
    if name:
        beside(contact, "Sam")
    ask_change(contact, NEW)
    (old,), (new,) = letters("address_old"), letters("address_new")
    told, asked = (render(letter["kind"], letter["values"]) for letter in (old, new))
    assert told.subject == "Somebody asked Elm Tree Patient Group to change your address"
    assert ("It is about the emails to" in told.text) == bool(name)
    assert "Nothing has changed yet." in told.text
    assert "/groups/elm-tree/my" in told.text
    assert "\n\n\n" not in told.text
    assert f"/address/{change_token(NEW)}" in asked.text
    assert "works until Thursday 11 March 2027 at 10:30am" in asked.text
    assert ("Kim &amp; Lee" in told.html) == bool(name)


def test_an_officer_asks_in_their_name(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    ask_change(contact, NEW, how=How.PHONE, by=Who.person(7))
    line = session().scalars(select(AuditEntry).where(AuditEntry.what == "membership.address_change_asked")).one()
    assert (line.by_kind, line.by_id, line.about_kind, line.about_id) == ("person", 7, "contact", contact.id)
    assert queries.list_address_changes(contact.id)[0].how == "phone"


@pytest.mark.parametrize("text", [PAT, PAT.upper(), f" {PAT} "])
def test_the_address_we_have_is_no_new_one(inside: Flask, text: str) -> None:
    contact = joined(the_group(), PAT)
    with pytest.raises(RuleBroken, match="this address already") as refused:
        ask_change(contact, text)
    assert refused.value.field == "email"
    assert count(ContactMove) == 0


def test_whom_we_do_not_write_to_has_no_address_to_change(inside: Flask) -> None:
    group = the_group()
    left, erased = joined(group, PAT), joined(group, "kim@example.com")
    leave(left)
    erase(erased)
    for contact in (left, erased):
        with pytest.raises(RuleBroken, match="no address to change"):
            ask_change(contact, NEW)
    with pytest.raises(NotFound):
        ask_change(4711, NEW)


def test_three_a_day_for_each_mailbox_old_or_new_in_whatever_group(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    pat, kim, sam = joined(group, PAT), joined(group, "kim@example.com"), joined(other, "sam@example.com")
    for contact in (pat, kim, sam, pat, sam):
        ask_change(contact, NEW)
    assert len(letters_to(NEW)) == 3
    for n in range(4):
        ask_change(pat, f"pat{n}@example.com")
    assert len([x for x in letters_to(PAT) if x["kind"] == "membership/address_old"]) == 3
    with clock.at(THE_DAY + timedelta(days=1)):
        ask_change(pat, NEW)
    assert len(letters_to(NEW)) == 4


# Confirming


def test_the_button_makes_the_new_address_count_and_nothing_else_changes(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Zoë Lee")
    with transaction():
        actions.pause(contact.id, months=3, how=How.MY_PAGE, by=Who.contact(contact.id), at=THE_DAY)
    before = (contact.promise, contact.joined_at, contact.agreed_at, contact.wording_id, contact.paused_until)
    ask_change(contact, NEW)
    again = press_change(change_token(NEW))
    assert again.id == contact.id
    assert (contact.address, contact.mailbox) == (NEW, NEW.lower())
    assert (contact.search, contact.name_key) == ("zoe lee pat@new.example", "zoe lee")
    assert (contact.promise, contact.joined_at, contact.agreed_at, contact.wording_id, contact.paused_until) == before
    assert [what for what, _, _ in what_happened(contact)] == ["agreed", "paused"]
    found = queries.list_contacts(group.id, listed=Listed.ON, search="new.example", at=THE_DAY).rows
    assert [row.id for row in found] == [contact.id]
    assert contact_of(group, PAT) is None


def test_pressing_twice_is_pressing_once_and_tells_nobody_again(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    ask_change(contact, NEW)
    token = change_token(NEW)
    before = len(letters())
    assert press_change(token).id == press_change(token).id == contact.id
    assert len(letters()) == before
    done = select(func.count()).where(AuditEntry.what == "membership.address_changed")
    assert session().scalar(done) == 1


def test_what_is_used_keeps_no_address(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    ask_change(contact, NEW)
    ask_change(contact, "other@example.com")
    press_change(change_token(NEW))
    assert [(x.address, x.mailbox) for x in queries.list_address_changes(contact.id)] == [(None, None)] * 2


@pytest.mark.parametrize("wrong", ["cut", "too old", "stopped", "newer used", "left", "erased", "nonsense", "moved on"])
def test_a_link_that_is_over_changes_nothing(inside: Flask, wrong: str) -> None:
    group = the_group()
    contact = joined(group, PAT)
    ask_change(contact, NEW)
    token, at = change_token(NEW), THE_DAY
    if wrong == "cut":
        token = token[:-1]
    elif wrong == "too old":
        at += timedelta(days=7)
    elif wrong == "stopped":
        with transaction():
            actions.keep_address(contact.id, by=Who.contact(contact.id), at=THE_DAY)
    elif wrong == "newer used":
        ask_change(contact, "newer@example.com")
        press_change(change_token("newer@example.com"))
    elif wrong == "left":
        leave(contact)
    elif wrong == "erased":
        erase(contact)
    elif wrong == "nonsense":
        token = "\x00ö" * 50
    else:
        press_change(token)
        with clock.at(THE_DAY + timedelta(days=1)):
            ask_change(contact, "next@example.com")
            press_change(change_token("next@example.com"))
    session().rollback()
    before = contact.mailbox
    with pytest.raises(NotFound), transaction():
        actions.confirm_address(token, at=at)
    session().rollback()
    assert contact.mailbox == before


def test_a_link_works_to_its_last_second(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    ask_change(contact, NEW)
    with clock.at(THE_DAY + timedelta(days=7, seconds=-1)):
        assert press_change(change_token(NEW)).mailbox == NEW.lower()


def test_stopping_takes_back_the_mail_that_waits_and_where_nothing_waits_changes_nothing(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    ask_change(contact, NEW)
    for _ in range(2):
        with transaction():
            actions.keep_address(contact.id, by=Who.contact(contact.id), at=THE_DAY)
    assert letters_to(NEW) == []
    assert queries.list_waiting_changes(contact.id, at=THE_DAY) == []
    stopped = select(func.count()).where(AuditEntry.what == "membership.address_change_stopped")
    assert session().scalar(stopped) == 1
    with pytest.raises(NotFound), transaction():
        actions.keep_address(4711, by=Who.contact(4711), at=THE_DAY)


# Whose the new address is


def test_the_same_name_at_the_new_address_is_refused_kindly_and_another_is_not(inside: Flask) -> None:
    group = the_group()
    pat, twin, kim = (
        joined(group, PAT, name="Pat Lee"),
        joined(group, NEW, name="PAT  Lee"),
        joined(group, "kim@example.com"),
    )
    ask_change(pat, NEW)
    with pytest.raises(RuleBroken, match="Nothing was changed"):
        press_change(change_token(NEW))
    ask_change(kim, NEW)
    press_change(change_token(NEW))
    assert [one.id for one in queries.list_people_at(group.id, NEW.lower())] == [twin.id, kim.id]
    assert (pat.mailbox, kim.mailbox) == (PAT.lower(), NEW.lower())


def test_who_left_there_does_not_stand_in_the_way(inside: Flask) -> None:
    group = the_group()
    pat, gone = joined(group, PAT, name="Pat Lee"), joined(group, NEW, name="Pat Lee")
    leave(gone)
    ask_change(pat, NEW)
    assert press_change(change_token(NEW)).id == pat.id


def test_a_suppressed_mailbox_is_free_again_because_its_owner_pressed_the_button(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    pat = joined(group, PAT)
    leave(joined(group, NEW, name="Before"))
    leave(joined(other, NEW))
    ask_change(pat, NEW)
    assert count(Suppression) == 2
    press_change(change_token(NEW))
    assert session().scalars(select(Suppression.group_id)).all() == [other.id]


def test_another_groups_contact_is_not_touched(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    pat, stranger = joined(group, PAT, name="Pat Lee"), joined(other, NEW, name="Pat Lee")
    ask_change(pat, NEW)
    press_change(change_token(NEW))
    assert (pat.mailbox, stranger.mailbox, pat.state, stranger.state) == (NEW.lower(), NEW.lower(), "active", "active")
    assert [one.id for one in queries.list_people_at(other.id, NEW.lower())] == [stranger.id]


@pytest.mark.parametrize("turn", range(3))
def test_two_of_one_name_who_press_at_once_do_not_both_arrive(inside: Flask, turn: int) -> None:
    group = the_group()
    joined(group, PAT, name="Pat Lee")
    joined(group, "kim@example.com", name="Pat Lee")
    tokens = []
    for text in (PAT, "kim@example.com"):
        contact = contact_of(group, text)
        assert contact is not None
        ask_change(contact, NEW)
        tokens.append(change_token(NEW))
    outcomes = at_once(inside, *[lambda token=token: actions.confirm_address(token, at=THE_DAY).id for token in tokens])
    assert len([one for one in outcomes if isinstance(one, int)]) == 1
    assert len([one for one in outcomes if isinstance(one, RuleBroken)]) == 1
    assert len(queries.list_people_at(group.id, NEW.lower())) == 1


@pytest.mark.parametrize("turn", range(3))
def test_erasing_while_the_button_is_pressed_leaves_no_address(inside: Flask, turn: int) -> None:
    contact = joined(the_group(), PAT)
    contact_id = contact.id
    ask_change(contact, NEW)
    token = change_token(NEW)
    at_once(
        inside,
        lambda: actions.confirm_address(token, at=THE_DAY).id,
        lambda: actions.erase(contact_id, by=Who.contact(contact_id), at=THE_DAY),
    )
    found = session().get_one(Contact, contact_id)
    assert (found.state, found.address, found.mailbox) == ("erased", None, None)
    assert count(ContactMove) == 0


# Links to what is held


def test_a_link_in_the_old_mailbox_no_longer_shows_who_has_gone(inside: Flask) -> None:
    group = the_group()
    pat = joined(group, PAT, name="Pat Lee")
    token = my_token(group, PAT)
    ask_change(pat, NEW)
    press_change(change_token(NEW))
    with pytest.raises(NotFound):
        queries.open_link(token, who=None, at=THE_DAY)
    fresh = queries.open_link(my_token(group, NEW), who=None, at=THE_DAY)
    assert fresh.contact is not None
    assert fresh.contact.id == pat.id


def test_a_link_in_the_old_mailbox_goes_on_for_who_stays_there(inside: Flask) -> None:
    group = the_group()
    pat = joined(group, PAT, name="Pat Lee")
    kim = beside(pat, "Kim Lee")
    token = my_token(group, PAT)
    ask_change(pat, NEW)
    press_change(change_token(NEW))
    opened = queries.open_link(token, who=None, at=THE_DAY)
    assert [one.id for one in opened.people] == [kim.id]


def test_a_link_mailed_to_the_new_mailbox_before_shows_who_has_come(inside: Flask) -> None:
    group = the_group()
    pat = joined(group, PAT)
    ask_change(pat, NEW)
    token = my_token(group, NEW)  # something waits for that mailbox, so there is something to show
    assert queries.open_link(token, who=None, at=THE_DAY).people == []
    press_change(change_token(NEW))
    assert [one.id for one in queries.open_link(token, who=None, at=THE_DAY).people] == [pat.id]


def test_mail_caught_for_the_old_mailbox_goes_when_we_no_longer_know_it(inside: Flask) -> None:
    from pcnppg.membership.actions import evidence

    group = the_group()
    pat, sam = joined(group, PAT, name="Pat Lee"), joined(group, "sam@example.com", name="Sam")
    beside(sam, "Kim")
    gone: list[str] = []
    actions.on_erasing(gone.append)
    try:
        for contact, text in ((pat, NEW), (sam, "sam@new.example")):
            ask_change(contact, text)
            press_change(change_token(text))
    finally:
        evidence._erasing.pop()
    assert gone == [PAT.lower()]


def test_whoever_is_lent_twice_is_asked_once(inside: Flask) -> None:
    asked: list[tuple[int, str]] = []

    def note(contact_id: int, mailbox: str) -> None:
        asked.append((contact_id, session().get_one(Contact, contact_id).mailbox or ""))

    from pcnppg.membership.actions import addresses

    actions.on_moving(note)
    actions.on_moving(note)
    contact = joined(the_group(), PAT)
    ask_change(contact, NEW)
    try:
        press_change(change_token(NEW))
    finally:
        addresses._moving.remove(note)
    assert asked == [(contact.id, PAT.lower())], "before the row is touched"


# Forgetting


def test_changes_that_are_over_go_after_a_day_and_those_that_wait_after_seven(inside: Flask) -> None:
    group = the_group()
    pat, kim = joined(group, PAT), joined(group, "kim@example.com")
    ask_change(pat, NEW)
    press_change(change_token(NEW))
    ask_change(kim, "kim@new.example")
    for days, left in ((0, 2), (1, 1), (6, 1), (7, 0)):
        with transaction():
            actions.forget_old(at=THE_DAY + timedelta(days=days))
        assert count(ContactMove) == left


def test_erasing_forgets_the_addresses_that_wait_and_takes_back_their_mail(inside: Flask) -> None:
    group = the_group()
    pat, kim = joined(group, PAT), joined(group, "kim@example.com")
    ask_change(pat, NEW)
    ask_change(kim, PAT)  # names Pat's mailbox, so it goes with Pat
    ask_change(kim, "kim@new.example")
    with transaction():
        actions.keep_address(pat.id, by=Who.contact(pat.id), at=THE_DAY)  # stopped ones too
    ask_change(pat, "pat@third.example")
    erase(pat)
    assert [change.mailbox for change in session().scalars(select(ContactMove))] == ["kim@new.example"]
    assert letters_to(NEW) == letters_to(PAT) == []
    assert count(MyLink) == 0


# The same path for every address


@pytest.fixture
def pat(inside: Flask) -> Contact:
    group, other = the_group(), the_group("oak-hill")
    contact = joined(group, PAT, name="Pat Lee")
    joined(group, "known.one@example.com", name="Pat Lee")
    leave(joined(group, "suppressed.three@example.com"))
    erased = joined(group, "erased@example.com")
    erase(erased)
    joined(other, "elsewhere@example.com", name="Pat Lee")
    return contact


KINDS = ("known.one@example.com", "suppressed.three@example.com", "erased@example.com", "elsewhere@example.com")


def test_every_new_address_takes_the_same_path(pat: Contact, visit: Visit) -> None:
    def trace(text: str) -> Trace:
        url = f"/my/{token}/address"
        browser = visit.anew()
        form = browser(url)
        before = rows()
        with statements() as seen:
            answer = form.submit(email=text)
        after = rows()
        answers = [look(answer, text), look(answer.follow(), text)]
        return Trace(answers, seen, {name: after[name] - before[name] for name in after})

    token = my_token(_group(pat), PAT)
    trace("warm@example.com")
    found = []
    for text in ("unknown@example.com", *KINDS):
        with transaction():  # or the day's limit for the old mailbox would be reached
            session().query(ContactMove).delete()
        found.append(trace(text))
    known, *others = found
    assert {name: number for name, number in known.rows.items() if number} == {
        "contact_move": 1,
        "outbox_message": 2,
        "audit_entry": 1,
    }
    for other in others:
        assert (other.answers, other.statements, other.rows) == (known.answers, known.statements, known.rows)


def test_over_the_limit_the_answer_is_the_same(pat: Contact, visit: Visit) -> None:
    token = my_token(_group(pat), PAT)
    form = visit(f"/my/{token}/address")
    pages = [form.submit(email="kim@example.com") for _ in range(4)]
    assert len({(page.status, page.location) for page in pages}) == 1
    assert len(letters_to("kim@example.com")) == 3


def _group(contact: Contact) -> Group:
    return get_group(contact.group_id)


# The pages


def test_from_ones_own_page_to_the_new_mailbox_and_its_button(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    page = visit(f"/my/{my_token(group, PAT)}/address").submit(email=NEW).follow()
    assert page.heading == "Check your new mailbox"
    overview = page.click("Back to what we hold about you")
    assert f"Waits until somebody presses the button in our email to {NEW}" in overview.text
    link = f"/address/{change_token(NEW)}"
    for method in ("HEAD", "GET"):
        assert visit.anew().open(method, link).status == 200
    assert contact_of(group, NEW) is None
    form = visit.anew()(link)
    assert NEW in form.text
    assert PAT.lower() not in form.html.lower()
    done = form.submit()
    assert (done.status, done.heading) == (200, "Your new address counts")
    session().rollback()
    assert contact.address == NEW


def test_a_change_that_waits_is_stopped_with_a_button(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, PAT)
    ask_change(contact, NEW)
    page = visit(f"/my/{my_token(group, PAT)}/address")
    token = change_token(NEW)
    page = page.submit("Stop the change").follow()
    assert "The change is stopped" in page.text
    assert NEW not in page.text
    assert visit(f"/address/{token}").status == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Enter your email address"), ("pat", "with an @ in it"), (PAT.upper(), "this address already")],
)
def test_what_cannot_be_a_new_address_is_said_and_kept(inside: Flask, visit: Visit, typed: str, said: str) -> None:
    group = the_group()
    joined(group, PAT)
    page = visit(f"/my/{my_token(group, PAT)}/address").submit(email=typed)
    assert page.status == 422
    assert said in page.errors[0]
    assert page.one("input[name=email]")["value"] == typed
    assert count(ContactMove) == 0


def test_the_same_name_there_is_said_on_the_page_with_the_button(inside: Flask, visit: Visit) -> None:
    group = the_group()
    pat = joined(group, PAT, name="Pat Lee")
    joined(group, NEW, name="Pat Lee")
    ask_change(pat, NEW)
    page = visit(f"/address/{change_token(NEW)}").submit()
    assert page.status == 422
    assert "on the list at this address already. Nothing was changed." in page.text


def test_used_old_stopped_and_cut_links_get_the_same_friendly_page(inside: Flask, visit: Visit) -> None:
    group = the_group()
    pat, kim = joined(group, PAT), joined(group, "kim@example.com")
    ask_change(kim, "kim@new.example")
    stopped = change_token("kim@new.example")
    with transaction():
        actions.keep_address(kim.id, by=Who.contact(kim.id), at=THE_DAY)
    with clock.at(THE_DAY - timedelta(days=7)):
        ask_change(pat, "old@example.com")
    old = change_token("old@example.com")
    ask_change(pat, NEW)
    used = change_token(NEW)
    form = visit(f"/address/{used}")
    again = form.submit()
    assert form.submit().html == again.html
    pages = [visit(f"/address/{token}") for token in (used, old, stopped, used[:-1], "wrong", "%00")]
    pages.append(
        visit.open("POST", f"/address/{old}", data={"csrf_token": form.one("main input[name=csrf_token]")["value"]})
    )
    assert {page.status for page in pages} == {404}
    assert len({page.html for page in pages}) == 1
    assert pages[0].heading == "This link does not work any more"


def test_the_state_of_an_older_list_can_move_too(inside: Flask) -> None:
    group = the_group()
    pat = joined(group, PAT)
    with transaction():
        found = session().get_one(Contact, pat.id)
        found.state = State.UNVERIFIED
    ask_change(pat, NEW)
    assert press_change(change_token(NEW)).state == State.UNVERIFIED
    assert address(NEW).mailbox == pat.mailbox
