"""What is kept about somebody around meetings is shown to them, and goes with them (rule 10)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import agenda, backing, forgetting
from pcnppg.meetings.actions import items as acts
from pcnppg.meetings.models import AgendaEntry, Item
from pcnppg.meetings.queries import items, telling
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.items import PassedTo
from pcnppg.membership import actions as membership
from pcnppg.membership.rules import How
from pcnppg.pages.actions.forgetting import erase_account
from pcnppg.store.session import session, transaction
from tests.meetings.conftest import Cast
from tests.meetings.stories import (
    a_meeting,
    accept,
    an_item,
    asked,
    backed,
    confirmed,
    done,
    story_of,
    the_item,
    the_meeting,
)
from tests.membership.stories import ask, confirm, confirm_token, my_token
from tests.promises.test_erasure import ADDRESS, MAILBOX, NAME, NEEDLES, found_in_tables
from tests.visiting import Visit

pytestmark = pytest.mark.counted


def test_nothing_of_an_erased_contact_is_left_in_meetings(cast: Cast, visit: Visit, inside: Flask) -> None:
    ask(cast.group_id, ADDRESS, name=NAME)
    contact = confirm(cast.group_id, confirm_token(ADDRESS))
    waits = confirmed(cast.group_id, cast.meeting_id, ADDRESS, f"Ask {NAME} about the lights")
    on = confirmed(cast.group_id, cast.meeting_id, ADDRESS, f"The bench that {NAME} gave")
    accept(cast.group_id, on, cast.meeting_id, cast.chair)
    other = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    lift = an_item(cast.group_id, cast.meeting_id, cast.member, "A working lift")
    done(acts.pass_on, cast.group_id, lift, passed_to=PassedTo.PRACTICE, words=f"{NAME} asks when", by=cast.chair)
    with clock.at(clock.now().replace(day=6)):
        backed(cast.group_id, cast.meeting_id, other, ADDRESS)
        asked(cast.group_id, cast.meeting_id, ADDRESS, f"{NAME} once more")
        page = visit(f"/my/{my_token_of(cast)}/all")
        assert f"The bench that {NAME} gave" in page.text
        assert "Items you backed" in page.text
        before = found_in_tables(*NEEDLES)
        assert {"agenda_item.title", "item_note.words", "proposal.title", "proposal.mailbox"} <= before
        assert "outbox_message.sealed" in before
        with transaction():
            membership.erase(contact.id, how=How.MY_PAGE, by=Who.contact(contact.id), at=clock.now())
    assert found_in_tables(*NEEDLES) == set()
    assert the_item(waits).state == "withdrawn"
    assert the_item(on).title == "The bench that somebody gave"
    assert items.backings_of([the_item(other)]) == {other: 1}


def my_token_of(cast: Cast) -> str:
    from pcnppg.groups.queries import get_group

    return my_token(get_group(cast.group_id), ADDRESS)


def test_a_visitor_sees_and_erases_what_they_proposed(cast: Cast, visit: Visit) -> None:
    item_id = confirmed(cast.group_id, cast.meeting_id, ADDRESS, f"Ask {NAME}")
    other = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    backed(cast.group_id, cast.meeting_id, other, ADDRESS)
    page = visit(f"/my/{my_token_of(cast)}")
    assert f"Ask {NAME}" in page.text
    page = page.click("Erase my details").submit()
    assert page.heading == "Your details are erased"
    assert found_in_tables(*NEEDLES) == set()
    assert the_item(item_id).state == "withdrawn"


def test_nothing_of_an_erased_account_is_left_in_meetings(cast: Cast) -> None:
    from tests import making

    member = making.an_officer(cast.group_id, role=Role.MEMBER, name=NAME, address=ADDRESS)
    item_id = an_item(cast.group_id, cast.meeting_id, member, f"{NAME} wants a bench")
    entry = accept(cast.group_id, item_id, cast.meeting_id, cast.chair)
    later = a_meeting(cast.group_id)
    change = {"minutes": 5, "purpose": Purpose.DECIDE, "lead": f"{NAME} and Ruth"}
    version = the_meeting(cast.meeting_id).agenda_version
    done(agenda.change_entry, cast.group_id, cast.meeting_id, entry, version=version, by=cast.chair, **change)
    done(backing.back, cast.group_id, an_item(cast.group_id, later, cast.member, "Doors"), by=member)
    told = {kept.heading: kept.rows for kept in telling.tell_about_person(member, clock.now())}
    assert len(told["Items you proposed"]) == len(told["Items you backed"]) == 1
    assert {"agenda_item.title", "agenda_entry.lead"} <= found_in_tables(*NEEDLES)
    with transaction():
        erase_account(member, by=Who.person(member), at=clock.now())
    assert found_in_tables(*NEEDLES) == set()
    assert the_item(item_id).title == "somebody wants a bench"
    assert session().scalars(select(AgendaEntry.lead).where(AgendaEntry.id == entry)).one() == ""
    assert ADDRESS.lower() == MAILBOX


def test_who_gave_no_name_and_shares_a_mailbox_goes_alone(cast: Cast) -> None:
    ask(cast.group_id, ADDRESS, name=None)
    contact = confirm(cast.group_id, confirm_token(ADDRESS))
    on = confirmed(cast.group_id, cast.meeting_id, ADDRESS, "Parking")
    accept(cast.group_id, on, cast.meeting_id, cast.chair)
    taken = confirmed(cast.group_id, cast.meeting_id, ADDRESS, "Lights")
    with transaction():
        session().get_one(Item, on).proposer_name = None
    with transaction():
        forgetting.forget_contact(cast.group_id, contact_id=contact.id, name=None, mailbox_hash=None, at=clock.now())
    assert [the_item(number).contact_id for number in (on, taken)] == [None, None]
    assert (the_item(on).title, the_item(taken).title) == ("Parking", forgetting.GONE)
    assert story_of(taken) == [("proposed", None), ("withdrawn", None)]
    with transaction():
        session().get_one(Item, taken).contact_id = contact.id
    with transaction():
        forgetting.forget_contact(cast.group_id, contact_id=contact.id, name=None, mailbox_hash=None, at=clock.now())
    assert len(story_of(taken)) == 2
