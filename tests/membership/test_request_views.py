"""The desk for requests, and objecting and complaining, as people meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from pcnppg.audit.models import AuditEntry
from pcnppg.groups.models import Group
from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.membership import queries
from pcnppg.membership.models import DataRequest
from pcnppg.membership.rules import RequestKind, State
from pcnppg.store.session import session
from tests import making
from tests.conftest import THE_DAY
from tests.membership.stories import contact_of, joined, leave_token, letters, my_token, the_group
from tests.membership.test_requests import PAT, TODAY, log, row, write
from tests.page_checks import words
from tests.visiting import Page, Visit

DESK = "/groups/elm-tree/data-requests"


@pytest.fixture
def group(inside: Flask) -> Group:
    return the_group()


@pytest.fixture
def officer(group: Group, visit: Visit) -> Visit:
    return visit.as_officer(group)


def waiting(page: Page) -> list[str]:
    return [words(tag) for tag in page.select("main .waiting")]


def buttons(page: Page) -> list[str]:
    return [words(tag) for tag in page.select("main .nhsuk-button") if isinstance(tag, Tag)]


def the_request() -> DataRequest:
    session().rollback()
    return session().scalars(select(DataRequest).order_by(DataRequest.id.desc())).first() or pytest.fail("none")


def test_an_empty_desk_invites(officer: Visit) -> None:
    page = officer(DESK)
    assert "Nothing is open" in page.text
    assert page.click("Write down a request").heading == "Write down a request"


def test_the_desk_says_how_many_days_are_left_or_how_late_it_is(group: Group, officer: Visit) -> None:
    for days, kind in ((34, RequestKind.ACCESS), (27, RequestKind.ERASURE), (0, RequestKind.COMPLAINT)):
        write(group, kind, received_on=TODAY - timedelta(days=days), who=f"Jo {days}")
    write(group, received_on=TODAY - timedelta(days=28), who="Jo Last")  # 4 February
    assert waiting(officer(DESK)) == [
        "A copy of what we hold, from Jo 34 3 days late Answer by Monday 1 March 2027."
        " It arrived on Friday 29 January 2027.",
        "A copy of what we hold, from Jo Last Today is the last day Answer by Thursday 4 March 2027."
        " It arrived on Thursday 4 February 2027.",
        "To be erased, from Jo 27 1 day left Answer by Friday 5 March 2027. It arrived on Friday 5 February 2027.",
        "A complaint, from Jo 0 32 days left Tell them that it came, by Monday 5 April 2027."
        " It arrived on Thursday 4 March 2027.",
    ]


def test_somebody_is_found_on_the_list_and_their_request_written_down(group: Group, officer: Visit) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    joined(the_group("oak-hill"), "pat.other@example.com", name="Pat Other")
    page = officer(f"{DESK}/new").submit("Look", search="pat")
    assert [words(tag) for tag in page.select("main .found a")] == ["Pat Lee"]
    page = page.click("Pat Lee")
    assert "On the contact list" in page.text
    page = page.submit(kind="erasure", came_by="phone", received_on="3/3/2027", asked="Please erase me.").follow()
    assert page.heading == "To be erased, from Pat Lee"
    assert "The request is written down." in page.text
    assert "by Monday 5 April 2027" in page.text  # 3 April is a Saturday
    kept = the_request()
    assert (kept.contact_id, kept.kind, kept.came_by, kept.received_on.isoformat()) == (
        pat.id,
        "erasure",
        "phone",
        "2027-03-03",
    )
    assert "Nobody found" in officer(f"{DESK}/new?search=zebedee").text


def test_a_contact_of_another_group_is_no_page_and_no_request(group: Group, officer: Visit) -> None:
    theirs = joined(the_group("oak-hill"), PAT)
    assert officer(f"{DESK}/new?contact_id={theirs.id}").status == 404
    assert officer(f"{DESK}/new?contact_id=x").status == 200
    form = officer(f"{DESK}/new")
    token = form.one("main form[method=post] input[name=csrf_token]")["value"]
    data = {"kind": "access", "came_by": "desk", "received_on": "2027-03-04", "contact_id": theirs.id}
    assert officer.post(f"{DESK}/new", {**data, "csrf_token": token}).status == 404
    assert session().scalars(select(DataRequest)).first() is None


def test_what_is_missing_is_said_and_what_was_typed_is_kept(officer: Visit) -> None:
    page = officer(f"{DESK}/new").submit("Write it down", asked="Send it all.", received_on="soon")
    assert page.status == 422
    assert page.errors == [
        "Choose what they ask for.",
        "Choose how it reached you.",
        "Enter a day that the calendar has, for example 4 March 2027.",
        "Enter who asks.",
        "Enter how you can answer them.",
    ]
    assert "Send it all." in page.html
    assert page.one("#received_on")["value"] == "soon"
    page = page.submit(
        "Write it down", received_on="5 March 2027", kind="access", came_by="desk", who="Jo", answer_to="x"
    )
    assert page.errors == ["Enter the day it came. That day is still to come."]
    page = page.submit("Write it down", received_on="", who="J" * 101, asked="a" * 2001, answer_to="b" * 501)
    assert page.errors == [
        "Enter the day it reached you.",
        "Enter a shorter name. It can have 100 characters at most.",
        "Make this shorter. It can have 500 characters at most.",
        "Make this shorter. It can have 2,000 characters at most.",
    ]


def test_an_objection_says_that_nothing_more_is_sent(group: Group, officer: Visit) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    page = officer(f"{DESK}/new?contact_id={pat.id}").submit(kind="objection", came_by="desk").follow()
    assert "We send them nothing more." in page.text
    assert contact_of(group, PAT).state == State.LEFT  # type: ignore[union-attr]
    assert officer(f"{DESK}/new?contact_id={pat.id}").text.count("Left the list") == 1


def test_a_request_goes_from_step_to_step_by_its_pages(group: Group, officer: Visit) -> None:
    ours = write(group)
    page = officer(f"{DESK}/{ours}")
    page = page.submit("I have told them that it arrived").follow()
    assert "It is written down that they know." in page.text
    page = page.submit("Write it into the log", words="Looked in the folder.").follow()
    assert "Looked in the folder." in page.text
    page = page.click("Ask them who they are, or what they mean")
    page = page.submit(awaited="meaning", on="4/3/2027", words="Which year?").follow()
    assert "The clock stands" in page.text
    assert "Which year?" in page.text
    page = page.click("They have answered").submit(words="All of them.").follow()
    assert "The clock runs again" in page.text
    page = page.click("Take two more months")
    assert page.submit().errors == [
        "Enter why you need more time.",
        "Tell them first, then tick the box. They must know before the first month ends.",
    ]
    page = page.submit(words="Eleven folders.", told=True).follow()
    assert "by Friday 4 June 2027" in page.text
    page = page.click("Close it with an answer")
    assert page.submit(outcome="refused").errors == [
        "Enter why. They must be told the reason, and that they can complain."
    ]
    page = page.submit(outcome="done", words="Sent.").follow()
    assert "Done as asked" in page.text
    assert buttons(page) == []
    assert [what for what, _, _ in log(ours)] == [
        "received", "acknowledged", "noted", "paused", "resumed", "extended", "closed",
    ]  # fmt: skip
    assert "written down by The secretary" in page.text
    page = officer(DESK).click("See 1 closed request")
    assert page.click("Jo March").url.endswith(f"/{ours}")


def test_a_step_that_is_not_open_leads_back_and_says_why(group: Group, officer: Visit) -> None:
    ours = write(group, RequestKind.COMPLAINT)
    for step, says in (
        ("pause", "The clock of a complaint cannot stop."),
        ("go-on", "The clock of this request is running."),
        ("extend", "A complaint has no last day that could be moved."),
        ("erase", "Nobody asked to be erased here."),
    ):
        page = officer(f"{DESK}/{ours}/{step}")
        assert page.location == f"{DESK}/{ours}"
        assert says in page.follow().text
    assert officer(f"{DESK}/{ours}/copy").status == 404
    page = officer(f"{DESK}/{ours}").submit("I have told them that it arrived").follow()
    assert "answer without delay" in page.text
    token = page.one("main form input[name=csrf_token]")["value"]
    again = officer.post(f"{DESK}/{ours}/acknowledge", {"csrf_token": token})
    assert again.status == 422
    assert "told them already" in again.text


def test_a_day_out_of_order_is_said_at_its_field(group: Group, officer: Visit) -> None:
    ours = write(group)
    page = officer(f"{DESK}/{ours}/pause").submit(awaited="identity", on="1/3/2027")
    assert (page.status, page.errors) == (
        422,
        ["Enter the day you asked them. It cannot be before 4 March 2027."],
    )
    assert officer(f"{DESK}/{ours}").submit("Write it into the log").errors == ["Enter what happened."]


def test_erasing_asks_first_and_says_what_happens(group: Group, officer: Visit) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    ours = write(group, RequestKind.ERASURE, contact_id=pat.id)
    page = officer(f"{DESK}/{ours}").click("Erase them now")
    assert "This cannot be undone." in page.text
    assert contact_of(group, PAT) is not None
    page = page.submit().follow()
    assert "The person is erased" in page.text
    assert page.heading == "To be erased"
    assert "Who asked, and what, has been erased" in page.text
    assert contact_of(group, PAT) is None
    assert officer(f"{DESK}/closed").text.count("Not known any more") == 1


def test_the_copy_shows_all_that_is_held(group: Group, officer: Visit) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    ours = write(group, contact_id=pat.id, asked="Everything <b>please</b>.")
    page = officer(f"{DESK}/{ours}").click("See all that we hold, to print")
    assert page.heading == "All that we hold about Pat Lee"
    for said in (
        "pat.lee@example.com",
        "Thursday 4 March 2027 at 10:30am",
        "with the button of the page in our email",
        "Everything <b>please</b>.",
    ):
        assert said in page.text
    assert session().scalars(select(AuditEntry).where(AuditEntry.what == "membership.copy_seen")).all()


def test_an_address_that_is_on_the_list_is_pointed_to_with_care(group: Group, officer: Visit, visit: Visit) -> None:
    joined(group, PAT, name="Pat Lee")
    visit("/groups/elm-tree/complain").submit(email=PAT, words="You wrote at night.")
    page = officer(f"{DESK}/{the_request().id}")
    assert "Anybody can type an address" in page.text
    assert page.click("Pat Lee").heading == "Pat Lee"


def test_strangers_and_others_see_no_request(group: Group, visit: Visit) -> None:
    ours = write(group)
    theirs = visit.as_officer(the_group("oak-hill"))
    for url in (DESK, f"{DESK}/{ours}", f"{DESK}/{ours}/copy", f"{DESK}/new"):
        assert theirs(url).status == 404
    assert theirs(f"/groups/oak-hill/data-requests/{ours}").status == 404
    assert theirs(f"/groups/oak-hill/data-requests/{ours}/close").status == 404
    manager = visit.as_(making.an_officer(group, role=Role.PRACTICE_MANAGER))
    assert manager(f"{DESK}/{ours}").status == 403


def test_objecting_from_ones_own_page(group: Group, visit: Visit) -> None:
    joined(group, PAT)
    page = visit(f"/my/{my_token(group, PAT)}").click("Object to our emails")
    assert contact_of(group, PAT).state == State.ACTIVE  # type: ignore[union-attr]
    page = page.submit()
    assert page.heading == "We have stopped"
    assert contact_of(group, PAT).state == State.LEFT  # type: ignore[union-attr]
    page = page.click("See what we still hold, or have it erased")
    assert "You left the list" in page.text
    assert "Object to our emails" not in page.text


def test_complaining_from_ones_own_page(group: Group, visit: Visit) -> None:
    joined(group, PAT)
    page = visit(f"/my/{my_token(group, PAT)}").click("Make a complaint")
    assert page.submit(words=" ").errors == ["Enter what went wrong."]
    for _ in range(3):
        assert page.submit(words="You wrote <i>twice</i>.").heading == "We have your complaint"
    page = page.submit(words="And again.")
    assert page.status == 422
    assert "And again." in page.html
    assert the_request().asked == "You wrote <i>twice</i>."
    assert len(letters("complaint")) == 3


@pytest.mark.parametrize("page", ["object", "complain"])
def test_a_dead_link_is_friendly_and_does_nothing(group: Group, visit: Visit, page: str) -> None:
    from tests.membership.stories import ask

    ask(group, "waits@example.com")
    waits = my_token(group, "waits@example.com")
    assert visit(f"/my/{waits}/{page}").location.endswith(f"/my/{waits}")
    for token in ("nonsense", leave_token(joined(group, PAT))):
        shown = visit(f"/my/{token}/{page}")
        assert shown.status == 404
        assert shown.heading == "This link does not work any more"
    form = visit("/groups/elm-tree/complain")
    token = form.one("main input[name=csrf_token]")["value"]
    assert visit.post(f"/my/nonsense/{page}", {"csrf_token": token, "words": "x"}).status == 404
    assert session().scalars(select(DataRequest)).first() is None


def test_anybody_can_complain_and_is_answered_by_mail(group: Group, visit: Visit) -> None:
    page = visit("/groups/elm-tree/complain")
    assert (
        page.submit(email="nobody", words="").errors
        == [
            "Enter what went wrong.",
            "Enter an email address with an @ in it, like name@example.com.",
        ]
        or page.submit(email="nobody", words="").status == 422
    )
    page = page.submit(email=PAT, words="a" * 2000).follow()
    assert page.heading == "We have your complaint"
    (letter,) = letters("complaint")
    assert letter["to"] == PAT
    (ours,) = queries.list_open(group.id, today=TODAY)
    assert ours.who == PAT


def test_a_browser_that_fills_in_every_box_is_asked_once_more(group: Group, visit: Visit) -> None:
    page = visit("/groups/elm-tree/complain").submit(email=PAT, words="You wrote.", website="x")
    assert page.heading == "Are you a person?"
    assert session().scalars(select(DataRequest)).first() is None
    assert page.submit().follow().heading == "We have your complaint"
    assert the_request().asked == "You wrote."


def test_over_the_hourly_limit_the_page_is_the_same(
    group: Group, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pcnppg.membership.views.my_rights.ASKS_AN_HOUR", "1 per hour")
    form = visit("/groups/elm-tree/complain")
    first, second = [form.submit(email=f"p{n}@example.com", words="x") for n in range(2)]
    assert first.location == second.location
    assert len(queries.list_open(group.id, today=TODAY)) == 1


def test_the_days_of_a_request_are_days_in_england(group: Group, visit: Visit) -> None:
    with clock.at(THE_DAY.replace(month=6, hour=23, minute=30)):  # half past midnight in summer
        officer = visit.as_officer(group)
        page = officer(f"{DESK}/new")
        assert page.one("#received_on")["value"] == "5 June 2027"
        page = page.submit("Write it down", kind="access", came_by="desk", who="Jo", answer_to="2 Elm Road")
    assert page.status == 303
    assert row(the_request().id).received_on.isoformat() == "2027-06-05"
