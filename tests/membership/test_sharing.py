"""Two people who read one mailbox are two contacts (settled 11): how the second comes in, and how each leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.kernel import clock, keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact, Suppression
from pcnppg.membership.rules import How, whose
from pcnppg.returns.rules import Did
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.stories import (
    address,
    ask,
    confirm,
    confirm_token,
    erase_by,
    joined,
    leave,
    leave_token,
    letters,
    my_token,
    the_group,
    what_happened,
)
from tests.returns.stories import mail, take
from tests.visiting import Visit

BOTH = "the.lees@example.com"


def second(group, name: str = "Kim Lee") -> Contact:
    """Kim joins at the address at which Pat is."""
    ask(group, BOTH, name=name)
    token = str(letters("already")[-1]["values"]["token"])
    with transaction():
        digest = queries.words_of(group).digest
        return actions.confirm(token, digest=digest, name=name, at=now())


def both() -> tuple[object, int, int]:
    group = the_group()
    pat = joined(group, BOTH, name="Pat Lee").id
    return group, pat, second(group).id


def states(*numbers: int) -> list[str]:
    session().expire_all()
    return [session().get_one(Contact, number).state for number in numbers]


@pytest.mark.parametrize(
    ("key", "among", "found"),
    [
        ("pat", [(1, "kim"), (2, "pat")], 2),
        ("pat", [(1, "kim"), (2, "")], 2),
        ("pat", [(1, "kim")], None),
        ("", [(1, "kim"), (2, "pat")], 1),
        ("", [(1, "kim"), (2, "")], 2),
        ("", [], None),
        ("pat", [], None),
    ],
)
def test_whose_contact_it_is_goes_by_the_name(key: str, among: list[tuple[int, str]], found: int | None) -> None:
    assert whose(key, among) == found


def test_the_second_comes_in_by_the_link_in_the_mail_that_says_who_is_there(inside: Flask, visit: Visit) -> None:
    group = the_group()
    pat = joined(group, BOTH, name="Pat Lee").id
    ask(group, BOTH, name="Kim Lee")
    page = visit(f"/confirm/{letters('already')[-1]['values']['token']}")
    assert "to Pat Lee. Is that you?" in page.text
    assert page.one("input[name=name]")["value"] == "Kim Lee"
    assert page.submit().heading == "You are on the list"
    session().rollback()
    here = queries.list_sharing(session().get_one(Contact, pat))
    assert [one.name for one in here] == ["Pat Lee", "Kim Lee"]
    assert what_happened(here[1].id) == [("agreed", "confirm_page", 4)]


def test_whoever_is_there_already_stays_one_contact_whatever_they_press(inside: Flask, visit: Visit) -> None:
    group = the_group()
    pat = joined(group, BOTH, name="Pat Lee").id
    for typed in ("", "pat  LEE", "Pat Lee"):
        ask(group, BOTH) if typed != "Pat Lee" else None
        page = visit(f"/confirm/{letters('already')[-1]['values']['token']}")
        if page.select("input[name=name]"):
            page.submit(name=typed)
    session().rollback()
    assert [one.id for one in queries.list_at_mailbox(group.id, BOTH)] == [pat]


def test_a_name_that_will_not_do_is_refused_with_what_was_typed(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, BOTH, name="Pat Lee")
    ask(group, BOTH)
    page = visit(f"/confirm/{letters('already')[-1]['values']['token']}").submit(name="K" * 101)
    assert page.status == 422
    assert "shorter name" in page.errors[0]
    assert page.one("input[name=name]")["value"] == "K" * 101


def test_words_that_changed_are_shown_again_there_too(inside: Flask, visit: Visit) -> None:
    group = the_group()
    joined(group, BOTH, name="Pat Lee")
    ask(group, BOTH, name="Kim Lee")
    page = visit(f"/confirm/{letters('already')[-1]['values']['token']}")
    with transaction():
        group.privacy_contact = "other@example.org"
    again = page.submit()
    assert again.status == 422
    assert "have changed" in again.text


def test_one_leaves_and_the_other_stays(inside: Flask, visit: Visit) -> None:
    _, pat, kim = both()
    page = visit(f"/u/{leave_token(pat)}")
    assert "2 people share this address." in page.text
    left = page.submit("Kim Lee leaves")
    assert "Pat Lee still gets our emails at this address." in left.text
    assert states(pat, kim) == ["active", "left"]


def test_all_of_us_and_the_mail_programs_button_take_off_both(inside: Flask, visit: Visit) -> None:
    _, pat, kim = both()
    visit(f"/u/{leave_token(kim)}").submit("All of us leave")
    assert states(pat, kim) == ["left", "left"]
    assert what_happened(pat)[-1][:2] == ("withdrawn", "leave_page")


def test_one_click_takes_off_both(inside: Flask, visit: Visit) -> None:
    _, pat, kim = both()
    assert visit.post(f"/u/{leave_token(kim)}", {"List-Unsubscribe": "One-Click"}).status == 200
    assert states(pat, kim) == ["left", "left"]
    assert what_happened(pat)[-1][:2] == ("withdrawn", "one_click")


def test_a_button_names_nobody_of_another_mailbox(inside: Flask, visit: Visit) -> None:
    group, pat, _ = both()
    other = joined(group, "other@example.com").id  # type: ignore[arg-type]
    visit.post(f"/u/{leave_token(pat)}", {"act": "leave", "who": str(other)})
    assert states(pat, other) == ["left", "active"]


def test_one_pauses_and_ends_the_pause_alone(inside: Flask, visit: Visit) -> None:
    _, pat, kim = both()
    page = visit(f"/u/{leave_token(pat)}").submit("Pause my emails", months="3", who=str(kim))
    session().expire_all()
    assert [session().get_one(Contact, one).paused_until is not None for one in (pat, kim)] == [False, True]
    page.submit("End the pause")
    session().expire_all()
    assert session().get_one(Contact, kim).paused_until is None


def test_alone_no_name_is_shown_because_mail_is_forwarded(inside: Flask, visit: Visit) -> None:
    group = the_group()
    pat = joined(group, BOTH, name="Pat Lee").id
    assert "Pat Lee" not in visit(f"/u/{leave_token(pat)}").text


def test_a_form_of_the_other_lives_on_when_one_leaves(inside: Flask, visit: Visit) -> None:
    group, pat, kim = both()
    with clock.at(THE_DAY + timedelta(days=2)):  # the mailbox had enough mails today
        for name in ("Pat Lee", "Lee Lee"):
            ask(group, BOTH, name=name)  # type: ignore[arg-type]
    leave(session().get_one(Contact, pat))
    kept = [form.name for form in queries.list_sign_ups_at(group.id, keys.current().mailbox_hash(BOTH)) if form.mailbox]  # type: ignore[attr-defined]
    assert kept == ["Lee Lee"]
    leave(session().get_one(Contact, kim))
    forms = queries.list_sign_ups_at(group.id, keys.current().mailbox_hash(BOTH))  # type: ignore[attr-defined]
    assert [form for form in forms if form.mailbox] == []


def test_on_the_page_about_their_details_each_is_asked_who_first(inside: Flask, visit: Visit) -> None:
    group, pat, kim = both()
    token = my_token(group, BOTH)  # type: ignore[arg-type]
    for page in ("object", "complain", "pause"):
        assert visit(f"/my/{token}/{page}").location.endswith(f"/my/{token}")
    mine = visit(f"/my/{token}").click("Kim Lee")
    page = mine.click("Make a complaint")
    assert "This is about Kim Lee" in page.text
    page.submit(words="You wrote at night.")
    assert queries.list_open(group.id, today=THE_DAY.date())[0].request.contact_id == kim  # type: ignore[attr-defined]
    page = mine.click("Object to our emails").submit()
    assert states(pat, kim) == ["active", "left"]
    assert "These are the details of Kim Lee" in page.click("See what we still hold, or have it erased").text


def test_each_comes_back_under_their_own_number(inside: Flask) -> None:
    group, pat, kim = both()
    leave(pat)
    leave(kim)
    with clock.at(THE_DAY + timedelta(days=2)):  # a mailbox gets three such mails a day
        ask(group, BOTH, name="Kim Lee")  # type: ignore[arg-type]
        assert confirm(group, confirm_token(BOTH)).id == kim  # type: ignore[arg-type]
        assert second(group, "Pat Lee").id == pat


def test_erasing_one_leaves_the_other_and_what_was_asked_at_that_mailbox(inside: Flask) -> None:
    group, pat, kim = both()
    with transaction():
        actions.erase(pat, by=Who.contact(pat), at=now())
    assert states(pat, kim) == ["erased", "active"]
    assert session().query(Suppression).one().contact_id is None
    with transaction():
        actions.tell_my_link(group.id, address=address(BOTH), by=VISITOR, at=now())  # type: ignore[attr-defined]
    assert letters("my")


def test_who_was_forgotten_after_leaving_comes_back_under_their_old_number(inside: Flask) -> None:
    group = the_group()
    pat = joined(group, BOTH, name="Pat Lee")
    leave(pat)
    with transaction():
        actions.forget_leaver(pat.id, at=now())
    assert states(pat.id) == ["erased"]
    ask(group, BOTH, name="Patricia Lee")
    assert confirm(group, confirm_token(BOTH)).id == pat.id
    assert session().query(Suppression).count() == 0


def test_who_asked_to_be_erased_comes_back_as_somebody_new(inside: Flask) -> None:
    group = the_group()
    pat = joined(group, BOTH, name="Pat Lee").id
    erase_by(my_token(group, BOTH))
    ask(group, BOTH, name="Pat Lee")
    assert confirm(group, confirm_token(BOTH)).id != pat


def test_the_mailto_takes_off_both_too(inside: Flask) -> None:
    _, pat, kim = both()
    assert take(mail(f"u+{leave_token(kim)}@pcnppg.test", subject="leave")) is Did.LEFT
    assert states(pat, kim) == ["left", "left"]
    assert what_happened(kim)[-1][:2] == ("withdrawn", How.MAILTO)
