"""What officers change for somebody is evidence, is bounded, and moves no email address before its owner says so."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing.models import Delivery
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact, MyLink, SignUp
from pcnppg.membership.rules import How, ReachedBy, State, Ways
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.mailing.lists import send
from tests.membership.forms import HOME, NUMBER, by_email, by_phone, by_post, written_down
from tests.membership.stories import ask, change_token, joined, leave, letters, my_token, the_group, what_happened

NAN = "nan@example.com"
RUTH = Who.person(7)


def change(contact: Contact, ways: Ways, *, name: str | None = "Nan Webb", how: How = How.PHONE) -> None:
    with transaction():
        actions.correct_for_them(contact.group_id, contact.id, name=name, ways=ways, how=how, by=RUTH, at=THE_DAY)


def test_a_change_is_kept_with_who_made_it_and_how_they_were_told(inside: Flask) -> None:
    contact = written_down(the_group(), by_post())
    change(contact, Ways(ReachedBy.POST, postal_address="9 Mill Row\nWithy", phone=NUMBER), name="Nan Webb-Fox")
    assert (contact.name, contact.postal_address, contact.phone) == ("Nan Webb-Fox", "9 Mill Row\nWithy", NUMBER)
    assert contact.search == "nan webb-fox 9 mill row withy 01632 960 777"
    line, _ = queries.list_consent(contact.id)[-1]
    assert (line.what, line.how, line.by_person_id, line.promise) == ("corrected", "phone", 7, None)
    assert contact.promise == 4


def test_post_and_phone_change_into_each_other(inside: Flask) -> None:
    contact = written_down(the_group(), by_post())
    change(contact, by_phone())
    assert (contact.reached_by, contact.postal_address, contact.phone) == ("phone", None, NUMBER)


def test_an_email_address_stays_as_it_is(inside: Flask) -> None:
    contact = joined(the_group(), "Nan@example.com", name="Nan")
    change(contact, Ways(ReachedBy.EMAIL, phone=NUMBER))
    assert (contact.name, contact.address, contact.mailbox, contact.phone) == (
        "Nan Webb",
        "Nan@example.com",
        NAN,
        NUMBER,
    )
    assert len(letters()) == len(letters("confirm")) + len(letters("receipt"))


def test_who_changes_to_letters_is_told_at_the_address_and_gets_no_mailing(inside: Flask) -> None:
    group = the_group()
    officer = making.an_officer(group)
    contact = joined(group, NAN, name="Nan Webb")
    joined(group, "abe@example.com")
    ask(group, NAN)
    my_token(group, NAN)
    send(group.id, officer)
    change(contact, by_post(), how=How.LETTER)
    assert (contact.reached_by, contact.address, contact.mailbox, contact.postal_address) == ("post", None, None, HOME)
    (told,) = letters("no_more_email")
    assert (told["to"], told["values"]["reached_by"]) == (NAN, "post")
    theirs = select(Delivery.state).where(Delivery.contact_id == contact.id)
    assert session().scalar(theirs) == "withdrawn"
    # Forms and links of the mailbox that nobody reads for us any more are forgotten.
    assert session().scalar(select(func.count()).select_from(MyLink)) == 0
    assert session().scalars(select(SignUp.contact_id).order_by(SignUp.id)).all() == [contact.id + 1]
    assert not queries.is_suppressed(group.id, NAN)


def test_a_mailbox_that_somebody_else_reads_keeps_its_links(inside: Flask) -> None:
    group = the_group()
    first = joined(group, NAN, name="Abe Webb")
    second = written_down(group, by_email(NAN))
    token = my_token(group, NAN)
    change(second, by_phone())
    assert queries.get_my_link(token, at=THE_DAY)
    assert first.mailbox == NAN


def test_a_link_in_a_shared_mailbox_goes_on_for_who_is_left_there(inside: Flask) -> None:
    group = the_group()
    first = joined(group, NAN, name="Nan Webb")
    second = written_down(group, by_email(NAN), name="Abe Webb")
    token = my_token(group, NAN)
    change(first, by_phone())
    opened = queries.open_link(token, who=None, at=THE_DAY)
    assert [one.id for one in opened.people] == [second.id]


def test_a_new_address_confirms_itself_and_the_old_one_is_told(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, NAN, name="Nan Webb")
    change(contact, by_email("nan@new.example"))
    assert contact.mailbox == NAN
    assert [letter["to"] for letter in letters("address_old")] == [NAN]
    with transaction():
        actions.confirm_address(change_token("nan@new.example"), at=THE_DAY)
    assert contact.mailbox == "nan@new.example"
    (asked, told) = [
        line
        for line in queries.tell_about_contact(contact.id, THE_DAY)["written_down"]
        if line["what"].startswith("membership.address")
    ]
    assert {(line["what"], line["by"]) for line in (asked, told)} == {
        ("membership.address_change_asked", "person"),
        ("membership.address_changed", "you"),
    }


def test_a_change_of_address_that_waits_ends_where_letters_begin(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, NAN, name="Nan Webb")
    change(contact, by_email("nan@new.example"))
    token = change_token("nan@new.example")
    change(contact, by_post())
    with pytest.raises(NotFound), transaction():
        actions.confirm_address(token, at=THE_DAY)
    assert contact.mailbox is None


def test_two_at_one_mailbox_keep_two_names(inside: Flask) -> None:
    group = the_group()
    joined(group, NAN, name="Abe Webb")
    second = written_down(group, by_email(NAN))
    with pytest.raises(RuleBroken, match="tell the two apart"):
        change(second, Ways(ReachedBy.EMAIL), name="abe webb")
    change(second, by_post(), name="Abe Webb")
    assert second.name == "Abe Webb"


def test_nobody_is_given_an_email_address_by_an_officer(inside: Flask) -> None:
    contact = written_down(the_group(), by_post())
    with pytest.raises(RuleBroken, match="once its owner has confirmed it") as refused:
        change(contact, by_email("other@example.com"))
    assert refused.value.field == "reached_by"
    assert (contact.reached_by, contact.mailbox) == ("post", None)


def test_only_what_somebody_told_an_officer_counts(inside: Flask) -> None:
    contact = written_down(the_group(), by_post())
    with pytest.raises(RuleBroken, match="Choose how they told you"):
        change(contact, by_post(), how=How.MY_PAGE)
    assert len(what_happened(contact)) == 1


def test_who_left_is_not_changed(inside: Flask) -> None:
    contact = written_down(the_group(), by_post())
    leave(contact, how=How.PHONE)
    group_id = contact.group_id
    with pytest.raises(RuleBroken, match="has left the list"):
        change(contact, by_phone())
    with pytest.raises(RuleBroken, match="has left the list"), transaction():
        actions.pause_for_them(group_id, contact.id, months=3, how=How.PHONE, by=RUTH, at=THE_DAY)
    with pytest.raises(RuleBroken, match="has left the list"), transaction():
        actions.resume_for_them(group_id, contact.id, how=How.PHONE, by=RUTH, at=THE_DAY)


def test_who_is_unverified_can_be_corrected_but_has_nothing_to_pause(inside: Flask) -> None:
    contact = joined(the_group(), NAN)
    with transaction():
        session().get_one(Contact, contact.id).state = State.UNVERIFIED
    change(contact, Ways(ReachedBy.EMAIL))
    assert contact.name == "Nan Webb"
    with pytest.raises(RuleBroken), transaction():
        actions.pause_for_them(contact.group_id, contact.id, months=3, how=How.PHONE, by=RUTH, at=THE_DAY)


def test_a_pause_and_its_end_are_written_down_as_told(inside: Flask) -> None:
    contact = written_down(the_group(), by_phone())
    group_id = contact.group_id
    with transaction():
        actions.pause_for_them(group_id, contact.id, months=3, how=How.PHONE, by=RUTH, at=THE_DAY)
    assert queries.list_without_email(group_id, ReachedBy.PHONE, at=THE_DAY) == []
    assert queries.count_without_email(group_id, paused_at=THE_DAY).total() == 0
    assert queries.count_without_email(group_id)["phone"] == 1
    with transaction():
        actions.resume_for_them(group_id, contact.id, how=How.DESK, by=RUTH, at=THE_DAY)
    assert what_happened(contact)[1:] == [("paused", "phone", None), ("resumed", "desk", None)]
    assert len(queries.list_without_email(group_id, ReachedBy.PHONE, at=THE_DAY)) == 1


def test_nobody_changes_a_contact_of_another_group(inside: Flask) -> None:
    contact, other = written_down(the_group(), by_post()), the_group("oak-hill")
    told = {"how": How.PHONE, "by": RUTH, "at": THE_DAY}
    with pytest.raises(NotFound), transaction():
        actions.correct_for_them(other.id, contact.id, name="X Y", ways=by_phone(), **told)
    with pytest.raises(NotFound), transaction():
        actions.pause_for_them(other.id, contact.id, months=3, **told)
    with pytest.raises(NotFound), transaction():
        actions.resume_for_them(other.id, contact.id, **told)
    assert len(what_happened(contact)) == 1
