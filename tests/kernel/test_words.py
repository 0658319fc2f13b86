"""Refusals, verdicts, doers, and how dates and numbers are spelt."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pcnppg.kernel import wording
from pcnppg.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from pcnppg.kernel.verdict import YES, no
from pcnppg.kernel.who import MACHINE, OPERATOR, VISITOR, Kind, Who


def test_a_verdict_is_yes_or_no_with_a_reason() -> None:
    assert YES
    YES.enforce()
    refused = no("The mailing has gone already.")
    assert not refused
    with pytest.raises(RuleBroken, match="gone already") as refusal:
        refused.enforce(field="subject")
    assert refusal.value.field == "subject"


def test_every_refusal_has_words_and_a_status() -> None:
    refusals = [NotFound(), NotAllowed(), RuleBroken("Enter a subject."), Conflict("Somebody else was faster.")]
    assert [refusal.status for refusal in refusals] == [404, 403, 422, 409]
    assert all(refusal.message.endswith(".") and str(refusal) == refusal.message for refusal in refusals)


def test_only_a_person_with_an_account_has_an_account_number() -> None:
    assert Who.person(7).person_id == 7
    assert [who.person_id for who in (Who.contact(7), VISITOR, OPERATOR, MACHINE)] == [None] * 4
    assert Who.contact(7) == Who(Kind.CONTACT, 7)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2027, 3, 4), "Thursday 4 March 2027"),
        (datetime(2027, 3, 4, 10, 30, tzinfo=UTC), "Thursday 4 March 2027"),
        (datetime(2027, 6, 30, 23, 30, tzinfo=UTC), "Thursday 1 July 2027"),
    ],
)
def test_a_day_is_spelt_as_people_say_it_where_they_live(value: date, words: str) -> None:
    assert wording.day(value) == words


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(0, 0, "midnight"), (12, 0, "midday"), (9, 0, "9am"), (18, 30, "6:30pm"), (0, 5, "12:05am"), (12, 59, "12:59pm")],
)
def test_a_time_is_spelt_as_people_say_it(hour: int, minute: int, words: str) -> None:
    at = datetime(2027, 1, 5, hour, minute, tzinfo=UTC)
    assert wording.clock_time(at) == words
    assert wording.moment(at) == f"Tuesday 5 January 2027 at {words}"


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 patients"), (1, "1 patient"), (2, "2 patients"), (3484, "3,484 patients")]
)
def test_a_count_agrees_with_its_noun(number: int, words: str) -> None:
    assert wording.count(number, "patient") == words


def test_a_noun_may_have_its_own_plural() -> None:
    assert wording.count(2, "copy", "copies") == "2 copies"


def test_places_in_a_row_have_their_endings() -> None:
    numbers = (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 1003)
    assert " ".join(wording.nth(n) for n in numbers) == "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th 1,003rd"
