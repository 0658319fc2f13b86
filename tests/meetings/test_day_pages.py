"""The pages of the day, of minutes, of actions and of coming: what is typed is kept, and each refusal says what to do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.meetings.queries import following, minutes
from pcnppg.meetings.rules.record import MinutesState
from pcnppg.store.session import session
from tests.conftest import THE_DAY
from tests.meetings.gathering import Table, action_row, attendance_row, meeting_row, minutes_row
from tests.meetings.test_following import mailed
from tests.visiting import Page, Visit

HERE = "/groups/elm-tree/meetings"


def day_of(visit: Visit, table: Table, who: int = 0) -> Page:
    return visit(f"{HERE}/{table.meeting}/day", as_=who or table.secretary)


def roll(table: Table, *here: int) -> dict[str, str]:
    return {f"p{person}": "here" for person in here}


def test_a_meeting_from_the_roll_to_the_end_without_a_script(inside: Flask, visit: Visit) -> None:
    table = Table()
    page = day_of(visit, table)
    assert page.one("#now").get_text() == "Now: 1. Welcome and apologies"
    assert "60 minutes left" in page.text
    assert "This meeting cannot decide yet" in page.text
    everybody = (table.chair, table.secretary, *table.members)
    page = page.submit("Save who is here", **roll(table, *everybody)).follow()
    assert "This meeting can decide" in page.text
    page = page.submit("Add the guest", guest="Nia Brook").follow()
    assert "Nia Brook, guest" in page.text
    page = page.submit("Done, go on").follow()
    assert page.one("#now").get_text() == "Now: 2. The phones at eight"
    page = page.submit("Save the note", words="They ring for\nten minutes.").follow()
    assert "They ring for\nten minutes." in page.one(".written .typed").get_text()
    wrong = page.submit("Save the decision", motion="A bell", how="show_of_hands", in_favour="9", against="0")
    assert wrong.status == 422
    assert "only 5 people who can vote are here" in wrong.text
    assert wrong.one("#motion")["value"] == "A bell"
    page = wrong.submit("Save the decision", in_favour="4").follow()
    assert "Carried" in page.text
    assert "4 for, 0 against" in page.text
    page = page.submit(
        "Save the action", todo="Ask what it costs", owner=str(table.members[0]), due_on="1/4/2027"
    ).follow()
    assert "Action 1: Ask what it costs" in page.text
    assert "Derek Okafor, by Thursday 1 April 2027" in page.text
    page = page.click("End the meeting")
    assert "6 people are written down as here" in page.text
    assert "Not here, and no apologies: Karen Doyle" in page.text
    page = page.submit("End the meeting").follow()
    assert page.heading == "Minutes of Thursday 4 March 2027"
    assert "Decision: A bell. By a show of hands: 4 for, 0 against, nobody abstained. Carried." in page.text
    assert "This meeting has ended" in day_of(visit, table).text
    assert visit(f"{HERE}/{table.meeting}/end", as_=table.secretary).status == 303


def test_two_officers_at_once_lose_nothing_and_the_later_one_is_shown_the_earlier_note(
    inside: Flask, visit: Visit
) -> None:
    table = Table()
    table.note("The first note.", table.entries()[0])
    mine, theirs = day_of(visit, table), day_of(visit, table, table.chair)
    theirs.submit("Save the note", words="Ruth was faster.")
    page = mine.submit("Save the note", words="Priya wrote too.").follow()
    assert "Meanwhile somebody else wrote here too" in page.text
    assert [note.get_text() for note in page.select(".written .typed")] == [
        "The first note.", "Ruth was faster.", "Priya wrote too.",
    ]  # fmt: skip
    mine.submit("Save the note", words="Priya wrote too.")  # the same form, sent again
    assert len(day_of(visit, table).select(".written .typed")) == 3


def test_two_officers_who_call_the_roll_at_once_undo_nothing(inside: Flask, visit: Visit) -> None:
    table = Table()
    mine, theirs = day_of(visit, table), day_of(visit, table, table.chair)
    theirs.submit("Save who is here", **roll(table, table.members[0]))
    mine.submit("Save who is here", **roll(table, table.members[1]))
    assert attendance_row(table.meeting, table.members[0]).here == "present"
    assert attendance_row(table.meeting, table.members[1]).here == "present"


def test_what_was_wrong_is_said_with_what_was_typed(inside: Flask, visit: Visit) -> None:
    table = Table()
    page = day_of(visit, table)
    assert page.submit("Save the note", words=" ").errors == [
        "Write a note of 4,000 letters at most. Nothing was lost."
    ]
    wrong = page.submit("Save the action", todo="Paint the door", owner="outside", owner_email="nonsense")
    assert wrong.status == 422
    assert wrong.one("#todo")["value"] == "Paint the door"
    assert "Enter the name of whoever does it." in wrong.text
    assert page.submit("Save the action", todo="").status == 422
    assert page.submit("Add the guest", guest="").status == 422
    assert visit.as_(table.secretary).open("POST", f"{HERE}/{table.meeting}/day/notes", data={}).status == 400


def test_a_note_or_decision_is_taken_out_by_its_button_and_a_part_taken_up_again(inside: Flask, visit: Visit) -> None:
    table = Table()
    table.all_come()
    first = table.entries()[0]
    table.note("Wrong.", first)
    table.decide(entry=first)
    page = day_of(visit, table)
    assert len(page.select(".written li")) == 2
    for form in page.select(".written form"):
        page = page.submit(f'form[action="{form["action"]}"]').follow()
    assert page.select(".written li") == []
    page = page.submit("Done, go on").follow()
    page = page.click("Welcome and apologies").submit("Take this part up again").follow()
    assert page.one("#now").get_text() == "Now: 1. Welcome and apologies"
    table.note("x")  # under no part
    page = page.submit("Add the guest", guest="Nia Brook").follow()
    page = page.submit("form.stand").follow()
    assert "Nia Brook" not in page.text


def test_somebodys_item_is_not_passed_over_without_a_word(inside: Flask, visit: Visit) -> None:
    table = Table()
    table.propose("A bell at the door", by=table.members[0], role=Role.MEMBER)
    entry = table.entries()[-1]
    page = visit(f"{HERE}/{table.meeting}/day?part={entry}", as_=table.secretary)
    wrong = page.submit("Done, go on", outcome=" ")
    assert wrong.status == 422
    assert "Say in a sentence what came of it." in wrong.text
    assert not wrong.select("button[value=carry]")
    later = table.plan(THE_DAY + timedelta(days=30))
    page = visit(f"{HERE}/{table.meeting}/day?part={entry}", as_=table.secretary)
    page = page.submit("Carry it over to the next meeting").follow()
    assert "A bell at the door" in str([line.title for line in lines(later)])
    assert [line.title for line in lines(table.meeting)][-1] == "A bell at the door"
    page = visit(f"{HERE}/{table.meeting}/day?part={entry}", as_=table.secretary)
    assert "done" in page.text


def lines(meeting: int) -> list[object]:
    from pcnppg.meetings.queries.day import lines_of

    return list(lines_of(meeting_row(meeting)))


@pytest.mark.counted
def test_an_item_is_dealt_with_and_stands_under_you_said_we_did(inside: Flask, visit: Visit) -> None:
    table = Table()
    table.propose("A bell at the door", by=table.members[0], role=Role.MEMBER)
    entry = table.entries()[-1]
    page = visit(f"{HERE}/{table.meeting}/day?part={entry}", as_=table.secretary)
    page.submit("Done, go on", outcome="It rings since Monday.")
    page = visit("/groups/elm-tree/you-said-we-did")
    assert page.one(".came h2").get_text() == "A bell at the door"
    assert "It rings since Monday. Thursday 4 March 2027" in page.text
    assert visit("/groups/oak-hill/you-said-we-did").status == 404


def test_the_minutes_go_their_way_by_pages(inside: Flask, visit: Visit) -> None:
    table = Table()
    table.minutes_stand(MinutesState.DRAFT)
    at, derek = f"{HERE}/{table.meeting}/minutes", table.members[0]
    assert visit(at).status == 404
    assert "being written" in visit(at, as_=derek).text
    officer = visit.as_(table.secretary)
    page = officer(at).click("Change the draft")
    other = visit.as_(table.chair)(f"{at}/write")
    other.submit("Save the draft", words="## Welcome\n\nRuth's words about Derek Okafor.")
    page = page.submit("Save the draft", words="Priya's words")
    assert page.status == 409
    assert "Ruth's words" in page.one(".typed-over").get_text()
    assert page.one("#words").get_text().strip() == "Priya's words"
    page = page.submit("Save the draft", words="## Welcome\n\n- Derek Okafor came.\n- Derek rang.").follow()
    assert page.submit("Send them round").status == 303
    assert visit.as_(table.secretary)(f"{at}/write").status == 303
    mine = visit(at, as_=derek)
    assert mine.submit("Propose this correction", words="").status == 422
    mine.submit("Propose this correction", words="Derek Okafor came late.")
    page = officer(at)
    assert "1 correction waits for your answer" in page.text
    answering = officer(f"{at}/corrections/{minutes.list_corrections(minutes_row(table.meeting))[0].row.id}")
    assert answering.submit("Do not take it up").status == 422
    answering.submit("Take it up")
    assert "Taken up" in answering.visit(answering.url).text
    assert "No later meeting has begun" in officer(f"{at}/accept").text
    later = table.plan(THE_DAY - timedelta(minutes=5))
    table.all_come(later)
    page = officer(at).click("The next meeting has accepted them")
    page = page.submit("It accepted them")
    again = officer.post(
        f"{at}/accept", {"csrf_token": _token(officer(f"{at}/write").follow()), "at_meeting": str(later)}
    )
    assert "accepted already" in again.text
    page = officer(at).click("Look through them and publish")
    assert "- DO came." in page.one("#words").get_text()
    assert "may still name somebody: Derek" in page.text
    page.submit("Publish the minutes", words="- DO came.\n- DO rang.")
    public = visit(at)
    assert "DO came late." in public.text  # the correction, with its name reduced
    assert "Okafor" not in public.text
    assert "Ruth Carver (chair)" in public.text
    assert f"Accepted at the meeting of {THE_DAY:%A}" in public.text
    assert "Okafor" not in visit(f"{at}/print").text
    assert "Derek Okafor" in visit(f"{at}/print", as_=derek).text
    assert "on the group’s page already" in officer(f"{at}/publish").text
    with clock.at(THE_DAY + timedelta(hours=3)):
        assert visit(HERE).click("Read the minutes of Thursday 4 March 2027").status == 200


def _token(page: Page) -> str:
    return str(page.select("input[name=csrf_token]")[0]["value"])


def test_a_guest_who_asks_is_forgotten(inside: Flask, visit: Visit) -> None:
    table = Table()
    page = day_of(visit, table)
    page.submit("Add the guest", guest="Nia Brook")
    table.note("Nia Brook told us about May.")
    table.end()
    page = visit(f"{HERE}/{table.meeting}/minutes", as_=table.secretary)
    page = page.submit("Erase this name of Nia Brook").follow()
    assert "Nia" not in page.text
    assert "Somebody told us about May" in page.text
    assert visit.as_(table.secretary).open("POST", f"{HERE}/{table.meeting}/minutes/guests/999/erase").status == 400


def test_a_member_says_that_they_come_and_brings_the_biscuits(inside: Flask, visit: Visit) -> None:
    table = Table()
    at, derek = f"{HERE}/{table.meeting}/coming", table.members[0]
    page = visit(at, as_=derek)
    assert page.submit("Save").status == 422
    page = page.submit("Save", coming="apologies", is_named=True).follow()
    assert "Your apologies are noted" in page.text
    assert attendance_row(table.meeting, derek).is_named
    page = page.submit("I do it (Biscuits)").follow()
    assert "Biscuits : you" in page.text
    late = visit(at, as_=table.members[1])
    assert "Biscuits : Derek Okafor" in late.text
    page = page.submit("Take my name off Biscuits").follow()
    assert "Biscuits : nobody yet" in page.text
    table.end()
    assert "is over" in visit(at, as_=derek).text


def test_actions_from_before_head_the_next_agenda_for_people_of_the_group_alone(inside: Flask, visit: Visit) -> None:
    table = Table()
    table.give("Ask what a bell costs", to=table.members[0], due_on=THE_DAY.date())
    later = table.plan(THE_DAY + timedelta(days=30))
    page = visit(f"{HERE}/{later}", as_=table.members[1])
    assert "1. Ask what a bell costs , Derek Okafor, by Thursday 4 March 2027" in page.text
    assert "bell costs" not in visit(f"{HERE}/{later}").text
    assert "Actions from before: 1" in day_of(visit, table).text


def test_owners_and_officers_keep_actions_by_their_pages(inside: Flask, visit: Visit) -> None:
    table = Table()
    derek = table.members[0]
    officer = visit.as_(table.secretary)
    page = officer("/groups/elm-tree/actions/new")
    assert page.submit("Save the action", todo="Ask", due_on="1/1/2020").status == 422
    page.submit("Save the action", todo="Ask what a bell costs", owner=str(derek), due_on="10/3/2027")
    page = visit("/groups/elm-tree/actions", as_=derek)
    assert page.one("h2").get_text() == "Yours"
    page = page.click("Action 1. Ask what a bell costs")
    assert page.submit("Save your answer").status == 422
    assert page.submit("Save your answer", reply="done").status == 422
    page.submit("Save your answer", reply="cannot", words="I am away.")
    page = officer("/groups/elm-tree/actions/1")
    assert "Its owner cannot do it" in page.text
    wrong = page.click("Give it to somebody else").submit("Pass it on", owner="outside", owner_email="nia@example.net")
    assert wrong.status == 422
    page = wrong.submit("Pass it on", owner_name="Nia Brook").follow()
    assert page.click("Close it").submit("Close the action", words=" ").status == 422
    page = page.click("Close it").submit("Close the action", words="It costs £40.").follow()
    assert "It costs £40." in page.text
    assert "closed already" in officer("/groups/elm-tree/actions/1/close").text
    page = page.submit("Open it again").follow()
    assert action_row(1).state == "open"
    assert visit("/groups/elm-tree/actions/1", as_=derek).select("#reply") == []


def test_whoever_has_no_account_answers_by_their_link_and_looking_changes_nothing(inside: Flask, visit: Visit) -> None:
    table = Table()
    table.give(name="Nia Brook", address="nia@example.net", due_on=THE_DAY.date())
    link = f"/action/{mailed()[0]['values']['token']}"
    page = visit(link)
    assert "nia@example.net" in page.text
    assert action_row(1).state == "open"
    assert page.submit("Send my answer").status == 422
    page = page.submit("Send my answer", reply="by", by_day="30/4/2027")
    assert "Thank you" in page.text
    assert action_row(1).due_on is not None
    visit(link).submit("Send my answer", reply="done", words="Done.")
    assert "It is closed" in visit(link).text
    officer = visit.as_(table.secretary)
    officer("/groups/elm-tree/actions/1").submit("Open it again")
    open_page = visit(link)
    officer("/groups/elm-tree/actions/1/pass-on").submit("Pass it on", owner=str(table.members[0]))
    for answer in (visit(link), open_page.submit("Send my answer", reply="done", words="Mine!")):
        assert answer.heading == "This action is with somebody else now"
    assert action_row(1).state == "open"
    assert visit(f"{link}x").status == 404
    assert visit("/action/nonsense/erase").status == 404
    table.give(name="Nia Brook", address="nia@example.net")
    page = visit(f"/action/{mailed()[-1]['values']['token']}").click("Erase my details").submit("Erase my details")
    assert page.heading == "Your details are erased"
    assert action_row(2).mailbox is None


def test_the_chair_alone_is_told_who_was_missed_and_officers_how_meetings_go(inside: Flask, visit: Visit) -> None:
    table = Table(patients=1)
    for n in (3, 2, 1):
        table.hold(THE_DAY - n * timedelta(days=30), table.chair, table.secretary)
    page = visit("/home", as_=table.chair)
    assert "1 member was missed at three meetings" in page.text
    assert "Nobody of the practice came to three meetings" in page.text
    assert "missed" not in visit("/home", as_=table.secretary).text
    page = page.click("1 member was missed at three meetings").submit("I have spoken to them (Derek Okafor)").follow()
    assert "Nobody is missed" in page.text
    page = visit(f"{HERE}/how-they-go", as_=table.secretary)
    assert "Nobody of the practice came" in page.text
    assert len(page.select("tbody tr")) == 3


@pytest.mark.parametrize("state", [MinutesState.DRAFT, MinutesState.CIRCULATED, MinutesState.ACCEPTED])
def test_what_waits_around_a_meeting_waits_for_the_right_people(
    inside: Flask, visit: Visit, state: MinutesState
) -> None:
    table = Table(patients=2)
    derek, ann = table.members
    table.give(to=derek, due_on=THE_DAY.date())
    if state is MinutesState.CIRCULATED:
        table.plan(THE_DAY + timedelta(days=3))
    table.minutes_stand(state)
    officer = visit("/home", as_=table.secretary).text
    member = visit("/home", as_=derek).text
    assert "Your action 1: Ask what a bell costs" in member
    assert "Your action" not in visit("/home", as_=ann).text
    waits = {
        MinutesState.DRAFT: "send it round",
        MinutesState.CIRCULATED: "Read the minutes",
        MinutesState.ACCEPTED: "Publish the minutes",
    }
    for stands, words in waits.items():
        reader = member if stands is MinutesState.CIRCULATED else officer
        assert (words in reader) == (stands is state)
    assert ("Do you come to the next meeting?" in member) == (state is not MinutesState.DRAFT)


def test_an_action_that_is_stuck_and_a_correction_wait_for_officers(inside: Flask, visit: Visit) -> None:
    table = Table()
    derek = table.members[0]
    table.give(to=derek)
    table.minutes_stand(MinutesState.CIRCULATED)
    visit("/groups/elm-tree/actions/1", as_=derek).submit("Save your answer", reply="cannot", words="Away.")
    visit(f"{HERE}/{table.meeting}/minutes", as_=derek).submit("Propose this correction", words="Blue.")
    home = visit("/home", as_=table.secretary).text
    assert "Action 1 is stuck" in home
    assert "1 correction to the minutes waits for your answer" in home
    assert "stuck" not in visit("/home", as_=derek).text


def test_a_stranger_to_the_group_finds_none_of_it(inside: Flask, visit: Visit) -> None:
    table, other = Table(), Table(slug="oak-hill", practice="Z99002")
    table.give()
    met = f"meetings/{table.meeting}"
    for page in (f"{met}/day", f"{met}/minutes", f"{met}/coming", "actions/1"):
        assert visit(f"/groups/oak-hill/{page}", as_=other.chair).status == 404
    assert re.match("/sign-in", str(day_of_visitor(visit, table).location))
    session().rollback()
    assert following.list_open(other.group) == []
    with clock.at(THE_DAY - timedelta(days=3)):
        assert "opens on the day" in day_of(visit, table).text


def day_of_visitor(visit: Visit, table: Table) -> Page:
    return visit.anew()(f"{HERE}/{table.meeting}/day")
