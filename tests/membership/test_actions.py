"""Joining, confirming, leaving, pausing, being erased, lowering the promise: what each leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.audit.models import AuditEntry
from pcnppg.kernel import clock, keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, VISITOR, Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import ConsentRecord, Contact, MyLink, PromiseChange, SignUp, Suppression, Wording
from pcnppg.membership.rules import Channel, How, State
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
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
    sign_ups,
    the_group,
    what_happened,
)

PAT = "Pat.Lee@example.com"


def count(model: type) -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(model)) or 0


# Joining


def test_nobody_is_a_contact_before_they_confirm(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT, name="Pat Lee", channel=Channel.POSTER)
    assert count(Contact) == 0
    (form,) = sign_ups(group)
    assert (form.name, form.address, form.mailbox, form.channel) == ("Pat Lee", PAT, PAT.lower(), "poster")
    assert form.expires_at == THE_DAY + timedelta(days=7)


def test_the_link_is_stored_as_a_hash_only(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    token = confirm_token(PAT)
    assert sign_ups(group)[0].token_hash == keys.token_hash(token) != token


def test_a_confirmation_mail_holds_nothing_that_anybody_typed(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT, name="Buy http://spam.example now")
    (letter,) = letters()
    assert letter["kind"] == "membership/confirm"
    assert "spam" not in repr(letter)


def test_three_mails_a_day_go_to_one_mailbox_and_then_silence(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    for each in (group, other, group, group, other):
        ask(each, PAT)
    assert len(letters_to(PAT)) == 3
    assert count(SignUp) == 3
    with clock.at(THE_DAY + timedelta(days=1)):
        ask(group, PAT)
    assert len(letters_to(PAT)) == 4


def test_somebody_on_the_list_is_told_so(inside: Flask) -> None:
    group = the_group()
    joined(group, PAT)
    ask(group, "pat.lee@EXAMPLE.com")
    assert letters()[-1]["kind"] == "membership/already"
    assert len(sign_ups(group)) == 2


def test_the_same_words_are_kept_once(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    ask(group, "kim@example.com")
    assert count(Wording) == 1
    words = session().scalars(select(Wording.words)).one()
    assert "at most 4 emails in any twelve months" in words
    assert "Elm Tree Surgery holds your name" in words


# Confirming


def test_confirming_makes_a_contact_with_the_evidence(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    assert (contact.state, contact.name, contact.address, contact.promise) == ("active", "Pat Lee", PAT, 4)
    assert contact.joined_at == THE_DAY
    ((line, words),) = queries.list_consent(contact.id)
    assert (line.what, line.how, line.promise, line.by_person_id) == ("agreed", "confirm_page", 4, None)
    assert words == queries.words_of(group).words


def test_confirming_empties_the_form(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    (form,) = sign_ups(group)
    assert (form.name, form.address, form.mailbox, form.contact_id) == (None, None, None, contact.id)


def test_confirming_sends_a_receipt_with_the_exact_words(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT)
    (receipt,) = letters("receipt")
    assert "\n\n".join(receipt["values"]["words"]) == queries.words_of(group).words
    assert keys.current().read("leave", receipt["values"]["leave"]) == contact.id


def test_pressing_twice_makes_one_contact_and_one_receipt(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    token = confirm_token(PAT)
    assert confirm(group, token).id == confirm(group, token).id
    assert (count(Contact), count(ConsentRecord), len(letters("receipt"))) == (1, 1, 1)


def test_every_link_that_is_not_too_old_works(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    first = confirm_token(PAT)
    ask(group, PAT)
    second = confirm_token(PAT)
    assert confirm(group, second).id == confirm(group, first).id
    assert (count(Contact), count(ConsentRecord)) == (1, 1)
    assert [form.mailbox for form in sign_ups(group)] == [None, None]


def test_a_link_dies_after_seven_days(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    token = confirm_token(PAT)
    with clock.at(THE_DAY + timedelta(days=7)), pytest.raises(NotFound):
        confirm(group, token)
    with clock.at(THE_DAY + timedelta(days=7, seconds=-1)):
        confirm(group, token)


def test_a_used_link_dies_too_once_its_owner_has_left(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    token = confirm_token(PAT)
    leave(confirm(group, token))
    with pytest.raises(NotFound):
        confirm(group, token)


def test_a_wrong_link_confirms_nothing(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    with pytest.raises(NotFound):
        confirm(group, confirm_token(PAT)[:-1])
    assert count(Contact) == 0


def test_words_that_changed_must_be_read_again(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    old = queries.words_of(group).digest
    with transaction():
        actions.lower_promise(group.id, 2, by=OPERATOR, at=THE_DAY)
    with pytest.raises(RuleBroken, match="have changed"), transaction():
        actions.confirm(confirm_token(PAT), digest=old, at=THE_DAY)
    contact = confirm(group, confirm_token(PAT))
    assert contact.promise == 2
    assert count(Wording) == 2


def test_who_comes_back_keeps_their_number_so_that_what_they_were_sent_still_counts(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    leave(contact)
    assert count(Suppression) == 1
    with clock.at(THE_DAY + timedelta(days=2)):
        ask(group, "pat.lee@example.com")
        again = confirm(group, confirm_token(PAT))
    assert again.id == contact.id
    assert (again.state, again.left_at, again.name, again.address) == ("active", None, "Pat Lee", "pat.lee@example.com")
    assert count(Suppression) == 0
    assert [what for what, _, _ in what_happened(contact)] == ["agreed", "withdrawn", "agreed"]


# Leaving


def test_leaving_is_written_down_and_keeps_the_mailbox_from_being_brought_back(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT)
    leave(contact, how=How.ONE_CLICK)
    gone = contact_of(group, PAT)
    assert gone is not None
    assert (gone.state, gone.left_at, gone.left_how) == ("left", THE_DAY, "one_click")
    assert what_happened(contact)[-1] == ("withdrawn", "one_click", None)
    kept = session().scalars(select(Suppression)).one()
    assert (kept.mailbox_hash, kept.because) == (keys.current().mailbox_hash(PAT.lower()), "left")


def test_leaving_twice_is_leaving_once(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    leave(contact)
    leave(contact)
    assert len(what_happened(contact)) == 2


def test_what_waits_is_withdrawn_before_the_contact_is_touched(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    seen: list[tuple[int, str]] = []

    def withdraw(contact_id: int, at: object) -> None:
        seen.append((contact_id, session().scalars(select(Contact.state).where(Contact.id == contact_id)).one()))

    actions.on_leaving(withdraw)
    actions.on_leaving(withdraw)
    try:
        leave(contact)
    finally:
        from pcnppg.membership.actions import leaving

        leaving._leaving.remove(withdraw)
    assert seen == [(contact.id, "active")]


def test_a_form_filled_in_before_leaving_is_no_new_opt_in(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    old = confirm_token(PAT)
    contact = joined(group, PAT)
    leave(contact)
    with pytest.raises(NotFound):
        confirm(group, old)
    assert [form.address for form in sign_ups(group)] == [None, None]


def test_nobody_leaves_by_a_number_that_does_not_exist(inside: Flask) -> None:
    with pytest.raises(NotFound):
        leave(4711)


def test_an_officer_writes_down_that_somebody_asked_to_be_taken_off(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    contact = joined(group, PAT)
    officer = Who.person(7)
    with pytest.raises(NotFound), transaction():
        actions.record_leaving(other.id, contact_id=contact.id, how=How.PHONE, by=officer, at=THE_DAY)
    with pytest.raises(RuleBroken), transaction():
        actions.record_leaving(group.id, contact_id=contact.id, how=How.ONE_CLICK, by=officer, at=THE_DAY)
    with transaction():
        actions.record_leaving(group.id, contact_id=contact.id, how=How.PHONE, by=officer, at=THE_DAY)
    line, _ = queries.list_consent(contact.id)[-1]
    assert (line.what, line.how, line.by_person_id) == ("withdrawn", "phone", 7)


# Pausing


def test_a_pause_has_an_end_and_can_be_ended_before(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    me = Who.contact(contact.id)
    with transaction():
        actions.pause(contact.id, months=3, how=How.MY_PAGE, by=me, at=THE_DAY)
    paused = queries.find_contact(contact.id)
    assert paused is not None
    assert paused.paused_until == datetime(2027, 6, 3, 23, tzinfo=UTC)  # as Friday 4 June begins in England
    for _ in range(2):
        with transaction():
            actions.resume(contact.id, how=How.MY_PAGE, by=me, at=THE_DAY)
    assert [what for what, _, _ in what_happened(contact)] == ["agreed", "paused", "resumed"]
    assert count(AuditEntry) > 0


def test_a_pause_is_for_three_six_or_twelve_months(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    with pytest.raises(RuleBroken, match="how long"), transaction():
        actions.pause(contact.id, months=5, how=How.MY_PAGE, by=Who.contact(contact.id), at=THE_DAY)


def test_who_left_has_nothing_to_pause(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    leave(contact)
    with pytest.raises(RuleBroken, match="not on the list"), transaction():
        actions.pause(contact.id, months=3, how=How.MY_PAGE, by=Who.contact(contact.id), at=THE_DAY)
    with pytest.raises(NotFound), transaction():
        actions.pause(4711, months=3, how=How.MY_PAGE, by=VISITOR, at=THE_DAY)


# What is held


def test_whoever_asks_gets_one_mail_three_times_a_day(inside: Flask) -> None:
    group = the_group()
    joined(group, PAT)
    ask(group, "waiting@example.com")
    before = len(letters())
    for text in (PAT, "waiting@example.com", "nobody@example.com"):
        for _ in range(4):
            with transaction():
                actions.tell_my_link(group.id, address=address(text), by=VISITOR, at=THE_DAY)
    kinds = [letter["kind"] for letter in letters()[before:]]
    assert kinds == ["membership/my"] * 6 + ["membership/nothing"] * 3


def test_a_name_is_corrected_and_found_by(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    with transaction():
        actions.correct_name(contact.id, name="Zoë Lee", by=Who.contact(contact.id), at=THE_DAY)
    assert contact.name == "Zoë Lee"
    assert contact.search == "zoe lee pat.lee@example.com"


def test_an_erased_contact_has_no_name_to_correct(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    with transaction():
        actions.erase(contact.id, by=Who.contact(contact.id), at=THE_DAY)
    with transaction():
        actions.correct_name(contact.id, name="Pat", by=Who.contact(contact.id), at=THE_DAY)
    assert contact.name is None


# Being erased


def test_erasing_leaves_a_number_and_evidence_without_a_name(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT, name="Pat Lee")
    token = my_token(group, PAT)
    erase_by(token)
    assert (contact.state, contact.name, contact.address, contact.mailbox, contact.search) == ("erased", *[None] * 4)
    assert (contact.left_at, contact.left_how) == (THE_DAY, "my_page")
    assert [what for what, _, _ in what_happened(contact)] == ["agreed", "erased"]
    assert (count(SignUp), count(MyLink), count(Suppression)) == (0, 0, 1)
    assert letters() == []


def test_erasing_twice_is_erasing_once(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    for _ in range(2):
        with transaction():
            actions.erase(contact.id, by=Who.contact(contact.id), at=THE_DAY)
    assert len(what_happened(contact)) == 2


def test_erasing_somebody_who_left_keeps_when_and_how_they_left(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    leave(contact, how=How.ONE_CLICK)
    with clock.at(THE_DAY + timedelta(days=9)), transaction():
        actions.erase(contact.id, by=Who.contact(contact.id), at=clock.now())
    assert (contact.left_at, contact.left_how) == (THE_DAY, "one_click")
    assert session().scalars(select(Suppression.because)).all() == ["left"]


def test_who_never_confirmed_can_be_erased_too(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    erase_by(my_token(group, PAT))
    assert (count(SignUp), count(MyLink), count(Suppression)) == (0, 0, 0)
    assert letters() == []


def test_a_link_asked_for_before_confirming_erases_the_contact(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    token = my_token(group, PAT)
    contact = confirm(group, confirm_token(PAT))
    erase_by(token)
    assert contact.state == State.ERASED


def test_erasing_touches_no_other_group_and_no_other_person(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    contact, twin, friend = joined(group, PAT), joined(other, PAT), joined(group, "kim@example.com")
    with transaction():
        actions.erase(contact.id, by=Who.contact(contact.id), at=THE_DAY)
    assert (twin.state, twin.address, friend.state) == ("active", PAT, "active")
    assert {letter["kind"] for letter in letters_to(PAT)} == {"membership/receipt", "membership/confirm"}


def test_caught_mail_goes_with_its_receiver(inside: Flask) -> None:
    group = the_group()
    contact = joined(group, PAT)
    ask(group, "kim@example.com")
    gone: list[str] = []
    actions.on_erasing(gone.append)
    actions.on_erasing(gone.append)
    try:
        with transaction():
            actions.erase(contact.id, by=Who.contact(contact.id), at=THE_DAY)
        erase_by(my_token(group, "kim@example.com"))
    finally:
        from pcnppg.membership.actions import evidence

        evidence._erasing.pop()
    assert gone == [PAT.lower(), "kim@example.com"]


def test_an_old_link_to_what_is_held_opens_nothing(inside: Flask) -> None:
    group = the_group()
    joined(group, PAT)
    token = my_token(group, PAT)
    with pytest.raises(NotFound), transaction():
        actions.erase_by_link(token, at=THE_DAY + timedelta(hours=24))


# The promise


def test_a_lower_promise_binds_everybody_on_the_list_at_once(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    pat, kim, left, elsewhere = (
        joined(group, PAT),
        joined(group, "kim@example.com"),
        joined(group, "left@example.com"),
        joined(other, PAT),
    )
    leave(left)
    with transaction():
        assert actions.lower_promise(group.id, 2, by=Who.person(7), at=THE_DAY) == 2
    session().expire_all()
    assert [c.promise for c in (pat, kim, left, elsewhere)] == [2, 2, 4, 4]
    assert what_happened(pat)[-1] == ("lowered", "group", 2)
    assert what_happened(left)[-1] == ("withdrawn", "leave_page", None)
    assert group.promise == 2
    change = session().scalars(select(PromiseChange)).one()
    assert (change.promise, change.by_person_id) == (2, 7)


@pytest.mark.parametrize(("wanted", "because"), [(4, "already"), (5, "new promise"), (0, "at least 1")])
def test_the_promise_goes_down_only(inside: Flask, wanted: int, because: str) -> None:
    group = the_group()
    with pytest.raises(RuleBroken, match=because) as refused, transaction():
        actions.lower_promise(group.id, wanted, by=OPERATOR, at=THE_DAY)
    assert refused.value.field == "promise"
    assert count(PromiseChange) == 0


# Forgetting


def test_what_nobody_confirmed_goes_after_fourteen_days(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    for days, left in ((13, 1), (14, 0)):
        with transaction():
            actions.forget_old(at=THE_DAY + timedelta(days=days))
        assert count(SignUp) == left


def test_counting_ends_with_the_day(inside: Flask) -> None:
    group = the_group()
    joined(group, PAT)
    ask(group, "kim@example.com")
    with transaction():
        actions.forget_old(at=THE_DAY + timedelta(hours=23))
    assert all(form.mailbox_hash for form in sign_ups(group))
    with transaction():
        actions.forget_old(at=THE_DAY + timedelta(days=1))
    used, waiting = sign_ups(group)
    assert used.mailbox_hash is None
    assert waiting.mailbox_hash is not None  # they may still ask what we hold


def test_links_to_what_is_held_go_with_the_day(inside: Flask) -> None:
    group = the_group()
    joined(group, PAT)
    my_token(group, PAT)
    with transaction():
        assert actions.forget_old(at=THE_DAY + timedelta(hours=24))["links that work no longer"] == 1
    assert count(MyLink) == 0
