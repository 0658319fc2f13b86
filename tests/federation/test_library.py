"""The library: groups share texts, take copies of their own and change those; each group sees its network's shelf alone."""

from __future__ import annotations

import pytest
from flask import Flask

from pcnppg.federation import actions
from pcnppg.federation.models import LibraryText, LibraryVersion
from pcnppg.federation.queries import library as queries
from pcnppg.federation.rules.library import TextKind, may_borrow, may_keep
from pcnppg.groups.rules import Role
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import Conflict, NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.store.session import session, transaction
from tests import making
from tests.federation.stories import Story, a_home, a_story, leave, rows
from tests.visiting import Visit

HOME, OTHER = "/groups/elm-tree/network/library", "/groups/oak-hill/network/library"


@pytest.fixture
def story(inside: Flask) -> Story:
    return a_story(2)


def share(story: Story, n: int = 0, title: str = "Our terms") -> int:
    by, words = Who.person(story.chairs[n]), {"title": title, "body": "## Who\n\nEvery patient."}
    with transaction():
        return actions.share_text(story.groups[n], kind=TextKind.TERMS, **words, by=by, at=now()).id


def take(story: Story, text: int, n: int = 1) -> int:
    with transaction():
        return actions.take_text(story.groups[n], text, by=Who.person(story.chairs[n]), at=now()).id


def change(story: Story, text: int, n: int, *, version: int = 1, body: str = "Ours.") -> None:
    by = Who.person(story.chairs[n])
    with transaction():
        actions.change_text(story.groups[n], text, title="Our terms", body=body, version=version, by=by, at=now())


def withdraw(story: Story, text: int, n: int) -> None:
    with transaction():
        actions.withdraw_text(story.groups[n], text, by=Who.person(story.chairs[n]), at=now())


def shelf(story: Story) -> list[tuple[str, str]]:
    session().rollback()
    return [(one.group, one.row.title) for one in queries.list_shelf(story.network)]


def test_a_copy_is_the_groups_own_and_each_version_is_kept(story: Story) -> None:
    text = share(story)
    copy = take(story, text)
    change(story, copy, 1)
    change(story, text, 0, body="Anew.")
    found = queries.open_text(story.groups[1], copy)
    assert (found.row.body, found.is_own, [one.body for one in found.versions]) == (
        "Ours.",
        True,
        ["## Who\n\nEvery patient."],
    )
    assert found.newer is not None
    assert found.newer.body == "Anew."
    assert queries.open_text(story.groups[1], text).versions == ()  # what it said before is for its own group
    withdraw(story, text, 0)
    assert shelf(story) == []
    assert queries.open_text(story.groups[1], copy).newer is None
    assert rows(LibraryVersion) == 4


def test_a_copy_is_taken_once_and_again_after_it_was_put_away(story: Story) -> None:
    text = share(story)
    with pytest.raises(RuleBroken, match="already"):
        take(story, text, 0)
    copy = take(story, text)
    with pytest.raises(RuleBroken, match="has a copy"):
        take(story, text)
    withdraw(story, copy, 1)
    assert take(story, text) != copy


def test_nobody_writes_over_somebody_else_or_saves_nothing(story: Story) -> None:
    text = share(story)
    change(story, text, 0)
    with pytest.raises(Conflict, match="Somebody else changed"):
        change(story, text, 0, body="Late.")
    with pytest.raises(RuleBroken, match="changed nothing"):
        change(story, text, 0, version=2)
    with pytest.raises(NotFound):
        change(story, text, 1)
    assert not may_keep(" ", "words")
    assert not may_keep("t", "x" * 20_001)
    assert may_borrow(is_own=False, has_copy=False)


def test_a_group_outside_reads_nothing_and_who_leaves_takes_its_copies_along(story: Story) -> None:
    """Rule 9: the shelf is for the groups of its network; a group's copy is for that group."""
    text = share(story)
    copy = take(story, text)
    outside, _, _ = a_home(2)
    for reader, number in ((outside, text), (outside, copy), (story.groups[0], copy), (story.network, copy)):
        with pytest.raises(NotFound):
            queries.get_text(reader, number)
    leave(story.groups[1], by=story.chairs[1])
    assert queries.get_text(story.groups[1], copy).id == copy
    with pytest.raises(NotFound):
        queries.get_text(story.groups[1], text)
    leave(story.groups[0], by=story.chairs[0])
    assert shelf(story) == []
    with transaction():
        own = actions.share_text(story.network, kind=TextKind.SURVEY, title="Ask", body="How?", by=story.by, at=now())
        assert own.network_id == story.network
    assert shelf(story) == [("Riverside Patients", "Ask")]


def test_nothing_about_a_person_is_kept_in_it() -> None:
    for model in (LibraryText, LibraryVersion):
        assert not [name for name in model.__table__.columns if "person" in str(name) or "_by" in str(name)]


def test_a_text_is_shared_taken_changed_printed_and_put_away(story: Story, visit: Visit) -> None:
    home, other = visit.as_(story.chairs[0]), visit.as_(story.chairs[1])
    page = home("/groups/elm-tree/network").click("The library of texts").click("Share a text")
    assert page.submit(title="", body="").errors == ["Give it a title.", "Write the text."]
    page = page.submit(kind="survey", title="What to ask", body="# Begin\n\n<b>Hi</b> <script>x</script>").follow()
    assert "Survey, shared by Elm Tree" in page.text
    assert [heading.get_text() for heading in page.select("article h2")] == ["Begin"]
    assert not page.select("article script")
    page = other(OTHER).click("What to ask")
    page = page.submit("Take a copy for our group").follow()
    assert "your group's own copy" in page.text
    assert "Oak Hill" in page.click("Print it").text
    stale = page.click("Change the words")
    assert stale.submit(title=" ").status == 422
    assert stale.submit().errors == ["You changed nothing, so there is nothing to save. The text stays as it is."]
    page = stale.submit(body="How was it?").follow()
    assert "What it said before" in page.text
    late = stale.submit(body="How is it?")
    assert (late.status, late.one("textarea").get_text(strip=True)) == (409, "How is it?")
    assert late.submit(body="How is it?").status == 303
    page = home(f"{HOME}/1")
    again = other(f"{OTHER}/1")
    assert "a copy of its own" in again.text
    page = page.click("Take it off the shelf").submit().follow()
    assert "The shelf is empty" in page.text
    assert other(f"{OTHER}/1").status == 404
    assert "How is it?" in other(f"{OTHER}/2").text


def test_who_may_only_read_is_offered_nothing_to_press(story: Story, visit: Visit) -> None:
    text = share(story)
    member = visit.as_(story.members[1], second_factor=False)
    page = member(f"{OTHER}/{text}")
    assert "Take a copy" not in page.text
    assert member(f"{OTHER}/new").status == 403
    assert visit.as_(story.chairs[1])(f"{OTHER}/{text}/change").status == 404
    manager = visit.as_(making.an_officer(story.groups[1], role=Role.PRACTICE_MANAGER))
    assert manager(OTHER).status == 403
    leave(story.groups[1], by=story.chairs[1])
    assert visit.as_(story.chairs[1])(f"{OTHER}/new").status == 404
