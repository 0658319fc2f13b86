"""Writing down, changing, pausing, "not me" and the copy of the list, as officers and the people concerned meet them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.audit.models import AuditEntry
from pcnppg.groups.models import Group
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock, keys
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact, ListExport
from pcnppg.membership.rules import How
from pcnppg.people import formats as authenticators
from pcnppg.people import queries as people
from pcnppg.post import formats as post_formats
from pcnppg.post.emails import render
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.membership.forms import HOME, NUMBER, by_email, by_phone, by_post, written_down
from tests.membership.stories import (
    change_token,
    contact_of,
    joined,
    leave,
    letters,
    letters_to,
    the_group,
    what_happened,
)
from tests.visiting import Page, Visit

pytestmark = pytest.mark.counted

ELM = "/groups/elm-tree"
NAN = "nan@example.com"


def filled(page: Page, **more: Any) -> Page:
    """The form of the add page, filled in from a paper form with an email address, and sent."""
    known = {
        "channel": "paper",
        "given_on": "2/3/2027",
        "taken_by": "Sam Okafor",
        "kept_at": "Blue folder",
        "wording": "present",
        "name": "Nan Webb",
        "reached_by": "email",
        "email": NAN,
    }
    return page.submit(**{**known, **more})


def test_an_officer_writes_somebody_down_from_a_paper_form(inside: Flask, visit: Visit) -> None:
    group = the_group()
    officer = making.an_officer(group, name="Ruth Carver")
    page = visit.as_(officer)(f"{ELM}/contacts").click("Write somebody down")
    assert page.heading == "Write somebody down"
    assert page.one("input[name=taken_by]")["value"] == "Ruth Carver"
    for block in (*queries.words_of(group).blocks, "read letter if you chose post"):
        assert block in page.text
    page = filled(page).follow()
    assert page.heading == "Nan Webb"
    assert "They get one email now that says so." in page.text
    for said in (NAN, "on a paper form", "Tuesday 2 March 2027", "Sam Okafor", "Blue folder", "At most 4 emails"):
        assert said in page.text
    assert len(letters_to(NAN)) == 1


def test_people_without_email_are_told_apart_and_found(inside: Flask, visit: Visit) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    add = officer(f"{ELM}/contacts/add")
    page = filled(add, reached_by="post", email="", postal_address=" 4  Weir Lane,\r\n\r\nWithy\r\nZZ1 2AB ").follow()
    assert "They are not told by us" in page.text
    assert "By post: 4 Weir Lane, Withy, ZZ1 2AB" in page.text
    assert "At most 4 letters" in page.text
    other = {"name": "Abe Fox", "channel": "phone", "kept_at": "", "reached_by": "phone", "email": "", "phone": NUMBER}
    assert "At most 4 calls" in filled(add, **other).follow().text
    joined(group, "kim@example.com", name="Kim")
    page = officer(f"{ELM}/contacts")
    assert "1 of 3,484 patients get our emails." in page.text
    assert "1 person gets letters instead, 1 person gets calls." in page.text
    for query, name in (("state=post", "Nan Webb"), ("state=phone", "Abe Fox"), ("search=weir", "Nan Webb")):
        found = officer(f"{ELM}/contacts?{query}")
        assert [row.get_text(" ", strip=True)[: len(name)] for row in found.select("tbody tr")] == [name]
    assert f"By phone: {NUMBER}" in officer(f"{ELM}/contacts?search=960+777").text
    take_off = page.visit(f"{ELM}/contacts?state=post").click("Nan Webb").click("Take them off the list")
    assert "By post: 4 Weir Lane" in take_off.text
    assert "with a new form of their own" in take_off.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"channel": None}, "Choose how they agreed."),
        ({"given_on": ""}, "Enter the day on which they agreed."),
        ({"given_on": "5/3/2027"}, "That day is still to come. Enter the day on which they agreed."),
        ({"taken_by": " "}, "Enter who took the form, or spoke with them."),
        ({"taken_by": "Sam\u2028Okafor"}, "Enter the name of who took it on one line, without hidden characters."),
        ({"kept_at": ""}, "Enter where the paper form is kept, so that it can be shown."),
        ({"kept_at": "x" * 101}, "Make the place shorter. It can have 100 characters at most."),
        ({"wording": "other", "words": "Yes", "promise": "4"}, "Type the words in full, as they stood on the form"),
        ({"wording": "other", "words": "w" * 50, "promise": "13"}, "Enter the number that those words promised"),
        ({"wording": "other", "words": "w" * 50, "promise": "four"}, "Enter the number that those words promised"),
        ({"wording": "other", "words": "w" * 5001, "promise": "4"}, "Make the words shorter."),
        ({"wording": "other", "words": "w\x00" * 20, "promise": "4"}, "Type the words in full"),
        ({"reached_by": None}, "Choose how they want to hear from you."),
        ({"email": "nonsense"}, "Enter an email address with an @ in it"),
        ({"email": ""}, "Enter their email address."),
        ({"reached_by": "post", "postal_address": HOME}, "They did not choose email."),
        ({"reached_by": "post", "email": "", "postal_address": "Withy"}, "Enter their postal address: street, town"),
        ({"postal_address": "a\n" * 7}, "Make the postal address fit an envelope"),
        ({"postal_address": "a" * 41}, "Make the postal address fit an envelope"),
        ({"postal_address": "a\u202eb\nc"}, "Enter the postal address without hidden characters."),
        ({"reached_by": "phone", "email": ""}, "Enter their phone number."),
        ({"phone": "12"}, "Check the phone number. It has too few digits."),
        ({"reached_by": "phone", "email": "", "phone": NUMBER, "name": ""}, "Enter their name."),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_lost(
    inside: Flask, visit: Visit, wrong: dict[str, Any], said: str
) -> None:
    group = the_group()
    page = visit.as_officer(group)(f"{ELM}/contacts/add")
    wrong = {name: value for name, value in wrong.items() if value is not None or name != "wording"}
    known = {name: value for name, value in wrong.items() if value is not None}
    left_out = [name for name, value in wrong.items() if value is None]
    token = page.one("main input[name=csrf_token]")["value"]
    values = {
        "csrf_token": token,
        "channel": "paper",
        "given_on": "2/3/2027",
        "taken_by": "Sam Okafor",
        "kept_at": "Blue folder",
        "wording": "present",
        "name": "Nan Webb",
        "reached_by": "email",
        "email": NAN,
        **known,
    }
    page = page.visit.post(f"{ELM}/contacts/add", {k: v for k, v in values.items() if k not in left_out})
    assert page.status == 422
    assert [error for error in page.errors if error.startswith(said)], page.errors
    if "name" not in wrong:
        assert page.one("input[name=name]")["value"] == "Nan Webb"
    assert session().query(Contact).count() == 0
    assert letters("written_down") == []


def test_an_old_form_asks_whether_the_day_is_right(inside: Flask, visit: Visit) -> None:
    page = visit.as_officer(the_group())(f"{ELM}/contacts/add")
    assert not page.select("input[name=is_sure]")
    page = filled(page, given_on="2 August 2026")
    assert page.status == 422
    assert page.errors[0].startswith("That is more than 6 months ago.")
    assert page.submit(is_sure=True).follow().heading == "Nan Webb"


def test_other_words_are_kept_with_their_promise(inside: Flask, visit: Visit) -> None:
    group = the_group()
    words = "I agree that the group emails me twice a year.\r\n\r\nI can stop at any time."
    page = filled(visit.as_officer(group)(f"{ELM}/contacts/add"), wording="other", words=words, promise="2").follow()
    assert "At most 2 emails" in page.text
    assert "I agree that the group emails me twice a year." in page.text


def test_who_left_is_refused_with_a_way_on(inside: Flask, visit: Visit) -> None:
    group = the_group()
    leave(joined(group, NAN))
    officer = visit.as_officer(group)
    page = filled(officer(f"{ELM}/contacts/add"))
    assert (page.status, page.errors[0][:51]) == (422, "Somebody at this address left the list, so it canno")
    assert f"/j/{group.short_code}" in page.text
    assert contact_of(group, NAN).state == "left"  # type: ignore[union-attr]


def test_the_paper_form_has_the_groups_words_and_an_empty_box(inside: Flask, visit: Visit) -> None:
    group = the_group()
    for role in ("chair", "practice_staff", "member"):
        page = visit.as_officer(group, role=role)(f"{ELM}/contacts/form")
        assert page.heading == "Join Elm Tree Patient Group"
        for block in queries.words_of(group).blocks:
            assert block in page.text
        assert len(page.select(".tick__box")) == 1
        for label in ("Name", "Email", "Postal address", "Phone", "Taken by", "On", "Kept at"):
            assert label in [tag.get_text() for tag in page.select("dt")]
    assert visit(f"{ELM}/contacts/form").follow().heading == "Sign in"


def test_not_me_is_one_press_by_nobody_in_particular(inside: Flask, visit: Visit) -> None:
    group = the_group()
    officer = making.an_officer(group, name="Ruth Carver")
    contact = written_down(group, by_email(NAN), by=Who.person(officer))
    token = letters_to(NAN)[0]["values"]["not_me"]
    page = visit(f"/not-me/{token}")
    assert page.heading == "Was it not you?"
    assert "Nan" not in page.html
    assert NAN not in page.html
    session().rollback()
    assert contact.state == "active"
    page = page.submit()
    assert page.heading == "Thank you. It is put right"
    session().rollback()
    assert contact.state == "erased"
    assert visit(f"/not-me/{token}").status == 404
    assert "does not work any more" in visit.post(f"/not-me/{token}", {"csrf_token": csrf(visit)}).heading
    page = visit.as_(officer)(f"{ELM}/contacts")
    assert "1 person said “it was not me”." in page.text
    assert "Ruth Carver wrote it down on Thursday 4 March 2027." in page.text
    assert "said “it was not me”" not in visit.as_officer(the_group("oak-hill"))("/groups/oak-hill/contacts").text


def csrf(visit: Visit) -> str:
    return str(visit(f"{ELM}/join").one("main input[name=csrf_token]")["value"])


def test_an_officer_changes_what_somebody_told_them(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = written_down(group, by_post())
    page = visit.as_officer(group)(f"{ELM}/contacts/{contact.id}").click("Change their details")
    assert [tag["value"] for tag in page.select("input[name=reached_by]")] == ["post", "phone"]
    refused = page.submit()
    assert (refused.status, refused.errors) == (422, ["Choose how they told you."])
    page = page.submit(how="letter", name="Nan Webb-Fox", postal_address="9 Mill Row\nWithy", phone=NUMBER).follow()
    assert page.heading == "Nan Webb-Fox"
    assert "Their details are changed." in page.text
    assert "By post: 9 Mill Row, Withy" in page.text
    assert f"Also known: their phone number, {NUMBER}" in page.text
    assert "Details changed , by letter, written down by the group" in page.text
    assert what_happened(contact)[-1] == ("corrected", "letter", None)


def test_an_officer_asks_for_a_new_email_address_that_confirms_itself(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, NAN, name="Nan Webb")
    page = visit.as_officer(group)(f"{ELM}/contacts/{contact.id}").click("Write down their new email address")
    asked = {"email": "nan@new.example", "asked_by": "She did", "how": "phone", "asked_on": "4/3/2027"}
    wrong = {"email": "nan at new", "asked_by": " ", "how": None, "asked_on": "5/3/2027"}
    refused = page.submit(**{**asked, **wrong})
    assert (refused.status, len(refused.errors)) == (422, 4)
    assert refused.errors[1:] == [
        "Enter who asked for it.",
        "Choose how they told you.",
        "That day is still to come. Enter the day on which they asked.",
    ]
    assert page.submit(**{**asked, "asked_on": ""}).errors == ["Enter the day on which they asked."]
    assert page.submit(**{**asked, "email": NAN}).errors == ["We write to this address already. Enter the new one."]
    saved = page.submit(**asked).follow()
    assert "The address counts once they press the button" in saved.text
    assert "nan@new.example waits to be confirmed." in saved.text
    for said in ("They asked on Thursday 4 March 2027", "Who asked She did"):
        assert said in saved.text
    session().rollback()
    assert contact.mailbox == NAN
    assert [letter["to"] for letter in letters("address_new") + letters("address_old")] == ["nan@new.example", NAN]
    stopped = saved.click("Stop it, or ask for another address").submit("stop").follow()
    assert "waits to be confirmed" not in stopped.text
    assert letters("address_new") == []


def test_from_letters_to_emails_by_their_own_press_of_a_button(inside: Flask, visit: Visit) -> None:
    group = the_group()
    ruth = making.an_officer(group, name="Ruth Carver")
    contact = written_down(group, by_post())
    page = visit.as_(ruth)(f"{ELM}/contacts/{contact.id}").click("Move them to email")
    page.submit(email=NAN, asked_by="She did", how="desk", asked_on="4/3/2027")
    (asked,) = letters("address_new")
    mail = render(asked["kind"], asked["values"])
    assert mail.subject == "Please confirm that you want emails of Elm Tree Patient Group"
    assert "Ruth Carver of Elm Tree Patient Group wrote this address down" in mail.text
    assert "Was it not you?" in mail.text
    assert "Webb" not in mail.text
    page = visit(f"/address/{change_token(NAN)}")
    assert page.heading == "Confirm that you want our emails"
    for block in queries.words_of(group).blocks:
        assert block in page.text
    stale = visit.post(page.url, {"csrf_token": csrf(visit), "digest": "older"})
    assert stale.status == 422
    assert "have changed since" in stale.text
    page = page.submit()
    assert page.heading == "You get our emails from now on"
    (receipt,) = letters("receipt")
    assert render(receipt["kind"], receipt["values"]).subject == "Elm Tree Patient Group now writes to you by email"
    session().rollback()
    assert (contact.reached_by, contact.mailbox) == ("email", NAN)


def test_a_reader_who_did_not_ask_says_so_with_one_button(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, NAN, name="Nan Webb")
    officer = visit.as_officer(group)
    page = officer(f"{ELM}/contacts/{contact.id}/email")
    page.submit(email="kim@example.com", asked_by="She did", how="desk", asked_on="4/3/2027")
    link = f"/address/{change_token('kim@example.com')}"
    page = visit(link).submit("not-me")
    assert page.heading == "Thank you. We have forgotten the address"
    assert visit(link).heading == "This link does not work any more"
    seen = officer(f"{ELM}/contacts/{contact.id}")
    assert "The email address was refused: its reader had not asked for it" in seen.text
    assert "kim@example.com" not in seen.text


def test_who_changes_to_post_leaves_their_address_behind(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = joined(group, NAN, name="Nan Webb")
    page = visit.as_officer(group)(f"{ELM}/contacts/{contact.id}/change")
    page = page.submit(how="phone", reached_by="post", postal_address=HOME).follow()
    assert "By post" in page.text
    session().rollback()
    assert contact.mailbox is None


def test_a_change_that_a_rule_forbids_is_said_beside_its_field(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = written_down(group, by_post())
    page = visit.as_officer(group)(f"{ELM}/contacts/{contact.id}/change")
    values = {"csrf_token": page.one("main input[name=csrf_token]")["value"], "how": "phone", "name": "Nan"}
    page = page.visit.post(page.url, {**values, "reached_by": "email"})
    assert page.status == 422
    assert page.errors == [
        "An address is only used once its owner has confirmed it. Write down their email address first."
    ]


def test_an_officer_pauses_for_somebody_and_ends_it(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = written_down(group, by_phone())
    officer = visit.as_officer(group)
    page = officer(f"{ELM}/contacts/{contact.id}").click("Pause for them")
    assert page.submit().errors == ["Choose how they told you."]
    assert page.submit(how="phone").errors == ["Choose how long to pause."]
    page = page.submit(how="phone", months="3").follow()
    assert "On the list, paused until Friday 4 June 2027" in page.text
    page = page.click("End their pause").submit(how="desk").follow()
    assert "The pause is over." in page.text
    assert [what for what, *_ in what_happened(contact)] == ["agreed", "paused", "resumed"]


def test_for_who_left_there_is_nothing_to_change(inside: Flask, visit: Visit) -> None:
    group = the_group()
    contact = written_down(group, by_phone())
    officer = visit.as_officer(group)
    pages = [officer(f"{ELM}/contacts/{contact.id}/{part}") for part in ("change", "pause", "email")]
    leave(contact, how=How.PHONE)
    for page in pages:
        assert "there is nothing to change" in page.visit(page.url).follow().text
        token = page.one("main input[name=csrf_token]")["value"]
        values = {
            "csrf_token": token,
            "how": "phone",
            "name": "Nan",
            "reached_by": "phone",
            "phone": NUMBER,
            "months": "3",
            "email": NAN,
            "asked_by": "Nan",
            "asked_on": "4/3/2027",
        }
        assert "there is nothing to change" in page.visit.post(page.url, values).follow().text


def test_labels_for_the_whole_list(inside: Flask, visit: Visit) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    assert "nothing to print" in officer(f"{ELM}/contacts/labels").text
    for n in range(22):
        written_down(group, by_post(f"{n} Weir Lane\nWithy"), name=f"Person {n:02}")
    written_down(group, by_phone(), name="By Phone")
    page = officer(f"{ELM}/contacts").click("Print address labels")
    assert [len(sheet.select("address")) for sheet in page.select("section.labels")] == [21, 1]
    assert page.select("address")[0].get_text(" ", strip=True) == "Person 00 0 Weir Lane Withy"
    assert "By Phone" not in page.text
    noted = session().scalars(select(AuditEntry.what).where(AuditEntry.what == "membership.labels_seen")).all()
    assert len(noted) == 2


# A copy of the list


class Copying:
    """A group with a list, and its secretary, who holds an authenticator."""

    def __init__(self, visit: Visit) -> None:
        self.group = the_group()
        self.officer = making.an_officer(self.group, role=Role.SECRETARY, name="Ruth Carver")
        self.chair = making.an_officer(self.group, role=Role.CHAIR, address="chair@example.com")
        self.browser = visit.as_(self.officer)

    def code(self) -> str:
        factor = people.find_second_factor(self.officer)
        assert factor is not None
        return pyotp.TOTP(authenticators.secret_of(factor.sealed_secret)).at(clock.now())

    def take(self, **more: Any) -> Page:
        page = self.browser(f"{ELM}/contacts/export")
        return page.submit(**{"reason": "Name badges for the meeting", "totp": self.code(), **more})


@pytest.fixture
def copying(inside: Flask, visit: Visit) -> Copying:
    return Copying(visit)


def test_the_copy_is_a_file_that_says_what_it_is_for_and_until_when(copying: Copying) -> None:
    group = copying.group
    paused = joined(group, NAN, name="=Nan+Webb")
    with transaction():
        actions.pause(paused.id, months=3, how=How.MY_PAGE, by=OPERATOR, at=THE_DAY)
    written_down(group, by_post(), name="Abe Fox")
    written_down(group, by_phone("+44 1632 960 777"), name="Ida Lamb")
    leave(joined(group, "left@example.com"))
    joined(the_group("oak-hill"), "other@example.com")
    page = copying.take()
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert page.headers["Content-Disposition"] == "attachment; filename=contact-list-elm-tree-2027-03-04.csv"
    assert page.headers["Cache-Control"] == "no-store"
    raw = page.answer.get_data()
    assert raw.startswith(b"\xef\xbb\xbf")
    first, headings, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert first == [
        "Contact list of Elm Tree Patient Group. For: Name badges for the meeting. Taken by Ruth Carver on "
        "Thursday 4 March 2027 at 10:30am. Delete this copy by Saturday 3 April 2027."
    ]
    assert headings == ["Name", "Reached by", "Email address", "Postal address", "Phone", "Joined", "Paused until"]
    assert rows == [
        ["'=Nan+Webb", "email", NAN, "", "", "2027-03-04", "2027-06-04"],
        ["Abe Fox", "post", "", "4 Weir Lane, Withy, ZZ1 2AB", "", "2027-03-04", ""],
        ["Ida Lamb", "phone", "", "", "'+44 1632 960 777", "2027-03-04", ""],
    ]


def test_a_copy_is_written_down_and_the_other_officers_are_told(copying: Copying) -> None:
    joined(copying.group, NAN)
    copying.take()
    taken = session().scalars(select(ListExport)).one()
    assert (taken.by_person_id, taken.people, taken.reason) == (copying.officer, 1, "Name badges for the meeting")
    noted = session().scalars(select(AuditEntry).where(AuditEntry.what == "membership.list_exported")).one()
    assert (noted.by_id, noted.about_id, noted.count) == (copying.officer, taken.id, 1)
    (told,) = [row for row in session().scalars(select(OutboxMessage)) if row.kind == "membership/exported"]
    assert told.mail_class == "office"
    assert told.sealed is not None
    opened = post_formats.unseal(keys.current().seal, told.sealed)
    assert opened["to"] == "chair@example.com"
    assert (opened["values"]["officer"], opened["values"]["people"]) == ("Ruth Carver", 1)
    page = copying.browser.as_(copying.chair)(f"{ELM}/contacts")
    assert (
        "Ruth Carver: 1 person. For: Name badges for the meeting. To be deleted by Saturday 3 April 2027." in page.text
    )
    assert "Ruth Carver: 1 person." in copying.browser(f"{ELM}/contacts/export").text


def test_each_copy_needs_a_code_of_its_own(copying: Copying) -> None:
    joined(copying.group, NAN)
    code = copying.code()
    assert copying.take(totp=code).headers["Content-Type"].startswith("text/csv")
    again = copying.take(totp=code)
    assert again.status == 422
    assert again.errors == ["That code does not work. Wait for the next code in your app and type that one."]
    with clock.at(THE_DAY + timedelta(minutes=1)):
        assert copying.take().status == 200


def test_wrong_codes_are_counted_and_give_nothing_away(copying: Copying) -> None:
    joined(copying.group, NAN)
    wrong = f"{(int(copying.code()) + 1) % 1_000_000:06}"
    for _ in range(5):
        page = copying.take(totp=wrong)
        assert (page.status, NAN in page.html) == (422, False)
    page = copying.take()
    assert page.errors == ["That was five wrong codes. Nothing was lost. Wait 15 minutes, then try again."]
    assert "Name badges for the meeting" in page.text
    assert session().scalars(select(ListExport)).all() == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": ""}, "Say in a few words what the copy is for. The other officers read it."),
        ({"reason": " x\x00 "}, "Say in a few words what the copy is for. The other officers read it."),
        ({"reason": "x" * 301}, "Make the reason shorter. It can have 300 characters at most."),
        ({"totp": ""}, "Enter the six digits that your app shows now, like 123456."),
        ({"totp": "12345x"}, "Enter the six digits that your app shows now, like 123456."),
    ],
)
def test_a_copy_needs_a_reason_and_a_code(copying: Copying, typed: dict[str, str], said: str) -> None:
    page = copying.take(**typed)
    assert (page.status, page.errors) == (422, [said])


@pytest.mark.parametrize(("by", "reason"), [(OPERATOR, "Name badges"), (Who.person(1), "  ")])
def test_nobody_takes_a_copy_without_a_name_and_a_reason(inside: Flask, by: Who, reason: str) -> None:
    group = the_group()
    with pytest.raises(RuleBroken, match="Say what the copy is for"), transaction():
        actions.export_list(group.id, reason=reason, by=by, at=THE_DAY)
    assert session().scalars(select(ListExport)).all() == []


def test_who_has_no_authenticator_any_more_takes_no_copy(copying: Copying) -> None:
    page = copying.browser(f"{ELM}/contacts/export")
    with transaction():
        factor = people.lock_second_factor(copying.officer)
        assert factor is not None
        factor.confirmed_at = None
    page = page.submit(reason="Name badges for the meeting", totp="123456")
    assert (page.status, page.errors) == (422, ["You have no authenticator yet. Set one up first."])


@pytest.mark.parametrize("role", ["vice_chair", "member", "practice_manager", "gp", "practice_staff"])
def test_only_chair_and_secretary_take_a_copy(inside: Flask, visit: Visit, role: str) -> None:
    group = the_group()
    joined(group, NAN)
    browser = visit.as_officer(group, role=role)
    assert browser(f"{ELM}/contacts/export").status == 403
    assert "Take a copy of the list" not in browser(f"{ELM}/contacts").text


def test_strangers_of_another_group_find_none_of_it(inside: Flask, visit: Visit) -> None:
    contact = written_down(the_group(), by_post())
    other: Group = the_group("oak-hill")
    chair = visit.as_officer(other, role="chair")
    pages = ("add", "form", "labels", "export", f"{contact.id}/change", f"{contact.id}/pause", str(contact.id))
    for page in pages:
        assert chair(f"{ELM}/contacts/{page}").status == 404, page
    for page in (f"{contact.id}/change", f"{contact.id}/pause"):
        assert chair(f"/groups/oak-hill/contacts/{page}").status == 404, page
        token = chair("/groups/oak-hill/contacts/add").one("main input[name=csrf_token]")["value"]
        values = {
            "csrf_token": token,
            "how": "phone",
            "name": "X Y",
            "reached_by": "phone",
            "phone": NUMBER,
            "months": "3",
            "email": NAN,
            "asked_by": "Nan",
            "asked_on": "4/3/2027",
        }
        assert chair.post(f"/groups/oak-hill/contacts/{page}", values).status == 404, page
    assert "Nan Webb" not in chair("/groups/oak-hill/contacts?state=post").text
    assert "nothing to print" in chair("/groups/oak-hill/contacts/labels").text
    assert len(what_happened(contact)) == 1


@pytest.mark.parametrize("role", ["member", "practice_manager", "gp", "practice_staff"])
def test_who_is_no_officer_writes_nobody_down(inside: Flask, visit: Visit, role: str) -> None:
    group = the_group()
    contact = written_down(group, by_post())
    browser = visit.as_officer(group, role=role)
    for page in ("add", "labels", f"{contact.id}/change", f"{contact.id}/pause"):
        found = browser(f"{ELM}/contacts/{page}")
        assert found.status == 403
        assert "Weir Lane" not in found.html


def test_the_list_asks_as_much_of_the_database_for_many_by_post_as_for_one(inside: Flask, visit: Visit) -> None:
    from tests.promises.test_sameness import statements

    group, other = the_group(), the_group("oak-hill")
    for n in range(30):
        written_down(group, by_post(f"{n} Weir Lane\nWithy"), name=f"Person {n:02}")
    written_down(other, by_post("1 Weir Lane\nWithy"), name="Person")
    numbers = []
    for slug, of in (("elm-tree", group), ("oak-hill", other)):
        chair = visit.as_officer(of)
        chair(f"/groups/{slug}/contacts?state=post")
        with statements() as seen:
            chair(f"/groups/{slug}/contacts?state=post")
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]
