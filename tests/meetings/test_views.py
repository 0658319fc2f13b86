"""Pages of meetings: each door once, without JavaScript; what was typed is kept; what is wrong is said."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.meetings.actions import agenda, items
from pcnppg.meetings.models import AgendaEntry
from pcnppg.meetings.queries.agenda import agenda_of
from pcnppg.meetings.rules.agenda import LARGEST_PAPER, Purpose
from pcnppg.meetings.rules.items import PassedTo
from pcnppg.store.session import transaction
from tests import making
from tests.meetings.conftest import Cast
from tests.meetings.stories import (
    a_meeting,
    accept,
    an_item,
    asked,
    backed,
    confirmed,
    done,
    letters,
    story_of,
    the_item,
    the_meeting,
)
from tests.page_checks import words
from tests.visiting import Page, Visit

HOME = "/groups/elm-tree"
PLAN = {"kind": "ordinary", "day": "6/5/2027", "starts": "6:30pm", "ends": "8pm", "place": "The hall"}


@pytest.fixture
def chair(visit: Visit, cast: Cast) -> Visit:
    return visit.as_(cast.chair)


@pytest.fixture
def member(visit: Visit, cast: Cast) -> Visit:
    return visit.as_(cast.member)


def test_a_meeting_is_planned_moved_and_cancelled(cast: Cast, chair: Visit, visit: Visit) -> None:
    page = chair(f"{HOME}/meetings").click("Plan a meeting").submit(**PLAN, speaker="Amara Nwosu").follow()
    assert page.heading == "Thursday 6 May 2027: ordinary meeting"
    assert "Items close at the end of Thursday 22 April 2027" in page.text
    assert "The agenda goes out on Thursday 29 April 2027" in page.text
    page = page.click("Move or change this meeting").submit(day="13/5/2027", ends="midnight").follow()
    assert page.heading == "Thursday 13 May 2027: ordinary meeting"
    assert "until midnight" in page.text
    page = page.click("Cancel this meeting").submit(why="")
    assert page.errors == ["Say in a few words why. Everybody who looks for the meeting reads it."]
    page = page.submit(why="The boiler broke.").follow()
    assert "This meeting is cancelled. The boiler broke." in visit(page.url).text
    assert "Cancelled" in visit(f"{HOME}/meetings").text


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"starts": "half six"}, "Enter a time, for example 6:30pm or 18:30."),
        ({"day": ""}, "Enter the day of the meeting."),
        ({"day": "someday"}, "Enter a day that the calendar has, for example 4 March 2027."),
        ({"ends": "6pm"}, "The meeting would end before it begins. Check both times."),
        ({"place": ""}, "Say where people meet: a place, a link, or both."),
        ({"link": "javascript:x"}, "Enter a web address that begins with https://."),
        (
            {"day": "28/3/2027", "starts": "1:30am", "ends": "4am"},
            "The clocks go forward in that night, so this hour does not come. Choose an earlier or a later time.",
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_kept(chair: Visit, over: dict[str, str], said: str) -> None:
    page = chair(f"{HOME}/meetings/new").submit(**{**PLAN, **over, "about": "Bring a friend."})
    assert (page.status, page.errors) == (422, [said])
    assert page.one("#about").get_text().strip() == "Bring a friend."


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"day": "3/3/2027"}, "is over already"),
        ({"day": "15/4/2027", "starts": "11am", "ends": "1pm"}, "another meeting then"),
        ({"day": "8/3/2027"}, "so soon"),
        ({"day": "31/10/2027", "starts": "1:30am", "ends": "4am"}, "this hour comes twice"),
    ],
)
def test_what_is_odd_is_asked_once_more(chair: Visit, over: dict[str, str], said: str) -> None:
    page = chair(f"{HOME}/meetings/new").submit(**{**PLAN, **over})
    assert page.status == 422
    assert said in page.one(".notice--careful").get_text()
    assert page.submit(is_sure=True).status == 303


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"day": "3/3/2027"}, "is over already"),
        ({"day": "6/5/2027", "starts": "6pm", "ends": "7pm"}, "another meeting then"),
        ({"day": "31/10/2027", "starts": "1:30am", "ends": "4am"}, "this hour comes twice"),
    ],
)
def test_a_move_to_the_past_or_to_the_hour_of_another_meeting_is_asked_once_more(
    cast: Cast, chair: Visit, over: dict[str, str], said: str
) -> None:
    chair(f"{HOME}/meetings/new").submit(**PLAN)
    change = f"{HOME}/meetings/{cast.meeting_id}/change"
    before = the_meeting(cast.meeting_id).starts_at
    page = chair(change).submit(**over)
    assert page.status == 422
    assert said in page.one(".notice--careful").get_text()
    assert the_meeting(cast.meeting_id).starts_at == before
    page = chair(change).submit(day="28/3/2027", starts="1:30am", ends="4am")
    assert "this hour does not come" in page.errors[0]


def test_on_its_day_a_meeting_leads_to_where_things_are_written_down(cast: Cast, chair: Visit, visit: Visit) -> None:
    page = chair(f"{HOME}/meetings/new").submit(**{**PLAN, "day": "4/3/2027", "starts": "9pm", "ends": "10pm"})
    page = page.submit(is_sure=True).follow()
    assert "There is no time left to propose items for it." in page.text
    assert "Items have closed." in page.text
    assert [words(a) for a in page.select("main a.nhsuk-button")] == ["Write down what happens"]
    assert visit(page.url).click("Propose an item").status == 200
    page = page.click("Write down what happens").click("End the meeting").submit().follow()
    listed = chair(f"{HOME}/meetings")
    assert "Draft" in words(listed.one("table"))  # it is over, though its time is not
    assert "4 March 2027" not in visit(HOME).text


def test_a_group_says_how_it_does_its_meetings(chair: Visit) -> None:
    page = chair(f"{HOME}/meetings").click("How you do your meetings")
    wrong = page.submit(items_close_days="soon", opening="Welcome")
    assert wrong.errors == ["Enter a number in digits.", "Begin each line with its minutes, for example: 5 Welcome"]
    assert page.submit(items_close_days="3").errors[0].startswith("Items close first")
    page.submit(items_close_days="21", opening="5 Tea (Ruth)", closing="5 Goodbye").follow()
    page = chair(f"{HOME}/meetings/habits")
    assert page.one("#opening").get_text().strip() == "5 Tea (Ruth)"
    assert page.one("#items_close_days")["value"] == "21"


def test_a_visitor_proposes_and_confirms_by_mail(cast: Cast, visit: Visit) -> None:
    page = visit(f"{HOME}/meetings").click("Propose an item")
    words = {"title": "Later opening hours", "now_words": "It shuts at six.", "email": "Vi@example.com", "name": "Vi"}
    page = page.submit(**words).follow()
    assert page.heading == "Check your email"
    assert "Vi@example.com" in page.text
    (mail,) = letters("confirm_item")
    link = f"{HOME}/meetings/{cast.meeting_id}/propose/{mail['values']['token']}"
    assert "It shuts at six." in visit(link).text
    assert letters("item_moved") == []
    page = visit(link).submit()
    assert page.heading == "Your item has reached the group"
    assert visit(link).heading == "This link does not work any more"
    assert visit.post(link, {}).status in {303, 400}
    page = page.click("See the item")
    assert "Nobody backs it yet" in page.text


def test_a_form_that_is_wrong_keeps_what_was_typed(cast: Cast, visit: Visit) -> None:
    url = f"{HOME}/meetings/{cast.meeting_id}/propose"
    long = "<b>ä</b> 👩\u200d⚕️\u202e" * 720
    assert len(long) > 10_000
    page = visit(url).submit(title=long, email="vi@example.com", better_words="Two\nlines")
    assert page.status == 422
    assert "Nothing is lost" in page.errors[0]
    assert page.one("#title")["value"] == long.replace("\u202e", "")
    assert page.one("#better_words").get_text().strip() == "Two\nlines"
    page = visit(url).submit(title="", email="nonsense")
    assert page.errors == ["Enter an email address with an @ in it, like name@example.com."]
    page = visit(url).submit(title="", email="vi@example.com")
    assert page.errors == ["Say in one sentence what you want us to talk about."]


def test_markup_emoji_and_turning_marks_stay_words(cast: Cast, visit: Visit, member: Visit) -> None:
    title = "<b>Bold</b> 👩\u200d⚕️ \u202eturned & “quoted”"
    page = member(f"{HOME}/meetings/{cast.meeting_id}/propose").submit(title=title).follow()
    assert page.heading == "<b>Bold</b> 👩\u200d⚕️ turned & “quoted”"
    assert visit(f"{HOME}/items").status == 200


def test_the_page_is_the_same_over_every_limit_and_for_every_address(cast: Cast, visit: Visit) -> None:
    seen = set()
    for n in range(35):
        page = visit(f"{HOME}/meetings/{cast.meeting_id}/propose")
        words = {"title": f"Item number {n * 7919}", "email": f"vi{n % 9}@example.com"}
        answer = page.submit(**words)
        if "one of these" in answer.text:
            answer = answer.submit("No, mine is another one")
        seen.add((answer.status, answer.location))
    assert seen == {(303, f"{HOME}/meetings/{cast.meeting_id}/propose/sent")}
    assert len(letters("confirm_item")) == 27  # three for each mailbox, within the thirty of one network address


def test_similar_items_are_shown_first_and_one_can_be_backed_instead(cast: Cast, visit: Visit, member: Visit) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.chair, "Waiting on the phone in the morning")
    url, words = f"{HOME}/meetings/{cast.meeting_id}/propose", "Phone: waiting every morning"
    page = visit(url).submit(title=words, email="vi@example.com")
    assert page.heading == "Is it one of these?"
    assert page.submit("Back this instead").follow().heading == "Check your email"
    (mail,) = letters("confirm_backing")
    link = f"{HOME}/meetings/{cast.meeting_id}/propose/{mail['values']['token']}"
    assert visit(link).submit().heading == "You back this item"
    page = member(url).submit(title=words)
    assert "You back this item." in page.submit("Back this instead").follow().text
    assert "2 people back it" in visit(f"{HOME}/items/{item_id}").text
    page = member(url).submit(title=words).submit("No, mine is another one").follow()
    assert page.heading == words


def test_a_member_proposes_backs_and_takes_back(cast: Cast, member: Visit, chair: Visit) -> None:
    other = an_item(cast.group_id, cast.meeting_id, cast.chair, "Parking")
    page = member(f"{HOME}/items").submit(f"form[action$='/items/{other}/back']").follow()
    assert "You back it." in page.text
    page = member(f"{HOME}/meetings/{cast.meeting_id}/propose").submit(title="Dr Sykes was rude").follow()
    assert "An officer reads it before it is shown" in page.text
    assert chair(page.url).status == 200
    assert visit_status(member.anew(), page.url) == 404
    page = page.click("Take your item back").submit().follow()
    assert "You took your item back." in page.text
    assert "Taken back" in page.text


def visit_status(browser: Visit, url: str) -> int:
    return browser(url).status


def test_proposing_for_a_meeting_that_is_over_leads_to_the_next(cast: Cast, visit: Visit) -> None:
    with clock.at(the_meeting(cast.meeting_id).starts_at):
        page = visit(f"{HOME}/meetings/{cast.meeting_id}/propose")
        assert "has begun or is over" in page.text
        said = visit.as_(cast.member).post(f"{HOME}/meetings/{cast.meeting_id}/propose", {})
        assert said.status in {303, 400, 422}
    with clock.at(the_meeting(cast.meeting_id).items_close_at + timedelta(hours=1)):
        assert "Items for this meeting have closed" in visit(f"{HOME}/meetings/{cast.meeting_id}/propose").text


def test_whoever_is_signed_in_without_a_role_here_is_led_to_back_by_mail_and_staff_are_not(
    cast: Cast, visit: Visit
) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    page = visit.as_(making.a_person(address="else@example.com"))(f"{HOME}/items/{item_id}").click("Back it")
    assert page.submit(email="else@example.com").status == 303
    assert "Back it" not in visit.as_(cast.manager)(f"{HOME}/items/{item_id}").text


def test_a_visitor_backs_by_mail_from_the_list(cast: Cast, visit: Visit) -> None:
    an_item(cast.group_id, cast.meeting_id, cast.chair, "Parking")
    page = visit(f"{HOME}/items").click("Back it : Parking")
    assert page.submit(email="").errors == ["Enter your email address."]
    assert page.submit(email="vi@example.com").follow().heading == "Check your email"
    done(items.decline, cast.group_id, 1, words="No.", by=cast.chair)
    assert page.submit(email="vi@example.com").errors == ["This item is closed, so it cannot be backed any more."]


def act(page: Page, name: str, **fields: Any) -> Page:
    """Follow a link of an item's page in the tray, and send the form behind it."""
    return page.click(name).submit(**fields)


def test_officers_go_through_the_tray(cast: Cast, chair: Visit) -> None:
    one = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    other = an_item(cast.group_id, cast.meeting_id, cast.member, "Cars at the door")
    third = an_item(cast.group_id, cast.meeting_id, cast.manager, "Saturdays")
    page = chair(f"{HOME}/tray").click("Parking")
    assert page.heading == "Parking"
    assert "waits for a later meeting" in act(page, "Keep it for a later meeting", words="In June.").follow().text
    page = act(
        chair(page.url), "Pass it to the practice or the network", passed_to="practice", words="How many?"
    ).follow()
    page = act(page, "Join it with another item", into_id=str(third)).follow()
    assert "It goes on as" in page.text
    page = chair(f"{HOME}/tray/{other}")
    assert act(page, "Not take it up, with a reason").errors == [
        "Say why, in a sentence or two. The person who proposed it reads it."
    ]
    assert act(page, "Answer it now", words="x" * 1001).status == 422
    act(page, "Word it more clearly", title="Cars").follow()
    act(chair(page.url), "Take it from the public pages").follow()
    act(chair(page.url), "Show it to everybody").follow()
    act(chair(page.url), "Answer it now", words="Use the car park behind.").follow()
    page = chair(f"{HOME}/tray/{third}")
    wrong = act(page, "Put it on an agenda", minutes="many")
    assert wrong.errors == ["Enter the minutes in digits, from 0 to 240."]
    page = wrong.submit(minutes="15", purpose="decide").follow()
    assert "It is on the agenda." in page.text
    act(page, "Take it off the agenda").follow()
    assert [done_act for done_act, _ in story_of(one)] == ["proposed", "parked", "passed", "merged"]
    assert chair(f"{HOME}/tray/{one}/nonsense").status == 404


def test_an_officer_who_comes_second_sees_what_happened_meanwhile(cast: Cast, chair: Visit) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    page = chair(f"{HOME}/tray/{item_id}/park")
    done(items.hide_item, cast.group_id, item_id, by=cast.people[Role.SECRETARY])
    page = page.submit(words="In June.")
    assert page.status == 409
    assert "What happened meanwhile: No longer shown to the public, by the secretary" in page.text
    assert page.one("#words").get_text().strip() == "In June."


def test_missing_choices_are_asked_for(cast: Cast, chair: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    monkeypatch.setitem(chair.app.config, "WTF_CSRF_ENABLED", False)
    how = {"meeting_id": "999", "minutes": "5", "purpose": "decide"}
    assert chair.post(f"{HOME}/tray/{item_id}/accept", how).errors == ["Choose a meeting."]
    assert chair.post(f"{HOME}/tray/{item_id}/merge", {"into_id": "999"}).errors == ["Choose the item that it joins."]
    behalf = {"came_by": "post", "meeting_id": "999", "title": "Chairs"}
    assert chair.post(f"{HOME}/tray/add", behalf).errors == ["Choose a meeting."]


def test_an_item_is_written_down_for_somebody(cast: Cast, chair: Visit) -> None:
    page = chair(f"{HOME}/tray").click("Write down an item for somebody")
    assert page.submit(title="Chairs").errors == ["Choose how it reached you."]
    wrong = page.submit(title="Chairs", came_by="phone", email="vi@example.com")
    assert "Nobody on the contact list has this address" in wrong.errors[0]
    page = wrong.submit(email="", name="Mabel").follow()
    assert "Mabel" in page.text
    assert "No: tell them yourself" in page.text


def test_the_practice_answers_in_two_minutes(cast: Cast, visit: Visit, chair: Visit) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member, "A working lift")
    done(items.pass_on, cast.group_id, item_id, passed_to=PassedTo.PRACTICE, words="When?", by=cast.chair)
    staff = visit.as_(cast.manager)
    assert "A working lift" in staff("/home").text
    page = staff(f"{HOME}/questions")
    assert "When?" in page.text
    page = page.click("A working lift")
    assert page.submit().errors == ["Choose your answer."]
    assert page.submit(answer="no").errors == ["Say why, in a sentence or two. The person who proposed it reads it."]
    page = page.submit(answer="in_part", words="From May.", due_on="1/5/2027").follow()
    assert "Thank you." in page.text
    assert "by Saturday 1 May 2027" in page.text
    assert staff(f"{HOME}/questions/{item_id}").follow().heading == "Questions from patients"
    page = chair(f"{HOME}/tray/{item_id}")
    page = page.click("Pass the answer on, and close it")
    assert page.one("#words").get_text().strip() == "From May."
    assert staff(f"{HOME}/questions/999").status == 404
    assert "In part" in visit(f"{HOME}/items/{item_id}").text


def test_an_agenda_is_put_in_order_by_buttons_and_by_number(cast: Cast, chair: Visit) -> None:
    accept(cast.group_id, an_item(cast.group_id, cast.meeting_id, cast.member), cast.meeting_id, cast.chair, minutes=90)
    url = f"{HOME}/meetings/{cast.meeting_id}/agenda"
    parts = [part.id for part in agenda_of(the_meeting(cast.meeting_id)).parts]
    page = chair(url)
    assert "35 minutes too long." in page.text
    page = page.submit(f"button[value='{parts[0]} down']").follow()
    page = page.submit("Put it in the order of the numbers", **{f"place-{parts[5]}": "1"}).follow()
    now = [part.id for part in agenda_of(the_meeting(cast.meeting_id)).parts]
    assert now == [parts[5], parts[1], parts[0], *parts[2:5]]
    stale = chair(url)
    done(
        agenda.move,
        cast.group_id,
        cast.meeting_id,
        now[0],
        steps=1,
        version=_version(cast),
        by=cast.people[Role.SECRETARY],
    )
    page = stale.submit(f"button[value='{now[2]} up']")
    assert page.status == 409
    assert "The secretary changed the agenda after you opened it." in page.text
    page = page.submit("Publish this agenda").follow()
    assert "The agenda is published." in page.text
    assert stale.submit("Publish this agenda").status == 409


def test_an_agenda_of_two_hundred_parts_is_ordered_at_once(cast: Cast, chair: Visit, visit: Visit) -> None:
    with transaction() as open_:
        known = {"minutes": 0, "purpose": "inform", "lead": "", "added_at": clock.now()}
        where = {"group_id": cast.group_id, "meeting_id": cast.meeting_id}
        open_.add_all(AgendaEntry(**where, title=f"Part {n}", position=10 + n, **known) for n in range(195))
    url = f"{HOME}/meetings/{cast.meeting_id}"
    parts = [part.id for part in agenda_of(the_meeting(cast.meeting_id)).parts]
    page = chair(f"{url}/agenda").submit("Put it in the order of the numbers", **{f"place-{parts[-1]}": "1"})
    assert page.status == 303
    assert [part.id for part in agenda_of(the_meeting(cast.meeting_id)).parts] == [parts[-1], *parts[:-1]]
    done(agenda.publish_agenda, cast.group_id, cast.meeting_id, version=_version(cast), by=cast.chair)
    assert "Part 194" in visit(f"{url}/print").text


def test_an_item_on_its_third_agenda_is_called_old(cast: Cast, chair: Visit) -> None:
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member)
    meetings = [cast.meeting_id, *(a_meeting(cast.group_id, after=timedelta(weeks=n)) for n in (12, 18))]
    accept(cast.group_id, item_id, meetings[0], cast.chair)
    for meeting_id in meetings[1:]:
        done(items.carry_over, cast.group_id, item_id, meeting_id=meeting_id, by=cast.chair)
    assert "3 agendas It is getting old" in chair(f"{HOME}/meetings/{meetings[2]}/agenda").text


def _version(cast: Cast) -> int:
    return the_meeting(cast.meeting_id).agenda_version


def test_parts_papers_and_changes(cast: Cast, chair: Visit, visit: Visit) -> None:
    url = f"{HOME}/meetings/{cast.meeting_id}"
    page = chair(f"{url}/agenda").click("Add something that nobody proposed")
    assert page.submit(title="Tea", minutes="").status == 422
    assert page.submit(title="").errors == ["Give it a name of 150 letters at most."]
    page = page.submit(title="A talk", minutes="20", lead="The speaker").follow()
    page = page.click("A talk")
    assert page.submit("Save", minutes="-1").status == 422
    assert page.submit("Add the link", name="More", address="nonsense").status == 422
    page = page.submit("Add the link", name="More to read", address="https://example.org/more").follow()
    wrong = page.submit("Add the file", name="Nothing")
    assert wrong.errors == ["Choose a file."]
    assert "kind that we do not take" in send(page, b"<svg><script>alert(1)</script></svg>").errors[0]
    page = send(page, b"%PDF-1.7 plan").follow()
    stranger = visit(f"{HOME}/papers/2")
    assert stranger.status == 404
    file = chair(f"{HOME}/papers/2")
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"] == "attachment; filename=Plan.pdf"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert visit(f"{HOME}/papers/1").status == 404
    page.submit("form[action$='/papers/1/remove']").follow()
    chair(f"{url}/agenda").submit("Publish this agenda").follow()
    page = visit(url)
    assert "A talk" in page.text
    assert visit(f"{HOME}/papers/2").status == 200
    assert "Plan.png" in visit(f"{url}/print").text
    page = chair(f"{url}/agenda").click("A talk").submit("Take it off this agenda").follow()
    assert "Taken off: A talk" in page.text
    assert "A talk" not in visit(url).text
    page.submit("Publish these changes").follow()
    assert "Taken off: A talk" in visit(url).text


def send(page: Page, content: bytes) -> Page:
    """Add a file called a picture, with these bytes, to the part whose page this is."""
    form = page.one("form[enctype]")
    fields = {"csrf_token": page.one("form[enctype] input[name=csrf_token]")["value"], "name": "Plan.png"}
    head = "".join(
        f'--end\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    file = '--end\r\nContent-Disposition: form-data; name="file"; filename="plan.png"\r\n\r\n'
    body = (head + file).encode() + content + b"\r\n--end--\r\n"
    return page.visit.open("POST", str(form["action"]), data=body, content_type="multipart/form-data; boundary=end")


def test_a_paper_that_is_too_large_gets_a_page_at_once(cast: Cast, chair: Visit) -> None:
    part = agenda_of(the_meeting(cast.meeting_id)).parts[0].id
    page = chair(f"{HOME}/meetings/{cast.meeting_id}/agenda/{part}")
    for size in (LARGEST_PAPER + 1, 40 * 1024 * 1024):
        answer = send(page, b"%PDF-" + bytes(size))
        assert answer.status in {413, 422}
        assert "larger than 5 MB" in answer.text
    answer = page.visit.client.post(
        str(page.one("form[enctype]")["action"]),
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": str(300 * 1024 * 1024)},
        content_type="multipart/form-data; boundary=end",
        base_url=page.visit.base_url,
    )
    assert answer.status_code == 413, "three hundred megabytes are refused before a byte of them is read"


class Unread(io.BytesIO):
    """A body that nobody may ask for."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("somebody reads it")


def test_a_link_in_the_mail_stops_mail_about_one_item(cast: Cast, visit: Visit) -> None:
    item_id = confirmed(cast.group_id, cast.meeting_id, "vi@example.com")
    accept(cast.group_id, item_id, cast.meeting_id, cast.chair)
    backed(cast.group_id, cast.meeting_id, item_id, "ben@example.com")
    link = f"/item-mail/{letters('item_moved')[0]['values']['quiet']}"
    page = visit(link)
    assert the_item(item_id).quiet_at is None
    assert page.submit().heading == "No more emails about this item"
    assert the_item(item_id).quiet_at is not None
    assert "do not email you" in visit(link).text
    assert visit("/item-mail/nonsense").status == 404


def test_the_group_and_what_needs_you_show_what_is_next(cast: Cast, visit: Visit, chair: Visit) -> None:
    assert "Thursday 15 April 2027" in visit(HOME).text
    an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    assert "1 item waits in the tray" in chair("/home").text
    with clock.at(the_meeting(cast.meeting_id).items_close_at + timedelta(hours=1)):
        assert "Publish the agenda of the next meeting" in Visit(visit.app, cast.chair)("/home").text
    done(items.answer, cast.group_id, 1, words="There are bays for all now.", by=cast.chair)
    page = visit(HOME)
    assert "You said, we did" in page.text
    assert "There are bays for all now." in page.text
    assert "Parking" in visit(f"{HOME}/items").text


def test_another_groups_links_and_items_are_not_found_here(cast: Cast, visit: Visit) -> None:
    making.a_group(slug="oak-hill", practice="Z99002", chair="oak@example.com", chair_name="Oak")
    token = asked(cast.group_id, cast.meeting_id, "vi@example.com")
    item_id = an_item(cast.group_id, cast.meeting_id, cast.member, "Parking")
    for path in (f"meetings/{cast.meeting_id}", f"items/{item_id}", f"meetings/{cast.meeting_id}/propose/{token}"):
        assert visit(f"/groups/oak-hill/{path}").status == 404
    accept(cast.group_id, item_id, cast.meeting_id, cast.chair, minutes=5)
    assert Purpose.DISCUSS in {part.purpose for part in agenda_of(the_meeting(cast.meeting_id)).parts}
