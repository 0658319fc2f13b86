"""What follows from a message that came back: once, and by its token alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pcnppg.groups.models import Group
from pcnppg.kernel import clock, keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing import queries as mailings
from pcnppg.mailing.queries import missed
from pcnppg.mailing.rules.life import Missed
from pcnppg.membership import actions as membership
from pcnppg.membership import queries as contacts
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import ReachedBy, Stopped, Ways
from pcnppg.post.jobs.command import worker_of
from pcnppg.post.models import OutboxMessage
from pcnppg.post.rules import refused
from pcnppg.returns import actions, queries
from pcnppg.returns.models import TakenMail
from pcnppg.returns.rules import Did, What
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.mailing.lists import a_draft, deliveries, send
from tests.membership import forms
from tests.membership.stories import (
    ask,
    confirm,
    confirm_token,
    joined,
    leave,
    leave_token,
    letters,
    my_token,
    what_happened,
)
from tests.returns.stories import (
    PAT,
    again,
    complaint,
    delivery_to,
    full,
    mail,
    mailed,
    report,
    return_path,
    take,
    with_pat,
)
from tests.visiting import Visit


def written_down(group: Group, text: str, *, name: str) -> Contact:
    """Somebody on paper, with an address as an officer copied it."""
    return forms.written_down(group, Ways(ReachedBy.EMAIL, EmailAddress.parse(text)), name=name)


LATER = THE_DAY + timedelta(hours=2)


def test_a_hard_return_stops_the_address_and_withdraws_no_consent(inside: Flask) -> None:
    group, pat = with_pat()
    officer = making.an_officer(group)
    first = mailed(inside, group, officer)
    held = send(group.id, officer)
    with clock.at(LATER):
        assert take(report(return_path(delivery_to(pat, first)))) is Did.NOTED
    contact = again(pat)
    assert (contact.state, contact.stopped_at, contact.stopped_because) == ("active", LATER, "hard")
    assert [line[0] for line in what_happened(pat)] == ["agreed"]
    came = delivery_to(pat, first)
    assert (came.state, came.returned, came.returned_at, came.returned_status) == (
        "handed_over",
        "hard",
        LATER,
        "5.1.1",
    )
    waiting = delivery_to(pat, held)
    assert (waiting.state, waiting.left_out_because) == ("left_out", "stopped")
    # Settled 4: the mailing that came back still counts.
    assert mailings.count_used([pat.id], LATER)[pat.id] == 1
    assert contacts.count_stopped(group.id) == 1
    assert contacts.count_active(group.id) == 0


def test_a_stopped_address_gets_no_mailing_and_the_writer_is_told(inside: Flask) -> None:
    group, pat = with_pat()
    kim = joined(group, "kim@example.com")
    officer = making.an_officer(group)
    take(report(return_path(delivery_to(pat, mailed(inside, group, officer)))))
    found = mailings.forecast_for(group.id, clock.now())
    assert (found.reached, found.stopped) == (1, 1)
    sent = mailed(inside, group, officer)
    outcomes = mailings.outcomes_of(sent)
    assert (outcomes.delivered, outcomes.stopped, outcomes.left_out) == (1, 1, 1)
    assert delivery_to(pat, sent).left_out_because == "stopped"
    assert missed.count_missed(mailings.get_mailing(group.id, sent)) == {Missed.NO_ADDRESS: 1}
    assert delivery_to(kim, sent).state == "handed_over"


def test_a_report_that_comes_back_later_shows_in_what_became_of_the_mailing(inside: Flask) -> None:
    group, pat = with_pat()
    first = mailed(inside, group, making.an_officer(group))
    take(full(return_path(delivery_to(pat, first))))
    outcomes = mailings.outcomes_of(first)
    assert (outcomes.delivered, outcomes.came_back) == (0, 1)
    (named,) = missed.list_missed(mailings.get_mailing(group.id, first))
    assert (named.contact_id, named.why, named.answer) == (pat.id, Missed.CAME_BACK, "5.2.2")


def test_a_stop_between_two_tries_keeps_the_second_from_going(inside: Flask) -> None:
    group, pat = with_pat()
    officer = making.an_officer(group)
    send(group.id, officer)
    with transaction():
        membership.mark_stopped([pat.id], because=Stopped.HARD, at=clock.now())
    with clock.at(LATER), transaction():
        (due,) = mailings.list_due(LATER)
        assert mailing.claim(due.id, group.id, worker="w", at=LATER, limit=20) == []
    assert delivery_to(pat, due.id).left_out_because == "stopped"


def test_three_soft_returns_in_a_row_stop_the_address(inside: Flask) -> None:
    group, pat = with_pat(promise=12)
    officer = making.an_officer(group)
    for n in range(3):
        assert again(pat).stopped_at is None
        with clock.at(THE_DAY + timedelta(days=n)):
            take(full(return_path(delivery_to(pat, mailed(inside, group, officer)))))
    assert again(pat).stopped_because == "soft"


def test_a_mailing_that_arrives_in_between_begins_the_count_anew(inside: Flask) -> None:
    group, pat = with_pat(promise=12)
    officer = making.an_officer(group)
    for n in range(5):
        with clock.at(THE_DAY + timedelta(days=n)):
            sent = mailed(inside, group, officer)
            if n != 2:
                take(full(return_path(delivery_to(pat, sent))))
    assert again(pat).stopped_at is None


def test_a_forged_report_changes_nothing(inside: Flask) -> None:
    group, pat = with_pat()
    right = return_path(delivery_to(pat, mailed(inside, group, making.an_officer(group))))
    wrong = right[:-20] + ("a" if right[-20] != "a" else "b") + right[-19:]
    elsewhere = right.replace("pcnppg.test", "elsewhere.test")
    other_purpose = f"b+{keys.current().sign('leave', 1)}@pcnppg.test"
    for to in (wrong, elsewhere, other_purpose, PAT, f"b+{keys.current().sign('bounce', 4711)}@pcnppg.test"):
        assert take(report(to) + b"\n" + PAT.encode()) is Did.NOTHING
    assert again(pat).stopped_at is None


def test_a_replayed_report_changes_nothing(inside: Flask) -> None:
    group, pat = with_pat()
    raw = report(return_path(delivery_to(pat, mailed(inside, group, making.an_officer(group)))))
    assert take(raw) is Did.NOTED
    with transaction():
        membership.try_again(group.id, pat.id, by=Who.person(1), at=clock.now())
    assert take(raw) is Did.BEFORE
    assert take(raw + b"\nchanged a little") is Did.NOTHING
    assert again(pat).stopped_at is None


def test_a_report_about_mail_from_before_it_was_mended_changes_nothing(inside: Flask) -> None:
    group, pat = with_pat()
    officer = making.an_officer(group)
    first, second = mailed(inside, group, officer), mailed(inside, group, officer)
    take(report(return_path(delivery_to(pat, first))))
    with clock.at(LATER), transaction():
        membership.try_again(group.id, pat.id, by=Who.person(officer), at=LATER)
    with clock.at(LATER + timedelta(hours=1)):
        assert take(report(return_path(delivery_to(pat, second)))) is Did.NOTED
    assert again(pat).stopped_at is None
    assert delivery_to(pat, second).returned == "hard"


def test_what_was_never_handed_over_cannot_come_back(inside: Flask) -> None:
    group, pat = with_pat()
    waiting = delivery_to(pat, send(group.id, making.an_officer(group)))
    assert take(report(return_path(waiting))) is Did.NOTHING
    assert again(pat).stopped_at is None


def test_all_who_share_the_mailbox_are_stopped_with_it(inside: Flask) -> None:
    group, pat = with_pat()
    ask(group, PAT, name="Kim Lee")
    with transaction():
        digest = contacts.words_of(group).digest
        kim = membership.confirm(_any_link(), digest=digest, name="Kim Lee", at=clock.now())
    sent = mailed(inside, group, making.an_officer(group))
    take(report(return_path(delivery_to(pat, sent))))
    assert again(kim.id).stopped_because == again(pat).stopped_because == "hard"
    assert [one.returned for one in deliveries(sent)] == ["hard", "hard"]


def _any_link() -> str:
    """The link of the newest mail about a form."""
    return str([x for x in letters() if "token" in x["values"]][-1]["values"]["token"])


def test_another_groups_list_is_not_touched(inside: Flask) -> None:
    group, pat = with_pat()
    other, theirs = with_pat(slug="oak")
    take(report(return_path(delivery_to(pat, mailed(inside, group, making.an_officer(group))))))
    assert again(theirs).stopped_at is None
    assert contacts.count_stopped(other.id) == 0


def test_a_late_delivery_and_a_note_of_absence_change_nothing(inside: Flask) -> None:
    group, pat = with_pat()
    to = return_path(delivery_to(pat, mailed(inside, group, making.an_officer(group))))
    assert take(report(to, action="delayed", status="4.4.1")) is Did.NOTHING
    assert take(mail(to, subject="Automatic reply: Our summer meeting")) is Did.NOTHING
    assert again(pat).stopped_at is None
    assert not letters("reply")


def test_a_refusal_at_the_door_stops_the_address_too(inside: Flask) -> None:
    group, pat = with_pat()
    send(group.id, making.an_officer(group))
    with clock.at(LATER), transaction():
        (due,) = mailings.list_due(LATER)
        (claimed,) = mailing.claim(due.id, group.id, worker="w", at=LATER, limit=20)
        mailing.settle("w", [(claimed.delivery.id, refused("550 5.1.1"))], at=LATER)
    assert again(pat).stopped_because == "hard"
    assert delivery_to(pat, due.id).state == "refused"


def test_a_hard_return_within_seven_days_undoes_the_telling(inside: Flask) -> None:
    group, pat = with_pat(promise=2)
    officer = making.an_officer(group)
    with transaction():
        told = mailing.raise_promise(group.id, 6, why="There is more news.", by=Who.person(officer), at=clock.now())
        assert told is not None
        number = told.id
    with clock.at(THE_DAY + timedelta(minutes=16)):
        worker_of(inside).run(once=True)
    assert again(pat).promise == 6
    with clock.at(THE_DAY + timedelta(days=7)):
        take(report(return_path(delivery_to(pat, number))))
    assert again(pat).promise == 2
    assert what_happened(pat)[1:] == [("told", "mailing", 6), ("untold", "returned", 2)]


@pytest.mark.parametrize(("days", "kept"), [(8, 6), (1, 2)])
def test_after_seven_days_the_telling_stands(inside: Flask, days: int, kept: int) -> None:
    group, pat = with_pat(promise=2)
    officer = making.an_officer(group)
    with transaction():
        told = mailing.raise_promise(group.id, 6, why="There is more news.", by=Who.person(officer), at=clock.now())
        assert told is not None
        number = told.id
    with clock.at(THE_DAY + timedelta(minutes=16)):
        worker_of(inside).run(once=True)
    with clock.at(THE_DAY + timedelta(days=days)):
        take(report(return_path(delivery_to(pat, number))))
    assert again(pat).promise == kept


def test_who_agreed_again_since_keeps_the_number_they_agreed_to(inside: Flask) -> None:
    group, pat = with_pat(promise=2)
    officer = making.an_officer(group)
    with transaction():
        told = mailing.raise_promise(group.id, 6, why="There is more news.", by=Who.person(officer), at=clock.now())
        assert told is not None
        number = told.id
    with clock.at(THE_DAY + timedelta(minutes=16)):
        worker_of(inside).run(once=True)
    with clock.at(LATER), transaction():
        membership.renew(pat.id, digest=contacts.words_of(group).digest, at=LATER)
    with clock.at(THE_DAY + timedelta(days=1)):
        take(report(return_path(delivery_to(pat, number))))
    assert again(pat).promise == 6
    assert again(pat).stopped_at is None  # they pressed a link since


def test_a_telling_that_was_none_is_not_undone(inside: Flask) -> None:
    _, pat = with_pat()
    with transaction():
        membership.untell(pat.id, tells=6, since=THE_DAY, handed_over_at=THE_DAY, at=THE_DAY)
    assert len(what_happened(pat)) == 1


@pytest.mark.parametrize("where", ["return path", "quoted"])
def test_a_complaint_takes_everybody_at_the_mailbox_off(inside: Flask, where: str) -> None:
    group, pat = with_pat()
    came = delivery_to(pat, mailed(inside, group, making.an_officer(group)))
    message_id = f"Message-ID: <d.{keys.current().sign('delivery', came.id)}@pcnppg.test>"
    raw = complaint(return_path(came)) if where == "return path" else complaint("fbl@pcnppg.test", message_id)
    assert take(raw) is Did.LEFT
    assert again(pat).state == "left"
    assert what_happened(pat)[1:] == [("withdrawn", "complaint", None)]
    assert take(raw) is Did.BEFORE


def test_a_mail_to_the_leaving_address_leaves_and_may_come_again(inside: Flask) -> None:
    group, pat = with_pat()
    raw = mail(f"u+{leave_token(pat)}@pcnppg.test", subject="leave", text="")
    assert take(raw) is Did.LEFT
    assert take(raw) is Did.LEFT
    assert what_happened(pat)[1:] == [("withdrawn", "mailto", None)]
    ask(group, PAT)
    confirm(group, confirm_token(PAT))
    assert take(raw) is Did.LEFT
    assert again(pat).state == "left"


def test_who_answers_with_nothing_but_leave_leaves(inside: Flask) -> None:
    group, pat = with_pat()
    to = return_path(delivery_to(pat, mailed(inside, group, making.an_officer(group))))
    assert take(mail(to, text="Please unsubscribe me.")) is Did.LEFT
    assert again(pat).state == "left"


def test_a_right_token_for_nobody_is_nothing_to_do(inside: Flask) -> None:
    with_pat()
    assert take(mail(f"u+{keys.current().sign('leave', 4711)}@pcnppg.test")) is Did.NOTHING
    assert take(mail(f"b+{keys.current().sign('bounce', 4711)}@pcnppg.test")) is Did.NOTHING
    assert take(mail(f"b+{keys.current().sign('bounce', 4711)}@pcnppg.test", text="unsubscribe")) is Did.NOTHING
    assert take(mail("b+1-aaaa@pcnppg.test", text="unsubscribe")) is Did.NOTHING
    assert take(report(f"m+{keys.current().sign('returned', 4711)}@pcnppg.test")) is Did.NOTHING


def test_a_reply_goes_on_to_the_groups_mailbox_and_nothing_of_it_stays(inside: Flask) -> None:
    group, pat = with_pat()
    to = return_path(delivery_to(pat, mailed(inside, group, making.an_officer(group))))
    raw = mail(to, text="My knee hurts.\x07 See you.")
    assert take(raw) is Did.PASSED_ON
    assert take(raw) is Did.BEFORE
    (letter,) = [one for one in letters() if one["kind"] == "returns/reply"]
    assert (letter["to"], letter["about"]) == (group.reply_address, ("contact", pat.id))
    assert (letter["values"]["reply_text"], letter["values"]["sender"]) == ("My knee hurts. See you.", PAT)
    with clock.at(LATER):
        worker_of(inside).run(once=True)
    session().rollback()
    row = session().scalars(select(OutboxMessage).where(OutboxMessage.kind == "returns/reply")).one()
    assert (row.state, row.sealed) == ("handed_over", None)


def test_a_reply_to_a_group_without_a_mailbox_goes_to_its_officers(inside: Flask) -> None:
    group, pat = with_pat(reply_address="")
    officer = making.an_officer(group, address="ann@example.com")
    to = return_path(delivery_to(pat, mailed(inside, group, officer)))
    assert take(mail(to, sender="nonsense")) is Did.PASSED_ON
    (letter,) = [one for one in letters() if one["kind"] == "returns/reply"]
    assert (letter["to"], letter["values"]["reply_to"]) == ("ann@example.com", None)


def _service_path(kind: str) -> str:
    session().rollback()
    found = select(OutboxMessage.id).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id.desc())
    return f"m+{keys.current().sign('returned', session().scalars(found).first() or 0)}@pcnppg.test"


def test_a_form_with_a_wrong_address_is_found_out_at_once(inside: Flask) -> None:
    group, _ = with_pat()
    ann = written_down(group, "ann@example.com", name="Ann Bell")
    assert take(full(_service_path("membership/written_down"))) is Did.NOTHING
    assert take(report(_service_path("membership/written_down"))) is Did.NOTED
    assert again(ann).stopped_because == "hard"
    assert take(report(_service_path("membership/written_down")) + b"\n") is Did.NOTHING


def test_a_returned_mail_to_nobody_on_the_list_changes_nothing(inside: Flask) -> None:
    group, pat = with_pat()
    ask(group, "new@example.com")
    assert take(report(_service_path("membership/confirm"))) is Did.NOTHING
    assert again(pat).stopped_at is None


def test_trying_again_is_for_all_who_share_and_only_where_it_stopped(inside: Flask) -> None:
    group, pat = with_pat()
    with pytest.raises(RuleBroken, match="works"), transaction():
        membership.try_again(group.id, pat.id, by=Who.person(1), at=clock.now())
    with pytest.raises(NotFound), transaction():
        membership.try_again(group.id + 1, pat.id, by=Who.person(1), at=clock.now())


def test_a_copied_address_is_corrected_and_its_reader_told(inside: Flask) -> None:
    group, _ = with_pat()
    ann = written_down(group, "anm@example.com", name="Ann Bell")
    officer = making.an_officer(group)
    take(report(_service_path("membership/written_down")))
    wrong = my_token(group, "anm@example.com")
    with clock.at(LATER), transaction():
        by = Who.person(officer)
        membership.correct_address(group.id, ann.id, address=EmailAddress.parse("ann@example.com"), by=by, at=LATER)
    found = again(ann)
    assert (found.mailbox, found.stopped_at, found.tried_at) == ("ann@example.com", None, LATER)
    assert what_happened(ann)[-1] == ("corrected", "paper", None)
    told = letters("written_down")[-1]
    assert (told["to"], told["values"]["channel"]) == ("ann@example.com", "paper")
    with pytest.raises(NotFound):
        contacts.get_my_link(wrong, at=LATER)


def test_what_cannot_be_corrected_is_refused_in_words(inside: Flask) -> None:
    group, pat = with_pat()
    ann = written_down(group, "anm@example.com", name="Pat Lee")
    kim = joined(group, "kim@example.com")
    leave(kim)
    for contact in (pat, ann):
        with transaction():
            membership.mark_stopped([contact.id], because=Stopped.SOFT, at=clock.now())

    def correct(contact: Contact, text: str) -> None:
        with transaction():
            where = EmailAddress.parse(text)
            membership.correct_address(group.id, contact.id, address=where, by=Who.person(1), at=clock.now())

    with pytest.raises(RuleBroken, match="themselves"):
        correct(pat, "new@example.com")
    with pytest.raises(RuleBroken, match="left the list"):
        correct(ann, "kim@example.com")
    with pytest.raises(RuleBroken, match="on the list at this address"):
        correct(ann, PAT)
    correct(pat, PAT)
    assert again(pat).stopped_at is None


def test_who_shares_the_old_address_keeps_it(inside: Flask) -> None:
    group, _ = with_pat()
    ann = written_down(group, "anm@example.com", name="Ann Bell")
    bob = written_down(group, "anm@example.com", name="Bob Bell")
    with transaction():
        membership.mark_stopped([ann.id, bob.id], because=Stopped.HARD, at=clock.now())
        where = EmailAddress.parse("ann@example.com")
        membership.correct_address(group.id, ann.id, address=where, by=Who.person(1), at=clock.now())
    assert again(bob).mailbox == "anm@example.com"
    assert again(bob).stopped_because == "hard"


def test_whoever_presses_a_link_that_was_mailed_there_shows_that_it_works(inside: Flask, visit: Visit) -> None:
    group, pat = with_pat()
    with transaction():
        membership.mark_stopped([pat.id], because=Stopped.HARD, at=clock.now())
        assert membership.mark_stopped([pat.id], because=Stopped.SOFT, at=clock.now()) == 0
    page = visit(f"/my/{my_token(group, PAT)}")
    assert "our mailings to you came back" in page.text
    page = page.submit("Yes, email me again").follow()
    assert again(pat).stopped_at is None
    assert "Yes, email me again" not in page.text


def test_joining_again_at_a_stopped_address_lets_mail_go_there_again(inside: Flask) -> None:
    group, pat = with_pat()
    ask(group, PAT)
    token = _any_link()
    with transaction():
        membership.mark_stopped([pat.id], because=Stopped.HARD, at=clock.now())
    confirm(group, token)
    assert again(pat).stopped_at is None


def test_an_erased_contact_keeps_no_mark_of_it(inside: Flask) -> None:
    _, pat = with_pat()
    with transaction():
        membership.mark_stopped([pat.id], because=Stopped.HARD, at=clock.now())
        membership.erase(pat.id, by=Who.contact(pat.id), at=clock.now())
    found = again(pat)
    assert (found.stopped_at, found.stopped_because, found.tried_at) == (None, None, None)
    with transaction():
        assert not mailing.stop_address(pat.id, because=Stopped.HARD, sent_at=LATER, at=LATER)
        assert not mailing.stop_address(4711, because=Stopped.HARD, sent_at=LATER, at=LATER)


def test_which_mail_came_back_is_forgotten_after_a_month(inside: Flask) -> None:
    with_pat()
    take(b"From: kim@example.com\n\nHello")
    assert queries.count_taken(since=THE_DAY - timedelta(days=1))[What.REPLY] == 1
    with transaction():
        assert actions.forget_old(at=THE_DAY + timedelta(days=30)) == {"marks of mail that came back": 1}
    assert session().scalars(select(TakenMail)).all() == []


def test_a_draft_to_a_list_of_stopped_addresses_is_refused_in_words(inside: Flask) -> None:
    group, pat = with_pat()
    officer = making.an_officer(group)
    with transaction():
        membership.mark_stopped([pat.id], because=Stopped.HARD, at=clock.now())
    number = a_draft(group.id, officer)
    with pytest.raises(RuleBroken, match="stopped working"):
        send(group.id, officer, mailing_id=number)
