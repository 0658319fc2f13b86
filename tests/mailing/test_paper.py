"""A sent mailing for people without email: a letter or a call under the same promise, never an email, never too soon."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pcnppg.audit.models import AuditEntry
from pcnppg.kernel import clock
from pcnppg.kernel.clock import YEAR
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, formats, queries
from pcnppg.mailing.models import Delivery
from pcnppg.mailing.rules import Kind, State, letters_used, may_go_round
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How, ReachedBy, Ways
from pcnppg.post.jobs.command import worker_of
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.mailing.lists import a_draft, send
from tests.membership.forms import by_phone, by_post, written_down
from tests.membership.stories import joined, the_group
from tests.visiting import Visit

ELM = "/groups/elm-tree"
HOLD = timedelta(minutes=16)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Story:
    """A group with one contact by email, two by post, one by phone, and its secretary."""

    def __init__(self, app: Flask, visit: Visit) -> None:
        self.app = app
        self.group = the_group()
        self.officer = making.an_officer(self.group)
        self.browser = visit.as_(self.officer)
        self.kim = joined(self.group, "kim@example.com", name="Kim")
        self.nan = written_down(self.group, by_post(), name="Nan Webb")
        self.abe = written_down(self.group, by_post("1 Mill Row\nWithy"), name="Abe Fox")
        self.ida = written_down(self.group, by_phone(), name="Ida Lamb")

    def sent(self, at: datetime = THE_DAY) -> int:
        """A mailing sent, and delivered."""
        with clock.at(at):
            mailing_id = send(self.group.id, self.officer)
        with clock.at(at + HOLD):
            worker_of(self.app).run(once=True)
        return mailing_id

    def names(self, mailing_id: int, by: ReachedBy = ReachedBy.POST, *, at: datetime = THE_DAY + HOLD) -> list[str]:
        mailing = queries.get_mailing(self.group.id, mailing_id)
        return [person.name for person, _ in queries.round_of(mailing, by, at=at).people]


@pytest.fixture
def story(inside: Flask, visit: Visit) -> Story:
    return Story(inside, visit)


def test_who_has_no_mailbox_gets_no_delivery_and_is_counted_as_such(story: Story) -> None:
    draft = a_draft(story.group.id, story.officer)
    page = story.browser(f"{ELM}/mailings/{draft}/send")
    assert "it would reach 1 person" in page.text
    assert "3 people get a letter or a call instead." in page.text
    mailing_id = story.sent()
    assert session().scalars(select(Delivery.contact_id)).all() == [story.kim.id]
    with clock.at(THE_DAY + HOLD):
        page = story.browser(f"{ELM}/mailings/{mailing_id}/report")
    assert "2 people get a letter, 1 person gets a call." in page.text


def test_a_list_of_letters_alone_is_no_list_to_email(inside: Flask) -> None:
    group = the_group()
    officer = making.an_officer(group)
    written_down(group, by_post())
    with pytest.raises(RuleBroken, match="Nobody on your contact list gets email yet"):
        send(group.id, officer)
    assert queries.forecast_for(group.id, THE_DAY).elsewhere == 1


def test_each_letter_is_addressed_counts_itself_and_says_how_to_stop(story: Story) -> None:
    story.sent(THE_DAY)
    mailing_id = story.sent(THE_DAY + HOUR)
    with clock.at(THE_DAY + HOUR + HOLD):
        page = story.browser(f"{ELM}/mailings/{mailing_id}/report").click("Print the letters")
    abe, nan = page.select("article.letter")
    assert abe.select_one("address").get_text(" ", strip=True) == "Abe Fox 1 Mill Row Withy"  # type: ignore[union-attr]
    said = " ".join(nan.get_text(" ").split())
    for words in (
        "Nan Webb 4 Weir Lane Withy ZZ1 2AB",
        "Thursday 4 March 2027",
        "Our summer meeting",
        "Tell us what you think: https://example.org/say",
        "This is the 2nd of at most 4 letters in twelve months",
        "To stop these letters",
        "01632 960 123",
    ):
        assert words in said
    assert not nan.select("a")
    assert "email" not in said


def test_a_letter_prints_the_address_behind_a_link() -> None:
    body = "See [our page](https://example.org/a?b=1&c=2), https://example.org/d or [write](mailto:kim@example.com)."
    html = formats.as_paper(body)
    assert "<a" not in html
    assert "our page (https://example.org/a?b=1&amp;c=2), https://example.org/d or write (kim@example.com)." in html
    assert formats.as_paper("**Come** on Monday <script>x</script>") == (
        "<p><strong>Come</strong> on Monday &lt;script&gt;x&lt;/script&gt;</p>\n"
    )


@given(st.text(max_size=200))
def test_a_letter_is_safe_to_print_whatever_was_written(body: str) -> None:
    html = formats.as_paper(body)
    assert "<a" not in html
    assert "<script" not in html


def test_a_call_sheet_has_room_for_what_they_said(story: Story) -> None:
    mailing_id = story.sent()
    with clock.at(THE_DAY + HOLD):
        page = story.browser(f"{ELM}/mailings/{mailing_id}/report").click("Print the list for the calls")
    assert page.heading == "Calls to make"
    (row,) = page.select("tbody tr")
    assert [cell.get_text(strip=True) for cell in row.select("td")] == [
        "Ida Lamb",
        "01632 960 777",
        "1st of at most 4",
        "",
        "",
    ]
    assert "Weir Lane" not in page.text


def test_labels_are_for_those_who_get_the_letter(story: Story) -> None:
    mailing_id = story.sent()
    with clock.at(THE_DAY + HOLD):
        page = story.browser(f"{ELM}/mailings/{mailing_id}/report").click("Print address labels")
    assert [tag.get_text(" ", strip=True) for tag in page.select("address")] == [
        "Abe Fox 1 Mill Row Withy",
        "Nan Webb 4 Weir Lane Withy ZZ1 2AB",
    ]


def test_who_sees_the_sheets_is_written_down(story: Story) -> None:
    mailing_id = story.sent()
    with clock.at(THE_DAY + HOLD):
        for sheet in ("letters", "labels", "phone-round"):
            story.browser(f"{ELM}/mailings/{mailing_id}/{sheet}")
    noted = select(AuditEntry.what, AuditEntry.by_id).where(AuditEntry.what.like("mailing.%_seen"))
    assert [tuple(row) for row in session().execute(noted.order_by(AuditEntry.id))] == [
        ("mailing.letters_seen", story.officer),
        ("mailing.labels_seen", story.officer),
        ("mailing.phone_round_seen", story.officer),
    ]


def test_whoever_left_paused_came_later_or_got_the_email_gets_no_letter(story: Story) -> None:
    joined(story.group, "zoe@example.com", name="Zoe")
    mailing_id = story.sent()
    with clock.at(THE_DAY + DAY):
        written_down(story.group, by_post("9 Late Lane\nWithy"), name="Late")
    told = {"how": How.PHONE, "by": Who.person(story.officer), "at": THE_DAY + DAY}
    with transaction():
        membership.leave(story.nan.id, **told)
        membership.pause_for_them(story.group.id, story.abe.id, months=3, **told)
        ways = Ways(ReachedBy.POST, postal_address="5 High Street\nWithy")
        membership.correct_for_them(story.group.id, story.kim.id, name="Kim", ways=ways, **told)
    assert story.names(mailing_id, at=THE_DAY + DAY) == []
    # The pause is over; who was emailed before gets the next one by letter.
    assert story.names(mailing_id, at=THE_DAY + timedelta(days=100)) == ["Abe Fox"]
    assert story.names(story.sent(THE_DAY + 2 * DAY), at=THE_DAY + 2 * DAY + HOLD) == ["Kim", "Late"]


def test_the_promise_holds_for_letters_too(story: Story) -> None:
    with transaction():
        session().get_one(Contact, story.nan.id).promise = 1
    first, second = story.sent(), story.sent(THE_DAY + HOUR)
    assert story.names(first) == ["Abe Fox", "Nan Webb"]
    assert story.names(second) == ["Abe Fox"]
    mailing = queries.get_mailing(story.group.id, second)
    assert queries.round_of(mailing, ReachedBy.POST, at=THE_DAY + 2 * HOUR).none_left == 1
    with clock.at(THE_DAY + 2 * HOUR):
        page = story.browser(f"{ELM}/mailings/{second}/report")
    assert "1 person had all the letters or calls that you promised at most." in page.text
    third = story.sent(THE_DAY + YEAR + timedelta(minutes=30))
    assert "Nan Webb" not in story.names(third, at=THE_DAY + 2 * YEAR)
    assert "Nan Webb" in story.names(story.sent(THE_DAY + 3 * YEAR), at=THE_DAY + 4 * YEAR)


def test_a_mailing_taken_back_uses_nobodys_letters(story: Story) -> None:
    with transaction():
        session().get_one(Contact, story.nan.id).promise = 1
    held = send(story.group.id, story.officer)
    with transaction():
        actions.take_back(story.group.id, mailing_id=held, by=Who.person(story.officer), at=THE_DAY)
    assert story.names(story.sent(THE_DAY + DAY)) == ["Abe Fox", "Nan Webb"]


def test_a_higher_promise_is_told_by_email_alone_and_uses_no_letter(story: Story) -> None:
    with transaction():
        session().get_one(Contact, story.nan.id).promise = 1
        by = Who.person(story.officer)
        told = actions.raise_promise(story.group.id, 6, why="We have more to say this year.", by=by, at=THE_DAY)
        assert told is not None
        number = told.id
    with clock.at(THE_DAY + HOLD):
        worker_of(story.app).run(once=True)
        assert "by email alone" in story.browser(f"{ELM}/mailings/{number}/letters").text
        assert "Without email" not in story.browser(f"{ELM}/mailings/{number}/report").text
    assert story.names(story.sent(THE_DAY + HOUR)) == ["Abe Fox", "Nan Webb"]
    session().rollback()
    assert (story.nan.promise, story.abe.promise) == (1, 4)


def test_nothing_is_printed_of_what_may_still_be_taken_back(story: Story) -> None:
    draft, held = a_draft(story.group.id, story.officer), send(story.group.id, story.officer)
    for sheet in ("letters", "labels", "phone-round"):
        page = story.browser(f"{ELM}/mailings/{held}/{sheet}")
        assert page.status == 422
        assert "still held" in page.text
        assert "was not sent" in story.browser(f"{ELM}/mailings/{draft}/{sheet}").text
    assert "Without email" not in story.browser(f"{ELM}/mailings/{held}/report").text


@pytest.mark.parametrize(
    ("state", "minutes", "allowed"),
    [
        (State.DRAFT, None, False),
        (State.DISCARDED, None, False),
        (State.TAKEN_BACK, 0, False),
        (State.HELD, 1, False),
        (State.HELD, None, False),
        (State.HELD, 0, True),
        (State.GOING, 0, True),
        (State.SENT, 0, True),
    ],
)
def test_letters_wait_until_the_hold_is_over(state: State, minutes: int | None, allowed: bool) -> None:
    until = None if minutes is None else THE_DAY + timedelta(minutes=minutes)
    assert bool(may_go_round(Kind.MAILING, state, until, THE_DAY)) is allowed
    assert not may_go_round(Kind.RAISE, state, until, THE_DAY)


@given(st.lists(st.integers(-800, 0), max_size=30), st.integers(-800, 0))
def test_letters_are_counted_from_joining_and_for_a_year(days: list[int], joined_on: int) -> None:
    sent = [THE_DAY + timedelta(days=day) for day in days]
    expected = sum(1 for day in days if day >= joined_on and day > -365)
    assert letters_used(sent, joined_at=THE_DAY + timedelta(days=joined_on), at=THE_DAY) == expected


def test_pages_for_nobody_say_so(inside: Flask, visit: Visit) -> None:
    group = the_group()
    officer = making.an_officer(group)
    joined(group, "kim@example.com")
    mailing_id = send(group.id, officer)
    with clock.at(THE_DAY + HOLD):
        worker_of(inside).run(once=True)
        for sheet in ("letters", "labels", "phone-round"):
            page = visit.as_(officer)(f"{ELM}/mailings/{mailing_id}/{sheet}")
            assert (page.status, "nothing to print" in page.text or "no calls to make" in page.text) == (200, True)
        assert "Without email" not in visit.as_(officer)(f"{ELM}/mailings/{mailing_id}/report").text


@pytest.mark.parametrize("role", ["member", "practice_manager", "gp", "practice_staff"])
def test_the_sheets_are_for_officers_of_the_group(story: Story, visit: Visit, role: str) -> None:
    mailing_id = story.sent()
    theirs = visit.as_officer(story.group, role=role)
    stranger = visit.as_officer(the_group("oak-hill"), role="chair")
    with clock.at(THE_DAY + HOLD):
        for sheet in ("letters", "labels", "phone-round"):
            assert theirs(f"{ELM}/mailings/{mailing_id}/{sheet}").status == 403
            assert stranger(f"{ELM}/mailings/{mailing_id}/{sheet}").status == 404
            assert stranger(f"/groups/oak-hill/mailings/{mailing_id}/{sheet}").status == 404
