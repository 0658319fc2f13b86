"""Proposing and backing: at once for members, by one mail for everybody else, the same whoever asks (rule 6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotAllowed, NotFound, RuleBroken
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.meetings.actions import backing, planning, proposing
from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.jobs import forget_old
from pcnppg.meetings.models import Backing, Proposal
from pcnppg.meetings.queries import items
from pcnppg.meetings.rules.items import GROUP_AN_HOUR, MAILS_A_DAY, MEMBERS_A_DAY, CameBy, ItemState, Wish
from pcnppg.membership import actions as membership
from pcnppg.membership.rules import How
from pcnppg.store.session import session, transaction
from tests.meetings.conftest import Cast
from tests.meetings.stories import an_item, asked, backed, confirmed, done, letters, story_of, the_item, the_meeting
from tests.membership.stories import ask, confirm, confirm_token


def a_contact(cast: Cast, address: str) -> int:
    ask(cast.group_id, address, name="Pat Lee")
    return confirm(cast.group_id, confirm_token(address)).id


def test_a_form_makes_no_item_before_its_owner_confirms_it(cast: Cast) -> None:
    token = asked(cast.group_id, cast.meeting_id, "vi@example.com")
    assert token
    assert items.list_tray(cast.group_id) == []
    assert "Shorter" not in str(letters()), "what a visitor typed stands in no mail to an unproved address"
    with transaction():
        item_id = proposing.confirm(token, at=clock.now()).id
    with transaction():
        assert proposing.confirm(token, at=clock.now()).id == item_id
    item = the_item(item_id)
    assert (item.state, item.mailbox, item.proposer_name) == (ItemState.WAITING, "vi@example.com", "Vi Lark")
    assert len(items.list_tray(cast.group_id)) == 1
    assert session().scalars(select(Proposal.title)).all() == [None]


def test_known_and_unknown_addresses_cause_the_same_row_and_the_same_mail(cast: Cast) -> None:
    contact_id = a_contact(cast, "pat@example.com")
    assert asked(cast.group_id, cast.meeting_id, "pat@example.com", "More chairs")
    assert asked(cast.group_id, cast.meeting_id, "vi@example.com", "More chairs")
    one, other = letters("confirm_item")
    assert {**one["values"], "token": ""} == {**other["values"], "token": ""}
    with transaction():
        item_id = proposing.confirm(one["values"]["token"], at=clock.now()).id
    item = the_item(item_id)
    assert (item.contact_id, item.mailbox) == (contact_id, None)
    assert items.proposer_name(item) == "Pat Lee"


def test_a_contact_who_left_is_not_written_to(cast: Cast) -> None:
    contact_id = a_contact(cast, "pat@example.com")
    item_id = confirmed(cast.group_id, cast.meeting_id, "pat@example.com")
    with transaction():
        membership.leave(contact_id, how=How.LEAVE_PAGE, by=Who.contact(contact_id), at=clock.now())
    done(actions.answer, cast.group_id, item_id, words="Yes.", by=cast.chair)
    assert letters("item_outcome") == []


def test_a_flood_from_one_address_ends_at_three_mails_a_day(cast: Cast) -> None:
    sent = [asked(cast.group_id, cast.meeting_id, "vi@example.com", f"Item {n}") for n in range(MAILS_A_DAY + 2)]
    assert [bool(token) for token in sent] == [True] * MAILS_A_DAY + [False] * 2
    with clock.at(clock.now() + timedelta(days=1)):
        assert asked(cast.group_id, cast.meeting_id, "vi@example.com")


def test_a_flood_from_a_thousand_addresses_ends_too(cast: Cast) -> None:
    with transaction():
        for n in range(GROUP_AN_HOUR):
            how = {"address": EmailAddress.parse(f"vi{n}@example.com"), "name": None, "by": VISITOR, "at": clock.now()}
            proposing.ask_to_propose(cast.group_id, cast.meeting_id, Wish("Flood"), **how)
    assert asked(cast.group_id, cast.meeting_id, "one.more@example.com") is None
    with clock.at(clock.now() + timedelta(hours=1)):
        assert asked(cast.group_id, cast.meeting_id, "one.more@example.com")


def test_a_link_ends_after_seven_days_and_nonsense_opens_nothing(cast: Cast) -> None:
    token = asked(cast.group_id, cast.meeting_id, "vi@example.com")
    assert token
    with clock.at(clock.now() + timedelta(days=7)), pytest.raises(NotFound), transaction():
        proposing.confirm(token, at=clock.now())
    with pytest.raises(NotFound), transaction():
        proposing.confirm("nonsense", at=clock.now())


def test_an_item_that_comes_late_waits_for_the_next_meeting(cast: Cast) -> None:
    with clock.at(the_meeting(cast.meeting_id).items_close_at + timedelta(minutes=1)):
        item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
        assert the_item(item_id).meeting_id is None
    with clock.at(the_meeting(cast.meeting_id).starts_at), pytest.raises(RuleBroken, match="next one"):
        an_item(cast.group_id, cast.meeting_id, cast.member)


def test_a_form_outlives_the_cancelling_of_its_meeting(cast: Cast) -> None:
    token = asked(cast.group_id, cast.meeting_id, "vi@example.com")
    assert token
    done(planning.cancel_meeting, cast.group_id, cast.meeting_id, why="Snow.", by=cast.chair)
    with transaction():
        item_id = proposing.confirm(token, at=clock.now()).id
    assert the_item(item_id).meeting_id is None


@pytest.mark.parametrize("role", list(Role))
def test_everybody_with_a_role_proposes_at_once_and_staff_for_the_practice(cast: Cast, role: Role) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.people[role])
    assert the_item(item_id).origin == (
        "practice" if role in {Role.GP, Role.PRACTICE_MANAGER, Role.PRACTICE_STAFF} else "patients"
    )
    assert story_of(item_id) == [("proposed", role.value)]


def test_who_holds_no_role_here_proposes_by_mail(cast: Cast) -> None:
    with pytest.raises(NotAllowed), transaction():
        proposing.propose(cast.group_id, cast.meeting_id, Wish("Mine"), by=VISITOR, at=clock.now())


def test_a_member_cannot_flood_the_tray(cast: Cast) -> None:
    for n in range(MEMBERS_A_DAY):
        an_item(cast.group_id, cast.meeting_id, cast.member, f"Item {n}")
    with pytest.raises(RuleBroken, match="tomorrow"):
        an_item(cast.group_id, cast.meeting_id, cast.member)


def test_officers_write_down_what_came_by_post(cast: Cast) -> None:
    contact_id = a_contact(cast, "pat@example.com")
    how = {"came_by": CameBy.POST, "name": "Mabel", "by": cast.chair}
    item = done(proposing.propose_for, cast.group_id, cast.meeting_id, Wish("Chairs"), address=None, **how)
    assert items.proposer_name(the_item(item.id)) == "Mabel"
    assert items.proposer_of(the_item(item.id)) is None
    done(actions.park, cast.group_id, item.id, by=cast.chair)
    assert letters() == []
    known = EmailAddress.parse("pat@example.com")
    item = done(proposing.propose_for, cast.group_id, cast.meeting_id, Wish("Lamps"), address=known, **how)
    assert the_item(item.id).contact_id == contact_id
    unknown = EmailAddress.parse("vi@example.com")
    with pytest.raises(RuleBroken, match="contact list"):
        done(proposing.propose_for, cast.group_id, cast.meeting_id, Wish("Lamps"), address=unknown, **how)


def test_each_backs_an_item_once(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.chair)
    for _ in range(2):
        done(backing.back, cast.group_id, item_id, by=cast.member)
        backed(cast.group_id, cast.meeting_id, item_id, "vi@example.com")
    contact_id = a_contact(cast, "pat@example.com")
    backed(cast.group_id, cast.meeting_id, item_id, "pat@example.com")
    assert items.backings_of([the_item(item_id)]) == {item_id: 3}
    found = session().execute(select(Backing.person_id, Backing.contact_id, Backing.mailbox).order_by(Backing.id))
    assert found.all() == [(cast.member, None, None), (None, None, "vi@example.com"), (None, contact_id, None)]
    with pytest.raises(NotAllowed):
        done(backing.back, cast.group_id, item_id, by=cast.manager)


def test_what_is_closed_cannot_be_backed(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.chair)
    with transaction():
        address = EmailAddress.parse("vi@example.com")
        backing.ask_to_back(cast.group_id, cast.meeting_id, item_id, address=address, by=VISITOR, at=clock.now())
    done(actions.answer, cast.group_id, item_id, words="Yes.", by=cast.chair)
    with pytest.raises(RuleBroken, match="closed now"), transaction():
        proposing.confirm(letters("confirm_backing")[0]["values"]["token"], at=clock.now())
    with pytest.raises(RuleBroken, match="closed"):
        backed(cast.group_id, cast.meeting_id, item_id, "ben@example.com")
    with pytest.raises(RuleBroken, match="closed"):
        done(backing.back, cast.group_id, item_id, by=cast.member)


def test_what_is_no_longer_needed_is_forgotten(cast: Cast) -> None:
    asked(cast.group_id, cast.meeting_id, "never@example.com", "Never confirmed")
    item_id = confirmed(cast.group_id, cast.meeting_id, "vi@example.com")
    backed(cast.group_id, cast.meeting_id, item_id, "ben@example.com")
    done(actions.answer, cast.group_id, item_id, words="Yes.", by=cast.chair)
    with clock.at(clock.now() + timedelta(days=8)):
        forget_old(clock.now())
    assert session().scalars(select(Proposal.mailbox_hash)).all() == [None, None]
    assert the_item(item_id).mailbox == "vi@example.com"
    with clock.at(clock.now() + timedelta(days=31)):
        forget_old(clock.now())
    item = the_item(item_id)
    assert (item.mailbox, item.mailbox_hash, item.proposer_name) == (None, None, None)
    assert session().execute(select(Backing.mailbox, Backing.mailbox_hash)).all() == [(None, None)]
    assert items.backings_of([item]) == {item_id: 1}
