"""For everybody to read, nobody outside office is named unless they agreed: the words are looked at twice, and reduced besides."""

from __future__ import annotations

import pytest
from flask import Flask

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import agenda, attending, following
from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.queries.naming import for_all, named_in
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.following import Reply
from pcnppg.meetings.rules.items import PassedTo
from pcnppg.meetings.rules.people import Coming
from pcnppg.store.session import transaction
from tests.meetings.conftest import Cast
from tests.meetings.gathering import Table, action_row
from tests.meetings.stories import accept, an_item, confirmed, done, the_item, the_meeting
from tests.meetings.test_proposing import a_contact
from tests.visiting import Visit

HOME = "/groups/elm-tree"


def test_words_that_name_a_contact_a_proposer_or_somebody_outside_office_are_pointed_at(inside: Flask) -> None:
    table = Table()
    item_id = table.propose("A bell", by=None, role=None)
    item = the_item(item_id)
    with transaction() as open_:
        open_.merge(item).proposer_name = "Vi Lark"
    item = the_item(item_id)
    assert named_in(table.group, "The bell rings at eight.", item=item) == []
    assert named_in(table.group, "Priya Shah and the chair will ask.", item=item) == []
    assert named_in(table.group, "Derek will ask Ann Bell, said Karen Doyle.", item=item) == [
        "Ann",
        "Bell",
        "Derek",
        "Doyle",
        "Karen",
    ]
    assert named_in(table.group, "As Vi Lark said.", item=item) == ["Lark"]
    assert named_in(table.group, "As Vi Lark and Karen said.", item=item, by_officer=False) == []
    table.give(name="Nia Brook")
    assert named_in(table.group, "Nia did it.") == ["Nia"]


def test_a_full_name_on_the_contact_list_is_pointed_at_for_officers_alone(cast: Cast) -> None:
    a_contact(cast, "pat@example.com")
    words = "Thank you. Pat Lee’s idea works, and Withy Road is quieter."
    assert named_in(cast.group_id, words) == ["Pat Lee"]
    assert named_in(cast.group_id, words, by_officer=False) == []


def test_who_agreed_is_named_and_whoever_takes_it_back_is_not(inside: Flask) -> None:
    table = Table()
    derek = Who.person(table.members[0])
    words = "Derek Okafor rang Karen Doyle, and Priya Shah wrote."
    assert for_all(table.group)(words) == "DO rang a practice manager, and Priya Shah wrote."
    for agrees, shown in ((True, "Derek Okafor"), (False, "DO")):
        with transaction():
            attending.say(table.group, table.meeting, Coming.COMING, is_named=agrees, by=derek, at=clock.now())
        assert for_all(table.group)(words).startswith(shown)


@pytest.mark.parametrize("act", ["answer", "decline", "park", "pass"])
def test_an_officer_looks_twice_at_words_that_may_name_somebody(cast: Cast, visit: Visit, act: str) -> None:
    a_contact(cast, "pat@example.com")
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    page = visit.as_(cast.chair)(f"{HOME}/tray/{item_id}/{act}")
    given = {"words": "As Pat Lee says, it is too dark."} | ({"passed_to": "practice"} if act == "pass" else {})
    page = page.submit(**given)
    assert page.status == 422
    assert "Nothing is saved yet" in page.text
    assert "they may name: Pat Lee" in page.text
    assert the_item(item_id).state == "waiting"
    assert page.submit(is_sure=True).status == 303
    assert the_item(item_id).state != "waiting"


def test_at_the_meeting_and_at_the_end_of_an_action_words_are_looked_at_twice(inside: Flask, visit: Visit) -> None:
    table = Table()
    item_id = table.propose("A bell", by=table.members[1], role=Role.MEMBER)
    entry = table.entries()[-1]
    browser = visit.as_(table.secretary)
    page = browser(f"{HOME}/meetings/{table.meeting}/day?part={entry}")
    page = page.submit("Done, go on", outcome="Ann Bell brings one.")
    assert page.status == 422
    assert "they may name: Ann, Bell" in page.text
    assert "Ann Bell brings one." in page.html
    page.submit("Done, go on", is_sure=True)
    assert the_item(item_id).state == "discussed"
    given = table.give("Derek Okafor hangs the bell", to=table.members[0])
    page = browser(f"{HOME}/actions/{given.id}/close").submit(words="Derek hung it.")
    assert page.status == 422
    assert "they may name: Derek" in page.text
    page.submit(words="It hangs, thanks to Derek Okafor.", is_sure=True)
    told = visit(f"{HOME}/you-said-we-did").text
    for words in ("AB brings one.", "DO hangs the bell", "It hangs, thanks to DO."):
        assert words in told
    assert "AB brings one." in visit(f"{HOME}/items/{item_id}").text
    assert "AB brings one." in visit(f"{HOME}/items").text
    assert "AB brings one." in visit(HOME).text
    assert "Ann Bell brings one." in browser(f"{HOME}/items/{item_id}").text


def test_the_practice_looks_twice_and_learns_of_nobody_on_the_list(cast: Cast, visit: Visit) -> None:
    a_contact(cast, "pat@example.com")
    item_id = confirmed(cast.group_id, cast.meeting_id, "pat@example.com")
    done(actions.pass_on, cast.group_id, item_id, passed_to=PassedTo.PRACTICE, words="", by=cast.chair)
    page = visit.as_(cast.manager)(f"{HOME}/questions/{item_id}")
    assert page.submit(answer="yes", words="Pat Lee is right.").status == 303
    assert the_item(item_id).state == "replied"


def test_who_leads_a_part_of_the_agenda_is_reduced_for_everybody_and_whole_for_the_group(
    cast: Cast, visit: Visit
) -> None:
    from tests import making

    making.an_officer(cast.group_id, role=Role.MEMBER, name="Derek Okafor", address="derek@example.com")
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    entry = accept(cast.group_id, item_id, cast.meeting_id, cast.chair)
    known = {"minutes": 5, "purpose": Purpose.DECIDE, "lead": "Derek Okafor"}
    where = (cast.group_id, cast.meeting_id)
    done(
        agenda.change_entry, *where, entry, version=the_meeting(cast.meeting_id).agenda_version, by=cast.chair, **known
    )
    done(agenda.publish_agenda, *where, version=the_meeting(cast.meeting_id).agenda_version, by=cast.chair)
    for path in ("", "/print"):
        url = f"{HOME}/meetings/{cast.meeting_id}{path}"
        assert "Derek Okafor" not in visit(url).text
        assert "Derek Okafor" in visit.as_(cast.member)(url).text


def test_what_an_owner_says_that_nobody_has_read_is_not_shown_where_it_holds_a_number(
    inside: Flask, visit: Visit
) -> None:
    table = Table()
    numbers = ("Done. Ring me on 01632 960 123.", "Done at last.")
    for words in numbers:
        given = table.give(words[:8], to=table.members[0])
        with transaction():
            by = Who.person(table.members[0])
            following.reply(table.group, given.id, Reply.DONE, words=words, by_day=None, by=by, at=clock.now())
        assert action_row(given.id).state == "done"
    told = visit(f"{HOME}/you-said-we-did").text
    assert "960 123" not in told
    assert "Done at last." in told
