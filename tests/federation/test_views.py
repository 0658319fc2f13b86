"""The network by its pages: joining, sending delegates, voting, offering and taking, helping, resting, leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.federation import queries
from pcnppg.federation.jobs import close_due, send_mailings
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from tests import making
from tests.conftest import THE_DAY
from tests.federation.lists import contact
from tests.federation.stories import (
    CODES,
    Story,
    a_day,
    a_home,
    a_network,
    a_story,
    all_send,
    practices_of,
    put,
    vote,
    whole,
)
from tests.membership.stories import letters
from tests.visiting import Page, Visit

HOME, NETWORK = "/groups/elm-tree", "/groups/riverside"
TONIGHT = THE_DAY + timedelta(hours=10)


@pytest.fixture
def story(inside: Flask) -> Story:
    found = a_story(2)
    all_send(found)
    return found


def test_a_network_begins_with_its_agreement_and_a_group_joins(inside: Flask, visit: Visit) -> None:
    network, ned = a_network()
    _, chair, member = a_home(0)
    browser, home = visit.as_(ned), visit.as_(chair)
    assert "Your group is in no network" in home(f"{HOME}/network").text
    page = browser(f"{NETWORK}/network").click("Write the agreement of your groups")
    assert page.submit(gains=" ").errors == ["Say what each group gains."]
    page = page.submit(gains="News and help.", delegates="1").follow()
    assert "Version 1, published on Thursday 4 March 2027" in page.text
    page = browser(f"{NETWORK}/network").click("Invite the groups of your practices")
    page = page.submit("Send the invitation").follow()
    assert "no answer yet" in page.text
    assert "Every group of your 1 practice is in the network or invited." in page.text
    page = home("/home").click("Riverside Patients invites your group")
    assert "News and help." in page.text
    assert page.submit("Join the network").errors == ["Tick the box if your group agrees."]
    page = page.submit("Join the network", agree=True).follow()
    assert page.heading == "Our network"
    page = page.click("Say who speaks for your group")
    page = page.submit(who=str(member)).follow()
    assert "Member of Elm Tree" in page.text
    page = page.submit(who=str(chair))
    assert page.status == 422
    assert "1 delegates" in page.errors[0]
    page = page.visit(f"{HOME}/network/delegates").click("Call back Member of Elm Tree").submit().follow()
    assert "Nobody speaks for your group" in page.text
    assert home(f"{HOME}/network/join/{network}").location == f"{HOME}/network"


def test_an_invitation_can_be_declined_and_taken_back(inside: Flask, visit: Visit) -> None:
    network, ned = a_network()
    _, chair, _ = a_home(0)
    browser, home = visit.as_(ned), visit.as_(chair)
    browser(f"{NETWORK}/agreement/edit").submit()
    browser(f"{NETWORK}/network/groups").submit("Send the invitation")
    page = home(f"{HOME}/network").click("Read the agreement of Riverside Patients")
    page = page.submit("Say no to this invitation").follow()
    assert "You said no" in page.text
    browser(f"{NETWORK}/network/groups").submit("Send the invitation")
    page = browser(f"{NETWORK}/network/groups").submit("Take back the invitation of Elm Tree").follow()
    assert "taken back" in page.text
    practices_of(None, CODES[0])
    assert "lists your practice in no network" in home(f"{HOME}/network").text
    assert browser(f"{NETWORK}/network/join/{network}").status == 404


def test_a_newer_agreement_waits_for_each_chair(story: Story, visit: Visit) -> None:
    browser, home = visit.as_(story.chair), visit.as_(story.chairs[0])
    page = browser(f"{NETWORK}/agreement/edit")
    assert page.submit().errors == [
        "Nothing has changed, so there is nothing to publish. The agreement stays as it is."
    ]
    page.submit(term_months="24").follow()
    assert "newer one waits" in browser(f"{NETWORK}/network/groups").text
    page = home("/home").click("Your network has a newer agreement")
    page = page.click("Read the newer agreement, and agree to it or not")
    page.submit(agree=True).follow()
    assert queries.get_inside(story.groups[0]).version == 2
    assert visit(f"{NETWORK}/agreement/1").text.count("A newer version is in force now.") == 1
    assert visit(f"{NETWORK}/agreement/2").location == f"{NETWORK}/agreement"


def ask(browser: Visit, **over: object) -> Page:
    """Write a question down and open the vote."""
    page = browser(f"{NETWORK}/decisions/new")
    given = {"question": "Shall we buy a banner?", "options": "Yes\nNo", "explanation": "It costs £80."}
    page = page.submit(**{**given, **over}).follow()
    assert page.heading == "Open this vote?"
    return page.submit("Open the vote").follow()


def test_a_question_is_put_voted_on_and_decided(story: Story, visit: Visit) -> None:
    browser = visit.as_(story.chair)
    empty = browser(f"{NETWORK}/decisions/new").submit(question=" ", options="x" * 121, closes_on="")
    assert empty.errors == [
        "Write the question.",
        "Make each answer shorter. It can have 120 characters.",
        "Enter the day on which the vote closes.",
    ]
    page = ask(browser)
    assert page.heading == "Shall we buy a banner?"
    delegate = visit.as_(story.members[0], second_factor=False)
    page = delegate("/home").click("Vote: Shall we buy a banner?")
    assert page.submit("Give this vote").errors == ["Choose one of the answers, or abstain."]
    page = page.submit("Give this vote", option=_option(page, "Yes")).follow()
    assert "Your vote is counted." in page.text
    assert "given already" in page.text
    decision = int(page.url.rpartition("/")[2])
    assert delegate.post(f"{NETWORK}/decisions/{decision}/vote", {}).status == 400
    visitor = visit(f"{NETWORK}/decisions/{decision}")
    assert "The vote is open until" in visitor.text
    assert "Elm Tree" not in visitor.text
    page = browser(f"{NETWORK}/decisions/{decision}").click("Write down a vote by phone")
    line = next(line for line in whole(decision).roll if line.person_id == story.members[1])
    given = {"line": str(line.id), "option": _option(page, "No")}
    assert "Read the vote back" in page.submit(**given).errors[0]
    page = page.submit(**given, read_back=True).follow()
    assert "The vote is counted." in page.text
    assert [letter["to"] for letter in letters() if letter["kind"] == "federation/entered"] == [
        "member-oak-hill@example.com"
    ]
    page = page.submit("Close and count").follow()
    assert "Nothing is decided: the votes are equal." in page.text
    page = page.click("Check the count")
    assert "We have just counted these votes again. It comes to the same." in page.text
    assert "Member of Oak Hill, by phone" in page.text
    assert "Nothing is decided: the votes are equal." in visit(f"{NETWORK}/decisions").text
    assert "the votes are equal" in visit(NETWORK).text
    assert browser(f"{NETWORK}/decisions/{decision}/phone").text.count("The vote is closed") == 1


def _option(page: Page, words: str) -> str:
    """The value of the radio that reads so."""
    label = next(label for label in page.select("label") if label.get_text(strip=True) == words)
    return str(page.one(f"#{label['for']}")["value"])


def test_a_vote_that_comes_too_late_is_kept_on_the_page_with_its_reason(story: Story, visit: Visit) -> None:
    decision = put(story, closes_on=a_day(0))
    delegate = visit.as_(story.members[0])
    page = delegate(f"{NETWORK}/decisions/{decision}")
    with clock.at(TONIGHT):
        late = page.submit("Give this vote", option=_option(page, "Yes"))
        assert late.status == 422
        assert "The vote is closed. Your vote was not counted" in late.errors[0]
        assert "It is being counted" in late.text
        close_due(now())
        assert "Nothing is decided: too few voted." in visit(f"{NETWORK}/decisions/{decision}").text


def test_a_question_is_changed_and_thrown_away_before_it_opens(story: Story, visit: Visit) -> None:
    browser = visit.as_(story.chair)
    page = browser(f"{NETWORK}/decisions/new").submit(question="Shall we?", options="Yes").follow()
    assert page.submit("Open the vote").errors == ["Give from two to 8 options, each on a line of its own."]
    page = page.click("Change the question")
    assert page.submit(question="").status == 422
    page = page.submit(question="Shall we not?").follow()
    assert "Your words are saved." in page.text
    assert "Shall we not?" in browser(f"{NETWORK}/decisions").text
    page = page.submit("Throw it away").follow()
    assert "thrown away" in page.text
    assert browser(f"{NETWORK}/decisions/drafts/1").status == 404


def test_a_question_that_needs_the_groups_view_asks_for_it_first(story: Story, visit: Visit) -> None:
    decision = put(story, needs_view=True, is_secret=True, closes_on=a_day(0))
    delegate = visit.as_(story.members[0])
    page = delegate(f"{NETWORK}/decisions/{decision}")
    assert page.submit("Write it down", words=" ").status == 422
    page = page.submit("Write it down", words="Most are for it.").follow()
    assert "Your group thinks: Most are for it." in page.text
    page = page.submit("Give this vote", option="abstain").follow()
    assert "Write it down: nobody else knows that it is yours." in page.text
    assert "The list is shown when it is closed." in delegate(f"{NETWORK}/decisions/{decision}/votes").text
    assert "This vote is secret" in visit.as_(story.chair)(f"{NETWORK}/decisions/{decision}/phone").text
    with clock.at(TONIGHT):
        close_due(now())
        page = delegate(f"{NETWORK}/decisions/{decision}/votes")
        assert "Each vote has a number." in page.text
        assert "abstains" in page.text
        late = delegate.open("POST", f"{NETWORK}/decisions/{decision}/view", data=_with_token(page, words="No"))
        assert late.errors == ["The vote is closed, so its views stay as they are."]


def _with_token(page: Page, **fields: str) -> dict[str, str]:
    return {"csrf_token": str(page.select("input[name=csrf_token]")[0]["value"]), **fields}


def test_an_officer_is_elected_and_the_public_does_not_read_who(story: Story, visit: Visit) -> None:
    browser = visit.as_(story.chair)
    page = ask(browser, elects="secretary", options="", question="Who writes for us?")
    decision = int(page.url.rpartition("/")[2])
    for member in story.members:
        vote(story, decision, member, "Member of Oak Hill")
    page = browser(f"{NETWORK}/decisions/{decision}").submit("Close and count").follow()
    assert "Decided: Member of Oak Hill." in page.text
    assert "Decided: candidate 2." in visit(f"{NETWORK}/decisions/{decision}").text
    for url in (NETWORK, f"{NETWORK}/decisions", f"{NETWORK}/decisions/{decision}"):
        assert "Member of" not in visit(url).text
    page = page.submit("Give them the role").follow()
    assert "Member of Oak Hill holds the role now." in page.text
    assert "Member of Oak Hill" in browser(f"{NETWORK}/members").text


def test_a_notice_is_offered_taken_and_withdrawn(story: Story, visit: Visit) -> None:
    browser, home = visit.as_(story.chair), visit.as_(story.chairs[0])
    page = browser(f"{NETWORK}/offers").click("Offer a notice")
    assert page.submit(title="", body="").errors == ["Give it a title.", "Write the text."]
    assert "an end from today" in page.submit(title="Parking", body="Free.", ends_on="1/3/2027").errors[0]
    page = page.submit(title="Parking", body="Take two tablets a day. It is free now.")
    assert "Look once more" in page.text
    page = page.submit("Offer it as it is").follow()
    assert "No answer yet Elm Tree, Oak Hill" in page.text
    page = home("/home").click("Your network offers you a notice or a mailing").click("A notice: Parking")
    assert page.submit("Put it on our page", title="", ends_on="").errors == [
        "Give it a title.",
        "Enter a day, for example 4 March 2027.",
    ]
    assert "This day is over" in page.submit("Put it on our page", ends_on="1/3/2027").errors[0]
    own = {"title": "Parking at Elm Tree", "body": "Mrs Rowe parks free now."}
    asked = page.submit("Put it on our page", **own)
    assert "This may be about one patient." in asked.text
    page = asked.submit("Put it on our page as it is").follow()
    assert "It is an update of your group now." in page.text
    assert "Parking at Elm Tree" in visit(HOME).text
    page = home(f"{HOME}/network").click("Parking")
    assert page.heading == "A notice that you took"
    stale = page.click("Change your words or its days")
    stale.submit(title="Parking is free at Elm Tree", words="Park free now.").follow()
    visit.as_(story.chairs[1])("/groups/oak-hill/network/notices/1").submit("We do not take it")
    with clock.at(THE_DAY + timedelta(minutes=5)):
        browser(f"{NETWORK}/offers").click("Parking").submit("Withdraw it")
        assert "Is this still true? Parking is free at Elm Tree" in home(f"{HOME}/network").text
        assert "Parking is free at Elm Tree" in home("/home").text
        late = home.post(f"{HOME}/network/notices/1", {**_with_token(stale), "then": "not"})
        assert late.errors == ["This offer is closed. Nothing was changed."]


def test_a_mailing_is_offered_taken_and_sent(story: Story, visit: Visit) -> None:
    contact(story.groups[0], "pat@example.org")
    contact(story.groups[1], "pat@example.org", promise=2)
    browser, home = visit.as_(story.chair), visit.as_(story.chairs[0])
    page = browser(f"{NETWORK}/offers").click("Offer a mailing")
    assert page.submit(subject="", body="").status == 422
    assert "120" in page.submit(subject="S" * 130, body="Hello").errors[0]
    page = page.submit(subject="One number for blood tests", body="From May.").follow()
    assert "No group has taken it yet" in page.text
    page = home(f"{HOME}/network").click("A mailing: One number for blood tests")
    assert page.submit("Take it", subject="").status == 422
    page.submit("Take it", subject="Blood tests: one number").follow()
    visit.as_(story.chairs[1])(f"/groups/oak-hill{'/network/mailings/1'}").submit("Take it")
    page = browser(f"{NETWORK}/offers/mailings/1")
    page = page.submit("Send it for 2 groups").follow()
    assert "It is being queued now" in page.text
    send_mailings(now())
    page = browser(f"{NETWORK}/offers/mailings/1")
    assert "Fewer than 5 people were on the list of more than one group." in page.text
    assert browser.post(f"{NETWORK}/offers/mailings/1", _with_token(page)).errors == [
        "This mailing was sent or withdrawn already. Nothing was sent twice."
    ]
    late = browser.post(f"{NETWORK}/offers/mailings/1/withdraw", _with_token(page))
    assert "was sent already" in late.errors[0]
    closed = home(f"{HOME}/network/mailings/1")
    assert "nothing can be changed any more" in closed.text
    late = home.post(f"{HOME}/network/mailings/1", {**_with_token(closed), "then": "not"})
    assert late.errors == ["This offer is closed. Nothing was changed."]
    page = home(f"{HOME}/mailings/1/report")
    assert "goes out in your group's name" in page.text
    assert "1 person" not in page.text
    assert page.submit("Take it back").status == 303


def test_a_mailing_can_be_withdrawn_before_it_is_sent(story: Story, visit: Visit) -> None:
    browser = visit.as_(story.chair)
    page = browser(f"{NETWORK}/offers/mailings/new").submit(subject="Hello", body="Words.").follow()
    page = page.submit("Withdraw it").follow()
    assert "withdrawn. Nobody got it." in page.text
    assert browser(f"{NETWORK}/offers/mailings/1").status == 404


def test_groups_ask_and_answer_one_another(story: Story, visit: Visit) -> None:
    home, other = visit.as_(story.chairs[0]), visit.as_(story.chairs[1])
    page = home(f"{HOME}/network/help").click("Ask for help, or offer it")
    assert page.submit(title="", body="").errors == ["Say it in one line.", "Say a little more."]
    page = page.submit(kind="request", about="speaker", title="A speaker on sleep", body="For May.").follow()
    assert "A speaker on sleep" in page.text
    page = other("/groups/oak-hill/network/help").click("A speaker on sleep")
    assert page.submit(words=" ").errors == ["Write your answer."]
    page = page.submit(words="Ours is good.").follow()
    assert "What your group answered" in page.text
    page = home(f"{HOME}/network/help/1")
    assert "Oak Hill" in page.text
    assert "Ours is good." in page.text
    assert "Ours is good." not in visit.as_(story.chair)(f"{NETWORK}/network/help/1").text
    home_form = home(f"{HOME}/network/help/1")
    own = home.post(f"{HOME}/network/help/1", _with_token(home_form, words="Hm"))
    assert own.errors == ["This is your own group's. Only other groups answer it."]
    assert "off the board" in page.submit("Take it off the board").follow().text


def test_a_group_rests_wakes_and_leaves_by_its_chair_alone(story: Story, visit: Visit) -> None:
    home = visit.as_(story.chairs[0])
    page = home(f"{HOME}/network").click("Let the network speak for us").submit().follow()
    assert "Your group rests" in page.text
    assert "speaks for our patients" in visit(HOME).text
    assert "It rests now" in visit(NETWORK).text
    assert "rests" in visit.as_(story.chair)(f"{NETWORK}/network/numbers").text
    page = page.submit("Wake our group").follow()
    assert "awake again" in page.text
    secretary = visit.as_(making.an_officer(story.groups[0], role=Role.SECRETARY))
    assert "Leave the network" not in secretary(f"{HOME}/network").text
    assert secretary(f"{HOME}/network/leave").status == 403
    page = page.click("Leave the network")
    assert "2 people who speak for you there are signed out" in page.text
    page = page.submit()
    assert page.status == 303
    assert "Elm Tree" not in visit(NETWORK).text


def test_a_practice_that_changes_its_network_is_told(story: Story, visit: Visit) -> None:
    practices_of("U99002", CODES[0])
    practices_of(None, CODES[1])
    assert "now lists your practice in Riverside PCN, code U99002" in visit.as_(story.chairs[0])(f"{HOME}/network").text
    assert "now lists your practice in no network" in visit.as_(story.chairs[1])("/groups/oak-hill/network").text
    assert "Elm Tree and of Oak Hill" in visit.as_(story.chair)(f"{NETWORK}/network").text
    assert "stays with us until it leaves" in visit(NETWORK).text


def test_pages_of_one_kind_of_group_are_not_found_on_the_other(story: Story, visit: Visit) -> None:
    browser, home = visit.as_(story.chair), visit.as_(story.chairs[0])
    for end in ("/network/numbers", "/network/groups", "/offers", "/decisions", "/agreement", "/decisions/new"):
        assert home(HOME + end).status == 404
    for end in ("/network/leave", "/network/rest", "/network/delegates", "/network/help/new"):
        assert browser(NETWORK + end).status == 404


def test_a_group_outside_finds_nothing_of_a_network(story: Story, visit: Visit) -> None:
    _, chair, _ = a_home(2)
    outside = visit.as_(chair)
    for end in ("/network/help", "/network/help/1", "/network/speakers", "/network/leave", "/network/notices/1"):
        assert outside(f"/groups/fernway{end}").status == 404
    page = outside("/groups/fernway/network")
    assert "code U99001" in page.text


def test_who_speaks_for_whom(story: Story, visit: Visit) -> None:
    page = visit.as_(story.members[0])(f"{NETWORK}/network/speakers")
    assert "Member of Elm Tree" in page.text
    assert "Nobody speaks yet for" not in page.text
