"""An action keeps its number and its story; only whoever has it answers; a link dies kindly when it moves on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import following
from pcnppg.meetings.actions.following import Owner
from pcnppg.meetings.models import Action
from pcnppg.meetings.queries import following as queries
from pcnppg.meetings.rules.following import Reply
from pcnppg.store.session import transaction
from tests.conftest import THE_DAY
from tests.meetings.gathering import Table, action_row
from tests.membership.stories import letters

TODAY = THE_DAY.date()
NEXT_WEEK = TODAY + timedelta(days=7)


def mailed(kind: str = "action_given") -> list[dict[str, Any]]:
    return [letter for letter in letters() if letter["kind"] == f"meetings/{kind}"]


def token() -> str:
    return str(mailed()[-1]["values"]["token"])


def by_link(link: str, answer: Reply, words: str = "", by_day: date | None = None) -> None:
    with transaction():
        following.reply_by_link(link, answer, words=words, by_day=by_day, at=clock.now())


def story(action: Action) -> list[str]:
    return [line.did for line, _ in queries.list_updates(action)]


def test_numbers_go_on_within_a_group_and_are_never_given_twice(inside: Flask) -> None:
    table, other = Table(), Table(slug="oak-hill", practice="Z99002")
    assert [table.give().number for _ in range(3)] == [1, 2, 3]
    assert other.give().number == 1
    with transaction():
        following.close(table.group, 3, as_done=True, words="Done.", by=Who.person(table.chair), at=clock.now())
    assert table.give().number == 4


def test_a_member_says_that_it_is_done_needs_longer_or_cannot_be_done(inside: Flask) -> None:
    table = Table()
    derek = table.members[0]
    action = table.give(to=derek, due_on=TODAY)
    assert mailed() == []  # members find it under what needs them
    assert [one.id for one in queries.list_of_person(derek, table.group)] == [action.id]

    def reply(answer: Reply, words: str = "", by_day: date | None = None, *, by: int = derek) -> None:
        with transaction():
            following.reply(
                table.group, action.id, answer, words=words, by_day=by_day, by=Who.person(by), at=clock.now()
            )

    with pytest.raises(RuleBroken, match="with somebody else"):
        reply(Reply.DONE, "Done.", by=table.members[1])
    with pytest.raises(RuleBroken, match="Say why"):
        reply(Reply.CANNOT)
    reply(Reply.CANNOT, "I am away.")
    assert action_row(action.id).stuck_at == THE_DAY
    reply(Reply.BY, by_day=NEXT_WEEK)
    row = action_row(action.id)
    assert (row.due_on, row.stuck_at, row.state) == (NEXT_WEEK, None, "open")
    with pytest.raises(RuleBroken, match="1,000 letters"):
        reply(Reply.DONE, "x" * 1001)
    reply(Reply.DONE, "A bell costs £40.")
    row = action_row(action.id)
    assert (row.state, row.outcome, row.closed_at) == ("done", "A bell costs £40.", THE_DAY)
    with pytest.raises(RuleBroken, match="closed already"):
        reply(Reply.DONE, "Again.")
    assert story(row) == ["given", "cannot", "moved", "done"]
    assert queries.list_of_person(derek) == []
    assert [(one.said, one.did) for one in queries.list_came(table.group)] == [
        ("Ask what a bell costs", "A bell costs £40.")
    ]


def test_somebody_without_an_account_answers_by_their_link(inside: Flask) -> None:
    table = Table()
    action = table.give(name="Nia Brook", address="nia@example.net", due_on=TODAY)
    (letter,) = mailed()
    assert letter["to"] == "nia@example.net"
    assert queries.owner_of(action) == "Nia Brook"
    by_link(token(), Reply.BY, by_day=NEXT_WEEK)
    by_link(token(), Reply.DONE, "I asked.")
    row = action_row(action.id)
    assert (row.state, row.outcome) == ("done", "I asked.")
    with pytest.raises(RuleBroken, match="closed already"):
        by_link(token(), Reply.DONE, "Again.")
    with pytest.raises(NotFound):
        by_link("1-nonsense", Reply.DONE, "x")
    with pytest.raises(NotFound):
        by_link("ffff-nonsense", Reply.DONE, "x")
    assert queries.find_linked(f"{action.id:x}-aaaa") is None


def test_a_link_used_after_the_action_moved_on_changes_nothing(inside: Flask) -> None:
    table = Table()
    action = table.give(name="Nia Brook", address="nia@example.net")
    old = token()

    def pass_on(owner: Owner, due_on: date | None = None) -> None:
        with transaction():
            following.pass_on(
                table.group, action.id, owner, due_on=due_on, by=Who.person(table.secretary), at=clock.now()
            )

    pass_on(Owner(name="Sol Lane", address=EmailAddress.parse("sol@example.net")), NEXT_WEEK)
    new = token()
    assert new != old
    for act in (lambda: by_link(old, Reply.DONE, "Mine!"), lambda: forget(old)):
        with pytest.raises(RuleBroken, match="with somebody else now"):
            act()
    assert action_row(action.id).state == "open"
    found = queries.find_linked(old)
    assert found is not None
    assert not found.is_theirs
    by_link(new, Reply.CANNOT, "I moved away.")
    pass_on(Owner(person_id=table.members[0]))
    with pytest.raises(RuleBroken, match="with somebody else now"):
        by_link(new, Reply.DONE, "Still me?")
    row = action_row(action.id)
    assert (row.owner_person_id, row.owner_name, row.mailbox, row.stuck_at) == (table.members[0], None, None, None)
    with pytest.raises(NotFound):
        pass_on(Owner(person_id=999))
    with pytest.raises(RuleBroken, match="That day is over"):
        pass_on(Owner(person_id=table.chair), TODAY - timedelta(days=1))
    assert story(row) == ["given", "passed_on", "cannot", "passed_on"]


def forget(link: str) -> None:
    with transaction():
        following.forget_by_link(link, at=clock.now())


def test_an_owner_without_an_account_is_erased_by_their_link(inside: Flask) -> None:
    table = Table()
    first = table.give(name="Nia Brook", address="nia@example.net")
    second = table.give("Paint the door", name="Nia Brook", address="nia@example.net")
    link = str(mailed()[0]["values"]["token"])
    by_link(link, Reply.BY, "I am Nia Brook.", by_day=NEXT_WEEK)
    by_link(token(), Reply.DONE, "Nia Brook painted it.")
    forget(link)
    for number in (first.id, second.id):
        row = action_row(number)
        assert (row.owner_name, row.mailbox, row.mailbox_hash) == (None, None, None)
        assert row.outcome in {None, "Somebody painted it."}
        assert not [line.words for line, _ in queries.list_updates(row) if line.words]
    assert mailed() == []  # what waited for them is withdrawn
    with pytest.raises(RuleBroken, match="with somebody else"):
        forget(link)
    with pytest.raises(NotFound):
        forget("1-nonsense")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"words": " "}, "Say what is to be done"),
        ({"words": "x" * 301}, "300 letters"),
        ({"due_on": TODAY - timedelta(days=1)}, "That day is over"),
        ({"address": "nia@example.net"}, "Enter their name"),
        ({"name": "x" * 121}, "120 letters"),
    ],
)
def test_an_action_that_cannot_be_is_refused_with_what_to_mend(
    inside: Flask, given: dict[str, Any], wrong: str
) -> None:
    table = Table()
    with pytest.raises(RuleBroken, match=wrong):
        table.give(**given)
    assert queries.list_open(table.group) == []


def test_officers_close_let_go_and_open_again_with_words(inside: Flask) -> None:
    table = Table()
    by = Who.person(table.secretary)
    first, second = table.give(due_on=TODAY), table.give("Paint the door")

    def close(number: int, words: str, *, as_done: bool = True) -> None:
        with transaction():
            following.close(table.group, number, as_done=as_done, words=words, by=by, at=clock.now())

    with pytest.raises(RuleBroken, match="Say in a sentence"):
        close(first.id, " ")
    close(first.id, "The bell hangs.")
    close(second.id, "Nobody wants it any more.", as_done=False)
    with pytest.raises(RuleBroken, match="closed already"):
        close(first.id, "Again")
    assert [one.action.number for one in queries.list_closed(table.group)] == [2, 1]
    assert [one.did for one in queries.list_came(table.group)] == ["The bell hangs."]  # what was let go is no deed
    for _ in range(2):
        with transaction():
            if action_row(first.id).state == "done":
                following.reopen(table.group, first.id, by=by, at=clock.now())
    with pytest.raises(RuleBroken, match="is open"), transaction():
        following.reopen(table.group, first.id, by=by, at=clock.now())
    (open_,) = queries.list_open(table.group)
    assert (open_.owner, open_.action.outcome) == ("", None)
    assert open_.is_late(TODAY + timedelta(days=1))
    with pytest.raises(NotFound):
        queries.get_action(Table(slug="oak-hill", practice="Z99002").group, first.id)


def test_an_owner_without_an_account_is_reminded_once_on_the_day(inside: Flask) -> None:
    table = Table()
    action = table.give(name="Nia Brook", address="nia@example.net", due_on=NEXT_WEEK)
    table.give(to=table.members[0], due_on=NEXT_WEEK)
    assert queries.list_to_remind(due_by=TODAY) == []
    assert list(queries.list_to_remind(due_by=NEXT_WEEK)) == [action.id]
    with transaction():
        assert following.remind(action.id, at=clock.now())
    with transaction():
        assert not following.remind(action.id, at=clock.now())
    assert len(mailed("action_due")) == 1
    assert queries.list_to_remind(due_by=NEXT_WEEK) == []


def test_an_action_of_another_groups_meeting_cannot_be_given(inside: Flask) -> None:
    table, other = Table(), Table(slug="oak-hill", practice="Z99002")
    with pytest.raises(NotFound):
        table.give(meeting_id=other.meeting)
    with pytest.raises(NotFound):
        table.give(meeting_id=table.meeting, entry_id=other.entries()[0])
    with pytest.raises(NotFound):
        table.give(to=other.chair)
