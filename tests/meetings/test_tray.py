"""The tray: each act, its line of history, who is told what and how often, and what two officers at once do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pcnppg.groups.rules import OFFICERS, Role
from pcnppg.kernel import clock
from pcnppg.kernel.refusals import Conflict, NotAllowed, NotFound, RuleBroken
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.meetings.actions import backing, planning, proposing
from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.models import AgendaEntry, ItemHistory
from pcnppg.meetings.queries import agenda, items, meetings
from pcnppg.meetings.rules.agenda import Purpose
from pcnppg.meetings.rules.items import Answer, CameBy, ItemState, PassedTo, Wish
from pcnppg.store.session import session, transaction
from tests import making
from tests.meetings.conftest import Cast
from tests.meetings.stories import (
    a_meeting,
    accept,
    an_item,
    backed,
    confirmed,
    done,
    letters,
    story_of,
    the_item,
    the_meeting,
)

HOW: dict[str, Any] = {"meeting_id": 1, "minutes": 10, "purpose": Purpose.DISCUSS}


def test_an_item_goes_on_an_agenda_and_its_proposer_hears_at_once(cast: Cast) -> None:
    item_id = confirmed(cast.group_id, cast.meeting_id, "vi@example.com")
    accept(cast.group_id, item_id, cast.meeting_id, cast.chair, minutes=20)
    assert the_item(item_id).state == ItemState.ACCEPTED
    assert story_of(item_id) == [("proposed", None), ("accepted", "chair")]
    (told,) = letters("item_moved")
    assert told["to"] == "vi@example.com"
    assert told["values"]["act"] == "accepted"
    part = agenda.agenda_of(the_meeting(cast.meeting_id)).items[0]
    assert (part.title, part.minutes, part.number) == ("Shorter queues at the desk", 20, 4)


@pytest.mark.parametrize("role", [role for role in Role if role not in OFFICERS])
def test_no_other_role_rules_the_tray(cast: Cast, role: Role) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.people[role])
    by = cast.people[role]
    acts = [
        (actions.accept, {**HOW, "meeting_id": cast.meeting_id}),
        (actions.merge, {"into_id": item_id}),
        (actions.answer, {"words": "no"}),
        (actions.decline, {"words": "no"}),
        (actions.park, {}),
        (actions.pass_on, {"passed_to": PassedTo.PRACTICE}),
        (actions.show_item, {}),
        (actions.hide_item, {}),
        (actions.take_item_off, {}),
        (actions.discuss, {"words": "done"}),
        (actions.carry_over, {"meeting_id": cast.meeting_id}),
    ]
    for act, how in acts:
        with pytest.raises(NotAllowed):
            done(act, cast.group_id, item_id, by=by, **how)
    with pytest.raises(NotAllowed):
        done(actions.reword, cast.group_id, item_id, Wish("Mine"), by=by)
    wish: dict[str, Any] = {"came_by": CameBy.PHONE, "name": "", "address": None}
    with pytest.raises(NotAllowed):
        done(proposing.propose_for, cast.group_id, cast.meeting_id, Wish("Mine"), by=by, **wish)
    assert story_of(item_id) == [("proposed", role.value)]
    assert letters() == []


def test_an_officer_of_another_group_is_nobody_here(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com", chair_name="Oak")
    stranger = making.an_officer(other, role=Role.VICE_CHAIR)
    with pytest.raises(NotAllowed):
        done(actions.decline, cast.group_id, item_id, words="no", by=stranger)
    with pytest.raises(NotFound):
        done(actions.decline, other, item_id, words="no", by=stranger)


def test_the_outcome_is_told_once_to_proposer_and_backers_of_both_joined_items(cast: Cast) -> None:
    one = confirmed(cast.group_id, cast.meeting_id, "vi@example.com", "Phones in the morning")
    other = confirmed(cast.group_id, cast.meeting_id, "vic@example.com", "Calls before nine")
    third = confirmed(cast.group_id, cast.meeting_id, "val@example.com", "Busy lines")
    backed(cast.group_id, cast.meeting_id, one, "ben@example.com")
    backed(cast.group_id, cast.meeting_id, other, "ben@example.com")
    backed(cast.group_id, cast.meeting_id, other, "bea@example.com")
    done(backing.back, cast.group_id, other, by=cast.member)
    done(actions.merge, cast.group_id, third, into_id=one, by=cast.chair)
    done(actions.merge, cast.group_id, one, into_id=other, by=cast.chair)
    assert the_item(third).merged_into == other
    assert [told["to"] for told in letters("item_moved")] == ["val@example.com", "vi@example.com"]
    done(actions.answer, cast.group_id, other, words="Three more people answer.", by=cast.chair)
    everybody = {"vi@example.com", "vic@example.com", "val@example.com", "ben@example.com", "bea@example.com"}
    mailed = [told["to"] for told in letters("item_outcome")]
    assert set(mailed) == everybody | {f"member-of-{cast.group_id}@example.com"}
    assert len(mailed) == len(set(mailed))
    assert {the_item(number).told_at for number in (one, other, third)} == {clock.now()}
    assert items.backings_of([the_item(other)]) == {other: 4}


def test_who_switched_mail_off_is_not_written_to(cast: Cast) -> None:
    item_id = confirmed(cast.group_id, cast.meeting_id, "vi@example.com")
    backed(cast.group_id, cast.meeting_id, item_id, "ben@example.com")
    done(actions.park, cast.group_id, item_id, words="After Easter.", by=cast.chair)
    (told,) = letters("item_moved")
    for _ in range(2):
        with transaction():
            backing.switch_off(told["values"]["quiet"], at=clock.now())
    done(actions.answer, cast.group_id, item_id, words="Yes.", by=cast.chair)
    (outcome,) = letters("item_outcome")
    assert outcome["to"] == "ben@example.com"
    with transaction():
        backing.switch_off(outcome["values"]["quiet"], at=clock.now())
    with pytest.raises(NotFound), transaction():
        backing.switch_off("1-nonsense", at=clock.now())


def test_the_practice_answers_and_an_officer_passes_it_on(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    reply: dict[str, Any] = {"answer": Answer.IN_PART, "words": "Some of it.", "due_on": None}
    with pytest.raises(RuleBroken, match="moved on"):
        done(actions.reply, cast.group_id, item_id, by=cast.manager, **reply)
    with pytest.raises(RuleBroken, match="in no network"):
        done(actions.pass_on, cast.group_id, item_id, passed_to=PassedTo.NETWORK, by=cast.chair)
    done(actions.pass_on, cast.group_id, item_id, passed_to=PassedTo.PRACTICE, words="When?", by=cast.chair)
    with pytest.raises(NotAllowed):
        done(actions.reply, cast.group_id, item_id, by=cast.chair, **reply)
    done(actions.reply, cast.group_id, item_id, by=cast.manager, **reply)
    assert the_item(item_id).state == ItemState.REPLIED
    assert letters("item_outcome") == []
    done(actions.answer, cast.group_id, item_id, words="They do some of it.", by=cast.chair)
    (told,) = letters("item_outcome")
    assert (told["values"]["answer"], told["values"]["words"]) == ("In part", "They do some of it.")
    assert [act for act, _ in story_of(item_id)] == ["proposed", "passed", "replied", "answered"]


def test_declining_needs_a_reason(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    with pytest.raises(RuleBroken, match="Say why"):
        done(actions.decline, cast.group_id, item_id, words="", by=cast.chair)
    done(actions.decline, cast.group_id, item_id, words="The council mends roads.", by=cast.chair)
    assert the_item(item_id).outcome == "The council mends roads."
    assert items.history_of(the_item(item_id))[-1].said == "The council mends roads."


def test_a_second_officer_is_told_that_the_item_has_changed(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    seen = the_item(item_id).version
    done(actions.reword, cast.group_id, item_id, Wish("Queues"), version=seen, by=cast.chair)
    with pytest.raises(Conflict):
        done(actions.park, cast.group_id, item_id, version=seen, by=cast.people[Role.SECRETARY])
    assert items.history_of(the_item(item_id))[-1].said == "Shorter queues at the desk"
    done(actions.reword, cast.group_id, item_id, Wish("Queues", "They are long."), by=cast.chair)
    assert items.history_of(the_item(item_id))[-1].said == ""


def test_an_item_withdrawn_while_it_is_accepted_is_withdrawn(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    accept(cast.group_id, item_id, cast.meeting_id, cast.chair)
    with pytest.raises(NotAllowed):
        done(actions.withdraw, cast.group_id, item_id, by=cast.chair)
    done(actions.withdraw, cast.group_id, item_id, by=cast.member)
    assert agenda.agenda_of(the_meeting(cast.meeting_id)).items == []
    with pytest.raises(RuleBroken, match="moved on"):
        accept(cast.group_id, item_id, cast.meeting_id, cast.chair)
    assert story_of(item_id)[-1] == ("withdrawn", None)


def test_items_survive_the_cancelling_of_their_meeting(cast: Cast) -> None:
    on = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    waits = an_item(cast.group_id, cast.meeting_id, cast.member, "Lights")
    done(backing.back, cast.group_id, on, by=cast.chair)
    accept(cast.group_id, on, cast.meeting_id, cast.chair)
    with pytest.raises(RuleBroken, match="Say in a few words"):
        done(planning.cancel_meeting, cast.group_id, cast.meeting_id, why=" ", by=cast.chair)
    done(planning.cancel_meeting, cast.group_id, cast.meeting_id, why="The boiler broke.", by=cast.chair)
    assert [the_item(number).state for number in (on, waits)] == [ItemState.WAITING] * 2
    assert [the_item(number).meeting_id for number in (on, waits)] == [None, None]
    assert items.backings_of([the_item(on)]) == {on: 1}
    assert story_of(on)[-1] == ("meeting_cancelled", "chair")
    with pytest.raises(RuleBroken, match="cancelled"):
        accept(cast.group_id, on, cast.meeting_id, cast.chair)
    later = a_meeting(cast.group_id, after=timedelta(weeks=9))
    accept(cast.group_id, on, later, cast.chair)
    assert the_item(on).meeting_id == later


def test_an_item_is_carried_over_until_something_comes_of_it(cast: Cast) -> None:
    item_id = confirmed(cast.group_id, cast.meeting_id, "vi@example.com")
    accept(cast.group_id, item_id, cast.meeting_id, cast.chair, minutes=25)
    later = a_meeting(cast.group_id, after=timedelta(weeks=9))
    with pytest.raises(RuleBroken, match="already"):
        done(actions.carry_over, cast.group_id, item_id, meeting_id=cast.meeting_id, by=cast.chair)
    done(actions.carry_over, cast.group_id, item_id, meeting_id=later, by=cast.chair)
    part = agenda.agenda_of(the_meeting(later)).items[0]
    assert (part.minutes, part.times) == (25, 2)
    done(actions.discuss, cast.group_id, item_id, words="A new queue system from May.", by=cast.chair)
    assert the_item(item_id).state == ItemState.DISCUSSED
    assert [told["values"]["act"] for told in letters()[-2:]] == ["carried_over", "discussed"]


def test_an_officer_takes_an_item_off_and_hides_and_shows_it(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member, "Dr Sykes was rude")
    assert the_item(item_id).held_because == "complaint"
    assert story_of(item_id) == [("proposed", "member"), ("held", None)]
    assert items.list_public(cast.group_id) == []
    done(actions.show_item, cast.group_id, item_id, by=cast.chair)
    done(actions.hide_item, cast.group_id, item_id, by=cast.chair)
    with pytest.raises(NotFound):
        items.get_public(cast.group_id, item_id)
    accept(cast.group_id, item_id, cast.meeting_id, cast.chair)
    assert the_item(item_id).held_because is None  # an officer has read what they put on a public agenda
    done(actions.take_item_off, cast.group_id, item_id, by=cast.chair)
    assert the_item(item_id).state == ItemState.WAITING
    assert session().scalars(select(AgendaEntry.removed_at).where(AgendaEntry.item_id == item_id)).one() is not None


def test_items_are_not_joined_with_themselves_or_with_what_is_closed(cast: Cast) -> None:
    one = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    other = an_item(cast.group_id, cast.meeting_id, cast.member, "Lights")
    with pytest.raises(RuleBroken, match="another item"):
        done(actions.merge, cast.group_id, one, into_id=one, by=cast.chair)
    done(actions.decline, cast.group_id, other, words="No.", by=cast.chair)
    with pytest.raises(RuleBroken, match="closed"):
        done(actions.merge, cast.group_id, one, into_id=other, by=cast.chair)


def test_history_is_only_ever_added(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    with pytest.raises(IntegrityError), transaction():
        session().query(ItemHistory).filter_by(item_id=item_id).update({"act": "declined"})
    with pytest.raises(IntegrityError), transaction():
        session().query(ItemHistory).filter_by(item_id=item_id).delete()


def test_whoever_has_no_account_acts_in_no_role(cast: Cast) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    for who in (VISITOR, Who.contact(cast.chair)):
        with pytest.raises(NotAllowed), transaction():
            actions.decline(cast.group_id, item_id, words="no", by=who, at=clock.now())
    assert meetings.habits_of(cast.group_id).items_close_days == 14
