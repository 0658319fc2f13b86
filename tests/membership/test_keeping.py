"""Retention: what is forgotten by itself, what stays, and that a rehearsal says the same and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from pcnppg.app import FORGETTING
from pcnppg.audit import actions as audit
from pcnppg.audit.models import AuditEntry
from pcnppg.kernel import clock, settings
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.mailing import actions as mailing
from pcnppg.mailing import queries as mailings
from pcnppg.mailing.models import Delivery
from pcnppg.membership import actions, queries
from pcnppg.membership.models import ConsentRecord, Contact, ContactMove, Evidence, Suppression
from pcnppg.membership.rules import Consent, EvidenceKind, How, State
from pcnppg.people.models import Person
from pcnppg.post.transports.file import FileTransport, folder_of
from pcnppg.store.session import session, transaction
from tests import making
from tests.conftest import THE_DAY
from tests.mailing.lists import a_list, send, share_a_mailbox
from tests.mailing.test_actions import hand_over
from tests.membership.stories import ask, ask_change, confirm, confirm_token, joined, leave, the_group, what_happened

PAT, KIM = "pat@example.com", "kim@example.com"


def forget(at: datetime, what: Callable[..., dict[str, int]] = actions.forget_old) -> dict[str, int]:
    with transaction():
        return what(at=at)


def contact(number: int) -> Contact:
    session().expire_all()
    return session().get_one(Contact, number)


def test_details_of_who_left_go_after_thirty_days_and_the_evidence_stays_without_a_person(inside: Flask) -> None:
    group = the_group()
    pat, kim = joined(group, PAT, name="Pat Lee").id, joined(group, KIM).id
    leave(pat)
    assert forget(THE_DAY + timedelta(days=29, hours=23))["details of people who left"] == 0
    assert contact(pat).name == "Pat Lee"
    assert forget(THE_DAY + timedelta(days=30))["details of people who left"] == 1
    gone = contact(pat)
    assert (gone.state, gone.name, gone.address, gone.mailbox, gone.search) == ("erased", None, None, None, None)
    assert (gone.left_how, gone.left_at) == ("leave_page", THE_DAY)
    assert [what for what, *_ in what_happened(pat)] == ["agreed", "withdrawn", "forgotten"]
    assert contact(kim).state == "active"
    assert session().query(Suppression).one().because == "left", "importing still does not bring them back"


def test_whoever_nobody_vouches_for_is_forgotten_after_twelve_months(inside: Flask) -> None:
    group = the_group()
    pat, kim = joined(group, PAT, name="Pat Lee"), joined(group, KIM)
    with transaction():
        session().get_one(Contact, pat.id).state = State.UNVERIFIED
    ask_change(pat, "pat@new.example")
    words = "details of people who were never verified"
    assert forget(datetime(2028, 3, 4, 10, 29, tzinfo=UTC))[words] == 0
    assert contact(pat.id).name == "Pat Lee"
    assert forget(datetime(2028, 3, 4, 10, 30, tzinfo=UTC))[words] == 1
    gone = contact(pat.id)
    assert (gone.state, gone.name, gone.mailbox, gone.left_how) == ("erased", None, None, "retention")
    assert what_happened(gone)[-1][:2] == ("forgotten", "retention")
    assert contact(kim.id).state == "active"
    assert session().query(ContactMove).count() == session().query(Suppression).count() == 0


def test_who_comes_back_within_the_year_is_still_protected_by_what_they_were_sent(inside: Flask) -> None:
    group = the_group(promise=1)
    officer = making.an_officer(group)
    pat = joined(group, PAT).id
    hand_over(send(group.id, officer))
    leave(pat)
    forget(THE_DAY + timedelta(days=40))
    with clock.at(THE_DAY + timedelta(days=41)):
        ask(group, PAT)
        assert confirm(group, confirm_token(PAT)).id == pat
        assert mailings.forecast_for(group.id, now()).none_left == 1


def test_after_a_year_nothing_leads_from_the_hash_to_anybody(inside: Flask) -> None:
    group = the_group()
    pat = joined(group, PAT).id
    leave(pat)
    forget(THE_DAY + timedelta(days=364))
    assert session().query(Suppression).one().contact_id == pat
    session().rollback()
    forget(THE_DAY + timedelta(days=365))
    assert session().query(Suppression).one().contact_id is None
    with clock.at(THE_DAY + timedelta(days=366)):
        ask(group, PAT)
        assert confirm(group, confirm_token(PAT)).id != pat


def test_free_words_of_the_evidence_go_with_the_person(inside: Flask) -> None:
    group = the_group()
    pat = joined(group, PAT).id
    with transaction():
        for kind in (EvidenceKind.PAPER, EvidenceKind.LIST):
            written = Evidence(
                group_id=group.id,
                kind=kind,
                given_on=THE_DAY.date(),
                given_at="The desk",
                taken_by="Olive Finch",
                kept_at="The grey folder",
                written_at=THE_DAY,
            )
            session().add(written)
            session().flush()
            session().add(
                ConsentRecord(
                    group_id=group.id,
                    contact_id=pat,
                    what=Consent.AGREED,
                    at=THE_DAY,
                    how=How.PAPER,
                    evidence_id=written.id,
                )
            )
    leave(pat)
    forget(THE_DAY + timedelta(days=30))
    paper, whole_list = session().query(Evidence).order_by(Evidence.id)
    assert (paper.given_on, paper.given_at, paper.taken_by, paper.kept_at) == (THE_DAY.date(), None, None, None)
    assert whole_list.kept_at == "The grey folder", "it is about a list, and names nobody"


def test_many_are_forgotten_in_several_statements(inside: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from pcnppg.membership.actions import keeping

    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    group = the_group()
    for n in range(5):
        leave(joined(group, f"p{n}@example.com"))
    assert forget(THE_DAY + timedelta(days=30))["details of people who left"] == 5
    assert queries.list_at_mailbox(group.id, "p0@example.com") == []


def test_who_got_what_is_forgotten_after_two_years_and_the_numbers_stay(inside: Flask) -> None:
    group, (joan, _) = a_list(3)
    people = [row.id for row in session().query(Contact)]
    share_a_mailbox(people[0], people[1])
    mailing_id = send(group, joan)
    hand_over(mailing_id)
    before = mailings.outcomes_of(mailing_id)
    words = "mailings of which only the numbers stay"
    assert forget(THE_DAY + timedelta(days=700), mailing.forget_old)[words] == 0
    assert forget(THE_DAY + timedelta(days=735), mailing.forget_old)[words] == 1
    assert session().query(Delivery).count() == 0
    session().rollback()
    assert mailings.outcomes_of(mailing_id) == before
    assert before.delivered == 3
    assert forget(THE_DAY + timedelta(days=735), mailing.forget_old)[words] == 0, "once is enough"


def test_the_audit_ends_after_six_years_and_the_database_lets_no_younger_line_go(inside: Flask) -> None:
    with transaction():
        audit.note("tests.old", by=MACHINE, at=datetime(2012, 1, 1, tzinfo=UTC))
        audit.note("tests.young", by=Who.person(1), at=datetime.now(UTC))
    assert forget(datetime.now(UTC), audit.forget_old) == {"lines about who did what": 1}
    assert session().scalars(sa.select(AuditEntry.what)).all() == ["tests.young"]
    session().rollback()
    with pytest.raises(sa.exc.IntegrityError, match="only ever added"):
        forget(datetime(2090, 1, 1, tzinfo=UTC), audit.forget_old)


def test_a_rehearsal_says_what_the_deed_would_and_changes_nothing(inside: Flask) -> None:
    from pcnppg.cli.forget import forget as command

    group = the_group()
    pat = joined(group, PAT, name="Pat Lee").id
    leave(pat)
    session().rollback()
    with clock.at(THE_DAY + timedelta(days=31)):
        rehearsed = inside.test_cli_runner().invoke(command, ["--rehearse"])
        assert "would forget 1: details of people who left" in rehearsed.output
        assert "would forget 0: details of people who were never verified" in rehearsed.output
        assert "would forget 0: requests that said who asked" in rehearsed.output
        assert contact(pat).name == "Pat Lee"
        session().rollback()
        done = inside.test_cli_runner().invoke(command, [])
    assert rehearsed.output == done.output.replace("forgot", "would forget")
    assert len(done.output.splitlines()) >= len(FORGETTING)
    for word in ("accounts that nobody uses", "lists that nobody brought in", "marks of mail that came back"):
        assert word in rehearsed.output
    assert contact(pat).state == "erased"


def test_a_rehearsal_knows_every_job_that_forgets(inside: Flask) -> None:
    forgetting = {
        job.name for job in inside.extensions["worker"].jobs if {"forget", "tidy"} & set(re.split(r"\W|_", job.name))
    }
    assert forgetting == set(FORGETTING)


def test_a_rehearsal_leaves_an_account_and_the_mail_that_was_caught_for_it(inside: Flask) -> None:
    from pcnppg.cli.forget import forget as command

    sam = making.a_person(address="sam@example.net")
    transport = FileTransport(folder_of(settings.current().mail_url))
    transport.hand_over("", "sam@example.net", b"To: sam@example.net\r\nSubject: Hello\r\n\r\nHello")
    (mail,) = transport.folder.glob("*.eml")
    for days, options in ((731, []), (800, ["--rehearse"]), (800, [])):
        assert mail.exists()
        with clock.at(THE_DAY + timedelta(days=days)):
            said = inside.test_cli_runner().invoke(command, options).output
        session().rollback()
    assert "forgot 1: accounts that nobody uses" in said
    assert session().get_one(Person, sam).erased_at is not None
    assert not mail.exists()


def test_the_worker_does_it_every_day(inside: Flask) -> None:
    names = {job.name for job in inside.extensions["worker"].jobs}
    assert {"membership.forget_old", "mailing.forget_old", "audit.forget_old"} <= names
    for job in inside.extensions["worker"].jobs:
        if job.name.endswith("forget_old"):
            job.run(THE_DAY)
