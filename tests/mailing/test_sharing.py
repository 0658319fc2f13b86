"""Two people at one mailbox: one message goes there, counts for each, and only if each has allowance (settled 11)."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.kernel import clock, keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, queries
from pcnppg.mailing.jobs import Deliveries
from pcnppg.mailing.models import Delivery
from pcnppg.mailing.rules import LeftOut, Sharer, forecast, gate_together, share_out
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How
from pcnppg.post.rules import BATCH, UNCERTAIN, Item, temporary
from pcnppg.store.session import session, transaction
from tests.mailing.lists import a_list, contacts_of, deliveries, send, share_a_mailbox
from tests.mailing.test_actions import HOLD, claim, hand_over, mailing, settle, states

NONE = LeftOut.NONE_LEFT


def fates(mailing_id: int) -> list[tuple[str, str | None]]:
    return [(row.state, row.left_out_because) for row in deliveries(mailing_id)]


def items() -> list[Item]:
    with clock.at(now() + HOLD), transaction():
        return list(Deliveries().claim("w1", at=now(), limit=BATCH))


def use_up(contact: int, group: int, officer: int) -> None:
    """Let this contact alone have all that was promised."""
    with transaction():
        session().get_one(Contact, contact).promise = 1
    others = [one for one in contacts_of(group) if one != contact]
    with transaction():
        for other in others:
            membership.pause(other, months=3, how=How.MY_PAGE, by=Who.contact(other), at=now())
    hand_over(send(group, officer))
    with transaction():
        for other in others:
            membership.resume(other, how=How.MY_PAGE, by=Who.contact(other), at=now())


# The rule


def test_one_carries_the_others_and_one_without_allowance_stops_all() -> None:
    free = [Sharer(1, "a", None), Sharer(2, "a", None), Sharer(3, "b", None), Sharer(4, "b", LeftOut.PAUSED)]
    assert share_out(free) == ({2: 1}, [])
    assert share_out([Sharer(1, "a", None), Sharer(2, "a", NONE), Sharer(3, "a", None)]) == ({}, [1, 3])
    assert share_out([Sharer(1, "a", LeftOut.PAUSED), Sharer(2, "a", None), Sharer(3, "a", None)]) == ({3: 2}, [])
    assert share_out([Sharer(1, "a", LeftOut.PAUSED), Sharer(2, "a", LeftOut.PAUSED)]) == ({}, [])


def test_at_the_mark_the_same_is_asked_again() -> None:
    assert gate_together([None, LeftOut.PAUSED, None]) == [None, LeftOut.PAUSED, None]
    assert gate_together([None, NONE]) == [LeftOut.SHARED, NONE]
    assert gate_together([LeftOut.PROMISE_LOWERED, None]) == [LeftOut.PROMISE_LOWERED, LeftOut.SHARED]


# A mailing


def test_the_mailbox_gets_it_once_and_it_counts_for_each(inside: Flask) -> None:
    group, (joan, _) = a_list(3)
    ann, bob, cat = contacts_of(group)
    share_a_mailbox(ann, bob)
    mailing_id = send(group, joan)
    found = items()
    assert [item.to for item in found] == [f"patient{n}-elm-tree@example.org" for n in (0, 2)]
    message = email.message_from_bytes(found[0].make(), policy=email.policy.default)
    assert message["To"].addresses[0].display_name == "Person 0 and Person 1"
    with clock.at(now() + HOLD):
        settle([item.key for item in found])
    assert states(mailing_id) == ["handed_over"] * 3
    assert queries.count_used([ann, bob, cat], now()) == {ann: 1, bob: 1, cat: 1}
    assert mailing(mailing_id).state == "sent"
    assert [len(queries.list_told(one, now() + HOLD)) for one in (ann, bob)] == [1, 1]


@pytest.mark.parametrize("outcome", [UNCERTAIN, temporary("451")])
def test_whatever_becomes_of_the_message_becomes_of_all_who_share_it(inside: Flask, outcome) -> None:
    group, (joan, _) = a_list(2)
    share_a_mailbox(*contacts_of(group))
    mailing_id = send(group, joan)
    with clock.at(now() + HOLD):
        settle(claim(), outcome)
        assert len(set(states(mailing_id))) == 1
        assert len({row.due_at for row in deliveries(mailing_id)}) == 1
    with clock.at(now() + timedelta(hours=1)):
        hand_over(mailing_id)
    assert len(set(states(mailing_id))) == 1


def test_a_dead_worker_leaves_all_who_share_uncertain(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    share_a_mailbox(*contacts_of(group))
    mailing_id = send(group, joan)
    with clock.at(now() + HOLD):
        claim(worker="dead")
        with transaction():
            assert actions.abandon("dead", at=now()) == 2
    assert states(mailing_id) == ["uncertain", "uncertain"]


def test_one_without_allowance_stops_it_for_all_there_and_the_numbers_say_so(inside: Flask) -> None:
    group, (joan, _) = a_list(4)
    ann, bob, cat, _ = contacts_of(group)
    use_up(bob, group, joan)
    share_a_mailbox(ann, bob, cat)
    told = queries.forecast_for(group, now())
    assert (told.reached, told.none_left, told.shared) == (1, 1, 2)
    mailing_id = send(group, joan)
    assert fates(mailing_id)[:3] == [("left_out", "shared"), ("left_out", "none_left"), ("left_out", "shared")]
    assert queries.count_used([ann, cat], now()) == {}
    outcomes = queries.outcomes_of(mailing_id)
    assert (outcomes.shared, outcomes.none_left, outcomes.left_out, outcomes.waiting) == (2, 1, 3, 1)
    assert len(items()) == 1


def test_lowered_while_it_waits_one_stops_the_other_at_the_mark(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    ann, bob = contacts_of(group)
    share_a_mailbox(ann, bob)
    first, second = send(group, joan), send(group, joan)
    with transaction():
        session().get_one(Contact, bob).promise = 1
    (item,) = items()
    assert fates(first) == [("left_out", "shared"), ("left_out", "promise_lowered")]
    assert item.key == deliveries(second)[0].id, "what the first gave back is left for the second"
    settle([item.key])
    assert states(second) == ["handed_over", "handed_over"]


def test_who_pauses_stays_out_alone_and_the_other_carries_it(inside: Flask) -> None:
    group, (joan, _) = a_list(3)
    ann, bob, cat = contacts_of(group)
    share_a_mailbox(ann, bob, cat)
    mailing_id = send(group, joan)
    with transaction():
        membership.pause(ann, months=3, how=How.MY_PAGE, by=Who.contact(ann), at=now())
    (item,) = items()
    message = email.message_from_bytes(item.make(), policy=email.policy.default)
    assert message["To"].addresses[0].display_name == "Person 1 and Person 2"
    assert f"/u/{keys.current().sign('leave', bob)}" in item.make().decode()
    settle([item.key])
    assert fates(mailing_id) == [("left_out", "paused"), ("handed_over", None), ("handed_over", None)]


@pytest.mark.parametrize("leaver", [0, 1, 2])
def test_who_leaves_while_it_waits_falls_out_and_the_others_get_it(inside: Flask, leaver: int) -> None:
    group, (joan, _) = a_list(3)
    people = contacts_of(group)
    share_a_mailbox(*people)
    mailing_id = send(group, joan)
    with transaction():
        membership.leave(people[leaver], how=How.MY_PAGE, by=Who.contact(people[leaver]), at=now())
    (item,) = items()
    settle([item.key])
    wanted = ["handed_over"] * 3
    wanted[leaver] = "withdrawn"
    assert states(mailing_id) == wanted


def test_the_one_click_of_a_mail_program_takes_off_all_at_the_mailbox(inside: Flask) -> None:
    group, (joan, _) = a_list(3)
    ann, bob, cat = contacts_of(group)
    share_a_mailbox(ann, bob)
    mailing_id = send(group, joan)
    with transaction():
        assert membership.leave_mailbox(bob, how=How.ONE_CLICK, by=Who.contact(bob), at=now()) == 2
    assert [session().get_one(Contact, one).state for one in (ann, bob, cat)] == ["left", "left", "active"]
    assert states(mailing_id) == ["withdrawn", "withdrawn", "queued"]


def test_one_who_is_erased_hands_the_message_on(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    ann, bob = contacts_of(group)
    share_a_mailbox(ann, bob)
    mailing_id = send(group, joan)
    with transaction():
        membership.erase(ann, by=Who.contact(ann), at=now())
    assert [item.to for item in items()] == ["patient0-elm-tree@example.org"]
    assert states(mailing_id) == ["withdrawn", "attempting"]
    assert contacts.find_active(group, "patient0-elm-tree@example.org") == bob


def test_taken_back_all_slots_are_free_again(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    share_a_mailbox(*contacts_of(group))
    mailing_id = send(group, joan)
    with transaction():
        actions.take_back(group, mailing_id=mailing_id, by=Who.person(joan), at=now())
    assert queries.count_used(contacts_of(group), now()) == {}


def test_more_than_fit_one_statement_are_stopped_too(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "NAMED", 2)
    group, (joan, _) = a_list(6)
    people = contacts_of(group)
    use_up(people[5], group, joan)
    share_a_mailbox(*people)
    with transaction():
        session().add(_somebody_else(group))
    mailing_id = send(group, joan)
    assert [row.left_out_because for row in deliveries(mailing_id)][:6] == ["shared"] * 5 + ["none_left"]
    assert [row.ordinal for row in deliveries(mailing_id)][:6] == [None] * 6


def _somebody_else(group: int) -> Contact:
    before = session().get_one(Contact, contacts_of(group)[0])
    kept = ("group_id", "state", "channel", "promise", "joined_at")
    return Contact(
        **{name: getattr(before, name) for name in kept}, mailbox="z@example.org", address="z@example.org", search="z"
    )


def test_a_forecast_without_sharers_counts_as_before() -> None:
    told = forecast([(0, 4, False, 3), (4, 4, False, 2), (0, 4, True, 1)])
    assert (told.reached, told.none_left, told.paused, told.shared) == (3, 2, 1, 0)


def test_a_delivery_names_only_one_that_carries_itself(inside: Flask) -> None:
    group, (joan, _) = a_list(3)
    share_a_mailbox(*contacts_of(group))
    rows = deliveries(send(group, joan))
    assert [row.carried_by for row in rows] == [None, rows[0].id, rows[0].id]
    assert session().get_one(Delivery, rows[0].id).carried_by is None
