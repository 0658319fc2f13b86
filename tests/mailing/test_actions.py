"""Drafts, sending, taking back, and what becomes of each delivery: on a real database."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.audit.models import AuditEntry
from pcnppg.groups.models import Group
from pcnppg.kernel import clock
from pcnppg.kernel.clock import YEAR, now
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.mailing import actions, queries
from pcnppg.mailing.jobs import Deliveries
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import BODY_LENGTH, State
from pcnppg.mailing.rules.wondering import shouts, warnings
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How
from pcnppg.post.formats import BadValue
from pcnppg.post.models import OutboxMessage
from pcnppg.post.rules import BATCH, NOT_ATTEMPTED, UNCERTAIN, handed_over, refused, temporary
from pcnppg.store.session import session, transaction
from tests.mailing.lists import a_draft, a_list, contacts_of, deliveries, send

OK = handed_over("250 2.0.0")
HOLD = timedelta(minutes=15)


def mailing(mailing_id: int) -> Mailing:
    session().expire_all()
    return session().get_one(Mailing, mailing_id)


def states(mailing_id: int) -> list[str]:
    return [d.state for d in deliveries(mailing_id)]


def claim(queue: Deliveries | None = None, *, worker: str = "w1", limit: int = BATCH) -> list[int]:
    with transaction():
        return [item.key for item in (queue or Deliveries()).claim(worker, at=now(), limit=limit)]


def settle(ids: list[int], outcome=OK, *, worker: str = "w1") -> None:
    with transaction():
        actions.settle(worker, [(row_id, outcome) for row_id in ids], at=now())


def hand_over(mailing_id: int) -> None:
    """The whole mailing goes, as if its hold were over."""
    with clock.at(now() + HOLD):
        while ids := claim():
            settle(ids)
        claim()


# Writing


def test_a_draft_keeps_its_words_and_who_wrote_them(inside: Flask) -> None:
    group, (joan, amir) = a_list()
    draft = a_draft(group, joan, subject="  Our   summer\nmeeting ")
    assert mailing(draft).subject == "Our summer meeting"
    with transaction():
        saved = actions.save(
            group, mailing_id=draft, subject="New", body="Come\r\nalong\x00", version=1, by=Who.person(amir), at=now()
        )
        assert (saved.version, saved.body, saved.edited_by) == (2, "Come\nalong", amir)


def test_an_older_save_is_refused_unless_it_says_the_same(inside: Flask) -> None:
    group, (joan, amir) = a_list()
    draft = a_draft(group, joan, subject="A", body="one")
    with transaction():
        actions.save(group, mailing_id=draft, subject="A", body="two", version=1, by=Who.person(joan), at=now())
    with pytest.raises(Conflict), transaction():
        actions.save(group, mailing_id=draft, subject="A", body="three", version=1, by=Who.person(amir), at=now())
    assert mailing(draft).body == "two"
    with transaction():
        same = actions.save(group, mailing_id=draft, subject="A", body="two", version=1, by=Who.person(amir), at=now())
        assert (same.version, same.edited_by) == (2, joan)


def test_a_text_that_is_too_long_is_refused_with_its_length(inside: Flask) -> None:
    group, (joan, _) = a_list()
    with pytest.raises(RuleBroken, match=r"100,000 characters\. The most a mailing can have is 20,000"), transaction():
        actions.begin(group, subject="A", body="x" * 100_000, by=Who.person(joan), at=now())
    draft = a_draft(group, joan, body="x" * BODY_LENGTH)
    with pytest.raises(RuleBroken, match="Make it shorter"), transaction():
        actions.save(
            group, mailing_id=draft, subject="A", body="x" * (BODY_LENGTH + 1), version=1, by=Who.person(joan), at=now()
        )


def test_only_somebody_with_an_account_writes(inside: Flask) -> None:
    group, _ = a_list()
    with pytest.raises(ValueError, match="account"), transaction():
        actions.begin(group, subject="A", body="b", by=OPERATOR, at=now())


def test_a_draft_is_thrown_away_once_and_for_all(inside: Flask) -> None:
    group, (joan, _) = a_list()
    draft = a_draft(group, joan)
    for _ in range(2):
        with transaction():
            actions.discard(group, mailing_id=draft, by=Who.person(joan), at=now())
    assert mailing(draft).state == State.DISCARDED
    assert queries.list_mailings(group) == []
    with pytest.raises(Conflict, match="put away"):
        send(group, joan, mailing_id=draft)


def test_another_groups_mailing_is_not_found(inside: Flask) -> None:
    group, (joan, _) = a_list()
    other, _ = a_list(slug="oak-lane")
    draft = a_draft(group, joan)
    with pytest.raises(NotFound):
        queries.get_mailing(other, draft)


def test_a_test_goes_to_its_writer_alone_and_uses_no_allowance(inside: Flask) -> None:
    group, (joan, _) = a_list()
    draft = a_draft(group, joan)
    with transaction():
        assert actions.send_test(group, mailing_id=draft, by=Who.person(joan), at=now()).startswith("officer0")
    waiting = session().scalars(select(OutboxMessage)).all()
    assert [(m.mail_class, m.kind) for m in waiting] == [("office", "mailing/test")]
    assert session().scalar(select(func.count()).select_from(Delivery)) == 0


def test_an_empty_draft_can_neither_be_tested_nor_sent(inside: Flask) -> None:
    group, (joan, _) = a_list()
    for subject, body, words in [("", "b", "subject"), ("A", " ", "Write your text")]:
        draft = a_draft(group, joan, subject=subject, body=body)
        with pytest.raises(RuleBroken, match=words), transaction():
            actions.send_test(group, mailing_id=draft, by=Who.person(joan), at=now())
        with pytest.raises(RuleBroken, match=words):
            send(group, joan, mailing_id=draft)


# Sending


def test_sending_takes_a_slot_of_everybody_on_the_list_and_holds_the_mailing(inside: Flask) -> None:
    group, (joan, _) = a_list(3)
    sent = send(group, joan)
    assert [(d.state, d.ordinal, d.of_at_most, d.due_at) for d in deliveries(sent)] == [
        ("queued", 1, 4, now() + HOLD)
    ] * 3
    assert (mailing(sent).state, mailing(sent).held_until, mailing(sent).sent_by) == ("held", now() + HOLD, joan)
    line = session().scalars(select(AuditEntry).where(AuditEntry.what == "mailing.sent")).one()
    assert (line.by_id, line.count) == (joan, 3)


def test_sent_twice_the_second_is_told_so(inside: Flask) -> None:
    group, (joan, amir) = a_list()
    sent = send(group, joan)
    with pytest.raises(Conflict, match="already sent"):
        send(group, amir, mailing_id=sent)
    assert len(deliveries(sent)) == 3


def test_what_was_changed_after_the_page_was_opened_is_not_sent(inside: Flask) -> None:
    group, (joan, amir) = a_list()
    draft = a_draft(group, joan)
    with transaction():
        actions.save(group, mailing_id=draft, subject="A", body="other", version=1, by=Who.person(amir), at=now())
    with pytest.raises(Conflict, match="changed"), transaction():
        actions.send(group, mailing_id=draft, version=1, by=Who.person(joan), at=now())
    assert mailing(draft).state == State.DRAFT


def test_who_has_none_left_or_has_paused_is_left_out_with_the_reason(inside: Flask) -> None:
    group, (joan, _) = a_list(3, promise=1)
    first, second, third = contacts_of(group)
    with transaction():
        membership.pause(first, months=3, how=How.MY_PAGE, by=Who.contact(first), at=now())
    hand_over(send(group, joan))
    with transaction():
        session().get_one(Contact, third).promise = 2
    sent = send(group, joan)
    assert [(d.contact_id, d.state, d.left_out_because, d.ordinal, d.of_at_most) for d in deliveries(sent)] == [
        (first, "left_out", "paused", None, None),
        (second, "left_out", "none_left", None, None),
        (third, "queued", None, 2, 2),
    ]
    outcomes = queries.outcomes_of(sent)
    assert (outcomes.waiting, outcomes.none_left, outcomes.paused, outcomes.left_out) == (1, 1, 1, 2)


def test_a_mailing_that_would_reach_nobody_stays_a_draft(inside: Flask) -> None:
    group, (joan, _) = a_list(2, promise=1)
    hand_over(send(group, joan))
    draft = a_draft(group, joan)
    with pytest.raises(RuleBroken, match="reach nobody"):
        send(group, joan, mailing_id=draft)
    assert mailing(draft).state == State.DRAFT
    empty, (cath, *_) = a_list(0, slug="oak-lane")
    with pytest.raises(RuleBroken, match="Nobody on your contact list gets email yet"):
        send(empty, cath)


def test_the_forecast_says_what_sending_then_does(inside: Flask) -> None:
    group, (joan, _) = a_list(4, promise=2)
    hand_over(send(group, joan))
    with transaction():
        session().get_one(Contact, contacts_of(group)[0]).promise = 4
        session().get_one(Contact, contacts_of(group)[1]).promise = 1
        session().get_one(Contact, contacts_of(group)[2]).paused_until = now() + timedelta(days=1)
    found = queries.forecast_for(group, now())
    assert [(s.ordinal, s.of_at_most, s.people) for s in found.slots] == [(2, 2, 1), (2, 4, 1)]
    assert (found.reached, found.last, found.none_left, found.paused) == (2, 1, 1, 1)
    sent = send(group, joan)
    assert [d.state for d in deliveries(sent)] == ["queued", "left_out", "left_out", "queued"]


def test_a_year_later_to_the_second_the_slot_is_free_again(inside: Flask) -> None:
    group, (joan, _) = a_list(1, promise=1)
    start = now()
    hand_over(send(group, joan))
    handed_over_at = start + HOLD
    with clock.at(handed_over_at + YEAR - timedelta(microseconds=1)), pytest.raises(RuleBroken):
        send(group, joan)
    with clock.at(handed_over_at + YEAR):
        assert deliveries(send(group, joan))[0].ordinal == 1


def test_a_clock_set_back_opens_nothing(inside: Flask) -> None:
    group, (joan, _) = a_list(1, promise=1)
    hand_over(send(group, joan))
    with clock.at(now() - timedelta(days=3000)), pytest.raises(RuleBroken):
        send(group, joan)


# Taking back


def test_taken_back_a_mailing_reaches_nobody_and_frees_its_slots(inside: Flask) -> None:
    group, (joan, amir) = a_list(2, promise=1)
    sent = send(group, joan)
    with transaction():
        draft = actions.take_back(group, mailing_id=sent, by=Who.person(amir), at=now()).id
    assert states(sent) == ["taken_back"] * 2
    assert mailing(sent).state == State.TAKEN_BACK
    assert (mailing(draft).subject, mailing(draft).body) == (mailing(sent).subject, mailing(sent).body)
    with clock.at(now() + HOLD):
        assert claim() == []
    assert states(send(group, amir, mailing_id=draft)) == ["queued"] * 2
    with pytest.raises(Conflict, match="put away"):
        send(group, amir, mailing_id=sent)


def test_after_the_hold_nothing_can_be_taken_back(inside: Flask) -> None:
    group, (joan, _) = a_list()
    sent = send(group, joan)
    with clock.at(now() + HOLD), pytest.raises(RuleBroken, match="going out now"), transaction():
        actions.take_back(group, mailing_id=sent, by=Who.person(joan), at=now())
    hand_over(sent)
    with pytest.raises(RuleBroken, match="no longer held"), transaction():
        actions.take_back(group, mailing_id=sent, by=Who.person(joan), at=now())


# Handing over


def test_nothing_goes_before_the_hold_is_over(inside: Flask) -> None:
    group, (joan, _) = a_list()
    sent = send(group, joan)
    with clock.at(now() + HOLD - timedelta(seconds=1)):
        assert claim() == []
    assert mailing(sent).state == State.HELD


def test_a_mailing_goes_in_batches_and_is_sent_when_nothing_waits(inside: Flask) -> None:
    group, (joan, _) = a_list(25)
    sent = send(group, joan)
    with clock.at(now() + HOLD):
        first = claim(limit=100)
        assert len(first) == BATCH
        assert mailing(sent).state == State.GOING
        assert mailing(sent).first_handed_over_at is None
        assert {d.attempting_by for d in deliveries(sent)[:BATCH]} == {"w1"}
        settle(first)
        assert mailing(sent).first_handed_over_at == now()
        assert mailing(sent).finished_at is None
        second = claim()
        assert len(second) == 5
        settle(second)
        assert (mailing(sent).state, mailing(sent).finished_at) == (State.SENT, now())
    assert {(d.state, d.answer) for d in deliveries(sent)} == {("handed_over", "250 2.0.0")}
    assert queries.outcomes_of(sent).delivered == 25
    assert [told.subject for told in queries.list_told(contacts_of(group)[0], now() + HOLD)] == ["Our summer meeting"]


def test_two_mailings_take_turns(inside: Flask) -> None:
    group, (joan, _) = a_list(30)
    other, (cath, *_) = a_list(1, slug="oak-lane")
    send(group, joan)
    small = send(other, cath)
    queue = Deliveries()
    with clock.at(now() + HOLD):
        claim(queue)
        claim(queue)
    assert states(small) == ["attempting"]


def test_each_outcome_is_written_down_for_what_it_is(inside: Flask) -> None:
    group, (joan, _) = a_list(5)
    sent = send(group, joan)
    with clock.at(now() + HOLD):
        ids = claim()
        with transaction():
            what = [OK, refused("550 5.1.1"), temporary("451 4.3.0"), UNCERTAIN, NOT_ATTEMPTED]
            actions.settle("w1", list(zip(ids, what, strict=True)), at=now())
        rows = deliveries(sent)
        assert [d.state for d in rows] == ["handed_over", "refused", "queued", "uncertain", "queued"]
        assert [d.at == now() if d.at else None for d in rows] == [True, None, None, True, None]
        assert (rows[2].tries, rows[2].answer, rows[4].tries, rows[4].due_at) == (1, "451 4.3.0", 0, now())
        assert rows[2].due_at > now()
        found = queries.outcomes_of(sent)
        assert (found.delivered, found.waiting, found.again, found.failed, found.uncertain) == (1, 2, 1, 1, 1)


def test_put_off_for_two_days_a_delivery_is_given_up(inside: Flask) -> None:
    group, (joan, _) = a_list(1, promise=1)
    sent = send(group, joan)
    later = now() + HOLD
    for _ in range(40):
        with clock.at(later):
            if not (ids := claim()):
                break
            settle(ids, temporary("421"))
            later = deliveries(sent)[0].due_at
    row = deliveries(sent)[0]
    assert (row.state, row.at) == ("given_up", None)
    assert timedelta(days=2) <= later - (now() + HOLD) < timedelta(days=3)
    assert mailing(sent).state == State.SENT
    assert mailing(sent).first_handed_over_at is None
    assert states(send(group, joan)) == ["queued"]  # its slot is free again


def test_what_a_dead_worker_had_in_hand_is_uncertain_and_counts(inside: Flask) -> None:
    group, (joan, _) = a_list(3, promise=1)
    sent = send(group, joan)
    with clock.at(now() + HOLD):
        claim(worker="dead", limit=2)
        with transaction():
            assert actions.abandon("dead", at=now()) == 2
        assert states(sent) == ["uncertain", "uncertain", "queued"]
        assert len(claim(limit=20)) == 1
    assert queries.forecast_for(group, now()).none_left == 3


def test_a_slow_workers_truth_is_better_than_the_doubt(inside: Flask) -> None:
    group, (joan, _) = a_list(3)
    sent = send(group, joan)
    with clock.at(now() + HOLD):
        ids = claim(worker="slow")
        with transaction():
            actions.abandon("slow", at=now())
        with transaction():
            what = [OK, refused("550"), temporary("451")]
            actions.settle("slow", list(zip(ids, what, strict=True)), at=now())
    assert states(sent) == ["handed_over", "refused", "uncertain"]


def test_another_workers_rows_are_not_ours_to_settle(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    sent = send(group, joan)
    with clock.at(now() + HOLD):
        settle(claim(worker="w1"), worker="w2")
    assert states(sent) == ["attempting"]


def test_a_handover_is_never_dated_before_its_mark(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    sent = send(group, joan)
    with clock.at(marked := now() + HOLD):
        ids = claim()
    settle(ids)
    assert deliveries(sent)[0].at == marked


# Asked again at the moment of the mark


def test_who_leaves_falls_out_at_once(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    sent = send(group, joan)
    leaver = contacts_of(group)[0]
    with transaction():
        membership.leave(leaver, how=How.LEAVE_PAGE, by=Who.contact(leaver), at=now())
    assert states(sent) == ["withdrawn", "queued"]
    assert queries.outcomes_of(sent).withdrawn == 1


def test_who_leaves_while_it_is_put_off_is_not_tried_again(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    sent = send(group, joan)
    contact = contacts_of(group)[0]
    with clock.at(now() + HOLD):
        ids = claim()
        with transaction():
            membership.leave(contact, how=How.LEAVE_PAGE, by=Who.contact(contact), at=now())
        assert states(sent) == ["attempting"]
        settle(ids, temporary("451"))
    with clock.at(now() + HOLD + timedelta(hours=1)):
        assert claim() == []
        assert states(sent) == ["withdrawn"]
        assert mailing(sent).state == State.SENT


def test_who_pauses_after_send_is_left_out(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    sent = send(group, joan)
    contact = contacts_of(group)[0]
    with transaction():
        membership.pause(contact, months=3, how=How.MY_PAGE, by=Who.contact(contact), at=now())
    hand_over(sent)
    assert [(d.state, d.left_out_because) for d in deliveries(sent)] == [("left_out", "paused"), ("handed_over", None)]


def test_a_promise_lowered_after_send_leaves_out_who_would_get_too_many(inside: Flask) -> None:
    group, (joan, _) = a_list(2, promise=2)
    hand_over(send(group, joan))
    sent = send(group, joan)
    with transaction():
        membership.lower_promise(group, 1, by=Who.person(joan), at=now())
    with clock.at(now() + HOLD):
        assert claim() == []
    assert {d.left_out_because for d in deliveries(sent)} == {"promise_lowered"}
    assert queries.outcomes_of(sent).promise_lowered == 2
    assert mailing(sent).state == State.SENT


def test_with_two_waiting_and_one_allowed_one_goes(inside: Flask) -> None:
    group, (joan, _) = a_list(1, promise=2)
    first, second = send(group, joan), send(group, joan)
    with transaction():
        membership.lower_promise(group, 1, by=Who.person(joan), at=now())
    hand_over(first)
    assert sorted(states(first) + states(second)) == ["handed_over", "left_out"]


def test_a_message_that_cannot_be_made_holds_up_no_other_group(inside: Flask) -> None:
    broken, [chair, *_] = a_list(1)
    other, [other_chair, *_] = a_list(1, slug="oak")
    with transaction():
        session().get_one(Group, broken).reply_address = "no address"
    first, second = send(broken, chair), send(other, other_chair)
    queue = Deliveries()
    with clock.at(now() + HOLD), transaction():
        items = [*queue.claim("w1", at=now(), limit=BATCH), *queue.claim("w1", at=now(), limit=BATCH)]
    assert (states(first), states(second)) == (["attempting"], ["attempting"])
    with pytest.raises(BadValue):
        items[0].make()
    assert b"Our summer meeting" in items[1].make()


def test_replies_go_to_a_domain_with_letters_of_its_own(inside: Flask) -> None:
    group_id, [chair, *_] = a_list(1)
    with transaction():
        session().get_one(Group, group_id).reply_address = "team@münchen.example"
    send(group_id, chair)
    with clock.at(now() + HOLD), transaction():
        [item] = Deliveries().claim("w1", at=now(), limit=BATCH)
    assert b"Reply-To: team@xn--mnchen-3ya.example\r\n" in item.make()


@pytest.mark.parametrize("body", ["a" * BODY_LENGTH, "![" * (BODY_LENGTH // 2), "![](" * (BODY_LENGTH // 4)])
def test_a_text_without_spaces_is_looked_through_in_no_time(body: str) -> None:
    began = time.process_time()
    warnings("Subject", body)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("line", ["JOAN.ELLIS.OF.ELM@EXAMPLE.ORG", "(RUTH.CARVER@EXAMPLE.ORG)", "HTTPS://X.EXAMPLE/A"])
def test_an_address_in_capitals_is_no_shouting(line: str) -> None:
    assert shouts(line.replace("HTTPS", "https")) == []
