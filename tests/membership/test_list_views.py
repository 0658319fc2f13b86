"""Bringing a list through its pages, and by the operator's command."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.audit.models import AuditEntry
from pcnppg.groups.models import Group
from pcnppg.kernel import clock
from pcnppg.membership import formats
from pcnppg.membership.jobs import importing as jobs
from pcnppg.membership.models import Contact, ContactImport, ContactImportRow
from pcnppg.membership.rules.importing import Stage
from pcnppg.store.session import session
from tests.conftest import THE_DAY
from tests.house.conftest import Done
from tests.membership.lists import WORDS, a_list, brought, checked, file, here, ordered, the_import
from tests.membership.stories import joined, leave, the_group
from tests.visiting import Page, Visit

IMPORT = "/groups/elm-tree/contacts/import"
VOUCHED = {"words": WORDS, "promise": "6", "given_on": "2026-05-31", "given_at": "on a form at the front desk"}


@pytest.fixture
def at_once(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work on a list is done before the page is answered."""
    monkeypatch.setitem(inside.extensions, "work_on_list", jobs.work_on)


@pytest.fixture
def not_yet(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work on a list has not begun, or died."""
    monkeypatch.setitem(inside.extensions, "work_on_list", lambda _: None)


def send(officer: Visit, content: bytes, name: str = "our list.csv", *, url: str = IMPORT) -> Page:
    token = officer(IMPORT).one("main input[name=csrf_token]")["value"]
    head = f'--end\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    tail = f'\r\n--end\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--end--\r\n'
    body = head.encode() + content + tail.encode()
    return officer.open("POST", url, data=body, content_type="multipart/form-data; boundary=end")


def rows_of(page: Page) -> list[str]:
    return [row.get_text(" ", strip=True) for row in page.select("tbody tr")]


def test_from_a_file_to_the_contact_list(visit: Visit, at_once: None) -> None:
    group = the_group()
    joined(group, "here@example.org", name="Here Already")
    officer = visit.as_officer(group)
    page = officer("/groups/elm-tree/contacts").click("Bring in an older list")
    assert page.heading == "Bring in an older list"
    content = a_list(
        ("Jo Reed", "jo@example.org"),
        ("Here Already", "here@example.org"),
        ("=1+1", "nonsense"),
        ("<b>Ann</b>", "ann@example.org"),
    )
    page = send(officer, content).follow()
    assert page.heading == "What becomes of your list"
    assert "2 people are new and can come in. 2 rows stay out. Nothing has changed yet." in page.text
    assert "1 row is of somebody on your list already." in page.text
    assert "1 row has something that is no email address." in page.text
    assert "We read the addresses from column B, and the names from column A." in page.text
    assert rows_of(page) == [
        "3 On your list already. Here Already here@example.org",
        "4 Enter an email address with an @ in it, like name@example.com. =1+1 nonsense",
    ]
    assert len(here(group)) == 1
    assert rows_of(page.submit("Show", show="in")) == [
        "2 New. Can come in. Jo Reed jo@example.org",
        "5 New. Can come in. <b>Ann</b> ann@example.org",
    ]
    assert len(rows_of(page.submit("Show", show="all"))) == 4
    page = page.click("Go on with 2 people")
    assert page.heading == "Bring in 2 people"
    assert "Nobody gets an email about it." in page.text
    page = page.submit("Bring them in", known="yes", **VOUCHED).follow()
    assert page.heading == "2 people came in"
    assert "Sunday 31 May 2026" in page.text
    assert [state for _, _, state in here(group)] == ["active"] * 3
    page = page.click("See the contact list")
    assert "Thursday 4 March 2027 , from an older list" in rows_of(page)[0]
    page = page.click("Jo Reed")
    assert "Sunday 31 May 2026, as the older list says" in page.text
    assert "Agreed to at most 4 emails a year" in page.text
    seen = session().scalars(select(AuditEntry.what).where(AuditEntry.what.startswith("membership."))).all()
    assert {"membership.list_taken", "membership.import_seen", "membership.list_brought_in"} <= set(seen)


def test_without_the_attestation_they_are_shown_as_not_verified(visit: Visit, at_once: None) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    page = send(officer, a_list(("Jo Reed", "jo@example.org"))).follow().click("Go on with 1 person")
    page = page.submit("Bring them in", known="no", promise="many", given_on="never").follow()
    assert page.heading == "1 person came in"
    assert "Nothing is sent to them" in page.text
    found = officer("/groups/elm-tree/contacts?state=unverified")
    assert "1 person is not verified, and nothing is sent to them." in found.text
    assert rows_of(found) == [
        "Jo Reed jo@example.org Thursday 4 March 2027 , from an older list Not verified: nothing is sent"
    ]
    assert rows_of(officer("/groups/elm-tree/contacts")) == []
    assert rows_of(officer("/groups/elm-tree/contacts?state=all")) == rows_of(found)
    contact = found.click("Jo Reed")
    assert "Not verified: nothing is sent to them" in contact.text
    assert "None yet" in contact.text
    assert contact.click("Take them off the list").submit(how="phone").follow().status == 200
    assert [state for _, _, state in here(group)] == ["left"]


def test_they_can_be_vouched_for_later(visit: Visit, at_once: None) -> None:
    group = the_group()
    number = brought(group, a_list(("Jo Reed", "jo@example.org")), attested=None)
    officer = visit.as_officer(group)
    page = officer(IMPORT).click("1 person")
    assert page.heading == "Say how they agreed"
    wrong = page.submit(**{**VOUCHED, "given_on": "31/13/2026", "given_at": ""})
    assert wrong.status == 422
    assert wrong.errors == [
        "Enter a day that the calendar has, for example 4 March 2027.",
        "Enter the place, or choose that you cannot say.",
    ]
    assert wrong.one("textarea").get_text().strip() == WORDS
    future = page.submit(**{**VOUCHED, "given_on": "1/1/2030"})
    assert future.errors == ["The day when they agreed cannot be in the future."]
    page = page.submit(**{**VOUCHED, "given_on": "31/5/2026"}).follow()
    assert "You can write to them now." in page.text
    assert [state for _, _, state in here(group)] == ["active"]
    shown = officer(f"/groups/elm-tree/contacts/{session().query(Contact).one().id}").text
    for said in ("The evidence for the older list", "Sunday 31 May 2026", "on a form at the front desk"):
        assert said in shown
    assert "Kept at" not in shown
    assert officer(f"{IMPORT}/{number}/vouch").status == 303
    assert "Your next mailing reaches them too." in officer(f"{IMPORT}/{number}").text


def test_half_an_attestation_is_asked_again_and_kept_as_typed(visit: Visit, at_once: None) -> None:
    group = the_group()
    number = checked(group, a_list(("Jo Reed", "jo@example.org")))
    officer = visit.as_officer(group)
    page = officer(f"{IMPORT}/{number}/bring-in")
    assert page.submit("Bring them in").errors == ["Choose whether these people agreed."]
    half = page.submit("Bring them in", known="yes", words="x" * 10_001, promise="13", given_at="here\x00")
    assert half.status == 422
    assert half.errors == [
        "Enter less. There is room for 10,000 characters.",
        "Enter a number from 1 to 12.",
        "Enter the day, for example 31 May 2024.",
    ]
    assert half.one("#given_at")["value"] == "here"
    assert the_import(number).stage == Stage.CHECKED
    future = page.submit("Bring them in", known="yes", **{**VOUCHED, "given_on": "2030-01-01"})
    assert future.errors == ["The day when they agreed cannot be in the future."]


@pytest.mark.parametrize("start", ["23", "24", "25", "26", "27", "28"])
def test_what_is_no_list_is_refused_on_the_form_and_nothing_is_kept(visit: Visit, at_once: None, start: str) -> None:
    group = the_group()
    page = send(visit.as_officer(group), file(start))
    assert page.status == 422
    assert len(page.errors) == 1
    assert not session().scalar(select(func.count()).select_from(ContactImport))


def test_what_breaks_while_it_is_read_says_why(visit: Visit, at_once: None) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    page = send(officer, file("11")).follow()
    assert page.heading == "We could not take this list"
    assert "Row 2 opens a quotation mark that is not closed" in page.text
    assert page.click("Send another file").status == 200


def test_no_file_is_asked_for_again(visit: Visit, at_once: None) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    assert officer(IMPORT).submit("Check this list").errors == ["Choose a file."]
    assert send(officer, b"x", name="").errors == ["Choose a file."]


def test_a_file_too_large_gets_a_page_at_once(visit: Visit, at_once: None) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    for size in (formats.LARGEST_FILE + 1, 60 * 1024 * 1024):
        page = send(officer, b"x" * size)
        assert page.status in {413, 422}
        assert "larger than 10 MB" in page.text
    assert send(officer, b"Name,Email\n" + b"," * (formats.LARGEST_FILE - 11)).status == 303
    elsewhere = officer.post("/groups/elm-tree/join", {"email": "x" * 1_000_000})
    assert elsewhere.status == 413


def test_columns_are_asked_where_no_heading_says(visit: Visit, at_once: None) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    page = send(officer, file("15")).follow()
    assert page.heading == "Which column is which?"
    assert rows_of(page) == ["1 Jo Reed jo@example.org", "2 Ann Bell ann@example.org"]
    assert page.one("#first")["value"] == "1"
    assert page.one("#email option[selected]")["value"] == "1"
    same = page.submit("Check this list", email="1", name="1", surname="1", first="0")
    assert same.status == 422
    assert len(same.errors) == 3
    token = page.select("main input[name=csrf_token]")[0]["value"]
    beyond = {"email": "9", "name": "9", "surname": "9", "first": "x", "csrf_token": token}
    assert len(officer.post(f"{page.url}/columns", beyond).errors) == 4
    page = page.submit("Check this list", email="1", name="0").follow()
    assert "2 people are new" in page.text
    again = page.click("Choose other columns")
    assert again.one("#email option[selected]")["value"] == "1"
    assert again.one("#surname option[selected]")["value"] == "none"
    assert (
        "We read the addresses from column B, and found no names"
        in again.submit("Check this list", name="none", first="2").follow().text
    )


def test_a_list_with_sheets_says_what_was_read(visit: Visit, at_once: None) -> None:
    group = the_group()
    page = send(visit.as_officer(group), file("29"), "list.xlsx").follow()
    assert (
        "names from column B and C, on the sheet “Members”. The file has 2 further sheets that we did not read."
        in page.text
    )


@pytest.mark.counted
def test_a_page_says_how_far_it_is_and_that_it_stopped(visit: Visit, not_yet: None) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    page = send(officer, a_list(("Jo Reed", "jo@example.org"))).follow()
    number = session().scalars(select(ContactImport.id)).one()
    assert page.heading == "We are checking your list"
    assert "0 rows checked so far" in page.text
    assert page.one("progress")["value"] == "0"
    part = page.click("Look again", htmx=True)
    assert part.one("body > #import-progress")
    assert page.submit("Stop, and throw the list away").follow().heading == "Bring in an older list"
    assert not session().scalars(select(ContactImport.id)).all()
    assert officer(f"{IMPORT}/{number}").status == 404


@pytest.mark.counted
@pytest.mark.usefixtures("not_yet")
def test_work_that_stopped_can_be_gone_on_with(inside: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    page = send(officer, a_list(("Jo Reed", "jo@example.org"))).follow()
    with clock.at(THE_DAY + timedelta(minutes=1)):
        page = officer(page.url)
        assert "The work on this list has stopped." in page.text
        monkeypatch.setitem(inside.extensions, "work_on_list", jobs.work_on)
        page = page.submit("Go on").follow()
        assert page.heading == "What becomes of your list"
        monkeypatch.setitem(inside.extensions, "work_on_list", lambda _: None)
        page = page.click("Go on with 1 person").submit("Bring them in", known="no").follow()
        assert page.heading == "The people of your list are coming in"
        assert "They come in together" in page.text
    with clock.at(THE_DAY + timedelta(minutes=2)):
        monkeypatch.setitem(inside.extensions, "work_on_list", jobs.work_on)
        page = officer(page.url)
        assert "Nobody was brought in." in page.text
        assert page.submit("Go on").follow().heading == "1 person came in"
    assert len(here(group)) == 1


def test_by_htmx_the_page_moves_on_when_the_work_is_done(visit: Visit, at_once: None) -> None:
    group = the_group()
    number = checked(group, a_list(("Jo Reed", "jo@example.org")))
    answer = visit.as_officer(group)(f"{IMPORT}/{number}", htmx=True)
    assert (answer.status, answer.headers["HX-Redirect"]) == (204, f"{IMPORT}/{number}")


def test_the_second_of_two_officers_is_told(visit: Visit, at_once: None) -> None:
    group = the_group()
    content = a_list(("Jo Reed", "jo@example.org"))
    number = ordered(group, content)
    brought(group, content)
    jobs.work_on(number)
    officer = visit.as_officer(group)
    page = officer(f"{IMPORT}/{number}")
    assert page.heading == "0 people came in"
    assert "Perhaps another officer brought in the same list just before you." in page.text
    assert officer(f"{IMPORT}/{number}/bring-in").status == 303
    assert officer(f"{IMPORT}/{number}/columns").status == 303


def test_lists_that_wait_are_named_and_can_be_thrown_away(visit: Visit, at_once: None) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    send(officer, file("29"), "list.xlsx")
    page = officer(IMPORT).click("Look at this list, sheet “Members”")
    page = page.submit("Throw this list away").follow()
    assert "The file and all that we kept of it are thrown away." in page.text
    assert not session().scalar(select(func.count()).select_from(ContactImportRow))
    for _ in range(5):
        send(officer, file("01"))
    assert "5 files of this group wait already." in send(officer, file("01")).errors[0]


def test_rows_that_stay_out_are_paged(visit: Visit, at_once: None) -> None:
    group = the_group()
    officer = visit.as_officer(group)
    page = send(officer, a_list(*[("Bad", f"nonsense{n}") for n in range(120)])).follow()
    assert "0 people are new" in page.text
    assert not page.select("a.nhsuk-button")
    later = officer(page.one("a[rel=next]")["href"])
    assert later.one("tbody tr:first-child td:first-child").get_text() == "52"
    assert officer(later.one("a[rel=prev]")["href"]).one("tbody tr:first-child td:first-child").get_text() == "2"
    assert rows_of(officer(f"{page.url}?after=nonsense&show=nobody")) == rows_of(page)
    assert "There is no such row." in officer(f"{page.url}?show=in").text


def test_another_groups_list_is_not_found(visit: Visit, at_once: None) -> None:
    group, other = the_group(), the_group("oak-hill")
    waiting, done = (
        checked(group, a_list(("Jo", "jo@example.org"))),
        brought(group, a_list(("Ann", "ann@example.org")), attested=None),
    )
    stranger = visit.as_officer(other)
    there = IMPORT.replace("elm-tree", "oak-hill")
    token = stranger(there).one("main input[name=csrf_token]")["value"]
    for number in (waiting, done):
        for page in ("", "/columns", "/bring-in", "/vouch"):
            assert stranger(f"{there}/{number}{page}").status == 404
            assert stranger(f"{IMPORT}/{number}{page}").status == 404
        whole = {**VOUCHED, "known": "yes", "csrf_token": token}
        for deed in ("columns", "bring-in", "vouch", "go-on", "throw-away"):
            assert stranger.post(f"{there}/{number}/{deed}", whole).status == 404
    assert "Look at this list" not in stranger(there).text
    assert the_import(waiting).stage == Stage.CHECKED


# The operator's command


@pytest.fixture
def bring(inside: Flask, command: Any, tmp_path: Path, settings: Any) -> Any:
    """Run `pcnppg contacts import` on the database of this test."""

    def run(content: bytes, *options: str, slug: str = "elm-tree") -> Done:
        session().rollback()
        path = tmp_path / "list.csv"
        path.write_bytes(content)
        done: Done = command(
            "contacts",
            "import",
            slug,
            str(path),
            *options,
            DATABASE_URL=settings.database_url,
            INSTANCE=str(settings.instance),
        )
        session().rollback()
        return done

    return run


WHOLE = ("--wording", WORDS, "--given-on", "2026-05-31", "--given-at", "at the front desk")


def a_mixed_list(group: Group) -> bytes:
    leave(joined(group, "left@example.org"))
    return a_list(
        ("Jo Reed", "jo@example.org"), ("Left", "left@example.org"), ("Bad", "nonsense@"), ("Ann", "ann@example.org")
    )


def test_the_command_says_what_would_happen_and_writes_nothing(bring: Any) -> None:
    done = bring(a_mixed_list(the_group()))
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "Row 3: Left your list. Only they can come back, with your join form.",
        "Row 4: Enter what comes after the @ too, like name@example.com.",
        "Rows with people: 4. New: 2. Left out: 2.",
        "Nobody vouches for their consent, so they would be unverified: nothing is sent to them.",
        "Nothing was written. Add --commit to bring them in.",
    ]
    assert not session().scalar(select(func.count()).select_from(ContactImport))
    assert session().scalar(select(func.count()).select_from(Contact)) == 1


def test_the_command_brings_in_with_and_without_an_attestation(bring: Any) -> None:
    group = the_group(promise=4)
    content = a_mixed_list(group)
    done = bring(content, "--commit")
    assert done.out.splitlines()[-1] == "Brought in: 2, unverified."
    done = bring(content + b"\nLou,lou@example.org\n", *WHOLE, "--promise", "2", "--commit")
    assert done.out.splitlines()[-1] == "Brought in: 1."
    assert [state for _, _, state in here(group)] == ["left", "unverified", "unverified", "active"]
    assert session().scalars(select(Contact.promise).where(Contact.name == "Lou")).one() == 2
    assert bring(content, *WHOLE, "--commit").out.splitlines()[-1] == "Nobody is new, so nobody was brought in."
    assert not session().scalar(select(func.count()).select_from(ContactImportRow))


def test_the_command_takes_columns_by_their_letters(bring: Any) -> None:
    the_group()
    done = bring(file("15"))
    assert done.status == 1
    assert "--email-column" in done.err
    done = bring(file("15"), "--email-column", "b", "--name-column", "A", "--commit")
    assert done.out.splitlines()[-1] == "Brought in: 2, unverified."


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--wording", "x"), "together"),
        (("--given-on", "2026-05-31", "--given-at", "x"), "together"),
        (("--promise", "3"), "--promise goes with"),
        (("--name-column", "A"), "--name-column goes with"),
        (("--email-column", "XFD"), "no column"),
        (("--promise", "13", *WHOLE), "1<=x<=12"),
        (("--wording", "x", "--given-on", "tomorrow", "--given-at", "x"), "tomorrow"),
    ],
)
def test_wrong_use_of_the_command_exits_2(bring: Any, options: tuple[str, ...], says: str) -> None:
    the_group()
    done = bring(file("01"), *options)
    assert done.status == 2
    assert says in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (file("16"), (), "nobody in this list"),
        (file("11"), (), "quotation mark"),
        (file("25"), ("--commit",), "PDF"),
        (file("01"), ("--wording", "x", "--given-on", "2030-01-01", "--given-at", "x", "--commit"), "future"),
    ],
)
def test_what_the_command_refuses_exits_1_and_leaves_nothing(
    bring: Any, content: bytes, options: tuple[str, ...], says: str
) -> None:
    the_group()
    done = bring(content, *options)
    assert done.status == 1
    assert says in done.err
    assert not session().scalar(select(func.count()).select_from(ContactImport))


def test_the_command_needs_a_group_and_a_file_that_is_there(
    bring: Any, command: Any, settings: Any, tmp_path: Path
) -> None:
    assert bring(file("01"), slug="no-such-group").status == 1
    ours = {"DATABASE_URL": settings.database_url, "INSTANCE": str(settings.instance)}
    assert command("contacts", "import", "elm-tree", str(tmp_path / "nowhere.csv"), **ours).status == 2


def test_a_command_that_breaks_leaves_nothing(bring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    group = the_group()
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "bring_in", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring(file("01"), "--commit")
    assert not session().scalar(select(func.count()).select_from(ContactImport))
    assert here(group) == []
