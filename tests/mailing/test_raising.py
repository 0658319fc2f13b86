"""Raising the promise: it binds each person only once a mailing under the old promise has told them (rule 3, settled 5 to 7)."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.groups.rules import MOST
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, queries
from pcnppg.mailing.jobs import Deliveries
from pcnppg.mailing.models import Mailing
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How
from pcnppg.post.rules import BATCH, UNCERTAIN, Item, handed_over, refused
from pcnppg.store.session import session, transaction
from tests.mailing.lists import a_draft, a_list, contacts_of, deliveries, send, share_a_mailbox
from tests.mailing.test_actions import HOLD, claim, hand_over, mailing, settle, states
from tests.visiting import Visit

WHY = "Three new services begin this year, and you asked to hear of each."
OK = handed_over("250")


def raised(group: int, officer: int, to: int = 6, *, why: str = WHY) -> int | None:
    with transaction():
        found = actions.raise_promise(group, to, why=why, by=Who.person(officer), at=now())
        return found.id if found else None


def promises(group: int) -> list[int]:
    session().expire_all()
    return [session().get_one(Contact, one).promise for one in contacts_of(group)]


def told(contact: int) -> list[tuple[str, str, int | None]]:
    return [(line.what, line.how, line.promise) for line, _ in contacts.list_consent(contact)]


def items() -> list[Item]:
    with clock.at(now() + HOLD), transaction():
        return list(Deliveries().claim("w1", at=now(), limit=BATCH))


def text_of(item: Item) -> str:
    message = email.message_from_bytes(item.make(), policy=email.policy.default)
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def test_everybody_is_told_under_the_old_promise_and_bound_when_it_was_handed_over(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    mailing_id = raised(group, joan)
    assert mailing_id
    assert promises(group) == [4, 4]
    assert contacts.count_by_promise(group) == {4: 2}
    found = items()
    for item in found:
        said = text_of(item)
        assert "Until now we promised you at most 4 emails in twelve months. After this email it is at most 6." in said
        assert WHY in said
        assert "1st of at most 4" in said, "it is one of those that were promised"
        assert said.index("/u/") < said.index("Our promise to you changes: at most 6"), "a way to leave, at the head"
    settle([item.key for item in found])
    assert promises(group) == [6, 6]
    assert told(contacts_of(group)[0]) == [("told", "mailing", 6)]
    assert contacts.count_by_promise(group) == {6: 2}


def test_who_joins_from_now_on_reads_the_new_number(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    raised(group, joan)
    from pcnppg.groups.queries import get_group

    assert contacts.words_of(get_group(group)).promise == 6


@pytest.mark.parametrize("outcome", [UNCERTAIN, refused("550")])
def test_it_does_not_bind_where_the_telling_did_not_surely_arrive(inside: Flask, outcome) -> None:
    group, (joan, _) = a_list(1)
    raised(group, joan)
    with clock.at(now() + HOLD):
        settle(claim(), outcome)
    assert promises(group) == [4]
    assert told(contacts_of(group)[0]) == []


def test_a_late_truth_of_a_slow_worker_tells_after_all(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    raised(group, joan)
    with clock.at(now() + HOLD):
        ids = claim()
        with transaction():
            actions.abandon("w1", at=now())
        assert promises(group) == [4]
        settle(ids)
    assert promises(group) == [6]


def test_who_had_none_left_is_told_at_the_head_of_their_next_mailing(inside: Flask) -> None:
    group, (joan, _) = a_list(2, promise=1)
    hand_over(send(group, joan))
    assert raised(group, joan, 2) is None, "nobody could be written to"
    assert promises(group) == [1, 1]
    with clock.at(now() + timedelta(days=366)):
        mailing_id = send(group, joan)
        found = items()
        assert all("at most 1 emails in twelve months. After this email it is at most 2." in text_of(i) for i in found)
        assert states(mailing_id) == ["attempting"] * 2
        settle([item.key for item in found])
        assert promises(group) == [2, 2]
        later = send(group, joan)
        assert [row.of_at_most for row in deliveries(later)] == [2, 2]
        assert "After this email" not in text_of(items()[0])


def test_lowered_before_it_went_out_the_lower_number_is_told(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    raised(group, joan, 8)
    with transaction():
        membership.lower_promise(group, 5, by=Who.person(joan), at=now())
    (item,) = items()
    assert "After this email it is at most 5." in text_of(item)
    settle([item.key])
    assert promises(group) == [5]


def test_lowered_below_what_they_have_nothing_is_told(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    raised(group, joan, 8)
    with transaction():
        membership.lower_promise(group, 3, by=Who.person(joan), at=now())
    (item,) = items()
    assert "After this email" not in text_of(item)
    settle([item.key])
    assert promises(group) == [3]


def test_lowered_between_mark_and_handover_the_lower_number_binds(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    raised(group, joan, 8)
    with clock.at(now() + HOLD):
        ids = claim()
        with transaction():
            membership.lower_promise(group, 5, by=Who.person(joan), at=now())
        settle(ids)
    assert promises(group) == [5]


def test_put_off_and_tried_again_it_tells_what_is_true_then(inside: Flask) -> None:
    from pcnppg.post.rules import temporary

    group, (joan, _) = a_list(1)
    mailing_id = raised(group, joan, 8)
    assert mailing_id
    with clock.at(now() + HOLD):
        settle(claim(), temporary("451"))
        with transaction():
            membership.lower_promise(group, 4, by=Who.person(joan), at=now())
    with clock.at(now() + timedelta(hours=2)):
        hand_over(mailing_id)
    assert promises(group) == [4]
    assert deliveries(mailing_id)[0].tells is None


def test_taken_back_the_next_mailing_tells_it(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    mailing_id = raised(group, joan)
    assert mailing_id
    with transaction():
        actions.take_back(group, mailing_id=mailing_id, by=Who.person(joan), at=now())
    send(group, joan)
    (item,) = items()
    assert "After this email it is at most 6." in text_of(item)


def test_those_who_share_a_mailbox_are_each_told_what_they_did_not_know(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    ann, bob = contacts_of(group)
    raised(group, joan)
    share_a_mailbox(ann, bob)
    with transaction():
        session().get_one(Contact, ann).promise = 6
    send(group, joan)
    hand_over(send(group, joan))
    assert promises(group) == [6, 6]
    assert told(ann) == []
    assert told(bob) == [("told", "mailing", 6)]


def test_who_leaves_because_of_it_is_off_the_list_and_is_not_told(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    ann, _ = contacts_of(group)
    raised(group, joan)
    with transaction():
        membership.leave(ann, how=How.ONE_CLICK, by=Who.contact(ann), at=now())
    settle([item.key for item in items()])
    assert promises(group) == [4, 6]


@pytest.mark.parametrize(("to", "why", "said"), [(4, WHY, "higher"), (MOST + 1, WHY, "at most 12"), (6, "  ", "why")])
def test_what_cannot_be_promised_is_refused_and_nothing_is_sent(inside: Flask, to: int, why: str, said: str) -> None:
    group, (joan, _) = a_list(1)
    with pytest.raises(RuleBroken, match=said):
        raised(group, joan, to, why=why)
    assert queries.list_mailings(group) == []
    assert contacts.find_raise(group) is None


def test_a_reason_too_long_is_refused(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    with pytest.raises(RuleBroken, match="shorter"):
        raised(group, joan, why="x" * 501)


def test_with_nobody_on_the_list_the_promise_is_raised_and_no_mailing_stays(inside: Flask) -> None:
    group, (joan, _) = a_list(0)
    assert raised(group, joan) is None
    assert queries.list_mailings(group) == []
    assert contacts.find_raise(group) is not None


# The page


def test_an_officer_raises_it_on_a_page_that_says_what_happens(inside: Flask, visit: Visit) -> None:
    group, (joan, _) = a_list(3)
    officer = visit.as_(joan)
    page = officer("/groups/elm-tree/settings/promise").click("Raise the promise")
    assert "3 people get an email that tells them the new number and why." in page.text
    page = page.submit(promise="6", why=WHY)
    assert page.status == 303
    report = page.follow()
    assert "Held until" in report.text
    session().rollback()
    assert mailing(session().query(Mailing).one().id).kind == "raise"
    assert promises(group) == [4, 4, 4]
    again = officer("/groups/elm-tree/settings/promise")
    assert [cell.get_text() for cell in again.select("tbody td")] == ["4", "3"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"promise": "3", "why": WHY}, "higher number"),
        ({"promise": "", "why": WHY}, "digits"),
        ({"why": ""}, "Say why"),
    ],
)
def test_a_number_or_reason_that_will_not_do_is_refused_with_what_was_typed(
    inside: Flask, visit: Visit, typed: dict[str, str], error: str
) -> None:
    _, (joan, _) = a_list(1)
    page = visit.as_(joan)("/groups/elm-tree/settings/promise/raise").submit(**typed)
    assert page.status == 422
    assert error in page.errors[0]
    assert page.one("textarea[name=why]").get_text().strip() == typed["why"]


def test_where_nobody_can_be_told_now_the_page_says_how_they_will_be(inside: Flask, visit: Visit) -> None:
    _, (joan, _) = a_list(0)
    page = visit.as_(joan)("/groups/elm-tree/settings/promise/raise").submit(promise="6", why=WHY).follow()
    assert "told at the head of their next email" in page.text


def test_no_raise_no_notice(inside: Flask) -> None:
    """A number below the group's without a raise that could be told (it cannot come about) tells nothing and binds nothing."""
    group, (joan, _) = a_list(1)
    with transaction():
        session().get_one(Contact, contacts_of(group)[0]).promise = 2
    send(group, joan, mailing_id=a_draft(group, joan))
    (item,) = items()
    assert "After this email" not in text_of(item)
    settle([item.key])
    assert promises(group) == [2]
