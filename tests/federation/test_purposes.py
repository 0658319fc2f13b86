"""What a network's meeting is for: drafted first, agreed by the groups, and only then items and agenda."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pcnppg.federation import actions, queries
from pcnppg.federation.models import PurposeAnswer, PurposeDraft
from pcnppg.federation.rules.belonging import USUAL, may_publish
from pcnppg.federation.rules.purposes import groups_needed, is_agreed, may_answer, may_draft, may_say, standing_words
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import agenda as agendas
from pcnppg.meetings.actions import planning
from pcnppg.meetings.models import Meeting
from pcnppg.meetings.rules.meetings import may_call
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.federation.stories import Story, a_story, all_send, leave, publish, rows
from tests.meetings.stories import a_meeting, an_item, asked, the_meeting
from tests.visiting import Visit

WORDS = "How our practices share their nurses. Afterwards each group knows whom to ask."
NETWORK = "/groups/riverside"


@pytest.fixture
def story(inside: Flask) -> Story:
    found = a_story(3)
    all_send(found)
    return found


def draft(story: Story, meeting: int, words: str = WORDS, *, over: int = 0) -> None:
    with transaction():
        actions.draft_purpose(story.network, meeting, words=words, over=over, by=story.by, at=now())


def say(story: Story, meeting: int, person: int, *, agrees: bool = True, words: str = "", read: int = 1) -> None:
    with transaction():
        more: dict[str, Any] = {"agrees": agrees, "words": words, "read": read}
        actions.answer_purpose(story.network, meeting, by=Who.person(person), at=now(), **more)


def publish_agenda(story: Story, meeting: int) -> None:
    with transaction():
        version = session().get_one(Meeting, meeting).agenda_version
        agendas.publish_agenda(story.network, meeting, version=version, by=story.by, at=now())


def is_agreed_now(meeting: int) -> bool:
    return the_meeting(meeting).purpose_agreed_at is not None


def test_neither_items_nor_agenda_come_before_the_groups_have_agreed(story: Story) -> None:
    meeting = a_meeting(story.network, by=story.chair)
    refused = pytest.raises(RuleBroken, match="groups have not agreed yet what this meeting is for")
    for step in range(4):
        with refused:
            publish_agenda(story, meeting)
        with refused:
            an_item(story.network, meeting, story.chair)
        with refused:
            asked(story.network, meeting, "vi@example.com")
        if step == 0:
            draft(story, meeting)
        else:
            assert not is_agreed_now(meeting)
            say(story, meeting, story.members[step - 1])
    assert is_agreed_now(meeting)
    assert the_meeting(meeting).purpose == WORDS
    an_item(story.network, meeting, story.chair)
    assert asked(story.network, meeting, "vi@example.com")
    publish_agenda(story, meeting)


def test_the_database_keeps_it_too(story: Story) -> None:
    meeting = a_meeting(story.network, by=story.chair)
    the_meeting(meeting).settled_at = now()
    with pytest.raises(IntegrityError):
        session().flush()
    session().rollback()


def test_a_practice_group_needs_nobody_s_word(story: Story) -> None:
    meeting = a_meeting(story.groups[0], by=story.chairs[0])
    an_item(story.groups[0], meeting, story.members[0])
    with pytest.raises(NotFound), transaction():
        actions.draft_purpose(story.groups[0], meeting, words=WORDS, over=0, by=story.by, at=now())


def test_new_words_clear_what_was_agreed_and_the_record_stays(story: Story) -> None:
    meeting = a_meeting(story.network, by=story.chair)
    draft(story, meeting)
    for person in story.members:
        say(story, meeting, person)
    say(story, meeting, story.chairs[0], agrees=False, words="Say when.")
    assert is_agreed_now(meeting)
    draft(story, meeting, "Nurses, from May.", over=1)
    assert not is_agreed_now(meeting)
    talk = queries.talk_of(story.network, the_meeting(meeting))
    assert (talk.version, talk.agreed, talk.needed) == (2, 0, 3)
    with pytest.raises(RuleBroken, match="Read the new words"):
        say(story, meeting, story.members[0], read=1)
    with pytest.raises(RuleBroken, match="Somebody else wrote it anew"):
        draft(story, meeting, "Something else.", over=1)
    said = [(one.version, one.group, one.answer.agrees) for one in queries.record_of(meeting)]
    assert said == [(1, "Elm Tree", True), (1, "Oak Hill", True), (1, "Fernway", True), (1, "Elm Tree", False)]
    assert (rows(PurposeDraft), rows(PurposeAnswer)) == (2, 4)


def test_a_published_agenda_keeps_its_purpose(story: Story) -> None:
    meeting = a_meeting(story.network, by=story.chair)
    draft(story, meeting)
    for person in story.members:
        say(story, meeting, person)
    publish_agenda(story, meeting)
    with pytest.raises(RuleBroken, match="stays as the groups agreed"):
        draft(story, meeting, "Something else.", over=1)
    with pytest.raises(RuleBroken, match="settled"):
        say(story, meeting, story.members[0])


def test_the_agreement_says_how_many_groups_must_agree(story: Story) -> None:
    meeting = a_meeting(story.network, by=story.chair)
    draft(story, meeting)
    say(story, meeting, story.members[0])
    say(story, meeting, story.members[1])
    assert not is_agreed_now(meeting)
    publish(story.network, story.chair, type(USUAL)(**{**_fields(USUAL), "purpose_groups": 2}))
    assert is_agreed_now(meeting)


def test_when_a_group_leaves_or_rests_those_that_stay_may_be_enough(story: Story) -> None:
    meeting = a_meeting(story.network, by=story.chair)
    draft(story, meeting)
    say(story, meeting, story.members[0])
    leave(story.groups[1], by=story.chairs[1])
    assert not is_agreed_now(meeting)
    with transaction():
        actions.sleep(story.groups[2], by=Who.person(story.chairs[2]), at=now())
    assert is_agreed_now(meeting)
    with pytest.raises(RuleBroken, match="rests"):
        say(story, meeting, story.members[2])
    with pytest.raises(RuleBroken, match="whom a group sent"):
        say(story, meeting, story.members[1])


def test_nobody_agrees_to_what_is_over(story: Story) -> None:
    meeting = a_meeting(story.network, by=story.chair)
    draft(story, meeting)
    with transaction():
        planning.cancel_meeting(story.network, meeting, why="Snow.", by=story.by, at=now())
    with pytest.raises(RuleBroken, match="cancelled"):
        say(story, meeting, story.members[0])
    with transaction():
        actions.leave(story.groups[0], by=Who.person(story.chairs[0]), at=now())
    assert not is_agreed_now(meeting)


def test_delegates_find_it_answer_it_and_see_it_in_their_copy(story: Story, visit: Visit) -> None:
    meeting = a_meeting(story.network, by=story.chair)
    page = visit.as_(story.chair)(f"{NETWORK}/meetings/{meeting}")
    assert "The groups are agreeing what this meeting is for." in page.text
    assert "not agreed yet what this meeting is for" in visit(f"{NETWORK}/meetings/{meeting}/propose").text
    page = page.click("Say what it is for").click("Write what it is for")
    assert page.submit(words=" ").errors == ["Say in a few sentences what the meeting is for."]
    page = page.submit(words=WORDS).follow()
    assert "0 of 3 have agreed. Not yet: Elm Tree, Fernway and Oak Hill." in page.text
    agenda = visit.as_(story.chair)(f"{NETWORK}/meetings/{meeting}/agenda")
    assert "You can publish it when enough groups have agreed" in agenda.text
    delegate = visit.as_(story.members[0])
    page = delegate("/home").click("Say for your group what a meeting should be for")
    assert page.submit().errors == ["Choose what your group says."]
    assert page.submit(answer="change").errors == ["Say what should change."]
    page = page.submit(answer="change", words="Name the nurses’ clinics.").follow()
    assert "Elm Tree asks for a change" in page.text
    assert "Name the nurses’ clinics." in visit.as_(story.chair)(f"{NETWORK}/meetings/{meeting}/purpose/edit").text
    page = page.submit(answer="agree").follow()
    assert "Your group has answered" in page.text
    for person in story.members[1:]:
        say(story, meeting, person)
    assert WORDS in visit(f"{NETWORK}/meetings/{meeting}").text
    assert "The groups agreed to this" in page.visit(page.url).text
    assert visit.as_(story.chair)(f"{NETWORK}/network").select(f"a[href$='/meetings/{meeting}']")
    with clock.at(THE_DAY + timedelta(days=1)):
        told = queries.tell_about_person(story.members[0], now())
    assert "Name the nurses’ clinics." in str(told)


def _fields(terms: Any) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in terms.__dataclass_fields__}


def test_rules_of_drafting_and_answering() -> None:
    assert may_draft("New", before="Old", is_published=False)
    assert may_draft("New", before=None, is_published=False)
    for words, before, is_published in (("New", None, True), (" ", None, False), ("x" * 1001, None, False)):
        assert not may_draft(words, before=before, is_published=is_published)
    assert not may_draft("Old ", before="Old", is_published=False)
    able: dict[str, Any] = {"version": 1, "read": 1, "speaks": True, "is_awake": True, "is_published": False}
    assert may_answer(**able)
    for worse in ({"version": 0}, {"read": 2}, {"speaks": False}, {"is_awake": False}, {"is_published": True}):
        assert not may_answer(**{**able, **worse})
    assert may_say("", agrees=True)
    assert may_say("Say when.", agrees=False)
    assert not may_say(" ", agrees=False)
    assert not may_say("x" * 1001, agrees=True)
    assert may_call(needs_purpose=False, purpose_agreed_at=None)
    assert may_call(needs_purpose=True, purpose_agreed_at=THE_DAY)
    assert not may_call(needs_purpose=True, purpose_agreed_at=None)


def test_rules_of_how_many() -> None:
    assert [groups_needed(0, 4), groups_needed(2, 4), groups_needed(9, 4), groups_needed(0, 0)] == [4, 2, 4, 1]
    assert is_agreed(2, needed=2)
    assert not is_agreed(1, needed=2)
    assert standing_words(1, 1, []) == "1 group has agreed. 1 had to."
    assert standing_words(3, 2, ["Elm Tree"]) == "3 groups have agreed. 2 had to."
    assert standing_words(0, 1, []) == "No group can agree yet: none is in the network and awake."
    assert standing_words(1, 2, ["Elm Tree"]) == "1 of 2 have agreed. Not yet: Elm Tree."
    too_many = type(USUAL)(**{**_fields(USUAL), "purpose_groups": 100})
    assert not may_publish(too_many, USUAL)
