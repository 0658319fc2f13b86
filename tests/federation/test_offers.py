"""Notices that groups take or not, the board of help, and how each group is doing in words and colour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.federation import actions, queries
from pcnppg.federation.queries import numbers
from pcnppg.federation.rules import offers as rules
from pcnppg.federation.rules.offers import About, HelpKind, NoticeKind, Said, Tone
from pcnppg.groups import queries as groups
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.federation.lists import contact
from tests.federation.stories import Story, a_day, a_story, leave
from tests.mailing.lists import send
from tests.membership.stories import letters


@pytest.fixture
def story(inside: Flask) -> Story:
    return a_story(2)


def offer(story: Story, **over: object) -> int:
    given = {"kind": NoticeKind.NOTICE, "title": "Free parking", "body": "From May.", "ends_on": None}
    with transaction():
        return actions.offer_notice(story.network, **{**given, **over}, by=story.by, at=now()).id  # type: ignore[arg-type]  # mixed on purpose


def answer(story: Story, notice: int, n: int = 0, *, is_taken: bool = True, title: str = "", body: str = "") -> None:
    by = Who.person(story.chairs[n])
    with transaction():
        actions.answer_notice(story.groups[n], notice, is_taken=is_taken, title=title, body=body, by=by, at=now())


def shown(group: int) -> list[str]:
    session().rollback()
    part = queries.on_page(groups.get_group(group), now())
    return [notice.title for notice in part.notices] if part else []


def test_a_notice_stands_on_the_page_of_a_group_that_has_taken_it(story: Story) -> None:
    notice = offer(story)
    assert shown(story.network) == ["Free parking"]
    assert shown(story.groups[0]) == []
    answer(story, notice)
    answer(story, notice, 1, title="Parking is free at Oak Hill", body="Come by car.")
    assert [shown(group) for group in story.groups] == [["Free parking"], ["Parking is free at Oak Hill"]]
    answer(story, notice, is_taken=False)
    assert shown(story.groups[0]) == []
    said = queries.answers_to_notice(story.network, notice)
    assert (said.taken, said.not_taken, said.waiting) == (["Oak Hill"], ["Elm Tree"], [])
    for _ in range(2):
        with transaction():
            actions.withdraw_notice(story.network, notice, by=story.by, at=now())
    assert [shown(group) for group in (story.network, story.groups[1])] == [[], []]
    with pytest.raises(RuleBroken, match="offer is closed"):
        answer(story, notice)


def test_a_notice_ends_by_itself_and_goes_with_the_network(story: Story) -> None:
    notice = offer(story, ends_on=a_day(3))
    answer(story, notice)
    with clock.at(THE_DAY + timedelta(days=4)):
        assert shown(story.groups[0]) == []
        with pytest.raises(RuleBroken, match="offer is closed"):
            answer(story, notice)
    leave(story.groups[0], by=story.chairs[0])
    assert shown(story.groups[0]) == []
    with pytest.raises(NotFound):
        answer(story, notice)


def test_a_group_that_rests_is_asked_nothing(story: Story) -> None:
    notice = offer(story)
    with transaction():
        actions.sleep(story.groups[0], by=Who.person(story.chairs[0]), at=now())
    assert queries.waiting_for(story.groups[0], THE_DAY.date()).notices == 0
    assert queries.waiting_for(story.groups[1], THE_DAY.date()).notices == 1
    with pytest.raises(RuleBroken, match="Wake it first"):
        answer(story, notice)
    assert not rules.may_answer(is_open=True, is_here=False, is_asleep=False)


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"title": " "}, "a title and a text"),
        ({"title": "x" * 121}, "Make it shorter"),
        ({"ends_on": THE_DAY.date() - timedelta(days=1)}, "an end from today"),
        ({"ends_on": THE_DAY.date() + timedelta(days=401)}, "an end from today"),
    ],
)
def test_a_notice_is_whole(story: Story, over: dict[str, object], says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        offer(story, **over)


def post(story: Story, n: int = 0) -> int:
    by = Who.person(story.chairs[n])
    with transaction():
        return actions.post_help(
            story.groups[n],
            kind=HelpKind.REQUEST,
            about=About.SPEAKER,
            title="A speaker on sleep",
            body="For our May meeting.",
            by=by,
            at=now(),
        ).id


def reply(story: Story, number: int, n: int, words: str = "Ask ours.") -> None:
    with transaction():
        actions.answer_post(story.groups[n], number, words=words, by=Who.person(story.chairs[n]), at=now())


def test_an_answer_is_mailed_on_without_an_address(story: Story) -> None:
    number = post(story)
    assert [one.group for one in queries.list_board(story.network)] == ["Elm Tree"]
    reply(story, number, 1)
    (mail,) = [letter for letter in letters() if letter["kind"] == "federation/answered"]
    assert mail["to"] == "chair-elm-tree@example.com"
    assert (mail["values"]["other_name"], mail["values"]["words"]) == ("Oak Hill", "Ask ours.")
    assert "@" not in str(mail["values"])
    for reader, seen in ((story.groups[0], 1), (story.groups[1], 1), (story.network, 0)):
        assert len(queries.whole_post(story.network, number, reader=reader).answers) == seen
    with pytest.raises(RuleBroken, match="your own group's"):
        reply(story, number, 0)
    by = Who.person(story.chairs[0])
    for _ in range(2):
        with transaction():
            actions.close_post(story.groups[0], number, by=by, at=now())
    assert queries.list_board(story.network) == []
    with pytest.raises(RuleBroken, match="closed already"):
        reply(story, number, 1)
    with pytest.raises(NotFound):
        queries.get_own_post(story.groups[1], number)
    with pytest.raises(NotFound):
        queries.get_post(story.groups[1], number)


def test_how_the_groups_are_doing_is_said_in_words_by_name(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "_further", {})
    for n in range(40):
        contact(story.groups[0], f"pat{n}@example.org")
    send(story.groups[0], story.chairs[0])
    queries.on_counting("Meetings", lambda ids, at: {story.groups[0]: Said("met in May", Tone.GOOD)})
    headings, rows = queries.list_numbers(story.network, now())
    assert headings == ["Meetings"]
    assert [row.group.name for row in rows] == ["Elm Tree", "Oak Hill"]
    assert rows[0].reach == Said("1 in every 100 patients", Tone.BAD, "few yet")
    assert rows[1].reach == Said("Fewer than 1 in every 100 patients", Tone.BAD, "few yet")
    assert rows[0].further == [Said("met in May", Tone.GOOD)]
    assert rows[1].further == [None]
    assert rows[0].silence == Said("began this month", Tone.GOOD)


@pytest.mark.parametrize(
    ("people", "of", "says", "tone"),
    [
        (400, 4000, "10 in every 100 patients", Tone.GOOD),
        (200, 4000, "5 in every 100 patients", Tone.WAITING),
        (7, None, "7, of how many is not known", Tone.QUIET),
    ],
)
def test_reach_has_words_beside_its_colour(people: int, of: int | None, says: str, tone: Tone) -> None:
    found = rules.reach_said(people, of)
    assert (found.words, found.tone) == (says, tone)


@pytest.mark.parametrize(
    ("days", "says", "tone"),
    [
        (5, "wrote this month", Tone.GOOD),
        (40, "silent for 1 month", Tone.GOOD),
        (200, "silent for 6 months", Tone.WAITING),
        (300, "silent for 9 months", Tone.BAD),
    ],
)
def test_silence_is_counted_in_months(days: int, says: str, tone: Tone) -> None:
    last = THE_DAY - timedelta(days=days)
    assert rules.silence_said(last, THE_DAY, THE_DAY) == Said(says, tone)
