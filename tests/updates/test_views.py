"""Pages of updates and thanks: what everybody reads, what staff and officers write, and what other programs take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import feedparser
import pytest
from flask import Flask

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.updates.rules import JOB_WORDS, Kind, Side, To
from tests import making
from tests.conftest import THE_DAY
from tests.updates.stories import Cast, a_cast, in_days, posted, thanked, withdrawn
from tests.visiting import Page, Visit

HERE = "/groups/elm-tree/updates"


@pytest.fixture
def cast(inside: Flask) -> Cast:
    return a_cast()


@pytest.fixture
def manager(cast: Cast, visit: Visit) -> Visit:
    return visit.as_(cast.manager, second_factor=False)


GOOD: dict[Kind, dict[str, Any]] = {
    Kind.NEWS: {"words": "From Monday."},
    Kind.SAID_DID: {"said": "The phones are slow.", "did": "More people answer."},
    Kind.ROLE: {"helps": "Medicines.", "suits": "Many.", "how": "Ask.", "gp_first": "no", "place": "Here."},
}


def filled(page: Page, kind: Kind = Kind.NEWS, **over: Any) -> Page:
    return page.submit(**{"title": "The lift works again", **GOOD.get(kind, GOOD[Kind.NEWS]), **over})


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_is_posted_with_one_form_and_read_by_everybody(manager: Visit, visit: Visit, kind: Kind) -> None:
    page = filled(manager(f"{HERE}/new/{kind.value}"), kind).follow()
    assert page.heading == "The lift works again"
    assert "It sends no email by itself" in page.text
    public = visit(HERE)
    assert [tag.get_text() for tag in public.select("article h2")] == ["The lift works again"]
    assert "from the practice, Thursday 4 March 2027" in public.text
    assert "Karen Doyle" not in public.html
    assert not public.select("main .nhsuk-button")


@pytest.mark.parametrize("job", JOB_WORDS)
def test_a_new_role_begins_with_ready_words(manager: Visit, job: str) -> None:
    page = manager(f"{HERE}/new").click(JOB_WORDS[job][:1].upper() + JOB_WORDS[job][1:])
    assert JOB_WORDS[job] in str(page.one("#title")["value"])
    assert page.one("#helps").get_text().strip()
    assert page.select("input[name=gp_first][checked]")
    done = page.submit(place="At the surgery, Mondays.").follow()
    assert "Do you need to see a GP first?" in done.text


def test_words_for_a_role_are_not_put_into_other_forms(manager: Visit) -> None:
    assert manager(f"{HERE}/new/news?job=pharmacist").one("#title").get("value", "") == ""
    assert manager(f"{HERE}/new/role?job=wizard").one("#title").get("value", "") == ""
    assert manager(f"{HERE}/new/wizardry").status == 404


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"title": " "}, "Enter a title."),
        ({"title": "x" * 121}, "This has 121 characters. It can have 120 at most."),
        ({"words": ""}, "Enter what is new."),
        ({"words": "y" * 10_000}, "This has 10,000 characters. It can have 1,500 at most."),
        ({"ends_on": "soon"}, "Enter a day that the calendar has, for example 4 March 2027."),
        ({"ends_on": ""}, "Enter a day"),
        ({"ends_on": "3/3/2027"}, "This day is over."),
        ({"review_on": "4/3/2028"}, "This is after the update ends."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(manager: Visit, over: dict[str, str], said: str) -> None:
    page = filled(manager(f"{HERE}/new/news"), **over)
    assert page.status == 422
    assert len(page.errors) == 1
    assert page.errors[0].startswith(said)
    assert page.one("main details").has_attr("open") == bool({"ends_on", "review_on"} & set(over))
    kept = page.one("#words").get_text().strip() if "words" not in over else str(page.one("#title")["value"])
    assert kept == ("From Monday." if "words" not in over else "The lift works again")


def test_a_choice_that_was_not_made_is_asked_for(manager: Visit) -> None:
    page = filled(manager(f"{HERE}/new/role"), Kind.ROLE, gp_first=None)
    assert page.errors == ["Say whether people need to see a GP first."]


def test_what_may_name_a_patient_is_asked_about_once(manager: Visit, visit: Visit) -> None:
    page = filled(manager(f"{HERE}/new/news"), words="Mrs Bell, an 84-year-old, was rescued.")
    assert page.status == 200
    assert "Look once more before everybody can read it" in page.text
    assert "It says “Mrs Bell”, “84-year-old”." in page.text
    assert "Nothing is new just now" in visit(HERE).text
    # Other words are asked about anew; the same ones are not.
    other = page.submit(words="Mrs Lamb was rescued.")
    assert "“Mrs Lamb”" in other.text
    assert other.submit("Post it as it is").follow().heading == "The lift works again"


def test_a_title_with_markup_is_shown_as_it_was_typed(manager: Visit, visit: Visit) -> None:
    evil = "<script>alert(1)</script> & <b>'\"{{ 7*7 }}"
    page = filled(
        manager(f"{HERE}/new/news"), title=evil, words="<img src=x onerror=alert(1)> javascript:alert(1)"
    ).follow()
    assert page.heading == evil
    for address in (HERE, f"{HERE}/embed", f"{HERE}/embed?part=block", f"{HERE}/print", "/groups/elm-tree"):
        html = visit(address).html
        assert "<script>alert" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html
    entry = feedparser.parse(visit(f"{HERE}.atom").answer.get_data()).entries[0]
    assert entry.title_detail.value == evil


def test_who_has_two_roles_says_for_whom_they_speak(cast: Cast, visit: Visit) -> None:
    making.an_officer(cast.group, role=Role.GP, address="both@example.com")
    both = visit.as_(making.an_officer(cast.group, role=Role.SECRETARY, address="both@example.com"))
    page = both(f"{HERE}/new/news")
    assert filled(page).errors == ["Say who it is from: the practice or the group."]
    filled(page, side="group").follow()
    assert "from the group" in visit(HERE).text
    assert "You are the secretary and a GP here." in both("/home").text
    assert both("/groups/elm-tree/thanks/new").submit(words="Well done.", side="practice").status == 303


def test_a_change_is_kept_and_asked_about_too(cast: Cast, manager: Visit, visit: Visit) -> None:
    number = posted(cast)
    page = manager(f"{HERE}/{number}/history").click("Change it")
    doubted = page.submit(words="Ask Mrs Bell.")
    assert "“Mrs Bell”" in doubted.text
    done = doubted.submit("Save it as it is").follow()
    assert "Your changes are on the group's page now." in done.text
    assert "Ask Mrs Bell." in visit(HERE).text
    history = manager(f"{HERE}/{number}/history")
    assert [tag.get_text() for tag in history.select("section.words h3")] == ["The lift works again"] * 2
    assert "Karen Doyle" in history.text
    assert page.submit(words="Older words.").status == 409
    again = page.submit(words="Older words.")
    assert "Nothing was lost" in again.errors[0]
    assert again.submit().follow().heading == "The lift works again"
    assert manager(f"{HERE}/{number}/change").submit().errors[0].startswith("You changed nothing")
    assert manager(f"{HERE}/{number}/change").submit(title="").status == 422


def test_what_is_still_true_stays(cast: Cast, manager: Visit, visit: Visit) -> None:
    number = posted(cast, review_on=in_days(0))
    home = manager("/home")
    assert "Is “The lift works again” still true?" in home.text
    page = home.click("Is “The lift works again” still true?").submit("It is still true").follow()
    assert "stays on the group's page" in page.text
    assert "still true?" not in manager("/home").text
    with clock.at(THE_DAY + timedelta(days=400)):
        later = Visit(visit.app, cast.manager)
        assert later.post(f"{HERE}/{number}/history", {"csrf_token": token(later)}).status == 422


def token(browser: Visit) -> str:
    return str(browser(f"{HERE}/new/news").select("input[name=csrf_token]")[0]["value"])


def test_each_side_keeps_its_own(cast: Cast, visit: Visit) -> None:
    number = posted(cast)
    chair = visit.as_(cast.chair)
    page = chair(f"{HERE}/{number}/history")
    assert "This update is from the practice. Only they can change it." in page.text
    assert not page.select("main form")
    assert chair(f"{HERE}/{number}/change").heading == "You cannot change this update"
    assert not chair(f"{HERE}/{number}/withdraw").select("main form")
    assert chair.post(f"{HERE}/{number}/withdraw", {"csrf_token": token(chair)}).status == 422
    assert "The lift works again" in visit(HERE).text


def test_a_withdrawn_update_says_so_and_no_more(cast: Cast, manager: Visit, visit: Visit) -> None:
    number = posted(cast)
    page = manager(f"{HERE}/{number}/withdraw").submit("Withdraw it").follow()
    assert "The update was withdrawn." in page.text
    gone = visit(f"{HERE}/{number}")
    assert (gone.status, gone.heading) == (410, "This update was withdrawn")
    assert "The lift" not in gone.html
    assert visit(f"{HERE}/{number}/print").status == 404
    assert "withdrawn" in manager(f"{HERE}/all").text


def test_an_update_that_ended_still_answers_and_says_so(cast: Cast, visit: Visit) -> None:
    number = posted(cast, review_on=in_days(1), ends_on=in_days(1))
    with clock.at(THE_DAY + timedelta(days=2)):
        assert "It may no longer be true" in visit(f"{HERE}/{number}").text
        assert "Nothing is new just now" in visit(HERE).text
        assert "Nothing is new just now" in visit(f"{HERE}/embed").text


def test_nothing_of_another_group_is_shown(cast: Cast, visit: Visit, manager: Visit) -> None:
    other = a_cast("oak-hill", "Z99002")
    number, said = posted(other, "Of Oak Hill"), thanked(other)
    for path in (f"updates/{number}", f"updates/{number}/print"):
        assert visit(f"/groups/elm-tree/{path}").status == 404
    for path in (f"updates/{number}/history", f"updates/{number}/change", f"thanks/{said}/take-back"):
        assert manager(f"/groups/elm-tree/{path}").status == 404
    assert manager("/groups/oak-hill/updates/new").status == 404
    for path in ("", "/updates", "/updates/embed", "/updates.atom", "/thanks"):
        assert "Of Oak Hill" not in visit(f"/groups/elm-tree{path}").answer.get_data(as_text=True)


def test_a_member_posts_nothing(cast: Cast, visit: Visit) -> None:
    member = visit.as_(cast.member)
    for path in ("updates/new", "updates/new/news", "updates/all", "thanks/new", "invite", "invite/card"):
        assert member(f"/groups/elm-tree/{path}").status == 403
    assert not member(HERE).select("main .nhsuk-button")


# For other programs


def test_the_feed_is_read_by_a_feed_reader_and_says_when_nothing_is_new(cast: Cast, visit: Visit) -> None:
    empty = visit(f"{HERE}.atom")
    assert not feedparser.parse(empty.answer.get_data()).bozo
    first = posted(cast, "The lift\x0b works")
    with clock.at(THE_DAY + timedelta(hours=1)):
        posted(cast, "A second", by=cast.chair, side=Side.GROUP)
        page = visit(f"{HERE}.atom")
        found = feedparser.parse(page.answer.get_data())
        assert not found.bozo
        assert [entry.title for entry in found.entries] == ["A second", "The lift works"]
        assert found.entries[1].link.endswith(f"/groups/elm-tree/updates/{first}")
        assert found.entries[1].author == "The practice, on the page of Elm Tree Patient Group"
        assert page.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        etag = page.headers["ETag"]
        same = visit(f"{HERE}.atom", headers={"If-None-Match": etag})
        assert (same.status, same.answer.get_data()) == (304, b"")
        withdrawn(cast, first)
        assert visit(f"{HERE}.atom", headers={"If-None-Match": etag}).status == 200
    assert visit(HERE).one("link[rel=alternate]")["href"] == f"{HERE}.atom"


def test_the_block_can_be_framed_by_anybody_and_does_nothing(cast: Cast, manager: Visit) -> None:
    for n in range(7):
        posted(cast, f"Number {n}")
    for address in (f"{HERE}/embed", f"{HERE}/embed?part=block"):
        page = manager(address)
        policy = page.headers["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "form-action 'none'" in policy
        assert "X-Frame-Options" not in page.headers
        assert "Set-Cookie" not in page.headers
        assert not page.select("form, script, button, input, iframe, img, [style]")
        assert len(page.select("article")) == 5
        links = page.select("a")
        assert all(str(a["href"]).startswith("http://") and a["target"] == "_blank" for a in links)
    assert page.html.lstrip().startswith("<section")


def test_every_other_page_refuses_to_be_framed(cast: Cast, visit: Visit) -> None:
    number = posted(cast)
    for address in (HERE, f"{HERE}/{number}", f"{HERE}/print", f"{HERE}.atom", "/groups/elm-tree/thanks"):
        page = visit(address)
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_the_sheet_for_the_wall_says_until_when_it_is_true(cast: Cast, visit: Visit) -> None:
    number = posted(cast, kind=Kind.ROLE)
    for page in (visit(f"{HERE}/print"), visit(f"{HERE}/{number}/print")):
        assert "True until Thursday 2 September 2027." in page.text
        assert page.one("svg.qr title")
    assert visit(f"{HERE}/{number}/print").heading == "The lift works again"
    withdrawn(cast, number)
    assert "Nothing is new just now." in visit(f"{HERE}/print").text


# In mailings


def test_officers_put_what_waits_into_their_draft_with_one_press(cast: Cast, visit: Visit) -> None:
    first, second = posted(cast, "First"), posted(cast, "Second")
    chair = visit.as_(cast.chair)
    page = chair("/groups/elm-tree/mailings/new").submit(subject="Spring", body="Please come.").follow()
    assert "2 updates wait to be told" in page.text
    page = page.submit("Add to the end of my text", body="Please come on Monday.", update=[str(first)]).follow()
    assert "We added 1 update to the end of your text." in page.text
    text = page.one("#body").get_text()
    assert text.strip().startswith("Please come on Monday.\n\n## What is new\n\n### First")
    assert "An update waits to be told" in page.text
    refused = page.submit("Add to the end of my text", update=["99999", "²", "x"])
    assert refused.status == 422
    assert refused.errors == ["Tick the updates that your mailing should tell. Your text is saved."]
    page = page.submit("Add to the end of my text", update=[str(second)]).follow()
    assert "to be told" not in page.text
    assert "may no longer be true" not in page.submit("Go on to send").follow().text


def test_an_update_that_ends_in_a_draft_is_said_before_sending(cast: Cast, visit: Visit) -> None:
    number = posted(cast, "Closed on Friday", ends_on=in_days(2), review_on=in_days(1))
    chair = visit.as_(cast.chair)
    page = chair("/groups/elm-tree/mailings/new").submit(subject="Spring", body="Hello.").follow()
    page = page.submit("Add to the end of my text", update=[str(number)]).follow()
    send = page.submit("Go on to send").follow()
    assert "“Closed on Friday” ends soon. Its last day is Saturday 6 March 2027." in send.text
    with clock.at(THE_DAY + timedelta(days=3)):
        assert (
            "“Closed on Friday” has ended. Its last day was Saturday 6 March 2027."
            in Visit(visit.app, cast.chair)(send.url).text
        )


# Thanks


def test_thanks_are_read_by_everybody_and_name_a_role(cast: Cast, manager: Visit, visit: Visit) -> None:
    assert "No thanks yet" in visit("/groups/elm-tree/thanks").text
    page = manager("/groups/elm-tree/thanks").click("Say thanks")
    assert page.submit(words="").errors == ["Enter a few words of thanks."]
    doubted = page.submit(to=To.SECRETARY.value, words="Mrs Bell's minutes are a joy.")
    assert "“Mrs Bell's”" in doubted.text or "“Mrs Bell”" in doubted.text
    done = doubted.submit("Say it as it is").follow()
    assert "To the secretary, from the practice, Thursday 4 March 2027" in done.text
    for address in ("/groups/elm-tree", "/groups/elm-tree/thanks"):
        assert "minutes are a joy" in visit(address).text
        assert "Karen Doyle" not in visit(address).html


def test_thanks_are_taken_back_by_their_own_side(cast: Cast, manager: Visit, visit: Visit) -> None:
    number = thanked(cast)
    chair = visit.as_(cast.chair)
    page = chair(f"/groups/elm-tree/thanks/{number}/take-back")
    assert "You cannot speak for the practice." in page.text
    assert not page.select("main form")
    assert "Take it back" not in chair("/groups/elm-tree/thanks").text
    page = manager(f"/groups/elm-tree/thanks/{number}/take-back").submit("Take them back").follow()
    assert "The thanks were taken back." in page.text
    assert "tea" not in visit("/groups/elm-tree").text
