"""Contacts back items with one press, once each, by a link that knows who they are and shows nothing of them."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage

import pytest

from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing.jobs import Deliveries
from pcnppg.meetings.actions import backing
from pcnppg.meetings.actions import items as actions
from pcnppg.meetings.queries import items
from pcnppg.meetings.queries.backing import say_token
from pcnppg.membership import actions as membership
from pcnppg.membership.rules import How
from pcnppg.post.rules import BATCH
from pcnppg.store.session import transaction
from tests import making
from tests.mailing.lists import a_draft, send
from tests.mailing.test_actions import HOLD
from tests.mailing.test_emails import _body
from tests.meetings.conftest import Cast
from tests.meetings.stories import a_meeting, an_item, done, letters, the_item
from tests.meetings.test_proposing import a_contact
from tests.membership.stories import my_token
from tests.visiting import Visit

PRESS = ".items__one form"


@pytest.fixture
def contact(cast: Cast) -> int:
    return a_contact(cast, "pat@example.com")


def press(contact_id: int, item_id: int) -> None:
    with transaction():
        backing.back_by_link(say_token(contact_id), item_id, at=clock.now())


def test_a_contact_is_counted_once_and_told_the_outcome(cast: Cast, contact: int) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    for _ in range(2):
        press(contact, item_id)
    assert items.backings_of([the_item(item_id)]) == {item_id: 1}
    done(actions.answer, cast.group_id, item_id, words="Yes.", by=cast.chair)
    assert "pat@example.com" in {one["to"] for one in letters("item_outcome")}
    with pytest.raises(RuleBroken, match="closed"):
        press(contact, item_id)


def test_what_is_held_back_or_another_groups_cannot_be_backed(cast: Cast, contact: int) -> None:
    held = an_item(cast.group_id, cast.meeting_id, cast.member, "Ring me on 01632 960 123")
    other = making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com")
    theirs = an_item(other, a_meeting(other), making.an_officer(other, address="di@example.com"))
    for item_id in (held, theirs):
        with pytest.raises(NotFound):
            press(contact, item_id)
    assert set(items.backings_of([the_item(held), the_item(theirs)]).values()) == {0}


def test_the_link_ends_with_the_contact(cast: Cast, contact: int, visit: Visit) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    page = visit(f"/say/{say_token(contact)}")
    with transaction():
        membership.leave(contact, how=How.LEAVE_PAGE, by=Who.contact(contact), at=clock.now())
    with pytest.raises(NotFound):
        press(contact, item_id)
    assert page.submit(PRESS).heading == "This link does not work"
    for token in (say_token(contact), "1-nonsense"):
        assert visit(f"/say/{token}").status == 404


def test_by_the_link_in_a_mailing_one_press_backs_and_looking_does_not(cast: Cast, contact: int, visit: Visit) -> None:
    draft = a_draft(cast.group_id, cast.chair)
    preview = f"/groups/elm-tree/mailings/{draft}/preview"
    assert "/say/" not in visit.as_(cast.chair)(preview).html
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member, "A <bench> by the door")
    assert "/say/this-is-an-example" in visit.as_(cast.chair)(preview).html
    message = _arrived(cast, draft)
    links = {tuple(re.findall(r"/say/([0-9a-z-]+)", _body(message, kind))) for kind in ("plain", "html")}
    assert links == {(say_token(contact),), (say_token(contact),) * 2}
    found = say_token(contact)
    page = visit(f"/say/{found}")
    assert "pat@example.com" not in page.text
    assert "Pat Lee" not in page.text
    assert items.backings_of([the_item(item_id)]) == {item_id: 0}
    for _ in range(2):
        page = page.submit(PRESS).follow()
        assert "You back “A <bench> by the door”." in page.text
    assert "1 person backs it" in page.text
    done(actions.answer, cast.group_id, item_id, words="Yes.", by=cast.chair)
    assert "closed" in page.submit(PRESS).follow().text


def test_the_page_about_oneself_leads_there(cast: Cast, contact: int, visit: Visit) -> None:
    from pcnppg.groups.queries import get_group

    an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    page = visit(f"/my/{my_token(get_group(cast.group_id), 'pat@example.com')}").click("Back what matters to you")
    assert "You back “Parking”." in page.submit(PRESS).follow().text


def _arrived(cast: Cast, draft: int) -> EmailMessage:
    """The mailing to the one contact, as it arrives."""
    send(cast.group_id, cast.chair, mailing_id=draft)
    with clock.at(clock.now() + HOLD), transaction():
        (item,) = Deliveries().claim("w1", at=clock.now(), limit=BATCH)
    return email.message_from_bytes(item.make(), policy=email.policy.default)  # type: ignore[return-value]
