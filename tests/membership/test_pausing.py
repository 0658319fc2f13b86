"""A break until a day: which days will do, when exactly it ends, and what it stops."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from pcnppg.kernel import clock
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import actions
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import PAUSES, How, is_paused, may_pause_until, months_later, pause_ends
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.stories import joined, leave, my_token, the_group, what_happened
from tests.visiting import Page, Visit

PAT = "Pat.Lee@example.com"


def moment(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


MOMENTS = st.integers(0, 40 * 365 * 24 * 60).map(lambda minutes: moment(2020, 1, 1) + timedelta(minutes=minutes))


# Rules


@pytest.mark.parametrize(
    ("at", "months", "ends"),
    [
        (moment(2026, 11, 30, 12), 3, date(2027, 2, 28)),
        (moment(2027, 11, 30, 12), 3, date(2028, 2, 29)),
        (moment(2028, 2, 29, 12), 12, date(2029, 2, 28)),
        (moment(2027, 8, 31, 12), 6, date(2028, 2, 29)),
        (moment(2027, 5, 31, 22, 59), 3, date(2027, 8, 31)),  # five to midnight in England
        (moment(2027, 5, 31, 23, 1), 3, date(2027, 9, 1)),  # past midnight there, though not in UTC
        (moment(2027, 3, 27, 23, 30), 3, date(2027, 6, 27)),  # before the clocks go forward, until after
        (moment(2027, 10, 30, 23, 30), 6, date(2028, 4, 30)),  # in the last night of summer time it is the 31st already
    ],
)
def test_a_pause_ends_as_the_same_day_of_the_month_begins_in_england(at: datetime, months: int, ends: date) -> None:
    end = clock.local(pause_ends(at, months))
    assert (end.date(), end.hour, end.minute) == (ends, 0, 0)


@given(at=MOMENTS, months=st.sampled_from(PAUSES))
def test_whenever_it_begins_a_pause_ends_at_midnight_on_a_day_that_could_be_chosen(at: datetime, months: int) -> None:
    end = pause_ends(at, months)
    assert is_paused(end, at)
    assert not is_paused(end, end)
    assert is_paused(end, end - timedelta(microseconds=1))
    assert clock.start_of(clock.local(end).date()) == end
    assert may_pause_until(clock.local(end).date(), at)


@given(at=MOMENTS, days=st.integers(-900, 900))
def test_a_day_will_do_when_it_is_to_come_and_within_two_years(at: datetime, days: int) -> None:
    today = clock.local(at).date()
    day = today + timedelta(days=days)
    assert bool(may_pause_until(day, at)) == (today < day <= months_later(today, 24))


@pytest.mark.parametrize(
    ("today", "day", "will_do"),
    [
        (moment(2028, 2, 28, 23, 59), date(2028, 2, 29), True),
        (moment(2028, 2, 29, 0, 1), date(2028, 2, 29), False),
        (moment(2028, 2, 29, 9), date(2030, 2, 28), True),
        (moment(2028, 2, 29, 9), date(2030, 3, 1), False),
        (moment(2028, 2, 29, 9), date(1, 1, 1), False),
        (moment(2028, 2, 29, 9), date(9999, 12, 31), False),
        (moment(2027, 3, 28, 0, 59), date(2027, 3, 28), False),  # the night in which the clocks go forward
        (moment(2027, 6, 30, 23, 30), date(2027, 7, 1), False),  # the first of July has begun in England
    ],
)
def test_today_is_what_the_calendar_in_england_says(today: datetime, day: date, will_do: bool) -> None:
    assert bool(may_pause_until(day, today)) == will_do


# Actions


def test_a_pause_until_a_day_ends_as_that_day_begins(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    with transaction():
        actions.pause_until(contact.id, day=date(2027, 4, 1), how=How.MY_PAGE, by=Who.contact(contact.id), at=THE_DAY)
    assert contact.paused_until == moment(2027, 3, 31, 23)  # summer time has begun by then
    assert what_happened(contact)[-1][:2] == ("paused", "my_page")


@pytest.mark.parametrize("day", [date(2027, 3, 4), date(2027, 3, 3), date(2029, 3, 5)])
def test_a_day_that_will_not_do_is_refused_with_the_field(inside: Flask, day: date) -> None:
    contact = joined(the_group(), PAT)
    with pytest.raises(RuleBroken) as refused, transaction():
        actions.pause_until(contact.id, day=day, how=How.MY_PAGE, by=Who.contact(contact.id), at=THE_DAY)
    assert refused.value.field == "until"
    assert len(what_happened(contact)) == 1


def test_who_left_or_never_was_has_nothing_to_pause(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    leave(contact)
    for contact_id, refusal in ((contact.id, RuleBroken), (4711, NotFound)):
        with pytest.raises(refusal), transaction():
            actions.pause_until(
                contact_id, day=date(2027, 4, 1), how=How.MY_PAGE, by=Who.contact(contact_id), at=THE_DAY
            )


# Pages


@pytest.fixture
def form(inside: Flask, visit: Visit) -> Page:
    group = the_group()
    joined(group, PAT)
    return visit(f"/my/{my_token(group, PAT)}/pause")


def paused_until() -> datetime | None:
    session().rollback()
    return session().query(Contact).one().paused_until


def test_each_length_says_on_which_day_the_emails_begin_again(form: Page) -> None:
    labels = [label.get_text(strip=True) for label in form.select(".nhsuk-radios__label")]
    assert labels == [
        "3 months, until Friday 4 June 2027",
        "6 months, until Saturday 4 September 2027",
        "12 months, until Saturday 4 March 2028",
        "Until a day that I choose",
    ]
    overview = form.submit("Pause my emails", months="6").follow()
    assert "Paused until Saturday 4 September 2027" in overview.text
    assert "Your emails are paused." in overview.text


@pytest.mark.parametrize("typed", ["1/6/2027", "1 June 2027", "Tuesday 1 jun 27"])
def test_a_day_of_ones_own(form: Page, typed: str) -> None:
    overview = form.submit("Pause my emails", months="day", until=typed).follow()
    assert "Paused until Tuesday 1 June 2027" in overview.text
    assert paused_until() == moment(2027, 5, 31, 23)


def test_a_day_that_was_not_chosen_does_not_matter(form: Page) -> None:
    assert form.submit("Pause my emails", months="3", until="99").status == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the day on which the emails begin again."),
        ("31 June 2027", "that the calendar has"),
        ("29/2/2027", "that the calendar has"),
        ("1 2027", "that the calendar has"),
        ("1 Juno 2027", "that the calendar has"),
        ("\u0661 6 2027", "that the calendar has"),
        ("4 March 2027", "still to come"),
        ("4 March 2026", "still to come"),
        ("5 March 2029", "in the next two years"),
    ],
)
def test_a_day_that_will_not_do_is_said_and_kept(form: Page, typed: str, said: str) -> None:
    page = form.submit("Pause my emails", months="day", until=typed)
    assert page.status == 422
    (error,) = page.errors
    assert said in error
    assert page.one("input[name=until]").get("value", "") == typed
    assert page.one("input[value=day]").has_attr("checked")
    assert page.one(str(page.one(".nhsuk-error-summary a")["href"]))["name"] == "until"
    assert paused_until() is None


@pytest.mark.parametrize("months", ["", "0", "7", "-3", "three", "3" * 5000])
def test_a_length_must_be_chosen(form: Page, months: str) -> None:
    token = form.one("main input[name=csrf_token]")["value"]
    page = form.visit.post(form.url, {"months": months, "act": "pause", "csrf_token": token})
    assert (page.status, page.errors) == (422, ["Choose how long to pause."])


def test_a_pause_is_ended_or_given_another_end(form: Page) -> None:
    form.submit("Pause my emails", months="6")
    again = form.visit(form.url)
    assert "Your emails are paused until Saturday 4 September 2027" in again.text
    again.submit("Pause my emails", months="3")
    assert paused_until() == pause_ends(THE_DAY, 3)
    page = form.visit(form.url).submit("End the pause now").follow()
    assert "The pause is over" in page.text
    assert paused_until() is None


def test_who_left_is_told_that_there_is_nothing_to_pause(form: Page) -> None:
    leave(session().query(Contact).one())
    assert "there is nothing to pause" in form.visit(form.url).text
    for act in ({"months": "3"}, {"act": "resume"}):
        token = form.one("main input[name=csrf_token]")["value"]
        assert form.visit.post(form.url, {**act, "csrf_token": token}).status == 422
