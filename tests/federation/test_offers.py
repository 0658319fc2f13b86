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
from pcnppg.mailing import actions as mailing
from pcnppg.store.session import session, transaction
from pcnppg.updates import actions as picking
from pcnppg.updates import queries as updates
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


def take(story: Story, notice: int, n: int = 0, **words: object) -> int:
    """The number of the update that it becomes."""
    by = Who.person(story.chairs[n])
    with transaction():
        return actions.take_notice(story.groups[n], notice, **words, by=by, at=now()).update_id or 0  # type: ignore[arg-type]  # mixed on purpose


def pass_over(story: Story, notice: int, n: int = 0) -> None:
    with transaction():
        actions.pass_over_notice(story.groups[n], notice, by=Who.person(story.chairs[n]), at=now())


def withdraw(story: Story, notice: int) -> None:
    with transaction():
        actions.withdraw_notice(story.network, notice, by=story.by, at=now())


def shown(network: int) -> list[str]:
    session().rollback()
    part = queries.on_page(groups.get_group(network), now())
    return [notice.title for notice in part.notices] if part else []


def stands(group: int) -> list[str]:
    session().rollback()
    return [update.title for update in updates.list_standing(group, at=now())]


def test_a_taken_notice_is_an_update_of_the_groups_own_with_its_days_and_words(story: Story) -> None:
    notice = offer(story, ends_on=a_day(120))
    assert shown(story.network) == ["Free parking"]
    assert stands(story.groups[0]) == []
    as_it_is = take(story, notice)
    take(story, notice, 1, title="Parking is free at Oak Hill", body="Come by car.", ends_on=a_day(30))
    own = [updates.list_standing(group, at=now())[0] for group in story.groups]
    assert [(one.title, one.text, one.side) for one in own] == [
        ("Free parking", "From May.", "group"),
        ("Parking is free at Oak Hill", "Come by car.", "group"),
    ]
    assert [(one.review_on, one.ends_on) for one in own] == [(a_day(91), a_day(120)), (a_day(30), a_day(30))]
    said = queries.answers_to_notice(story.network, notice)
    assert (said.taken, said.not_taken, said.waiting) == (["Elm Tree", "Oak Hill"], [], [])
    assert [one.id for one in updates.list_waiting(story.groups[0], now())] == [as_it_is]
    for again in (take, pass_over):
        with pytest.raises(RuleBroken, match="taken it already"):
            again(story, notice)


def test_a_taken_notice_goes_into_the_next_mailing_with_one_press(story: Story) -> None:
    number = take(story, offer(story))
    by = Who.person(story.chairs[0])
    with transaction():
        draft = mailing.begin(story.groups[0], subject="Spring", body="Hello.", by=by, at=now())
        picking.pick(story.groups[0], draft.id, chosen=[number], by=by, at=now())
        assert "### Free parking\n\nFrom May." in draft.body


def test_a_group_takes_a_notice_not_or_again_after_it_withdrew_its_own(story: Story) -> None:
    notice = offer(story)
    pass_over(story, notice)
    assert queries.answers_to_notice(story.network, notice).not_taken == ["Elm Tree"]
    first = take(story, notice)
    with transaction():
        picking.withdraw(story.groups[0], first, by=Who.person(story.chairs[0]), at=now())
    assert take(story, notice) != first
    assert stands(story.groups[0]) == ["Free parking"]


def test_officers_look_at_theirs_again_when_the_network_withdraws_a_notice(story: Story) -> None:
    """The words are the group's by then: nobody else takes them off its page."""
    notice = offer(story)
    own = [take(story, notice, n) for n in range(2)]
    with clock.at(THE_DAY + timedelta(days=1)):
        for _ in range(2):
            withdraw(story, notice)
        assert shown(story.network) == []
        assert stands(story.groups[0]) == ["Free parking"]
        waiting = queries.waiting_for(story.groups[0], now())
        assert [one.id for one in waiting.called_off] == own[:1]
        with pytest.raises(RuleBroken, match="offer is closed"):
            take(story, notice)
    with clock.at(THE_DAY + timedelta(days=2)):
        with transaction():
            picking.still_true(story.groups[0], own[0], by=Who.person(story.chairs[0]), at=now())
            picking.withdraw(story.groups[1], own[1], by=Who.person(story.chairs[1]), at=now())
        assert [queries.waiting_for(group, now()).called_off for group in story.groups] == [[], []]


def test_a_notice_ends_by_itself_and_is_no_longer_offered_to_a_group_that_left(story: Story) -> None:
    notice = offer(story, ends_on=a_day(3))
    take(story, notice)
    with clock.at(THE_DAY + timedelta(days=4)):
        assert stands(story.groups[0]) == []
        with pytest.raises(RuleBroken, match="offer is closed"):
            take(story, notice, 1)
    leave(story.groups[0], by=story.chairs[0])
    assert stands(story.groups[0]) == ["Free parking"]
    with pytest.raises(NotFound):
        take(story, notice)


def test_a_group_that_rests_is_asked_nothing(story: Story) -> None:
    notice = offer(story)
    with transaction():
        actions.sleep(story.groups[0], by=Who.person(story.chairs[0]), at=now())
    assert queries.waiting_for(story.groups[0], now()).notices == 0
    assert queries.waiting_for(story.groups[1], now()).notices == 1
    with pytest.raises(RuleBroken, match="Wake it first"):
        take(story, notice)


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
    assert rows[0].reach == Said("1 in every 100 patients", Tone.QUIET, "just begun")
    assert rows[1].reach == Said("Fewer than 1 in every 100 patients", Tone.QUIET, "just begun")
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
