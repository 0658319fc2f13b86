"""Codes and links by mail, and the sessions that they open: how long each works, how often, and for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.kernel import clock, keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.verdict import Verdict
from pcnppg.kernel.who import Who
from pcnppg.people import actions, formats, queries
from pcnppg.people.actions import Opened, second_factor
from pcnppg.people.models import Person, SecondFactor, SignInRequest, SignInSession, SignInTry
from pcnppg.people.rules import TOO_MANY_CODES, WRONG_CODE
from pcnppg.people.views import load
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.people.stories import (
    SAM,
    address,
    ask,
    begun,
    code_for,
    count,
    deeds,
    give,
    letters,
    link_for,
    other_than,
    press,
    session_row,
)

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
NOBODY = "nobody@example.net"


@pytest.fixture
def sam(inside: Flask) -> int:
    """An account without any role."""
    return making.a_person(address=SAM)


def refused(answer: Opened | Verdict, because: str = WRONG_CODE) -> None:
    assert isinstance(answer, Verdict)
    assert not answer
    assert answer.because == because


def opened(answer: Opened | Verdict | None) -> Opened:
    assert isinstance(answer, Opened)
    return answer


# Asking


def test_a_known_address_is_mailed_a_code_and_a_link(sam: int) -> None:
    ask("SAM@example.NET ")
    (letter,) = letters()
    assert (letter.kind, letter.to, letter.mail_class) == ("people/sign_in", "sam@example.net", "service")
    assert letter.expires_at == THE_DAY + 10 * MINUTE
    assert len(letter.values["code"]) == 6
    assert letter.values["code"].isdecimal()


def test_an_unknown_address_is_told_that_it_has_no_account(sam: int) -> None:
    ask(NOBODY)
    (letter,) = letters()
    assert (letter.kind, letter.to, letter.values) == ("people/no_account", NOBODY, {})


def test_neither_code_nor_link_nor_address_is_stored(sam: int) -> None:
    ask()
    (letter,) = letters()
    row = session().scalars(select(SignInRequest)).one()
    assert row.link_hash == keys.token_hash(letter.values["token"])
    kept = repr([getattr(row, column.name) for column in SignInRequest.__table__.columns])
    for secret in (letter.values["code"], letter.values["token"], "sam@example.net"):
        assert secret not in kept


def test_five_mails_in_a_quarter_of_an_hour_and_then_silence(sam: int) -> None:
    for _ in range(7):
        ask()
    assert len(letters()) == count(SignInRequest) == 5
    with clock.at(THE_DAY + 15 * MINUTE - SECOND):
        ask()
    assert len(letters()) == 5
    with clock.at(THE_DAY + 15 * MINUTE):
        ask()
    assert len(letters()) == 6


def test_thirty_mails_a_day_and_then_silence(sam: int) -> None:
    for quarter in range(7):
        with clock.at(THE_DAY + quarter * 15 * MINUTE):
            for _ in range(5):
                ask()
    assert len(letters()) == 30
    with clock.at(THE_DAY + timedelta(days=1)):
        ask()
    assert len(letters()) == 31


def test_one_mailbox_is_counted_for_itself(sam: int) -> None:
    for _ in range(6):
        ask(NOBODY)
    ask()
    assert len(letters(to=SAM)) == 1


# Codes


def test_the_code_signs_in_for_ten_minutes(sam: int) -> None:
    code = code_for()
    with clock.at(THE_DAY + 10 * MINUTE):
        refused(give(code))
    with clock.at(THE_DAY + 10 * MINUTE - SECOND):
        assert opened(give(code)).person_id == sam


def test_spaces_in_the_code_do_not_matter(sam: int) -> None:
    code = code_for()
    opened(give(f" {code[:3]} {code[3:]} "))


def test_the_last_three_codes_work_and_no_older_one(sam: int) -> None:
    codes = []
    for minute in range(4):
        with clock.at(THE_DAY + minute * MINUTE):
            codes.append(code_for())
    with clock.at(THE_DAY + 4 * MINUTE):
        if codes[0] not in codes[1:]:
            refused(give(codes[0]))
        for code in codes[1:]:
            opened(give(code))


def test_a_code_is_used_once_and_its_link_with_it(sam: int) -> None:
    token = link_for()
    code = str(letters()[-1].values["code"])
    opened(give(code))
    refused(give(code))
    assert press(token) is None
    assert count(SignInSession) == 1


def test_a_code_means_nothing_for_another_mailbox(sam: int, monkeypatch: pytest.MonkeyPatch) -> None:
    making.a_person(name="Kim", address="kim@example.net")
    monkeypatch.setattr(formats, "make_code", iter(["111111", "222222"]).__next__)
    ask("kim@example.net")
    ask()
    refused(give("111111"))
    assert opened(give("111111", "kim@example.net")).person_id != sam


def test_after_five_wrong_codes_the_right_one_waits_a_quarter_of_an_hour(sam: int) -> None:
    code = code_for()
    for _ in range(5):
        refused(give(other_than(code)))
    refused(give(code), TOO_MANY_CODES)
    assert count(SignInTry) == 5
    with clock.at(THE_DAY + 15 * MINUTE - SECOND):
        refused(give(code), TOO_MANY_CODES)
    with clock.at(THE_DAY + 15 * MINUTE):
        opened(give(code_for()))


def test_wrong_codes_are_counted_by_mailbox(sam: int) -> None:
    for _ in range(6):
        give("000000", NOBODY)
    opened(give(code_for()))


def test_four_wrong_codes_leave_one_try(sam: int) -> None:
    code = code_for()
    for _ in range(4):
        refused(give(other_than(code)))
    opened(give(code))


def test_even_the_right_guess_opens_nothing_where_there_is_no_account(
    sam: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "make_code", lambda: "123456")
    ask(NOBODY)
    refused(give("123456", NOBODY))
    assert (count(SignInSession), count(SignInTry)) == (0, 1)


def test_a_code_that_nobody_asked_for_opens_nothing(sam: int) -> None:
    refused(give("000000"))


# Links


def test_the_link_signs_in_once_and_for_ten_minutes(sam: int) -> None:
    token = link_for()
    with clock.at(THE_DAY + 10 * MINUTE):
        assert not queries.is_link_good(keys.token_hash(token), at=clock.now())
        assert press(token) is None
    with clock.at(THE_DAY + 10 * MINUTE - SECOND):
        assert queries.is_link_good(keys.token_hash(token), at=clock.now())
        assert opened(press(token)).person_id == sam
        assert not queries.is_link_good(keys.token_hash(token), at=clock.now())
        assert press(token) is None


def test_a_truncated_link_signs_nobody_in(sam: int) -> None:
    token = link_for()
    assert press(token[:-1]) is None
    assert press("") is None
    opened(press(token))


def test_there_is_no_link_where_there_is_no_account(sam: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "new_token", lambda: ("guessed", keys.token_hash("guessed")))
    ask(NOBODY)
    assert not queries.is_link_good(keys.token_hash("guessed"), at=THE_DAY)
    assert press("guessed") is None


# Sessions


def test_signing_in_is_dated_and_written_down(sam: int) -> None:
    before = begun(sam)
    row = session_row(before)
    assert (row.person_id, row.began_at, row.seen_at, row.second_factor_at) == (sam, THE_DAY, THE_DAY, None)
    assert row.device == "Firefox on Windows"
    assert queries.get_person(sam).last_seen_at == THE_DAY
    (line,) = deeds("people.signed_in")
    assert (line.by_id, line.about_kind, line.about_id) == (sam, "session", before.session_id)


def test_the_cookies_secret_is_stored_as_a_hash(sam: int) -> None:
    found = begun(sam)
    number, _, secret = found.cookie.partition(".")
    assert int(number) == found.session_id
    assert session_row(found).secret_hash == keys.token_hash(secret) != secret


def test_the_cookie_brings_its_owner_back(sam: int) -> None:
    someone = load(begun(sam).cookie)
    assert someone is not None
    assert (someone.person_id, someone.name, someone.has_second_factor) == (sam, "Sam Stranger", False)


@pytest.mark.parametrize("cookie", ["", ".", "x.y", "1", "1.", "1.wrong", "-1.x", "\u00b2.x", "\u0663.x", "9" * 40])
def test_a_cookie_that_was_never_ours_brings_nobody(cookie: str, sam: int) -> None:
    begun(sam)
    assert load(cookie) is None


def test_nobody_comes_in_with_the_number_of_another_session(sam: int) -> None:
    first, second = begun(sam), begun(sam)
    assert load(f"{first.session_id}.{second.cookie.partition('.')[2]}") is None


def test_a_session_by_mail_alone_lasts_thirty_days(sam: int) -> None:
    found = begun(sam)
    with clock.at(THE_DAY + timedelta(days=30) - SECOND):
        assert load(found.cookie)
    with clock.at(THE_DAY + timedelta(days=30)):
        assert load(found.cookie) is None


def test_a_session_with_an_authenticator_code_ends_after_twelve_hours_without_use(sam: int) -> None:
    found = begun(sam)
    with transaction():
        session().get_one(SignInSession, found.session_id).second_factor_at = THE_DAY
    hours = timedelta(hours=1)
    with clock.at(THE_DAY + 11 * hours):
        assert load(found.cookie)
    with clock.at(THE_DAY + 22 * hours):
        assert load(found.cookie)
    with clock.at(THE_DAY + 34 * hours):
        assert load(found.cookie) is None


def test_the_door_notes_who_was_seen_every_ten_minutes_at_most(sam: int) -> None:
    found = begun(sam)
    with clock.at(THE_DAY + 9 * MINUTE):
        load(found.cookie)
    assert session_row(found).seen_at == THE_DAY
    later = THE_DAY + 10 * MINUTE
    with clock.at(later):
        load(found.cookie)
    assert session_row(found).seen_at == later
    assert session().scalars(select(Person.last_seen_at).where(Person.id == sam)).one() == later


def test_signing_out_ends_this_session_and_no_other(sam: int) -> None:
    here, there = begun(sam), begun(sam)
    with transaction():
        actions.sign_out(here.session_id, by=Who.person(sam), at=THE_DAY)
    assert load(here.cookie) is None
    assert load(there.cookie)
    assert session_row(here).ended_because == "signed out"
    assert len(deeds("people.signed_out")) == 1


def test_a_session_ends_once_and_only_by_its_owner(sam: int) -> None:
    found, kim = begun(sam), making.a_person(name="Kim", address="kim@example.net")
    with pytest.raises(NotFound), transaction():
        actions.sign_out(found.session_id, by=Who.person(kim), at=THE_DAY)
    assert load(found.cookie)
    with transaction():
        actions.sign_out(found.session_id, by=Who.person(sam), at=THE_DAY)
    with pytest.raises(NotFound), transaction():
        actions.sign_out(found.session_id, by=Who.person(sam), at=THE_DAY)


def test_signing_out_everywhere_ends_every_device_of_one_person(sam: int) -> None:
    kim = begun(making.a_person(name="Kim", address="kim@example.net"))
    mine = [begun(sam) for _ in range(3)]
    with transaction():
        actions.sign_out(mine[0].session_id, by=Who.person(sam), at=THE_DAY)
    with transaction():
        assert actions.sign_out_everywhere(sam, by=Who.person(sam), at=THE_DAY) == 2
    assert not any(load(one.cookie) for one in mine)
    assert load(kim.cookie)
    (line,) = deeds("people.signed_out_everywhere")
    assert (line.about_id, line.count) == (sam, 2)


def test_signing_in_again_on_one_device_ends_what_was_there(sam: int) -> None:
    before = begun(sam)
    after = opened(give(code_for(), instead_of=before.session_id))
    assert load(before.cookie) is None
    assert load(after.cookie)
    assert session_row(before).ended_because == "signed in again"


def test_open_sessions_are_listed_the_last_seen_first(sam: int) -> None:
    old = begun(sam)
    with clock.at(THE_DAY + timedelta(days=29)):
        gone, newest = begun(sam), begun(sam)
        with transaction():
            actions.sign_out(gone.session_id, by=Who.person(sam), at=clock.now())
        listed = [row.id for row in queries.list_sessions(sam, at=clock.now())]
        assert listed == [newest.session_id, old.session_id]
    with clock.at(THE_DAY + timedelta(days=30)):
        assert [row.id for row in queries.list_sessions(sam, at=clock.now())] == [newest.session_id]


def test_a_role_that_needs_an_authenticator_has_its_secret_ready_at_sign_in(sam: int) -> None:
    begun(sam)
    assert count(SecondFactor) == 0
    group = making.a_group()
    member = making.an_officer(group, role="member")
    begun(member)
    assert queries.find_second_factor(member) is None
    officer = making.an_officer(group, role="secretary")
    begun(officer)
    session().rollback()
    ready = queries.find_second_factor(officer)
    assert ready is not None
    kept = ready.sealed_secret
    begun(officer)
    session().rollback()
    again = queries.find_second_factor(officer)
    assert again is not None
    assert again.sealed_secret == kept


# Accounts


def test_an_account_is_made_with_what_its_owner_typed(inside: Flask) -> None:
    with transaction():
        made = actions.make_account(address=address("Sam@Example.net"), name="Sam", by=Who.person(1), at=THE_DAY)
        made_id = made.id
    found = queries.find_person("sam@example.net")
    assert found is not None
    assert (found.id, found.address, found.name, found.last_seen_at) == (made_id, "Sam@Example.net", "Sam", None)
    assert [line.about_id for line in deeds("people.account_made")] == [made_id]


def test_a_new_name_is_written_down_without_being_told(sam: int) -> None:
    with transaction():
        actions.rename(sam, name="Samira Stranger", by=Who.person(sam), at=THE_DAY)
    assert queries.get_person(sam).name == "Samira Stranger"
    assert len(deeds("people.renamed")) == 1


def test_nobody_has_the_number_of_nobody(inside: Flask) -> None:
    with pytest.raises(NotFound):
        queries.get_person(4711)
    with pytest.raises(NotFound), transaction():
        actions.rename(4711, name="Nobody", by=Who.person(4711), at=THE_DAY)


def test_a_recovery_is_told_once_however_often_a_teller_is_lent(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_factor, "_tellers", [])
    heard: list[str] = []

    def tell(_person: int, what: str, _at: object) -> None:
        heard.append(what)

    actions.on_recovery(tell)
    actions.on_recovery(tell)
    sam = making.a_person()
    with transaction():
        actions.reset_second_factor(sam, by=Who.person(sam), at=THE_DAY)
    assert heard == [second_factor.RESET]


# Tidying


def test_tidying_keeps_what_is_still_counted(sam: int) -> None:
    ask()
    give("000000", NOBODY)
    for ends in (True, False):
        found = begun(sam)
        if ends:
            with transaction():
                actions.sign_out(found.session_id, by=Who.person(sam), at=THE_DAY)
    kept = []
    for later in (15 * MINUTE, 15 * MINUTE + SECOND, timedelta(days=1), timedelta(days=1, seconds=1)):
        with transaction():
            actions.tidy(at=THE_DAY + later)
        kept.append((count(SignInTry), count(SignInRequest)))
    assert kept == [(1, 1), (0, 1), (0, 1), (0, 0)]
    for days, left in ((90, 2), (91, 1), (120, 1), (121, 0)):
        with transaction():
            actions.tidy(at=THE_DAY + timedelta(days=days))
        assert count(SignInSession) == left, days
