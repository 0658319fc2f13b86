"""Items between a group and its network: raised with its words and its backing, never with a person; the answer comes home."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.federation import actions as federation
from pcnppg.federation import queries
from pcnppg.federation.rules.counts import answered_said, meeting_said
from pcnppg.federation.rules.offers import Said, Tone
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import agenda as agendas
from pcnppg.meetings.actions import forgetting, items, proposing
from pcnppg.meetings.models import Item, Meeting
from pcnppg.meetings.queries import items as found
from pcnppg.meetings.queries import raising
from pcnppg.meetings.rules.items import Answer, CameBy, ItemState, Origin, PassedTo, Wish
from pcnppg.meetings.rules.raising import answer_from, by_source, may_raise, origin_there
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.federation.stories import Story, a_story, all_send, leave
from tests.meetings.stories import a_meeting, accept, an_item, backed, confirmed, done, letters, the_item
from tests.visiting import Visit

NETWORK = "/groups/riverside"


@pytest.fixture
def story(inside: Flask) -> Story:
    made = a_story(2)
    all_send(made)
    return made


def at_home(story: Story, n: int = 0, title: str = "Longer hours of the shared nurses") -> tuple[int, int]:
    """An item at home that two back: the meeting's number and its own."""
    meeting = a_meeting(story.groups[n], by=story.chairs[n])
    item = confirmed(story.groups[n], meeting, f"vi-{n}@example.com", title)
    backed(story.groups[n], meeting, item, f"bea-{n}@example.com")
    return meeting, item


def raise_(story: Story, item: int, n: int = 0) -> None:
    done(items.pass_on, story.groups[n], item, passed_to=PassedTo.NETWORK, by=story.chairs[n])


def in_tray(story: Story) -> list[Item]:
    session().rollback()
    return found.list_tray(story.network)


def network_meeting(story: Story) -> int:
    """A meeting of the network to whose purpose all groups have agreed."""
    meeting = a_meeting(story.network, by=story.chair)
    with transaction():
        federation.draft_purpose(story.network, meeting, words="Sharing nurses.", over=0, by=story.by, at=now())
    for person in story.members:
        with transaction():
            federation.answer_purpose(story.network, meeting, read=1, agrees=True, by=Who.person(person), at=now())
    return meeting


def test_a_raised_item_brings_words_and_backing_and_nobody_s_name(story: Story) -> None:
    _, item = at_home(story)
    raise_(story, item)
    (there,) = in_tray(story)
    assert (there.title, there.from_group_id, there.raised_from) == (the_item(item).title, story.groups[0], item)
    assert (there.person_id, there.contact_id, there.mailbox, there.proposer_name) == (None, None, None, None)
    assert raising.backing_by_group(there) == [("Elm Tree", 1)]
    assert found.backings_of([there]) == {there.id: 1}
    done(items.park, story.groups[0], item, by=story.chairs[0])
    raise_(story, item)
    assert len(in_tray(story)) == 1


@pytest.mark.parametrize(("act", "words"), [(items.answer, "From May."), (items.decline, "Not this year.")])
def test_the_answer_travels_home_and_is_told_once(story: Story, act: Any, words: str) -> None:
    _, item = at_home(story)
    raise_(story, item)
    (there,) = in_tray(story)
    done(act, story.network, there.id, words=words, by=story.chair)
    home = the_item(item)
    assert (home.state, home.outcome) == (ItemState.ANSWERED, f"Riverside Patients: {words}")
    told = letters("item_outcome")
    assert [(one["to"], one["values"]["slug"]) for one in told] == [
        ("vi-0@example.com", "elm-tree"),
        ("bea-0@example.com", "elm-tree"),
    ]


def test_the_practice_does_not_answer_for_the_network(story: Story) -> None:
    _, item = at_home(story)
    manager = making.an_officer(story.groups[0], role=Role.PRACTICE_MANAGER, address="pm@example.com")
    raise_(story, item)
    with pytest.raises(RuleBroken, match="to the network, not to the practice"):
        done(items.reply, story.groups[0], item, answer=Answer.YES, words="", due_on=None, by=manager)


def test_items_of_two_groups_become_one_and_both_are_answered(story: Story) -> None:
    (_, first), (_, second) = at_home(story), at_home(story, 1, "More time with the nurses")
    raise_(story, first)
    raise_(story, second, 1)
    one, other = in_tray(story)
    done(items.merge, story.network, other.id, into_id=one.id, by=story.chair)
    session().rollback()
    assert raising.backing_by_group(session().get_one(Item, one.id)) == [("Elm Tree", 1), ("Oak Hill", 1)]
    assert found.backings_of([session().get_one(Item, one.id)]) == {one.id: 2}
    meeting = network_meeting(story)
    accept(story.network, one.id, meeting, story.chair)
    done(items.discuss, story.network, one.id, words="We asked for both.", by=story.chair)
    assert [the_item(number).state for number in (first, second)] == [ItemState.ANSWERED] * 2


def test_what_a_group_did_meanwhile_is_left_alone(story: Story) -> None:
    _, item = at_home(story)
    raise_(story, item)
    (there,) = in_tray(story)
    done(items.park, story.groups[0], item, by=story.chairs[0])
    done(items.answer, story.network, there.id, words="From May.", by=story.chair)
    assert the_item(item).state == ItemState.PARKED
    assert letters("item_outcome") == []


def test_only_what_everybody_may_read_is_raised_and_only_where_a_network_is(story: Story) -> None:
    _, item = at_home(story)
    done(items.hide_item, story.groups[0], item, by=story.chairs[0])
    with pytest.raises(RuleBroken, match="Other groups will read"):
        raise_(story, item)
    done(items.show_item, story.groups[0], item, by=story.chairs[0])
    leave(story.groups[0], by=story.chairs[0])
    with pytest.raises(RuleBroken, match="no network"):
        raise_(story, item)
    assert in_tray(story) == []


def test_whoever_is_erased_at_home_is_erased_at_the_network(story: Story) -> None:
    meeting = a_meeting(story.groups[0], by=story.chairs[0])
    item = confirmed(story.groups[0], meeting, "vi@example.com", "Vi Lark asks for longer hours")
    raise_(story, item)
    (there,) = in_tray(story)
    _erase(story, item)
    assert the_item(there.id).title == "somebody asks for longer hours"


def test_words_that_are_still_their_own_go_from_the_network_too(story: Story) -> None:
    for state in (ItemState.WAITING, ItemState.WITHDRAWN):
        meeting = a_meeting(story.groups[0], by=story.chairs[0])
        item = confirmed(story.groups[0], meeting, "vi@example.com", "Longer hours")
        raise_(story, item)
        there = in_tray(story)[-1]
        done(items.park, story.groups[0], item, by=story.chairs[0])
        with transaction() as open_:
            open_.get_one(Item, there.id).state = state
        _erase(story, item)
        assert the_item(there.id).title == "An item that its proposer had erased"
        assert the_item(there.id).state == ItemState.WITHDRAWN


def test_a_member_s_name_goes_from_what_was_raised(story: Story) -> None:
    meeting = a_meeting(story.groups[0], by=story.chairs[0])
    item = an_item(story.groups[0], meeting, story.members[0], "Member of Elm Tree wants longer hours")
    raise_(story, item)
    (there,) = in_tray(story)
    with transaction():
        forgetting.forget_person(story.members[0], by=story.by, at=now())
    assert the_item(there.id).title == "somebody wants longer hours"


def _erase(story: Story, item: int) -> None:
    hashed = the_item(item).mailbox_hash
    with transaction():
        forgetting.forget_contact(story.groups[0], contact_id=None, name="Vi Lark", mailbox_hash=hashed, at=now())


def test_each_item_says_where_it_comes_from(story: Story) -> None:
    meeting = network_meeting(story)
    staff = making.an_officer(story.network, role=Role.GP, address="gp@example.com")
    group_s = an_item(story.network, meeting, story.members[1], "Waiting rooms")
    practice_s = an_item(story.network, meeting, staff, "Phones")
    own = an_item(story.network, meeting, story.chair, "Our year")
    with transaction():
        guest = proposing.propose_for(
            story.network,
            meeting,
            Wish("A survey"),
            came_by=CameBy.POST,
            name="",
            address=None,
            guest_of="Healthwatch",
            by=story.by,
            at=now(),
        ).id
    made = [the_item(number) for number in (group_s, practice_s, own, guest)]
    marked = {one.id: (one.origin, raising.sources_of([one])[one.id]) for one in made}
    assert marked == {
        group_s: (Origin.PATIENTS, "Oak Hill"),
        practice_s: (Origin.PRACTICE, ""),
        own: (Origin.NETWORK, ""),
        guest: (Origin.GUEST, "Healthwatch"),
    }


def test_at_a_practice_group_nobody_is_a_guest(story: Story) -> None:
    meeting = a_meeting(story.groups[0], by=story.chairs[0])
    with transaction():
        address = EmailAddress.parse("vi@example.com")
        wish, by = Wish("A survey"), Who.person(story.chairs[0])
        proposing.ask_to_propose(
            story.groups[0], meeting, wish, address=address, name=None, guest_of="Healthwatch", by=by, at=now()
        )
    with transaction():
        item = proposing.confirm(str(letters("confirm_item")[-1]["values"]["token"]), at=now())
        assert (item.origin, item.guest_of) == (Origin.PATIENTS, None)


def test_the_pages_from_home_to_the_network_and_back(story: Story, visit: Visit) -> None:
    _, item = at_home(story)
    chair, ned = visit.as_(story.chairs[0]), visit.as_(story.chair)
    page = chair(f"/groups/elm-tree/tray/{item}/pass").submit(passed_to="network", words="").follow()
    assert "It lies with Riverside Patients." in page.text
    page = ned(f"{NETWORK}/tray")
    assert "From Elm Tree" in page.text
    page = page.click("Longer hours of the shared nurses")
    assert "Elm Tree: 1 person backs it there." in page.text
    meeting = network_meeting(story)
    form = visit(f"{NETWORK}/meetings/{meeting}/propose")
    form.submit(title="A survey of all patients", guest_of="Healthwatch", email="hw@example.com")
    token = letters("confirm_item")[-1]["values"]["token"]
    visit(f"{NETWORK}/meetings/{meeting}/propose/{token}").submit()
    guest = session().scalars(select(Item.id).where(Item.guest_of == "Healthwatch")).one()
    assert "Healthwatch, a guest" in ned(f"{NETWORK}/tray/{guest}").text
    for number, minutes in ((in_tray(story)[0].id, 20), (guest, 10)):
        accept(story.network, number, meeting, story.chair, minutes=minutes)
    with transaction():
        version = session().get_one(Meeting, meeting).agenda_version
        agendas.publish_agenda(story.network, meeting, version=version, by=story.by, at=now())
    told = visit(f"{NETWORK}/meetings/{meeting}").text
    assert "By where they come from: Elm Tree 20 minutes, Healthwatch 10 minutes." in told
    assert "Do they speak for somebody from outside?" in ned(f"{NETWORK}/tray/add").text
    assert "outside" not in chair("/groups/elm-tree/tray/add").text
    assert "1 person of Elm Tree backs it." in visit(f"{NETWORK}/items/{in_tray_or_on(story)}").text


def in_tray_or_on(story: Story) -> int:
    session().rollback()
    return session().scalars(select(Item.id).where(Item.group_id == story.network, Item.raised_from.is_not(None))).one()


def test_the_network_sees_when_groups_met_and_how_much_they_answered(story: Story, visit: Visit) -> None:
    meeting, first = at_home(story)
    second = an_item(story.groups[0], meeting, story.members[0], "Phones")
    gone = an_item(story.groups[0], meeting, story.members[0], "Chairs")
    with transaction():
        items.withdraw(story.groups[0], gone, by=Who.person(story.members[0]), at=now())
    done(items.answer, story.groups[0], first, words="From May.", by=story.chairs[0])
    with clock.at(now() + timedelta(weeks=12)):
        headings, (elm, oak) = queries.list_numbers(story.network, now())
        assert headings[-2:] == ["Last meeting", "Items answered"]
        assert elm.further[-2:] == [
            Said("1 month ago", Tone.GOOD),
            Said("1 of 2", Tone.GOOD, "most have their answer"),
        ]
        assert oak.further[-2:] == [Said("no meeting yet", Tone.QUIET), Said("no items yet", Tone.QUIET)]
    assert "no items yet" in visit.as_(story.chair)(f"{NETWORK}/network/numbers").text
    assert second


def test_rules() -> None:
    assert meeting_said(THE_DAY - timedelta(days=3), THE_DAY) == Said("this month", Tone.GOOD)
    assert meeting_said(THE_DAY - timedelta(days=150), THE_DAY) == Said("4 months ago", Tone.WAITING)
    assert meeting_said(THE_DAY - timedelta(days=250), THE_DAY) == Said("8 months ago", Tone.BAD)
    assert answered_said(1, 3) == Said("1 of 3", Tone.WAITING, "many wait")
    assert may_raise(has_network=True, is_held=False)
    assert not may_raise(has_network=False, is_held=False)
    assert not may_raise(has_network=True, is_held=True)
    assert origin_there({Role.GP}, has_home=False) is Origin.PRACTICE
    assert origin_there({Role.CHAIR}, has_home=False) is Origin.NETWORK
    assert origin_there({Role.CHAIR, Role.DELEGATE}, has_home=True) is Origin.PATIENTS
    assert answer_from("Riverside", "Yes.") == "Riverside: Yes."
    assert by_source([("Oak", 5), ("", 9), ("Elm", 10), ("Oak", 5)]) == [("Elm", 10), ("Oak", 10)]
