"""Mail to the leaving addresses, and forgetting by itself."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from flask import Flask

from pcnppg.kernel import keys
from pcnppg.membership import jobs
from pcnppg.post.jobs.periodic import Periodic
from pcnppg.post.models import JobRun
from pcnppg.store.session import session
from tests.conftest import THE_DAY
from tests.membership.stories import ask, joined, leave_token, my_token, sign_ups, the_group, what_happened

PAT = "pat@example.com"


def receive(app: Flask, raw: bytes) -> tuple[int, str]:
    session().rollback()
    answer = app.test_cli_runner().invoke(jobs.receive, input=raw)
    return answer.exit_code, answer.output.strip()


def mail_to(local: str) -> bytes:
    return f"From: Somebody <kim@example.com>\r\nTo: {local}@pcnppg.test\r\nSubject: leave\r\n\r\nPlease.\r\n".encode()


def test_a_mail_to_the_leaving_address_leaves_whoever_wrote_it(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    assert receive(inside, mail_to(f"u+{leave_token(contact)}")) == (0, "taken off the list")
    assert receive(inside, mail_to(f"u+{leave_token(contact)}")) == (0, "taken off the list")
    assert what_happened(contact)[1:] == [("withdrawn", "mailto", None)]


def test_a_long_mail_is_read_to_its_end(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    assert receive(inside, mail_to(f"u+{leave_token(contact)}") + b"x" * 3_000_000) == (0, "taken off the list")


@pytest.mark.parametrize(
    "local", ["u+1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "u+x", "no-reply", "b+1-aaaaaaaaaaaaaaaaaaaaaaaaaa"]
)
def test_anything_else_is_nothing_to_do(inside: Flask, local: str, caplog: pytest.LogCaptureFixture) -> None:
    contact = joined(the_group(), PAT)
    with caplog.at_level(logging.DEBUG):
        assert receive(inside, mail_to(local)) == (0, "nothing to do")
    assert len(what_happened(contact)) == 1
    assert "kim" not in caplog.text


def test_a_mail_from_an_address_on_the_list_takes_nobody_off(inside: Flask) -> None:
    contact = joined(the_group(), PAT)
    raw = f"From: {PAT}\r\nTo: leave@pcnppg.test\r\nSubject: unsubscribe\r\n\r\nunsubscribe\r\n".encode()
    assert receive(inside, raw) == (0, "nothing to do")
    assert len(what_happened(contact)) == 1


def test_a_right_token_for_nobody_is_nothing_to_do(inside: Flask) -> None:
    the_group()
    assert receive(inside, mail_to(f"u+{keys.current().sign('leave', 4711)}")) == (0, "nothing to do")


def test_the_command_is_known_by_its_public_name() -> None:
    from pcnppg.cli import pcnppg

    mail = pcnppg.get_command(None, "mail")  # type: ignore[arg-type]
    assert mail is not None
    assert "receive" in mail.commands  # type: ignore[attr-defined]


def test_the_worker_forgets_by_itself(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    my_token(group, PAT)
    lent = inside.extensions["worker"].jobs
    (ours,) = [job for job in lent if job.name == "membership.forget_old"]
    Periodic([ours]).run_due(THE_DAY + timedelta(days=14))
    assert not sign_ups(group)
    assert session().query(JobRun).count() == 1
