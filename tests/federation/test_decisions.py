"""A vote from its opening to its result: fixed when it opens, counted once, checked by anybody who may see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from pcnppg.federation import actions, queries
from pcnppg.federation.models import BallotPaper, Decision, DecisionResult, HomeView, VoteCast
from pcnppg.federation.rules.belonging import USUAL
from pcnppg.federation.rules.decisions import Counting, Outcome, Quorum, Rule
from pcnppg.groups import actions as founding
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Ended as RoleEnded
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.pages import actions as pages
from pcnppg.store.session import db, session, transaction
from tests.conftest import THE_DAY
from tests.federation.stories import (
    Story,
    a_day,
    a_story,
    all_send,
    asked,
    call_back,
    close,
    leave,
    option,
    put,
    rows,
    send,
    vote,
    whole,
)
from tests.membership.stories import letters

LATER = THE_DAY + timedelta(days=8)


@pytest.fixture
def story(inside: Flask) -> Story:
    found = a_story(3)
    all_send(found)
    return found


def test_the_groups_decide(story: Story) -> None:
    decision = put(story)
    assert [letter["kind"] for letter in letters()].count("federation/opened") == 6
    for member, words in zip(story.members, ("Yes", "No", "Yes"), strict=True):
        vote(story, decision, member, words)
    found = close(story, decision)
    assert found.conclusion == "Decided: Yes."
    assert found.sums[:2] == [
        "3 of the 3 groups on the roll voted.",
        "2 for “Yes”, 1 for “No”, 0 abstained.",
    ]
    assert queries.recount(found) == found.result
    assert {(paper.group, paper.words) for paper in queries.list_papers(found)} == {
        ("Elm Tree", "Yes"),
        ("Oak Hill", "No"),
        ("Fernway", "Yes"),
    }
    close(story, decision)
    assert rows(DecisionResult) == 1


def test_nothing_of_it_can_be_changed_once_it_is_open(story: Story) -> None:
    decision = put(story)
    vote(story, decision, story.members[0], "Yes")
    assert queries.list_drafts(story.network) == []
    with pytest.raises(RuleBroken, match="opened or thrown away already"), transaction():
        actions.draft_decision(story.network, asked(question="Shall we not?"), draft_id=1, by=story.by, at=now())
    for table in ("decision", "decision_option", "decision_roll", "vote_cast", "ballot_paper"):
        for deed in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(IntegrityError, match="only ever added"), db.engine.begin() as connection:
                connection.execute(text(deed))


def test_a_tie_too_few_and_nobody(story: Story) -> None:
    tied = put(story)
    vote(story, tied, story.members[0], "Yes")
    vote(story, tied, story.members[1], "No")
    few = put(story, quorum=Quorum.ALL)
    vote(story, few, story.members[0], "Yes")
    silent = put(story)
    for member in story.members:
        vote(story, silent, member, None)
    unchosen = put(story, options=("Yes", "No", "Later"))
    for member in story.members:
        vote(story, unchosen, member, "No")
    with pytest.raises(RuleBroken, match="still open"):
        close(story, tied)
    with clock.at(LATER), transaction():
        assert actions.close_due(at=now()) == 4
        assert actions.close_due(at=now()) == 0
    results = [whole(number).result for number in (tied, few, silent, unchosen)]
    assert [result.outcome for result in results if result] == [
        Outcome.TIE,
        Outcome.NO_QUORUM,
        Outcome.NOBODY,
        Outcome.CHOSEN,
    ]
    assert whole(unchosen).conclusion == "Decided: No."


def test_a_vote_too_late_twice_or_by_somebody_else_is_not_counted(story: Story) -> None:
    decision = put(story)
    with clock.at(THE_DAY + timedelta(days=7, hours=9, minutes=30)), pytest.raises(RuleBroken, match="is closed"):
        vote(story, decision, story.members[0], "Yes")  # it closed at eight in the evening: 20:00 in England
    with clock.at(THE_DAY + timedelta(days=7, hours=9)):
        vote(story, decision, story.members[0], "Yes")
    with pytest.raises(RuleBroken, match="given already"):
        vote(story, decision, story.members[0], "No")
    with pytest.raises(RuleBroken, match="given already"):
        vote(story, decision, story.chairs[0], "No")
    with pytest.raises(RuleBroken, match="not on the roll"):
        vote(story, decision, story.chair, "No")
    with pytest.raises(RuleBroken, match="Choose one of the answers"), transaction():
        actions.vote(story.network, decision, person_id=story.members[1], option_id=999_999, at=now())
    with pytest.raises(NotFound):
        vote(replace(story, network=story.groups[0]), decision, story.members[1], "Yes")
    assert rows(VoteCast) == 1


def test_a_delegate_who_was_replaced_votes_no_more_and_a_substitute_can(story: Story) -> None:
    decision = put(story)
    delegates = queries.list_delegates(story.network, of_group=story.groups[0])
    call_back(story.groups[0], next(one.delegate_id for one in delegates if not one.is_substitute), by=story.chairs[0])
    with pytest.raises(RuleBroken, match="no longer speak for Elm Tree"):
        vote(story, decision, story.members[0], "Yes")
    send(story.groups[0], story.members[0], by=story.chairs[0])
    with pytest.raises(RuleBroken, match="no longer speak"):
        vote(story, decision, story.members[0], "Yes")
    vote(story, decision, story.chairs[0], "Yes")
    assert len(whole(decision).cast) == 1


def test_who_holds_no_role_at_home_speaks_for_nobody(story: Story) -> None:
    decision = put(story)
    with transaction():
        (held,) = groups.list_held_by(story.members[0], story.groups[0])
        founding.end_role(story.groups[0], held.id, because=RoleEnded.MOVED, by=story.by, at=now())
    with pytest.raises(RuleBroken, match="no longer speak for Elm Tree"):
        vote(story, decision, story.members[0], "Yes")


def test_a_group_that_leaves_while_a_vote_is_open(story: Story) -> None:
    """What it voted before counts; from then on it votes no more; it stays on the roll."""
    decision = put(story)
    vote(story, decision, story.members[0], "Yes")
    leave(story.groups[0], by=story.chairs[0])
    leave(story.groups[1], by=story.chairs[1])
    with pytest.raises(RuleBroken, match="Oak Hill has left the network"):
        vote(story, decision, story.members[1], "No")
    with clock.at(LATER):
        found = close(story, decision)
    assert found.result is not None
    assert found.result.tallies[0].on_roll == 3
    assert found.result.outcome is Outcome.NO_QUORUM


def test_one_vote_for_each_delegate_and_substitutes_stand_in(story: Story) -> None:
    decision = put(story, counting=Counting.DELEGATES)
    assert len(whole(decision).seats) == 3
    vote(story, decision, story.chairs[0], "No")  # a substitute gives the vote of the delegate
    with pytest.raises(RuleBroken, match="given already"):
        vote(story, decision, story.members[0], "Yes")
    vote(story, decision, story.members[1], "No")
    vote(story, decision, story.members[2], "No")
    assert close(story, decision).conclusion == "Decided: No."


def test_both_majorities(inside: Flask) -> None:
    story = a_story(3, terms=replace(USUAL, delegates=2))
    for n in range(3):
        send(story.groups[n], story.members[n], by=story.chairs[n])
    send(story.groups[0], story.chairs[0], by=story.chairs[0])
    decision = put(story, counting=Counting.BOTH)
    for person, words in ((story.members[0], "Yes"), (story.chairs[0], "Yes"), (story.members[1], "No")):
        vote(story, decision, person, words)
    vote(story, decision, story.members[2], "No")
    found = close(story, decision)
    assert found.result is not None
    assert found.result.outcome is Outcome.TIE  # two of four delegates, though most groups are for No
    assert queries.recount(found) == found.result


def test_a_secret_vote_says_how_many_and_never_who(story: Story) -> None:
    decision = put(story, is_secret=True)
    numbers = [
        vote(story, decision, member, words) for member, words in zip(story.members, ("Yes", "No", "Yes"), strict=True)
    ]
    found = close(story, decision)
    papers = queries.list_papers(found)
    assert sorted(numbers) == [paper.number for paper in papers]
    assert {(paper.group, paper.voter) for paper in papers} == {("", "")}
    assert next(paper.words for paper in papers if paper.number == numbers[1]) == "No"
    assert list(session().scalars(select(BallotPaper.vote_id))) == [None] * 3
    assert found.conclusion == "Decided: Yes."
    line = found.roll[0].id
    with pytest.raises(RuleBroken, match="By phone it would not be"), transaction():
        actions.enter_vote(story.network, decision, line_id=line, option_id=None, by=story.by, at=now())


def test_a_vote_by_phone_is_written_down_and_told(story: Story) -> None:
    decision = put(story)
    lines = {line.person_id: line.id for line in whole(decision).roll}
    yes = option(decision, "Yes")
    with transaction():
        actions.enter_vote(
            story.network, decision, line_id=lines[story.members[0]], option_id=yes, by=story.by, at=now()
        )
    with transaction():
        actions.enter_vote(
            story.network, decision, line_id=lines[story.members[1]], option_id=None, by=story.by, at=now()
        )
    told = [letter for letter in letters() if letter["kind"] == "federation/entered"]
    assert [(letter["to"], letter["values"]["words"]) for letter in told] == [
        ("member-elm-tree@example.com", "Yes"),
        ("member-oak-hill@example.com", ""),
    ]
    assert [paper.by_phone for paper in queries.list_papers(whole(decision))] == [True, True]
    with pytest.raises(RuleBroken, match="not on the roll"), transaction():
        actions.enter_vote(story.network, decision, line_id=999_999, option_id=yes, by=story.by, at=now())


def test_a_question_that_needs_the_view_of_each_group(story: Story) -> None:
    decision = put(story, needs_view=True, rule=Rule.CONSENT)
    assert list(whole(decision).names) == ["We can live with it", "We object"]
    with pytest.raises(RuleBroken, match="Write down first what Elm Tree thinks"):
        vote(story, decision, story.members[0], "We object")
    by = Who.person(story.members[0])
    for words in ("We are for it.", "We are for it, by a show of hands."):
        with transaction():
            actions.write_view(story.network, decision, group_id=story.groups[0], words=words, by=by, at=now())
    assert [(group, view.words) for group, view in queries.list_views(whole(decision))] == [
        ("Elm Tree", "We are for it, by a show of hands.")
    ]
    vote(story, decision, story.members[0], "We can live with it")
    with pytest.raises(NotFound), transaction():
        actions.write_view(story.network, decision, group_id=story.network, words="Hm", by=by, at=now())
    with clock.at(LATER), pytest.raises(RuleBroken, match="stay as they are"), transaction():
        actions.write_view(story.network, decision, group_id=story.groups[1], words="Hm", by=by, at=now())
    assert rows(HomeView) == 1


def test_a_question_is_prepared_changed_and_thrown_away(story: Story) -> None:
    with transaction():
        draft = actions.draft_decision(story.network, asked(), by=story.by, at=now()).id
    with transaction():
        actions.draft_decision(story.network, asked(question="What now?"), draft_id=draft, by=story.by, at=now())
    assert [one.question for one in queries.list_drafts(story.network)] == ["What now?"]
    with transaction():
        actions.discard_draft(story.network, draft, by=story.by, at=now())
    assert queries.list_drafts(story.network) == []
    with pytest.raises(RuleBroken, match="thrown away already"), transaction():
        actions.open_decision(story.network, draft, by=story.by, at=now())
    with pytest.raises(NotFound):
        queries.get_draft(story.groups[0], draft)
    with pytest.raises(RuleBroken, match="Choose a day"):
        put(story, closes_on=a_day(-1))
    assert rows(Decision) == 0


def test_a_group_that_rests_is_not_on_the_roll(story: Story) -> None:
    with transaction():
        actions.sleep(story.groups[2], by=Who.person(story.chairs[2]), at=now())
    assert {line.group for line in whole(put(story)).roll} == {"Elm Tree", "Oak Hill"}


def elect(story: Story, role: Role, *delegates: int) -> int:
    return put(story, question="Who shall it be?", elects=role, options=tuple(str(one) for one in delegates))


def test_officers_of_the_network_are_elected_among_the_delegates(story: Story) -> None:
    standing = [one for one in queries.list_delegates(story.network) if not one.is_substitute]
    first, second, third = sorted(standing, key=lambda one: story.members.index(one.person_id))
    for role in (Role.SECRETARY, Role.CHAIR):
        decision = elect(story, role, first.delegate_id, second.delegate_id)
        with pytest.raises(RuleBroken, match="Nobody is elected"), transaction():
            actions.take_office(story.network, decision, by=story.by, at=now())
        for member in story.members:
            vote(story, decision, member, "Member of Oak Hill")
        assert close(story, decision).conclusion == "Decided: Member of Oak Hill."
        with transaction():
            name = actions.take_office(story.network, decision, by=story.by, at=now())
        assert name == "Member of Oak Hill"
    roles = groups.roles_of(story.members[1], story.network)
    assert roles == {Role.CHAIR, Role.DELEGATE}
    assert groups.roles_of(story.chair, story.network) == frozenset()
    again = elect(story, Role.CHAIR, second.delegate_id, third.delegate_id)
    for member in story.members:
        vote(story, again, member, "Member of Oak Hill")
    close(story, again)
    with pytest.raises(RuleBroken, match="is chair already"), transaction():
        actions.take_office(story.network, again, by=Who.person(story.members[1]), at=now())


def test_who_is_elected_must_still_speak_for_a_group(story: Story) -> None:
    standing = [one for one in queries.list_delegates(story.network) if not one.is_substitute]
    decision = elect(story, Role.SECRETARY, *(one.delegate_id for one in standing))
    for member in story.members:
        vote(story, decision, member, "Member of Elm Tree")
    close(story, decision)
    one = next(one for one in standing if one.group == "Elm Tree")
    call_back(story.groups[0], one.delegate_id, by=story.chairs[0])
    with pytest.raises(RuleBroken, match="Vote again"), transaction():
        actions.take_office(story.network, decision, by=story.by, at=now())
    with pytest.raises(RuleBroken, match="Choose the candidates again"):
        elect(story, Role.SECRETARY, *(one.delegate_id for one in standing))


def test_a_result_names_nobody_who_was_erased(story: Story) -> None:
    standing = [one for one in queries.list_delegates(story.network) if not one.is_substitute]
    decision = elect(story, Role.SECRETARY, *(one.delegate_id for one in standing))
    for member in story.members:
        vote(story, decision, member, "Member of Elm Tree")
    close(story, decision)
    with transaction():
        pages.erase_account(story.members[0], by=Who.person(story.members[0]), at=now())
    found = whole(decision)
    assert found.conclusion == "Decided: A former member."
    assert queries.recount(found) == found.result


def test_what_somebody_did_in_a_network_is_told_to_them(story: Story) -> None:
    decision = put(story)
    vote(story, decision, story.members[0], "Yes")
    told = queries.tell_about_person(story.members[0], now())
    assert [list(kept.rows) for kept in told] == [
        [("Riverside Patients", "Elm Tree", "no")],
        [(THE_DAY, "Shall we buy a banner?", "Elm Tree")],
        [],
    ]


def test_votes_that_wait_for_somebody(story: Story) -> None:
    decision = put(story)
    waiting = [queries.votes_waiting(story.network, person, now()) for person in (*story.members, story.chair)]
    assert [len(found) for found in waiting] == [1, 1, 1, 0]
    vote(story, decision, story.members[0], "Yes")
    assert queries.votes_waiting(story.network, story.members[0], now()) == []
