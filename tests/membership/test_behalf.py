"""What officers change for somebody is evidence, is bounded, and moves no email address before its owner says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.groups.models import Group
from pcnppg.groups.queries import get_group
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing.models import Delivery
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact, MyLink, SignUp
from pcnppg.membership.rules import Asked, How, ReachedBy, State, Stopped, Ways
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.mailing.lists import send
from tests.membership.forms import HOME, NUMBER, by_email, by_phone, by_post, written_down
from tests.membership.stories import (
    ask,
    change_token,
    joined,
    leave,
    letters,
    my_token,
    press_change,
    the_group,
    what_happened,
)
from tests.promises.test_sameness import rows, statements

NAN = "nan@example.com"
RUTH = Who.person(7)


def change(contact: Contact, ways: Ways, *, name: str | None = "Nan Webb", how: How = How.PHONE) -> None:
    with transaction():
        actions.correct_for_them(contact.group_id, contact.id, name=name, ways=ways, how=how, by=RUTH, at=THE_DAY)


def ask_email(contact: Contact, text: str) -> None:
    """Write down that her son rang and asked for emails to this address."""
    asked = Asked(by="Her son", on=THE_DAY.date(), how=How.PHONE)
    with transaction():
        actions.ask_address_for_them(
            contact.group_id, contact.id, address=EmailAddress.parse(text), asked=asked, by=RUTH, at=THE_DAY
        )


def press_first(group: Group, text: str) -> Contact:
    """Read the words on the page behind the newest link in this mailbox, and agree."""
    with transaction():
        digest = queries.words_of(get_group(group.id)).digest
        return actions.confirm_address(change_token(text), digest=digest, at=clock.now())


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
    ask_email(contact, "nan@new.example")
    assert contact.mailbox == NAN
    assert [letter["to"] for letter in letters("address_old")] == [NAN]
    promise, agreed_at = contact.promise, contact.agreed_at
    press_change(change_token("nan@new.example"))
    assert (contact.mailbox, contact.promise, contact.agreed_at) == ("nan@new.example", promise, agreed_at)
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
    ask_email(contact, "nan@new.example")
    token = change_token("nan@new.example")
    change(contact, by_post())
    with pytest.raises(NotFound):
        press_change(token)
    assert contact.mailbox is None


# From letters and calls to email


@pytest.mark.parametrize("ways", [by_post(), by_phone()])
def test_who_asks_for_email_is_reached_as_before_until_they_agree_at_that_mailbox(inside: Flask, ways: Ways) -> None:
    group = the_group()
    contact = written_down(group, ways)
    before = (contact.reached_by, contact.postal_address, contact.phone, contact.mailbox)
    ask_email(contact, NAN)
    assert (contact.reached_by, contact.postal_address, contact.phone, contact.mailbox) == before
    (asked,) = letters()
    assert (asked["kind"], asked["to"]) == ("membership/address_new", NAN)
    *_, form = queries.list_evidence(contact.id)
    assert (form.kind, form.asked_by, form.given_on, form.by_person_id) == ("asked", "Her son", THE_DAY.date(), 7)
    assert what_happened(contact)[-1] == ("address_asked", "phone", None)
    with clock.at(THE_DAY + timedelta(days=1)):
        press_first(group, NAN)
    assert (contact.reached_by, contact.address, contact.mailbox) == ("email", NAN, NAN)
    assert (contact.postal_address, contact.phone) == before[1:3]
    assert what_happened(contact)[-1] == ("agreed", "confirm_page", 4)
    assert contact.agreed_at == THE_DAY + timedelta(days=1)
    assert contact.wording_id == queries.wording_of(group.id, queries.words_of(group).digest)
    (receipt,) = letters("receipt")
    assert (receipt["to"], receipt["values"]["words"]) == (NAN, queries.words_of(group).blocks)
    assert [row.id for row in session().execute(queries.select_active(group.id))] == [contact.id]


def test_the_words_they_read_bind_and_newer_ones_are_shown_first(inside: Flask) -> None:
    group = the_group(promise=6)
    contact = written_down(group, by_post(), words="Four letters a year, if that suits you all.", promise=4)
    ask_email(contact, NAN)
    with pytest.raises(RuleBroken, match="have changed since"), transaction():
        actions.confirm_address(change_token(NAN), digest="an older one", at=THE_DAY)
    session().rollback()
    assert (contact.reached_by, contact.promise) == ("post", 4)
    press_first(group, NAN)
    assert contact.promise == 6
    assert press_first(group, NAN).id == contact.id, "again is fine"
    assert [what for what, *_ in what_happened(contact)].count("agreed") == 2


def test_who_was_unverified_and_agrees_themselves_is_on_the_list(inside: Flask) -> None:
    group = the_group()
    contact = written_down(group, by_post())
    with transaction():
        session().get_one(Contact, contact.id).state = State.UNVERIFIED
    ask_email(contact, NAN)
    assert press_first(group, NAN).state == "active"


def test_whoever_reads_a_wrong_address_says_not_me_and_it_is_forgotten(inside: Flask) -> None:
    group = the_group()
    contact = written_down(group, by_post())
    ask_email(contact, NAN)
    token = change_token(NAN)
    with transaction():
        assert actions.refuse_address(token, at=THE_DAY) == group.id
    assert (contact.reached_by, contact.mailbox, letters()) == ("post", None, [])
    assert what_happened(contact)[-1] == ("address_refused", "not_me", None)
    assert [one.address for one in queries.list_address_changes(contact.id)] == [None]
    for late in (lambda: actions.refuse_address(token, at=THE_DAY), lambda: actions.confirm_address(token, at=THE_DAY)):
        with pytest.raises(NotFound), transaction():
            late()


def test_too_late_to_refuse_is_too_late_to_confirm(inside: Flask) -> None:
    contact = written_down(the_group(), by_post())
    ask_email(contact, NAN)
    with pytest.raises(NotFound), transaction():
        actions.refuse_address(change_token(NAN), at=THE_DAY + timedelta(days=7))


def test_every_address_that_an_officer_asks_for_takes_the_same_path(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    joined(group, "here@example.com", name="Nan Webb")
    leave(joined(group, "suppressed@example.com"))
    joined(other, "elsewhere@example.com", name="Nan Webb")
    contact = written_down(group, by_post())

    def trace(text: str) -> tuple[object, object]:
        before = rows()
        with statements() as seen:
            ask_email(contact, text)
        return seen, {name: number - before[name] for name, number in rows().items()}

    trace("warm@example.com")
    found = [trace(f"{who}@example.com") for who in ("unknown", "here", "suppressed", "elsewhere")]
    assert all(one == found[0] for one in found)
    # What follows is decided by whoever reads that mailbox.
    with pytest.raises(RuleBroken, match="same name"):
        press_first(group, "here@example.com")
    press_first(group, "suppressed@example.com")
    assert (contact.mailbox, queries.is_suppressed(group.id, "suppressed@example.com")) == (
        "suppressed@example.com",
        False,
    )


def test_nobody_can_agree_to_emails_before_it_is_said_who_holds_the_data(inside: Flask) -> None:
    contact = written_down(the_group(is_open=False), by_post())
    with pytest.raises(RuleBroken, match="who holds the data"):
        ask_email(contact, NAN)
    assert letters() == []


def test_an_address_that_its_owner_confirmed_is_not_mended_by_hand(inside: Flask) -> None:
    group = the_group()
    contact = written_down(group, by_post())
    ask_email(contact, NAN)
    press_first(group, NAN)
    with transaction():
        actions.mark_stopped([contact.id], because=Stopped.HARD, at=THE_DAY)
    new = EmailAddress.parse("nan@new.example")
    with pytest.raises(RuleBroken, match="confirmed this address themselves"), transaction():
        actions.correct_address(group.id, contact.id, address=new, by=RUTH, at=THE_DAY)


def test_two_at_one_mailbox_keep_two_names(inside: Flask) -> None:
    group = the_group()
    joined(group, NAN, name="Abe Webb")
    second = written_down(group, by_email(NAN))
    with pytest.raises(RuleBroken, match="tell the two apart"):
        change(second, Ways(ReachedBy.EMAIL), name="abe webb")
    change(second, by_post(), name="Abe Webb")
    assert second.name == "Abe Webb"


def test_nobody_is_given_an_email_address_that_they_have_not_confirmed(inside: Flask) -> None:
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
    with pytest.raises(RuleBroken, match="has left the list"):
        ask_email(contact, NAN)
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
    new = {"address": EmailAddress.parse(NAN), "asked": Asked(by="Nan", on=THE_DAY.date(), how=How.PHONE)}
    with pytest.raises(NotFound), transaction():
        actions.ask_address_for_them(other.id, contact.id, **new, by=RUTH, at=THE_DAY)
    with pytest.raises(NotFound), transaction():
        actions.pause_for_them(other.id, contact.id, months=3, **told)
    with pytest.raises(NotFound), transaction():
        actions.resume_for_them(other.id, contact.id, **told)
    assert len(what_happened(contact)) == 1
