"""What needs you: what waits for each role, nothing that its holder may not do, and never a contact's name or address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import Tag
from flask import Flask

from pcnppg.groups import actions as founding
from pcnppg.groups.models import Group
from pcnppg.groups.rules import OFFICERS, Role
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.membership.rules import RequestKind
from pcnppg.people.models import RecoveryCode
from pcnppg.post.rules import State as DeliveryState
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.mailing.lists import a_draft, a_list, deliveries, send
from tests.membership.stories import joined
from tests.membership.test_requests import write
from tests.visiting import Page, Visit


def codes(person: int, number: int = 10) -> int:
    """So many recovery codes for somebody, as setting up an authenticator makes them."""
    with transaction() as open_:
        open_.add_all(RecoveryCode(person_id=person, number=n, code_hash="x", used_at=None) for n in range(number))
    return person


def officer_of(group: int, role: Role = Role.SECRETARY) -> int:
    return codes(making.an_officer(group, role=role, name=f"The {role.value}"))


def waiting(page: Page) -> list[str]:
    return [words(tag) for tag in page.select("main .waiting")]


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_signed_out_one_signs_in_first(app: Flask, visit: Visit) -> None:
    assert str(visit("/home").location).startswith("/sign-in?next=")


def test_where_nothing_waits_it_says_so_and_names_the_next_step(inside: Flask, visit: Visit) -> None:
    group = making.a_group()
    page = visit("/home", as_=officer_of(group))
    assert page.heading == "What needs you"
    assert waiting(page) == []
    assert "Nothing waits for you" in page.text
    assert [words(a) for a in page.select("main a.nhsuk-button")] == ["Print the poster"]
    assert "You are the secretary here." in page.text
    assert "0 of 3,484 patients" in page.text
    assert "/groups/elm-tree/contacts" in [a["href"] for a in page.select("main li a")]


def test_without_a_role_it_says_how_to_get_one(inside: Flask, visit: Visit) -> None:
    page = visit("/home", as_=making.a_person())
    assert "You hold no role in a group now" in page.text
    assert page.click("Find your group").status == 200


def test_a_draft_waits_with_who_changed_it_and_when(inside: Flask, visit: Visit) -> None:
    group_id, (chair, secretary) = a_list()
    a_draft(group_id, chair, subject="Summer <news>")
    page = visit("/home", as_=codes(secretary))
    assert waiting(page) == [
        "Go on with the draft “Summer <news>” Joan Ellis changed it on Thursday 4 March 2027 at 10:30am"
    ]
    assert page.click("Go on with the draft “Summer <news>”").status == 200


def test_a_held_mailing_waits_until_it_goes(inside: Flask, visit: Visit) -> None:
    group_id, (chair, _) = a_list()
    send(group_id, codes(chair))
    page = visit("/home", as_=chair)
    assert waiting(page) == [
        "“Our summer meeting” is about to go out You can take it back until Thursday 4 March 2027 at 10:45am"
    ]
    with clock.at(THE_DAY + timedelta(minutes=15)):
        assert waiting(visit("/home", as_=chair)) == []


def test_deliveries_in_doubt_wait_for_a_month(inside: Flask, visit: Visit) -> None:
    group_id, (chair, _) = a_list()
    sent = send(group_id, codes(chair))
    with transaction():
        first = session().get_one(Delivery, deliveries(sent)[0].id)
        first.state, first.at = DeliveryState.UNCERTAIN, THE_DAY
    day_after, month_after = (THE_DAY + timedelta(days=d) for d in (1, 30))
    with clock.at(day_after):
        page = visit("/home", as_=chair)
        assert waiting(page) == ["“Our summer meeting” may not have reached 1 person Sent on Thursday 4 March 2027"]
    with clock.at(month_after):
        assert waiting(visit.anew().as_(chair)("/home")) == []


def test_settings_wait_until_somebody_looked_through_them(inside: Flask, visit: Visit) -> None:
    group_id = making.a_group()
    with transaction():
        session().get_one(Group, group_id).set_up_at = None
    page = visit("/home", as_=officer_of(group_id))
    assert waiting(page) == ["Look through the settings of your group The group was made on Thursday 4 March 2027"]
    assert page.click("Look through the settings of your group").status == 200
    assert waiting(visit("/home", as_=making.an_officer(group_id, role=Role.MEMBER))) == []


def test_an_invitation_waits_for_the_chair_near_its_end_without_its_address(inside: Flask, visit: Visit) -> None:
    group_id = making.a_group()
    chair, secretary = officer_of(group_id, Role.CHAIR), officer_of(group_id)
    with transaction():
        asked = EmailAddress.parse("new.person@example.net")
        founding.invite(group_id, role=Role.VICE_CHAIR, address=asked, by=OPERATOR, at=clock.now())
    assert waiting(visit("/home", as_=chair)) == []
    with clock.at(THE_DAY + timedelta(days=10)):
        page = visit.anew().as_(chair)("/home")
        assert waiting(page) == [
            "An invitation to be vice chair ends soon It works until Thursday 18 March 2027 at 10:30am"
        ]
        assert "new.person" not in page.html
        assert waiting(visit.anew().as_(secretary)("/home")) == []


def test_an_authenticator_that_will_be_taken_off_waits_for_all_officers(inside: Flask, visit: Visit) -> None:
    group_id = making.a_group()
    chair, secretary = officer_of(group_id, Role.CHAIR), officer_of(group_id)
    visit("/home", as_=chair)  # signed in once, the chair has an authenticator
    with transaction():
        founding.ask_reset(group_id, person_id=chair, asked_by=secretary, at=clock.now())
    page = visit("/home", as_=secretary)
    assert waiting(page) == [
        "The authenticator of The chair will be taken off "
        "On Friday 5 March 2027 at 10:30am. Stop it if they did not ask."
    ]
    assert page.click("The authenticator of The chair will be taken off").status == 200


@pytest.mark.parametrize(
    ("left", "says"), [(4, []), (3, ["You have 3 recovery codes left"]), (1, ["1 recovery code left"])]
)
def test_few_recovery_codes_wait(inside: Flask, visit: Visit, left: int, says: list[str]) -> None:
    person = codes(making.an_officer(making.a_group(), role=Role.SECRETARY), left)
    found = waiting(visit("/home", as_=person))
    assert len(found) == len(says)
    assert all(part in line for part, line in zip(says, found, strict=True))


def test_nine_months_of_silence_wait_for_those_who_can_write(inside: Flask, visit: Visit) -> None:
    group_id, (chair, _) = a_list(at=THE_DAY - timedelta(days=280))
    codes(chair)
    assert waiting(visit("/home", as_=chair)) == [
        "Your contact list has heard nothing for nine months The group began on Thursday 28 May 2026"
    ]
    sent = send(group_id, chair)
    with transaction():
        session().get_one(Mailing, sent).first_handed_over_at = THE_DAY
    assert "nothing for nine months" not in visit("/home", as_=chair).text


def test_an_empty_list_is_not_silent(inside: Flask, visit: Visit) -> None:
    _, (chair, _) = a_list(0, at=THE_DAY - timedelta(days=280))
    assert waiting(visit("/home", as_=codes(chair))) == []


def test_a_session_without_the_authenticator_code_sees_no_draft_and_is_asked_for_it(
    inside: Flask, visit: Visit
) -> None:
    group_id, (chair, _) = a_list()
    a_draft(group_id, chair, subject="Secret plans")
    page = visit.as_(codes(chair), second_factor=False)("/home")
    assert waiting(page) == ["Enter the code from your authenticator app Then you see all that waits for you."]
    assert "Secret plans" not in page.html
    assert "Contact list" not in [words(a) for a in page.select("main a")]


@pytest.mark.parametrize("role", sorted(set(Role) - OFFICERS))
def test_members_and_staff_see_their_group_and_nothing_that_is_the_officers(
    inside: Flask, visit: Visit, role: Role
) -> None:
    group_id, (chair, _) = a_list()
    a_draft(group_id, chair, subject="Secret plans")
    send(group_id, chair)
    page = visit.as_(making.an_officer(group_id, role=role), second_factor=False)("/home")
    assert waiting(page) == []
    assert "Secret plans" not in page.html
    theirs = (
        ["Print the poster"]
        if role in {Role.MEMBER, Role.DELEGATE}
        else ["Post an update", "Say thanks", "Print an invitation"]
    )
    assert [words(a) for a in page.select("main a.nhsuk-button")] == theirs
    ways = [str(a["href"]) for a in page.select("main a")]
    assert "/groups/elm-tree" in ways
    assert not any("contacts" in way or "members" in way or "settings" in way for way in ways)
    assert ("on the contact list" in page.text) == (role not in {Role.MEMBER, Role.DELEGATE})


def test_with_two_groups_each_thing_says_whose_it_is(inside: Flask, visit: Visit) -> None:
    group_id, (chair, _) = a_list()
    a_list(slug="oak-hill")
    other = making.a_group(slug="ash-lane", name="Ash Lane Patients", chair="officer0-elm-tree@example.org")
    a_draft(group_id, codes(chair), subject="News")
    page = visit("/home", as_=chair)
    assert waiting(page)[0].endswith("Patients of Elm Tree")
    assert [words(h) for h in page.select("main h2")] == ["Ash Lane Patients", "Patients of Elm Tree"]
    assert other
    assert "Oak Hill" not in page.text


def test_no_contact_is_named(inside: Flask, visit: Visit) -> None:
    group_id = making.a_group()
    joined(session().get_one(Group, group_id), "pat@example.com", name="Pat Private")
    page = visit("/home", as_=officer_of(group_id))
    assert "Private" not in page.html
    assert "pat@example.com" not in page.html


def test_requests_wait_when_their_end_is_near_and_complaints_from_the_first_day(inside: Flask, visit: Visit) -> None:
    group_id = making.a_group()
    officer = officer_of(group_id)
    for days, kind in ((2, "correction"), (25, "access"), (28, "erasure"), (33, "objection"), (3, "complaint")):
        write(group_id, RequestKind(kind), received_on=THE_DAY.date() - timedelta(days=days))
    visit("/groups/elm-tree/complain").submit(email="pat.private@example.com", words="Private.")
    page = visit("/home", as_=officer)
    assert waiting(page) == [
        "Somebody has objected 3 days late. The last day was Monday 1 March 2027",
        "Somebody asks to be erased Today is the last day",
        "Somebody has complained It came on Thursday 4 March 2027. Answer as soon as you can",
        "Somebody asks what you hold about them 4 days left, until Monday 8 March 2027",
        "Somebody has complained 27 days left, until Wednesday 31 March 2027",
    ]
    assert "rivate" not in page.html
    assert page.click("Somebody asks to be erased").status == 200
    assert waiting(visit("/home", as_=making.an_officer(group_id, role=Role.PRACTICE_MANAGER))) == []
