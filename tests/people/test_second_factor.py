"""The authenticator: set up, asked for, moved to a new phone, lost; and the ten codes for when it is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.verdict import Verdict
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.people import actions, formats, queries
from pcnppg.people.actions import Opened
from pcnppg.people.models import RecoveryCode, SecondFactor, SignInTry
from pcnppg.people.rules import TOO_MANY_TRIES, WRONG_RECOVERY_CODE, WRONG_TOTP
from pcnppg.people.views import load
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.people.stories import (
    begun,
    count,
    deeds,
    give_recovery_code,
    give_totp,
    letters,
    other_than,
    secret,
    session_row,
    set_up,
    totp,
)

SECOND = timedelta(seconds=1)
QUARTER = timedelta(minutes=15)
LATER = THE_DAY + timedelta(hours=1)


@pytest.fixture
def group(inside: Flask) -> int:
    return making.a_group()


@pytest.fixture
def here(group: int) -> Opened:
    """The secretary, signed in by mail, with an authenticator not set up yet."""
    return begun(making.an_officer(group, name="Sue Secretary", address="sue@example.com"))


@pytest.fixture
def done(here: Opened) -> list[str]:
    """The same, an hour ago set up; the recovery codes that were shown."""
    verdict, codes = set_up(here)
    assert verdict
    return [code.shown for code in codes]


def refused(verdict: Verdict, because: str = WRONG_TOTP) -> None:
    assert not verdict
    assert verdict.because == because


def start_next(here: Opened) -> None:
    with transaction():
        actions.start_next_second_factor(here.person_id, by=Who.person(here.person_id), at=clock.now())


# Setting it up


def test_the_first_right_code_sets_it_up_and_opens_this_session_further(here: Opened) -> None:
    other = begun(here.person_id)
    verdict, codes = set_up(here)
    assert verdict
    assert session_row(here).second_factor_at == THE_DAY
    assert session_row(other).second_factor_at is None
    assert len(codes) == count(RecoveryCode) == 10
    assert len(deeds("people.second_factor_confirmed")) == 1
    factor = queries.find_second_factor(here.person_id)
    assert factor is not None
    assert factor.confirmed_at == THE_DAY


def test_the_secret_is_stored_sealed(here: Opened) -> None:
    shown = secret(here.person_id)
    factor = queries.find_second_factor(here.person_id)
    assert factor is not None
    assert shown.encode() not in factor.sealed_secret
    assert f"secret={shown}" in formats.totp_address(factor.sealed_secret, "sue@example.com")


def test_a_wrong_first_code_sets_nothing_up(here: Opened) -> None:
    verdict, _ = set_up(here, other_than(*[totp(here.person_id, steps=step) for step in (-1, 0, 1)]))
    refused(verdict)
    assert (count(RecoveryCode), count(SignInTry), session_row(here).second_factor_at) == (0, 1, None)
    factor = queries.find_second_factor(here.person_id)
    assert factor is not None
    assert factor.confirmed_at is None


def test_where_nothing_waits_to_be_set_up_there_is_nothing_to_confirm(here: Opened, done: list[str]) -> None:
    with pytest.raises(RuleBroken, match="nothing to confirm"):
        set_up(here)
    stranger = begun(making.a_person())
    with pytest.raises(RuleBroken, match="nothing to confirm"):
        set_up(stranger, "123456")


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_half_a_minute_early_or_late_is_right(steps: int, here: Opened) -> None:
    verdict, _ = set_up(here, totp(here.person_id, steps=steps))
    assert verdict


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_minute_early_or_late_is_wrong(steps: int, here: Opened) -> None:
    code = totp(here.person_id, steps=steps)
    assert code not in [totp(here.person_id, steps=step) for step in (-1, 0, 1)]
    verdict, _ = set_up(here, code)
    refused(verdict)


# Being asked for it


def test_the_code_opens_the_session_that_gave_it(here: Opened, done: list[str]) -> None:
    other, third = begun(here.person_id), begun(here.person_id)
    with clock.at(LATER):
        code = totp(here.person_id)
        assert give_totp(other, f"{code[:3]} {code[3:]}")
    assert session_row(other).second_factor_at == LATER
    assert session_row(third).second_factor_at is None
    someone = load(other.cookie)
    assert someone is not None
    assert someone.has_second_factor
    assert len(deeds("people.second_factor_given")) == 1


def test_no_code_works_twice_not_even_the_first(here: Opened, done: list[str]) -> None:
    other = begun(here.person_id)
    refused(give_totp(other, totp(here.person_id)))
    with clock.at(LATER):
        assert give_totp(other, totp(here.person_id))
        refused(give_totp(begun(here.person_id), totp(here.person_id)))


def test_after_a_code_no_earlier_one_works(here: Opened, done: list[str]) -> None:
    with clock.at(LATER):
        late, early = totp(here.person_id, steps=1), totp(here.person_id, steps=-1)
        assert give_totp(here, late)
        refused(give_totp(here, early))
        refused(give_totp(here, totp(here.person_id)))


def test_after_five_wrong_codes_the_right_one_waits_a_quarter_of_an_hour(here: Opened, done: list[str]) -> None:
    with clock.at(LATER):
        for _ in range(5):
            refused(give_totp(here, other_than(*[totp(here.person_id, steps=step) for step in (-1, 0, 1)])))
        refused(give_totp(here, totp(here.person_id)), TOO_MANY_TRIES)
        start_next(here)
        verdict, _ = set_up(here, new=True)
        refused(verdict, TOO_MANY_TRIES)
    with clock.at(LATER + QUARTER - SECOND):
        refused(give_totp(here, totp(here.person_id)), TOO_MANY_TRIES)
    with clock.at(LATER + QUARTER):
        assert give_totp(here, totp(here.person_id))


def test_wrong_codes_of_one_person_cost_another_nothing(group: int, here: Opened, done: list[str]) -> None:
    kim = begun(making.an_officer(group, role="vice_chair"))
    for _ in range(6):
        give_totp(here, "000000")
    verdict, _ = set_up(kim)
    assert verdict


def test_without_an_authenticator_no_code_is_right(here: Opened) -> None:
    with pytest.raises(RuleBroken, match="no authenticator yet"):
        give_totp(here, totp(here.person_id))
    with pytest.raises(RuleBroken, match="no authenticator yet"):
        give_totp(begun(making.a_person()), "123456")


def test_nobodys_code_opens_somebody_elses_session(group: int, here: Opened, done: list[str]) -> None:
    kim = begun(making.an_officer(group, role="vice_chair"))
    with clock.at(LATER):
        assert give_totp(Opened(here.person_id, kim.session_id, kim.cookie), totp(here.person_id))
    assert session_row(kim).second_factor_at is None


# Recovery codes


def test_each_recovery_code_lets_its_owner_in_once(here: Opened, done: list[str]) -> None:
    assert len(set(done)) == 10
    other = begun(here.person_id)
    for place, code in enumerate(done):
        with clock.at(LATER + place * QUARTER):
            assert give_recovery_code(other, code.upper().replace("-", " "))
            refused(give_recovery_code(other, code), WRONG_RECOVERY_CODE)
            assert queries.count_recovery_codes(here.person_id) == 9 - place
    assert session_row(other).second_factor_at == LATER + 9 * QUARTER
    assert len(deeds("people.recovery_code_used")) == 10


def test_recovery_codes_are_kept_as_hashes_only(here: Opened, done: list[str]) -> None:
    kept = [code.code_hash for code in session().query(RecoveryCode)]
    assert all(one.startswith("$argon2id$") for one in kept)
    assert not any(code.replace("-", "") in one for one in kept for code in done)


@pytest.mark.parametrize("typed", ["", "-", "x-aaaaa-aaaaa", "\u00b2-aaaaa-aaaaa", "\u0663aaaaaaaaaa", "0", "123456"])
def test_anything_else_is_no_recovery_code_and_counts_as_a_try(typed: str, here: Opened, done: list[str]) -> None:
    refused(give_recovery_code(here, typed), WRONG_RECOVERY_CODE)
    assert count(SignInTry) == 1


def test_the_number_of_one_code_does_not_open_with_the_letters_of_another(here: Opened, done: list[str]) -> None:
    refused(give_recovery_code(here, done[0][0] + done[1][1:]), WRONG_RECOVERY_CODE)


def test_after_five_wrong_recovery_codes_the_right_one_waits(here: Opened, done: list[str]) -> None:
    for _ in range(5):
        refused(give_recovery_code(here, "0-aaaaa-aaaaa"), WRONG_RECOVERY_CODE)
    refused(give_recovery_code(here, done[0]), TOO_MANY_TRIES)
    with clock.at(THE_DAY + QUARTER):
        assert give_recovery_code(here, done[0])


def test_the_other_officers_are_told_that_a_recovery_code_was_used(here: Opened, done: list[str]) -> None:
    before = len(letters())
    give_recovery_code(here, done[3])
    (told,) = letters()[before:]
    assert (told.kind, told.to, told.mail_class) == ("groups/recovered", "ruth@example.com", "office")
    assert (told.values["name"], told.values["what"]) == ("Sue Secretary", "used a recovery code")


def test_a_recovery_code_of_one_person_lets_no_other_in(group: int, here: Opened, done: list[str]) -> None:
    kim = begun(making.an_officer(group, role="vice_chair"))
    set_up(kim)
    refused(give_recovery_code(kim, done[0]), WRONG_RECOVERY_CODE)


def test_ten_new_recovery_codes_take_the_place_of_the_old(here: Opened, done: list[str]) -> None:
    give_recovery_code(here, done[0])
    fresh = formats.make_recovery_codes()
    with transaction():
        actions.renew_recovery_codes(here.person_id, codes=fresh, by=Who.person(here.person_id), at=THE_DAY)
    assert count(RecoveryCode) == queries.count_recovery_codes(here.person_id) == 10
    refused(give_recovery_code(here, done[1]), WRONG_RECOVERY_CODE)
    assert give_recovery_code(here, fresh[0].shown)
    assert [line.count for line in deeds("people.recovery_codes_made")] == [10, 10]


# A new phone


def test_the_old_phone_works_until_the_new_one_did(here: Opened, done: list[str]) -> None:
    start_next(here)
    with clock.at(LATER):
        assert give_totp(here, totp(here.person_id))
    with clock.at(LATER + QUARTER):
        old = totp(here.person_id)
        verdict, codes = set_up(here, new=True)
        assert verdict
        refused(give_totp(here, old))
        assert give_totp(here, totp(here.person_id, steps=1))
        refused(give_recovery_code(here, done[0]), WRONG_RECOVERY_CODE)
        assert give_recovery_code(here, codes[0].shown)
    factor = queries.find_second_factor(here.person_id)
    assert factor is not None
    assert factor.next_sealed_secret is None
    assert len(deeds("people.next_second_factor_started")) == 1


def test_the_old_phones_code_does_not_set_up_the_new_one(here: Opened, done: list[str]) -> None:
    start_next(here)
    with clock.at(LATER):
        verdict, _ = set_up(here, totp(here.person_id))
        refused(verdict)
        assert give_totp(here, totp(here.person_id))


def test_starting_again_shows_another_secret(here: Opened, done: list[str]) -> None:
    start_next(here)
    first = secret(here.person_id, new=True)
    start_next(here)
    assert secret(here.person_id, new=True) not in (first, secret(here.person_id))


def test_there_is_no_new_phone_without_an_old_one(here: Opened) -> None:
    with pytest.raises(RuleBroken, match="no authenticator yet"):
        start_next(here)
    with pytest.raises(RuleBroken, match="no authenticator yet"):
        start_next(begun(making.a_person()))


# Lost altogether


def test_taking_it_off_signs_out_everywhere_and_tells_owner_and_officers(here: Opened, done: list[str]) -> None:
    old, before = secret(here.person_id), len(letters())
    other = begun(here.person_id)
    with transaction():
        actions.reset_second_factor(here.person_id, by=OPERATOR, at=LATER)
    assert (count(SecondFactor), count(RecoveryCode)) == (1, 0)  # the chair keeps theirs
    assert queries.find_second_factor(here.person_id) is None
    assert load(here.cookie) is None
    assert load(other.cookie) is None
    assert session_row(here).ended_because == "authenticator taken off"
    told = letters()[before:]
    assert [(one.kind, one.to) for one in told] == [
        ("people/second_factor_reset", "sue@example.com"),
        ("groups/recovered", "ruth@example.com"),
    ]
    assert told[1].values["what"] == "had their authenticator taken off"
    assert [line.by_kind for line in deeds("people.second_factor_reset")] == ["operator"]
    begun(here.person_id)
    assert secret(here.person_id) != old


def test_nothing_is_taken_off_the_account_of_nobody(inside: Flask) -> None:
    with pytest.raises(NotFound), transaction():
        actions.reset_second_factor(4711, by=OPERATOR, at=THE_DAY)
