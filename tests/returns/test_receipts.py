"""Delivery receipts of GOV.UK Notify: they feed what bounces feed, and settle doubts; a wrong token or reference nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from pcnppg.groups.models import Group
from pcnppg.kernel import clock, keys
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.mailing import emails, queries
from pcnppg.mailing.models import Delivery
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import ReachedBy, Stopped, Ways
from pcnppg.post import emails as post_emails
from pcnppg.post import rules
from pcnppg.post.jobs.worker import Worker
from pcnppg.post.models import OutboxMessage
from pcnppg.post.rules import State
from pcnppg.returns.formats import read_receipt
from pcnppg.returns.models import TakenMail
from pcnppg.returns.rules import What
from pcnppg.store.session import session, transaction
from tests import making
from tests.mailing.lists import a_draft, send
from tests.membership import forms
from tests.membership.stories import the_group
from tests.notify import TOKEN, NotifyServer, receipt
from tests.returns.stories import HOLD, PAT, again, complaint, delivery_to, mail, report, return_path, take, with_pat
from tests.visiting import Visit

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def notify(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[NotifyServer]:
    """The installation sends by Notify: its workers, and what its mail says of us."""
    monkeypatch.setattr(rules, "WORKER_PAUSES", (timedelta(milliseconds=20),))
    before = settings_of.current()
    with NotifyServer() as server:
        ours = replace(before, notify=server.settings(), base_url="https://127.0.0.1:5000")
        settings_of.use(ours)
        try:
            yield server
        finally:
            settings_of.use(before)


def work(app: Flask) -> None:
    """What is due goes, without what wakes by itself."""
    with clock.at(clock.now() + HOLD):
        Worker(settings_of.current(), queues=app.extensions["worker"].queues).run(once=True)


def tell(app: Flask, said: Any, headers: dict[str, str] | None = None, at: str = "/notify/receipts") -> TestResponse:
    data = said if isinstance(said, bytes) else json.dumps(said).encode()
    with clock.at(clock.now() + 2 * HOLD):
        return app.test_client().post(
            at, data=data, content_type="application/json", headers=BEARER if headers is None else headers
        )


def sent_to_pat(app: Flask, notify: NotifyServer, *how: Any) -> tuple[Group, Contact, int]:
    """A mailing to Pat alone, handed over as Notify does it now: the number of the delivery."""
    group, pat = with_pat()
    mailing = send(group.id, making.an_officer(group))
    with transaction():
        session().execute(update(OutboxMessage).values(expires_at=clock.now()))  # what the story has told before
    notify.misbehave(*how)
    work(app)
    return group, pat, delivery_to(pat, mailing).id


def row(delivery_id: int) -> Delivery:
    session().rollback()
    return session().get_one(Delivery, delivery_id, populate_existing=True)


def taken() -> int:
    return session().scalar(select(func.count()).select_from(TakenMail)) or 0


def test_a_mailing_goes_with_its_way_to_leave_and_the_promise(inside: Flask, notify: NotifyServer) -> None:
    _, pat, delivery_id = sent_to_pat(inside, notify)
    [mail] = [mail for mail in notify.taken if mail["email_address"] == PAT]
    leave = f"https://127.0.0.1:5000/u/{keys.current().sign('leave', pat.id)}"
    assert mail["one_click_unsubscribe_url"] == leave
    assert mail["reference"] == emails.reference(delivery_id)
    words = mail["personalisation"]
    assert words["subject"] == "Our summer meeting"
    assert words["body"].startswith("# Our summer meeting\n\nPlease come to our meeting on Tuesday.")
    assert "This is the 1st of at most 4 emails in twelve months. That is our promise to you." in words["body"]
    assert leave in words["body"]
    assert (row(delivery_id).state, row(delivery_id).answer) == (State.HANDED_OVER, "201")
    # RFC 8058: the address that Notify puts into the head takes a POST with nothing in it.
    assert inside.test_client().post(leave.partition(":5000")[2]).status_code == 200
    assert again(pat).state == "left"
    said = receipt(mail["reference"], "delivered")  # what we knew
    assert tell(inside, said).get_data(as_text=True) == "nothing to do\n"


def test_what_goes_out_without_an_answer_is_in_doubt_counts_and_is_not_sent_again(
    inside: Flask, notify: NotifyServer
) -> None:
    _, pat, delivery_id = sent_to_pat(inside, notify, "drop")
    assert row(delivery_id).state == State.UNCERTAIN
    assert queries.count_used([pat.id], clock.now() + HOLD) == {pat.id: 1}
    work(inside)
    work(inside)
    assert len(notify.taken) == 1
    assert row(delivery_id).state == State.UNCERTAIN


def test_a_receipt_settles_the_doubt(inside: Flask, notify: NotifyServer) -> None:
    _, _, delivery_id = sent_to_pat(inside, notify, "drop")
    said = receipt(notify.taken[0]["reference"], "delivered")
    assert tell(inside, said).get_data(as_text=True) == "noted as arrived\n"
    assert row(delivery_id).state == State.HANDED_OVER
    assert tell(inside, said).get_data(as_text=True) == "taken before\n"


@pytest.mark.parametrize(
    ("status", "returned", "stopped"),
    [
        ("permanent-failure", "hard", Stopped.HARD),
        ("temporary-failure", "soft", None),
        ("technical-failure", "soft", None),
    ],
)
def test_a_failure_is_a_return_and_only_a_permanent_one_stops_the_address_at_once(
    inside: Flask, notify: NotifyServer, status: str, returned: str, stopped: Stopped | None
) -> None:
    _, pat, delivery_id = sent_to_pat(inside, notify)
    said = receipt(notify.taken[0]["reference"], status)
    assert tell(inside, said).status_code == 200
    assert (row(delivery_id).returned, row(delivery_id).returned_status) == (returned, status)
    assert again(pat).stopped_because == stopped
    assert again(pat).state == "active"  # no withdrawal of consent
    at = row(delivery_id).returned_at
    assert tell(inside, said).get_data(as_text=True) == "taken before\n"
    assert (row(delivery_id).returned_at, taken()) == (at, 1)


def test_three_soft_failures_in_a_row_stop_the_address(inside: Flask, notify: NotifyServer) -> None:
    group, pat = with_pat()
    officer = making.an_officer(group)
    for _ in range(3):
        mailing = send(group.id, officer, mailing_id=a_draft(group.id, officer))
        work(inside)
        assert again(pat).stopped_because is None
        tell(inside, receipt(emails.reference(delivery_to(pat, mailing).id), "temporary-failure"))
    assert again(pat).stopped_because == Stopped.SOFT


def test_a_wrong_token_changes_nothing(inside: Flask, notify: NotifyServer) -> None:
    _, pat, delivery_id = sent_to_pat(inside, notify)
    told = receipt(notify.taken[0]["reference"], "permanent-failure")
    said_wrong = ("", TOKEN, f"Bearer {TOKEN}x", f"bearer {TOKEN}", "Bearer é")
    for wrong in ({}, *({"Authorization": said} for said in said_wrong)):
        assert tell(inside, told, wrong).status_code == 403
    assert (row(delivery_id).returned, again(pat).stopped_because, taken()) == (None, None, 0)


def test_without_a_token_of_ours_there_is_no_such_page(inside: Flask, notify: NotifyServer) -> None:
    settings_of.use(replace(settings_of.current(), notify=notify.settings(token=None)))
    assert tell(inside, receipt("b+1-x", "delivered"), {"Authorization": "Bearer None"}).status_code == 404
    settings_of.use(replace(settings_of.current(), notify=None))
    assert tell(inside, receipt("b+1-x", "delivered")).status_code == 404


def test_only_a_reference_of_ours_leads_anywhere(inside: Flask, notify: NotifyServer) -> None:
    """The address in a receipt is looked at by nobody: neither one of ours helps, nor is another's touched."""
    _, pat, delivery_id = sent_to_pat(inside, notify)
    real = notify.taken[0]["reference"]
    forged = [None, "", "b+", real[:-1], real.replace("b+", "m+"), real.replace("b+", "d+")]
    forged += [f"b+{delivery_id:x}-{'a' * 26}", "b+" + "f" * 400]
    for reference in forged:
        answer = tell(inside, receipt(reference, "permanent-failure", to=PAT))
        assert (answer.status_code, answer.get_data(as_text=True)) == (200, "nothing to do\n"), reference
        assert tell(inside, receipt(reference, "delivered", to=PAT)).status_code == 200
    forgotten = tell(inside, receipt(emails.reference(4711), "delivered", to=PAT))  # ours, but long gone
    assert forgotten.get_data(as_text=True) == "nothing to do\n"
    assert (row(delivery_id).returned, again(pat).stopped_because, taken()) == (None, None, 0)


def test_what_is_no_receipt_is_refused_and_what_is_too_long_is_not_read(inside: Flask, notify: NotifyServer) -> None:
    for raw in (b"", b"\xff", b"[]", b'"x"', b"{}", b'{"status": 1}', b'{"status": "sending", "reference": "b+1-x"}'):
        assert tell(inside, raw).status_code == 400
    assert tell(inside, receipt("b+1-x", "delivered", more="x" * 20_000)).status_code == 413


def test_a_receipt_that_comes_before_we_wrote_down_the_handover_is_asked_for_again(
    inside: Flask, notify: NotifyServer
) -> None:
    """Otherwise what it says would be lost: of a delivery in hand nobody knows yet whether it went."""
    _, pat, delivery_id = sent_to_pat(inside, notify)
    said = receipt(notify.taken[0]["reference"], "permanent-failure")
    with transaction():
        in_hand = session().get_one(Delivery, delivery_id)
        in_hand.state, in_hand.attempting_by = State.ATTEMPTING, "w"
    assert tell(inside, said).status_code == 503
    assert (row(delivery_id).returned, again(pat).stopped_because, taken()) == (None, None, 0)
    with transaction():
        in_hand = session().get_one(Delivery, delivery_id)
        in_hand.state, in_hand.attempting_by = State.HANDED_OVER, None
    assert tell(inside, said).status_code == 200
    assert again(pat).stopped_because == Stopped.HARD


def test_receipts_of_service_messages_stop_an_address_and_settle_doubts(inside: Flask, notify: NotifyServer) -> None:
    contact_id = forms.written_down(the_group(), Ways(ReachedBy.EMAIL, EmailAddress.parse(PAT)), name="Pat Lee").id
    notify.misbehave("drop")
    work(inside)
    [mail] = [mail for mail in notify.taken if mail["email_address"] == PAT]
    assert mail["reference"].startswith("m+")
    assert service_message(contact_id).in_doubt
    assert tell(inside, receipt(mail["reference"], "delivered")).get_data(as_text=True) == "noted as arrived\n"
    work(inside)
    assert service_message(contact_id).state == State.HANDED_OVER
    assert len(notify.taken) == 1  # it would have gone once more
    assert again(contact_id).stopped_because is None
    assert tell(inside, receipt(mail["reference"], "permanent-failure")).status_code == 200
    assert again(contact_id).stopped_because == Stopped.HARD


def test_a_service_message_in_hand_is_asked_for_again(inside: Flask, notify: NotifyServer) -> None:
    contact_id = forms.written_down(the_group(), Ways(ReachedBy.EMAIL, EmailAddress.parse(PAT)), name="Pat Lee").id
    reference = post_emails.return_path(service_message(contact_id).id).partition("@")[0]
    with transaction():
        message = service_message(contact_id)
        message.state, message.attempting_by = State.ATTEMPTING, "w"
    assert tell(inside, receipt(reference, "delivered")).status_code == 503
    with transaction():
        message = service_message(contact_id)
        message.state, message.attempting_by = State.QUEUED, None
    assert tell(inside, receipt(reference, "delivered")).get_data(as_text=True) == "nothing to do\n"


def service_message(contact_id: int) -> OutboxMessage:
    session().expire_all()
    found = select(OutboxMessage).where(OutboxMessage.about_kind == "contact", OutboxMessage.about_id == contact_id)
    return session().scalars(found).one()


def test_officers_who_are_in_doubt_see_by_what_name_notify_knows_the_mail(
    inside: Flask, notify: NotifyServer, visit: Visit
) -> None:
    group, _, delivery_id = sent_to_pat(inside, notify, "drop")
    chair = visit.as_(making.an_officer(group, role="chair"))
    page = chair(f"/groups/elm-tree/mailings/{row(delivery_id).mailing_id}/not-received")
    assert f"Its reference at GOV.UK Notify: {emails.reference(delivery_id)}" in page.text


def test_no_address_of_a_whole_way_reaches_the_log(
    inside: Flask, notify: NotifyServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, pat, delivery_id = sent_to_pat(inside, notify, (429, "RateLimitError", f"{PAT} is not to be said"))
    with clock.at(clock.now() + HOLD):
        work(inside)
    assert row(delivery_id).state == State.HANDED_OVER
    tell(inside, receipt(emails.reference(delivery_id), "permanent-failure", to=PAT))
    tell(inside, receipt(emails.reference(delivery_id), "permanent-failure", to=PAT), {})
    for raw in (report(return_path(delivery_id)), complaint(return_path(delivery_id)), mail(return_path(delivery_id))):
        take(raw.replace(b"somebody.else@example.net", PAT.encode()))
    assert again(pat).state == "left"
    assert "429 RateLimitError" in caplog.text
    assert "@" not in "".join(record.getMessage() for record in caplog.records if not record.name.startswith("faker"))


def test_what_a_receipt_says() -> None:
    reading = read_receipt(json.dumps(receipt("B+1F-ABC", "delivered")).encode())
    assert reading is not None
    assert (reading.what, reading.status) == (What.NOTICE, "delivered")
    assert [(token.of, token.text) for token in reading.tokens] == [("b", "1f-abc")]
