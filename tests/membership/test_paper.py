"""Paper, desk and phone: who is written down is told, can say "not me", and is never brought back by hand after leaving."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.audit.models import AuditEntry
from pcnppg.groups import queries as groups
from pcnppg.kernel import clock, keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact, Evidence, Suppression
from pcnppg.membership.rules import Channel, How, ReachedBy, State
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.membership.forms import HOME, by_email, by_phone, by_post, written_down
from tests.membership.stories import (
    address,
    ask,
    confirm,
    confirm_token,
    contact_of,
    erase_by,
    joined,
    leave,
    letters,
    letters_to,
    my_token,
    the_group,
    what_happened,
)

NAN = "nan@example.com"


def test_who_agreed_on_paper_is_on_the_list_with_the_evidence(inside: Flask) -> None:
    group = the_group()
    officer = making.an_officer(group, name="Ruth Carver")
    contact = written_down(group, by_email(NAN), by=Who.person(officer))
    assert (contact.state, contact.channel, contact.promise, contact.joined_at) == ("active", "paper", 4, THE_DAY)
    assert contact.agreed_at is not None
    assert clock.local(contact.agreed_at).date() == date(2027, 3, 2)
    assert contact.agreed_at < THE_DAY
    assert what_happened(contact) == [("agreed", "paper", 4)]
    ((line, words),) = queries.list_consent(contact.id)
    assert line.by_person_id == officer
    assert words == queries.words_of(group).words
    (form,) = queries.list_evidence(contact.id)
    assert (form.id, form.kind, form.given_on) == (line.evidence_id, "paper", date(2027, 3, 2))
    assert (form.taken_by, form.kept_at, form.by_person_id) == ("Sam Okafor", "Blue folder", officer)
    noted = session().scalars(select(AuditEntry).where(AuditEntry.what == "membership.written_down")).one()
    assert (noted.by_id, noted.about_id) == (officer, contact.id)


def test_a_form_of_today_was_not_agreed_to_later_than_now(inside: Flask) -> None:
    contact = written_down(the_group(), by_email(NAN), given_on=date(2027, 3, 4))
    assert contact.agreed_at == THE_DAY  # half past ten: it is not noon yet


def test_one_mail_says_who_wrote_it_down_and_to_which_words_they_agreed(inside: Flask) -> None:
    group = the_group()
    officer = making.an_officer(group, name="Ruth Carver")
    contact = written_down(group, by_email(NAN), by=Who.person(officer), channel=Channel.DESK)
    (letter,) = letters_to(NAN)
    assert letter["kind"] == "membership/written_down"
    values = letter["values"]
    assert (values["officer"], values["channel"], values["promise"]) == ("Ruth Carver", "desk", 4)
    assert values["words"] == queries.words_of(group).blocks
    assert keys.current().read("leave", values["leave"]) == contact.id
    assert queries.find_not_me(values["not_me"]) is contact


def test_nobody_is_mailed_who_has_no_email(inside: Flask) -> None:
    group = the_group()
    post = written_down(group, by_post())
    phone = written_down(group, by_phone(), name="Abe Fox", channel=Channel.PHONE, kept_at=None)
    assert letters() == []
    assert (post.mailbox, post.postal_address, post.search) == (None, HOME, "nan webb 4 weir lane withy zz1 2ab")
    assert (phone.mailbox, phone.phone, phone.search) == (None, "01632 960 777", "abe fox 01632 960 777")
    assert what_happened(phone) == [("agreed", "phone", 4)]
    assert queries.list_consent(post.id)[0][1] == queries.words_for(group, ReachedBy.POST).words
    assert "read letter if you chose post" in queries.words_for(group, ReachedBy.PHONE).words
    assert queries.words_for(group, ReachedBy.EMAIL) == queries.words_of(group)


def test_other_words_bind_to_the_number_that_they_promised(inside: Flask) -> None:
    group = the_group()
    words = "I agree that the group emails me twice a year, and I can stop at any time."
    contact = written_down(group, by_email(NAN), words=words, promise=2)
    more = written_down(group, by_email("abe@example.com"), words=f"{words} Twelve times.", promise=12)
    assert (contact.promise, more.promise) == (2, 4)  # never more than the group promises now
    assert queries.list_consent(contact.id)[0][1] == words


def test_a_promise_lowered_since_the_form_binds_too(inside: Flask) -> None:
    group = the_group()
    with transaction():
        actions.lower_promise(group.id, 3, by=Who.person(1), at=THE_DAY - timedelta(hours=2))
    with pytest.raises(RuleBroken, match="other words") as refused:
        written_down(group, by_email(NAN))
    assert refused.value.field == "wording"
    assert contact_of(group, NAN) is None
    old = "We write at most four times a year. You can stop at any time."
    assert written_down(group, by_email(NAN), words=old, promise=4).promise == 3
    # The form of the same day may have had the new words.
    assert written_down(group, by_email("abe@example.com"), given_on=date(2027, 3, 4)).promise == 3


def test_the_same_person_is_not_added_twice(inside: Flask) -> None:
    group = the_group()
    joined(group, NAN, name="Nan Webb")
    written_down(group, by_post(), name="Abe Fox")
    written_down(group, by_phone(), name="Ida Lamb")
    sent = len(letters())
    for ways, name in (
        (by_email("NAN@example.com"), "nan  WEBB"),
        (by_post("4, Weir Lane\nWITHY\nZZ1 2AB"), "Abe Fox"),
        (by_phone("+44 1632 960777"), "Ida Lamb"),
    ):
        with pytest.raises(RuleBroken, match="on the list already"):
            written_down(group, ways, name=name)
    assert len(letters()) == sent
    assert session().query(Contact).count() == 3


def test_another_person_at_the_same_mailbox_is_a_second_contact(inside: Flask) -> None:
    group = the_group()
    first = joined(group, NAN, name="Nan Webb")
    second = written_down(group, by_email(NAN), name="Abe Webb")
    assert {one.id for one in queries.list_sharing(first)} == {first.id, second.id}
    assert len(what_happened(first)) == 1


@pytest.mark.parametrize(("there", "typed"), [(None, "Nan Webb"), ("Nan Webb", None)])
def test_where_one_of_two_has_no_name_nobody_can_tell_them_apart(
    inside: Flask, there: str | None, typed: str | None
) -> None:
    group = the_group()
    joined(group, NAN, name=there)
    with pytest.raises(RuleBroken, match="one of the two has no name"):
        written_down(group, by_email(NAN), name=typed)


@pytest.mark.parametrize("erased", [False, True])
def test_who_left_is_not_brought_back_by_hand(inside: Flask, erased: bool) -> None:
    group = the_group()
    contact = joined(group, NAN, name="Nan Webb")
    leave(contact)
    if erased:
        erase_by(my_token(group, NAN))
    sent = len(letters())
    for name in ("Nan Webb", "Somebody Else"):
        with pytest.raises(RuleBroken, match="Only the person's own form") as refused:
            written_down(group, by_email(NAN), name=name)
        assert refused.value.field == "email"
    assert len(letters()) == sent
    assert queries.count_active(group.id) == 0
    ask(group, NAN)
    assert confirm(group, confirm_token(NAN)).state == "active"


def test_another_group_is_not_bound_by_who_left_here(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    leave(joined(group, NAN))
    assert written_down(other, by_email(NAN)).group_id == other.id


def test_who_left_by_letter_comes_back_by_a_newer_form_only(inside: Flask) -> None:
    group = the_group()
    contact = written_down(group, by_post())
    leave(contact, how=How.LETTER)
    assert contact.state == State.LEFT
    with pytest.raises(RuleBroken, match="They left the list on Thursday 4 March 2027") as refused:
        written_down(group, by_post())
    assert refused.value.field == "given_on"
    with clock.at(THE_DAY + timedelta(days=9)):
        back = written_down(group, by_post(), given_on=date(2027, 3, 10))
    assert (back.id, back.state, back.left_at) == (contact.id, "active", None)
    assert [what for what, *_ in what_happened(contact)] == ["agreed", "withdrawn", "agreed"]


def test_a_form_makes_an_unverified_contact_a_verified_one(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, NAN, name="Nan Webb")
    with transaction():
        session().get_one(Contact, contact.id).state = State.UNVERIFIED
    again = written_down(group, by_email(NAN))
    assert (again.id, again.state) == (contact.id, "active")


def test_not_me_takes_off_and_erases_at_once(inside: Flask) -> None:
    group = the_group()
    officer = making.an_officer(group, name="Ruth Carver")
    contact = written_down(group, by_email(NAN), by=Who.person(officer))
    token = letters_to(NAN)[0]["values"]["not_me"]
    with transaction():
        assert actions.not_me(token, at=THE_DAY) == group.id
    assert (contact.state, contact.left_how, contact.name, contact.mailbox) == ("erased", "not_me", None, None)
    assert [(what, how) for what, how, _ in what_happened(contact)] == [
        ("agreed", "paper"),
        ("withdrawn", "not_me"),
        ("erased", "not_me"),
    ]
    form = session().scalars(select(Evidence)).one()
    assert (form.taken_by, form.kept_at, form.given_on) == (None, None, date(2027, 3, 2))
    assert queries.is_suppressed(group.id, NAN)
    assert letters_to(NAN) == []
    (seen,) = queries.list_not_me(group.id, since=THE_DAY - timedelta(days=90))
    assert (seen.at, seen.written_at, seen.by) == (THE_DAY, THE_DAY, "Ruth Carver")
    assert queries.list_not_me(group.id, since=THE_DAY) == []
    with pytest.raises(NotFound), transaction():
        actions.not_me(token, at=THE_DAY)


def test_not_me_suppresses_no_mailbox_that_somebody_else_reads(inside: Flask) -> None:
    group = the_group()
    first = joined(group, NAN, name="Nan Webb")
    second = written_down(group, by_email(NAN), name="Abe Webb")
    with transaction():
        actions.not_me(letters("written_down")[0]["values"]["not_me"], at=THE_DAY)
    assert (first.state, second.state) == ("active", "erased")
    assert first.mailbox == NAN
    assert session().scalars(select(Suppression)).all() == []
    assert letters("receipt")


def test_not_me_does_nothing_once_the_address_was_corrected(inside: Flask) -> None:
    group = the_group()
    contact = written_down(group, by_email(NAN))
    token = letters_to(NAN)[0]["values"]["not_me"]
    with transaction():
        found = session().get_one(Contact, contact.id)
        found.address = found.mailbox = "nan.webb@example.com"
    with pytest.raises(NotFound), transaction():
        actions.not_me(token, at=THE_DAY)
    assert contact.state == "active"


def test_not_me_does_nothing_once_they_joined_by_their_own_act(inside: Flask) -> None:
    group = the_group()
    contact = written_down(group, by_email(NAN))
    token = letters_to(NAN)[0]["values"]["not_me"]
    leave(contact)
    with clock.at(THE_DAY + timedelta(days=1)):
        ask(group, NAN, name="Nan Webb")
        back = confirm(group, confirm_token(NAN))
    assert back.id == contact.id
    with pytest.raises(NotFound), transaction():
        actions.not_me(token, at=THE_DAY + timedelta(days=2))
    assert back.state == "active"


def test_not_me_after_leaving_erases_what_is_left(inside: Flask) -> None:
    group = the_group()
    contact = written_down(group, by_email(NAN))
    token = letters_to(NAN)[0]["values"]["not_me"]
    leave(contact)
    with transaction():
        actions.not_me(token, at=THE_DAY)
    assert (contact.state, contact.left_how) == ("erased", "leave_page")
    assert [what for what, *_ in what_happened(contact)] == ["agreed", "withdrawn", "erased"]


def test_not_me_pressed_twice_at_once_finds_nobody_the_second_time(
    inside: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = the_group()
    contact = written_down(group, by_email(NAN))
    token = letters_to(NAN)[0]["values"]["not_me"]
    answers = iter([contact, None])
    monkeypatch.setattr(queries, "find_not_me", lambda _: next(answers))
    with pytest.raises(NotFound), transaction():
        actions.not_me(token, at=THE_DAY)


@pytest.mark.parametrize("token", ["", "x", "1-aaaa", "99999-aaaaaaaaaaaaaaaaaaaaaaaaaa", "f" * 40])
def test_a_made_up_link_finds_nobody(inside: Flask, token: str) -> None:
    written_down(the_group(), by_email(NAN))
    assert queries.find_not_me(token) is None


def test_a_leaving_link_is_no_not_me_link(inside: Flask) -> None:
    contact = written_down(the_group(), by_email(NAN))
    assert queries.find_not_me(keys.current().sign("leave", contact.id)) is None
    assert queries.find_not_me(keys.current().sign("not_me", contact.id)) is None


def test_a_link_asked_for_before_the_form_shows_and_erases_them_now(inside: Flask) -> None:
    group = the_group()
    ask(group, NAN)
    token = my_token(group, NAN)
    contact = written_down(group, by_email(NAN))
    link = queries.get_my_link(token, at=THE_DAY)
    assert link.contact_id == contact.id
    erase_by(token)
    assert contact.state == "erased"


def test_who_is_written_down_gets_no_second_place_by_an_open_confirm_link(inside: Flask) -> None:
    group = the_group()
    ask(group, NAN, name="Nan Webb")
    contact = written_down(group, by_email(NAN))
    assert confirm(group, confirm_token(NAN)).id == contact.id
    assert groups.get_group(group.id).promise == 4


def test_a_contact_by_post_leaves_and_is_erased_like_anybody(inside: Flask) -> None:
    group = the_group()
    contact = written_down(group, by_post())
    with transaction():
        actions.record_leaving(group.id, contact_id=contact.id, how=How.LETTER, by=Who.person(1), at=THE_DAY)
    assert (contact.state, contact.left_how, contact.postal_address) == ("left", "letter", HOME)
    with transaction():
        actions.erase(contact.id, how=How.LETTER, by=Who.person(1), at=THE_DAY)
    assert (contact.state, contact.postal_address, contact.search, contact.name_key) == ("erased", None, None, "")
    assert what_happened(contact)[-1] == ("erased", "letter", None)
    (form,) = queries.list_evidence(contact.id)
    assert (form.taken_by, form.kept_at) == (None, None)


def test_a_name_can_be_corrected_without_email(inside: Flask) -> None:
    contact = written_down(the_group(), by_phone())
    with transaction():
        actions.correct_name(contact.id, name="Nan Wébb", by=Who.person(1), at=THE_DAY)
    assert (contact.name_key, contact.search) == ("nan webb", "nan webb 01632 960 777")


def test_the_evidence_of_a_whole_list_stays_when_one_of_it_is_erased(inside: Flask) -> None:
    group = the_group()
    contact = written_down(group, by_email(NAN))
    with transaction():
        session().scalars(select(Evidence)).one().kind = "list"
    with transaction():
        actions.erase(contact.id, by=Who.contact(contact.id), at=THE_DAY)
    assert session().scalars(select(Evidence.kept_at)).one() == "Blue folder"


def test_an_address_that_nobody_confirmed_hears_nothing_a_visitor_typed(inside: Flask) -> None:
    written_down(the_group(), by_email(NAN), name="Visit evil.example now")
    assert "evil" not in str(letters_to(NAN))
    assert address(NAN).mailbox == letters_to(NAN)[0]["to"]


def test_who_left_is_not_written_down_again_because_somebody_else_joined_from_that_mailbox(inside: Flask) -> None:
    group = the_group()
    leave(joined(group, "both@example.com", name="Nan Webb"))
    joined(group, "both@example.com", name="Kim Webb")
    with pytest.raises(RuleBroken, match="left the list"):
        written_down(group, by_email("both@example.com"))
    written_down(group, by_email("both@example.com"), name="Lou Webb")
    there = [row.name for row in session().execute(queries.select_active(group.id))]
    assert there == ["Kim Webb", "Lou Webb"]
