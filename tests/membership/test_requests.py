"""What people ask about their data: how it is written down, what each step changes, what objecting and complaining do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from pcnppg.audit.models import AuditEntry
from pcnppg.groups.models import Group
from pcnppg.kernel import clock, keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import Contact, DataRequest, RequestNote, RequestStep, Suppression
from pcnppg.membership.rules import Awaited, CameBy, Outcome, RequestKind, State
from pcnppg.post.emails import render
from pcnppg.store.session import session, transaction
from tests.conftest import THE_DAY
from tests.membership.forms import by_post, written_down
from tests.membership.stories import (
    address,
    beside,
    contact_of,
    joined,
    leave,
    letters,
    letters_to,
    my_token,
    the_group,
    what_happened,
)

PAT = "pat.lee@example.com"
TODAY = THE_DAY.date()
OFFICER = Who.person(7)
DAY = timedelta(days=1)


def write(group: Group | int, kind: RequestKind = RequestKind.ACCESS, **over: Any) -> int:
    """An officer writes a request down: its number."""
    given: dict[str, Any] = {
        "came_by": CameBy.LETTER,
        "received_on": TODAY,
        "contact_id": None,
        "who": "Jo March",
        "answer_to": "2 Elm Road",
        "asked": "Please.",
    }
    with transaction():
        group_id = group if isinstance(group, int) else group.id
        return actions.write_down_request(group_id, kind=kind, by=OFFICER, at=clock.now(), **{**given, **over}).id


def do(act: Any, group: Group, request_id: int, **values: Any) -> None:
    with transaction():
        act(group.id, request_id, by=OFFICER, at=clock.now(), **values)


def row(request_id: int) -> DataRequest:
    session().rollback()
    return session().get_one(DataRequest, request_id)


def log(request_id: int) -> list[tuple[str, date, str]]:
    session().rollback()
    return [(line.step.what, line.step.day, line.words) for line in queries.list_log(request_id)]


def audited(request_id: int) -> list[str]:
    found = select(AuditEntry.what).where(AuditEntry.about_kind == "data_request", AuditEntry.about_id == request_id)
    return list(session().scalars(found.order_by(AuditEntry.id)))


@pytest.fixture
def group(inside: Flask) -> Group:
    return the_group()


def test_a_request_is_written_down_with_the_first_line_of_its_log(group: Group) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    ours = write(group, contact_id=pat.id, received_on=TODAY - DAY)
    kept = row(ours)
    assert (kept.contact_id, kept.who, kept.answer_to, kept.asked) == (pat.id, None, None, "Please.")
    assert log(ours) == [("received", TODAY - DAY, "")]
    other = row(write(group))
    assert (other.contact_id, other.who, other.answer_to, other.mailbox_hash) == (None, "Jo March", "2 Elm Road", None)
    assert audited(ours) == ["membership.request_received"]


def test_it_cannot_have_come_tomorrow_and_nothing_is_kept(group: Group) -> None:
    with pytest.raises(RuleBroken, match="still to come") as refused:
        write(group, received_on=TODAY + DAY)
    assert refused.value.field == "received_on"
    assert queries.list_open(group.id, today=TODAY) == []


def test_a_contact_of_another_group_cannot_be_named(group: Group) -> None:
    theirs = joined(the_group("oak-hill"), PAT)
    with pytest.raises(NotFound):
        write(group, contact_id=theirs.id)


def test_another_groups_request_is_not_found(group: Group) -> None:
    theirs = write(the_group("oak-hill"))
    with pytest.raises(NotFound):
        queries.get_asked(group.id, theirs, today=TODAY)
    for act in (actions.acknowledge, actions.erase_for_request):
        with pytest.raises(NotFound):
            do(act, group, theirs)
    assert log(theirs) == [("received", TODAY, "")]


def test_open_requests_stand_by_their_last_day_and_closed_ones_by_when(group: Group) -> None:
    later, sooner = write(group), write(group, received_on=TODAY - 20 * DAY)
    complaint, done = write(group, RequestKind.COMPLAINT), write(group)
    do(actions.acknowledge, group, complaint)
    do(actions.close_request, group, done, outcome=Outcome.REFUSED, words="We hold nothing.")
    assert [one.request.id for one in queries.list_open(group.id, today=TODAY)] == [sooner, later, complaint]
    assert [one.request.id for one in queries.list_closed(group.id, today=TODAY)] == [done]
    assert queries.count_closed(group.id) == 1
    assert [one.request.id for one in queries.list_pressing(group.id, today=TODAY + 6 * DAY)] == [sooner, complaint]


def test_who_asks_is_said_as_well_as_it_is_known(group: Group) -> None:
    named, unnamed = joined(group, PAT, name="Pat Lee"), joined(group, "kim@example.com")
    asks = [write(group, contact_id=named.id), write(group, contact_id=unnamed.id), write(group), write(group, who="")]
    assert [queries.get_asked(group.id, one, today=TODAY).who for one in asks] == [
        "Pat Lee",
        "kim@example.com",
        "Jo March",
        "2 Elm Road",
    ]


def test_a_clock_stops_goes_on_and_the_days_between_are_added(group: Group) -> None:
    ours = write(group)
    due = queries.get_asked(group.id, ours, today=TODAY).due_on
    assert due == date(2027, 4, 5)
    do(actions.pause_request, group, ours, awaited=Awaited.IDENTITY, on=TODAY, words="A letter with your address?")
    with clock.at(THE_DAY + 9 * DAY):
        do(actions.resume_request, group, ours, on=TODAY + 8 * DAY, words="")
    kept = row(ours)
    assert (kept.paused_since, kept.resumed_on, kept.paused_days) == (None, TODAY + 8 * DAY, 8)
    assert kept.timing.due_on(TODAY) == date(2027, 4, 12)
    assert log(ours)[1:] == [
        ("paused", TODAY, "A letter with your address?"),
        ("resumed", TODAY + 8 * DAY, ""),
    ]
    with clock.at(THE_DAY + 9 * DAY), pytest.raises(RuleBroken, match="cannot be before 12 March 2027"):
        do(actions.pause_request, group, ours, awaited=Awaited.MEANING, on=TODAY, words="")


def test_more_time_is_taken_once_with_its_reason(group: Group) -> None:
    ours = write(group)
    do(actions.extend_request, group, ours, words="There are eleven folders.")
    assert row(ours).timing.due_on(TODAY) == date(2027, 6, 4)
    assert log(ours)[-1] == ("extended", TODAY, "There are eleven folders.")
    with pytest.raises(RuleBroken, match="already"):
        do(actions.extend_request, group, ours, words="Again.")


def test_closing_lets_a_standing_clock_go_on_first(group: Group) -> None:
    ours = write(group)
    do(actions.pause_request, group, ours, awaited=Awaited.MEANING, on=TODAY, words="")
    with clock.at(THE_DAY + 3 * DAY):
        do(actions.close_request, group, ours, outcome=Outcome.TAKEN_BACK, words="")
        with pytest.raises(RuleBroken):
            do(actions.close_request, group, ours, outcome=Outcome.DONE, words="")
        with pytest.raises(RuleBroken):
            do(actions.note_request, group, ours, words="Late.")
    kept = row(ours)
    assert (kept.closed_on, kept.outcome, kept.paused_days, kept.paused_since) == (
        TODAY + 3 * DAY,
        "taken_back",
        3,
        None,
    )
    assert [what for what, _, _ in log(ours)] == ["received", "paused", "resumed", "closed"]


def test_a_line_can_be_written_into_the_log_and_none_taken_out(group: Group) -> None:
    ours = write(group)
    do(actions.note_request, group, ours, words="Rang them, no answer.")
    do(actions.acknowledge, group, ours)
    assert [what for what, _, _ in log(ours)] == ["received", "noted", "acknowledged"]
    assert row(ours).acknowledged_on == TODAY
    with pytest.raises(IntegrityError, match="only ever added"), transaction():
        session().execute(update(RequestStep).values(what="closed"))


def test_an_objection_stops_all_mail_at_once(group: Group) -> None:
    pat = joined(group, PAT)
    ours = write(group, RequestKind.OBJECTION, contact_id=pat.id, came_by=CameBy.PHONE)
    gone = contact_of(group, PAT)
    assert gone is not None
    assert gone.state == State.LEFT
    assert what_happened(pat)[-2:] == [("objected", "phone", None), ("withdrawn", "phone", None)]
    assert [what for what, _, _ in log(ours)] == ["received", "stopped"]
    assert row(ours).closed_on is None


def test_who_was_brought_in_without_evidence_can_object_too(group: Group) -> None:
    pat = joined(group, PAT)
    with transaction():
        session().get_one(Contact, pat.id).state = State.UNVERIFIED
    write(group, RequestKind.OBJECTION, contact_id=pat.id)
    gone = contact_of(group, PAT)
    assert gone is not None
    assert gone.state == State.LEFT


def test_an_address_that_objects_is_never_brought_in(group: Group) -> None:
    write(group, RequestKind.OBJECTION, answer_to="New.One@example.com", came_by=CameBy.EMAIL)
    write(group, RequestKind.OBJECTION, answer_to="2 Elm Road")
    assert list(session().scalars(select(Suppression.mailbox_hash))) == [
        keys.current().mailbox_hash("new.one@example.com")
    ]


def test_an_address_that_objects_is_taken_off_though_nobody_was_chosen_on_the_list(group: Group) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    kim = beside(pat, "Kim Lee")
    write(group, RequestKind.OBJECTION, answer_to=PAT.upper(), came_by=CameBy.EMAIL)
    for one in (pat, kim):
        assert what_happened(one)[-2:] == [("objected", "reply", None), ("withdrawn", "reply", None)]
    assert not list(session().execute(queries.select_active(group.id)))


def test_erasing_for_a_request_empties_and_closes_it(group: Group) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    other = write(group, contact_id=pat.id)
    do(actions.note_request, group, other, words="Pat rang.")
    ours = write(group, RequestKind.ERASURE, contact_id=pat.id)
    do(actions.erase_for_request, group, ours)
    assert session().get_one(Contact, pat.id).state == State.ERASED
    assert what_happened(pat)[-1] == ("erased", "letter", None)
    assert (row(ours).outcome, row(other).outcome) == ("done", "erased")
    assert [what for what, _, _ in log(ours)] == ["received", "erased", "closed"]
    assert row(ours).asked is None
    assert list(session().scalars(select(RequestNote.words))) == []
    assert queries.get_asked(group.id, ours, today=TODAY).who == ""
    with pytest.raises(RuleBroken):
        do(actions.erase_for_request, group, ours)


def test_erasing_somebody_empties_what_was_closed_and_leaves_how_it_ended(group: Group) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    closed = write(group, contact_id=pat.id)
    do(actions.close_request, group, closed, outcome=Outcome.DONE, words="Sent to Pat.")
    with transaction():
        actions.erase(pat.id, by=Who.contact(pat.id), at=clock.now())
    assert (row(closed).outcome, row(closed).asked) == ("done", None)
    assert list(session().scalars(select(RequestNote.words))) == []


def test_objecting_by_ones_own_page_is_done_at_once_and_once(group: Group) -> None:
    pat = joined(group, PAT)
    token = my_token(group, PAT)
    for _ in range(2):
        with transaction():
            actions.object_by_link(token, at=clock.now())
    (ours,) = queries.list_closed(group.id, today=TODAY)
    assert (ours.request.kind, ours.request.came_by, ours.request.outcome) == ("objection", "my_page", "done")
    assert what_happened(pat)[-2:] == [("objected", "my_page", None), ("withdrawn", "my_page", None)]
    assert [what for what, _, _ in log(ours.request.id)] == ["received", "stopped", "closed"]


def test_who_left_can_still_object(group: Group) -> None:
    pat = joined(group, PAT)
    leave(pat)
    token = my_token(group, PAT)
    with transaction():
        actions.object_by_link(token, at=clock.now())
    assert what_happened(pat)[-1] == ("objected", "my_page", None)


def test_a_complaint_from_ones_own_page_is_acknowledged_by_mail(group: Group) -> None:
    pat = joined(group, PAT)
    token = my_token(group, PAT)
    with transaction():
        actions.complain_by_link(token, words="My name hung in the hall.", at=clock.now())
    (ours,) = queries.list_open(group.id, today=TODAY)
    assert (ours.request.contact_id, ours.request.asked) == (pat.id, "My name hung in the hall.")
    assert (ours.request.acknowledged_on, ours.due_on) == (TODAY, None)
    (letter,) = letters("complaint")
    assert letter["to"] == PAT
    assert letter["about"] == ("data_request", ours.request.id)
    assert (letter["values"]["holder"], letter["values"]["contact"]) == ("Elm Tree Surgery", "privacy@elm-tree.example")
    assert "hall" not in str(letter)


def test_three_complaints_a_day_are_taken_from_ones_own_page(group: Group) -> None:
    joined(group, PAT)
    token = my_token(group, PAT)
    for _ in range(3):
        with transaction():
            actions.complain_by_link(token, words="Again.", at=clock.now())
    with pytest.raises(RuleBroken, match="three complaints"), transaction():
        actions.complain_by_link(token, words="Again.", at=clock.now())


def test_a_link_no_longer_opens_for_whoever_gets_letters_now(group: Group) -> None:
    pat = joined(group, PAT)
    token = my_token(group, PAT)
    with transaction():
        found = session().get_one(Contact, pat.id)
        found.reached_by, found.postal_address = "post", "2 Elm Road"
        found.address = found.mailbox = None
    with pytest.raises(NotFound), transaction():
        actions.complain_by_link(token, words="No post came.", at=clock.now())
    assert letters("complaint") == []


def test_a_link_of_nobody_on_the_list_objects_to_nothing(group: Group) -> None:
    from tests.membership.stories import ask

    ask(group, PAT)
    token = my_token(group, PAT)
    for act in (actions.object_by_link, actions.complain_by_link):
        more = {"words": "x"} if act is actions.complain_by_link else {}
        with pytest.raises(NotFound), transaction():
            act(token, at=clock.now(), **more)


def complain(group: Group, text: str, words: str = "You wrote to me.") -> None:
    with transaction():
        actions.complain(group.id, address=address(text), words=words, by=VISITOR, at=clock.now())


def test_anybody_can_complain_three_times_a_day(group: Group) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    for _ in range(4):
        complain(group, "Pat.Lee@Example.com")
    found = queries.list_open(group.id, today=TODAY)
    assert [(one.request.contact_id, one.request.answer_to, one.who) for one in found] == [
        (None, "Pat.Lee@Example.com", "Pat.Lee@Example.com")
    ] * 3
    assert len([letter for letter in letters_to(PAT) if letter["kind"] == "membership/complaint"]) == 3
    same = queries.find_same_mailbox(found[0].request)
    assert same is not None
    assert same.id == pat.id
    with clock.at(THE_DAY + DAY):
        complain(group, PAT)
    assert len(queries.list_open(group.id, today=TODAY)) == 4


def test_who_is_erased_takes_their_complaint_from_the_public_page_along(group: Group) -> None:
    complain(group, PAT, "Pat Lee was here.")
    complain(group, "kim@example.com", "So was I.")
    joined(group, PAT)
    token = my_token(group, PAT)
    with transaction():
        actions.erase_by_link(token, at=clock.now())
    emptied, kept = queries.list_closed(group.id, today=TODAY), queries.list_open(group.id, today=TODAY)
    assert [(one.request.answer_to, one.request.asked, one.request.outcome) for one in emptied] == [
        (None, None, "erased")
    ]
    assert [one.request.asked for one in kept] == ["So was I."]
    assert not [letter for letter in letters("complaint") if letter["to"] == PAT]


def test_a_year_after_it_was_closed_a_request_says_no_more_who_asked(group: Group) -> None:
    pat = joined(group, PAT)
    ours, open_still = write(group, contact_id=pat.id), write(group)
    do(actions.close_request, group, ours, outcome=Outcome.DONE, words="Sent by post to Pat.")
    for days, gone in ((365, 0), (366, 1), (367, 0)):
        with transaction():
            assert actions.forget_closed_requests(at=THE_DAY + days * DAY) == gone
    kept = row(ours)
    assert (kept.contact_id, kept.asked, kept.outcome, kept.closed_on) == (None, None, "done", TODAY)
    assert kept.emptied_at == THE_DAY + 366 * DAY
    assert log(ours) == [("received", TODAY, ""), ("closed", TODAY, "")]
    assert row(open_still).asked == "Please."


def test_the_daily_job_forgets_them(group: Group) -> None:
    from pcnppg.membership import jobs

    ours = write(group)
    do(actions.close_request, group, ours, outcome=Outcome.DONE, words="")
    jobs.forget_old(THE_DAY + 400 * DAY)
    assert row(ours).who is None


def test_what_somebody_asked_is_in_the_copy_of_what_is_held(group: Group) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    ours = write(group, contact_id=pat.id)
    do(actions.note_request, group, ours, words="Rang them.")
    told = queries.tell_about_contact(pat.id, clock.now())
    (asked,) = told["requests"]
    assert (asked["what"], asked["words"], asked["received"]) == ("access", "Please.", date(2027, 3, 4))
    assert [(line["what"], line["words"]) for line in asked["log"]] == [("received", None), ("noted", "Rang them.")]
    assert {"membership.request_received", "membership.request_noted"} <= {
        line["what"] for line in told["written_down"]
    }


def test_who_asked_is_told_by_mail_that_it_takes_longer_and_what_came_of_it(group: Group) -> None:
    pat = joined(group, PAT, name="Pat Lee")
    ours = write(group, contact_id=pat.id)
    do(actions.extend_request, group, ours, words="There are eleven folders.")
    do(actions.close_request, group, ours, outcome=Outcome.PARTLY, words="Her neighbour is named there.")
    longer, closed = letters("request_extended") + letters("request_closed")
    assert (longer["to"], longer["values"]["due_on"], longer["values"]["name"]) == (PAT, "2027-06-04", None)
    assert (closed["to"], closed["values"]["outcome"]) == (PAT, "partly")
    for letter, said in ((longer, "by Friday 4 June 2027"), (closed, "We did part of what you asked.")):
        text = render(letter["kind"], letter["values"]).text
        assert said in text
        assert "You asked Elm Tree Patient Group for a copy of what we hold about you." in text
        assert "folders" not in text + str(letter)
        assert "neighbour" not in text + str(letter)


def test_in_a_shared_mailbox_the_mail_says_whose_request_it_was(group: Group) -> None:
    kim = beside(joined(group, PAT, name="Pat Lee"), "Kim Lee")
    do(actions.close_request, group, write(group, contact_id=kim.id), outcome=Outcome.DONE, words="")
    (closed,) = letters("request_closed")
    assert closed["values"]["name"] == "Kim Lee"


def test_the_mail_goes_to_an_address_that_was_given_and_to_nobody_without_one(group: Group) -> None:
    for answer_to in ("Jo@example.com", "2 Elm Road"):
        do(actions.close_request, group, write(group, answer_to=answer_to), outcome=Outcome.DONE, words="")
    letter = written_down(group, by_post())
    do(actions.close_request, group, write(group, contact_id=letter.id), outcome=Outcome.DONE, words="")
    assert [letter["to"] for letter in letters("request_closed")] == ["jo@example.com"]
