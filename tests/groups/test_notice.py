"""Who holds the data, and the privacy notice made of it: its words, its versions, and that nobody joins without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from pcnppg.groups import actions, formats, queries
from pcnppg.groups.models import Group, PrivacyNotice
from pcnppg.groups.rules import Controller, Holder, Kept, Kind, Lack, Role, lacks, may_hold, may_join
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.membership.rules import ADDRESS_LINK_LASTS, EXPORT_KEPT, KEPT_MONTHS, UNCONFIRMED_KEPT
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.groups.stories import a_network, found, found_network
from tests.people.stories import deeds
from tests.visiting import Page, Visit

pytestmark = pytest.mark.counted

SETTINGS = "/groups/elm-tree/settings/privacy"
HOLDER = Holder(
    controller=Controller.PRACTICE,
    holder_name="Elm Tree Surgery",
    privacy_contact="data@elm-tree.example",
    holder_address="1 Elm Road,\n\n Elmton \nZZ1 1ZZ",
    officer_name="Dana Field",
    officer_contact="01632 960 009",
    registration="ZA000001",
)


def words_for(holder: Holder) -> str:
    return formats.notice(
        holder, group_name="Elm Tree Patients", place="Elm Tree Surgery", operator="Riverside Hosting"
    )


def publish(group_id: int, *, by: Who = OPERATOR, **over: Any) -> PrivacyNotice:
    with transaction():
        group = queries.get_group(group_id)
        holder = replace(group.holder, **over)
        return actions.publish_notice(group_id, holder, over=group.notice_version, by=by, at=THE_DAY)


def test_the_notice_says_all_that_the_law_asks_for() -> None:
    words = words_for(HOLDER)
    for said in (
        "Elm Tree Surgery answers for what this group holds about you",
        "Postal address: 1 Elm Road, Elmton, ZZ1 1ZZ.",
        "To ask about your data, write to: data@elm-tree.example",
        "Data protection officer: Dana Field, 01632 960 009",
        "ZA000001",
        "you agreed to it",
        "take it back at any time",
        "We give your data to nobody",
        "Riverside Hosting runs this site",
        "We send it to no other country",
        "No machine decides anything about you",
        "Your data comes from you",
        "What stays after that",
        "A code made from your address",
        "Information Commissioner's Office at any time: https://ico.org.uk/make-a-complaint/",
        "We tell you within 30 days that we have your complaint",
    ):
        assert said in words
    assert "\n\n\n" not in words
    assert "  " not in words


def test_what_is_none_is_said_and_what_nobody_said_is_left_out() -> None:
    none = words_for(replace(HOLDER, officer_name="", officer_contact="", registration=""))
    assert "There is no data protection officer." in none
    assert "There is no entry in the register" in none
    unsaid = words_for(replace(HOLDER, officer_name=None, registration=None, holder_address=""))
    assert "ata protection officer" not in unsaid
    assert "register" not in unsaid
    assert "Postal address" not in unsaid


def test_complaints_go_to_their_own_place_where_there_is_one() -> None:
    assert "To complain, write to: data@elm-tree.example" in words_for(HOLDER)
    assert "To complain, write to: 01632 960 010" in words_for(replace(HOLDER, complaints_contact="01632 960 010"))


def test_a_group_on_its_own_says_so() -> None:
    own = words_for(replace(HOLDER, controller=Controller.GROUP, holder_name="Elm Tree Patients"))
    assert "Elm Tree Patients decides itself what it holds" in own
    assert "The practice decides" not in own


def test_it_is_read_in_parts_and_compared_line_by_line() -> None:
    parts = formats.parts("## One\n\nTwo.\n\n- three\n- four")
    assert [(part.heading, part.words, list(part.listed)) for part in parts] == [
        ("One", "", []),
        ("", "Two.", []),
        ("", "", ["three", "four"]),
    ]
    changed = formats.changes("## One\n\nTwo.\n\n- three\n- four", "## One\n\nTwo!\n\n- three")
    assert (list(changed.new), list(changed.gone)) == (["Two!"], ["Two.", "four"])


def test_the_times_in_it_are_those_that_the_code_keeps_to() -> None:
    assert Kept().unconfirmed_days == UNCONFIRMED_KEPT.days
    assert Kept().request_months == KEPT_MONTHS
    assert Kept().address_days == ADDRESS_LINK_LASTS.days
    assert f"delete a copy within {EXPORT_KEPT.days} days" in words_for(HOLDER)
    for said in ("after 14 days", "after 30 days", "24 months", "12 months", "6 years"):
        assert said in words_for(HOLDER)


def test_the_law_needs_a_name_and_a_contact() -> None:
    assert may_hold(Kind.PRACTICE, HOLDER)
    assert may_hold(Kind.NETWORK, replace(HOLDER, controller=Controller.GROUP))
    assert "no single practice" in may_hold(Kind.NETWORK, HOLDER).because
    assert "name" in may_hold(Kind.PRACTICE, replace(HOLDER, holder_name=" ")).because
    assert "ask about their data" in may_hold(Kind.PRACTICE, replace(HOLDER, privacy_contact="")).because
    assert may_join(1)
    assert not may_join(None)


def test_what_is_still_to_be_said() -> None:
    assert lacks(None, controller="practice", officer_name=None) is Lack.HOLDER
    assert lacks(1, controller="practice", officer_name=None) is Lack.OFFICER
    assert lacks(1, controller="practice", officer_name="") is None
    assert lacks(1, controller="group", officer_name=None) is None


def test_a_new_group_is_open_with_its_first_notice(inside: Flask) -> None:
    making.a_practice()
    group, _ = found()
    assert (group.holder_name, group.notice_version) == ("Elm Tree Surgery", 1)
    first = queries.find_notice(group.id, 1)
    assert first is not None
    assert first.words == queries.notice_in_force(group)
    assert (first.digest, first.by_person_id) == (formats.digest(first.words), None)
    assert "write to: Ruth@example.com" in first.words
    assert [line.about_id for line in deeds("groups.notice_published")] == [first.id]


def test_groups_that_hold_their_own_data_say_so_from_the_first(inside: Flask) -> None:
    making.a_practice()
    own, _ = found(controller=Controller.GROUP)
    a_network()
    network, _ = found_network()
    assert (own.holder_name, network.holder_name) == ("Elm Tree Patient Group", "Riverside Patients")
    assert (own.notice_version, network.notice_version) == (1, 1)


def test_each_version_is_kept_as_it_was(inside: Flask) -> None:
    group_id = making.a_group()
    first = queries.notice_in_force(queries.get_group(group_id))
    made = publish(group_id, privacy_contact="new@elm-tree.example", by=Who.person(3))
    assert (made.version, made.by_person_id) == (3, 3)
    group = queries.get_group(group_id)
    assert (group.notice_version, group.privacy_contact) == (3, "new@elm-tree.example")
    assert [one.version for one in queries.list_notices(group_id)] == [3, 2, 1]
    assert queries.find_notice(group_id, 2).words == first  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        queries.get_notice(group_id, 4)


def test_nothing_new_is_no_version(inside: Flask) -> None:
    group_id = making.a_group()
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        publish(group_id)
    assert len(queries.list_notices(group_id)) == 2


def test_who_looked_at_an_older_notice_does_not_overwrite_a_newer_one(inside: Flask) -> None:
    group_id = making.a_group()
    with pytest.raises(RuleBroken, match="Somebody else has published"), transaction():
        actions.publish_notice(group_id, HOLDER, over=1, by=OPERATOR, at=THE_DAY)


def test_a_network_group_cannot_be_a_practices(inside: Flask) -> None:
    a_network()
    network, _ = found_network()
    with pytest.raises(RuleBroken, match="no single practice"):
        publish(network.id, controller=Controller.PRACTICE)


@pytest.mark.parametrize("change", [update(PrivacyNotice).values(words="other"), delete(PrivacyNotice)])
def test_no_published_word_can_be_changed(inside: Flask, change: Any) -> None:
    making.a_group()
    with pytest.raises(IntegrityError, match="only ever added"), transaction():
        session().execute(change)


def office(visit: Visit) -> tuple[int, Visit]:
    group_id = making.a_group(visit.app)
    return group_id, visit.as_(making.an_officer(group_id, role=Role.SECRETARY, app=visit.app))


def test_an_officer_looks_at_what_changes_and_publishes_it(inside: Flask, visit: Visit) -> None:
    group_id, officer = office(visit)
    page = officer("/groups/elm-tree/settings").click("Who holds the data, and the privacy notice")
    assert page.one("#holder_name")["value"] == "Elm Tree Surgery"
    assert "in force, published on" in page.text
    page = page.submit(privacy_contact="data@elm-tree.example", has_officer="no", registration="ZA000009")
    assert page.heading == "Look at the notice before you publish it"
    new, gone = ([tag.get_text() for tag in page.select(f".changes--{kind} li")] for kind in ("new", "gone"))
    assert "To ask about your data, write to: data@elm-tree.example" in new
    assert "There is no data protection officer." in new
    assert "Data protection officer: Dana Field, dpo@elm-tree.example" in gone
    assert queries.get_group(group_id).notice_version == 2
    page = page.submit("Publish version 3").follow()
    assert "Version 3 of the privacy notice is published." in page.text
    session().rollback()
    group = session().get_one(Group, group_id)
    assert (group.notice_version, group.officer_name, group.officer_contact) == (3, "", "")
    assert queries.list_notices(group_id)[0].by_person_id is not None


def test_one_can_go_back_with_all_that_was_typed(inside: Flask, visit: Visit) -> None:
    _, officer = office(visit)
    page = officer(SETTINGS).submit(holder_name="Elm Tree <Surgery>", holder_address="2 Oak Road\nOakton")
    assert "Elm Tree <Surgery> answers" in page.text
    page = page.submit("Go back and change something")
    assert page.heading == "Who holds the data"
    assert page.one("#holder_name")["value"] == "Elm Tree <Surgery>"
    assert "2 Oak Road" in page.one("#holder_address").get_text()


def test_nothing_changed_offers_nothing_to_publish(inside: Flask, visit: Visit) -> None:
    _, officer = office(visit)
    page = officer(SETTINGS).submit()
    assert "Nothing has changed" in page.text
    assert "Publish" not in [tag.get_text() for tag in page.select("main button")]


def test_what_is_missing_is_said(inside: Flask, visit: Visit) -> None:
    _, officer = office(visit)
    page = officer(SETTINGS).submit(
        holder_name="",
        holder_address=" ",
        privacy_contact="",
        officer_name="",
        officer_contact="",
        registration="x\u200by",
    )
    assert page.status == 422
    assert page.errors == [
        "Enter the name of who holds the data.",
        "Enter the postal address. People without email write there.",
        "Enter where people ask about their data.",
        "Enter the name of the data protection officer.",
        "Enter how people can reach the data protection officer.",
        "Enter the number in the register on one line, without hidden characters.",
    ]
    assert officer(SETTINGS).submit(holder_address="a" * 501).errors == [
        "Make the address shorter. It can have 500 characters at most."
    ]


def test_two_officers_at_once_do_not_overwrite_each_other(inside: Flask, visit: Visit) -> None:
    group_id, officer = office(visit)
    page = officer(SETTINGS).submit(privacy_contact="mine@elm-tree.example")
    publish(group_id, privacy_contact="theirs@elm-tree.example")
    page = page.submit("Publish version 3")
    assert page.status == 422
    assert "Somebody else has published a notice" in page.text
    assert page.one("#privacy_contact")["value"] == "mine@elm-tree.example"
    page = page.submit().submit("Publish version 4")
    assert page.status == 303
    assert officer(f"{SETTINGS}/publish").location == SETTINGS


def test_a_wrong_form_publishes_nothing(inside: Flask, visit: Visit) -> None:
    group_id, officer = office(visit)
    token = officer(SETTINGS).one("main input[name=csrf_token]")["value"]
    page = officer.post(f"{SETTINGS}/publish", {"csrf_token": token, "over": "x"})
    assert page.status == 422
    assert queries.get_group(group_id).notice_version == 2


def test_a_networks_officers_are_not_asked_for_a_practice(inside: Flask, visit: Visit) -> None:
    a_network()
    network, _ = found_network()
    officer = visit.as_(making.an_officer(network, role=Role.SECRETARY))
    page = officer("/groups/riverside/settings/privacy")
    assert not page.select("input[type=radio][name=controller]")
    token = page.one("main input[name=csrf_token]")["value"]
    wrong = {
        "controller": "practice", "holder_name": "x", "holder_address": "x", "privacy_contact": "x", "has_officer": "no",
    }  # fmt: skip
    assert officer.post("/groups/riverside/settings/privacy", {**wrong, "csrf_token": token}).status == 422
    page = page.submit(holder_address="1 Mill Road", has_officer="no").submit("Publish version 2").follow()
    assert "published" in page.text


def test_an_address_that_somebody_signs_in_with_is_pointed_out_before_it_stays_for_good(
    inside: Flask, visit: Visit
) -> None:
    group_id, officer = office(visit)
    mailbox = queries.list_officers(group_id)[0].mailbox
    page = officer(SETTINGS)
    told = page.submit(privacy_contact=mailbox.upper())
    assert f"{mailbox} is the address of a person" in told.text
    assert "even after that person has left or was erased" in told.text
    assert "Publish version 3" in told.text, "it is a warning, not a refusal"
    assert "is the address of a person" not in page.submit(privacy_contact="group@elm-tree.example").text


def test_a_change_of_name_makes_the_notice_one_to_look_through(inside: Flask, visit: Visit) -> None:
    group_id, officer = office(visit)
    with transaction():
        session().get_one(Group, group_id).name = "Friends of Elm Tree"
    assert "not quite as we would write it now" in officer(SETTINGS).text


def test_every_version_can_be_read_by_anybody(inside: Flask, visit: Visit) -> None:
    group_id = making.a_group()
    publish(group_id, privacy_contact="new@elm-tree.example")
    page = visit("/groups/elm-tree/privacy")
    assert "This is version 3 of our privacy notice" in page.text
    assert page.select("a[href='mailto:new@elm-tree.example']")
    assert page.select("a[href='https://ico.org.uk/make-a-complaint/']")
    page = page.click("Version 1")
    assert page.heading == "Privacy, version 1"
    assert "It is not in force any more" in page.text
    assert "Ruth@example.com" in page.text or "ruth@example.com" in page.text
    assert page.click("The notice in force now").url.endswith("/privacy")
    assert visit("/groups/elm-tree/privacy/3").location == "/groups/elm-tree/privacy"
    assert visit("/groups/elm-tree/privacy/9").status == 404


def without_notice(group_id: int) -> None:
    with transaction():
        session().get_one(Group, group_id).notice_version = None


def test_without_a_notice_the_page_says_so(inside: Flask, visit: Visit) -> None:
    without_notice(making.a_group())
    page = visit("/groups/elm-tree/privacy")
    assert "has not said yet who holds its data" in page.text
    assert "You cannot join yet" in visit("/groups/elm-tree").text
    assert "Join" not in [tag.get_text(strip=True) for tag in visit("/groups/elm-tree").select("main a")]


def waits(page: Page) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in page.select("main .waiting a")]


def test_officers_see_what_their_notice_lacks_in_what_needs_them(inside: Flask, visit: Visit) -> None:
    making.a_practice()
    group, _ = found()
    officer = visit.as_(making.an_officer(group, role=Role.SECRETARY))
    assert "Say who the practice's data protection officer is" in waits(officer("/home"))
    without_notice(group.id)
    assert "Say who holds your group's data" in waits(officer("/home"))
    page = officer("/home").click("Say who holds your group's data")
    assert "Nobody can join yet." in page.text
    manager = visit.as_(making.an_officer(group, role=Role.PRACTICE_MANAGER))
    assert "Say who holds your group's data" not in manager("/home").text
