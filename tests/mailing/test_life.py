"""Planned, quiet at night, stopped while going out, never the same text twice: on a real database, and as officers meet it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from pcnppg.kernel import clock
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, RuleBroken
from pcnppg.kernel.settings import QuietHours
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, jobs, queries
from pcnppg.mailing.queries import planned
from pcnppg.mailing.rules import State
from pcnppg.membership import actions as membership
from pcnppg.membership.rules import How
from pcnppg.post.rules import NOT_ATTEMPTED, temporary
from pcnppg.store import lease
from pcnppg.store.session import transaction
from tests.conftest import THE_DAY
from tests.mailing.lists import a_draft, a_list, contacts_of, send
from tests.mailing.test_actions import HOLD, claim, hand_over, mailing, settle, states
from tests.mailing.test_views import ELM, Story
from tests.visiting import Visit

SOON = THE_DAY + timedelta(hours=4)


@pytest.fixture
def quiet(inside: Flask) -> Iterator[None]:
    before = settings_of.current()
    settings_of.use(replace(before, quiet_hours=QuietHours(21, 8)))
    yield
    settings_of.use(before)


@pytest.fixture
def story(inside: Flask, visit: Visit) -> Story:
    return Story(visit)


def plan(group: int, officer: int, draft: int, *, moment: datetime = SOON) -> int:
    with transaction():
        actions.schedule(group, mailing_id=draft, version=1, moment=moment, by=Who.person(officer), at=now())
    return draft


def stop(group: int, officer: int, mailing_id: int) -> int:
    with transaction():
        return actions.stop(group, mailing_id=mailing_id, by=Who.person(officer), at=now())


# Planned


def test_recipients_and_slots_are_chosen_only_when_its_moment_has_come(inside: Flask) -> None:
    group, (joan, _) = a_list(3)
    found = plan(group, joan, a_draft(group, joan))
    assert (mailing(found).state, states(found)) == (State.SCHEDULED, [])
    with transaction():
        leaver = contacts_of(group)[0]
        membership.leave(leaver, how=How.ONE_CLICK, by=Who.contact(leaver), at=now())
    with clock.at(SOON - timedelta(seconds=1)):
        jobs.send_due(now())
        assert mailing(found).state == State.SCHEDULED
    with clock.at(SOON):
        jobs.send_due(now())
        sent = mailing(found)
        assert (sent.state, sent.sent_at, sent.held_until, sent.sent_by) == (State.HELD, SOON, SOON, joan)
        assert states(found) == ["queued"] * 2
        assert len(claim()) == 2  # it is not held again


def test_a_planned_mailing_is_neither_written_on_nor_sent_by_hand_nor_planned_twice(inside: Flask) -> None:
    group, (joan, _) = a_list()
    found = plan(group, joan, a_draft(group, joan))
    with pytest.raises(RuleBroken, match="Make it a draft again"), transaction():
        actions.save(group, mailing_id=found, subject="x", body="y", version=1, by=Who.person(joan), at=now())
    with pytest.raises(Conflict):
        send(group, joan, mailing_id=found)
    with pytest.raises(Conflict, match="put away"):
        plan(group, joan, found)
    sent = send(group, joan)
    with pytest.raises(Conflict, match="already sent"):
        plan(group, joan, sent)


def test_a_plan_is_made_of_the_words_that_were_seen(inside: Flask) -> None:
    group, (joan, _) = a_list()
    draft = a_draft(group, joan)
    with transaction():
        actions.save(group, mailing_id=draft, subject="x", body="y", version=1, by=Who.person(joan), at=now())
    with pytest.raises(Conflict, match="changed this mailing"):
        plan(group, joan, draft)


def test_it_can_be_a_draft_again(inside: Flask) -> None:
    group, (joan, _) = a_list()
    found = plan(group, joan, a_draft(group, joan))
    for _ in range(2):
        with transaction():
            actions.unschedule(group, mailing_id=found, by=Who.person(joan), at=now())
    assert (mailing(found).state, mailing(found).scheduled_for) == (State.DRAFT, None)
    sent = send(group, joan)
    with pytest.raises(RuleBroken, match="not planned any more"), transaction():
        actions.unschedule(group, mailing_id=sent, by=Who.person(joan), at=now())


def test_more_than_two_hours_late_it_goes_only_if_somebody_says_so_again(inside: Flask) -> None:
    group, (joan, amir) = a_list()
    found = plan(group, joan, a_draft(group, joan))
    with clock.at(SOON + timedelta(hours=2, seconds=1)):
        jobs.send_due(now())
        with transaction():
            assert not actions.send_due(group, mailing_id=found, at=now())
        assert mailing(found).state == State.SCHEDULED
        with transaction():
            actions.send_late(group, mailing_id=found, by=Who.person(amir), at=now())
        assert (mailing(found).state, mailing(found).sent_by) == (State.HELD, amir)
        with pytest.raises(RuleBroken), transaction():
            actions.send_late(group, mailing_id=found, by=Who.person(amir), at=now())


def test_one_that_would_reach_nobody_stays_planned_and_holds_up_no_other(inside: Flask) -> None:
    group, (joan, _) = a_list(1, promise=1)
    other, (ruth, _) = a_list(1, slug="oak-lane")
    first, second = a_draft(group, joan), a_draft(other, ruth)
    plan(group, joan, first)
    plan(other, ruth, second)
    hand_over(send(group, joan))
    with clock.at(SOON):
        jobs.send_due(now())
        assert (mailing(first).state, mailing(second).state) == (State.SCHEDULED, State.HELD)


def test_forecasts_include_what_is_planned(inside: Flask) -> None:
    group, (joan, _) = a_list(3, promise=2)
    for hours in (1, 2):
        plan(group, joan, a_draft(group, joan), moment=THE_DAY + timedelta(hours=hours))
    reached = [found.reach.reached for found in planned.plans_of(group, now())]
    assert reached == [3, 3]
    assert [found.reach.reached for found in planned.plans_of(group, now(), before_them=1)] == [3, 0]
    late = planned.plans_of(group, now())[0].mailing_id
    assert [found.reach.reached for found in planned.plans_of(group, now(), before_them=1, but=late)] == [3]
    assert queries.forecast_for(group, now(), planned=2).none_left == 3
    assert queries.forecast_for(group, now(), planned=1).slots[0].ordinal == 2


# Quiet hours


def test_at_night_no_mailing_goes_and_nothing_is_late(inside: Flask, quiet: None) -> None:
    group, (joan, _) = a_list(2)
    found = send(group, joan)
    with clock.at(THE_DAY.replace(hour=22)):
        assert claim() == []
        assert queries.delivery_facts(now()).overdue == timedelta()
    with clock.at(THE_DAY.replace(hour=8) + timedelta(days=1)):
        assert len(claim()) == 2
    assert states(found) == ["attempting"] * 2


def test_the_pages_say_when_it_goes_at_night(story: Story, quiet: None) -> None:
    settings_of.use(replace(settings_of.current(), quiet_hours=QuietHours(10, 12)))  # whoever signed in is still here
    found = story.sent()
    assert "Held until 10:45am. It goes out from midday" in story.joan(f"{ELM}/mailings/{found}/report").text
    with clock.at(now() + HOLD):
        assert (
            "It goes out from midday. We send no mailings at night."
            in story.joan(f"{ELM}/mailings/{found}/report").text
        )
        assert "It goes out from midday" in story.joan(f"{ELM}/mailings").text
        draft = story.draft()
        assert "goes out by itself, from midday on" in story.joan(f"{ELM}/mailings/{draft}/send").text
        page = story.joan(f"{ELM}/mailings/{draft}/plan").submit("Plan it", day="5/3/2027", time="11am")
        assert page.errors == ["Choose a time in the day. No mailing goes out between 10am and midday."]


# Stopped


def test_stopping_takes_back_what_nobody_has_attempted_and_frees_its_slots(inside: Flask) -> None:
    group, (joan, _) = a_list(4, promise=1)
    found = send(group, joan)
    with clock.at(now() + HOLD):
        settle(claim(limit=1))
        in_hand = claim(limit=1)
        assert stop(group, joan, found) == 2
        assert stop(group, joan, found) == 0
        assert claim() == []
        settle(in_hand, temporary("451"))  # put off: it is not tried again
        assert states(found) == ["handed_over", "taken_back", "taken_back", "taken_back"]
        assert (mailing(found).state, mailing(found).finished_at) == (State.STOPPED, now())
        assert sorted(queries.count_used(contacts_of(group), now()).values()) == [1]
        assert queries.forecast_for(group, now()).reached == 3


def test_what_a_worker_gives_back_unattempted_after_the_stop_goes_no_more(inside: Flask) -> None:
    group, (joan, _) = a_list(2)
    found, other = send(group, joan), send(group, joan)
    with clock.at(now() + HOLD):
        ids = claim() + claim()
        stop(group, joan, found)
        settle(ids, NOT_ATTEMPTED)
    assert (states(found), states(other)) == (["taken_back"] * 2, ["queued"] * 2)


def test_a_held_mailing_is_taken_back_and_a_sent_one_is_past_stopping(inside: Flask) -> None:
    group, (joan, _) = a_list()
    found = send(group, joan)
    with pytest.raises(RuleBroken, match="Take it back instead"):
        stop(group, joan, found)
    hand_over(found)
    with pytest.raises(RuleBroken, match="nothing to stop"):
        stop(group, joan, found)


@pytest.mark.counted
def test_an_officer_sees_in_numbers_what_stopping_means(story: Story) -> None:
    found = story.sent()
    assert story.joan(f"{ELM}/mailings/{found}/stop").location == f"{ELM}/mailings/{found}/report"
    with clock.at(now() + HOLD):
        settle(claim(limit=1))
        page = story.joan(f"{ELM}/mailings/{found}/report").click("Stop this mailing")
        assert "1 person has it already." in page.text
        assert "2 people do not get it" in page.text
        page = page.submit("Stop it").follow()
        assert "2 people do not get it, and it uses none of their allowance." in page.text
        assert "This mailing was stopped on Thursday 4 March 2027 at 10:45am. 1 person got it before that." in page.text
        assert "Our summer meeting (stopped)" in story.joan(f"{ELM}/mailings").text
        page = page.click("See who did not get it, and why")
        assert page.text.count("You stopped the mailing before their turn") == 2


# The same text


def test_the_same_text_does_not_go_to_the_same_list_again(story: Story) -> None:
    words = {"subject": "Our meeting", "body": "Please come."}
    first = story.draft(**words)
    send(story.group, story.joan_id, mailing_id=first)
    again = story.draft(subject="OUR meeting", body="Please  come.")
    page = story.joan(f"{ELM}/mailings/{again}/send")
    assert "You sent these very words to your list on Thursday 4 March 2027." in page.text
    assert not page.select("main form")
    with pytest.raises(RuleBroken, match="very words"):
        send(story.group, story.joan_id, mailing_id=again)
    with pytest.raises(RuleBroken, match="very words"):
        plan(story.group, story.joan_id, again)
    with clock.at(now() + timedelta(days=90)):
        send(story.group, story.joan_id, mailing_id=again)
    other, (ruth, _) = a_list(slug="oak-lane")
    send(other, ruth, mailing_id=a_draft(other, ruth, **words))


def test_what_was_taken_back_may_be_sent_again(inside: Flask) -> None:
    group, (joan, _) = a_list()
    sent = send(group, joan)
    with transaction():
        draft = actions.take_back(group, mailing_id=sent, by=Who.person(joan), at=now()).id
    send(group, joan, mailing_id=draft)
    assert mailing(draft).state == State.HELD


# As officers meet it


def test_planning_from_the_send_page_to_the_list_of_mailings(story: Story) -> None:
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/send").click("Plan it for another time")
    for day, hour, wrong in [
        ("", "9am", "Enter the day on which it goes out."),
        ("soon", "9am", "Enter a day that the calendar has, for example 4 March 2027."),
        ("9/3/2027", "nine", "Enter a time, for example 9am or 2:30pm."),
        ("3/3/2027", "9am", "Choose a time that is still to come."),
    ]:
        assert page.submit("Plan it", day=day, time=hour).errors == [wrong]
    page = page.submit("Plan it", day="9/3/2027", time="9am").follow()
    assert "It is planned for Tuesday 9 March 2027 at 9am. It goes out by itself then." in page.text
    assert "As things stand it then goes to 3 people." in page.text
    assert "You planned it." in page.text
    assert (
        "It goes out on Tuesday 9 March 2027 at 9am, to 3 people as things stand" in story.amir(f"{ELM}/mailings").text
    )
    other = story.draft()
    for path in (f"mailings/{other}/send", f"mailings/{other}/reach", "settings/promise/raise"):
        text = story.joan(f"{ELM}/{path}").text
        assert "goes out on Tuesday 9 March 2027 at 9am. As things stand it reaches 3 people." in text, path
    assert story.joan(f"{ELM}/mailings/{draft}/plan").location == f"{ELM}/mailings/{draft}/report"
    assert story.joan(f"{ELM}/mailings/{draft}/late").location == f"{ELM}/mailings/{draft}/report"
    page = page.submit("Make it a draft again").follow()
    assert "It is a draft again." in page.text


def test_a_page_that_is_out_of_date_plans_nothing(story: Story) -> None:
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/plan")
    story.joan(f"{ELM}/mailings/{draft}/write").submit("Save and see what arrives", body="Other words").follow()
    page = page.submit("Plan it", day="9/3/2027", time="9am")
    assert (page.status, page.heading) == (409, "It was not sent")


def test_a_missed_moment_waits_for_a_word_at_home_and_on_a_page_of_its_own(story: Story) -> None:
    found = plan(story.group, story.joan_id, story.draft())
    with clock.at(SOON + timedelta(hours=3)):
        home = story.amir("/home")
        assert "could not go out when it was planned" in home.text
        page = home.click("“Our summer meeting” could not go out when it was planned")
        assert page.heading == "Send it after all?"
        assert "It waits for your word" in story.joan(f"{ELM}/mailings").text
        assert "It waits for your word" in story.joan(f"{ELM}/mailings/{found}/report").text
        page.submit("Send to 3 people").follow()
    assert mailing(found).state == State.HELD


def test_the_pages_say_that_a_restored_database_sends_nothing(story: Story) -> None:
    found, draft = story.sent(), story.draft()
    pages = [f"{ELM}/mailings", f"{ELM}/mailings/{found}/report", f"{ELM}/mailings/{draft}/send"]
    assert not any("No mail goes out at the moment" in story.joan(page).text for page in pages)
    with transaction() as open_:
        open_.add(lease.Sender(name=lease.RESTORED, count=0, inode=0, seen_at=now(), held_because=lease.Held.RESTORED))
    assert all("No mail goes out at the moment. A backup was put back." in story.joan(page).text for page in pages)
