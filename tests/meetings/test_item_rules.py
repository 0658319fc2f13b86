"""Rule 8: every role against every act on an item in every state; what an item may say, and what is held back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.groups.rules import OFFICERS, STAFF, Role
from pcnppg.meetings.rules import holding, items, similar
from pcnppg.meetings.rules.holding import HeldBecause
from pcnppg.meetings.rules.items import MOVES, Answer, By, ItemAct, ItemState, Origin, Wish, may_act

OWN_ACT = {ItemAct.WITHDRAWN}
STAFF_ACT = {ItemAct.REPLIED}


@pytest.mark.parametrize("act", list(MOVES))
@pytest.mark.parametrize("role", [None, *Role])
def test_every_role_against_every_act(role: Role | None, act: ItemAct) -> None:
    roles = {role} if role else set()
    allowed = {state for state in ItemState if may_act(act, state, roles=roles)}
    if act in OWN_ACT:
        assert not allowed  # a role makes nobody the proposer
    elif act in STAFF_ACT:
        assert bool(allowed) == (role in STAFF)
    else:
        assert bool(allowed) == (role in OFFICERS)
    assert allowed <= MOVES[act].before


@pytest.mark.parametrize("role", sorted(STAFF))
def test_staff_never_accept_order_or_decline_whatever_they_are_to_the_item(role: Role) -> None:
    ruled = [act for act, move in MOVES.items() if move.by is By.OFFICER]
    assert {ItemAct.ACCEPTED, ItemAct.DECLINED, ItemAct.PARKED, ItemAct.MERGED, ItemAct.ANSWERED} <= set(ruled)
    for act in ruled:
        for state in ItemState:
            assert not may_act(act, state, roles={role}, is_proposer=True)


def test_only_its_proposer_takes_an_item_back_and_only_while_it_is_open() -> None:
    for state in ItemState:
        assert bool(may_act(ItemAct.WITHDRAWN, state, roles=set(), is_proposer=True)) == (state in items.OPEN)
        assert not may_act(ItemAct.WITHDRAWN, state, roles=set(Role))


def test_nothing_leaves_a_settled_state() -> None:
    for act, move in MOVES.items():
        if act is not ItemAct.HIDDEN:
            assert not move.before & items.SETTLED, act
    assert set(ItemState) == items.OPEN | items.SETTLED
    assert items.TRAY < items.OPEN
    assert set(items.ACT_WORDS) == set(ItemAct)
    assert set(items.STATE_WORDS) == set(ItemState)
    assert set(holding.HELD_WORDS) == set(HeldBecause)


def test_who_acts_in_which_role() -> None:
    assert items.acting_role(ItemAct.ACCEPTED, {Role.MEMBER, Role.SECRETARY}) is Role.SECRETARY
    assert items.acting_role(ItemAct.REPLIED, {Role.CHAIR, Role.GP}) is Role.GP
    assert items.acting_role(ItemAct.PROPOSED, {Role.MEMBER}) is Role.MEMBER
    assert items.acting_role(ItemAct.PROPOSED, set()) is None


def test_whose_item_it_is() -> None:
    assert items.origin_of({Role.GP}) is Origin.PRACTICE
    assert items.origin_of({Role.GP, Role.CHAIR}) is Origin.PATIENTS
    assert items.origin_of({Role.MEMBER}) is Origin.PATIENTS
    assert items.origin_of(set()) is Origin.PATIENTS


def test_an_item_is_one_sentence() -> None:
    assert items.may_say(Wish("Shorter queues"))
    assert not items.may_say(Wish(""))
    assert not items.may_say(Wish("…!"))
    assert "Nothing is lost" in items.may_say(Wish("a" * 10_000)).because
    assert not items.may_say(Wish("Queues", better_words="b" * 1001))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two\nlines\tand   tabs ", "two lines and tabs"),
        ("zero\x00byte", "zerobyte"),
        ("\u202eturned around\u202c", "turned around"),
        ("left\u200eto\u200fright stays", "left\u200eto\u200fright stays"),
        ("👩\u200d⚕️ hello", "👩\u200d⚕️ hello"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("lone \ud800 half", "lone half"),
    ],
)
def test_what_is_typed_is_calmed_and_kept(typed: str, kept: str) -> None:
    assert items.calm(typed) == kept


def test_lines_stay_lines_in_a_larger_box() -> None:
    assert items.calm("one\r\n\r\ntwo ", lines=True) == "one\n\ntwo"
    assert items.calm(None) == ""


def test_a_reason_is_needed_where_somebody_hears_no() -> None:
    assert items.may_reply(Answer.YES, "")
    assert not items.may_reply(Answer.NO, "")
    assert not items.may_reply(Answer.IN_PART, "")
    assert not items.may_reply(Answer.YES, "x" * 1001)
    assert items.may_reply(Answer.NO, "No money.")
    assert items.may_give_reason("because", "why?")
    assert items.may_give_reason("", "why?").because == "why?"
    assert not items.may_give_reason("x" * 1001, "why?")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("My number is 943 476 5919", HeldBecause.NUMBER),
        ("9434765919", HeldBecause.NUMBER),
        ("943-476-5919 please", HeldBecause.NUMBER),
        ("Ring me on 01632 960 001", HeldBecause.PHONE),
        ("or +44 7700 900123", HeldBecause.PHONE),
        ("write to pat@example.com", HeldBecause.PHONE),
        ("Dr Sykes was rude to me", HeldBecause.COMPLAINT),
        ("nurse Holt should be sacked", HeldBecause.COMPLAINT),
        ("The phone queue is too long", None),
        ("Dr Sykes explained the new pharmacy", None),
        ("People are rude at the desk", None),
        ("In 2027 we had 3,484 patients and 412 emails", None),
        ("943 476 5918 is not one", None),
    ],
)
def test_what_must_not_be_shown_is_held(said: str, why: HeldBecause | None) -> None:
    assert holding.why_held(said) is why


@given(st.text(alphabet="0123456789", min_size=9, max_size=9))
def test_at_most_one_check_digit_makes_an_nhs_number(nine: str) -> None:
    good = [digit for digit in "0123456789" if holding.is_nhs_number(nine + digit)]
    assert len(good) <= 1


def test_items_that_say_nearly_the_same_are_found() -> None:
    there = [(1, "Waiting on the phone in the morning"), (2, "A ramp at the front door"), (3, "Parking")]
    assert similar.most_like("The phone: waiting too long every morning", there) == [1]
    assert similar.most_like("Front door ramps", there) == [2]
    assert similar.most_like("parking", there) == [3]
    assert similar.most_like("More biscuits", there) == []
    assert similar.most_like("the and of", there) == []
    assert similar.most_like("phone waiting", [(n, "Waiting by phone") for n in range(9)]) == [0, 1, 2]
