"""Who did not get it, and why; what is in doubt, and the two buttons beside it (settled 5)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.audit.models import AuditEntry
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, emails, queries
from pcnppg.mailing.rules import State
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact, ListExport
from pcnppg.membership.rules import How
from pcnppg.post.rules import UNCERTAIN, handed_over, refused
from pcnppg.store.session import session, transaction
from tests.mailing.lists import a_list, contacts_of, deliveries, send, share_a_mailbox
from tests.mailing.test_actions import HOLD, claim, hand_over, mailing, settle, states
from tests.mailing.test_views import ELM, Story
from tests.people.stories import totp
from tests.visiting import Visit


@pytest.fixture
def story(inside: Flask, visit: Visit) -> Story:
    return Story(visit)


def in_doubt(group: int, officer: int) -> int:
    """A mailing that is over, everything in doubt."""
    found = send(group, officer)
    with clock.at(now() + HOLD):
        settle(claim(), UNCERTAIN)
        claim()
    return found


def say(act, group: int, officer: int, mailing_id: int, which: int = 0) -> None:
    with transaction():
        row = deliveries(mailing_id)[which].id
        act(group, mailing_id=mailing_id, delivery_id=row, by=Who.person(officer), at=now() + HOLD)


def test_sent_again_it_takes_a_second_slot(inside: Flask) -> None:
    group, (joan, _) = a_list(1, promise=2)
    found = in_doubt(group, joan)
    say(actions.send_again, group, joan, found)
    first, second = deliveries(found)
    assert (first.state, second.state, second.ordinal, second.of_at_most) == ("uncertain", "queued", 2, 2)
    assert queries.count_used([first.contact_id], now())[first.contact_id] == 2
    assert (mailing(found).state, mailing(found).finished_at) == (State.GOING, None)
    hand_over(found)
    assert (states(found), mailing(found).state) == (["uncertain", "handed_over"], State.SENT)
    outcomes = queries.outcomes_of(found)
    assert (outcomes.delivered, outcomes.uncertain) == (1, 0)  # one person, counted once
    assert queries.list_uncertain(group, since=now() - timedelta(days=1)) == []
    assert queries.delivery_facts(now() + HOLD).uncertain == 0


def test_without_a_second_slot_it_is_refused(inside: Flask) -> None:
    group, (joan, _) = a_list(1, promise=1)
    found = in_doubt(group, joan)
    with pytest.raises(RuleBroken, match="all the emails that you promised"):
        say(actions.send_again, group, joan, found)
    assert states(found) == ["uncertain"]


def test_it_is_sent_again_once_for_each_doubt(inside: Flask) -> None:
    group, (joan, amir) = a_list(1, promise=12)
    found = in_doubt(group, joan)
    say(actions.send_again, group, joan, found)
    with pytest.raises(Conflict, match="no longer in doubt"):
        say(actions.send_again, group, amir, found)
    with clock.at(now() + HOLD):
        settle(claim(), UNCERTAIN)
    say(actions.send_again, group, amir, found, which=1)
    assert states(found) == ["uncertain", "uncertain", "queued"]


def test_who_left_or_paused_gets_no_second_copy(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    found = in_doubt(group, joan)
    pausing, leaving = contacts_of(group)
    with transaction():
        membership.pause(pausing, months=3, how=How.MY_PAGE, by=Who.contact(pausing), at=now())
        membership.leave(leaving, how=How.ONE_CLICK, by=Who.contact(leaving), at=now())
    with pytest.raises(RuleBroken, match="break"):
        say(actions.send_again, group, joan, found)
    with pytest.raises(RuleBroken, match="not on your list"):
        say(actions.send_again, group, joan, found, which=1)


def test_neither_a_stopped_mailing_nor_a_frozen_list_goes_again(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    found = send(group, joan)
    with clock.at(now() + HOLD):
        settle(claim(limit=1), UNCERTAIN)
        with transaction():
            actions.stop(group, mailing_id=found, by=Who.person(joan), at=now())
    with pytest.raises(RuleBroken, match="was stopped"):
        say(actions.send_again, group, joan, found)
    old = in_doubt(group, joan)
    with clock.at(now() + timedelta(days=3 * 365)), pytest.raises(RuleBroken, match="frozen"):
        say(actions.send_again, group, joan, old)


def test_those_who_share_a_mailbox_get_it_again_together(inside: Flask) -> None:
    group, (joan, _) = a_list(2, promise=2)
    share_a_mailbox(*contacts_of(group))
    found = in_doubt(group, joan)
    say(actions.send_again, group, joan, found, which=1)  # pressed beside the one who was carried
    *_, first, second = deliveries(found)
    assert (first.carried_by, second.carried_by) == (None, first.id)
    assert sorted(queries.count_used(contacts_of(group), now()).values()) == [2, 2]
    with clock.at(now() + HOLD):
        assert claim() == [first.id]


def test_where_one_at_the_mailbox_has_none_left_nobody_gets_it_again(inside: Flask) -> None:
    group, (joan, _) = a_list(2, promise=2)
    share_a_mailbox(*contacts_of(group))
    found = in_doubt(group, joan)
    with transaction():
        session().get_one(Contact, contacts_of(group)[1]).promise = 1
    with pytest.raises(RuleBroken, match="all the emails"):
        say(actions.send_again, group, joan, found)


def test_that_it_arrived_is_written_down_and_counts_as_before(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    found = in_doubt(group, joan)
    (row,) = deliveries(found)
    counted = row.at
    assert mailing(found).first_handed_over_at is None
    say(actions.say_arrived, group, joan, found)
    (row,) = deliveries(found)
    assert (row.state, row.at, row.answer) == ("handed_over", counted, "we were told")
    assert mailing(found).first_handed_over_at == now() + HOLD  # somebody has it, so all may read it
    with pytest.raises(Conflict):
        say(actions.say_arrived, group, joan, found)


def test_another_mailings_delivery_is_not_found(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    one, other = in_doubt(group, joan), in_doubt(group, joan)
    row = deliveries(other)[0].id
    with pytest.raises(NotFound), transaction():
        actions.say_arrived(group, mailing_id=one, delivery_id=row, by=Who.person(joan), at=now())


def test_a_slow_workers_truth_after_it_was_sent_again_is_kept(inside: Flask) -> None:
    group, (joan, _) = a_list(1)
    found = send(group, joan)
    with clock.at(now() + HOLD):
        ids = claim()
        with transaction():
            actions.abandon("w1", at=now())
    say(actions.send_again, group, joan, found)
    settle(ids, handed_over("250"))
    assert states(found) == ["handed_over", "queued"]


# The page


def test_the_page_names_whom_it_did_not_reach_and_why(story: Story) -> None:
    found = story.sent()
    with clock.at(now() + HOLD):
        ids = claim()
        settle(ids[:1], refused("550 5.1.1"))
        settle(ids[1:2], UNCERTAIN)
        settle(ids[2:])
    page = story.joan(f"{ELM}/mailings/{found}/report").click("See who did not get it, and why")
    assert "Their mail server said no for good (550 5.1.1)." in page.text
    assert "Pat Number 1" in page.text
    assert emails.message_id(deliveries(found)[1].id) in page.text
    assert "Pat Number 2" not in page.text
    seen = select(func.count()).select_from(AuditEntry).where(AuditEntry.what == "mailing.not_received_seen")
    assert session().scalar(seen) == 1
    page = page.submit("Send it again").follow()
    assert "It goes again. It uses one more" in page.text
    assert "Pat Number 1" not in page.text


def test_of_those_left_out_to_keep_the_promise_it_has_numbers_alone(inside: Flask, visit: Visit) -> None:
    story = Story(visit, people=3, promise=1)
    session().rollback()
    with transaction():
        gone = contacts_of(story.group)[1:]
        for one in gone:
            membership.pause(one, months=3, how=How.MY_PAGE, by=Who.contact(one), at=now())
    hand_over(story.sent())
    with transaction():
        for one in gone:
            membership.resume(one, how=How.MY_PAGE, by=Who.contact(one), at=now())
    found = story.sent()
    hand_over(found)
    page = story.joan(f"{ELM}/mailings/{found}/not-received")
    assert "1 person had all the emails that you promised at most." in page.text
    assert "patient0" not in page.text
    assert "Nobody to name here" in page.text


def test_refused_buttons_say_why_and_damaged_ones_change_nothing(inside: Flask, visit: Visit) -> None:
    story = Story(visit, people=1, promise=1)
    found = in_doubt(story.group, story.joan_id)
    page = story.joan(f"{ELM}/mailings/{found}/not-received").submit("Send it again")
    assert (page.status, page.heading) == (422, "It was not sent again")
    page = page.click("See who did not get it").submit("It arrived", delivery_id="nonsense").follow()
    assert "In doubt" in page.text
    assert "We wrote down that it arrived." in page.submit("It arrived").follow().text
    assert story.joan(f"{ELM}/mailings/{story.draft()}/not-received").status == 303


def test_many_are_shown_a_page_at_a_time(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pcnppg.mailing.queries.missed.A_PAGE", 2)
    found = story.sent()
    with clock.at(now() + HOLD):
        settle(claim(), refused("550"))
    page = story.joan(f"{ELM}/mailings/{found}/not-received")
    assert len(page.select("tbody tr")) == 2
    assert len(page.click("Next page →").select("tbody tr")) == 1


def test_the_copy_asks_for_a_reason_and_a_code_and_calculates_nothing(story: Story) -> None:
    found = story.sent()
    with transaction():
        session().get_one(Contact, contacts_of(story.group)[1]).name = "=1+1"
    with clock.at(now() + HOLD):
        settle(claim(), refused("550 5.1.1"))
    page = story.joan(f"{ELM}/mailings/{found}/not-received").click("Take a copy of these names")
    assert "It names 3 people." in page.text
    for wrong in ({"reason": "", "totp": "123456"}, {"reason": "To ring them up", "totp": "12"}):
        assert page.submit("Take the copy", **wrong).status == 422
    assert page.submit("Take the copy", reason="To ring them up", totp="000000").status == 422
    assert session().scalar(select(func.count()).select_from(ListExport)) == 0
    with clock.at(now() + timedelta(minutes=1)):
        file = page.submit("Take the copy", reason="To ring them up", totp=totp(story.joan_id))
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    first, _, *rows = csv.reader(io.StringIO(file.html.lstrip("\ufeff")))
    assert "For: To ring them up" in first[0]
    assert [row[0] for row in rows] == ["", "'=1+1", "Pat Number 2"]
    assert {row[3] for row in rows} == {"550 5.1.1"}
    assert session().scalar(select(ListExport.people)) == 3
