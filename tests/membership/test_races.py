"""Two at the same moment: presses of one button, links of one mailbox, leaving against lowering."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, VISITOR, Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import ConsentRecord, Contact
from pcnppg.membership.rules import Channel, How, ReachedBy, Ways
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.forms import agreed, by_email, by_post
from tests.membership.stories import (
    address,
    ask,
    confirm,
    confirm_token,
    contact_of,
    joined,
    letters,
    letters_to,
    the_group,
)

PAT = "pat@example.com"


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same moment, each in a thread and a transaction of its own; what each gave or raised."""
    session().rollback()
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    outcomes[place] = act()
            except Exception as wrong:
                outcomes[place] = wrong

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session().rollback()
    return outcomes


def count(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("turn", range(4))
def test_one_link_pressed_four_times_at_once_makes_one_contact(inside: Flask, turn: int) -> None:
    group = the_group()
    ask(group, PAT)
    token, digest = confirm_token(PAT), queries.words_of(group).digest
    numbers = at_once(inside, *[lambda: actions.confirm(token, digest=digest, at=THE_DAY).id] * 4)
    assert len(set(numbers)) == 1
    assert (count(Contact), count(ConsentRecord), len(letters("receipt"))) == (1, 1, 1)


@pytest.mark.parametrize("turn", range(4))
def test_three_links_of_one_mailbox_make_one_contact(inside: Flask, turn: int) -> None:
    group = the_group()
    tokens = []
    for _ in range(3):
        ask(group, PAT)
        tokens.append(confirm_token(PAT))
    digest = queries.words_of(group).digest

    def press(token: str) -> Callable[[], int]:
        return lambda: actions.confirm(token, digest=digest, at=THE_DAY).id

    assert len(set(at_once(inside, *map(press, tokens)))) == 1
    assert (count(Contact), count(ConsentRecord)) == (1, 1)


@pytest.mark.parametrize("turn", range(4))
def test_eight_forms_at_once_send_three_mails(inside: Flask, turn: int) -> None:
    group = the_group().id
    pat = address(PAT)
    at_once(
        inside,
        *[lambda: actions.join(group, address=pat, name=None, channel=Channel.WEB, by=VISITOR, at=THE_DAY)] * 8,
    )
    assert len(letters_to(PAT)) == 3


@pytest.mark.parametrize("turn", range(4))
def test_eight_questions_at_once_get_three_answers(inside: Flask, turn: int) -> None:
    group = the_group().id
    pat = address(PAT)
    at_once(inside, *[lambda: actions.tell_my_link(group, address=pat, by=VISITOR, at=THE_DAY)] * 8)
    assert len(letters_to(PAT)) == 3


@pytest.mark.parametrize("turn", range(4))
def test_leaving_pausing_and_lowering_at_once_all_happen(inside: Flask, turn: int) -> None:
    group = the_group()
    group_id, contact_id = group.id, joined(group, PAT).id
    joined(group, "kim@example.com")
    me = Who.contact(contact_id)
    outcomes = at_once(
        inside,
        lambda: actions.leave(contact_id, how=How.ONE_CLICK, by=me, at=THE_DAY).id,
        lambda: actions.leave(contact_id, how=How.MAILTO, by=me, at=THE_DAY).id,
        lambda: actions.lower_promise(group_id, 2, by=OPERATOR, at=THE_DAY),
        lambda: actions.erase(contact_id, by=me, at=THE_DAY),
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    words = [line.what for line, _ in queries.list_consent(contact_id)]
    assert words.count("withdrawn") <= 1
    assert words.count("erased") == 1
    assert contact_of(group, PAT) is None


@pytest.mark.parametrize("turn", range(4))
def test_confirming_against_erasing_leaves_all_or_nothing(inside: Flask, turn: int) -> None:
    group = the_group()
    ask(group, PAT)
    token, digest = confirm_token(PAT), queries.words_of(group).digest
    with transaction():
        actions.tell_my_link(group.id, address=address(PAT), by=VISITOR, at=THE_DAY)
    link = str(letters("my")[-1]["values"]["token"])
    outcomes = at_once(
        inside,
        lambda: actions.confirm(token, digest=digest, at=THE_DAY).id,
        lambda: actions.erase_by_link(link, at=THE_DAY),
        lambda: actions.erase_by_link(link, at=THE_DAY),
    )
    assert all(isinstance(outcome, int | NotFound | None) for outcome in outcomes)
    found = contact_of(group, PAT)
    assert found is None
    assert {row.state for row in session().scalars(select(Contact))} <= {"erased"}


@pytest.mark.parametrize("turn", range(4))
def test_one_form_written_down_by_four_officers_at_once_makes_one_contact(inside: Flask, turn: int) -> None:
    group_id = the_group().id

    def write(ways: Ways) -> Callable[[], int]:
        return lambda: (
            actions.write_down(group_id, name="Pat Lee", ways=ways, agreement=agreed(), by=OPERATOR, at=THE_DAY).id
        )

    outcomes = at_once(inside, *[write(by_email(PAT))] * 4, *[write(by_post())] * 4)
    refused = [outcome for outcome in outcomes if isinstance(outcome, RuleBroken)]
    assert (len(outcomes), len(refused), count(Contact), len(letters("written_down"))) == (8, 6, 2, 1)


@pytest.mark.parametrize("turn", range(4))
def test_not_me_against_leaving_changing_and_itself_ends_in_erased(inside: Flask, turn: int) -> None:
    group_id = the_group().id
    with transaction():
        written = actions.write_down(
            group_id, name="Pat Lee", ways=by_email(PAT), agreement=agreed(), by=OPERATOR, at=THE_DAY
        ).id
    token = letters("written_down")[0]["values"]["not_me"]
    told = {"how": How.PHONE, "by": OPERATOR, "at": THE_DAY}
    outcomes = at_once(
        inside,
        lambda: actions.not_me(token, at=THE_DAY),
        lambda: actions.not_me(token, at=THE_DAY),
        lambda: actions.leave(written, **told).id,
        lambda: actions.correct_for_them(group_id, written, name="Pat", ways=Ways(ReachedBy.EMAIL), **told).id,
    )
    assert all(isinstance(outcome, int | NotFound | RuleBroken) for outcome in outcomes)
    assert sum(isinstance(outcome, NotFound) for outcome in outcomes[:2]) == 1
    assert [row.state for row in session().scalars(select(Contact))] == ["erased"]


def test_a_group_is_one_list_whoever_asks_first(inside: Flask) -> None:
    group, other = the_group(), the_group("oak-hill")
    ask(group, PAT)
    ask(other, PAT)
    mine, theirs = [letter["values"]["token"] for letter in letters("confirm")]
    assert confirm(group, mine).id != confirm(other, theirs).id
