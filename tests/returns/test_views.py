"""The pages: which addresses stopped working and how to mend them, coming back, and many who leave at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.models import Contact, PressCount, Storm
from pcnppg.membership.rules import How, ReachedBy, Stopped, Ways
from pcnppg.membership.rules.storms import FEWEST, Pressed
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.membership import forms
from tests.membership.stories import (
    confirm_token,
    joined,
    leave,
    leave_token,
    letters,
    my_token,
    what_happened,
)
from tests.pages.test_home import waiting
from tests.returns.stories import PAT, again, delivery_to, mailed, report, return_path, take, with_pat
from tests.visiting import Visit

pytestmark = pytest.mark.counted

HERE = "/groups/elm-tree/contacts"


def stop(*found: Contact) -> None:
    with transaction():
        membership.mark_stopped([one.id for one in found], because=Stopped.HARD, at=clock.now())


def test_officers_see_which_addresses_stopped_working(inside: Flask, visit: Visit) -> None:
    group, pat = with_pat()
    joined(group, "kim@example.com")
    officer = making.an_officer(group)
    take(report(return_path(delivery_to(pat, mailed(inside, group, officer)))))
    chair = visit.as_(officer)
    assert "1 address stopped working The last on Thursday 4 March 2027. Nothing is sent there." in waiting(
        chair("/home")
    )
    page = chair("/home").click("1 address stopped working")
    assert [row.get_text(" ", strip=True) for row in page.select("tbody tr")] == [
        f"Pat Lee {PAT} Thursday 4 March 2027 , on the website Address stopped working on Thursday 4 March 2027"
    ]
    assert "1 of 3,484 patients get our emails" in page.text
    contact = page.click("Pat Lee")
    assert "This address stopped working." in contact.text
    assert "They have not left the list." in contact.text
    with clock.at(THE_DAY + timedelta(days=181)):
        assert not [line for line in waiting(chair("/home")) if "stopped" in line]


def test_an_address_is_tried_again_with_one_button(inside: Flask, visit: Visit) -> None:
    group, pat = with_pat()
    stop(pat)
    chair = visit.as_officer(group)
    page = chair(f"{HERE}/{pat.id}").click("Correct the address, or try it again")
    assert "They confirmed this one themselves" in page.text
    assert not page.select("input[name=email]")
    page = page.submit("Try this address again").follow()
    assert "The next mailing goes there again." in page.text
    assert again(pat).stopped_at is None
    page = chair(f"{HERE}/{pat.id}/address").follow()
    assert "This address works, as far as we know." in page.text


def test_a_copied_address_is_corrected_and_what_was_typed_is_kept(inside: Flask, visit: Visit) -> None:
    group, _ = with_pat()
    ann = forms.written_down(group, Ways(ReachedBy.EMAIL, EmailAddress.parse("anm@example.com")), name="Ann Bell")
    stop(ann)
    page = visit.as_officer(group)(f"{HERE}/{ann.id}/address")
    wrong = page.submit("Correct the address", email="nonsense")
    assert wrong.status == 422
    assert wrong.one("input[name=email]")["value"] == "nonsense"
    page = wrong.submit("Correct the address", email="ann@example.com").follow()
    assert "The address is corrected." in page.text
    assert again(ann).mailbox == "ann@example.com"


def test_what_the_rule_refuses_is_said_at_the_field(inside: Flask, visit: Visit) -> None:
    group, _ = with_pat()
    ann = forms.written_down(group, Ways(ReachedBy.EMAIL, EmailAddress.parse("anm@example.com")), name="Pat Lee")
    stop(ann)
    page = visit.as_officer(group)(f"{HERE}/{ann.id}/address").submit("Correct the address", email=PAT)
    assert page.status == 422
    assert page.errors == ["Somebody of that name is on the list at this address already. Nothing was changed."]


def test_who_gets_our_link_can_say_that_their_address_works(inside: Flask, visit: Visit) -> None:
    group, pat = with_pat()
    stop(pat)
    page = visit(f"/my/{my_token(group, PAT)}")
    assert "our mailings to you came back" in page.text
    assert "We will email you again." in page.submit("Yes, email me again").follow().text
    assert again(pat).stopped_at is None
    assert page.submit("Yes, email me again").status == 303  # pressed twice
    with clock.at(THE_DAY + timedelta(days=2)):
        assert page.submit("Yes, email me again").status == 404
    stop(again(pat))
    assert contacts.tell_about_contact(pat.id, clock.now())["details"]["stopped_at"] == THE_DAY


def test_who_did_not_mean_to_leave_comes_back_by_a_link_in_their_mailbox(inside: Flask, visit: Visit) -> None:
    group, pat = with_pat()
    page = visit(f"/u/{leave_token(pat)}").submit("Leave the list")
    assert page.heading == "You have left the list"
    page = page.click("Come back to the list").submit("Email me a link to come back")
    assert page.heading == "Look at your email"
    assert again(pat).state == "left"
    (letter,) = letters("come_back")
    assert letter["to"] == PAT
    page = visit(f"/my/{letter['values']['token']}/come-back")
    assert "at most 4 emails in any twelve months" in page.text
    page = page.submit("Yes, put me back on the list").follow()
    assert "You are back on the list." in page.text
    assert again(pat).state == "active"
    assert what_happened(pat)[1:] == [("withdrawn", "leave_page", None), ("agreed", "came_back", 4)]
    assert not contacts.is_suppressed(group.id, PAT)
    assert [one["to"] for one in letters("receipt")][-1] == PAT
    assert visit(f"/my/{letter['values']['token']}/come-back").follow().heading == "What we hold about you"


def test_the_page_of_your_details_leads_back_too(inside: Flask, visit: Visit) -> None:
    group, pat = with_pat()
    leave(pat, how=How.ONE_CLICK)
    page = visit(f"/my/{my_token(group, PAT)}").click("Come back to the list")
    assert page.submit("Yes, put me back on the list").status == 303
    assert again(pat).state == "active"


def test_the_link_in_a_mailing_alone_brings_nobody_back(inside: Flask, visit: Visit) -> None:
    _, pat = with_pat()
    token = leave_token(pat)
    visit.post(f"/u/{token}", {"act": "come_back"})
    assert letters("come_back") == []  # they are on the list
    leave(pat)
    for _n in range(5):
        assert visit.post(f"/u/{token}", {"act": "come_back"}).status == 200
    assert again(pat).state == "left"
    assert len(letters("come_back")) == 3  # a mailbox gets three a day


def test_changed_words_are_read_again_and_dead_links_say_so(inside: Flask, visit: Visit) -> None:
    group, pat = with_pat()
    leave(pat)
    token = my_token(group, PAT)
    asked = visit(f"/my/{token}/come-back")
    page = asked.submit("Yes, put me back on the list", digest="other")
    assert page.status == 422
    assert "The words below have changed" in page.text
    assert visit("/my/nonsense/come-back").status == 404
    with transaction():
        membership.erase(pat.id, by=Who.contact(pat.id), at=clock.now())
        membership.ask_to_come_back(4711, at=clock.now())
    assert visit(f"/my/{token}/come-back").status == 404
    assert asked.submit("Yes, put me back on the list").status == 404


def test_coming_back_is_refused_where_it_makes_no_sense(inside: Flask) -> None:
    group, pat = with_pat()
    leave(pat)
    digest = contacts.words_of(group).digest
    joined(group, "kim@example.com")
    with transaction():  # somebody of that name has taken the place since
        twin = Contact(
            group_id=group.id, state="active", name="Pat Lee", name_key="pat lee", address=PAT, mailbox=PAT,
            search="pat", channel="web", promise=4, joined_at=THE_DAY, agreed_at=THE_DAY,
        )  # fmt: skip
        session().add(twin)
    with pytest.raises(RuleBroken, match="already"), transaction():
        membership.come_back(pat.id, digest=digest, at=clock.now())
    leave(twin.id)
    with transaction():
        membership.come_back(pat.id, digest=digest, at=clock.now())
        assert membership.come_back(pat.id, digest="whatever", at=clock.now()).state == "active"
    with pytest.raises(NotFound), transaction():
        membership.come_back(4711, digest=digest, at=clock.now())
    kim = contacts.find_active(group.id, "kim@example.com") or 0
    leave(kim)
    with transaction():
        membership.forget_leaver(kim, at=clock.now())
    with pytest.raises(NotFound), transaction():
        membership.come_back(kim, digest=digest, at=clock.now())


def many(visit: Visit, group_people: int = FEWEST) -> None:
    """So many leave by the button of a mail program, from addresses of one network, within a minute."""
    group, _ = with_pat()
    for n in range(group_people):
        token = leave_token(joined(group, f"p{n}@example.com"))
        client = visit.app.test_client()
        answer = client.post(f"/u/{token}", environ_base={"REMOTE_ADDR": f"192.0.2.{n + 1}"})
        assert answer.status_code == 200


def storms() -> list[Storm]:
    session().rollback()
    return list(session().scalars(select(Storm).order_by(Storm.id)))


def test_many_who_leave_at_once_from_one_network_are_shown_to_officers(inside: Flask, visit: Visit) -> None:
    many(visit, FEWEST + 2)
    (storm,) = storms()
    assert (storm.what, storm.presses, storm.by_program, storm.usual) == ("left", 10, 10, 0)
    officer = making.an_officer(storm.group_id)
    chair = visit.as_(officer)
    assert [line for line in waiting(chair("/home")) if "one network" in line]
    page = chair("/home").click("10 people left within a few minutes, from one network")
    assert page.heading == "Many people left at once"
    assert "They are all off the list. Leaving is never held back" in page.text
    assert page.submit("We have looked at this").status == page.submit("We have looked at this").status == 303
    assert not [line for line in waiting(chair("/home")) if "one network" in line]
    assert storms()[0].seen_by == officer


def test_each_who_left_in_a_storm_has_left(inside: Flask, visit: Visit) -> None:
    many(visit, FEWEST + 2)
    left = select(func.count()).select_from(Contact).where(Contact.state == "left")
    assert session().scalar(left) == FEWEST + 2


def test_nothing_says_which_network_it_was_and_the_count_goes_in_minutes(inside: Flask, visit: Visit) -> None:
    many(visit)
    rows = session().scalars(select(PressCount)).all()
    assert [row.presses for row in rows] == [FEWEST]
    assert "192.0.2" not in str([vars(row) for row in rows])
    with transaction():
        membership.forget_presses(at=THE_DAY + timedelta(minutes=10))
    assert session().scalars(select(PressCount)).all() == []


def press(group_id: int, network: str, *, at: object = THE_DAY, what: Pressed = Pressed.LEFT) -> None:
    with transaction():
        membership.note_press(group_id, what, how=How.LEAVE_PAGE, network_address=network, at=at)  # type: ignore[arg-type]


def test_few_or_from_many_places_or_slowly_is_no_storm(inside: Flask) -> None:
    group, _ = with_pat()
    for n in range(FEWEST):
        press(group.id, f"198.51.{n}.1")
        press(group.id, "203.0.113.9", at=THE_DAY + timedelta(minutes=n))
    for _n in range(FEWEST - 1):
        press(group.id, "192.0.2.1")
    assert storms() == []


def test_what_is_usual_here_is_no_storm(inside: Flask) -> None:
    group, _ = with_pat()
    with clock.at(THE_DAY - timedelta(days=30)):
        for n in range(9):
            leave(joined(group, f"q{n}@example.com"))
    for _n in range(2 * FEWEST):
        press(group.id, "192.0.2.1")
    assert storms() == []
    for _n in range(FEWEST):
        press(group.id, "192.0.2.1")
    assert [(storm.presses, storm.usual) for storm in storms()] == [(3 * FEWEST, 9)]


def test_another_storm_later_is_another_line(inside: Flask) -> None:
    group, _ = with_pat()
    for hours in (0, 2):
        for _n in range(FEWEST):
            press(group.id, "2001:db8::1", at=THE_DAY + timedelta(hours=hours), what=Pressed.JOINED)
    assert [storm.presses for storm in storms()] == [FEWEST, FEWEST]


def test_many_who_join_at_once_are_shown_as_what_they_may_be(inside: Flask, visit: Visit) -> None:
    group, _ = with_pat()
    for _n in range(FEWEST):
        press(group.id, "192.0.2.1", what=Pressed.JOINED)
    (storm,) = storms()
    chair = visit.as_officer(group)
    page = chair(f"{HERE}/storms/{storm.id}")
    assert page.heading == "Many people joined at once"
    assert "Perhaps many people joined together" in page.text
    for _n in range(FEWEST):
        press(group.id, "192.0.2.1")
    assert "Most used the page behind the link" in chair(f"{HERE}/storms/{storms()[1].id}").text


def test_a_confirmation_counts_once(inside: Flask, visit: Visit) -> None:
    with_pat()
    visit("/groups/elm-tree/join").submit(email="kim@example.com", agree=True)
    page = visit(f"/confirm/{confirm_token('kim@example.com')}")
    page.submit()
    with clock.at(THE_DAY + timedelta(seconds=1)):
        page.submit()
    assert [row.presses for row in session().scalars(select(PressCount))] == [1]


def test_another_groups_storm_is_not_found(inside: Flask, visit: Visit) -> None:
    group, _ = with_pat()
    other, _ = with_pat(slug="oak")
    for _n in range(FEWEST):
        press(other.id, "192.0.2.1")
    (storm,) = storms()
    assert visit.as_officer(group)(f"{HERE}/storms/{storm.id}").status == 404


def test_the_report_of_a_mailing_says_what_came_back_and_who_was_left_out(inside: Flask, visit: Visit) -> None:
    group, pat = with_pat()
    joined(group, "kim@example.com")
    officer = making.an_officer(group)
    first = mailed(inside, group, officer)
    take(report(return_path(delivery_to(pat, first))))
    second = mailed(inside, group, officer)
    chair = visit.as_(officer)
    page = chair(f"/groups/elm-tree/mailings/{first}/report")
    assert "Came back 1 Their mail server took it, and said later that it did not arrive. It counts." in page.text
    page = chair(f"/groups/elm-tree/mailings/{second}/report")
    assert "Left out: address stopped 1" in page.text
