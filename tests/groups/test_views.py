"""Pages of groups: taking up a role, members by role, settings, resets, the end of a role, the poster and its address."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import segno
from flask import Flask

from pcnppg.groups import queries
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import NEW, a_network, chair_of, found_network, held_by, invitations, invite
from tests.people.stories import begun, deeds, letters, set_up, totp
from tests.visiting import Visit

MEMBERS, SETTINGS = "/groups/elm-tree/members", "/groups/elm-tree/settings"


@pytest.fixture
def group(inside: Flask) -> int:
    return making.a_group()


def test_an_officer_takes_up_the_role_and_sets_up_the_authenticator(group: int, visit: Visit) -> None:
    url = f"/invitations/{invite(group)}"
    page = visit(url)
    assert page.heading == "You are invited to be the secretary of Elm Tree Patient Group"
    assert "see who is on the contact list" in page.text
    wrong = page.submit(name="  ")
    assert (wrong.status, wrong.errors) == (422, ["Enter your name."])
    assert invitations()[-1].accepted_at is None
    door = page.submit(name="Nora New")
    assert door.location == "/second-factor?next=/home"
    assert door.follow().heading == "Set up your authenticator"
    again = visit.anew()(url)
    assert (again.status, again.heading) == (410, "This invitation does not work")
    assert "used already" in again.text


def test_a_member_takes_up_the_role_and_is_home(group: int, visit: Visit) -> None:
    page = visit(f"/invitations/{invite(group, role=Role.MEMBER)}")
    assert "you set up an authenticator" not in page.text
    home = page.submit(name="Mia").follow()
    assert "Welcome. You are a member now." in home.text
    assert visit("/account").one("input[name=name]")["value"] == "Mia"


def test_who_has_an_account_is_greeted_by_name(group: int, visit: Visit) -> None:
    making.a_person(name="Sam Stranger", address="Sam@example.net")
    page = visit(f"/invitations/{invite(group, 'SAM@example.net')}")
    assert page.one("input[name=name]")["value"] == "Sam Stranger"


def test_an_invitation_opens_no_account_that_was_in_use(group: int, visit: Visit) -> None:
    sam = making.a_person(name="Sam Stranger", address="sam@example.net")
    own = visit.as_(sam)
    offered = invite(group, "sam@example.net", role=Role.MEMBER)
    finder = visit.anew()
    door = finder(f"/invitations/{offered}").submit(name="Sam Stranger")
    assert door.location == "/sign-in"
    assert "The invitation is accepted, and you are a member now. Sign in to begin." in door.follow().text
    assert finder("/account").location == "/sign-in?next=/account"
    held_by(sam, group)
    page = own(f"/invitations/{invite(group, 'sam@example.net')}").submit(name="Sam Stranger")
    assert page.location == "/second-factor?next=/home"


def test_a_damaged_old_or_replaced_link_is_a_friendly_page(group: int, visit: Visit) -> None:
    old = invite(group)
    stale = visit(f"/invitations/{old}")
    new = invite(group)
    for page in (visit(f"/invitations/{old}"), stale.submit(name="Nora")):
        assert page.status == 410
        assert "or a newer one was sent" in page.text
    cut = visit(f"/invitations/{new[:-1]}")
    assert (cut.status, cut.heading) == (404, "This invitation does not work")
    assert "whole link" in cut.text
    page = visit(f"/invitations/{new}")
    with clock.at(THE_DAY + timedelta(days=14)):
        late = page.submit(name="Nora")
        assert late.status == 410
        assert "too old" in late.text
    token = str(page.one("main input[name=csrf_token]")["value"])
    assert visit.post("/invitations/nonsense", {"csrf_token": token, "name": "Nora"}).status == 404
    assert len(queries.list_members(group)) == 1


# Members


def test_the_chair_invites_and_takes_back(group: int, visit: Visit) -> None:
    browser = visit.as_(chair_of(group))
    page = browser(MEMBERS)
    wrong = page.submit("Send the invitation", email="nobody", role="gp")
    assert (wrong.status, wrong.one("input[name=email]")["value"]) == (422, "nobody")
    assert wrong.one("option[selected]")["value"] == "gp"
    held = page.submit("Send the invitation", email="ruth@example.com", role="chair")
    assert (held.status, held.errors) == (422, ["This person is chair of the group already."])
    page = page.submit("Send the invitation", email="New@example.com", role="vice_chair").follow()
    assert "The invitation to be vice chair is on its way." in page.text
    assert "New@example.com" in page.text
    assert [one.values["as_role"] for one in letters("groups/invitation", to=NEW)] == ["a vice chair"]
    page = page.submit("form[action*='/withdraw']").follow()
    assert "Its link no longer works." in page.text
    assert "New@example.com" not in page.text
    assert browser(f"{MEMBERS}/invite").location == MEMBERS


def test_an_officer_sees_the_members_and_cannot_invite(group: int, visit: Visit) -> None:
    invite(group, "offered@example.com")
    officer = visit.as_officer(group)
    page = officer(MEMBERS)
    assert "Ruth Carver" in page.text
    assert "The chair can invite more people." in page.text
    assert not page.select("form[action*='/invite'], form[action*='/withdraw'], a[href$='/end']")
    assert len(deeds("groups.members_seen")) == 1
    token = str(officer("/account").select("input[name=csrf_token]")[0]["value"])
    offered = invitations()[-2].id
    for url in (f"{MEMBERS}/invite", f"{MEMBERS}/invitations/{offered}/withdraw", f"{MEMBERS}/1/end"):
        assert officer.post(url, {"csrf_token": token, "email": NEW, "role": "chair"}).status == 403


@pytest.mark.parametrize("role", ["member", "gp", "practice_manager", "practice_staff"])
def test_other_roles_see_no_members(role: str, group: int, visit: Visit) -> None:
    assert visit.as_officer(group, role=role)(MEMBERS).status == 403


def test_the_chair_ends_a_role_and_the_last_chair_stays(group: int, visit: Visit) -> None:
    browser = visit.as_(chair_of(group))
    officer = making.an_officer(group, name="Sue Secretary")
    theirs = visit.as_(officer)
    assert theirs(MEMBERS).status == 200
    page = browser(f"{MEMBERS}/{held_by(officer, group).id}/end")
    unsaid = page.submit("End this role")
    assert (unsaid.status, unsaid.errors) == (422, ["Choose why the role ends."])
    long = page.submit("End this role", because="other", words="w" * 201)
    assert (long.status, long.one("input[name=words]")["value"]) == (422, "w" * 201)
    done = page.submit("End this role", because="moved").follow()
    assert "Sue Secretary is no longer the secretary, and was told by email." in done.text
    assert theirs(MEMBERS).location == f"/sign-in?next={MEMBERS}"
    assert page.submit("End this role", because="moved").status == 404
    mine = held_by(chair_of(group), group).id
    page = browser(f"{MEMBERS}/{mine}/end")
    assert "The group needs a chair." in page.text
    token = str(browser("/account").select("input[name=csrf_token]")[0]["value"])
    assert browser.post(f"{MEMBERS}/{mine}/end", {"csrf_token": token, "because": "other"}).status == 422
    making.an_officer(group, role="chair")
    ended = browser(f"{MEMBERS}/{mine}/end").submit("End this role", because="own_wish").follow()
    assert "Your role has ended, and you are signed out everywhere." in ended.text
    assert browser("/account").location == "/sign-in?next=/account"


def test_an_officer_helps_another_and_a_third_stops_it(group: int, visit: Visit) -> None:
    lost = begun(making.an_officer(group, name="Sue Secretary"))
    set_up(lost, totp(lost.person_id))
    chair = visit.as_(chair_of(group))
    page = chair(f"{MEMBERS}/{held_by(lost.person_id, group).id}/authenticator")
    assert "Speak to Sue Secretary first." in page.text
    members = page.submit().follow()
    assert "The authenticator of Sue Secretary will be taken off" in members.text
    again = page.submit()
    assert (again.status, "asked for already" in again.text) == (422, True)
    vice = visit.as_officer(group, role="vice_chair")
    stopped = vice(MEMBERS).submit("Stop this").follow()
    assert "Stopped. The authenticator stays as it is." in stopped.text
    assert not stopped.select("form[action*='/stop']")


# Settings


def test_settings_are_saved_and_what_is_wrong_is_kept(group: int, visit: Visit) -> None:
    page = visit.as_officer(group)(SETTINGS)
    assert page.one("input[name=name]")["value"] == "Elm Tree Patient Group"
    wrong = page.submit(
        name="n" * 121, purpose=" ", reply_address="nobody", helper_name="Ru\u200bth", helper_contact=""
    )
    assert wrong.status == 422
    assert len(wrong.errors) == 5
    assert wrong.one("input[name=reply_address]")["value"] == "nobody"
    assert wrong.one("input[name=name]")["value"] == "n" * 121
    assert queries.get_group(group).name == "Elm Tree Patient Group"
    long = page.submit(purpose="p" * 2001)
    assert long.errors == ["Make this shorter. It can have 2,000 characters at most."]
    saved = page.submit(name=" Elm Tree Voices ", purpose="One.\r\nTwo.").follow()
    assert "Saved." in saved.text
    assert saved.one("textarea").get_text().strip().splitlines() == ["One.", "Two."]
    assert saved.one("input[name=name]")["value"] == "Elm Tree Voices"


@pytest.mark.parametrize("typed", ["call me", "01632", "960 101 23", "joan@", "ask at the desk", "1" * 20])
def test_who_helps_must_be_reachable(group: int, visit: Visit, typed: str) -> None:
    page = visit.as_officer(group)(SETTINGS).submit(helper_contact=typed)
    assert page.status == 422
    assert page.errors[0].startswith("Enter a phone number with its area code, or an email address.")
    assert page.one("input[name=helper_contact]")["value"] == typed


@pytest.mark.parametrize(
    "typed",
    [
        "01632 960 101",
        "+44 (0)1632 960101",
        "joan@example.org",
        "01632 960 101, or joan@example.org",
        "Desk: 01632-960101",
    ],
)
def test_a_phone_number_or_an_address_or_both_will_do(group: int, visit: Visit, typed: str) -> None:
    assert visit.as_officer(group)(SETTINGS).submit(helper_contact=typed, helper_name="Joan").status == 303


# The poster


def test_the_posters_code_and_address_lead_to_joining(group: int, visit: Visit) -> None:
    code = queries.get_group(group).short_code
    page = visit("/groups/elm-tree/poster")
    printed = page.one(".sheet__address").get_text(strip=True)
    assert printed.endswith(f"/j/{code}")
    address = f"{visit.base_url.rstrip('/')}/j/{code}"
    drawn = io.BytesIO()
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", scale=4, border=2)
    path = drawn.getvalue().decode().partition(' d="')[2].partition('"')[0]
    assert page.one("svg.qr path")["d"] == path
    assert "at most 4 emails in any twelve months" in page.text
    assert "We are patients of Elm Tree Surgery." in page.text
    for typed in (code, code.upper()):
        assert visit(f"/j/{typed}").location == "/groups/elm-tree/join?from=poster"
    assert visit(f"/j/{code}").follow().status == 200


def test_a_networks_poster_names_no_practice(inside: Flask, visit: Visit) -> None:
    a_network()
    found_network()
    assert "We are the patients' group of this network." in visit("/groups/riverside/poster").text


def test_an_unknown_short_address_is_a_friendly_page(inside: Flask, visit: Visit) -> None:
    page = visit("/j/zzzzz")
    assert page.status == 404
    assert "We know no group by this short address." in page.text


def test_a_zero_byte_reaches_no_database(group: int, visit: Visit) -> None:
    assert visit("/j/a%00b").status == 404
    officer = visit.as_officer(group)
    assert officer(SETTINGS).submit(purpose="To speak\0 up").status == 303
    assert queries.get_group(group).purpose == "To speak up"
    assert officer(SETTINGS).submit(name="Elm \ue000leave\ue001").status == 422
