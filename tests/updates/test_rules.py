"""What an update is made of, how long it stands, who may change it, and what its writer is asked about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pcnppg.groups.rules import Role
from pcnppg.mailing.rules import Stale
from pcnppg.updates import rules
from pcnppg.updates.rules import Doubt, Job, Kind, Occasion, Side, State

TODAY = date(2027, 3, 4)
A_DAY = timedelta(days=1)


def test_every_kind_has_words_and_parts_and_every_role_ready_words() -> None:
    assert set(rules.PARTS) == set(rules.KIND_WORDS) == set(Kind)
    assert set(rules.READY) == set(rules.JOB_WORDS) == set(Job)


def test_ready_words_fit_the_form_and_raise_no_doubt() -> None:
    for ready in rules.READY.values():
        texts = (ready.helps, ready.suits, ready.how)
        assert len(ready.title) <= rules.LONGEST_TITLE
        assert all(len(text) <= rules.LONGEST_PART for text in texts)
        assert not rules.doubts((ready.title, *texts))


def test_a_part_that_says_nothing_is_left_out_and_a_choice_is_said_in_words() -> None:
    said = rules.told(Kind.ROLE, {"helps": "Medicines.", "suits": " ", "gp_first": "no"})
    assert [(part.heading, part.words) for part in said] == [
        ("What they help with", "Medicines."),
        ("Do you need to see a GP first?", "No. You can be seen without a GP appointment first."),
    ]


def test_all_that_an_update_says_is_looked_at() -> None:
    content = rules.Content(Kind.SAID_DID, "Phones", {"said": "Slow.", "did": "Faster."}, TODAY, TODAY)
    assert content.texts == ("Phones", "Slow.", "Faster.")


@pytest.mark.parametrize(
    ("roles", "sides"),
    [
        ([Role.MEMBER], []),
        ([Role.CHAIR], [Side.GROUP]),
        ([Role.GP], [Side.PRACTICE]),
        ([Role.PRACTICE_MANAGER, Role.SECRETARY], [Side.PRACTICE, Side.GROUP]),
    ],
)
def test_staff_speak_for_the_practice_and_officers_for_the_group(roles: list[Role], sides: list[Side]) -> None:
    assert rules.sides_of(roles) == sides


def test_each_side_changes_only_its_own() -> None:
    assert rules.may_change(Side.GROUP, [Side.GROUP], is_withdrawn=False)
    assert "the practice" in rules.may_change(Side.PRACTICE, [Side.GROUP], is_withdrawn=False).because
    assert "withdrawn" in rules.may_change(Side.GROUP, [Side.GROUP], is_withdrawn=True).because
    assert rules.may_take_part(Side.GROUP, [Side.GROUP])
    assert "speak for the group" in rules.may_take_part(Side.GROUP, [Side.PRACTICE]).because


@pytest.mark.parametrize(
    ("review_on", "ends_on", "blamed"),
    [
        (TODAY, TODAY, ""),
        (TODAY, TODAY - A_DAY, "ends_on"),
        (TODAY, date(2029, 3, 4), ""),
        (TODAY, date(2029, 3, 5), "ends_on"),
        (TODAY - A_DAY, TODAY, "review_on"),
        (TODAY + A_DAY, TODAY, "review_on"),
    ],
)
def test_an_update_ends_within_two_years_and_is_looked_at_before(review_on: date, ends_on: date, blamed: str) -> None:
    field, verdict = rules.may_run(review_on, ends_on, TODAY)
    assert (field, bool(verdict)) == (blamed, not blamed)


def test_the_usual_days_are_good_ones_and_looking_again_never_shortens() -> None:
    assert rules.may_run(*rules.usual_days(TODAY), TODAY)[1]
    far = TODAY + timedelta(days=400)
    assert rules.next_review(far, TODAY) == (TODAY + timedelta(days=91), far)
    assert rules.next_review(TODAY, TODAY) == (TODAY + timedelta(days=91), TODAY + timedelta(days=91))
    assert rules.is_due_for_review(TODAY, TODAY)
    assert not rules.is_due_for_review(TODAY + A_DAY, TODAY)


def test_on_its_last_day_an_update_still_stands() -> None:
    assert rules.state_of(TODAY, is_withdrawn=False, today=TODAY) is State.STANDS
    assert rules.state_of(TODAY, is_withdrawn=False, today=TODAY + A_DAY) is State.ENDED
    assert rules.state_of(TODAY, is_withdrawn=True, today=TODAY) is State.WITHDRAWN


@pytest.mark.parametrize(
    ("state", "ends_in", "withdrawn_on", "is_newer", "said"),
    [
        (State.STANDS, 8, None, False, None),
        (State.STANDS, 7, None, False, (Stale.ENDS, TODAY + timedelta(days=7))),
        (State.STANDS, 0, None, True, (Stale.CHANGED, TODAY - A_DAY)),
        (State.ENDED, -1, None, True, (Stale.ENDED, TODAY - A_DAY)),
        (State.WITHDRAWN, 90, TODAY - A_DAY, True, (Stale.WITHDRAWN, TODAY - A_DAY)),
        (State.WITHDRAWN, 90, None, True, (Stale.WITHDRAWN, TODAY)),
    ],
)
def test_what_a_draft_tells_is_said_to_be_over(
    state: State, ends_in: int, withdrawn_on: date | None, is_newer: bool, said: tuple[Stale, date] | None
) -> None:
    found = rules.stale(
        state,
        ends_on=TODAY + timedelta(days=ends_in),
        changed_on=TODAY - A_DAY,
        withdrawn_on=withdrawn_on,
        today=TODAY,
        is_newer=is_newer,
    )
    assert found == said


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Her number is 943 476 5919.", Doubt.NHS_NUMBER),
        ("NHS 9434765919", Doubt.NHS_NUMBER),
        ("born on a Tuesday", Doubt.BIRTH),
        ("DOB: see notes", Doubt.BIRTH),
        ("3/4/1951", Doubt.BIRTH),
        ("4 March 1951", Doubt.BIRTH),
        ("Mrs Thistlewood had a fall", Doubt.PERSON),
        ("a patient called Ivy", Doubt.PERSON),
        ("an 84-year-old came in", Doubt.PERSON),
        ("She is aged 84.", Doubt.PERSON),
        ("Thanks to his treatment", Doubt.PERSON),
        ("Ring 07700 900 123", Doubt.PHONE),
        ("Ring +44 7700 900123", Doubt.PHONE),
        ("Write to ivy@gmail.com", Doubt.MAILBOX),
        ("Stop taking your tablets.", Doubt.MEDICAL),
    ],
)
def test_its_writer_is_asked_about_what_may_name_a_patient_or_give_advice(text: str, what: Doubt) -> None:
    assert what in [doubt.what for doubt in rules.doubts(("A title", text))]


@pytest.mark.parametrize(
    "text",
    [
        "Flu clinic for people aged 65 and over, and those aged 50 to 64 who are at risk.",
        "Ring us on 01632 960 101, or 111 at night.",
        "Write to desk@elm-tree.example.",
        "Dr Moreno joins us on 4 March 2027.",
        "The code is 943 476 5918, not a number of anybody's.",
        "000 000 0000",
        "The patient group meets on 4/3/2027.",
    ],
)
def test_what_practices_usually_write_is_not_doubted(text: str) -> None:
    assert not rules.doubts((text,))


def test_only_the_first_places_are_named_each_once() -> None:
    (doubt,) = rules.doubts(["Mr One, Mr Two, Mr Two, Mr Three, Mr Four and Mr Five"])
    assert doubt.found == ("Mr One", "Mr Two", "Mr Three")
    assert doubt.more == 2


@pytest.mark.parametrize(
    ("on", "thanked_on", "worth"),
    [
        (TODAY, None, True),
        (TODAY - timedelta(days=60), None, True),
        (TODAY - timedelta(days=61), None, False),
        (TODAY + A_DAY, None, False),
        (TODAY - A_DAY, TODAY - timedelta(days=2), True),
        (TODAY - A_DAY, TODAY - A_DAY, False),
    ],
)
def test_what_was_work_is_worth_thanks_for_two_months(on: date, thanked_on: date | None, worth: bool) -> None:
    assert rules.is_worth_thanks(Occasion("the annual general meeting", on), thanked_on, TODAY) is worth
