"""Writing, sending, taking back, reporting, publishing: as officers and visitors meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions, queries
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.mailing.rules import SUBJECT_LENGTH, TESTS_AN_HOUR
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import How
from pcnppg.store.session import session, transaction
from tests.mailing.lists import WORDS, a_draft, a_list, contacts_of, deliveries, send
from tests.mailing.test_actions import HOLD, hand_over, mailing
from tests.visiting import Visit

ELM = "/groups/elm-tree"


class Story:
    """A group with three contacts and two officers, each with a browser."""

    def __init__(self, visit: Visit, people: int = 3, promise: int = 4) -> None:
        self.visitor = visit
        self.group, (self.joan_id, self.amir_id) = a_list(people, promise=promise)
        self.joan, self.amir = visit.as_(self.joan_id), visit.as_(self.amir_id)

    def draft(self, **words: str) -> int:
        return a_draft(self.group, self.joan_id, **words)

    def sent(self) -> int:
        return send(self.group, self.joan_id)


@pytest.fixture
def story(inside: Flask, visit: Visit) -> Story:
    return Story(visit)


def test_from_nothing_written_to_a_mailing_sent(story: Story) -> None:
    page = story.joan(f"{ELM}/mailings")
    assert "Nothing written yet" in page.text
    page = page.click("Write a mailing").submit("Save and go on", subject="Our meeting", body=WORDS).follow()
    assert page.heading == "Write a mailing"
    assert "Last saved on Thursday 4 March 2027 at 10:30am" in page.text
    page = page.submit("Go on to send").follow()
    assert page.heading == "Send this mailing?"
    assert "it would reach 3 people" in page.text
    assert "It is the 1st of at most 4 in twelve months for 3 people." in page.text
    assert "We hold it for 15 minutes" in page.text
    page = page.submit("Send to 3 people").follow()
    assert page.heading == "Our meeting"
    assert "Held until 10:45am. Then it goes to 3 people." in page.text
    assert "will be left out" not in page.text
    assert "You pressed Send on Thursday 4 March 2027 at 10:30am." in page.text
    assert "Joan Ellis pressed Send" in story.amir(page.url).text
    assert "You can take it back until 10:45am" in story.amir(f"{ELM}/mailings").text


def test_what_is_typed_saves_itself(story: Story) -> None:
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/write")
    form = page.one("main form")
    assert form["hx-trigger"].startswith("input delay:")
    fragment = page.submit("Save and see what arrives", htmx=True, subject="New words", body="Come along")
    assert fragment.one("#saved")
    assert "Saved at 10:30am." in fragment.text
    assert fragment.one("input[name=version]")["value"] == "2"
    assert "Subject: New words" in fragment.text
    assert mailing(draft).subject == "New words"


def test_what_arrives_is_shown_in_a_frame_that_lets_nothing_act(story: Story) -> None:
    draft = story.draft(
        body="# Hello\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![p](http://x.example/p.png)"
    )
    page = story.joan(f"{ELM}/mailings/{draft}/write")
    frame = page.one("iframe")
    assert "allow-scripts" not in frame["sandbox"]
    assert "allow-same-origin" not in frame["sandbox"]
    arrived = story.joan(frame["src"])
    assert "sandbox" in arrived.headers["Content-Security-Policy"]
    assert arrived.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert not arrived.select("script, img, [href^=javascript]")
    assert "<script>alert(1)</script>" in arrived.text
    assert "1st of at most 4 emails in twelve months" in arrived.text
    assert arrived.one("head base")["target"] == "_blank"  # a frame could not follow them
    assert "allow-popups" in frame["sandbox"]
    assert frame["src"] in [link["href"] for link in page.select("main a[target=_blank]")]


def test_a_second_officer_sees_who_was_writing_a_moment_ago(story: Story) -> None:
    draft = story.draft()
    with clock.at(now() + timedelta(minutes=2)):
        assert "Joan Ellis was writing here 2 minutes ago" in story.amir(f"{ELM}/mailings/{draft}/write").text
        assert "was writing here" not in story.joan(f"{ELM}/mailings/{draft}/write").text
    with clock.at(now() + timedelta(hours=2)):
        assert "was writing here" not in story.amir(f"{ELM}/mailings/{draft}/write").text


def test_an_older_save_loses_neither_text(story: Story) -> None:
    draft = story.draft(subject="Our meeting", body="as it was")
    mine, theirs = (who(f"{ELM}/mailings/{draft}/write") for who in (story.amir, story.joan))
    theirs.submit("Save and see what arrives", body="what Joan wrote").follow()
    fragment = mine.submit("Save and see what arrives", htmx=True, body="what Amir wrote")
    assert fragment.status == 409
    assert "Joan Ellis saved other words while you were writing" in fragment.text
    assert fragment.one("input[name=version]")["value"] == "1"  # still refused until both were seen
    page = mine.submit("Save and see what arrives", body="what Amir wrote")
    assert page.status == 409
    assert page.one("textarea").get_text().strip() == "what Amir wrote"
    assert "what Joan wrote" in page.text
    page.submit("Save mine in its place", body="what both wrote").follow()
    assert mailing(draft).body == "what both wrote"


def test_ones_own_other_window_is_named_as_such(story: Story) -> None:
    draft = story.draft(body="as it was")
    one, other = (story.joan(f"{ELM}/mailings/{draft}/write") for _ in range(2))
    one.submit("Save and see what arrives", body="first").follow()
    assert "What you saved in another window" in other.submit("Save and see what arrives", body="second").text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_text_of_100_000_characters_is_refused_and_kept(story: Story, htmx: bool) -> None:
    draft = story.draft(body=WORDS)
    page = story.joan(f"{ELM}/mailings/{draft}/write")
    page = page.submit("Save and see what arrives", htmx=htmx, body="x" * 100_000)
    assert page.status == 422
    assert "Your text has 100,000 characters. The most a mailing can have is 20,000." in page.text
    if not htmx:
        assert len(page.one("textarea").get_text().strip()) == 100_000
    assert mailing(draft).body == WORDS
    new = story.joan(f"{ELM}/mailings/new").submit(body="y" * 100_000)
    assert (new.status, len(new.one("textarea").get_text().strip())) == (422, 100_000)


def test_a_subject_that_is_too_long_is_refused_and_kept(story: Story) -> None:
    long = "s" * (SUBJECT_LENGTH + 1)
    page = story.joan(f"{ELM}/mailings/new").submit(subject=long, body="b")
    assert page.status == 422
    assert page.one("#subject")["value"] == long
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/write").submit("Save and see what arrives", subject=long)
    assert (page.status, page.one("#subject")["value"]) == (422, long)


def test_a_damaged_version_is_no_crash(story: Story) -> None:
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/write")
    token = page.one("main form input[name=csrf_token]")["value"]
    for address in ("write", "send"):
        answer = story.joan.post(f"{ELM}/mailings/{draft}/{address}", {"csrf_token": token, "version": "x"})
        assert (answer.status, answer.errors[0][:25]) == (422, "This page was damaged on ")


def test_a_text_that_makes_us_wonder_is_never_refused(story: Story) -> None:
    body = "STOP TAKING YOUR TABLETS NOW\n\nstop taking your tablets <b>now</b> ![a](b.png) [here](https://x.example)"
    page = story.joan(f"{ELM}/mailings/new").submit(subject="", body=body).follow()
    for words in (
        "no subject yet",
        "medical advice",
        "all in capitals",
        "code for a web page",
        "Pictures",
        "where it leads",
    ):
        assert words in page.text
    page = page.submit("Save and see what arrives", subject="Hello", body="We met. It was good.").follow()
    assert "It does not ask for anything" in page.text


def test_every_place_that_makes_us_wonder_is_named(story: Story) -> None:
    page = story.joan(f"{ELM}/mailings/{story.draft(body='Please <b>come</b> [here](https://x.example)')}/write")
    assert "It says “<b>”, “</b>”." in page.text
    assert "It says “here”." in page.text
    assert page.one(".notice--careful")


def test_a_test_goes_to_oneself(story: Story) -> None:
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/write").submit("Send a test to myself", subject="Newer").follow()
    assert "Your text is saved, and a test is on its way to officer0-elm-tree@example.org." in page.text
    assert mailing(draft).subject == "Newer"
    page = page.submit("Send a test to myself", subject="")
    assert (page.status, page.errors) == (
        422,
        ["Give your mailing a subject. It is the first thing that people see."],
    )


def test_after_many_tests_one_has_to_wait(story: Story) -> None:
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/write")
    answers = [page.submit("Send a test to myself") for _ in range(int(TESTS_AN_HOUR.split()[0]) + 1)]
    assert [answer.status for answer in answers[-2:]] == [303, 422]
    assert "many tests" in answers[-1].text


def test_who_it_reaches_is_fetched_by_itself_and_is_a_page_too(inside: Flask, visit: Visit) -> None:
    story = Story(visit, people=4, promise=2)
    hand_over(story.sent())
    with transaction():
        first = contacts_of(story.group)[0]
        membership.pause(first, months=3, how=How.MY_PAGE, by=Who.contact(first), at=now())
    hand_over(send(story.group, story.joan_id, mailing_id=story.draft()))
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/write").click("See who this reaches")
    assert "3 people have none left and will be left out." in page.text
    assert "1 person has paused and will be left out." in page.text
    with clock.at(now() + timedelta(days=365, minutes=15)):
        joan = visit.anew().as_(story.joan_id)
        fragment = joan(f"{ELM}/mailings/{draft}/reach", htmx=True)
    assert "It is the 1st of at most 2 in twelve months for 4 people." in fragment.text
    assert fragment.one("#reach")


def test_the_last_one_is_named_as_the_last(inside: Flask, visit: Visit) -> None:
    story = Story(visit, promise=1)
    page = story.joan(f"{ELM}/mailings/{story.draft()}/send")
    assert "It is the last for 3 people." in page.text
    assert "Tell us what you think" in page.text  # the words that go
    assert page.one("iframe")["title"] == "What arrives"


def test_nobody_to_send_to_is_said_before_and_after(inside: Flask, visit: Visit) -> None:
    story = Story(visit, people=0)
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/send")
    assert "Nobody is on your contact list yet." in page.text
    assert not page.select("main form")
    token = story.joan(f"{ELM}/mailings/{draft}/discard").one("main form input[name=csrf_token]")["value"]
    page = story.joan.post(f"{ELM}/mailings/{draft}/send", {"csrf_token": token, "version": "1"})
    assert (page.status, page.errors[0][:39]) == (422, "Nobody on your contact list gets email ")


def test_an_unfinished_draft_cannot_be_sent(story: Story) -> None:
    page = story.joan(f"{ELM}/mailings/{story.draft(subject='')}/send")
    assert "Give your mailing a subject" in page.text
    assert not page.select("main form")


def test_send_pressed_twice_sends_once_and_says_so(story: Story) -> None:
    page = story.joan(f"{ELM}/mailings/{story.draft()}/send")
    page.submit().follow()
    again = page.submit()
    assert (again.status, again.heading) == (409, "It was not sent again")
    assert "already sent" in again.text
    assert "Held until" in again.click("See what became of it").text
    assert queries.forecast_for(story.group, now()).slots[0].ordinal == 2


def test_back_after_sending_is_harmless(story: Story) -> None:
    draft = story.draft(body=WORDS)
    writing = story.joan(f"{ELM}/mailings/{draft}/write")
    sending = story.joan(f"{ELM}/mailings/{draft}/send")
    sending.submit()
    for address in ("write", "send"):
        assert story.joan(f"{ELM}/mailings/{draft}/{address}").location == f"{ELM}/mailings/{draft}/report"
    page = writing.submit("Save and see what arrives", body="too late")
    assert page.status == 422
    assert page.errors == ["This mailing was already sent, so it cannot be changed."]
    assert "too late" in page.one("textarea").get_text()
    assert mailing(draft).body == WORDS
    assert story.joan(f"{ELM}/mailings/{draft}/discard").status == 422


def test_changed_by_another_it_is_not_sent_as_seen(story: Story) -> None:
    draft = story.draft()
    sending = story.joan(f"{ELM}/mailings/{draft}/send")
    story.amir(f"{ELM}/mailings/{draft}/write").submit("Save and see what arrives", body="other words")
    page = sending.submit()
    assert (page.status, page.heading) == (409, "It was not sent")
    assert page.click("Look at it again").heading == "Send this mailing?"


def test_any_officer_takes_a_held_mailing_back(story: Story) -> None:
    sent = story.sent()
    page = story.amir(f"{ELM}/mailings/{sent}/report").submit("Take it back").follow()
    assert "The mailing was taken back. Nobody got it" in page.text
    assert page.one("#subject")["value"] == "Our summer meeting"
    assert "was taken back on Thursday 4 March 2027" in story.joan(f"{ELM}/mailings/{sent}/report").text


def test_what_was_taken_back_is_listed_apart_with_the_day_of_that(story: Story) -> None:
    with clock.at(now() - timedelta(days=1)):
        hand_over(story.sent())
    with clock.at(now() - timedelta(minutes=1)):
        page = story.amir(f"{ELM}/mailings/{story.sent()}/report")
    page.submit("Take it back")
    page = story.joan(f"{ELM}/mailings")
    assert [row.select("td")[1].get_text(strip=True) for row in page.select("tbody tr")] == ["Wednesday 3 March 2027"]
    assert "Taken back on Thursday 4 March 2027" in page.text


def test_the_report_of_a_held_mailing_foresees_who_is_left_out(inside: Flask, visit: Visit) -> None:
    story = Story(visit, people=4, promise=3)
    hand_over(story.sent())
    sent = story.sent()
    with transaction():
        membership.lower_promise(story.group, 1, by=Who.person(story.joan_id), at=now())
    page = story.joan(f"{ELM}/mailings/{sent}/report")
    assert "Then it goes to nobody." in page.text
    assert "4 people will be left out, as things stand now." in page.text
    assert "Will be left out: promise lowered 4" in page.text
    hand_over(sent)
    page = story.joan(f"{ELM}/mailings/{sent}/report")
    assert "Left out: promise lowered 4" in page.text
    assert "Will be" not in page.text


def test_one_message_for_two_is_foreseen_as_one(story: Story) -> None:
    pair = contacts_of(story.group)[:2]
    with transaction():
        for row_id in pair:
            session().get_one(Contact, row_id).mailbox = "both@example.org"
            session().get_one(Contact, row_id).name_key = f"name {row_id}"
    sent = story.sent()
    with transaction():
        session().add(an_earlier_one(sent, pair[1]))
        session().get_one(Contact, pair[1]).promise = 1
    page = story.joan(f"{ELM}/mailings/{sent}/report")
    assert "Then it goes to 1 person." in page.text
    assert "Will be left out: shared address 1" in page.text
    assert "Will be left out: promise lowered 1" in page.text
    hand_over(sent)
    page = story.joan(f"{ELM}/mailings/{sent}/report")
    assert "Left out: shared address 1" in page.text
    assert "Left out: promise lowered 1" in page.text


def an_earlier_one(like: int, contact_id: int) -> Delivery:
    """A delivery of an earlier mailing that a contact has had."""
    before = Mailing(
        **{
            column.key: getattr(mailing(like), column.key)
            for column in Mailing.__table__.columns
            if column.key not in {"id", "state"}
        },
        state="sent",
    )
    session().add(before)
    session().flush()
    return Delivery(
        mailing_id=before.id,
        contact_id=contact_id,
        state="handed_over",
        ordinal=1,
        of_at_most=4,
        queued_at=now(),
        due_at=now(),
        tries=0,
        at=now(),
    )


def test_lowering_says_how_many_have_none_left_at_once(story: Story) -> None:
    for _ in range(3):
        hand_over(story.sent())
    page = story.joan(f"{ELM}/settings/promise/lower?promise=2")
    assert "3 people have none left at once. They had 2 or more in the last twelve months" in page.text
    assert "until all but 1 of those are more than a year old" in page.text
    with clock.at(now() + timedelta(days=365, minutes=20)):
        joan = story.visitor.anew().as_(story.joan_id)
        page = joan(f"{ELM}/settings/promise/lower?promise=1")
    assert "nobody is left out for now" in page.text


def test_what_needs_javascript_is_said_only_where_it_runs(story: Story) -> None:
    page = story.joan(f"{ELM}/mailings/{story.sent()}/report")
    assert "by itself" in page.one(".with-script").get_text()
    page = story.joan(f"{ELM}/mailings/{story.draft()}/write")
    assert "saved by itself" in page.one(".with-script").get_text()
    assert page.one(".without-script")


def test_too_late_to_take_back_is_said(story: Story) -> None:
    sent = story.sent()
    page = story.amir(f"{ELM}/mailings/{sent}/report")
    with clock.at(now() + HOLD):
        late = page.submit("Take it back")
        assert late.status == 422
        assert "going out now" in late.text
        assert not story.amir(f"{ELM}/mailings/{sent}/report").select("main form")
        assert "It goes out now" in story.amir(f"{ELM}/mailings").text


def test_the_report_says_numbers_and_looks_again_by_itself(story: Story) -> None:
    sent = story.sent()
    leaver = contacts_of(story.group)[0]
    with transaction():
        membership.leave(leaver, how=How.LEAVE_PAGE, by=Who.contact(leaver), at=now())
    page = story.joan(f"{ELM}/mailings/{sent}/report")
    link = page.one("main a[hx-get]")
    assert (link["href"], link["hx-trigger"]) == (link["hx-get"], "click, every 10s")
    hand_over(sent)
    fragment = story.joan(f"{ELM}/mailings/{sent}/report", htmx=True)
    assert "2 people got it." in fragment.text
    assert "Withdrawn 1 They left your list before it went." in fragment.text
    assert not fragment.select("[hx-get]")
    assert "patient" not in fragment.text.replace("patients", "")
    assert "Report" in story.joan(f"{ELM}/mailings").text


def test_every_outcome_has_its_words(story: Story) -> None:
    sent = story.sent()
    words = {
        "uncertain": "Uncertain",
        "refused": "Failed: refused",
        "given_up": "Failed: given up",
        "withdrawn": "Withdrawn",
        "queued": "Waiting",
    }
    for state, said in words.items():
        with transaction():
            row = deliveries(sent)[0]
            row.state, row.at = state, now() if state == "uncertain" else None
            row.tries = 1
        assert said in story.joan(f"{ELM}/mailings/{sent}/report").text
    for because, said in {"none_left": "none left", "paused": "paused", "promise_lowered": "promise lowered"}.items():
        with transaction():
            row = deliveries(sent)[0]
            row.state, row.left_out_because = "left_out", because
        assert f"Left out: {said}" in story.joan(f"{ELM}/mailings/{sent}/report").text


def test_a_draft_is_thrown_away_on_a_page_of_its_own(story: Story) -> None:
    draft = story.draft()
    page = story.joan(f"{ELM}/mailings/{draft}/write").click("Throw this draft away")
    page = page.submit("Throw it away").follow()
    assert "The draft was thrown away. Nobody got it." in page.text
    assert story.joan(f"{ELM}/mailings/{draft}/write").location == f"{ELM}/mailings/{draft}/report"
    assert "thrown away" in story.joan(f"{ELM}/mailings/{draft}/report").text
    assert story.joan(f"{ELM}/mailings/{story.draft()}/report").location


# The public's side


def test_the_web_copy_appears_with_the_first_handover(story: Story) -> None:
    sent = story.sent()
    assert story.visitor(f"{ELM}/mailings/{sent}").status == 404
    assert story.joan(f"{ELM}/mailings/{sent}").status == 404
    hand_over(sent)
    page = story.visitor(f"{ELM}/mailings/{sent}")
    assert page.heading == "Our summer meeting"
    assert page.one("article a")["href"] == "https://example.org/say"
    assert "/u/" not in page.html
    assert "patient0" not in page.html


def test_the_promise_page_lists_every_mailing_with_its_number(story: Story) -> None:
    page = story.visitor(f"{ELM}/promise")
    assert "We email you at most 4 times in any twelve months." in page.text
    assert "We have sent nothing yet" in page.text
    for days in (0, 10, 370):
        with clock.at(now() + timedelta(days=days)):
            hand_over(story.sent())
    story.sent()  # held: not yet public
    rows = [row.get_text(" ", strip=True) for row in story.visitor(f"{ELM}/promise").select("tbody tr")]
    assert [row.split()[-1] for row in rows] == ["2", "2", "1"]
    assert "Thursday 4 March 2027" in rows[-1]


def test_the_promise_page_tells_how_the_promise_changed(story: Story) -> None:
    with transaction():
        membership.lower_promise(story.group, 2, by=Who.person(story.joan_id), at=now())
    with clock.at(now() + timedelta(days=1)), transaction():
        actions.raise_promise(story.group, 3, why="There is more news.", by=Who.person(story.joan_id), at=now())
    told = [line.get_text(" ", strip=True) for line in story.visitor(f"{ELM}/promise").select("main ul li")]
    assert told == [
        "Friday 5 March 2027 : raised to at most 3 emails. It counts for each person only once we told them.",
        "Thursday 4 March 2027 : lowered to at most 2 emails. It counts for everybody since that day.",
    ]


def test_promised_once_reads_once(inside: Flask, visit: Visit) -> None:
    Story(visit, promise=1)
    assert "We email you at most once in any twelve months." in visit(f"{ELM}/promise").text


# Doors


@pytest.mark.parametrize("address", ["write", "send", "report", "reach", "preview", "discard"])
def test_another_groups_mailing_is_not_found_there(story: Story, address: str) -> None:
    _, (cath, *_) = a_list(1, slug="oak-lane")
    draft = story.draft()
    assert story.joan(f"{ELM}/mailings/{draft}/{address}").status in {200, 303}
    assert story.visitor.as_(cath)(f"/groups/oak-lane/mailings/{draft}/{address}").status == 404
    assert story.visitor.as_(cath)(f"{ELM}/mailings/{draft}/{address}").status == 404
    assert story.visitor(f"{ELM}/mailings/{draft}/{address}").location.startswith("/sign-in?next=")


def test_looking_changes_nothing(story: Story) -> None:
    draft, sent = story.draft(), story.sent()
    before = [(m.id, m.version, m.state, m.edited_at) for m in session().query(Mailing).order_by(Mailing.id)]
    for address in (f"{draft}/write", f"{draft}/send", f"{draft}/preview", f"{draft}/reach", f"{sent}/report"):
        story.joan(f"{ELM}/mailings/{address}")
    session().expire_all()
    assert before == [(m.id, m.version, m.state, m.edited_at) for m in session().query(Mailing).order_by(Mailing.id)]
