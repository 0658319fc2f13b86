"""Posting, changing, reviewing and withdrawing updates; telling them in a mailing; thanks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing.models import Mailing
from pcnppg.mailing.rules import BODY_LENGTH, Stale
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session, transaction
from pcnppg.updates import actions, queries
from pcnppg.updates.models import PostedUpdate, UpdateVersion
from pcnppg.updates.rules import Kind, Side, State, To
from tests import making
from tests.conftest import THE_DAY
from tests.updates.stories import Cast, a_cast, changed, content, fresh, in_days, posted, thanked, withdrawn


@pytest.fixture
def cast(inside: Flask) -> Cast:
    return a_cast()


def titles(cast: Cast) -> list[str]:
    fresh()
    return [one.title for one in queries.list_standing(cast.group, at=now())]


def test_an_update_stands_on_the_page_and_sends_no_mail(cast: Cast) -> None:
    before = len(session().scalars(select(OutboxMessage.id)).all())
    number = posted(cast, kind=Kind.ROLE)
    fresh()
    found = queries.get_update(cast.group, number, at=now())
    assert (found.kind, found.side, found.version, found.state) == (Kind.ROLE, Side.PRACTICE, 1, State.STANDS)
    assert [part.heading for part in found.told][:2] == ["What they help with", "Who it suits"]
    assert "Ask at the desk." in found.text
    assert queries.count_standing(cast.group, at=now()) == 1
    assert len(session().scalars(select(OutboxMessage.id)).all()) == before


def test_nobody_speaks_for_a_side_that_is_not_theirs(cast: Cast) -> None:
    for person, side in ((cast.manager, Side.GROUP), (cast.chair, Side.PRACTICE), (cast.member, Side.GROUP)):
        with pytest.raises(RuleBroken):
            posted(cast, by=person, side=side)
    assert posted(cast, by=cast.chair, side=Side.GROUP)
    with pytest.raises(ValueError, match="account"), transaction():
        actions.post(cast.group, content(), side=Side.GROUP, by=MACHINE, at=now())


def test_days_that_cannot_be_are_refused_at_their_field(cast: Cast) -> None:
    with pytest.raises(RuleBroken) as refusal:
        posted(cast, ends_on=in_days(-1))
    assert refusal.value.field == "ends_on"


def test_a_change_is_kept_beside_what_was_said_before(cast: Cast) -> None:
    number = posted(cast)
    with clock.at(THE_DAY + timedelta(days=2)):
        changed(cast, number, content("The lift is shut again"))
    fresh()
    assert titles(cast) == ["The lift is shut again"]
    assert queries.get_update(cast.group, number, at=now()).is_changed
    versions = queries.list_versions(cast.group, number)
    assert [(one.number, one.title, one.by) for one in versions] == [
        (2, "The lift is shut again", "Karen Doyle"),
        (1, "The lift works again", "Karen Doyle"),
    ]


def test_two_who_change_at_once_lose_nothing(cast: Cast) -> None:
    number = posted(cast)
    changed(cast, number, content("The first"))
    with pytest.raises(Conflict, match="Somebody else changed"):
        changed(cast, number, content("The second"))
    with pytest.raises(RuleBroken, match="changed nothing"):
        changed(cast, number, content("The first"), version=2)
    with pytest.raises(RuleBroken):
        changed(cast, number, content("The third", ends_on=in_days(-1)), version=2)
    assert titles(cast) == ["The first"]


def test_a_side_changes_and_withdraws_only_its_own(cast: Cast) -> None:
    number = posted(cast)
    for act in (
        lambda: changed(cast, number, content("Ours now"), by=cast.chair),
        lambda: withdrawn(cast, number, by=cast.chair),
        lambda: withdrawn(cast, number, by=cast.member),
    ):
        with pytest.raises(RuleBroken):
            act()
    other = a_cast("oak-hill", "Z99002")
    with pytest.raises(NotFound):
        withdrawn(other, number)
    with pytest.raises(NotFound):
        queries.list_versions(other.group, number)
    assert titles(cast) == ["The lift works again"]


def test_a_withdrawn_update_is_gone_from_the_page_and_kept(cast: Cast) -> None:
    number = posted(cast)
    withdrawn(cast, number)
    first = queries.get_row(cast.group, number).withdrawn_at
    with clock.at(THE_DAY + timedelta(hours=1)):
        withdrawn(cast, number)
    fresh()
    assert queries.get_row(cast.group, number).withdrawn_at == first
    assert titles(cast) == []
    assert [one.state for one in queries.list_all(cast.group, at=now())] == [State.WITHDRAWN]
    with pytest.raises(RuleBroken, match="withdrawn"):
        changed(cast, number, content("Again"))


def test_an_update_ends_by_itself_after_its_last_day_in_england(cast: Cast) -> None:
    posted(cast, ends_on=in_days(30), review_on=in_days(1))  # in summer time by then
    with clock.at(THE_DAY.replace(hour=22, minute=59) + timedelta(days=30)):
        assert titles(cast) == ["The lift works again"]
    with clock.at(THE_DAY.replace(hour=23, minute=1) + timedelta(days=30)):
        assert titles(cast) == []


def test_what_is_due_is_looked_at_again_by_its_own_side(cast: Cast) -> None:
    number = posted(cast, review_on=in_days(5), ends_on=in_days(9))
    posted(cast, "From us", by=cast.chair, side=Side.GROUP, review_on=in_days(4))
    assert not queries.list_to_review(cast.group, [Side.PRACTICE], at=now())
    with clock.at(THE_DAY + timedelta(days=5)):
        assert [one.id for one in queries.list_to_review(cast.group, [Side.PRACTICE], at=now())] == [number]
        with transaction():
            actions.still_true(cast.group, number, by=Who.person(cast.manager), at=now())
        fresh()
        found = queries.get_update(cast.group, number, at=now())
        assert found.review_on == found.ends_on == in_days(91)
        assert not found.is_changed
        assert not queries.list_to_review(cast.group, [Side.PRACTICE], at=now())
    with clock.at(THE_DAY + timedelta(days=200)), pytest.raises(RuleBroken, match="ended"), transaction():
        actions.still_true(cast.group, number, by=Who.person(cast.manager), at=now())


def a_draft(cast: Cast, body: str = "Hello,\n\nPlease come.") -> int:
    with transaction():
        return mailing.begin(cast.group, subject="Spring", body=body, by=Who.person(cast.chair), at=now()).id


def pick(cast: Cast, draft: int, *chosen: int) -> int:
    with transaction():
        return actions.pick(cast.group, draft, chosen=chosen, by=Who.person(cast.chair), at=now())


def body_of(draft: int) -> str:
    fresh()
    return session().get_one(Mailing, draft).body


def waiting(cast: Cast) -> list[int]:
    fresh()
    return [one.id for one in queries.list_waiting(cast.group, now())]


def test_what_waits_goes_into_the_next_mailing_with_one_press(cast: Cast) -> None:
    assert waiting(cast) == []
    first, second = posted(cast, "One *star*"), posted(cast, "Two")
    ended = posted(cast, "Over", review_on=in_days(0), ends_on=in_days(0))
    assert waiting(cast) == [first, second, ended]
    with clock.at(THE_DAY + timedelta(days=1)):
        draft = a_draft(cast)
        assert pick(cast, draft, first, ended, 999) == 1
        assert waiting(cast) == [second]
        assert pick(cast, draft, second) == 1
    body = body_of(draft)
    assert body.startswith("Hello,\n\nPlease come.\n\n## What is new\n\n### One \\*star\\*\n\nYou can use it")
    assert body.count("## What is new") == 1
    assert body.endswith(f"/groups/elm-tree/updates/{second}\n")
    with pytest.raises(RuleBroken, match="Tick"):
        pick(cast, draft, first)


def test_an_empty_draft_takes_updates_too_and_a_full_one_says_so(cast: Cast) -> None:
    number = posted(cast)
    empty, full = a_draft(cast, ""), a_draft(cast, "a" * BODY_LENGTH)
    with pytest.raises(RuleBroken, match="characters"):
        pick(cast, full, number)
    assert waiting(cast) == [number]
    pick(cast, empty, number)
    assert body_of(empty).startswith("## What is new")


def test_an_update_waits_again_when_its_mailing_is_put_away(cast: Cast) -> None:
    number = posted(cast)
    draft = a_draft(cast)
    pick(cast, draft, number)
    assert waiting(cast) == []
    with transaction():
        mailing.discard(cast.group, mailing_id=draft, by=Who.person(cast.chair), at=now())
    assert waiting(cast) == [number]


def concerns(cast: Cast, draft: int) -> list[tuple[Stale, str]]:
    fresh()
    return [(one.what, one.title) for one in queries.find_concerns(cast.group, draft, now())]


def test_what_became_of_an_update_in_a_draft_is_said(cast: Cast) -> None:
    over, gone, other = (
        posted(cast, "Over", ends_on=in_days(9), review_on=in_days(1)),
        posted(cast, "Gone"),
        posted(cast),
    )
    draft = a_draft(cast)
    assert concerns(cast, draft) == []
    pick(cast, draft, over, gone, other)
    assert concerns(cast, draft) == []
    with clock.at(THE_DAY + timedelta(days=10)):
        withdrawn(cast, gone)
        changed(cast, other, content("Other now"))
        assert concerns(cast, draft) == [(Stale.ENDED, "Over"), (Stale.WITHDRAWN, "Gone"), (Stale.CHANGED, "Other now")]


def test_thanks_are_said_by_side_and_taken_back_by_it(cast: Cast) -> None:
    assert queries.last_thanked_on(cast.group) is None
    number = thanked(cast, to=To.SECRETARY)
    assert [(one.to, one.side_words, one.words) for one in queries.list_thanks(cast.group)] == [
        ("the secretary", "the practice", "Thank you for the tea.")
    ]
    assert queries.last_thanked_on(cast.group) == in_days(0)
    day = timedelta(days=1)
    assert queries.list_thanks(cast.group, since=THE_DAY, until=THE_DAY + day)
    assert not queries.list_thanks(cast.group, since=THE_DAY + day)
    assert not queries.list_thanks(cast.group, until=THE_DAY)
    for by in (cast.chair, cast.member):
        with pytest.raises(RuleBroken), transaction():
            actions.take_thanks_back(cast.group, number, by=Who.person(by), at=now())
    with pytest.raises(RuleBroken):
        thanked(cast, by=cast.member)
    other = a_cast("oak-hill", "Z99002").group
    with pytest.raises(NotFound), transaction():
        actions.take_thanks_back(other, number, by=Who.person(cast.manager), at=now())
    for _ in range(2):
        with transaction():
            actions.take_thanks_back(cast.group, number, by=Who.person(cast.manager), at=now())
    fresh()
    assert not queries.list_thanks(cast.group)
    assert queries.last_thanked_on(cast.group) is None


def test_somebody_with_two_roles_speaks_for_either_side(cast: Cast) -> None:
    both = making.an_officer(cast.group, role=Role.SECRETARY, address="practice-manager-of-1@example.com")
    assert posted(cast, by=both, side=Side.GROUP)


def test_who_posted_is_told_it_in_their_copy(cast: Cast) -> None:
    number = posted(cast)
    withdrawn(cast, number)
    said = thanked(cast)
    with transaction():
        actions.take_thanks_back(cast.group, said, by=Who.person(cast.manager), at=now())
    told = queries.tell_about_person(cast.manager, now())
    assert [row[0] for kept in told for row in kept.rows] == ["The lift works again"] * 2 + ["the whole group"]
    assert [kept.rows for kept in queries.tell_about_person(cast.chair, now())] == [[], [], []]


def test_an_update_is_forgotten_with_all_that_it_said_two_years_after_it_ended(cast: Cast) -> None:
    """The guard on what updates said opens by the database's own clock, so this one begins long ago."""
    with clock.at(THE_DAY - timedelta(days=3000)):
        ended = posted(cast, review_on=in_days(10), ends_on=in_days(10))
        gone = posted(cast, "A mistake", ends_on=in_days(700))
        stays = posted(cast, "Stays", ends_on=in_days(700))
        changed(cast, ended, content("The lift works", review_on=in_days(10), ends_on=in_days(10)))
        withdrawn(cast, gone)
        thanked(cast)
    with clock.at(THE_DAY - timedelta(days=2250)), transaction():
        assert actions.forget_old(at=clock.now()) == {"updates": 2}
    fresh()
    assert list(session().scalars(select(PostedUpdate.id))) == [stays]
    assert set(session().scalars(select(UpdateVersion.update_id))) == {stays}
    assert queries.list_thanks(cast.group)
